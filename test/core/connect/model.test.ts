import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import {
  assetsMatching,
  assetsOfClass,
  formatProblem,
  idealCycles,
  idealCycleSeconds,
  loadPlant,
  matchesPath,
  placeOf,
  type PlantModel,
  type Problem,
  roleTag,
  stateTag,
  tagsAt,
  tagsOf,
} from "../../../core/connect/model/index.ts";
import { NUMBERING_PROFILES } from "../../../core/operate/packml/index.ts";
import { CORPUS, GOOD_FILES, plantFiles } from "./plant-files.ts";

const FILLER = "acme.galway.hall.line.filler";

function load(files: { name: string; text: string }[] = plantFiles()): PlantModel {
  const reading = loadPlant(files);
  if ("problems" in reading) assert.fail(reading.problems.map(formatProblem).join("\n"));
  return reading.model;
}
function problemsOf(files: { name: string; text: string }[]): readonly Problem[] {
  const reading = loadPlant(files);
  return "problems" in reading ? reading.problems : [];
}
function withSpareClass(type: string): PlantModel {
  return load(plantFiles({ "classes.yaml": (text) => `${text}  spare: { contract: _spare_v1, tags: { level: { type: ${type} } } }\n` }));
}
function pathsMatching(model: PlantModel, pattern: string): readonly string[] {
  return assetsMatching(model, pattern).map((asset) => asset.path);
}
function warningsOf(files: { name: string; text: string }[]): readonly string[] {
  return loadPlant(files).warnings.map(({ file, line, message }) => `${file}:${line} ${message}`);
}
const site = (from: string, to: string): { name: string; text: string }[] =>
  plantFiles({ "site.yaml": (text) => text.replace(from, () => to) });

/** The state map of the filler by a class with this map and these roles. */
const stateMapOf = (text: string, roles = "state: state, processed: count") => {
  const model = load(
    plantFiles({
      "classes.yaml": (yaml) => yaml.replace("{ profile: packml-opcua }", text).replace("state: state, processed: count", roles),
    }),
  );
  return model.equipment.get(FILLER)?.stateMap;
};

/** Machines whose state is derived from a weight in grams. */
const byWeight = (yaml: string) =>
  yaml
    .replace("{ profile: packml-opcua }", "{ profile: derived, from: speed, above: 5, unit: g }")
    .replace("state: state, processed: count", "processed: count")
    .replace("contract: _filler_v1", "contract: _filler_v1\n    roles: { speed: weight }")
    .replace("  capper: { extends: machine,", "  capper: { extends: machine, stateMap: { profile: packml-opcua },");
const inKilograms = (yaml: string) => yaml.replace("    feeds: [capper]", "    feeds: [capper]\n    tags: { weight: { unit: kg } }");

describe("plant model", () => {
  it("gives each instance the tags of its class, with its prefix and its own contract", () => {
    const model = load();
    assert.deepEqual(model.tags.get(`${FILLER}._filler_v1.weight`), {
      id: `${FILLER}._filler_v1.weight`,
      asset: FILLER,
      signal: "_filler_v1.weight",
      type: "float",
      unit: "g",
      range: { min: 0, max: 1200 },
      address: "s=Line.Filler.Weight",
    });
    assert.deepEqual(
      tagsOf(model, "acme.galway.hall.line.capper").map(({ signal }) => signal),
      ["_capper_v1.state", "_capper_v1.count"],
    );
  });

  it("knows level, parent, feeds, calendar and roles of each piece of equipment", () => {
    const { equipment } = load();
    assert.deepEqual(equipment.get(FILLER), {
      path: FILLER,
      kind: "WorkCell",
      level: 4,
      parent: "acme.galway.hall.line",
      class: "filler",
      roles: { state: "_filler_v1.state", processed: "_filler_v1.count" },
      stateMap: { profile: "packml-opcua" },
      feeds: ["acme.galway.hall.line.capper"],
      calendar: "days",
    });
    assert.deepEqual([...equipment.values()].map(({ level, kind }) => `${level} ${kind}`).slice(0, 4), [
      "0 Enterprise",
      "1 Site",
      "2 Area",
      "3 ProductionLine",
    ]);
  });

  it("moves an inherited range into the overriding unit", () => {
    const model = load(site("    feeds: [capper]", "    tags: { weight: { unit: kg } }"));
    const weight = model.tags.get(`${FILLER}._filler_v1.weight`);
    assert.deepEqual([weight?.unit, weight?.range], ["kg", { min: 0, max: 1.2 }]);
  });

  it("moves a range of temperatures with their offset", () => {
    const files = plantFiles({
      "classes.yaml": (text) => text.replace("unit: g, range: { min: 0, max: 1200 }", "unit: Cel, range: { min: 0, max: 100 }"),
      "site.yaml": (text) => text.replace("    feeds: [capper]", '    tags: { weight: { unit: "[degF]" } }'),
    });
    assert.deepEqual(load(files).tags.get(`${FILLER}._filler_v1.weight`)?.range, { min: 32, max: 212 });
  });

  it("overrides address, range and ideal rate per instance", () => {
    const model = load(
      site("    feeds: [capper]", '    idealRate: 90\n    tags: { weight: { range: { max: 600 }, address: "{prefix}.NetWeight" } }'),
    );
    const weight = model.tags.get(`${FILLER}._filler_v1.weight`);
    assert.deepEqual([weight?.range, weight?.address, weight?.unit], [{ max: 600 }, "s=Line.Filler.NetWeight", "g"]);
    assert.equal(model.equipment.get(FILLER)?.idealRate, 90);
  });

  it("keeps direct tags under _raw, with virtual paths, and lets roles name them", () => {
    const raw = "    roles: { heartbeat: _raw.plc.beat }\n    raw: { plc.beat: { type: int, expectedEverySeconds: 0.5 } }";
    const model = load(site("    feeds: [capper]", raw));
    assert.equal(roleTag(model, FILLER, "heartbeat"), `${FILLER}._raw.plc.beat`);
    assert.equal(model.tags.get(`${FILLER}._raw.plc.beat`)?.expectedEveryMs, 500);
  });

  it("puts the parts together whatever the number and order of the files", () => {
    const one = [{ name: "all.yaml", text: Object.values(GOOD_FILES).join("") }];
    assert.equal(load(one).revision, load().revision);
    assert.equal(load(plantFiles().toReversed()).revision, load().revision);
  });

  it("takes every numbering of states that OEE can read", () => {
    for (const profile of NUMBERING_PROFILES.filter((one) => one !== "custom")) {
      const { equipment } = load(plantFiles({ "classes.yaml": (text) => text.replace("packml-opcua", profile) }));
      assert.deepEqual(equipment.get(FILLER)?.stateMap, { profile });
    }
  });

  it("takes the state of a machine from its own codes, another model of states, its speed or its counts", () => {
    assert.deepEqual(stateMapOf("{ profile: umh }"), { profile: "umh" });
    assert.deepEqual(
      stateMapOf("{ profile: custom, states: { 1: Execute, 30: { state: Held, reason: jam }, 40: { bucket: failure, loss: minorStop } } }"),
      {
        profile: "custom",
        states: { 1: "Execute", 30: { state: "Held", reason: "jam" }, 40: { bucket: "failure", loss: "minorStop" } },
      },
    );
    assert.deepEqual(stateMapOf("{ profile: derived, from: processed, quietSeconds: 2.5 }", "processed: count"), {
      profile: "derived",
      from: "processed",
      quietMs: 2_500,
    });
    assert.deepEqual(stateMapOf('{ profile: derived, from: speed, above: 5, unit: "{bottles}" }', "speed: count, processed: count"), {
      profile: "derived",
      from: "speed",
      above: 5,
      hysteresis: 0,
      unit: "{bottles}",
    });
  });

  it("a machine whose speed has another unit than the thresholds of its class is refused", () => {
    assert.equal(load(plantFiles({ "classes.yaml": byWeight })).equipment.get(FILLER)?.stateMap?.profile, "derived");
    assert.match(
      problemsOf(plantFiles({ "classes.yaml": byWeight, "site.yaml": inKilograms }))
        .map(formatProblem)
        .join("\n"),
      /site\.yaml:8.*hall\.line\.filler.*stateMap.*in g, but weight is in kg/,
    );
  });

  it("reads the state's text before its number, and a speed where the state is derived from it", () => {
    const texts = load(
      plantFiles({
        "classes.yaml": (yaml) =>
          yaml
            .replace("state: state, processed", "state: state, stateText: text, processed")
            .replace("    tags:\n      state:", "    tags:\n      text: { type: string }\n      state:"),
      }),
    );
    assert.equal(stateTag(texts, FILLER), `${FILLER}._filler_v1.text`);
    assert.equal(stateTag(load(), FILLER), `${FILLER}._filler_v1.state`);
    const quiet = load(plantFiles({ "classes.yaml": (yaml) => yaml.replace("packml-opcua", "derived, from: processed, quietSeconds: 9") }));
    assert.equal(stateTag(quiet, FILLER), undefined);
  });

  it("has a revision that follows the content and not the comments", () => {
    const commented = plantFiles({ "site.yaml": (text) => `# remark\n${text}` });
    const changed = plantFiles({ "products.yaml": (text) => text.replace("0.5", "0.51") });
    assert.equal(load(commented).revision, load().revision);
    assert.notEqual(load(changed).revision, load().revision);
    const reading = loadPlant(plantFiles(), (text) => String(text.length));
    assert.ok("model" in reading && Number(reading.model.revision) > 500);
  });

  it("warns of a circle of feeds, of an unusual place in ISA-95 and of an address used twice, and loads", () => {
    const circle = site('class: capper, prefix: "{prefix}.Capper"', 'class: capper, prefix: "{prefix}.Capper", feeds: [filler]');
    assert.deepEqual(warningsOf(circle), ["site.yaml:13 hall.line.capper feeds hall.line.filler, which closes a circle."]);
    assert.match(warningsOf(site("kind: WorkCell\n", "kind: Unit\n"))[0] ?? "", /^site\.yaml:9 ISA-95 does not put a Unit directly below/);
    const copied = warningsOf(site("{prefix}.Capper", "{prefix}.Filler"));
    assert.match(copied[0] ?? "", /^site\.yaml:13 The address "s=Line\.Filler\.State" already belongs to .*is a prefix copied\?/);
    assert.equal(copied.length, 2);
  });

  it("loads the demo site without a warning", () => {
    const directory = path.resolve(import.meta.dirname, "../../../plant/site");
    const files = readdirSync(directory).map((name) => ({ name, text: readFileSync(path.join(directory, name), "utf8") }));
    assert.deepEqual(warningsOf(files), []);
    const model = load(files);
    const filler = "acme.galway.bottling.line01.filler01";
    assert.equal(model.tags.get(`${filler}._filler_v1.fill_weight`)?.address, "nsu=urn:twinline:demo-plant;s=Line01.Filler01.FillWeight");
    assert.equal(idealCycleSeconds(model, filler, "still-500"), 0.5);
    assert.equal(assetsOfClass(model, "packml-machine").length, 6);
  });
});

const later = (text: string) => text.replace("filler: 0.5", "filler: [{ from: 2026-07-01, seconds: 0.45 }]");

describe("looking things up in a plant model", () => {
  const model = load();

  it("finds equipment by pattern: * within a segment, ** over segments", () => {
    const hall = "acme.galway.hall";
    assert.deepEqual(pathsMatching(model, "acme.*.hall.**"), [hall, `${hall}.line`, FILLER, `${hall}.line.capper`]);
    assert.deepEqual(pathsMatching(model, "acme.*.hall.*"), [`${hall}.line`]);
    assert.deepEqual(pathsMatching(model, "**.*er"), [FILLER, `${hall}.line.capper`]);
    assert.deepEqual(pathsMatching(model, FILLER), [FILLER]);
    assert.deepEqual(pathsMatching(model, "acme.galway.*ll*"), [hall]);
    assert.deepEqual(pathsMatching(model, "*.hall"), []);
    assert.deepEqual(pathsMatching(model, ""), []);
  });

  it("answers patterns as the regular expression they stand for", () => {
    const segment = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 });
    const part = fc.oneof(
      fc.constant("**"),
      fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 3 }).filter((text) => !text.includes("**")),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.array(segment, { minLength: 1, maxLength: 5 }), (parts, path) => {
        const source = parts.map((text) => (text === "**" ? "(?:[^.]+[.])*" : `${text.replaceAll("*", "[^.]*")}[.]`)).join("");
        assert.equal(matchesPath(parts.join("."), path.join(".")), new RegExp(`^${source}$`).test(`${path.join(".")}.`));
      }),
      { numRuns: 2000 },
    );
  });

  it("shows what a class says of its tags, inherited ones first, and keeps that out of the revision", () => {
    assert.deepEqual(
      [...(model.classes.get("filler")?.tags ?? [])],
      [
        ["state", { type: "enum", values: { 4: "Idle", 6: "Execute" } }],
        ["count", { type: "int", unit: "{bottles}" }],
        ["weight", { type: "float", unit: "g", range: { min: 0, max: 1200 } }],
      ],
    );
    assert.equal(withSpareClass("float").revision, withSpareClass("int").revision);
    assert.notEqual(withSpareClass("int").revision, model.revision);
  });

  it("finds roles, addresses, classes and the place in the plant", () => {
    assert.equal(roleTag(model, FILLER, "state"), `${FILLER}._filler_v1.state`);
    assert.equal(roleTag(model, FILLER, "product"), undefined);
    assert.equal(roleTag(model, "acme.nowhere", "state"), undefined);
    assert.deepEqual(
      tagsAt(model, "s=Line.Capper.Count").map(({ id }) => id),
      ["acme.galway.hall.line.capper._capper_v1.count"],
    );
    assert.deepEqual(
      assetsOfClass(model, "machine").map((asset) => asset.class),
      ["filler", "capper"],
    );
    assert.deepEqual(placeOf(model, FILLER), { site: "galway", line: "hall.line" });
    assert.deepEqual(placeOf(model, "acme.galway.hall"), { site: "galway", line: "~" });
    assert.deepEqual(placeOf(model, "acme"), { site: "~", line: "~" });
  });

  it("takes the ideal cycle from the product and machine, then the product, then the machine's ideal rate", () => {
    assert.equal(idealCycleSeconds(model, FILLER, "still-500"), 0.5);
    assert.equal(idealCycleSeconds(model, "acme.galway.hall.line.capper", "still-500"), 0.4);
    assert.equal(idealCycleSeconds(model, FILLER, "unknown"), undefined);
    const rated = load(site("    feeds: [capper]", "    idealRate: 120"));
    assert.equal(idealCycleSeconds(rated, FILLER, "unknown"), 0.5);
  });

  it("takes the ideal cycle that holds at an instant; a date begins at midnight of the site", () => {
    const list = '[{ seconds: 0.5 }, { from: 2026-07-01, seconds: 0.45 }, { from: "2026-12-01T06:00+01:00", seconds: 0.4 }]';
    const changing = load(plantFiles({ "products.yaml": (text) => text.replace("filler: 0.5", `filler: ${list}`) }));
    const cycle = (iso?: string) => idealCycleSeconds(changing, FILLER, "still-500", iso === undefined ? undefined : Date.parse(iso));
    assert.deepEqual(
      ["2020-01-01T00:00Z", "2026-06-30T22:59Z", "2026-06-30T23:00Z", "2026-12-01T04:59Z", "2026-12-01T05:00Z", undefined].map(cycle),
      [0.5, 0.5, 0.45, 0.45, 0.4, 0.4],
    );
    assert.notEqual(changing.revision, model.revision);
  });

  it("before the first date that a cycle time has, the machine's ideal rate holds, where there is one", () => {
    const [plain, rated] = [(text: string) => text, (text: string) => text.replace("    feeds: [capper]", "    idealRate: 120")].map(
      (change) => load(plantFiles({ "products.yaml": later, "site.yaml": change })),
    );
    assert.ok(plain !== undefined && rated !== undefined);
    assert.equal(idealCycleSeconds(plain, FILLER, "still-500", 0), undefined);
    assert.equal(idealCycleSeconds(rated, FILLER, "still-500", 0), 0.5);
    assert.deepEqual(idealCycles(rated, FILLER, "still-500"), [{ seconds: 0.5 }, { from: Date.UTC(2026, 5, 30, 23), seconds: 0.45 }]);
  });

  it("reads the shifts of single dates in place of those of the week", () => {
    const exceptions = "exceptions: { 2026-12-24: { shifts: { early: { start: 06:00, end: 12:00 } } }, 2026-12-31: { shifts: {} } }";
    const excepted = load(plantFiles({ "calendars.yaml": (text) => `${text}    ${exceptions}\n` }));
    assert.deepEqual(excepted.calendars.get("days")?.exceptions, {
      "2026-12-24": [{ name: "early", start: "06:00", end: "12:00", days: [4], breaks: [] }],
      "2026-12-31": [],
    });
    assert.equal(model.calendars.get("days")?.exceptions, undefined, "an absent part changes no revision");
  });
});

describe("a faulty plant file is reported with file, line, field and what is allowed:", () => {
  for (const { what, file, from, to, at, says } of CORPUS) {
    it(what, () => {
      assert.ok(GOOD_FILES[file].includes(from), `the corpus is stale: ${from}`);
      const problems = problemsOf(plantFiles({ [file]: (text: string) => text.replace(from, () => to) }));
      assert.deepEqual(
        problems.map((problem) => `${problem.file}:${problem.line} ${problem.field}`),
        at,
      );
      assert.ok(
        problems.some((problem) => says.test(problem.message)),
        problems.map(formatProblem).join("\n"),
      );
    });
  }

  it("all mistakes at once", () => {
    const files = plantFiles({
      "site.yaml": (text) => text.replace("Europe/Dublin", "Mars/Base").replace("class: capper", "class: caper"),
      "classes.yaml": (text) => text.replace("unit: g,", "unit: ggg,"),
      "products.yaml": (text) => text.replace("0.5", "fast"),
    });
    assert.deepEqual(
      problemsOf(files).map(({ file, line }) => `${file}:${line}`),
      ["classes.yaml:12", "products.yaml:3", "site.yaml:4", "site.yaml:13"],
    );
  });

  it("no file with a plant", () => {
    assert.deepEqual(
      problemsOf([]).map(({ field }) => field),
      ["plant"],
    );
    assert.deepEqual(
      problemsOf([{ name: "empty.yaml", text: "" }]).map(({ field }) => field),
      ["plant"],
    );
  });
});

/** Time of the processor, which other programs on a busy machine do not lengthen. */
function cpuMs(job: () => void): number {
  const before = process.cpuUsage();
  job();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe("hostile plant files", () => {
  const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`;
  for (const [what, text] of [
    ["a bomb of aliases", bomb],
    ["a depth that overflows the stack", "a: ".padEnd(200_000, "[")],
    ["a depth over many lines", `a:\n${" [\n".repeat(100_000)}`],
    ["sequences in sequences", "- ".repeat(100_000)],
    ["brackets closed properly at great depth", `a: ${"[".repeat(5000)}${"]".repeat(5000)}`],
    ["more than two mebibytes", `# ${"x".repeat(2 ** 21)}`],
    ["a key of a map", "? { a: 1 }\n: 2"],
    ["a prototype key in a tag", "classes: { a: { tags: { constructor: { type: int } } } }"],
  ] as const) {
    it(`${what} is a problem, quickly, and nothing else`, () => {
      const spent = cpuMs(() => assert.ok(problemsOf([...plantFiles(), { name: "z.yaml", text }]).some(({ file }) => file === "z.yaml")));
      assert.ok(spent < 2000, `${spent} ms`);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    });
  }

  it("many duplicate keys are compared in linear time, and at most 500 problems are listed", () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index % 10_000}: 1\n`).join("");
    let problems: readonly Problem[] = [];
    const spent = cpuMs(() => (problems = problemsOf([{ name: "many.yaml", text }])));
    assert.ok(spent < 3000, `${spent} ms`);
    assert.equal(problems.length, 501);
    assert.match(problems.at(-1)?.message ?? "", /more problems are not listed/);
  });

  it("any damage to a good file gives a model or problems, never a throw", () => {
    const name = fc.constantFrom(...(Object.keys(GOOD_FILES) as (keyof typeof GOOD_FILES)[]));
    const splice = fc.record({
      at: fc.nat(700),
      cut: fc.nat(30),
      put: fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom("\n", "  ", ": ", "- ", "{", "]", "&a ", "*a", "null", "!!map", "'", "|\n"),
      ),
    });
    fc.assert(
      fc.property(name, splice, (file, { at, cut, put }) => {
        const reading = loadPlant(plantFiles({ [file]: (text: string) => text.slice(0, at) + put + text.slice(at + cut) }));
        if (!("problems" in reading)) return;
        assert.ok(reading.problems.length > 0);
        for (const problem of reading.problems)
          assert.ok(problem.line >= 1 && problem.column >= 1 && problem.field !== "" && problem.message.length > 5);
      }),
      { numRuns: 300 },
    );
  });
});

describe("size", () => {
  it("loads 5,000 tags in less than two seconds", () => {
    const machines = Array.from(
      { length: 1667 },
      (_, index) => `  hall.line.f${index}: { kind: WorkCell, class: filler, prefix: "{prefix}.F${index}" }\n`,
    );
    const files = [...plantFiles(), { name: "many.yaml", text: `equipment:\n${machines.join("")}` }];
    const before = process.threadCpuUsage();
    const model = load(files);
    // What else the computer does is no fault of the model.
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(model.tags.size > 5000);
    assert.ok(user + system < 2e6, `${(user + system) / 1e3} ms`);
  });
});
