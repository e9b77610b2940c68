import assert from "node:assert/strict";
import type { NodeStatus } from "node-red";
import { type Schedule, StatusLine } from "../../nodes/kit/status.ts";

describe("the status of a node", () => {
  let shown: NodeStatus[] = [];
  let due: (() => void) | undefined;
  const schedule: Schedule = (job, ms) => {
    assert.equal(ms, 500);
    due = job;
    return () => (due = undefined);
  };
  const halfSecond = (): void => {
    const job = due;
    due = undefined;
    job?.();
  };
  const texts = (): (string | undefined)[] => shown.map((status) => status.text);
  let line: StatusLine;

  beforeEach(() => {
    shown = [];
    due = undefined;
    line = new StatusLine((status) => shown.push(status), schedule);
  });

  it("is shown at once, then at most twice a second, and the last one wins", () => {
    for (let n = 1; n <= 1_000; n += 1) line.set("ok", String(n));
    assert.deepEqual(texts(), ["1"]);
    halfSecond();
    assert.deepEqual(texts(), ["1", "1000"]);
    halfSecond();
    halfSecond();
    assert.deepEqual(texts(), ["1", "1000"]);
  });

  it("is not sent again when nothing changed", () => {
    line.set("ok", "a");
    line.set("ok", "a");
    halfSecond();
    assert.equal(shown.length, 1);
  });

  it("keeps the number of rejects beside whatever the behaviour says", () => {
    line.set("ok", "12 tags");
    line.note(() => "3 rejected");
    halfSecond();
    assert.deepEqual(shown.at(-1), { fill: "green", shape: "dot", text: "12 tags, 3 rejected" });
  });

  it("shows rejects as degraded when the behaviour said nothing", () => {
    line.note(() => "1 rejected");
    assert.deepEqual(shown, [{ fill: "yellow", shape: "ring", text: "1 rejected" }]);
  });

  it("puts the number of rejects into words only when it is shown", () => {
    let said = 0;
    for (let n = 1; n <= 1_000; n += 1) line.note(() => `${(said += 1)} times in words`);
    halfSecond();
    assert.equal(said, 2);
  });

  it("shows nothing after it was closed", () => {
    line.set("ok", "a");
    line.set("ok", "b");
    line.close();
    halfSecond();
    assert.deepEqual(texts(), ["a"]);
  });
});
