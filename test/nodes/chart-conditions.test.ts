import assert from "node:assert/strict";
import type { SignalEvent } from "../../core/model/limits/index.ts";
import { conditionsOf } from "../../nodes/model/charts/conditions.ts";

const data = { asset: "acme.filler01", chart: "weight", part: "level", rules: [], points: [], tag: null, reaction_plan: null };
const signal = (start: number, end: number | null): SignalEvent => ({ start, end, revision: 1, data }) as unknown as SignalEvent;

describe("the alarms of signals where nobody is to be called", () => {
  it("begin no more, and those that were raised before end, once", () => {
    const events = [signal(1, null), signal(1, 5)];
    const speaker = { text: (key: string) => key };
    const over = new Set<string>();
    const told = conditionsOf([...events, signal(7, 9)], { priority: "none", onDelayMs: 0, over }, speaker, null);
    assert.deepEqual(
      told.map(({ start, data: { active, priority } }) => [start, active, priority]),
      [[5, false, undefined]],
    );
    assert.equal(conditionsOf(events, { priority: "low", onDelayMs: 0, over }, speaker, null).length, 2);
  });
});

describe("the alarm of a signal", () => {
  it("carries the unit of what is charted, where it has one", () => {
    const speaker = { text: (key: string) => key };
    const units = ["g", null].map((unit) => {
      const [told] = conditionsOf([signal(1, null)], { priority: "low", onDelayMs: 0, over: new Set() }, speaker, unit);
      return told?.data.unit;
    });
    assert.deepEqual(units, ["g", undefined]);
  });
});
