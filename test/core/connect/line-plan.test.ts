import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import {
  ALWAYS_PLANNED,
  classSlots,
  freeName,
  type LineDecisions,
  type MachineDecisions,
  PLAIN_SLOTS,
  type PlannedLine,
  planLine,
  snakeCase,
  type SourceVariable,
} from "../../../core/connect/line-plan/index.ts";
import { loadPlant, type PlantFile, type PlantModel, roleTag } from "../../../core/connect/model/index.ts";
import { TagMap } from "../../../core/connect/tag-map/index.ts";
import { segmentProblem } from "../../../core/connect/tag-id/index.ts";
import { PACKML_STATES } from "../../../core/operate/packml/index.ts";
import { oeeMachine } from "../../../core/operate/oee/index.ts";
import { plantFiles } from "./plant-files.ts";

const TEMPLATE = path.resolve(import.meta.dirname, "../../../templates/plant");
const template = (): PlantFile[] => readdirSync(TEMPLATE).map((name) => ({ name, text: readFileSync(path.join(TEMPLATE, name), "utf8") }));

const variable = (address: string, rest: Partial<SourceVariable> = {}): SourceVariable => ({
  address,
  path: address.split("."),
  type: "int",
  ...rest,
});
const FOUND: readonly SourceVariable[] = [
  variable("ns=2;s=DB10.Betriebszustand", { values: { 0: "Aus", 3: "Läuft", 7: "Störung" } }),
  variable("ns=2;s=DB10.StkGes", { rollsOverAt: 65_535 }),
  variable("ns=2;s=DB10.Ausschuss"),
  variable("ns=2;s=DB10.Gewicht", { type: "float", unit: "kg" }),
  variable("ns=2;s=DB10.Text", { type: "string" }),
  variable("ns=2;s=DB10.Temperatur", { type: "float", unit: "Cel", range: { min: -20, max: 120 }, description: "Produkt\nvor dem Füllen" }),
];
const VARIABLES = new Map(FOUND.map((one) => [one.address, one]));
const STATES = [
  { value: "0", text: "Aus", state: "Stopped" },
  { value: "3", text: "Läuft", state: "Execute" },
  { value: "7", text: "Störung", state: "Aborted" },
] as const;
const FILLER: MachineDecisions = {
  name: "filler",
  label: "Füller",
  class: "filler",
  idealRate: 120,
  state: { profile: "custom", states: STATES },
  tags: [
    { tag: "state", address: "ns=2;s=DB10.Betriebszustand" },
    { tag: "processed_count", address: "ns=2;s=DB10.StkGes" },
    { tag: "defective_count", address: "ns=2;s=DB10.Ausschuss" },
    { tag: "fill_weight", address: "ns=2;s=DB10.Gewicht" },
  ],
  raw: [{ name: "produkt_temperatur", address: "ns=2;s=DB10.Temperatur" }],
};
const LINE: LineDecisions = { line: "hall3.line7", label: "Linie 7", calendar: ALWAYS_PLANNED, constraint: "filler", machines: [FILLER] };
const withFiller = (change: Partial<MachineDecisions>): LineDecisions => ({ ...LINE, machines: [{ ...FILLER, ...change }] });

function modelOf(planned: PlannedLine, files: readonly PlantFile[] = template()): PlantModel {
  assert.deepEqual(planned.problems, []);
  const reading = loadPlant([...files, ...planned.files]);
  assert.ok("model" in reading);
  return reading.model;
}
const settings = { microStopMs: 0, silenceMs: 60_000 } as const;

const said = (decisions: LineDecisions): string[] =>
  planLine(template(), decisions, VARIABLES).missing.map(({ message, blocks }) => `${blocks ? "! " : ""}${message}`);

describe("the plan of a line", () => {
  it("of a class gives a line whose OEE can be calculated, from one YAML file and one sheet", () => {
    const planned = planLine(template(), LINE, VARIABLES);
    assert.deepEqual(
      planned.files.map(({ name }) => name),
      ["line7.yaml", "line7.csv"],
    );
    assert.deepEqual([planned.missing, planned.warnings], [[], []]);
    const model = modelOf(planned);
    const asset = "company.site.hall3.line7.filler";
    const machine = oeeMachine(model, asset, settings);
    assert.ok(!("fault" in machine));
    assert.equal(machine.rules.maxima?.processed, 65_535, "a count of 16 bits rolls over there");
    assert.equal(machine.rules.idealCycleUs("any", 0), 500_000);
    assert.equal(model.equipment.get("company.site.hall3")?.kind, "Area");
    assert.equal(model.tags.get(`${asset}._raw.produkt_temperatur`)?.description, "Produkt vor dem Füllen");
  });

  it("maps the machine's own state numbers, and converts its unit, as read from its addresses", () => {
    const model = modelOf(planLine(template(), LINE, VARIABLES));
    const read = (address: string, value: unknown) =>
      new TagMap([], model).map([{ protocol: "opcua", address, value, received: 1 }], 1).samples[0];
    assert.equal(read("ns=2;s=DB10.Betriebszustand", 3)?.value, 3);
    assert.deepEqual(model.equipment.get("company.site.hall3.line7.filler")?.stateMap, {
      profile: "custom",
      states: { 0: "Stopped", 3: "Execute", 7: "Aborted" },
    });
    assert.equal(read("ns=2;s=DB10.Gewicht", 0.5)?.value, 500);
  });

  it("numbers states that come as texts, so that they are counted like others", () => {
    const text = withFiller({
      state: {
        profile: "custom",
        states: [
          { value: "RUN", state: "Execute" },
          { value: "1", state: "Held" },
          { value: "HALT", state: "Stopped" },
        ],
      },
      tags: [{ tag: "state", address: "ns=2;s=DB10.Text" }],
    });
    const model = modelOf(planLine(template(), text, VARIABLES));
    assert.deepEqual(model.equipment.get("company.site.hall3.line7.filler")?.stateMap?.states, { 1: "Held", 2: "Execute", 3: "Stopped" });
    const [sample] = new TagMap([], model).map([{ protocol: "opcua", address: "ns=2;s=DB10.Text", value: "run", received: 1 }], 1).samples;
    assert.equal(sample?.value, 2);
  });

  it("takes PackML numbers and names by their profile", () => {
    for (const [profile, value, number] of [
      ["packml-opcua", 6, 6],
      ["packml-tmc", 4, 4],
      ["packml-names", "EXECUTE", 6],
    ] as const) {
      const planned = planLine(template(), withFiller({ state: { profile } }), VARIABLES);
      const model = modelOf(planned);
      const machine = oeeMachine(model, "company.site.hall3.line7.filler", settings);
      assert.ok(!("fault" in machine));
      const [sample] = new TagMap([], model).map(
        [{ protocol: "opcua", address: "ns=2;s=DB10.Betriebszustand", value, received: 1 }],
        1,
      ).samples;
      assert.equal(sample?.value, number, profile);
    }
  });

  it("without a class names the roles of its raw tags, and OEE can be calculated too", () => {
    const { class: _class, ...plain } = FILLER;
    const planned = planLine(template(), { ...LINE, machines: [{ ...plain, tags: FILLER.tags.slice(0, 3) }] }, VARIABLES);
    const model = modelOf(planned);
    const asset = "company.site.hall3.line7.filler";
    assert.equal(roleTag(model, asset, "processed"), `${asset}._raw.processed_count`);
    assert.ok(!("fault" in oeeMachine(model, asset, settings)));
  });

  it("reads nothing for tags of a class with address prefixes that got no variable", () => {
    const planned = planLine(
      plantFiles(),
      { ...LINE, line: "hall.line7", calendar: "days", machines: [{ ...FILLER, tags: [{ tag: "count", address: "ns=2;s=DB10.StkGes" }] }] },
      VARIABLES,
    );
    const model = modelOf(planned, plantFiles());
    const addresses = [...model.tags.values()].filter(({ asset }) => asset.includes("line7")).map(({ address }) => address);
    assert.equal(addresses.filter((address) => address?.startsWith("ns=")).length, 2);
    assert.ok(addresses.every((address) => address?.startsWith("ns=") || address?.startsWith("not-connected:")));
  });

  it("says what OEE still lacks, and never assumes a numbering", () => {
    const { state: _state, ...unnumbered } = FILLER;
    assert.match(said({ ...LINE, machines: [unnumbered] }).join(), /! Say how it counts its states/);
    assert.match(
      said(withFiller({ state: { profile: "custom", states: STATES.slice(0, 2) } })).join(),
      /! The state 7 \(Störung\) has no PackML state yet/,
    );
    assert.match(said(withFiller({ tags: [] })).join(), /OEE needs a variable for the state.*count of processed/);
    const { idealRate: _rate, ...rateless } = FILLER;
    assert.match(said({ ...LINE, machines: [rateless] }).join(), /Without an ideal rate/);
    assert.match(
      said({ ...LINE, machines: [FILLER, { ...FILLER, name: "capper", idealRate: 90 }] }).join(),
      /capper \(90\/min\) is slower than filler/,
    );
    assert.match(said({ ...LINE, machines: [] }).join(), /! The line has no machine/);
    assert.match(
      said(withFiller({ raw: [{ name: "x", address: "ns=2;s=Gone" }] })).join(),
      /! The survey found no variable at ns=2;s=Gone/,
    );
  });

  it("never writes over a file of the plant", () => {
    const files = [...template(), { name: "Line7.yaml", text: "products: {}\n" }];
    assert.deepEqual(
      planLine(files, LINE, VARIABLES).files.map(({ name }) => name),
      ["hall3.line7.yaml", "hall3.line7.csv"],
    );
  });

  it("gives files that load, or problems that say where, whatever is decided", () => {
    const files = template();
    const types = ["float", "int", "int64", "bool", "string", "enum"] as const;
    const addresses = FOUND.map(({ address }) => address);
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom("__proto__", "constructor", "_raw", "line7", "*", '"', "a: {b", "=1+1", "\u0000", "x".repeat(80)),
    );
    const slots = ["state", "processed_count", "defective_count", "fill_weight", "product"];
    const address = fc.oneof(
      fc.constantFrom(...addresses),
      text.filter((one) => one !== ""),
    );
    const state = fc.oneof(
      fc.constantFrom("packml-opcua" as const, "packml-tmc" as const, "packml-names" as const).map((profile) => ({ profile })),
      fc
        .array(fc.record({ value: text, text, state: fc.constantFrom(...PACKML_STATES) }), { maxLength: 4 })
        .map((states) => ({ profile: "custom" as const, states })),
    );
    const machine = fc.record(
      {
        name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("filler", "capper", "m3") }, { weight: 1, arbitrary: text }),
        label: text,
        class: fc.oneof({ weight: 5, arbitrary: fc.constantFrom("filler", "machine", "packml-machine") }, { weight: 1, arbitrary: text }),
        idealRate: fc.double(),
        state,
        tags: fc.array(fc.record({ tag: fc.oneof(fc.constantFrom(...slots), text), address }), { maxLength: 4 }),
        raw: fc.array(fc.record({ name: fc.oneof(text.map(snakeCase), text), address }), { maxLength: 3 }),
      },
      { requiredKeys: ["name", "tags", "raw"] },
    );
    const decisions = fc.record(
      {
        line: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("line1", "hall.line2", "a.b.c") }, { weight: 1, arbitrary: text }),
        label: text,
        calendar: fc.oneof({ weight: 4, arbitrary: fc.constant(ALWAYS_PLANNED) }, { weight: 1, arbitrary: text }),
        constraint: text,
        machines: fc.array(machine, { maxLength: 3 }),
      },
      { requiredKeys: ["line", "machines"] },
    );
    const found = fc.array(
      fc.record(
        { address: fc.constantFrom(...addresses), path: fc.array(text), type: fc.constantFrom(...types), unit: text, description: text },
        { requiredKeys: ["address", "path"] },
      ),
    );
    let loaded = 0;
    fc.assert(
      fc.property(decisions, found, (decided, surveyed) => {
        const planned = planLine(files, decided, new Map([...FOUND, ...surveyed].map((one) => [one.address, one])));
        if (planned.problems.length === 0) {
          loaded += 1;
          assert.ok("model" in loadPlant([...files, ...planned.files]));
        }
        for (const { file, line, message } of planned.problems) {
          assert.ok(line >= 1 && message.length > 10);
          assert.ok(file === "(decisions)" || planned.files.some(({ name }) => name === file), `${file}: ${message}`);
        }
      }),
      { numRuns: 250 },
    );
    assert.ok(loaded > 10, `${loaded} of 250 decisions made a plant`);
  });
});

describe("names made from what servers call things", () => {
  it("are snake case with umlauts written out", () => {
    for (const [from, to] of [
      ["rFüllGewicht", "r_fuell_gewicht"],
      ["HMI.Zähler[3]", "hmi_zaehler_3"],
      ["Größe ÜBER", "groesse_ueber"],
      ["DB10_StkGes", "db10_stk_ges"],
      ["XMLParser2", "xml_parser2"],
      ["%&/", "tag"],
      ["__proto__", "proto"],
      ["constructor", "tag"],
    ] as const)
      assert.equal(snakeCase(from), to);
  });

  it("are always names of tags, and different ones when asked to be", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
        const taken = new Set<string>();
        for (const text of texts) {
          const name = freeName(snakeCase(text), taken);
          assert.equal(segmentProblem(name), undefined);
          assert.ok(!taken.has(name));
          taken.add(name);
        }
      }),
    );
  });
});

describe("the tags that a class expects", () => {
  it("are those of the class and of what it extends, with roles", () => {
    const filler = classSlots(template()).find(({ name }) => name === "filler");
    assert.deepEqual(
      filler?.slots.filter(({ role }) => role !== undefined).map(({ tag, role }) => `${tag}:${role}`),
      ["state:state", "processed_count:processed", "defective_count:defective", "product:product", "heartbeat:heartbeat"],
    );
    assert.ok(filler?.slots.some(({ tag, unit }) => tag === "fill_weight" && unit === "g"));
  });

  it("are marked where their address needs a prefix, and classes that only exist to be extended are left out", () => {
    const classes = classSlots(plantFiles());
    assert.deepEqual(
      classes.map(({ name }) => name),
      ["filler", "capper"],
    );
    assert.ok(classes[0]?.slots.every(({ prefixed }) => prefixed === true));
  });

  it("without a class are what OEE can use", () => {
    assert.deepEqual(
      PLAIN_SLOTS.map(({ role }) => role),
      ["state", "processed", "defective", "unitMode", "product", "heartbeat"],
    );
  });
});

describe("the classes that ship", () => {
  it("load without a problem or a warning", () => {
    const reading = loadPlant(template());
    assert.deepEqual([reading.warnings, "problems" in reading ? reading.problems : []], [[], []]);
  });
});
