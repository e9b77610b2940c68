import assert from "node:assert/strict";
import * as fc from "fast-check";
import { aliasOf, convert, knownUnits, parseUnit } from "../../../core/connect/units/index.ts";
import { COMMON_UNITS } from "../../../core/connect/units/table.ts";

function converted(value: number, from: string, to: string): number {
  const conversion = convert(from, to);
  assert.ok("factor" in conversion, "problem" in conversion ? conversion.problem : "");
  return value * conversion.factor + conversion.offset;
}
function problemOf(from: string, to: string): string {
  const conversion = convert(from, to);
  assert.ok("problem" in conversion, `${from} was converted to ${to}`);
  return conversion.problem;
}

describe("unit conversion", () => {
  // Exact by definition (SI brochure, NIST SP 811 appendix B), rounded to the digits shown.
  for (const [value, from, to, expected] of [
    [100, "Cel", "[degF]", 212],
    [-40, "[degF]", "Cel", -40],
    [0, "Cel", "K", 273.15],
    [491.67, "[degR]", "Cel", 0],
    [1, "bar", "kPa", 100],
    [1, "[psi]", "Pa", 6894.757293168],
    [1, "atm", "mbar", 1013.25],
    [760, "mm[Hg]", "Pa", 101_324.72],
    [1, "kW.h", "MJ", 3.6],
    [1, "[Btu_IT]", "kJ", 1.05505585262],
    [1, "[HP]", "W", 745.69987158227],
    [170, "N.cm", "N.m", 1.7],
    [1, "[lbf_av].[ft_i]", "N.m", 1.3558179483314],
    [1, "[lb_av]", "g", 453.59237],
    [1, "[in_i]", "mm", 25.4],
    [1, "[gal_us]", "l", 3.785411784],
    [3.6, "m3/h", "l/s", 1],
    [120, "{bottles}/min", "{bottles}/h", 7200],
    [3000, "/min", "Hz", 50],
    [90, "km/h", "m/s", 25],
    [180, "deg", "rad", Math.PI],
    [12.5, "%", "1", 0.125],
    [1, "kV.A", "W", 1000],
    [1, "cSt", "mm2/s", 1],
    [1, "cP", "mPa.s", 1],
    [1, "kg.m/s2", "N", 1],
    [1, "m3.(kg/m3)", "kg", 1],
    [1, "10.mm", "cm", 1],
  ] as const) {
    it(`${value} ${from} is ${expected} ${to}`, () => {
      const result = converted(value, from, to);
      assert.ok(Math.abs(result - expected) <= 1e-11 * Math.max(1, Math.abs(expected)), String(result));
    });
  }

  for (const [alias, code] of [
    ["°C", "Cel"],
    ["degC", "Cel"],
    ["rpm", "/min"],
    ["Nm", "N.m"],
    ["Ncm", "N.cm"],
    ["kWh", "kW.h"],
    ["m³/h", "m3/h"],
    ["µm", "um"],
    ["bar(g)", "bar{gauge}"],
    ["pcs/min", "{pieces}/min"],
    ["Ω", "Ohm"],
  ] as const) {
    it(`what a PLC calls ${alias} is ${code}`, () => assert.equal(aliasOf(alias), code));
  }

  it("gives short decimals where rounding has only just missed them", () => {
    assert.deepEqual(convert("Cel", "[degF]"), { factor: 1.8, offset: 32 });
    assert.deepEqual(convert("um", "mm"), { factor: 0.001, offset: 0 });
    assert.deepEqual(convert("/min", "/s"), { factor: 1 / 60, offset: 0 });
  });

  it("redefines no UCUM code: an alias is never a unit of its own", () => {
    for (const alias of ["F", "C", "T", "Pa", "min", "h", "kg/h", "l/min", "bar", "ar"]) {
      assert.ok("value" in parseUnit(alias), alias);
      assert.equal(aliasOf(alias), undefined, alias);
    }
  });

  it("names both units and the units that would do when the dimension differs", () => {
    assert.equal(
      problemOf("g", "bar"),
      '"g" cannot be converted to "bar": they measure different things. Known units that convert to "bar": Pa, kPa, MPa, mbar, bar, [psi].',
    );
  });

  it("does not take bottles for caps, a proportion for a number of things, or gauge for absolute pressure", () => {
    assert.match(problemOf("{bottles}", "{caps}"), /count different things/);
    assert.match(problemOf("%", "{bottles}"), /proportion/);
    assert.match(problemOf("bar(g)", "bar(a)"), /"gauge" is not the same as "absolute"/);
    assert.match(problemOf("bar(g)", "bar"), /"gauge" is not the same as "unstated"/);
    assert.match(problemOf("{bottles}", "/min"), /measure different things/);
    assert.equal(converted(2, "{bottles}/min", "/min"), 2);
    assert.equal(converted(1, "bar(g)", "kPa{gauge}"), 100);
  });

  it("does not convert pH or decibel to anything else", () => {
    assert.equal(converted(7, "[pH]", "[pH]"), 7);
    assert.match(problemOf("[pH]", "1"), /measure different things/);
    assert.match(problemOf("dB", "1"), /measure different things/);
  });

  for (const wrong of [
    "",
    "blub",
    "kmin",
    "g/",
    "/",
    "(g",
    "g)",
    "g..m",
    "m0",
    "m99",
    "0.g",
    "Cel/min",
    "Cel2",
    "{",
    "{}",
    "{a;b}",
    "g{",
    "__proto__",
    "constructor",
    "x".repeat(65),
    "g m",
    "k",
  ]) {
    it(`refuses ${JSON.stringify(wrong.slice(0, 20))} as a unit`, () => assert.ok("problem" in parseUnit(wrong)));
  }

  it("never throws, for any text", () => {
    const soup = fc.string({ unit: fc.constantFrom(..."mgskKCelbar[]{}()./%0129-'° \u0000µ".split("")), maxLength: 70 });
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: "binary" })), (text) => void parseUnit(text)),
      { numRuns: 1000 },
    );
  });

  it("there and back is the same value, for all common units of one dimension", () => {
    const pairs = COMMON_UNITS.flatMap((from) => {
      const unit = parseUnit(from);
      assert.ok("value" in unit, from);
      return knownUnits(unit.value).map((to) => [from, to] as const);
    });
    assert.ok(pairs.length > 200);
    fc.assert(
      fc.property(fc.constantFrom(...pairs), fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
        const back = converted(converted(value, from, to), to, from);
        assert.ok(Math.abs(back - value) <= 1e-9 * Math.max(1, Math.abs(value)), `${value} ${from} via ${to} became ${back}`);
      }),
    );
  });

  it("by one unit or by two is the same conversion", () => {
    const triples = [
      ["Cel", "K", "[degF]"],
      ["psi", "bar", "kPa"],
      ["m3/h", "l/min", "ml/s"],
      ["kWh", "J", "MJ"],
      ["[in_i]", "mm", "m"],
    ] as const;
    for (const [a, b, c] of triples) {
      const direct = converted(12.5, a, c);
      assert.ok(Math.abs(converted(converted(12.5, a, b), b, c) - direct) <= 1e-12 * Math.abs(direct) + 1e-12);
    }
  });
});
