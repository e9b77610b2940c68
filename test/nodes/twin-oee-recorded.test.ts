import assert from "node:assert/strict";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { HistorianUnavailable, type TagRange } from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { DOWNTIME_STATEMENT } from "../../core/operate/downtime/index.ts";
import type { OeeLineData } from "../../core/operate/line/index.ts";
import { atomOf, type OeeAtomEvent, type Said } from "../../core/operate/oee/index.ts";
import { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";
import { answering, HISTORIAN, historianService, turns } from "../support/node-bench.ts";
import { bench, deploy, deployWith, FILLER, HOUR, latest, LINE, MINUTE, type OeeGot, recording, sample, T0 } from "../support/oee-node.ts";

/** What people and an MES state of production, at a minute of the recording. */
const produced = (kind: string, minute: number, id: string, data: object): object => {
  const start = T0 + minute * MINUTE;
  return { kind, asset: FILLER, start, end: start, data: { id, made: start, ...data } };
};
/** The minutes of the order that people have started, as they were stated last. */
const ordered = (events: readonly OeeAtomEvent[]) => (latest(events) as OeeAtomEvent[]).filter(({ data }) => data.order === "4711");

describe("twin-oee on what was recorded and said", () => {
  bench.freshForEach();

  it("after a restart in the middle ends like an uninterrupted run, on its snapshot alone", async () => {
    const all = recording();
    const uninterrupted = await deploy();
    await bench.send(all);
    const expected = latest(uninterrupted.events);
    await helper.unload();
    bench.forget();

    const before = await deploy();
    await bench.send(all.slice(0, 400));
    await helper.unload();
    const after = await deploy();
    await bench.send(all.slice(380)); // the source resumes with an overlap
    assert.deepEqual(latest([...before.events, ...after.events]), expected);
  });

  it("after a kill reads back what was recorded since its last snapshot, from a real historian", async () => {
    const all = recording();
    const uninterrupted = await deploy();
    await bench.send(all);
    const expected = latest(uninterrupted.events);
    await helper.unload();
    bench.forget();

    await deploy({ historian: "hist" }, HISTORIAN);
    await bench.send(all.slice(0, 100));
    await helper.unload(); // the snapshot of a close; what follows was recorded while the node was gone
    await deploy({ historian: "hist" }, HISTORIAN);
    const service = await historianService();
    const report = await service.record(all);
    assert.deepEqual(report.rejects, []);
    assert.equal(await service.flush(5_000), true);
    await helper.unload();

    const resumed = await deploy({ historian: "hist" }, HISTORIAN);
    await turns(20);
    assert.deepEqual(latest(resumed.events), expected);
  });

  it("states exactly the minutes again of which people say that they were something else, also when it was gone meanwhile", async () => {
    const before = await deploy({ historian: "hist" }, HISTORIAN);
    const service = await historianService();
    await bench.send(recording());
    const [stop] = before.stops;
    const first = before.events.length;
    const assign = { action: "assign", from: stop?.start, to: null, reason: "changeover", bucket: "setup", seen_end: stop?.end, made: T0 };
    const statement = (data: object): object => ({ kind: DOWNTIME_STATEMENT, asset: FILLER, start: stop?.start, end: stop?.end, data });
    const by = { author: "ann", reason: "terminal" };
    assert.deepEqual((await service.state([statement({ id: "said-0001", ...assign })], by)).rejects, []);
    await turns();
    const again = before.events.slice(first);
    assert.deepEqual(
      again.map(({ start, revision, data }) => [start, revision, data.setup_ms, data.failure_ms]),
      [15, 16, 17, 18, 19].map((minute) => [T0 + minute * MINUTE, 2, minute === 15 ? 58_766 : minute === 19 ? 1_234 : MINUTE, 0]),
    );
    const newest = new Map(before.parts.map((part) => [`${part.start} ${part.data.reason} ${part.data.loss}`, part.data] as const));
    const byReason = Map.groupBy(newest.values(), ({ reason, loss }) => `${reason} ${loss}`);
    assert.deepEqual(
      [...byReason].map(([name, minutes]) => [name, minutes.reduce((sum, one) => sum + one.duration_ms, 0)]),
      [
        ["~ failure", 0],
        ["changeover setup", 4 * MINUTE],
      ],
    );
    await helper.unload();

    const away = await deploy({ historian: "hist" }, HISTORIAN);
    await turns();
    await helper.unload();
    assert.deepEqual(latest([...before.events, ...away.events]), latest(before.events));
    const alone = await HistorianService.open(
      {
        directory: path.join(bench.userDir, "twinline/historian"),
        queue: {},
        minFreeBytes: 0,
        seriesOf: () => ({}),
        asset: FILLER,
      } as never,
      { rawDays: null, maxBytes: null, minFreeBytes: 0 },
      assert.fail,
    );
    await alone.state([statement({ id: "said-0002", action: "revert", target: "said-0001", made: T0, seen_end: stop?.end })], by);
    await alone.close();
    const back = await deploy({ historian: "hist" }, HISTORIAN);
    await turns();
    const minutes = latest([...before.events, ...back.events]) as { start: number; data: { failure_ms: number; setup_ms: number } }[];
    assert.equal(
      minutes.reduce((sum, { data }) => sum + data.setup_ms, 0),
      0,
    );
    assert.equal(
      minutes.reduce((sum, { data }) => sum + data.failure_ms, 0),
      4 * MINUTE,
    );
  });

  it("states a stop again that a late sample shortens when it is no longer in memory, with the time that somebody named in it", async () => {
    const ledger = new MemoryLedger();
    const recorded: Sample[] = [];
    const store = answering(
      async ({ tags, from, to }) =>
        tags.flatMap(({ id }) => {
          const of = recorded.filter(({ tag }) => tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
          const before = of.filter(({ timestamp }) => timestamp < from).slice(-1);
          return [...before, ...of.filter(({ timestamp }) => timestamp >= from && timestamp < to)];
        }),
      { ledger },
    );
    const node = (): Promise<OeeGot> => deployWith(store, { historian: "hist" }, HISTORIAN);
    const before = await node();
    recorded.push(...recording(), sample("heartbeat", T0 + 4 * HOUR, 1));
    await bench.send(recorded);
    const stop = before.stops[0] ?? assert.fail("no stop was stated");
    await ledger.record(before.stops, { author: "node:twin-oee", reason: "stated" }, Date.now());
    await helper.unload();
    const data = {
      id: "said-0001",
      action: "assign",
      from: stop.start,
      to: null,
      reason: "changeover",
      bucket: "setup",
      seen_end: stop.end,
      made: T0,
    };
    const statement = { kind: DOWNTIME_STATEMENT, asset: FILLER, start: stop.start, end: stop.end, data };
    await ledger.record([statement], { author: "ann", reason: "terminal" }, Date.now());

    const after = await node();
    await turns();
    const late = sample("state", T0 + 17 * MINUTE, 6);
    recorded.push(late);
    await bench.send(late);
    await turns(100);
    assert.deepEqual(
      after.stops.map(({ start, end, revision }) => [start, end, revision]),
      [[stop.start, late.timestamp, 2]],
    );
    const minutes = latest([...before.events, ...after.events]) as { start: number; data: { failure_ms: number; setup_ms: number } }[];
    const stood = minutes.filter(({ data: { failure_ms, setup_ms } }) => failure_ms + setup_ms > 0);
    assert.deepEqual(
      stood.map(({ start, data: { failure_ms, setup_ms } }) => [(start - T0) / MINUTE, failure_ms, setup_ms]),
      [
        [15, 0, 58_766],
        [16, 0, MINUTE],
      ],
    );
  });

  it("hears what people state about orders and counts, live, while it was gone and on top of its snapshot, and refuses what cannot be", async () => {
    const before = await deploy({ historian: "hist" }, HISTORIAN);
    const service = await historianService();
    await bench.send(recording());
    const first = before.events.length;
    const by = { author: "ann", reason: "terminal" };
    const start = produced("order.manual.v1", 5, "order-0001", { action: "start", order: "4711", product: "lemon-330" });
    const stop = produced("order.manual.v1", 8, "order-0002", { action: "stop", order: "4711" });
    const scrap = produced("count.manual.v1", 7.5, "count-0001", { good: 0, scrap: 9 });
    assert.deepEqual((await service.state([stop, start, scrap], by)).rejects, []);
    await turns();
    assert.deepEqual(
      ordered(before.events).map(({ start: at, data }) => [(at - T0) / MINUTE, data.product]),
      [5, 6, 7].map((minute) => [minute, "lemon-330"]),
    );
    const again = before.events.slice(first);
    assert.equal(Math.min(...again.map(({ start: at }) => at)), T0 + 4 * MINUTE, "the count at the instant of the start");
    const said = again.findLast(({ start: at, data }) => at === T0 + 7 * MINUTE && data.order === "4711")?.evidence?.["said"] as Said;
    assert.deepEqual([said.order?.author, said.order?.source, said.counts?.[0]?.author], ["ann", "manual", "ann"]);

    const wrong = [
      produced("count.manual.v1", 9, "count-0002", { good: -4 }),
      produced("order.manual.v1", 9, "order-0003", { action: "go" }),
    ];
    await service.state(wrong, by);
    await turns();
    assert.deepEqual(
      before.rejects.map(({ code }) => code),
      ["BAD_EVENT", "BAD_EVENT"],
    );
    assert.match(before.rejects[0]?.message ?? "", /good is -4/);
    await helper.unload();

    const alone = await HistorianService.open(
      {
        directory: path.join(bench.userDir, "twinline/historian"),
        queue: {},
        minFreeBytes: 0,
        seriesOf: () => ({}),
        asset: FILLER,
      } as never,
      { rawDays: null, maxBytes: null, minFreeBytes: 0 },
      assert.fail,
    );
    const shorter = produced("order.manual.v1", 7, "order-0004", { action: "stop", order: "4711", replaces: "order-0002" });
    await alone.state([shorter, produced("count.manual.v1", 10, "count-0003", { action: "revert", target: "count-0001" })], by);
    await alone.close();
    const back = await deploy({ historian: "hist" }, HISTORIAN);
    await turns();
    const all = [...before.events, ...back.events];
    assert.deepEqual(
      ordered(all).map(({ start: at }) => (at - T0) / MINUTE),
      [5, 6],
    );
    const scrapped = (latest(all) as OeeAtomEvent[]).reduce((sum, { data }) => sum + data.scrap, 0);
    assert.equal(
      scrapped,
      (latest(before.events.slice(0, first)) as OeeAtomEvent[]).reduce((sum, { data }) => sum + data.scrap, 0),
    );
  });

  it("tells what people say about a station's stop to its line too, which states exactly those minutes again", async () => {
    const got = await deploy({ historian: "hist", target: LINE }, HISTORIAN);
    const service = await historianService();
    await bench.send(recording());
    const [stop] = got.stops;
    assert.ok(stop !== undefined);
    const stated = got.events.length;
    const setup = { id: "said-0001", action: "assign", from: stop.start, to: null, reason: "changeover", bucket: "setup", made: T0 };
    const { start, end } = stop;
    const entry = { kind: DOWNTIME_STATEMENT, asset: FILLER, start, end, data: { ...setup, seen_end: end } };
    assert.deepEqual((await service.state([entry as never], { author: "ann", reason: "terminal" })).rejects, []);
    await turns();
    const again = got.events.slice(stated).filter(({ asset }) => asset === LINE);
    assert.deepEqual(
      again.map(({ start: minute, revision, data }) => [(minute - T0) / MINUTE, revision, (data as unknown as OeeLineData).line_down_ms]),
      [15, 16, 17, 18, 19].map((minute) => [minute, 2, 0]),
    );
  });

  it("reads back two hours at a time and computes a thousand samples at a time, and gives others their turn in between", async () => {
    const beats = Array.from({ length: 3_000 }, (_, second) => sample("heartbeat", T0 + second * 1_000, second));
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      timer = setImmediate(turn);
    };
    let timer = setImmediate(turn);
    const reads: { readonly from: number; readonly to: number; readonly turns: number }[] = [];
    const read = async ({ from, to }: TagRange): Promise<Sample[]> => {
      reads.push({ from, to, turns });
      return beats.filter(({ timestamp }) => timestamp >= from && timestamp < to);
    };
    const got = await deployWith(answering(read), { historian: "hist" }, HISTORIAN);
    clearImmediate(timer);
    assert.equal(got.events.map(atomOf).at(-1)?.end, T0 + 49 * MINUTE);
    assert.ok(
      got.events.every(({ revision }) => revision === 1),
      "in order of time, nothing is stated twice",
    );
    for (const [index, { from, to, turns: before }] of reads.slice(0, -1).entries()) {
      assert.ok(to - from <= 2 * HOUR);
      const next = reads[index + 1];
      assert.equal(next?.from, to);
      const pieces = Math.ceil(beats.filter(({ timestamp }) => timestamp >= from && timestamp < to).length / 1_000);
      assert.ok((next?.turns ?? 0) - before >= pieces, `${pieces} pieces in ${(next?.turns ?? 0) - before} turns`);
    }
  });

  it("holds corrections for an absent historian within bounds, over a restart too, and rejects what does not fit", async () => {
    await deploy();
    await bench.send(recording());
    await helper.unload();
    const late = Array.from({ length: 20_001 }, (_, second) => sample("heartbeat", T0 - 10 * HOUR + second * 1_000, second % 65_536));
    const away = answering(() => Promise.reject(new HistorianUnavailable("away")));
    const without = await deployWith(away, { historian: "hist" }, HISTORIAN);
    await bench.send(late);
    assert.equal(without.rejects.length, late.length);
    assert.ok(
      without.rejects.every(({ code, message }) => code === "QUEUE_FULL" && /Send it again when the historian answers/.test(message)),
    );
    for (let at = 0; at < 1_200; at += 100) await bench.send(late.slice(at, at + 100));
    assert.equal(without.rejects.length, late.length, "what fits is held");
    await helper.unload();

    const back = answering(async ({ from, to }) => late.filter(({ timestamp }) => timestamp >= from && timestamp < to));
    const again = await deployWith(back, { historian: "hist" }, HISTORIAN);
    await turns(20);
    assert.equal(Math.min(...again.events.map(({ start }) => start)), T0 - 10 * HOUR);
  });
});
