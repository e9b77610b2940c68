import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ContractCheck } from "../../../core/connect/contract/index.ts";
import { loadPlant } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { isLegalTransition, PACKML_STATES, type PackmlState, stateNumber } from "../../../core/operate/packml/index.ts";
import {
  modePaths,
  packmlMachine,
  type PackmlMachine,
  PackmlMachines,
  PackmlTracker,
  type PackmlTransitionEvent,
  packtagsContract,
  type TrackerState,
} from "../../../core/operate/packtags/index.ts";

const T0 = Date.UTC(2026, 2, 10, 6);
const HOUR = 3_600_000;
const ASSET = "acme.galway.line.press01";
const MACHINE: PackmlMachine = {
  asset: ASSET,
  tags: { state: "state", mode: "mode", heartbeat: "beat" },
  numbering: { profile: "packml-opcua" },
  modeNames: { 4: "Changeover" },
  legality: "opcua",
};

function sample(tag: string, time: number, value: Sample["value"], quality: Sample["quality"] = "Good"): Sample {
  return { tag, value, quality, timestamp: T0 + time };
}
const state = (name: PackmlState, time: number): Sample => sample("state", time, stateNumber(name));
const seen = (events: readonly PackmlTransitionEvent[]) =>
  events.map(({ start, revision, data: { from, to, legal } }) => [start - T0, revision, from, to, legal]);

/** What a store shows: the latest statement about each instant, without those that were taken back. */
function latest(events: readonly PackmlTransitionEvent[]): unknown {
  const rows = new Map(events.map((event) => [event.start, event] as const));
  return [...rows.values()]
    .filter(({ data }) => data.from !== data.to)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, data }) => ({ start, data }));
}

const toSample = ({ time, tag, value }: { time: number; tag: string; value: number | null }): Sample => {
  if (value === null) return sample(tag, time, null, "Bad");
  return sample(tag, time, tag === "mode" ? (value % 3) + 1 : value);
};

describe("transitions of a PackML machine", () => {
  it("each change of state is stated once, with its mode and what the profile allows instead", () => {
    const tracker = new PackmlTracker(MACHINE);
    const samples = [sample("mode", 0, 1), state("Stopped", 0), state("Stopped", 5), state("Resetting", 10), state("Execute", 20)];
    const { events } = tracker.push(samples);
    assert.deepEqual(seen(events), [
      [10, 1, "Stopped", "Resetting", true],
      [20, 1, "Resetting", "Execute", false],
    ]);
    assert.deepEqual(events[1]?.data, {
      from: "Resetting",
      to: "Execute",
      legal: false,
      allowed: ["Idle", "Stopping", "Aborting"],
      mode: "Production",
    });
    assert.equal(events[1]?.kind, "packml.transition.v1");
    assert.deepEqual(tracker.push(samples), { events: [], rejects: [] }, "said again, nothing is stated");
  });

  it("is legal exactly where the profile says so, for every pair of states", () => {
    for (const legality of ["opcua", "tr88-2015"] as const)
      for (const from of PACKML_STATES)
        for (const to of PACKML_STATES) {
          const { events } = new PackmlTracker({ ...MACHINE, legality }).push([state(from, 0), state(to, 1)]);
          if (from === to) assert.deepEqual(events, []);
          else assert.equal(events[0]?.data.legal, isLegalTransition(from, to, legality), `${from} ${to} ${legality}`);
        }
  });

  it("nothing is concluded across a time in which the state was not known", () => {
    const tracker = new PackmlTracker(MACHINE);
    const { events, rejects } = tracker.push([
      state("Stopped", 0),
      sample("state", 1, null, "Bad"),
      state("Execute", 2),
      sample("state", 3, 42),
      state("Stopped", 4),
    ]);
    assert.deepEqual(events, []);
    assert.deepEqual(
      rejects.map(({ code }) => code),
      ["UNKNOWN_STATE"],
    );
  });

  it("a late state takes back a transition that never was, and states what was", () => {
    const tracker = new PackmlTracker(MACHINE);
    tracker.push([state("Stopped", 0), state("Execute", 40)]);
    assert.deepEqual(seen(tracker.push([state("Starting", 30)]).events), [
      [30, 1, "Stopped", "Starting", false],
      [40, 2, "Starting", "Execute", true],
    ]);
    assert.deepEqual(seen(tracker.push([state("Execute", 35)]).events), [
      [35, 1, "Starting", "Execute", true],
      [40, 3, "Execute", "Execute", true],
    ]);
  });

  const readings = fc.uniqueArray(
    fc.record({
      time: fc.integer({ min: 0, max: 5_000 }),
      tag: fc.constantFrom("state", "state", "state", "mode", "beat"),
      value: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 17 }) }, fc.constant(null)),
    }),
    { selector: ({ time }) => time, maxLength: 60 },
  );
  it("latest statements and times are those of an ordered run, whatever came when and wherever it was restarted", () => {
    fc.assert(
      fc.property(readings, fc.integer(), fc.integer({ min: 1, max: 9 }), fc.nat(9), (rows, seed, size, restart) => {
        const samples = rows.map(toSample);
        const ordered = new PackmlTracker(MACHINE);
        const { events } = ordered.push(samples);
        const order = samples.map((one, i) => ({ one, at: Math.sin(seed + i) })).toSorted((a, b) => a.at - b.at);
        let tracker = new PackmlTracker(MACHINE);
        const live: PackmlTransitionEvent[] = [];
        for (let i = 0; i * size < order.length; i += 1) {
          live.push(...tracker.push(order.slice(i * size, (i + 1) * size).map(({ one }) => one)).events);
          if (i % 2 === 0) tracker.tags(); // asking in between changes nothing
          if (i === restart) tracker = new PackmlTracker(MACHINE, JSON.parse(JSON.stringify(tracker.state())) as TrackerState);
        }
        assert.deepEqual(latest(live), latest(events));
        assert.deepEqual(tracker.tags(), ordered.tags());
        const last = new Map<number, number>();
        for (const { start, revision } of live) {
          assert.equal(revision, (last.get(start) ?? 0) + 1);
          last.set(start, revision);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("cumulative times fill the time since the reset: by state and unknown, to the millisecond", () => {
    fc.assert(
      fc.property(readings, fc.nat(60), (rows, at) => {
        const tracker = new PackmlTracker(MACHINE);
        const ordered = rows.toSorted((a, b) => a.time - b.time);
        tracker.push(ordered.slice(0, at).map(toSample));
        const reset = tracker.tags()?.time;
        tracker.reset();
        tracker.push(ordered.slice(at).map(toSample));
        const tags = tracker.tags();
        if (tags === null) return;
        const told = ordered.filter(({ tag }) => tag !== "beat");
        const since = reset ?? T0 + (told[0]?.time ?? 0);
        assert.equal(tags.accTimeSinceReset, tags.time - since);
        const expected = new Map<string, number>();
        const states = ordered.filter(({ tag }) => tag === "state");
        for (let t = since; t < tags.time; t += 1) {
          const number = states.findLast(({ time }) => T0 + time <= t)?.value;
          const name = number === undefined || number === null ? undefined : PACKML_STATES[number - 1];
          if (name !== undefined) expected.set(name, (expected.get(name) ?? 0) + 1);
        }
        assert.deepEqual(tags.stateCumulativeTime, Object.fromEntries(expected));
      }),
      { numRuns: 200 },
    );
  });

  it("remembers 8 h or 2,000 readings; what is older is refused and the times go on", () => {
    const tracker = new PackmlTracker(MACHINE);
    tracker.push([
      state("Execute", 0),
      state("Held", HOUR),
      state("Execute", 2 * HOUR),
      sample("beat", 20 * HOUR, 1),
      state("Held", 20 * HOUR),
    ]);
    const { events, rejects } = tracker.push([state("Aborting", 3 * HOUR)]);
    assert.deepEqual([events, rejects.map(({ code }) => code)], [[], ["ANCIENT_TIMESTAMP"]]);
    const tags = tracker.tags();
    assert.deepEqual(tags?.stateCumulativeTime, { Execute: 19 * HOUR, Held: HOUR });
    assert.equal(tracker.push([state("Suspended", 13 * HOUR)]).rejects.length, 0);

    const many = new PackmlTracker(MACHINE);
    for (let i = 0; i < 5_000; i += 1) many.push([state(i % 2 === 0 ? "Execute" : "Held", i)]);
    const saved = many.state();
    assert.ok(saved.states.times.length <= 2_200 && saved.revisions.length <= 2_200);
    assert.deepEqual(many.tags()?.stateCumulativeTime, { Execute: 2_500, Held: 2_499 });
  });

  it("after a restart the last transitions are stated once more, with the revisions they have", () => {
    const tracker = new PackmlTracker(MACHINE);
    tracker.push([state("Stopped", 0), state("Resetting", 10), state("Execute", 40)]);
    tracker.push([state("Starting", 30)]);
    const again = new PackmlTracker(MACHINE, JSON.parse(JSON.stringify(tracker.state())) as TrackerState);
    assert.deepEqual(seen(again.restate(10)), [
      [30, 1, "Resetting", "Starting", false],
      [40, 2, "Starting", "Execute", true],
    ]);
    assert.deepEqual(new PackmlTracker(MACHINE).restate(10), []);
  });

  it("a state that is said again and again has held since it was said first, also beyond the memory", () => {
    const tracker = new PackmlTracker(MACHINE);
    for (let second = 0; second < 10_000; second += 1) tracker.push([state("Execute", second * 1_000)]);
    assert.equal(tracker.tags()?.stateCurrentTime, 9_999_000);
  });
});

const plant = (mode = "enum, values: { 4: Change over }") => {
  const classes = `classes:
  press:
    contract: _press_v1
    stateMap: { profile: packml-opcua }
    roles: { state: state, unitMode: mode, heartbeat: beat }
    tags: { state: { type: enum, values: { 6: Execute } }, mode: { type: ${mode} }, beat: { type: int } }
`;
  const site =
    "plant: { enterprise: acme, site: galway, zone: UTC }\nequipment:\n  line: { kind: ProductionLine }\n  line.press01: { kind: WorkCell, class: press }\n  line.press02: { kind: WorkCell, class: press }\n";
  const reading = loadPlant([
    { name: "classes.yaml", text: classes },
    { name: "site.yaml", text: site },
  ]);
  return "model" in reading ? reading.model : assert.fail(reading.problems.map(({ message }) => message).join("\n"));
};

const of = (asset: string, name: string, time: number, value: Sample["value"]) => sample(`${asset}._press_v1.${name}`, time, value);

describe("PackTags as samples", () => {
  const SECOND = ASSET.replace("01", "02");

  function machines(model = plant()): PackmlMachines {
    const bound = [ASSET, SECOND].map((asset) => {
      const machine = packmlMachine(model, asset, "opcua");
      return "fault" in machine ? assert.fail(machine.fault) : machine;
    });
    return new PackmlMachines(bound, modePaths(model));
  }
  const value = (samples: readonly Sample[], path: string, asset = ASSET) =>
    samples.find(({ tag }) => tag === `${asset}._packtags_v1.${path}`)?.value;

  it("say state, mode and times, every 10 s of data time and at every change, per machine", () => {
    const all = machines();
    all.push([of(ASSET, "mode", 0, 4), of(ASSET, "state", 0, 6), of(SECOND, "state", 0, 2)]);
    const first = all.current();
    assert.equal(value(first, "state_current"), 6);
    assert.equal(value(first, "unit_mode_current"), "Change over");
    assert.equal(value(first, "state_current", SECOND), 2);
    assert.equal(value(first, "unit_mode_current", SECOND), null);
    all.push([of(ASSET, "beat", 9_999, 1)]);
    assert.deepEqual(all.current(), []);
    all.push([of(ASSET, "beat", 10_000, 2)]);
    const next = all.current();
    assert.ok(next.every(({ tag }) => tag.startsWith(`${ASSET}.`)));
    assert.equal(value(next, "state_cumulative_time.execute"), 10_000);
    assert.equal(value(next, "mode_cumulative_time.change_over"), 10_000);
    assert.equal(value(next, "state_current_time"), 10_000);
    all.push([of(ASSET, "state", 10_500, 10)]);
    assert.equal(value(all.current(), "state_current"), 10);
  });

  it("keep the contract that the historian holds them to, whatever the modes", () => {
    for (const model of [plant(), plant("string"), plant("enum, values: { 4: Rüsten, 5: '!' }")]) {
      const all = machines(model);
      const check = new ContractCheck(model, [packtagsContract(model)]);
      const texts = model.tags.get(`${ASSET}._press_v1.mode`)?.type === "string";
      for (let number = 1; number <= 17; number += 1)
        all.push([of(ASSET, "state", number * 100, number), of(ASSET, "mode", number * 100, texts ? `mode ${number}` : (number % 4) + 1)]);
      all.push([sample(`${SECOND}._press_v1.state`, 0, null, "Bad")]);
      const samples = all.current();
      assert.ok(samples.length > 20);
      assert.deepEqual(
        samples.map((one) => check.violation(one)).filter((one) => one !== undefined),
        [],
      );
    }
  });

  it("start anew at a reset, of one machine or of all", () => {
    const all = machines();
    all.push([of(ASSET, "state", 0, 6), of(ASSET, "beat", 5_000, 1), of(SECOND, "state", 0, 6), of(SECOND, "beat", 5_000, 1)]);
    assert.equal(all.reset(ASSET), true);
    assert.equal(all.reset("acme.galway.line.nowhere"), false);
    all.push([of(ASSET, "beat", 20_000, 2), of(SECOND, "beat", 20_000, 2)]);
    const samples = all.current();
    assert.equal(value(samples, "acc_time_since_reset"), 15_000);
    assert.equal(value(samples, "state_cumulative_time.execute"), 15_000);
    assert.equal(value(samples, "state_current_time"), 20_000);
    assert.equal(value(samples, "acc_time_since_reset", SECOND), 20_000);
  });

  it("says why a piece of equipment is no PackML machine", () => {
    const model = plant();
    const fault = (asset: string): string => {
      const machine = packmlMachine(model, asset, "opcua");
      return "fault" in machine ? machine.fault : "";
    };
    assert.match(fault("acme.galway.line"), /needs the role state and a stateMap/);
  });
});
