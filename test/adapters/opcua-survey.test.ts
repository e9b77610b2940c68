/** The survey of a foreign OPC UA server: a real one, with names and types as PLCs have them. */
import assert from "node:assert/strict";
import { inBatches } from "../../adapters/opcua/batches.ts";
import { OpcUaEndpoint } from "../../adapters/opcua/endpoint.ts";
import type { SurveyedNode, SurveyProgress } from "../../adapters/opcua/survey.ts";
import { suggest } from "../../core/connect/suggest/index.ts";
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import { FOREIGN, type ForeignServer, foreignServer } from "../support/foreign-opcua.ts";
import { SITE_DIR } from "../support/demo-site.ts";
import { temporaryDir } from "../support/opcua.ts";

const UNCERTAIN_LAST_USABLE = 0x40900000;

describe("survey of a foreign OPC UA server", function () {
  this.timeout(60_000);
  const dir = temporaryDir();
  let server: ForeignServer;
  let endpoint: OpcUaEndpoint;
  let nodes: ReadonlyMap<string, SurveyedNode>;
  const steps: SurveyProgress[] = [];

  before(async () => {
    server = await foreignServer(`${dir.path}/server`);
    endpoint = new OpcUaEndpoint({
      url: server.endpoint,
      securityMode: "None",
      securityPolicy: "Basic256Sha256",
      pkiDir: `${dir.path}/client`,
    });
    const surveyed = await endpoint.survey("PLC_1", undefined, { progress: (step) => steps.push(step) });
    nodes = new Map(surveyed.map((node) => [node.name, node]));
  });
  after(async () => {
    await endpoint.close();
    await server.stop();
    dir.remove();
  });

  it("tells of an analogue value all that the server knows, its unit as UCUM", () => {
    assert.deepEqual(nodes.get("DB10_FuellerIst"), {
      address: `nsu=${FOREIGN};s=DB10.DB10_FuellerIst`,
      path: "DB10_Fueller/DB10_FuellerIst",
      name: "DB10_FuellerIst",
      displayName: "Fueller Istgewicht",
      description: "Gewicht der letzten Flasche",
      dataType: "Double",
      array: false,
      unitText: "g",
      unit: "g",
      range: { min: 0, max: 1500 },
      sample: 501.5,
      status: 0,
    });
  });

  it("takes a unit without UNECE's code by its text, and a range of no width for none", () => {
    const { dataType, unit, unitText, range } = nodes.get("DruckKessel") ?? {};
    assert.deepEqual({ dataType, unit, unitText, range }, { dataType: "Float", unit: "mbar", unitText: "mbar", range: undefined });
  });

  for (const [name, dataType, values, sample] of [
    ["ST_MACH", "Int32", { 4: "Idle", 6: "Execute" }, 6],
    ["Betriebsart", "UInt32", { 0: "Hand", 1: "Automatik" }, 1],
    ["Grund", "UInt32", { 0: "Keiner", 17: "Stau" }, 17],
  ] as const) {
    it(`finds the texts of ${name}, wherever the server keeps them`, () => {
      const node = nodes.get(name);
      assert.deepEqual([node?.dataType, node?.values, node?.sample], [dataType, values, sample]);
    });
  }

  it("names the built-in type: of a derived type the one below, of an abstract one that of the value", () => {
    assert.deepEqual(
      ["Takt", "Irgendwas", "Cnt_Good", "Artikel"].map((name) => nodes.get(name)?.dataType),
      ["Double", "UInt16", "UInt64", "String"],
    );
  });

  it("gives 64-bit counts as decimal text and the status with the value", () => {
    assert.equal(nodes.get("Cnt_Good")?.sample, String(2 ** 32 + 5));
    assert.deepEqual([nodes.get("Artikel")?.sample, nodes.get("Artikel")?.status], ["still-500", UNCERTAIN_LAST_USABLE]);
  });

  it("reads no value of arrays and byte strings", () => {
    const { array, dataType, sample, status } = nodes.get("Koepfe") ?? {};
    assert.deepEqual({ array, dataType, sample, status }, { array: true, dataType: "Int16", sample: undefined, status: undefined });
    assert.equal(nodes.get("Bild")?.sample, undefined);
  });

  it("surveys everything of a server that takes 40 reads at a time, and says how far it is", () => {
    assert.equal(nodes.size, 11 + 230);
    const last = steps.at(-1);
    assert.deepEqual(last, { found: 241, read: 241 });
    assert.ok(steps.length >= 4);
    assert.ok(steps.every((step, index) => step.read >= (steps[index - 1]?.read ?? 0) && step.found >= (steps[index - 1]?.found ?? 0)));
  });

  it("is what proposals are made from: the machine behind DB10 and its tags", async () => {
    const plant = await readPlantDirectory(SITE_DIR);
    assert.ok("model" in plant);
    const { machines } = suggest([...nodes.values()], plant.model.classes);
    assert.deepEqual(
      machines.map((machine) => [machine.place, machine.class]),
      [["DB10_Fueller", "filler"]],
    );
    const proposed = Object.fromEntries((machines[0]?.tags ?? []).map(({ tag, variable }) => [tag, variable.name]));
    const { state, unit_mode, product, fill_weight, bowl_pressure } = proposed;
    assert.deepEqual(
      { state, unit_mode, product, fill_weight, bowl_pressure },
      { state: "ST_MACH", unit_mode: "Betriebsart", product: "Artikel", fill_weight: "DB10_FuellerIst", bowl_pressure: "DruckKessel" },
    );
    assert.ok(!Object.values(proposed).includes("Cnt_Good"), "the good ones are neither all nor the rejects");
  });

  it("takes only the paths that are asked for", async () => {
    const some = await endpoint.survey("PLC_1", "*/Zaehler/*");
    assert.deepEqual(
      some.map((node) => node.path),
      ["DB10_Fueller/Zaehler/Cnt_Good"],
    );
  });

  it("leaves out what the server says about itself", async () => {
    const all = await endpoint.survey("");
    assert.equal(all.length, 241);
    assert.ok(all.every((node) => node.address.startsWith(`nsu=${FOREIGN};`)));
  });

  it("ends with the signal's reason when it is cancelled under way", async () => {
    const cancel = new AbortController();
    const progress = ({ read }: SurveyProgress): void => {
      if (read > 0) cancel.abort(new Error("not now"));
    };
    await assert.rejects(endpoint.survey("PLC_1", "**", { signal: cancel.signal, progress }), /not now/);
  });

  it("says which part of the start does not exist", async () => {
    await assert.rejects(endpoint.survey("PLC_1/DB11"), /there is no "DB11" on the path "PLC_1\/DB11" below Objects/);
  });
});

describe("asking in batches", () => {
  const items = Array.from({ length: 10 }, (_, index) => index);

  it("halves what the server finds too much, and keeps the order", async () => {
    const sizes: number[] = [];
    const answers = await inBatches(items, 10, async (batch) => {
      sizes.push(batch.length);
      if (batch.length > 3) throw new Error("serviceResult = BadTooManyOperations (0x80100000)");
      return batch.map((item) => item * 10);
    });
    assert.deepEqual(
      answers,
      items.map((item) => item * 10),
    );
    assert.deepEqual(sizes, [10, 5, 3, 3, 3, 1]);
  });

  it("does not repeat what fails for another reason, nor one item that is too much", async () => {
    let calls = 0;
    const refuse = (reason: string) => async (): Promise<never[]> => {
      calls += 1;
      throw new Error(reason);
    };
    await assert.rejects(inBatches(items, 10, refuse("BadSessionClosed")), /BadSessionClosed/);
    await assert.rejects(inBatches([1], 10, refuse("BadResponseTooLarge")), /BadResponseTooLarge/);
    assert.equal(calls, 2);
  });
});
