/**
 * Errors of other OEE calculations, each as the wrong arithmetic beside a case that tells it from the right one. Where
 * they were seen stands in the design notes; nothing here is their code.
 */
import {
  type Atom,
  atoms,
  byShift,
  type Measures,
  NOTHING,
  OeeCalculator,
  type PlannedWindow,
  ratios,
  sixBigLosses,
  sumMeasures,
  timeElements,
} from "../../core/operate/oee/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { WorkCalendar } from "../../core/operate/calendar/index.ts";
import { machine, MINUTE, readingsOf, sample, sum, T0 } from "./oee-line.ts";

export interface Mutant {
  /** The error, in a few words. */
  readonly error: string;
  /** The exact figure of the case. */
  readonly expected: number | string | null;
  readonly ours: () => number | string | null;
  /** What the error makes of the same case. */
  readonly wrong: () => number | string | null;
}

const HOUR = 60 * MINUTE;
const always = (from: number, to: number): PlannedWindow[] => [
  { start: from, end: to, planned: true, shift: "s", productionDay: "2026-03-10" },
];
const plain = machine({ microStopMs: 0, silenceMs: null, startUpMs: 0, tracksOrders: false, plannedWindows: always });
const measures = (part: Partial<Omit<Measures, "ms">>, ms: Partial<Measures["ms"]>): Measures => ({
  ...NOTHING,
  ...part,
  ms: { ...NOTHING.ms, ...ms },
});
const state = (minute: number, value: number): Sample => sample("state", T0 + minute * MINUTE, value);
const count = (minute: number, value: number): Sample => sample("processed_count", T0 + minute * MINUTE, value);
const over = (samples: readonly Sample[], minutes: number, rules = plain.rules): Atom[] =>
  atoms(readingsOf(samples, plain), T0, T0 + minutes * MINUTE, rules);

/** Two stretches of production, 10 and 20 minutes, of an hour. */
const twice = over([state(0, 6), state(10, 2), state(40, 6)], 60);
/** The two-product case of the reference: 110 of A (10 bad) at 30 s, 80 of B (2 bad) at 30.5 s. */
const mixed = measures(
  { total: 190, scrap: 12, idealTotalUs: 110 * 30e6 + 80 * 30.5e6, idealScrapUs: 10 * 30e6 + 2 * 30.5e6 },
  { run: 6_300_000, setup: 900_000 },
);
/** A slow long shift and a fast short one. */
const shifts = [
  measures({ total: 100, idealTotalUs: 100 * 36e6 }, { run: 4 * HOUR, stop: 4 * HOUR }),
  measures({ total: 90, idealTotalUs: 90 * 36e6 }, { run: HOUR }),
];
const readme = measures({ total: 500, scrap: 20, idealTotalUs: 500 * 1.2e6, idealScrapUs: 20 * 1.2e6 }, { run: 3_600_000, stop: 400_000 });
const microClipped = over([state(0, 6), sample("state", T0 + MINUTE - 40_000, 2), sample("state", T0 + MINUTE + 80_000, 6)], 1, {
  ...plain.rules,
  microStopMs: 90_000,
});
const night = new WorkCalendar({
  name: "night",
  zone: "Europe/Berlin",
  dayStart: "06:00",
  shifts: [{ name: "night", start: "22:00", end: "06:00", days: [1, 2, 3, 4, 5, 6, 7], breaks: [] }],
  holidays: [],
}).shiftAt(Date.UTC(2025, 9, 25, 22));
const acrossMidnight = byShift(
  [-1, 1].map(
    (hour): Atom => ({
      start: Date.UTC(2026, 2, 11) + hour * HOUR,
      end: Date.UTC(2026, 2, 11) + hour * HOUR + MINUTE,
      product: "~",
      order: "~",
      shift: "night",
      productionDay: "2026-03-10",
      idealCycleUs: null,
      measures: NOTHING,
    }),
  ),
);

function figure(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e9) / 1e9;
}

const booking = (start: number, end: number) => ({ start: T0 + start * MINUTE, end: T0 + end * MINUTE, bucket: "stop" as const });

/** Availability after two people have booked the same ten minutes; the second booking is refused. */
function bookedTwice(): number | null {
  const calculator = new OeeCalculator(plain);
  calculator.push([sample("heartbeat", T0, 0), state(0, 6), sample("heartbeat", T0 + 31 * MINUTE, 1)]);
  calculator.tick(T0 + 31 * MINUTE);
  const refused = calculator.assign(T0, T0 + 30 * MINUTE, [booking(5, 15), booking(5, 15), booking(5, 15), booking(0, 5)]);
  if (!("fault" in refused)) return null;
  calculator.assign(T0, T0 + 30 * MINUTE, [booking(5, 15)]);
  return ratios(
    sumMeasures(calculator.restate(30 * MINUTE).map(({ data }) => measures({}, { run: data.producing_ms, stop: data.stop_ms }))),
  ).availability;
}

/** OEE of a source that repeats itself and starts its counter again. */
function repeated(): number | null {
  const calculator = new OeeCalculator(plain);
  const samples = [
    sample("heartbeat", T0, 0),
    state(0, 6),
    sample("product", T0, "still"),
    count(0, 1_000),
    count(10, 1_600),
    count(20, 0),
    count(30, 600),
  ];
  for (let again = 0; again < 3; again += 1) calculator.push(samples);
  const events = calculator.tick(T0 + 31 * MINUTE).slice(0, 30);
  return events.reduce((all, { data }) => all + data.ideal_good_ms, 0) / events.reduce((all, { data }) => all + data.planned_ms, 0);
}

export const MUTANTS: readonly Mutant[] = [
  {
    error: "run time is overwritten by the last stretch instead of added up",
    expected: 30,
    ours: () => timeElements(sum(twice)).apt / MINUTE,
    wrong: () => 20,
  },
  {
    error: "a micro-stop state is taken for an availability loss (state codes compared in the wrong magnitude)",
    expected: 1,
    ours: () => ratios(measures({}, { run: 50 * MINUTE, micro: 10 * MINUTE })).availability,
    wrong: () => ratios(measures({}, { run: 50 * MINUTE, stop: 10 * MINUTE })).availability,
  },
  {
    error: "speed loss is left at zero",
    expected: 6_300_000 - 5_740_000,
    ours: () => sixBigLosses(mixed).reducedSpeed,
    wrong: () => 0,
  },
  {
    error: "without counts quality is 1",
    expected: null,
    ours: () => ratios(measures({}, { run: HOUR })).quality,
    wrong: () => 1,
  },
  {
    error: "OEE of 3600 of 4000 s at 50 per minute with 480 of 500 good is printed as .864 (performance forgotten)",
    expected: 0.144,
    ours: () => figure(ratios(readme).oee),
    wrong: () => figure((3600 / 4000) * (480 / 500)),
  },
  {
    error: "the ideal cycle time is planned time by target count, so that performance depends on the plan",
    expected: figure((500 * 1.2) / 3600),
    ours: () => figure(ratios(readme).performance),
    wrong: () => figure((500 * (4000 / 600)) / 3600),
  },
  {
    error: "overlapping manual reasons are all subtracted, and availability goes below what was stopped",
    expected: figure(20 / 30),
    ours: () => figure(bookedTwice()),
    wrong: () => figure((30 - 10 - 10 - 10 - 5) / 30),
  },
  {
    error: "a shift is cut at midnight into two",
    expected: "2026-03-10/night",
    ours: () => acrossMidnight.map(({ key }) => key).join(" "),
    wrong: () => "2026-03-10/night 2026-03-11/night",
  },
  {
    error: "a shift has a fixed length, also in the night when the clocks change",
    expected: 9,
    ours: () => (night === null ? null : (night.end - night.start) / HOUR),
    wrong: () => 8,
  },
  {
    error: "repeated messages and counter resets are counted again, and OEE exceeds 100 %",
    expected: figure(((600 + 600) * 0.5) / (30 * 60)),
    ours: () => figure(repeated()),
    wrong: () => figure(((1_600 + 600) * 3 * 0.5) / (30 * 60)),
  },
  {
    error: "100 % where planned busy time is zero",
    expected: null,
    ours: () => ratios(measures({}, { notPlanned: HOUR })).availability,
    wrong: () => 1,
  },
  {
    error: "percentages of shifts are averaged",
    expected: figure((190 * 36) / (9 * 3600)),
    ours: () => figure(ratios(sumMeasures(shifts)).oee),
    wrong: () => figure(shifts.reduce((all, one) => all + (ratios(one).oee ?? 0), 0) / 2),
  },
  {
    error: "quality goes by units, so that A · P · Q is not OEE with mixed products",
    expected: figure((100 * 30 + 78 * 30.5) / 7200),
    ours: () => {
      const { availability, performance, quality } = ratios(mixed);
      return figure((availability ?? 0) * (performance ?? 0) * (quality ?? 0));
    },
    wrong: () => figure((6300 / 7200) * (5740 / 6300) * (178 / 190)),
  },
  {
    error: "a stop is judged a micro-stop by the part of it inside the window",
    expected: 40_000,
    ours: () => sum(microClipped).ms.stop,
    wrong: () => 0,
  },
  {
    error: "performance is clamped to 100 %",
    expected: 1.5,
    ours: () => ratios(measures({ total: 90, idealTotalUs: 90 * 60e6 }, { run: HOUR })).performance,
    wrong: () => 1,
  },
  {
    error: "a counter reset is a negative count",
    expected: 56,
    ours: () => sum(over([count(0, 950), count(20, 970), count(21, 0), count(59, 36)], 60)).total,
    wrong: () => 36 - 950,
  },
  {
    error: "time without data is running",
    expected: 0,
    ours: () => sum(over([sample("state", T0, null, "Bad")], 10)).ms.run,
    wrong: () => 10 * MINUTE,
  },
];
