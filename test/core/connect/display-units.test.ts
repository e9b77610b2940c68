import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffPlants, formatChange, formatProblem, loadPlant, type PlantModel } from "../../../core/connect/model/index.ts";
import { convert, inShownUnit, knownUnits, parseUnit, shownUnit, unitSymbol } from "../../../core/connect/units/index.ts";
import { ATOMS, COMMON_UNITS } from "../../../core/connect/units/table.ts";
import { plantFiles } from "./plant-files.ts";

/** The small plant with these lines below `display`. */
function read(...lines: readonly string[]) {
  const display = lines.length === 0 ? "" : `  display:\n${lines.map((line) => `    ${line}\n`).join("")}`;
  return loadPlant(
    plantFiles({ "site.yaml": (text) => text.replace("  zone: Europe/Dublin\n", (zone) => zone + display) }),
    (text) => text,
  );
}
function load(...lines: readonly string[]): PlantModel {
  const reading = read(...lines);
  if ("problems" in reading) assert.fail(reading.problems.map(formatProblem).join("\n"));
  return reading.model;
}
function warningsOf(...lines: readonly string[]): readonly string[] {
  return read(...lines).warnings.map(formatProblem);
}

describe("display units of a site", () => {
  it("say which unit people see in the place of which", () => {
    const { display } = load('g: "[lb_av]"', '"{bottles}": "{bottles}"', "Cel: '[degF]'");
    assert.deepEqual(shownUnit("g", display), { code: "[lb_av]", ...convert("g", "[lb_av]") });
    assert.deepEqual(shownUnit("Cel", display), { code: "[degF]", factor: 1.8, offset: 32 });
    assert.deepEqual(shownUnit("kg", display), { code: "kg", factor: 1, offset: 0 });
    assert.equal(load().display, undefined);
    assert.equal(load("{}").display, undefined);
  });

  it("are no part of the revision, which stands in samples and evidence", () => {
    assert.equal(load('g: "[lb_av]"').revision, load().revision);
  });

  it("are a difference that a person sees before it is taken", () => {
    assert.deepEqual(diffPlants(load(), load('g: "[lb_av]"')).map(formatChange), [
      '~ equipment acme.galway display (none) → "{ g: [lb_av] }"',
    ]);
  });

  // Line 5 is `display:`, so the first of these stands on line 6.
  for (const [what, line, at, says] of [
    [
      "an alias in the place of a stored unit",
      '°C: "[degF]"',
      '6:5 plant.display["°C"]',
      /"°C" is not the UCUM code. Did you mean "Cel"\?/,
    ],
    ["an alias in the place of a shown unit", "g: lb", "6:8 plant.display.g", /"lb" is not the UCUM code. Did you mean "\[lb_av\]"\?/],
    ["a stored unit that nobody knows", "grams: g", "6:5 plant.display.grams", /is not the UCUM code|no known unit/],
    ["a shown unit that nobody knows", "g: stone", "6:8 plant.display.g", /"stone" is no known unit/],
    [
      "units that measure different things",
      "g: l",
      "6:8 plant.display.g",
      /they measure different things. Known units .*"g": mg, g, kg, t/,
    ],
    ["units that count different things", '"{bottles}": "{caps}"', '6:18 plant.display["{bottles}"]', /count different things/],
    ["a number", "g: 5", "6:8 plant.display.g", /text/],
    ["nothing", "g: ~", "6:8 plant.display.g", /"g" is empty/],
    ["a map", "g: { as: kg }", "6:8 plant.display.g", /A map was given where text belongs/],
    ["a hostile key", "constructor: g", "6:5 plant.display", /never accepted/],
  ] as const) {
    it(`refuse ${what}, with line and column`, () => {
      const reading = read(line);
      assert.ok("problems" in reading);
      const [problem, ...more] = reading.problems.map(formatProblem);
      assert.ok(problem?.startsWith(`site.yaml:${at}: `), problem);
      assert.match(problem ?? "", says);
      assert.deepEqual(more, []);
    });
  }

  it("refuse more units than anybody has", () => {
    const reading = read(...Array.from({ length: 101 }, (_, i) => `"{n${i}}": "1"`));
    assert.match(formatProblem(("problems" in reading && reading.problems[0]) || assert.fail()), /101 display units; at most 100/);
  });

  it("warn of a unit that no tag has, because nothing would be shown in another one", () => {
    assert.deepEqual(warningsOf('g: "[lb_av]"'), []);
    assert.match(
      warningsOf("", '"{bottle}": "1"')[0] ?? "",
      /^site.yaml:7:5 .*No tag of this plant has the unit "\{bottle\}"\. Did you mean "\{bottles\}"/,
    );
  });
});

describe("the symbol of a unit", () => {
  it("is what people write", () => {
    const symbols = {
      "[degF]": "°F",
      Cel: "°C",
      "[lb_av]": "lb",
      "{bottles}/min": "bottles/min",
      "[psi]": "psi",
      "[psi]{gauge}": "psi gauge",
      "[gal_us]": "gal",
      "[gal_us]/min": "gal/min",
      "m3/h": "m³/h",
      "N.cm": "N·cm",
      "uS/cm": "µS/cm",
      um: "µm",
      kOhm: "kΩ",
      "m[H2O]": "mH₂O",
      "mm[Hg]": "mmHg",
      "%{RH}": "% RH",
      "[lb_av]/[ft_i]3": "lb/ft³",
      "s-1": "s^-1",
      "/min": "/min",
      "1": "",
    };
    assert.deepEqual(Object.fromEntries(Object.keys(symbols).map((code) => [code, unitSymbol(code)])), symbols);
  });

  it("has no brackets left for any unit of the table", () => {
    for (const code of [...ATOMS.keys(), ...COMMON_UNITS]) assert.doesNotMatch(unitSymbol(code), /[[\]{}_]/, code);
  });

  it("leaves words alone that are no unit, such as those for instants, ratios and counts on boards", () => {
    for (const word of ["ratio", "duration", "age", "time", "date", "quality", "count", "text", "", "per shift"])
      assert.equal(unitSymbol(word), word);
  });
});

describe("a value in its display unit", () => {
  it("goes back to the value that is stored, for every pair of common units", () => {
    const pairs = COMMON_UNITS.flatMap((from) => {
      const unit = parseUnit(from);
      return "value" in unit ? knownUnits(unit.value).map((to) => [from, to] as const) : [];
    });
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
        const shown = inShownUnit(value, shownUnit(from, new Map([[from, to]])));
        const back = inShownUnit(shown, shownUnit(to, new Map([[to, from]])));
        assert.ok(Math.abs(back - value) <= 1e-9 * Math.max(1, Math.abs(value)), `${value} ${from} as ${to} came back as ${back}`);
      }),
    );
  });
});
