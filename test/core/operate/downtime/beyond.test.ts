import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import {
  type DowntimeStopEvent,
  foundAgain,
  heldStops,
  restatedStops,
  type Stop,
  type StopMachine,
  stopOf,
  StopTracker,
} from "../../../../core/operate/downtime/index.ts";
import type { SampleReader } from "../../../../core/operate/oee/index.ts";
import { MemoryLedger } from "../../../support/memory-ledger.ts";
import { ASSET, count, counted, machine, MINUTE, NUMBER, reason, state, T0 } from "./machine.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BY = { author: "node:twin-oee", reason: "stated" };

/** A machine with a short memory, the ledger that hears it, and everything that was recorded. */
class Plant {
  readonly ledger = new MemoryLedger();
  readonly recorded: Sample[] = [];
  readonly #machine: StopMachine;
  #tracker: StopTracker;
  rawFrom: number | null = null;

  constructor(of: StopMachine, horizonMs: number) {
    this.#machine = of;
    this.#tracker = new StopTracker(of, { latenessMs: 0, horizonMs });
  }

  /** What the node does with samples: state what is known, then what has to be read back. */
  async push(samples: readonly Sample[]): Promise<DowntimeStopEvent[]> {
    this.recorded.push(...samples);
    const { events, beyond } = this.#tracker.push(samples);
    await this.#state(events);
    const again: DowntimeStopEvent[] = [];
    for (const stretch of beyond?.stretches ?? []) {
      const until = this.#tracker.dataTime ?? 0;
      const found = await foundAgain(this.#machine, stretch, beyond?.samples ?? [], until, { read: this.#read, rawFrom: this.rawFrom });
      if (found === undefined) continue;
      const { inMemoryFrom } = this.#tracker;
      const restated = await restatedStops(this.#machine, found, this.ledger, { inMemoryFrom, until });
      again.push(...restated.events);
      await this.#state(restated.events);
    }
    return [...events, ...again];
  }

  restart(keepMs: number): void {
    const saved = JSON.parse(JSON.stringify(this.#tracker.state(keepMs))) as ReturnType<StopTracker["state"]>;
    this.#tracker = new StopTracker(this.#machine, { latenessMs: 0, horizonMs: HOUR }, saved);
  }

  stops(): Promise<Stop[]> {
    return heldStops(this.ledger, ASSET, T0 - DAY, T0 + 30 * DAY);
  }

  async #state(events: readonly DowntimeStopEvent[]): Promise<void> {
    if (events.length > 0) await this.ledger.record(events, BY, T0);
  }

  readonly #read: SampleReader = ({ tags, from, to }) =>
    Promise.resolve(
      tags.flatMap(({ id }) => {
        const of = this.recorded.filter((one) => one.tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
        return [
          ...of.filter(({ timestamp }) => timestamp < from).slice(-1),
          ...of.filter((one) => one.timestamp >= from && one.timestamp < to),
        ];
      }),
    );
}

const brief = (events: readonly DowntimeStopEvent[]): unknown[] =>
  events.map(({ start, end, revision, data }) => [
    (start - T0) / HOUR,
    end === null ? null : (end - T0) / HOUR,
    revision,
    data.withdrawn ? "withdrawn" : data.reason,
  ]);

/** A day and a half: stops from hour 2 to 3 and from 5 to 6. */
async function worked(): Promise<Plant> {
  const plant = new Plant(machine(), 26 * HOUR);
  await plant.push([state(0, "Execute"), state(2 * HOUR, "Stopped"), state(3 * HOUR, "Execute"), state(5 * HOUR, "Held")]);
  await plant.push([state(6 * HOUR, "Execute"), count(40 * HOUR, 1)]);
  return plant;
}

describe("stops that are no longer in memory", () => {
  it("are stated again as the next revision when a late sample changes one of them, and no other is", async () => {
    const plant = await worked();
    assert.deepEqual(brief(await plant.push([state(2.5 * HOUR, "Execute")])), [[2, 2.5, 2, null]]);
  });

  it("are joined, and what they were is withdrawn, when late samples say that the machine stood between them", async () => {
    const plant = await worked();
    const late = { ...state(3 * HOUR, "Stopped"), timestamp: T0 + 3 * HOUR + 1 };
    assert.deepEqual(brief(await plant.push([late])), [
      [3 + 1 / HOUR, 6, 1, null],
      [5, 5, 3, "withdrawn"],
    ]);
  });

  it("are named by a reason that comes late", async () => {
    const plant = await worked();
    assert.deepEqual(brief(await plant.push([reason(5.5 * HOUR, 1)])), [[5, 6, 3, "jam"]]);
  });

  it("keep what people said of them: the time that it names goes with the stop", async () => {
    const plant = await worked();
    const data = {
      id: "said-0001",
      made: T0,
      seen_end: T0 + 3 * HOUR,
      action: "assign",
      from: T0 + 2 * HOUR,
      to: null,
      reason: "jam",
      bucket: "failure",
    };
    await plant.ledger.record(
      [{ kind: "downtime.statement.v1", asset: ASSET, start: T0 + 2 * HOUR, end: T0 + 3 * HOUR, data }],
      { author: "anna", reason: "jam" },
      T0 + 4 * HOUR,
    );
    plant.recorded.push(state(2.5 * HOUR, "Execute"));
    const until = T0 + 40 * HOUR;
    const stretch = { from: T0 + 2.5 * HOUR, to: T0 + 3 * HOUR };
    const stops = [
      { start: T0 + 2 * HOUR, end: T0 + 2.5 * HOUR, bucket: "stop", state: "Stopped", text: null, reason: null, micro: false } as const,
    ];
    const { reassign } = await restatedStops(machine(), { ...stretch, stops }, plant.ledger, { inMemoryFrom: T0 + 14 * HOUR, until });
    assert.deepEqual(reassign, {
      from: T0 + 2 * HOUR,
      to: T0 + 3 * HOUR,
      stretches: [{ start: T0 + 2 * HOUR, end: T0 + 2.5 * HOUR, bucket: "failure" }],
    });
  });

  it("stay as they are where the samples of their beginning are no longer kept", async () => {
    const plant = await worked();
    plant.rawFrom = T0 + 2.2 * HOUR;
    assert.deepEqual(await plant.push([state(2.5 * HOUR, "Execute")]), []);
  });

  it("are what they would be had every sample come in time", async () => {
    const names = Object.keys(NUMBER) as (keyof typeof NUMBER)[];
    const step = fc.record({
      wait: fc.oneof(fc.integer({ min: 1, max: 5 * MINUTE }), fc.integer({ min: MINUTE, max: 90 * MINUTE })),
      name: fc.constantFrom(...names),
      say: fc.constantFrom("state", "state", "state", "reason"),
      late: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    });
    const fits = fc.array(step, { minLength: 5, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fits,
        fc.integer(),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom({}, { microStopMs: 3 * MINUTE }, { silenceMs: 20 * MINUTE }),
        async (steps, seed, byCount, restarts, rules) => {
          const of = byCount ? counted(2 * MINUTE, rules) : machine(rules);
          let at = 0;
          const all = steps.map(({ wait, name, say, late }, i) => {
            at += wait;
            const said = byCount ? count(at, say === "reason" ? i - 1 : i) : state(at, name);
            return { late, sample: say === "reason" && !byCount ? reason(at, [0, 1, 4][i % 3] ?? 0) : said };
          });
          const last = byCount ? ({ ...count(at + 10 * HOUR, 1), tag: `${ASSET}._m.beat` } as const) : count(at + 10 * HOUR, 99);
          const inTime = new StopTracker(of, { latenessMs: 0, horizonMs: 400 * DAY });
          const expected = new Map(
            [...inTime.push(all.map((one) => one.sample)).events, ...inTime.push([last]).events].map((event) => [
              event.start,
              stopOf(event),
            ]),
          );
          const plant = new Plant(of, HOUR);
          for (const { late, sample } of all) if (!late) await plant.push([sample]);
          await plant.push([last]);
          if (restarts) plant.restart(10 * MINUTE);
          const rest = all
            .filter(({ late }) => late)
            .map(({ sample }, i) => ({ sample, key: Math.sin(seed + i * 7.13) }))
            .toSorted((a, b) => a.key - b.key);
          for (const { sample } of rest) await plant.push([sample]);
          assert.deepEqual(
            await plant.stops(),
            [...expected.values()].filter((stop) => stop !== null).toSorted((a, b) => a.start - b.start),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
