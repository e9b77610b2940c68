import assert from "node:assert/strict";
import * as fc from "fast-check";
import { doubtsOf, type Expected, expectedOf } from "../../../../core/model/limits/index.ts";
import { CLEAR, isValue, typedNumber, withKey } from "../../../../nodes/see/twin-boards/browser/measure-number.ts";
import { TypedValues } from "../../../../nodes/see/twin-boards/browser/measure-values.ts";

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
    assert.equal(withKey("12", CLEAR), "");
    assert.equal("21 °C".split("").reduce(withKey, ""), "21 °C", "a unit clears nothing");
  });
});

const is = (line: string): boolean => isValue(line, ["g", "kg"]);

describe("a line that is typed at once at a shared screen", () => {
  it("is a value where it has a decimal mark or the unit of the chart, and else may be a badge", () => {
    for (const line of ["50.4", "+0050,42", "-.5", "501g", "501kg", "50.4lb"]) assert.ok(is(line), line);
    for (const line of ["00012345", "123456789012345678", "BADGE-00017", "04A3B2C1", "12345lb", ""]) assert.ok(!is(line), line);
  });
});

/** Line after line, each ended by Enter; what each came to. */
function scale(typed: TypedValues, lines: readonly string[], open = false): unknown[] {
  return lines.map((line) => {
    for (const key of line) typed.key(key, open);
    const done = typed.end(open);
    return "text" in done ? `${done.ended} ${done.text}` : done.ended;
  });
}

describe("a scale that types whatever the screen shows", () => {
  it("has each single value saved by its own Enter", () => {
    const typed = new TypedValues(1, []);
    for (const value of [181, 185, 192, 195]) {
      assert.deepEqual([scale(typed, [String(value)]), typed.values], [["save"], [value]]);
      typed.put([]);
    }
    scale(typed, ["181"]);
    assert.deepEqual([scale(typed, ["185", ""]), typed.texts], [["full 185", "save"], ["181"]], "while the one before is not kept");
  });

  it("neither changes nor saves a subgroup that is full: only an Enter of its own does", () => {
    const typed = new TypedValues(3, []);
    assert.deepEqual(scale(typed, ["50,1", "50.2", "50.3", "50.4", "50.5", ""]), [
      "next",
      "next",
      "ready",
      "full 50.4",
      "full 50.5",
      "save",
    ]);
    assert.deepEqual(typed.values, [50.1, 50.2, 50.3]);
    typed.choose(1);
    typed.tap(CLEAR);
    assert.deepEqual([scale(typed, ["49"]), typed.values], [["ready"], [50.1, 49, 50.3]]);
  });

  it("is told that nothing is taken while a question is open, also of a value that it had begun before", () => {
    const typed = new TypedValues(2, []);
    typed.key("1");
    assert.deepEqual([scale(typed, ["92"], true), typed.texts], [["asked"], ["", ""]]);
    typed.key("1", true);
    assert.deepEqual([scale(typed, ["92"]), typed.texts], [["asked"], ["", ""]], "answered in the middle of a value");
    assert.deepEqual([scale(typed, ["192"]), typed.texts], [["next"], ["192", ""]]);
    typed.key("1");
    assert.deepEqual([scale(typed, [""], true), typed.texts], [["asked"], ["192", ""]]);
    assert.deepEqual(scale(typed, [""], true), ["nothing"]);
  });

  it("loses no line without a word: each is a value, or what it came to says that it is none", () => {
    const line = fc.record({ text: fc.constantFrom("1", "22", "3,5", "7 g", "x"), open: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(line, { maxLength: 20 }), (size, lines) => {
        const typed = new TypedValues(size, ["g"]);
        for (const { text, open } of lines) {
          const before = typed.values.filter((one) => one !== undefined).length;
          const [came] = scale(typed, [text], open) as string[];
          const taken = typed.values.filter((one) => one !== undefined).length - before;
          assert.equal(taken, ["next", "ready", "save"].includes(came ?? "") ? 1 : 0);
          if (taken === 0) assert.match(came ?? "", /^(full|fault|asked)/);
        }
      }),
    );
  });

  it("goes on as it was when what was typed is a badge", () => {
    const typed = new TypedValues(2, []);
    scale(typed, ["50"]);
    typed.key("4");
    const back = typed.keep();
    scale(typed, ["00012345"]);
    back();
    assert.deepEqual([typed.texts, typed.begun], [["50", "4"], "value"]);
  });
});
