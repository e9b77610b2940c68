import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BottlingLine, TAGS, type TagChange, readSite } from "../../plant/simulator/index.ts";
import { State } from "../../plant/simulator/packml.ts";
import { Schedule } from "../../plant/simulator/schedule.ts";
import { SITE_DIR } from "../support/demo-site.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 9, 5, 4, 0);
const FILLER = "acme.galway.bottling.line01.filler01";
const site = readSite(SITE_DIR);

function run(seed: number, hours: number, stepMs: number, rolloverAt?: number): { line: BottlingLine; changes: TagChange[] } {
  const line = new BottlingLine({ seed, start: START, ...site, ...(rolloverAt === undefined ? {} : { rolloverAt }) });
  const changes: TagChange[] = [];
  for (let to = START + stepMs; to < START + hours * HOUR; to += stepMs) changes.push(...line.advanceTo(to));
  changes.push(...line.advanceTo(START + hours * HOUR));
  return { line, changes };
}

function digest(changes: readonly TagChange[]): string {
  return createHash("sha256").update(JSON.stringify(changes)).digest("hex");
}

describe("demo plant simulator", () => {
  it("gives the same stream for the same seed, whatever the steps, and another one for another seed", () => {
    const reference = digest(run(7, 3, 15_000).changes);
    assert.equal(digest(run(7, 3, 977).changes), reference);
    assert.notEqual(digest(run(8, 3, 15_000).changes), reference);
  });

  it("publishes in time order, only known tags, integer milliseconds, and every tag at the start", () => {
    const { changes } = run(7, 2, 60_000);
    const known = new Set(TAGS.map((t) => t.nodeId));
    let last = START;
    for (const { nodeId, timestamp } of changes) {
      assert.ok(known.has(nodeId), nodeId);
      assert.ok(Number.isSafeInteger(timestamp) && timestamp >= last, `${nodeId} at ${timestamp}`);
      last = timestamp;
    }
    const atStart = new Set(changes.filter((c) => c.timestamp === START).map((c) => c.nodeId));
    assert.deepEqual(
      [...known].filter((nodeId) => !atStart.has(nodeId)),
      [],
    );
  });

  it("never publishes one tag twice at the same instant", () => {
    const seen = new Set<string>();
    for (const { nodeId, timestamp } of run(11, 12, 60_000).changes) {
      const key = `${nodeId}@${timestamp}`;
      assert.ok(!seen.has(key), key);
      seen.add(key);
    }
  });

  it("says in its tags exactly what the ground truth says", () => {
    const { line, changes } = run(7, 24, 60_000);
    for (const asset of line.truth.assets) {
      const station = `Line01.${asset
        .split(".")
        .at(-1)
        ?.replace(/^./, (c) => c.toUpperCase())}`;
      const of = (name: string) => changes.filter((c) => c.nodeId === `${station}.${name}`);
      const truth = line.truth.summary(asset, START, START + 24 * HOUR);
      assert.ok(truth);
      const counted = Number(of("ProcessedCount").at(-1)?.value);
      // The last scan lies up to one scan cycle before the end.
      assert.ok(truth.processed - counted >= 0 && truth.processed - counted <= 6, `${asset}: ${truth.processed} made, ${counted} counted`);
      const states = of("State");
      const milliseconds: Record<number, number> = {};
      states.forEach(({ value, timestamp }, index) => {
        const until = states[index + 1]?.timestamp ?? START + 24 * HOUR;
        milliseconds[Number(value)] = (milliseconds[Number(value)] ?? 0) + until - timestamp;
      });
      const fromTruth: Record<number, number> = {};
      for (const [key, ms] of Object.entries(truth.stateMs)) {
        const state = Number(key.split("/")[0]);
        fromTruth[state] = (fromTruth[state] ?? 0) + ms;
      }
      assert.deepEqual(milliseconds, fromTruth);
      assert.equal(
        truth.intervals.reduce((sum, i) => sum + i.end - i.start, 0),
        24 * HOUR,
      );
    }
  });

  it("conserves bottles: what the pusher handled was fed, and the rest waits between the machines", () => {
    const { line } = run(3, 24, 60_000);
    const made = line.truth.assets.map((asset) => line.truth.summary(asset, START, START + 24 * HOUR)?.processed ?? NaN);
    made.reduce((before, after) => {
      assert.ok(before >= after && before - after <= 62, `${before} then ${after}`);
      return after;
    });
  });

  it("shows what a plant shows: micro-stops, breakdowns, changeovers, breaks, blocking, starving, rejects", () => {
    const { line, changes } = run(7, 24, 60_000);
    const truth = line.truth.summary(FILLER, START, START + 24 * HOUR);
    assert.ok(truth);
    const reasons = Object.keys(truth.reasonMs);
    for (const wanted of ["Micro stop", "Breakdown", "Changeover", "Break", "Starved", "Blocked"]) {
      assert.ok(
        reasons.some((r) => r.startsWith(wanted)),
        `${wanted} in ${reasons.join(", ")}`,
      );
    }
    assert.equal(Object.keys(truth.byProduct).length >= 3, true);
    assert.ok(truth.defective > 0 && truth.defective < truth.processed / 50);
    // No bottle can be made faster than its ideal cycle.
    for (const [product, { processed, executeMs }] of Object.entries(truth.byProduct)) {
      const ideal = site.products.find((p) => p.id === product)?.cycleMs.Filler01 ?? NaN;
      assert.ok(processed * ideal <= executeMs + ideal, `${product}: ${(processed * ideal) / executeMs}`);
    }
    for (const { start, end } of truth.intervals.filter((i) => i.state === State.Held && i.reason.startsWith("Micro"))) {
      assert.ok(end - start >= 5000 && end - start <= 60_000);
    }
    assert.ok(changes.some((c) => c.status >>> 30 === 1) && changes.some((c) => c.status >>> 30 === 2));
  });

  it("keeps its hands off during breaks", () => {
    const { line } = run(7, 24, 60_000);
    const from = Date.UTC(2026, 9, 5, 9, 1); // 10:01 in Dublin in summer time
    const truth = line.truth.summary(FILLER, from, from + 28 * 60_000);
    assert.equal(truth?.processed, 0);
  });

  it("counts up and never resets, and rolls over only where told to", () => {
    const rising = run(7, 12, 60_000).changes.filter((c) => c.nodeId === "Line01.Filler01.ProcessedCount");
    rising.reduce((before, after) => {
      assert.ok(Number(after.value) > Number(before.value));
      return after;
    });
    const wrapped = run(7, 12, 60_000, 1000).changes.filter((c) => c.nodeId === "Line01.Filler01.ProcessedCount");
    assert.ok(wrapped.every((c) => Number(c.value) < 1000));
    assert.deepEqual(
      rising.map((c) => Number(c.value) % 1000),
      wrapped.map((c) => Number(c.value)),
    );
  });

  it("simulates a day in at most 5 s of processor time", () => {
    const before = process.cpuUsage();
    run(7, 24, 15_000);
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1e6 <= 5, `${(user + system) / 1e6} s`);
  }).timeout(20_000);

  it("refuses a start that is not an integer instant, and a line without products", () => {
    assert.throws(() => new BottlingLine({ seed: 1, start: NaN, ...site }), /start: must be integer milliseconds/);
    assert.throws(() => new BottlingLine({ seed: 1, start: START, calendar: site.calendar, products: [] }), /at least one product/);
  });
});

describe("demo plant schedule", () => {
  it("follows local clock time across the change to winter time", () => {
    const schedule = new Schedule(site.calendar);
    // Dublin leaves summer time on 2026-10-25 at 02:00 local; the early break is at 10:00 local on both days.
    assert.equal(schedule.at(Date.UTC(2026, 9, 24, 9, 15)).reason, "Break");
    assert.equal(schedule.at(Date.UTC(2026, 9, 26, 9, 15)).reason, null);
    assert.equal(schedule.at(Date.UTC(2026, 9, 26, 10, 15)).reason, "Break");
  });

  it("stands still on holidays", () => {
    assert.equal(new Schedule({ ...site.calendar, holidays: ["2026-12-25"] }).at(Date.UTC(2026, 11, 25, 12)).reason, "NoShift");
  });
});
