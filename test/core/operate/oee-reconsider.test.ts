import assert from "node:assert/strict";
import type { ShiftCalendar } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type Beyond,
  Corrections,
  type MachinesState,
  type OeeAtomEvent,
  OeeCalculator,
  type OeeMachine,
  OeeMachines,
  type PlannedWindow,
  plannedWindowsOf,
  type ValidCycle,
} from "../../../core/operate/oee/index.ts";
import { ASSET, feed, latest, machine, MINUTE, reader, sample, T0 } from "../../support/oee-line.ts";

const CHANGE = T0 + 20 * MINUTE;

function withCycles(cycles: readonly ValidCycle[], windows?: OeeMachine["rules"]["plannedWindows"]): OeeMachine {
  const plain = machine({
    microStopMs: 0,
    idealCycleUs: (_, at) => cycles.findLast(({ from }) => from === null || from <= at)?.us ?? null,
    ...(windows === undefined ? {} : { plannedWindows: windows }),
  });
  return { ...plain, cycles: new Map([["still", cycles]]) };
}

const always = withCycles([{ from: null, us: 500_000 }]);
const changed = withCycles([
  { from: null, us: 500_000 },
  { from: CHANGE, us: 400_000 },
]);

const samples: Sample[] = [
  sample("state", T0, 6),
  sample("product", T0, "still"),
  sample("order", T0, "4711"),
  ...Array.from({ length: 181 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i)),
  ...Array.from({ length: 61 }, (_, i) => sample("processed_count", T0 + i * MINUTE, i * 50)),
];

const minutes = (events: readonly OeeAtomEvent[]) => [...new Set(events.map(({ start }) => Math.floor((start - T0) / MINUTE)))];

const from25 = (rows: Map<string, unknown>) => [...rows].filter(([key]) => Number(key.split("/")[0]) >= T0 + 25 * MINUTE);

const keeping = (calendar: ShiftCalendar | null): OeeMachine => ({
  ...always,
  calendar,
  rules: { ...always.rules, plannedWindows: plannedWindowsOf(calendar) },
});

describe("a change of the plant model", () => {
  it("to an ideal cycle time states again exactly the minutes from its date on", async () => {
    const before = new OeeCalculator(always);
    const events = await feed(before, [samples]);
    const after = OeeCalculator.restore(changed, {}, before.state());
    const { events: again, beyond } = after.reconsider(always, 0);
    assert.equal(beyond, null);
    assert.deepEqual(
      minutes(again),
      Array.from({ length: 39 }, (_, i) => i + 20),
    );
    assert.ok(again.every(({ revision, data }) => revision === 2 && data.ideal_cycle_ms === 400));
    const expected = await feed(new OeeCalculator(changed), [samples]);
    assert.deepEqual(latest([...events, ...again]), latest(expected));
  });

  it("that changes nothing in what was stated states nothing again", async () => {
    const calculator = new OeeCalculator(always);
    await feed(calculator, [samples]);
    const later = withCycles([
      { from: null, us: 500_000 },
      { from: T0 + 24 * 60 * MINUTE, us: 400_000 },
    ]);
    assert.deepEqual(OeeCalculator.restore(later, {}, calculator.state()).reconsider(always, 0), { events: [], beyond: null });
    assert.deepEqual(OeeCalculator.restore(always, {}, calculator.state()).reconsider(always, 0), { events: [], beyond: null });
  });

  it("to the calendar states again the minutes whose plan or shift it changes", async () => {
    const longer = (from: number, to: number): PlannedWindow[] =>
      always.rules.plannedWindows(from, to).map((window) => {
        const extra = !window.planned && window.start < T0 + 40 * MINUTE && window.end > T0 + 30 * MINUTE;
        return extra ? { ...window, planned: true } : window;
      });
    const before = new OeeCalculator(always);
    const events = await feed(before, [samples]);
    const worked = withCycles(always.cycles?.get("still") ?? [], longer);
    const { events: again } = OeeCalculator.restore(worked, {}, before.state()).reconsider(always, 0);
    assert.ok(again.length > 0 && again.length < 12);
    assert.deepEqual(latest([...events, ...again]), latest(await feed(new OeeCalculator(worked), [samples])));
  });

  it("reaches beyond the memory through the historian, waits for it over a restart, and stops at the oldest allowed", async () => {
    const before = new OeeCalculator(always);
    const events = await feed(before, [samples]);
    const corrections = new Corrections({ corrections: 10, samples: 1_000 });
    const accepts = (beyond: Beyond): boolean => corrections.add(ASSET, beyond);
    const after = OeeCalculator.restore(changed, {}, before.state(10 * MINUTE));
    events.push(...after.reconsider(always, T0 + 25 * MINUTE, accepts).events);
    const kept = new Corrections({ corrections: 10, samples: 1_000 }, JSON.parse(JSON.stringify(corrections.state())));
    for (let next = kept.next(); next !== undefined; next = kept.next()) {
      const { events: late, rejects } = await after.recompute(next.beyond, reader(samples), null);
      assert.deepEqual(rejects, []);
      assert.ok(late.every(({ start }) => start >= T0 + 25 * MINUTE));
      events.push(...late);
      kept.settled(true);
    }
    const expected = latest(await feed(new OeeCalculator(changed), [samples]));
    const got = latest(events);
    assert.deepEqual(from25(got), from25(expected));
    const refused = await after.recompute(
      kept.state()[0]?.beyond ?? corrections.state()[0]?.beyond ?? (undefined as never),
      reader([]),
      T0 + 30 * MINUTE,
    );
    assert.equal(refused.rejects[0]?.code, "ANCIENT_TIMESTAMP");
  });

  it("two changes that wait together end in the present one", async () => {
    const before = new OeeCalculator(always);
    const events = await feed(before, [samples]);
    const corrections = new Corrections({ corrections: 10, samples: 1_000 });
    const accepts = (beyond: Beyond): boolean => corrections.add(ASSET, beyond);
    const second = withCycles([{ from: null, us: 450_000 }]);
    const first = OeeCalculator.restore(changed, {}, before.state(10 * MINUTE));
    events.push(...first.reconsider(always, 0, accepts).events);
    const last = OeeCalculator.restore(second, {}, first.state());
    events.push(...last.reconsider(changed, 0, accepts).events);
    assert.equal(corrections.state().length, 1);
    for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
      events.push(...(await last.recompute(next.beyond, reader(samples), null)).events);
      corrections.settled(true);
    }
    assert.deepEqual(latest(events), latest(await feed(new OeeCalculator(second), [samples])));
  });

  it("goes machine by machine, and a machine that is new has nothing to state again", async () => {
    const before = new OeeMachines([always]);
    before.push(samples);
    const other = { ...changed, asset: `${ASSET}b`, tags: { ...changed.tags, state: `${ASSET}b._filler_v1.state` } };
    const after = new OeeMachines([changed, other], {}, before.state());
    const { events } = after.reconsider(before, 0, () => true);
    assert.ok(events.length > 0 && events.every(({ asset }) => asset === ASSET));
  });

  it("made while nobody watched is told from the saved state", () => {
    const before = new OeeMachines([always]);
    before.push(samples);
    const saved = JSON.parse(JSON.stringify(before.state())) as ReturnType<OeeMachines["state"]>;
    const again = new OeeMachines([changed], {}, saved).reconsider(saved, 0, () => true);
    assert.deepEqual(again.events, new OeeMachines([changed], {}, saved).reconsider(before, 0, () => true).events);
    assert.ok(again.events.length > 0);
    assert.deepEqual(new OeeMachines([always], {}, saved).reconsider(saved, 0, () => true).events, []);
  });

  it("to a calendar, made while nobody watched, is told from the saved state", () => {
    const shift = { name: "early", days: [2], start: "06:00", end: "14:00", breaks: [] };
    const calendar = { name: "two-shifts", zone: "UTC", dayStart: "00:00", shifts: [shift], holidays: [] };
    const before = new OeeMachines([keeping(calendar)]);
    before.push(samples);
    const saved = JSON.parse(JSON.stringify(before.state())) as ReturnType<OeeMachines["state"]>;
    const holiday = { ...calendar, holidays: [new Date(T0).toISOString().slice(0, 10)] };
    const restarted = (kept: ShiftCalendar | null, from: MachinesState | OeeMachines): unknown =>
      new OeeMachines([keeping(kept)], {}, saved).reconsider(from, 0, () => true).events.map((event) => event.data);
    assert.deepEqual(restarted(holiday, saved), restarted(holiday, before));
    assert.equal((restarted(holiday, saved) as unknown[]).length > 50, true);
    assert.deepEqual(restarted(structuredClone(calendar), saved), []);
    assert.equal((restarted(null, saved) as unknown[]).length > 0, true);
  });

  it("that finds no room to wait for the historian is refused with a reason, not forgotten", () => {
    const before = new OeeMachines([always]);
    before.push(samples);
    const { rejects } = new OeeMachines([changed], {}, before.state(10 * MINUTE)).reconsider(before, 0, () => false);
    assert.deepEqual(
      rejects.map(({ code }) => code),
      ["QUEUE_FULL"],
    );
  });
});
