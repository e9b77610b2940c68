/** Packages of a filler of the demo plant, and what must hold of their fill weights: few cases in `npm test`, many in proofs. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { loadPlant, type PlantModel } from "../../core/connect/model/index.ts";
import type { Sample, SampleValue } from "../../core/connect/sample/index.ts";
import {
  EUROPEAN_FILL_WEIGHT,
  type FillDefinition,
  type Filled,
  type FillRequest,
  fillsOf,
  type FillState,
  FillStream,
  type FillWeightEvent,
  recount,
  type Recording,
  type Stretch,
} from "../../core/model/fill-weight/index.ts";

export const FILLER = "acme.galway.bottling.line01.filler01";
/** 09:00 in Dublin and UTC, in the early shift. */
export const T0 = Date.UTC(2026, 2, 10, 9);
export const HOUR = 3_600_000;

export const REQUEST: FillRequest = {
  tag: "fill_weight",
  nominalProperty: "net_weight",
  errorProperty: "tolerable_negative_error",
  rules: EUROPEAN_FILL_WEIGHT,
  tareProperty: "",
  tare: 0,
  interval: "hour",
  confidence: 0.999,
  least: 50,
  latenessMs: 10_000,
};

export function plantModel(): PlantModel {
  const reading = loadPlant(globSync("plant/site/*.yaml").map((file) => ({ name: path.basename(file), text: readFileSync(file, "utf8") })));
  assert.ok("model" in reading);
  return reading.model;
}
const model = plantModel();

export function filler(over: Partial<FillRequest> = {}): FillDefinition {
  const { definitions, faults } = fillsOf(model, { bind: "asset", target: FILLER }, { ...REQUEST, ...over });
  const [definition] = definitions;
  assert.ok(definition !== undefined, faults[0]);
  return definition;
}

/** `at`: ms after `T0`. */
export const sample = (name: string, at: number, value: SampleValue, over: Partial<Sample> = {}): Sample => ({
  tag: `${FILLER}._filler_v1.${name}`,
  value,
  quality: "Good",
  timestamp: T0 + at,
  ...over,
});
export const weight = (at: number, value: number): Sample => sample("fill_weight", at, value);
export const product = (at: number, id: string): Sample => sample("product", at, id);
export const beat = (at: number): Sample => sample("heartbeat", at, 1);
/** One a second, from `from` on. */
export const weights = (from: number, ...values: number[]): Sample[] => values.map((value, i) => weight(from + i * 1_000, value));

/** Rejects in any order: what is no package is refused when it comes, what has no nominal content when it is its turn. */
export function joined(parts: readonly Filled[]): Filled {
  const of = <K extends keyof Filled>(key: K): Filled[K][number][] => parts.flatMap((part) => part[key] as Filled[K][number][]);
  return { samples: of("samples"), events: of("events"), conditions: of("conditions"), rejects: of("rejects").toSorted(byText) };
}

export function filled(definition: FillDefinition, ...samples: Sample[]): Filled {
  return new FillStream(definition).push(samples);
}

function byText(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

const viaJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Packages, products, silences, late and bad samples over a few hours. */
const anySamples = fc
  .array(
    fc.record({
      after: fc.oneof(fc.nat(3_000), fc.nat(900_000)),
      late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(10_000)),
      what: fc.oneof(
        { weight: 12, arbitrary: fc.double({ min: 455, max: 520, noNaN: true }).map((value) => ["fill_weight", value] as const) },
        fc.constantFrom("still-500", "lemon-330", "unheard-of").map((id) => ["product", id] as const),
        fc.constantFrom<readonly [string, SampleValue]>(["heartbeat", 1], ["fill_weight", "x"], ["fill_weight", null], ["fill_weight", -3]),
      ),
    }),
    { maxLength: 120 },
  )
  .map((all) => {
    let at = 0;
    return all.map(({ after, late, what: [name, value] }) => sample(name, (at += after) - late, value));
  });

export interface FillProperty {
  readonly name: string;
  /** Throws, with the smallest counterexample, when one of `numRuns` cases does not hold. */
  check(numRuns: number): void | Promise<void>;
}

export const FILL_PROPERTIES: readonly FillProperty[] = [
  {
    name: "are the same live, replayed in one piece, and in any split into messages",
    check(numRuns) {
      fc.assert(
        fc.property(anySamples, fc.array(fc.nat(120), { maxLength: 8 }), fc.constantFrom("hour", "shift"), (samples, cuts, interval) => {
          const definition = filler({ interval });
          const whole = joined([filled(definition, ...samples)]);
          const each = new FillStream(definition);
          assert.deepEqual(joined(samples.map((one) => each.push([one]))), whole);
          const split = new FillStream(definition);
          const places = [0, ...cuts.toSorted((a, b) => a - b), samples.length];
          const parts = places.slice(1).map((to, i) => split.push(samples.slice(places[i], to)));
          assert.deepEqual(joined(parts), whole);
          assert.deepEqual(split.state(), each.state());
        }),
        { numRuns },
      );
    },
  },
  {
    name: "go on from a snapshot as if nothing had stopped, to the last bit",
    check(numRuns) {
      fc.assert(
        fc.property(anySamples, fc.nat(120), (samples, stop) => {
          const definition = filler({ price: 0.4 });
          const whole = new FillStream(definition);
          const before = new FillStream(definition);
          const first = before.push(samples.slice(0, stop));
          const state = viaJson<FillState>(before.state());
          const after = new FillStream(filler({ price: 0.4 }), state);
          assert.deepEqual(joined([first, after.push(samples.slice(stop))]), joined([whole.push(samples)]));
          assert.deepEqual(after.state(), whole.state());
        }),
        { numRuns },
      );
    },
  },
  {
    name: "state every package that is not refused once, in one interval",
    check(numRuns) {
      fc.assert(
        fc.property(anySamples, (samples) => {
          const stream = new FillStream(filler());
          const { events, rejects } = joined([stream.push(samples), stream.push([beat(100 * HOUR)])]);
          const sent = new Set(samples.filter(({ tag }) => tag.endsWith("fill_weight")).map((one) => JSON.stringify(one)));
          const refused = rejects.filter(({ tag }) => tag?.endsWith("fill_weight")).length;
          const counted = events.reduce((sum, { data }) => sum + data.packages, 0);
          assert.ok(counted + refused >= sent.size && counted <= sent.size, `${counted} + ${refused} of ${sent.size}`);
          assert.ok(rejects.every(({ code }) => code !== "ANCIENT_TIMESTAMP"));
          const ends = events.map(({ start, end }) => [start, end ?? Number.NaN] as const);
          for (const [i, [start, end]] of ends.entries()) assert.ok(start < end && start >= (ends[i - 1]?.[1] ?? 0));
        }),
        { numRuns },
      );
    },
  },
  {
    name: "that came late, however much, are counted again from what was recorded, as a replay in order has them",
    async check(numRuns) {
      await fc.assert(
        fc.asyncProperty(anySamples, fc.array(fc.nat(3 * HOUR), { maxLength: 120 }), async (samples, delays) => {
          // Nothing is older than what began it: before that it has stated nothing.
          const own = oneEach([product(-1, "still-500"), weight(-1, 500), ...samples.filter(({ timestamp }) => timestamp >= T0)]);
          const arrival = own
            .map((one, i) => ({ one, arrives: one.timestamp + (i < 2 ? 0 : (delays[i] ?? 0)) }))
            .toSorted((a, b) => a.arrives - b.arrives)
            .map(({ one }) => one);
          const recorded = own.toSorted((a, b) => a.timestamp - b.timestamp);
          const inOrder = new FillStream(filler());
          const wanted = joined([inOrder.push(recorded), inOrder.push([beat(200 * HOUR)])]).events;

          const stream = new FillStream(filler());
          const events = [...arrival, beat(200 * HOUR)].flatMap((one) => stream.push([one], { oldest: 0 }).events);
          const stretches: Stretch[] = [];
          stream.late((stretch) => stretches.push(stretch) > 0);
          events.push(...(await recount(stream, stretches, recordingOf(recorded))).events);
          assert.deepEqual(latest(events), latest(wanted));
        }),
        { numRuns },
      );
    },
  },
];

/** The store refuses another value of the same tag and instant, so a replay has the first. */
function oneEach(samples: readonly Sample[]): Sample[] {
  const kept = new Map<string, Sample>();
  for (const one of samples) if (!kept.has(`${one.tag} ${one.timestamp}`)) kept.set(`${one.tag} ${one.timestamp}`, one);
  return [...kept.values()];
}

/** What a ledger holds of them in the end, without what was withdrawn. */
function latest(events: readonly FillWeightEvent[]): unknown[] {
  const last = new Map(events.map(({ start, end, data }) => [start, { start, end, data }]));
  return [...last.values()].filter(({ data }) => data.packages > 0).toSorted((a, b) => a.start - b.start);
}

/** A historian of these samples, which are in order of time. */
export function recordingOf(recorded: readonly Sample[], rawFrom: number | null = null): Recording {
  return { read: readingOf(recorded), rawFrom, turn: async () => undefined };
}

function readingOf(recorded: readonly Sample[]): Recording["read"] {
  return async ({ tags, from, to }) =>
    tags.flatMap(({ id }) => {
      const own = recorded.filter(({ tag }) => tag === id);
      const before = own.findLast(({ timestamp }) => timestamp < from);
      return [...(before === undefined ? [] : [before]), ...own.filter(({ timestamp }) => timestamp >= from && timestamp < to)];
    });
}
