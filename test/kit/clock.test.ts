import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { ReplayClock } from "../../core/connect/replay/index.ts";
import { clockOf, REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { Guard } from "../../nodes/kit/guard.ts";

const red = (twinline: object): Pick<NodeAPI, "settings"> => ({ settings: { twinline } }) as unknown as NodeAPI;
const settle = async (): Promise<void> => undefined;

describe("the clock of twin nodes", () => {
  it("is the computer's, unless the settings say that this is a replay", () => {
    const clock = new ReplayClock(0);
    assert.equal(clockOf(red({})), REAL_CLOCK);
    assert.equal(clockOf(red({ clock })), REAL_CLOCK);
    assert.equal(clockOf(red({ replay: true })), REAL_CLOCK);
    assert.equal(clockOf(red({ clock, replay: "true" })), REAL_CLOCK);
    assert.equal(clockOf(red({ clock, replay: true })), clock);
  });

  it("rings the timers of a guard, and none of them after they were cleared", async () => {
    const clock = new ReplayClock(1000);
    const guard = new Guard((error) => assert.fail(String(error)), clock);
    const rung: number[] = [];
    guard.every(60_000, () => rung.push(clock.now()));
    guard.after(90_000, () => rung.push(clock.now()));
    await clock.advance(122_000, async () => new Promise((resolve) => setImmediate(resolve)));
    assert.deepEqual(rung, [61_000, 91_000, 121_000]);
    guard.clearTimers();
    await clock.advance(1_000_000, settle);
    assert.equal(rung.length, 3);
  });

  it("knows the guarded work that is under way, also when it fails", async () => {
    const clock = new ReplayClock(0);
    const faults: unknown[] = [];
    const guard = new Guard((error) => faults.push(error), clock);
    const work = Promise.withResolvers<void>();
    guard.wrap(() => work.promise)();
    guard.wrap(() => undefined)();
    assert.equal(clock.busy, 1);
    work.reject(new Error("x"));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([clock.busy, faults.length], [0, 1]);
  });
});
