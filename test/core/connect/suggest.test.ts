import assert from "node:assert/strict";
import * as fc from "fast-check";
import { loadPlant, type EquipmentClass } from "../../../core/connect/model/index.ts";
import { suggest, toRows, type MachineProposal, type SurveyedVariable } from "../../../core/connect/suggest/index.ts";
import { assign } from "../../../core/connect/suggest/assign.ts";
import { tokensOf, wordsOf } from "../../../core/connect/suggest/tokens.ts";
import { PACKML_STATES } from "../../../core/operate/packml/index.ts";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import { Random } from "../../../plant/simulator/random.ts";
import { foreignLine, STYLES } from "../../support/foreign-line.ts";
import { SITE_DIR } from "../../support/demo-site.ts";
import { plantFiles } from "./plant-files.ts";

const reading = await readPlantDirectory(SITE_DIR);
assert.ok("model" in reading);
const { classes } = reading.model;

function variable(path: string, rest: Partial<SurveyedVariable> = {}): SurveyedVariable {
  return { address: `s=${path}`, path, name: path.split("/").at(-1) ?? "", ...rest };
}
const real = (path: string, rest: Partial<SurveyedVariable> = {}): SurveyedVariable => variable(path, { dataType: "Float", ...rest });
const int = (path: string, rest: Partial<SurveyedVariable> = {}): SurveyedVariable => variable(path, { dataType: "Int16", ...rest });
const only = (name: string): ReadonlyMap<string, EquipmentClass> => new Map([...classes].filter(([key]) => key === name));
/** A machine that any class fits, so that a test can look at one tag more. */
const BASIS = [
  int("M/State"),
  int("M/Betriebsart"),
  int("M/Gesamtzaehler"),
  int("M/Heartbeat"),
  variable("M/Artikel", { dataType: "String" }),
  variable("M/Stau", { dataType: "Boolean" }),
];
function machine(name: string, ...more: SurveyedVariable[]): MachineProposal {
  const [found] = suggest([...BASIS, ...more], only(name)).machines;
  assert.ok(found);
  return found;
}
function proposed(found: MachineProposal): Readonly<Record<string, string>> {
  return Object.fromEntries(found.tags.map(({ tag, variable }) => [tag, variable.name]));
}
const confidence = (found: MachineProposal, tag: string): number => found.tags.find((one) => one.tag === tag)?.confidence ?? 0;

describe("suggestions", () => {
  it("work as the example of their entry says", () => {
    const small = loadPlant(
      plantFiles({
        "classes.yaml": (text) =>
          text
            .replace("      weight:", "      fill_weight:")
            .replace('      count: { type: int, unit: "{bottles}", address: "{prefix}.Count" }\n', "")
            .replace(", processed: count", ""),
      }),
    );
    assert.ok("model" in small);
    const filler = small.model.classes.get("filler");
    assert.ok(filler);
    const weight = { address: "s=a", path: "DB10_Fueller/rGewichtIst", name: "rGewichtIst", dataType: "Float", unit: "kg" };
    const found = suggest(
      [
        weight,
        { address: "s=b", path: "DB10_Fueller/rGewichtSoll", name: "rGewichtSoll", dataType: "Float", unit: "kg" },
        { address: "s=c", path: "DB10_Fueller/ST_MACH", name: "ST_MACH", dataType: "Int16" },
      ],
      small.model.classes,
    );
    const [one] = found.machines;
    assert.deepEqual([one?.place, one?.class, found.unplaced], ["DB10_Fueller", "filler", ["s=b"]]);
    assert.deepEqual(
      one?.tags.map(({ tag, variable, reasons }) => [tag, variable.address, reasons]),
      [
        ["state", "s=c", ["name: state", "type Int16 fits enum"]],
        ["fill_weight", "s=a", ["name: weight", "type Float fits float", "unit kg converts to g", "both are a present value"]],
      ],
    );
    assert.deepEqual(toRows([{ equipment: "bottling.line02.filler01", class: filler, tags: [{ tag: "fill_weight", variable: weight }] }]), [
      { equipment: "bottling.line02.filler01", tag: "fill_weight", address: "s=a", sourceUnit: "kg" },
    ]);
  });

  it("find the names of PackML's own interface", () => {
    const names = [
      "StateCurrent",
      "UnitModeCurrent",
      "MachSpeed",
      "CurMachSpeed",
      "ProdProcessedCount",
      "ProdDefectiveCount",
      "StopReason",
    ];
    const [found] = suggest(
      names.map((name) => variable(`Filler/Status/${name}`, { dataType: name.endsWith("Speed") ? "Float" : "Int32" })),
      classes,
    ).machines;
    assert.ok(found);
    assert.equal(found.class, "filler");
    assert.deepEqual(proposed(found), {
      state: "StateCurrent",
      unit_mode: "UnitModeCurrent",
      processed_count: "ProdProcessedCount",
      defective_count: "ProdDefectiveCount",
      mach_speed: "MachSpeed",
      cur_mach_speed: "CurMachSpeed",
      stop_reason: "StopReason",
    });
  });

  for (const style of STYLES) {
    it(`of 0.7 and more are right in at least 97 of 100 cases on foreign lines in the style "${style}"`, () => {
      const total = { tags: 0, proposed: 0, right: 0 };
      for (let seed = 100; seed < 120; seed++) {
        const random = new Random(seed, "foreign line");
        const line = foreignLine(style, () => random.next());
        total.tags += line.truth.size;
        for (const found of suggest(line.variables, classes).machines) {
          for (const {
            tag,
            variable: { address },
            confidence,
          } of found.tags) {
            if (confidence < 0.7) continue;
            total.proposed += 1;
            const truth = line.truth.get(address);
            if (truth?.class === found.class && truth.tag === tag) total.right += 1;
          }
        }
      }
      const [precision, recall] = [total.right / total.proposed, total.right / total.tags];
      assert.ok(precision >= 0.97, `precision ${precision.toFixed(3)}`);
      assert.ok(recall >= 0.78, `recall ${recall.toFixed(3)}`);
    });
  }

  it("keep their word: of those in a band of confidence at least as many are right as the band says", () => {
    const bands = [0.5, 0.7, 0.9].map((from) => ({ from, proposed: 0, right: 0 }));
    for (const style of STYLES) {
      for (let seed = 200; seed < 215; seed++) {
        const random = new Random(seed, "foreign line");
        const line = foreignLine(style, () => random.next());
        for (const found of suggest(line.variables, classes).machines) {
          for (const {
            tag,
            variable: { address },
            confidence,
          } of found.tags) {
            const band = bands.findLast(({ from }) => confidence >= from);
            if (band === undefined) continue;
            band.proposed += 1;
            if (line.truth.get(address)?.tag === tag && line.truth.get(address)?.class === found.class) band.right += 1;
          }
        }
      }
    }
    for (const { from, proposed, right } of bands) {
      assert.ok(proposed >= 50, `${proposed} from ${from}`);
      assert.ok(right / proposed >= from, `from ${from}: ${right} of ${proposed}`);
    }
  });

  it("never give a set point, a limit or a mean for an actual value, however alone it is", () => {
    for (const name of ["FuellgewichtSoll", "FillWeightSP", "FillWeightMax", "FillWeightAvg", "Fill_Weight_Alarm"])
      assert.equal(proposed(machine("filler", real(`M/${name}`, { unit: "g" })))["fill_weight"], undefined, name);
    assert.equal(proposed(machine("filler", real("M/SpeedAct")))["mach_speed"], undefined);
  });

  it("never give a variable of another kind: wrong type, an array, a unit that measures something else", () => {
    for (const [name, rest] of [
      ["String", { dataType: "String" }],
      ["Boolean", { dataType: "Boolean" }],
      ["ByteString", { dataType: "ByteString" }],
      ["array", { dataType: "Float", array: true }],
      ["degrees", { dataType: "Float", unit: "Cel" }],
    ] as const) {
      assert.equal(proposed(machine("filler", variable("M/FillWeight", rest)))["fill_weight"], undefined, name);
    }
  });

  it("are never above 0.9 without a word of the name in common, be the texts of PackML's states all there", () => {
    const values = Object.fromEntries(PACKML_STATES.map((name, index) => [String(index + 1), name]));
    const found = machine("filler", int("M/ZZ7_Q", { values, dataType: "Int32" }));
    const state = suggest([...BASIS.slice(1), int("M/Qwertz", { values })], only("filler")).machines[0];
    assert.equal(proposed(found)["state"], "State");
    assert.ok(state);
    assert.equal(proposed(state)["state"], "Qwertz");
    assert.ok(confidence(state, "state") <= 0.9 && confidence(state, "state") >= 0.5, String(confidence(state, "state")));
  });

  it("grow with each thing that fits and fall with each that does not", () => {
    const bare = confidence(machine("filler", real("M/Gewicht")), "fill_weight");
    const withUnit = confidence(machine("filler", real("M/Gewicht", { unit: "g" })), "fill_weight");
    const withRange = confidence(machine("filler", real("M/Gewicht", { unit: "g", range: { min: 0, max: 1000 } })), "fill_weight");
    const outside = confidence(machine("filler", real("M/Gewicht", { unit: "g", range: { min: 5000, max: 9000 } })), "fill_weight");
    const inKilograms = confidence(machine("filler", real("M/Gewicht", { unit: "kg", range: { min: 0, max: 1 } })), "fill_weight");
    assert.ok(
      bare < withUnit && withUnit < withRange && outside < bare && inKilograms > bare,
      [bare, withUnit, withRange, outside, inKilograms].join(", "),
    );
  });

  it("are unsure where two variables say the same, and name the other as runner-up", () => {
    const found = machine("filler", real("M/Fuellgewicht"), real("M/FillWeight"));
    const twice = found.tags.find(({ tag }) => tag === "fill_weight");
    assert.ok((twice?.confidence ?? 1) <= 0.5);
    assert.equal(twice?.variable.name, "FillWeight");
    assert.deepEqual(
      twice?.runnersUp.map(({ variable }) => variable.name),
      ["Fuellgewicht"],
    );
  });

  it("tell machines apart that share a folder and differ in how their names begin", () => {
    const line = ["FL1", "VS1"].flatMap((place) =>
      BASIS.map((one) => ({ ...variable(`DB/${place}_${one.name}`), dataType: one.dataType ?? "" })),
    );
    const own = [
      real("DB/FL1_Fuellgewicht"),
      real("DB/FL1_DruckKessel"),
      real("DB/VS1_Drehmoment"),
      real("DB/VS1_DeckelFuellstand"),
      int("DB/VS1_Kopf"),
    ];
    assert.deepEqual(
      suggest([...line, ...own], classes).machines.map((found) => [found.place, found.class]),
      [
        ["DB/FL1", "filler"],
        ["DB/VS1", "capper"],
      ],
    );
  });

  it("do not depend on the order of the survey and propose no variable twice", () => {
    const random = new Random(5, "foreign line");
    const { variables } = foreignLine("s7", () => random.next());
    const expected = suggest(variables, classes);
    const addresses = expected.machines.flatMap(({ tags }) => tags.map(({ variable }) => variable.address));
    assert.equal(new Set(addresses).size, addresses.length);
    assert.equal(addresses.length + expected.unplaced.length, variables.length);
    fc.assert(
      fc.property(fc.shuffledSubarray([...variables], { minLength: variables.length }), (shuffled) => {
        assert.deepEqual(suggest(shuffled, classes), expected);
      }),
      { numRuns: 5 },
    );
  });

  it("answer whatever a server calls its things", () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom("__proto__", "constructor", "toString", "//", "_", "Ä".repeat(3000), "hasOwnProperty"),
    );
    const any = fc.record({ address: names, path: names, name: names, dataType: names, unit: names, description: names });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (variables) => {
        for (const { confidence, tags } of suggest(variables, classes).machines)
          assert.ok([confidence, ...tags.map((tag) => tag.confidence)].every((value) => value >= 0 && value <= 1));
      }),
    );
    assert.deepEqual(suggest([], classes), { machines: [], unplaced: [] });
    assert.deepEqual(suggest(BASIS, new Map()).machines, []);
  });
});

describe("words of a name", () => {
  for (const [name, words, concepts] of [
    ["DB10_FuellerIst", ["DB10", "Fueller", "Ist"], ["fill", "actual"]],
    ["ST_MACH", ["ST", "MACH"], ["state"]],
    ["Cnt_Good", ["Cnt", "Good"], ["count", "good"]],
    ["rGewichtSoll", ["Gewicht", "Soll"], ["weight", "set"]],
    ["Füllgewicht", ["Fuellgewicht"], ["fill", "weight"]],
    ["Sollgeschwindigkeit", ["Sollgeschwindigkeit"], ["set", "speed"]],
    ["BetrArt", ["Betr", "Art"], ["mode"]],
    ["iBetrZust", ["Betr", "Zust"], ["operation", "state"]],
    ["HTTPSpeed2", ["HTTP", "Speed2"], ["http", "speed"]],
    ["FILL_WGHT", ["FILL", "WGHT"], ["fill", "weight"]],
    ["MW20", ["MW20"], []],
    ["Weinkessel", ["Weinkessel"], ["bowl", "wein"]],
  ] as const) {
    it(`${name} means ${concepts.join(" + ") || "nothing"}`, () => {
      assert.deepEqual(wordsOf(name), words);
      assert.deepEqual(
        tokensOf(wordsOf(name)).map(({ concept }) => concept),
        concepts,
      );
    });
  }
});

describe("assignment", () => {
  it("works as its example says and leaves out what gains nothing", () => {
    assert.deepEqual(
      assign([
        [5, 4],
        [4, 0],
      ]),
      [1, 0],
    );
    assert.deepEqual(
      assign([
        [0, -1],
        [2, 3],
      ]),
      [-1, 1],
    );
    assert.deepEqual(assign([]), []);
  });

  it("takes the first of equal columns", () => {
    assert.deepEqual(assign([[3, 3, 3]]), [0]);
    assert.deepEqual(
      assign([
        [1, 2, 2],
        [1, 2, 2],
      ]).toSorted((a, b) => a - b),
      [1, 2],
    );
  });

  it("has the largest sum of all assignments, found by trying them all", () => {
    const best = (gains: readonly (readonly number[])[], row: number, used: ReadonlySet<number>): number =>
      row === gains.length
        ? 0
        : Math.max(
            best(gains, row + 1, used),
            ...(gains[row] ?? []).flatMap((gain, column) =>
              used.has(column) ? [] : [gain + best(gains, row + 1, new Set([...used, column]))],
            ),
          );
    const matrix = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: -3, max: 9 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrix, (gains) => {
        const chosen = assign(gains);
        const taken = chosen.filter((column) => column >= 0);
        assert.equal(new Set(taken).size, taken.length);
        assert.equal(
          chosen.reduce((sum, column, row) => sum + (column < 0 ? 0 : (gains[row]?.[column] ?? 0)), 0),
          best(gains, 0, new Set()),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("rows of accepted proposals", () => {
  const filler = classes.get("filler");
  assert.ok(filler);
  const rowOf = (tag: string, rest: Partial<SurveyedVariable>): unknown =>
    toRows([{ equipment: "a.b", class: filler, tags: [{ tag, variable: variable("M/x", rest) }] }])[0];

  it("say the source's unit only where it is another one that converts", () => {
    assert.deepEqual(rowOf("bowl_pressure", { unit: "mbar" }), {
      equipment: "a.b",
      tag: "bowl_pressure",
      address: "s=M/x",
      sourceUnit: "mbar",
    });
    assert.deepEqual(rowOf("bowl_pressure", { unit: "bar" }), { equipment: "a.b", tag: "bowl_pressure", address: "s=M/x" });
    assert.deepEqual(rowOf("bowl_pressure", { unit: "g" }), { equipment: "a.b", tag: "bowl_pressure", address: "s=M/x" });
  });

  it("leave out what is counted where source and model call it differently", () => {
    assert.deepEqual(rowOf("cur_mach_speed", { unit: "{pieces}/h" }), {
      equipment: "a.b",
      tag: "cur_mach_speed",
      address: "s=M/x",
      sourceUnit: "/h",
    });
    assert.deepEqual(rowOf("processed_count", { unit: "{pieces}" }), { equipment: "a.b", tag: "processed_count", address: "s=M/x" });
  });

  it("leave out a tag that the class does not have", () => {
    assert.equal(rowOf("constructor", {}), undefined);
  });
});
