import assert from "node:assert/strict";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import { loadPlant, type PlantModel, tagsAt } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type Atom,
  atomOf,
  type Bucket,
  bucketOf,
  oeeMachine,
  OeeMachines,
  PACKML_TIME_MODEL,
  sumMeasures,
} from "../../../core/operate/oee/index.ts";
import { packmlMode, packmlState } from "../../../core/operate/packml/index.ts";
import { assetOf, BottlingLine, NAMESPACE_URI, readSite, STATIONS } from "../../../plant/simulator/index.ts";
import { SITE_DIR } from "../../support/demo-site.ts";

const HOUR = 3_600_000;
/** From before the early shift's first break until after the late shift has begun. */
const START = Date.UTC(2026, 9, 5, 4, 0);
const END = START + 10 * HOUR;

async function plantModel(): Promise<PlantModel> {
  const reading = await readPlantDirectory(SITE_DIR);
  if (!("model" in reading)) throw new Error("The demo site has problems.");
  return reading.model;
}

describe("OEE of the demo plant against its ground truth", () => {
  let line: BottlingLine;
  let model: PlantModel;
  let atoms: Map<string, Atom[]>;

  before(async () => {
    model = await plantModel();
    line = new BottlingLine({ seed: 7, start: START, ...readSite(SITE_DIR) });
    const samples = line
      .advanceTo(END + 60_000)
      .flatMap(({ nodeId, value, timestamp }) =>
        tagsAt(model, `nsu=${NAMESPACE_URI};s=${nodeId}`).map(({ id }): Sample => ({ tag: id, value, quality: "Good", timestamp })),
      );
    const settings = { microStopMs: 0, silenceMs: 60_000 } as const;
    const machines = new OeeMachines(
      STATIONS.map((station) => {
        const machine = oeeMachine(model, assetOf(station), settings);
        if ("fault" in machine) throw new Error(machine.fault);
        return machine;
      }),
    );
    const { events, rejects } = machines.push(samples);
    assert.deepEqual(rejects, []);
    const stated = events.filter((event) => event.start < END);
    atoms = new Map(STATIONS.map(assetOf).map((asset) => [asset, stated.filter((event) => event.asset === asset).map(atomOf)]));
  });

  for (const station of STATIONS)
    it(`${station}: every unit is counted once, and planned time is divided exactly as the machine spent it`, () => {
      const truth = line.truth.summary(assetOf(station), START, END);
      const all = atoms.get(assetOf(station)) ?? [];
      const sum = sumMeasures(all.map(({ measures }) => measures));
      assert.equal(sum.ms.unknown, 0);
      assert.equal(
        Object.values(sum.ms).reduce((a, b) => a + b, 0),
        END - START,
      );

      const planned = all.filter(({ measures }) => measures.ms.notPlanned === 0);
      const expected: Partial<Record<Bucket, number>> = {};
      for (const { start, end, state, mode } of truth?.intervals ?? []) {
        const names = { 4: "Changeover" };
        const bucket = bucketOf(PACKML_TIME_MODEL, packmlState(state, { profile: "packml-opcua" }), packmlMode(mode, names));
        const within = planned.reduce((ms, atom) => ms + Math.max(0, Math.min(end, atom.end) - Math.max(start, atom.start)), 0);
        if (within > 0) expected[bucket] = (expected[bucket] ?? 0) + within;
      }
      const { notPlanned: _notPlanned, ...spent } = sum.ms;
      assert.deepEqual(Object.fromEntries(Object.entries(spent).filter(([, ms]) => ms > 0)), expected);
      // A count is published within a second of the unit; the window's edges may fall between.
      assert.ok(Math.abs(sum.total - (truth?.processed ?? 0)) <= 3, `${sum.total} counted, ${truth?.processed} processed`);
      assert.ok(Math.abs(sum.scrap - (truth?.defective ?? 0)) <= 1, `${sum.scrap} counted, ${truth?.defective} defective`);
      assert.equal(sum.unrated, 0);
    });
});

function faultOf(machine: ReturnType<typeof oeeMachine>): string {
  return "fault" in machine ? machine.fault : "";
}

describe("OEE of machines that say their state in other ways", () => {
  const MACHINE = "acme.galway.line.press01";
  const SETTINGS = { microStopMs: 0, silenceMs: 60_000, unknown: "exclude" } as const;

  /** A machine of a class with this state map and these roles, or why it can have no OEE. */
  function press(stateMap: string, roles: string) {
    const classes = `classes:
  press:
    contract: _press_v1
    idealRate: 60
    stateMap: ${stateMap}
    roles: { ${roles} }
    tags:
      code: { type: int }
      text: { type: string }
      mode: { type: enum, values: { 4: Changeover } }
      count: { type: int }
      speed: { type: float, unit: /min }
`;
    const site =
      "plant: { enterprise: acme, site: galway, zone: UTC }\nequipment:\n  line: { kind: ProductionLine }\n  line.press01: { kind: WorkCell, class: press }\n";
    const reading = loadPlant([
      { name: "classes.yaml", text: classes },
      { name: "site.yaml", text: site },
    ]);
    if (!("model" in reading)) return assert.fail(reading.problems.map(({ message }) => message).join("\n"));
    return oeeMachine(reading.model, MACHINE, SETTINGS);
  }

  function bucketsOf(
    machine: ReturnType<typeof press>,
    samples: readonly (readonly [name: string, seconds: number, value: Sample["value"]])[],
  ) {
    assert.ok(!("fault" in machine), "fault" in machine ? machine.fault : "");
    const machines = new OeeMachines([machine], { latenessMs: 0 });
    const { events, rejects } = machines.push(
      samples.map(
        ([name, seconds, value]): Sample => ({
          tag: `${MACHINE}._press_v1.${name}`,
          value,
          quality: "Good",
          timestamp: START + seconds * 1000,
        }),
      ),
    );
    const { ms } = sumMeasures(events.map((event) => atomOf(event).measures));
    return [Object.fromEntries(Object.entries(ms).filter(([, spent]) => spent > 0)), rejects.map(({ code }) => code)];
  }

  it("from counts alone: the role processed is all it needs", () => {
    const machine = press("{ profile: derived, from: processed, quietSeconds: 20 }", "processed: count");
    assert.deepEqual(
      bucketsOf(machine, [
        ["count", 0, 1],
        ["count", 15, 2],
        ["count", 60, 3],
      ]),
      [{ run: 15_000, stop: 45_000 }, []],
    );
  });

  it("from a speed, in the unit of its tag", () => {
    const machine = press("{ profile: derived, from: speed, above: 5, hysteresis: 1, unit: /min }", "processed: count, speed: speed");
    assert.deepEqual(
      bucketsOf(machine, [
        ["speed", 0, 6],
        ["speed", 20, 4.5],
        ["speed", 40, 4],
        ["speed", 60, 9],
      ]),
      [{ run: 40_000, stop: 20_000 }, []],
    );
  });

  it("from a text where there is one, whatever the number says", () => {
    const machine = press("{ profile: packml-tmc }", "state: code, stateText: text, processed: count");
    assert.deepEqual(
      bucketsOf(machine, [
        ["code", 0, 4],
        ["text", 0, "Held"],
        ["code", 20, 0],
        ["text", 60, "EXECUTE"],
      ]),
      [{ hold: 60_000 }, []],
    );
  });

  it("from codes of its own; one that nobody mapped is refused, and its time is unknown", () => {
    const states = "{ 10: { bucket: run }, 30: { state: Held, reason: jam }, 40: { bucket: setup } }";
    const machine = press(`{ profile: custom, states: ${states} }`, "state: code, processed: count");
    assert.deepEqual(
      bucketsOf(machine, [
        ["code", 0, 10],
        ["code", 10, 30],
        ["code", 20, 99],
        ["code", 50, 40],
        ["code", 60, 10],
      ]),
      [{ run: 10_000, hold: 10_000, setup: 10_000, unknown: 30_000 }, ["UNKNOWN_STATE"]],
    );
  });

  it("modes keep the numbers of the named numbering, and the tag's own names come first", () => {
    const machine = press("{ profile: packml-mqtt-simulator }", "state: code, unitMode: mode, processed: count");
    assert.deepEqual(
      bucketsOf(machine, [
        ["code", 0, 6],
        ["mode", 0, 1],
        ["mode", 10, 2], // Manual there, Maintenance in TR88
        ["mode", 30, 3], // Maintenance there
        ["mode", 60, 4],
      ]),
      [{ run: 10_000, setup: 20_000, plannedDown: 30_000 }, []],
    );
  });

  it("says which roles are missing", () => {
    assert.match(faultOf(press("{ profile: umh }", "processed: count")), /roles state and processed/);
    assert.match(faultOf(press("{ profile: derived, from: speed, above: 1, unit: /min }", "speed: speed")), /roles speed and processed/);
  });
});
