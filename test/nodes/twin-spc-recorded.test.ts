import assert from "node:assert/strict";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { SnapshotStore } from "../../adapters/files/snapshot-store.ts";
import { HistorianUnavailable } from "../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { SPC_MEASUREMENT } from "../../core/model/limits/index.ts";
import { BoundCharts, type ChartsSaved } from "../../nodes/model/charts/bound-charts.ts";
import { demoModel } from "../support/board-site.ts";
import { FILL_REQUEST } from "../support/chart-desk.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";
import { answering, HISTORIAN, historianService, rungClock, turns } from "../support/node-bench.ts";
import {
  approved,
  beat,
  bench,
  CHART,
  drawn,
  FILLER,
  measurement,
  MINUTE,
  sample,
  SECOND,
  send,
  type SpcGot,
  state,
  T0,
  told,
  weights,
} from "../support/spc-node.ts";

const APPROVED = { limits: "approved", historian: "hist", centre: "", sigma: "" };

/** What a ledger and a historian make of it: equal statements and equal samples are one. */
const once = (...parts: readonly (readonly object[])[]): string[] =>
  [...new Set(parts.flat().map((one) => JSON.stringify(one)))].toSorted();

/** A node on a clock of its own writes no snapshot. */
function known(since: number): Promise<void> {
  const saved: ChartsSaved = { version: 1, charts: {}, versions: {}, measured: {}, since: { [CHART]: since } };
  return new SnapshotStore(path.join(bench.userDir, "twinline", "snapshots")).write("spc", saved);
}

const since = (charts: BoundCharts): unknown => charts.all[0]?.since;

describe("twin-spc on what was recorded and said", () => {
  bench.freshForEach();

  it("only collects until limits are approved in the ledger; they hold from their instant on, and after a restart too", async () => {
    const first = await bench.deploy(APPROVED, HISTORIAN);
    await send(...weights(0, 500, 520), beat(20));
    assert.deepEqual([first.samples, first.events], [[], []]);
    await state(
      await historianService(),
      approved(1, 30, 500),
      approved(2, 30, 900, { status: "proposed", decided: null, effective_from: null }),
    );
    await send(...weights(29, 500, 500, 507), beat(60));
    assert.deepEqual(drawn(first.samples, "version"), [[30, 1]]);
    assert.deepEqual(told(first.events), [["fill-weight", 31, null, 1, "N1"]]);
    await helper.unload();

    const again = await bench.deploy(APPROVED, HISTORIAN);
    await send(...weights(61, 507), beat(90));
    await state(await historianService(), approved(3, 90, 507));
    await send(...weights(91, 507), beat(120));
    assert.deepEqual(told(again.events), [
      ["fill-weight", 31, null, 2, "N1"],
      ["fill-weight", 31, 91, 3, "N1"],
    ]);
    assert.deepEqual(drawn(again.samples, "version"), [
      [61, 1],
      [91, 3],
    ]);
  });

  const HISTORY = [
    sample("product", 0, "still-500"),
    ...weights(1, 500, 501, 507, 508, 500, 493, 499, 512, 501, 501, 501),
    sample("product", 20, "still-750"),
    ...weights(21, 501, 501, 501, 501, 501, 501, 501, 501, 501, 500, 507),
    beat(60),
  ];

  it("after a restart in the middle, on its snapshot alone, says what it would have said without one", async () => {
    const whole = await bench.deploy();
    await send(...HISTORY);
    await helper.unload();
    bench.forget();
    const before = await bench.deploy();
    await send(...HISTORY.slice(0, 10), beat(19));
    await helper.unload();
    const after = await bench.deploy();
    await send(...HISTORY.slice(10));
    assert.deepEqual(told([...before.events, ...after.events]), told(whole.events));
    assert.deepEqual(drawn([...before.samples, ...after.samples], "value"), drawn(whole.samples, "value"));
  });

  it("after a kill reads back what was recorded, once: nothing is lost, and nobody is called for what is over", async () => {
    const whole = await bench.deploy();
    await send(...HISTORY);
    await helper.unload();
    bench.forget();

    const killed = await bench.deploy({ historian: "hist" }, HISTORIAN);
    await send(...HISTORY.slice(0, 6), beat(16));
    const store = await historianService();
    assert.deepEqual((await store.record([...HISTORY, beat(16)])).rejects, []);
    assert.ok(await store.flush(5_000));
    await helper.unload();
    bench.forgetSnapshots();
    const again = await bench.deploy({ historian: "hist" }, HISTORIAN);
    await send(...HISTORY); // the source sends what it held back
    assert.deepEqual(once(killed.events, again.events), once(whole.events));
    assert.deepEqual(drawn(again.samples, "value"), drawn(whole.samples, "value"));
    assert.deepEqual(again.rejects, []);
    const open = again.conditions.filter(({ data }) => data.active).map(({ start }) => (start - T0) / SECOND);
    assert.deepEqual(open, [31], "of five signals the one that lasts");
  });

  it("ends a signal of given limits that are others after a redeploy, and begins its runs anew", async () => {
    const before = await bench.deploy();
    await send(...weights(0, 500, 507), beat(30));
    await helper.unload();
    const after = await bench.deploy({ centre: 506 });
    await send(...weights(31, 507), beat(60));
    assert.deepEqual(told([...before.events, ...after.events]), [
      ["fill-weight", 1, null, 1, "N1"],
      ["fill-weight", 1, 31, 2, "N1"],
    ]);
  });

  it("takes measurements by hand from the ledger in order, also those made while it was gone, and none that was taken back", async () => {
    const hand = { tag: "", kind: "i", historian: "hist" };
    const first = await bench.deploy(hand, HISTORIAN);
    const store = await historianService();
    await state(store, measurement(0, 500), measurement(10, 507));
    await state(store, measurement(5, 500, { values: [1, 2] }));
    assert.deepEqual(told(first.events), [["fill-weight", 10, null, 1, "N1"]]);
    assert.deepEqual(
      first.rejects.map(({ code }) => code),
      ["WRONG_SUBGROUP"],
    );
    await helper.unload();

    await bench.deploy({ ...hand, chart: "other" }, HISTORIAN);
    await state(await historianService(), measurement(20, 508), measurement(30, 499, { withdrawn: "wrong scale" }));
    await helper.unload();
    const again = await bench.deploy(hand, HISTORIAN);
    await state(await historianService(), measurement(40, 500));
    assert.deepEqual(drawn(again.samples, "value"), [
      [20, 508],
      [40, 500],
    ]);
    assert.deepEqual(told(again.events), [
      ["fill-weight", 10, null, 2, "N1"],
      ["fill-weight", 10, 40, 3, "N1"],
    ]);
  });

  describe("measured by hand after a plan", () => {
    const HOURLY = { tag: "", kind: "i", historian: "hist", everySeconds: 3_600, graceMinutes: 10 };
    const HOUR = 60 * MINUTE;
    /** 11:00 of the early shift in Dublin. */
    const ELEVEN = Date.UTC(2026, 2, 10, 11);
    let now = ELEVEN;
    const clock = rungClock(() => now);
    let ledger: MemoryLedger;
    let listeners: ((entries: readonly LedgerEntry[]) => void)[] = [];
    let store: unknown;
    before(() => {
      bench.clock = clock;
    });
    beforeEach(() => {
      [ledger, listeners] = [new MemoryLedger(), []];
      store = answering(async () => [], {
        ledger,
        subscribe(listener) {
          listeners.push(listener);
          return () => void (listeners = listeners.filter((one) => one !== listener));
        },
      });
    });
    after(() => {
      bench.clock = undefined;
    });
    async function stated(data: object): Promise<void> {
      const statement = { kind: SPC_MEASUREMENT, asset: CHART, start: ELEVEN + 72 * MINUTE, end: ELEVEN + 72 * MINUTE, data };
      const entries = await ledger.record([statement as never], { author: "anna", reason: "measured" }, now);
      for (const listener of listeners) listener(entries);
      await turns();
    }
    const later = async (minutes: number): Promise<void> => {
      now = ELEVEN + minutes * MINUTE;
      await clock.ring(SECOND);
    };
    const alarms = ({ conditions }: SpcGot): unknown[] =>
      conditions.map(({ start, data }) => [data.alarm, data.active, (start - ELEVEN) / MINUTE]);

    it("says that a measurement is overdue until it is made or the next is due, also after a restart", async () => {
      now = ELEVEN;
      const got = await bench.deployWith(store, HOURLY, HISTORIAN);
      for (const minutes of [0, 10, 11, 30, 60, 71]) await later(minutes);
      assert.deepEqual(alarms(got), [
        ["spc_fill-weight_overdue", false, 0],
        ["spc_fill-weight_overdue", true, 10],
        ["spc_fill-weight_overdue", false, 60],
        ["spc_fill-weight_overdue", true, 70],
      ]);
      assert.match(got.conditions[1]?.data.message ?? "", /^fill-weight: the measurement of 11:00 is overdue\. Measure 1 and enter/);
      assert.equal(got.conditions[1]?.data.priority, "low");
      await helper.unload();

      await known(ELEVEN);
      const again = await bench.deployWith(store, HOURLY, HISTORIAN);
      await later(72);
      assert.deepEqual(alarms(again), [["spc_fill-weight_overdue", true, 70]], "what began before the restart holds from then");
      const data = { id: "measured-1", asset: FILLER, chart: "fill-weight", due: ELEVEN + HOUR, values: [500] };
      await stated(data);
      assert.deepEqual(alarms(again).slice(1), [["spc_fill-weight_overdue", false, 72]], "at once");
      assert.deepEqual(again.samples.find(({ tag }) => tag.endsWith(".value"))?.value, 500);
      await stated({ ...data, withdrawn: "wrong scale" });
      assert.deepEqual(alarms(again).slice(2), [["spc_fill-weight_overdue", true, 70]], "taken back, it answers nothing");
    });

    it("calls nobody for what was due before the chart was there", async () => {
      now = ELEVEN + 5 * MINUTE;
      const got = await bench.deployWith(store, HOURLY, HISTORIAN);
      for (const minutes of [5, 11, 59, 60, 71]) await later(minutes);
      assert.deepEqual(alarms(got), [
        ["spc_fill-weight_overdue", false, 5],
        ["spc_fill-weight_overdue", true, 70],
      ]);
    });

    it("counts from when its plan became known, over a restart and another model; one of an earlier release from ever", async () => {
      const model = await demoModel();
      const bound = (at: number, saved?: ChartsSaved, plan: object = {}): BoundCharts => {
        const charts = new BoundCharts(saved);
        const request = { ...FILL_REQUEST, tag: "", unit: "g", ...plan };
        for (const later of [0, 1]) charts.bind(model, { bind: "asset", target: FILLER }, request, at + later);
        return charts;
      };
      const first = bound(5).state();
      const { since: _since, ...earlier } = first;
      assert.deepEqual([since(bound(9, first)), since(bound(9, earlier))], [5, 0]);
      const without = bound(9, first, { everyMs: 0 });
      assert.deepEqual([since(without), since(bound(12, without.state()))], [null, 12]);
    });

    it("only ends what was said before where nobody is to be called any more, and refuses a plan that nobody could keep", async () => {
      now = ELEVEN + 20 * MINUTE;
      const got = await bench.deployWith(store, { ...HOURLY, priority: "none" }, HISTORIAN);
      await later(21);
      assert.deepEqual(alarms(got), [["spc_fill-weight_overdue", false, 21]], "once, also of before a restart");
      await helper.unload();
      await assert.rejects(bench.deployWith(store, { ...HOURLY, everySeconds: 30 }, HISTORIAN), /the interval is 60 s or more/);
    });
  });

  describe("while the historian is away", () => {
    const clock = rungClock();
    before(() => {
      bench.clock = clock;
    });
    after(() => {
      bench.clock = undefined;
    });
    let missed: Sample[] = [];
    let absent = true;
    const store = answering(async ({ from, to }) => {
      if (absent) throw new HistorianUnavailable("away");
      return missed.filter(({ timestamp }) => timestamp >= from && timestamp < to);
    });
    beforeEach(() => {
      [missed, absent] = [weights(0, 500, 507), true];
    });

    it("live values wait for it, so that those that were missed come first", async () => {
      const got = await bench.deployWith(store, { kind: "i", historian: "hist" }, HISTORIAN);
      await send(...weights(2, 508, 500), beat(60));
      assert.deepEqual(got.events, []);
      absent = false;
      await clock.ring(5_000);
      assert.deepEqual(drawn(got.samples, "value"), [
        [0, 500],
        [1, 507],
        [2, 508],
        [3, 500],
      ]);
      assert.deepEqual(told(got.events).at(-1), ["fill-weight", 1, 3, 3, "N1"]);
      assert.deepEqual(got.rejects, []);
    });

    it("but not for longer than five minutes: then they call somebody, and are drawn with what was missed when all can be judged", async () => {
      const got = await bench.deployWith(store, { kind: "i", historian: "hist" }, HISTORIAN);
      await send(...weights(2, 508, 500), beat(60));
      await clock.ring(5 * MINUTE);
      assert.deepEqual([told(got.events).length, got.conditions.length, got.samples], [2, 2, []]);
      missed.push(...weights(2, 508, 500), beat(60));
      absent = false;
      await clock.ring(5_000);
      await clock.ring(5_000);
      assert.deepEqual(drawn(got.samples, "value"), [
        [0, 500],
        [1, 507],
        [2, 508],
        [3, 500],
      ]);
      assert.deepEqual(told(got.events).at(-1), ["fill-weight", 1, 3, 3, "N1"]);
      assert.deepEqual(got.rejects, []);
    });

    it("and what is found when it is back at last is told as an alarm too, where nothing has come in its place", async () => {
      const got = await bench.deployWith(store, { kind: "i", historian: "hist", priority: "medium" }, HISTORIAN);
      await clock.ring(5 * MINUTE);
      missed.push(beat(60));
      absent = false;
      await clock.ring(5_000);
      assert.deepEqual(told(got.events), [["fill-weight", 1, null, 1, "N1"]]);
      assert.deepEqual(
        got.conditions.map(({ data }) => [data.alarm, data.active]),
        [["spc_fill-weight", true]],
      );
    });
  });
});
