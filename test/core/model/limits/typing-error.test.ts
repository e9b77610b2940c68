import assert from "node:assert/strict";
import * as fc from "fast-check";
import { doubtsOf, type Expected, expectedOf } from "../../../../core/model/limits/index.ts";
import { isValue, typedNumber, withKey } from "../../../../nodes/see/twin-boards/browser/measure-number.ts";

const TORQUE: Expected = { centre: 50, sigma: 1.5, lower: null, upper: null };

describe("values that were probably mistyped", () => {
  it("lie ten standard deviations away, and are asked for with the point where it was meant", () => {
    assert.deepEqual(doubtsOf([50.2, 502, 5.02, 49], TORQUE), [
      { index: 1, value: 502, meant: 50.2 },
      { index: 2, value: 5.02, meant: 50.2 },
    ]);
    assert.deepEqual(doubtsOf([64.9], TORQUE), [], "far, but no further than a process may stray");
    assert.deepEqual(doubtsOf([70], TORQUE), [{ index: 0, value: 70, meant: null }]);
    assert.deepEqual(doubtsOf([-50], TORQUE), [{ index: 0, value: -50, meant: 50 }]);
  });

  it("lie beyond a specification by its own width, where no limits are known", () => {
    const specified: Expected = { centre: 50, sigma: 0, lower: 45, upper: 55 };
    assert.deepEqual(doubtsOf([64, 36, 66], specified), [{ index: 2, value: 66, meant: null }]);
    assert.deepEqual(doubtsOf([500], { ...specified, lower: null }), [], "one side says nothing of far");
  });

  it("are judged by the last measurements while there are no limits, once there are eight that differ", () => {
    assert.equal(expectedOf([1, 2, 3, 4, 5, 6, 7]), null);
    assert.equal(expectedOf(Array.from({ length: 9 }, () => 4)), null);
    assert.deepEqual(expectedOf([1, 2, 3, 4, 5, 6, 7, 8]), { centre: 4.5, sigma: Math.sqrt(6) });
  });

  it("are never what is expected, nor is what is offered instead", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        for (const doubt of doubtsOf([value], TORQUE)) {
          assert.ok(Math.abs(value - 50) > 15);
          if (doubt.meant !== null) assert.ok(Math.abs(doubt.meant - 50) <= 15);
        }
      }),
    );
  });
});

const read = (text: string) => typedNumber(text, ["N.cm", "N·cm"]);

describe("numbers as people and scales type them", () => {
  it("have a decimal comma or point, a sign, and the unit of the chart behind them", () => {
    assert.deepEqual(["50,2", "50.2", " +50.2 N.CM", "-0,5", ".5", "7."].map(read), [
      { value: 50.2 },
      { value: 50.2 },
      { value: 50.2 },
      { value: -0.5 },
      { value: 0.5 },
      { value: 7 },
    ]);
    assert.deepEqual(read("50.2 g"), { fault: "unit", unit: "g" });
    assert.deepEqual(
      ["", "g", "-", "1.2.3", "1e9", "0x10"].map((text) => Object.keys(read(text))[0]),
      Array(6).fill("fault"),
    );
  });

  it("take keys one by one: one decimal mark, a sign that changes", () => {
    const typed = ["5", ",", "0", ".", "2", "±", "±", "3", "⌫"].reduce(withKey, "");
    assert.equal(typed, "5,02");
    assert.equal("50.4 N.cm".split("").reduce(withKey, ""), "50.4 N.cm");
    assert.equal(withKey("12", "C"), "");
  });
});

const is = (line: string): boolean => isValue(line, ["g", "kg"]);

describe("a line that is typed at once at a shared screen", () => {
  it("is a value where it has a decimal mark or the unit of the chart, and else may be a badge", () => {
    for (const line of ["50.4", "+0050,42", "-.5", "501g", "501kg", "50.4lb"]) assert.ok(is(line), line);
    for (const line of ["00012345", "123456789012345678", "BADGE-00017", "04A3B2C1", "12345lb", ""]) assert.ok(!is(line), line);
  });
});
