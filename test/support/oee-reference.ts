/** Every published case and every scenario of the OEE reference data, beside what this house computes for it. */
import { existsSync, readFileSync } from "node:fs";
import {
  type Atom,
  atoms,
  byHour,
  DEFAULT_TIME_OPTIONS,
  type MachineBucket,
  type Measures,
  NOTHING,
  ratios,
  Readings,
  sumMeasures,
  timeElements,
  type TimeOptions,
} from "../../core/operate/oee/index.ts";

const FILE = new URL("../../../shared/reference/oee/oee_cases.json", import.meta.url);
export const TOLERANCE = 1e-12;

export interface Comparison {
  readonly of: string;
  readonly what: string;
  readonly got: number | null;
  readonly expected: number | null;
}

export function agrees({ got, expected }: Comparison): boolean {
  return deviation({ got, expected }) <= TOLERANCE;
}

/** Infinite where one is estimable and the other is not. */
export function deviation({ got, expected }: Pick<Comparison, "got" | "expected">): number {
  if (got === null || expected === null) return got === expected ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(got - expected);
}

interface Scenario {
  readonly name: string;
  readonly window: readonly [number, number];
  readonly breaks?: readonly (readonly [number, number])[];
  readonly states: readonly (readonly [number, string])[];
  readonly counters: readonly (readonly [number, number, number])[];
  readonly products: readonly (readonly [number, string, number])[];
  readonly classes: Readonly<Record<string, MachineBucket | "down" | "notPlanned">>;
  readonly options: { readonly microStopMs?: number; readonly unknown?: TimeOptions["unknown"] };
  readonly expected: {
    readonly bucketsMs: Readonly<Record<string, number>>;
    readonly perProduct: Readonly<Record<string, readonly [number, number]>>;
    readonly [figure: string]: unknown;
  };
}

interface Published {
  readonly name: string;
  readonly inputs: unknown;
  readonly computed: Readonly<Record<string, number>>;
  readonly published: Readonly<Record<string, number>> | null;
}

/** Undefined where the reference data is not there. */
export function oeeComparisons(): readonly Comparison[] | undefined {
  if (!existsSync(FILE)) return undefined;
  const cases = JSON.parse(readFileSync(FILE, "utf8")) as { published: Published[]; scenarios: Scenario[] };
  const published = new Map(cases.published.map((one) => [one.name, one]));
  const known = new Set([
    "vorne_oee.com",
    "utm_shamsul",
    "influx_flux_test",
    "influx_flux_doc_example",
    "teep_loading",
    "three_machines_weighted",
  ]);
  const forgotten = [...published.keys()].filter((name) => !known.has(name));
  if (forgotten.length > 0) throw new Error(`The reference has cases that nobody compares: ${forgotten.join(", ")}.`);
  const of = (name: string): Published => {
    const found = published.get(name);
    if (found === undefined) throw new Error(`The reference has no case ${name}.`);
    return found;
  };
  return [
    ...ratiosOf("Vorne", making(1, 19271, 423, 373 * 60_000, 47 * 60_000), of("vorne_oee.com").computed),
    ...ratiosOf("UTM", making(90, 525, 525 - 469, 810 * 60_000, 90 * 60_000), of("utm_shamsul").computed),
    ...ratiosOf("Flux documentation", making(21, 1298, 13, 27_541_000, 8 * 3_600_000 - 27_541_000), of("influx_flux_doc_example").computed),
    ...flux(of("influx_flux_test")),
    ...threeMachines(of("three_machines_weighted")),
    ...loading(of("teep_loading")),
    ...cases.scenarios.flatMap(scenarioFigures),
  ];
}

/** Counts with one ideal cycle time. */
function making(seconds: number, total: number, scrap: number, run: number, stop: number): Measures {
  return measures({ total, scrap, idealTotalUs: total * seconds * 1e6, idealScrapUs: scrap * seconds * 1e6 }, { run, stop });
}

function measures(part: Partial<Omit<Measures, "ms">>, ms: Partial<Measures["ms"]>): Measures {
  return { ...NOTHING, ...part, ms: { ...NOTHING.ms, ...ms } };
}

function ratiosOf(of: string, sum: Measures, expected: Readonly<Record<string, number>>): Comparison[] {
  const { availability, performance, quality, oee } = ratios(sum);
  const identity = expected["identity_goodTime_over_PPT"];
  return [
    { of, what: "A", got: availability, expected: expected["A"] ?? null },
    { of, what: "P", got: performance, expected: expected["P"] ?? null },
    { of, what: "Q", got: quality, expected: expected["Q"] ?? null },
    { of, what: "OEE", got: oee, expected: expected["OEE"] ?? null },
    ...(identity === undefined
      ? []
      : [{ of, what: "A · P · Q", got: (availability ?? 0) * (performance ?? 0) * (quality ?? 0), expected: identity }]),
  ];
}

/** From its own rows of states and parts. It plans 8 h although its rows end after 4 h: the rest was planned and not run. */
function flux({ inputs, computed, published }: Published): Comparison[] {
  const { states, stop, parts, plannedH, idealCycleSec } = inputs as {
    states: [string, string][];
    stop: string;
    parts: [number, number, number][];
    plannedH: number;
    idealCycleSec: number;
  };
  const start = Date.parse(states[0]?.[0] ?? "");
  const sum = total(
    evaluate({
      window: [start, Date.parse(stop)],
      states: states.map(([time, state]) => [Date.parse(time), state]),
      counters: parts.map(([minutes, made, bad]) => [start + minutes * 60_000, made, bad]),
      products: [[0, "part", idealCycleSec]],
      classes: { running: "run", stopped: "stop" },
      options: {},
    }),
  );
  const { apt } = timeElements(sum);
  return [
    { of: "Flux computeAPQ", what: "run time, ns", got: apt * 1e6, expected: published?.["runNs"] ?? null },
    ...ratiosOf("Flux computeAPQ", measures(sum, { ...sum.ms, stop: plannedH * 3_600_000 - apt }), computed),
  ];
}

/** Summed, not averaged. */
function threeMachines({ inputs, computed }: Published): Comparison[] {
  const { machines } = inputs as { machines: Record<string, [number, number, number, number]> };
  const expected = computed as unknown as Record<string, Record<string, number>>;
  const each = Object.entries(machines).map(([name, [cycle, made, scrap, down]]) => ({
    name,
    sum: making(cycle, made, scrap, (455 - down) * 60_000, down * 60_000),
  }));
  return [
    ...each.flatMap(({ name, sum }) => ratiosOf(`machine ${name}`, sum, expected[name] ?? {})),
    ...ratiosOf("three machines", sumMeasures(each.map(({ sum }) => sum)), expected["total_weighted"] ?? {}),
  ];
}

function loading({ computed }: Published): Comparison[] {
  return [40, 120].flatMap((hours) => {
    const busy = measures({ total: hours, idealTotalUs: hours * 3.6e9 }, { run: hours * 3_600_000, notPlanned: (168 - hours) * 3_600_000 });
    const { teep, loading: loaded } = ratios(busy);
    const expected = computed[`loading${hours}`] ?? null;
    return [
      { of: `${hours} of 168 h`, what: "TEEP", got: teep, expected },
      { of: `${hours} of 168 h`, what: "loading", got: loaded, expected },
    ];
  });
}

function scenarioFigures(scenario: Scenario): Comparison[] {
  const { name: of, expected, window } = scenario;
  const all = evaluate(scenario);
  const sum = total(all);
  const options = { ...DEFAULT_TIME_OPTIONS, ...(scenario.options.unknown === undefined ? {} : { unknown: scenario.options.unknown }) };
  const { pbt, apt, window: length } = timeElements(sum, options);
  const buckets: Readonly<Record<string, number>> = { ...sum.ms, down: sum.ms.stop };
  const figure = (what: string, got: number | null): Comparison => ({ of, what, got, expected: (expected[what] ?? null) as number | null });
  const { availability, performance, quality, qualityByCount, oee, nee, setupRatio, teep } = ratios(sum, options);
  return [
    ...Object.entries(expected.bucketsMs).map(([bucket, ms]) => ({ of, what: bucket, got: buckets[bucket] ?? 0, expected: ms })),
    ...Object.entries(expected.perProduct).flatMap(([product, [made, good]]) => {
      const part = total(all.filter((atom) => atom.product === product));
      return [
        { of, what: `total of ${product}`, got: part.total, expected: made },
        { of, what: `good of ${product}`, got: part.total - part.scrap, expected: good },
      ];
    }),
    { of, what: "window", got: length, expected: window[1] - window[0] },
    { of, what: "total by hour", got: sumMeasures(byHour(all).map((hour) => hour.measures)).total, expected: sum.total },
    figure("PPTms", pbt),
    figure("RUNms", apt),
    figure("total", sum.total),
    figure("good", sum.total - sum.scrap),
    figure("A", availability),
    figure("P", performance),
    figure("Q", quality),
    figure("qualityByCount", qualityByCount),
    figure("OEE", oee),
    figure("NEE", nee),
    figure("setupRatio", setupRatio),
    figure("TEEP", teep),
  ];
}

const total = (all: readonly Atom[]): Measures => sumMeasures(all.map((atom) => atom.measures));

/** The four inputs as readings, and the rules. */
function evaluate(scenario: Omit<Scenario, "name" | "expected">): Atom[] {
  const [from, to] = scenario.window;
  const readings = new Readings(null);
  for (const [time, value] of scenario.states) readings.insert({ role: "state", time, value, seen: true });
  for (const [time, made, reject] of scenario.counters) {
    readings.insert({ role: "processed", time, value: made, seen: true });
    readings.insert({ role: "defective", time, value: reject, seen: true });
  }
  for (const [time, value] of scenario.products) readings.insert({ role: "product", time, value, seen: true });
  const states = Object.fromEntries(
    Object.entries(scenario.classes).map(([state, bucket]) => [state, bucket === "down" ? "stop" : bucket]),
  ) as Record<string, MachineBucket>;
  const cycle = new Map(scenario.products.map(([, name, seconds]) => [name, Math.round(seconds * 1e6)]));
  const edges = [from, ...(scenario.breaks ?? []).flat(), to];
  return atoms(readings, from, to, {
    timeModel: { states, modes: {} },
    microStopMs: scenario.options.microStopMs ?? 0,
    silenceMs: null,
    idealCycleUs: (product) => cycle.get(product) ?? null,
    plannedWindows: () =>
      edges.slice(1).map((end, i) => ({ start: edges[i] ?? from, end, planned: i % 2 === 0, shift: "s", productionDay: "2025-03-10" })),
  });
}
