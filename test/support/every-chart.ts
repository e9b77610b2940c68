/** Every kind of chart with each of its options: as limits with subgroups, and at work on samples with their history. */
import * as fc from "fast-check";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { ChartDefinition, ChartSource } from "../../core/model/charting/index.ts";
import {
  CHART_KINDS,
  CHART_PAIRS,
  type ChartKind,
  type ChartParameters,
  CHARTS,
  DEFAULT_RULE_OPTIONS,
  type Limits,
  type LimitWidth,
  RULE_SETS,
  type RuleSet,
  ruleSet,
  type Subgroup,
} from "../../core/model/spc/index.ts";
import { exampleOf } from "./spc-charts.ts";
import { BEAT, INDIVIDUALS, MADE, PRODUCT, sample, SCRAP, WEIGHT } from "./spc-stream.ts";

export interface Variant {
  /** Kind and what differs from its defaults. */
  readonly name: string;
  readonly limits: Limits;
  readonly rules: RuleSet;
  readonly subgroup: (random: () => number) => Subgroup;
}

type Parameters = Partial<ChartParameters>;
const OPTIONS: Readonly<Partial<Record<ChartKind, readonly Parameters[]>>> = {
  xbar: [{ size: 3 }],
  r: [{ size: 3 }],
  s: [{ size: 3 }],
  ewma: [{ asymptotic: true }, { lambda: 1 }, { size: 3 }],
  cusum: [{ headStart: 2.5 }, { afterSignal: "reset", h: 2 }, { headStart: 1, afterSignal: "reset", h: 2 }],
  ma: [{ window: 2 }, { window: 25 }],
  t2: [together()],
  mewma: [{ lambda: 0.5 }, together()],
};
/** Two vectors are a subgroup. */
function together(): Parameters {
  const { vectors } = exampleOf("t2").limits.parameters;
  return { size: 6, ...(vectors === undefined ? {} : { vectors: { ...vectors, n: 2 } }) };
}

const NELSON = ruleSet("nelson");
/** Every option of rules is another than the usual one. */
const OTHERWISE: RuleSet = {
  rules: RULE_SETS.nelson.map((rule) => (rule.test === "outside" ? { ...rule, sides: "any" } : rule)),
  options: {
    ...DEFAULT_RULE_OPTIONS,
    startUp: "partial",
    lastPoint: "any",
    lengths: "moves",
    tie: "continues",
    onCentre: "skips",
    missing: "breaks",
    afterSignal: "reset",
  },
};
const BREAKS: RuleSet = { ...NELSON, options: { ...DEFAULT_RULE_OPTIONS, missing: "breaks" } };

function widthsOf(kind: ChartKind): readonly LimitWidth[] {
  // Limits of several variables have theirs among their parameters.
  if (CHARTS[kind].subgroup === "vector") return [];
  return [{ sigmas: 2 }, ...(CHARTS[kind].probability ? [{ probability: 0.05 }] : [])];
}

function subgroupsOf(kind: ChartKind, { size, vectors, variables }: ChartParameters): Variant["subgroup"] {
  const { subgroup } = exampleOf(kind);
  const shape = CHARTS[kind].subgroup;
  if (size === "varies" || (shape !== "vector" && shape !== "measured" && shape !== "spread")) return subgroup;
  const [each, count] = vectors === undefined ? [1, size] : [variables?.length ?? 1, vectors.n ?? 1];
  return (random) => ({ values: Array.from({ length: count }, () => subgroup(random).values?.slice(0, each) ?? []).flat() });
}

export const VARIANTS: readonly Variant[] = CHART_KINDS.flatMap((kind): Variant[] => {
  const { limits } = exampleOf(kind);
  const usual: readonly [string, Limits, RuleSet][] = [
    [kind, limits, NELSON],
    [`${kind}, rules otherwise`, limits, OTHERWISE],
    [`${kind}, missing breaks`, limits, BREAKS],
  ];
  const wide = widthsOf(kind).map((width): [string, Limits, RuleSet] => [`${kind} ${JSON.stringify(width)}`, { ...limits, width }, NELSON]);
  const optional = (OPTIONS[kind] ?? []).map((one): [string, Limits, RuleSet] => {
    const { vectors: _, ...told } = one;
    return [`${kind} ${JSON.stringify(told)}`, { ...limits, parameters: { ...limits.parameters, ...one } }, NELSON];
  });
  return [...usual, ...wide, ...optional].map(([name, of, rules]) => ({
    name,
    limits: of,
    rules,
    subgroup: subgroupsOf(kind, of.parameters),
  }));
});

const EVERY = 20_000;
/** Defects counted in a millisecond, so that they come to about the centre of the examples; ten units are made in a second. */
const COUNTED = { defectives: 0.001, defects: 0.02, ratio: 0.02, count: 0.0003, units: 0.0005, interval: 0.00005 } as const;

function sourceOf({ kind, parameters: { size, variables, vectors } }: Limits): ChartSource {
  const [count, made] = [{ tag: SCRAP }, { tag: MADE }];
  switch (CHARTS[kind].subgroup) {
    case "defectives":
    case "defects":
    case "ratio":
      return { from: "counters", count, size: made, everyMs: EVERY };
    case "count":
      return { from: "counters", count, size: null, everyMs: EVERY };
    case "units":
      return { from: "events", count, size: made };
    case "interval":
      return { from: "events", count, size: null };
    case "vector":
      return {
        from: "vectors",
        variables: variables ?? [],
        everyMs: 2 * EVERY,
        of: "mean",
        ...(vectors?.n === undefined ? {} : { size: vectors.n }),
      };
    case "measured":
    case "spread": {
      const subgrouping = size === "varies" ? ({ by: "interval", everyMs: EVERY } as const) : ({ by: "count", size, everyMs: 0 } as const);
      return { from: "values", tag: WEIGHT, subgrouping };
    }
    default:
      return { from: "values", tag: WEIGHT, subgrouping: { by: "count", size: 1, everyMs: 0 } };
  }
}

/** A variant at work; a level with the spread that people draw below it. */
export const AT_WORK: readonly (readonly [name: string, definition: ChartDefinition])[] = VARIANTS.map(({ name, limits: of, rules }) => {
  // Hours between events that come in seconds.
  const limits = of.kind === "t" ? { ...of, centre: 0.25, sigma: 0.1 } : of;
  const spread = Object.values(CHART_PAIRS).find(([level]) => level === limits.kind)?.[1] ?? null;
  const definition: ChartDefinition = {
    ...INDIVIDUALS,
    kinds: spread === null ? [limits.kind] : [limits.kind, spread],
    source: sourceOf(limits),
    unit: null,
    spanMs: limits.parameters.size === 3 ? 60_000 : 0,
    given: { limits, spread: spread === null ? null : { ...limits, kind: spread }, rules },
  };
  return [name, definition];
});

const anyReading = fc.record({
  pick: fc.nat(35),
  // Whole seconds: of many events at once each is told a millisecond after the other.
  at: fc.integer({ min: 1, max: 300 }).map((second) => second * 1_000),
  v: fc.double({ min: -1, max: 1, noNaN: true }),
  quality: fc.constantFrom<Sample["quality"]>("Good", "Good", "Good", "Good", "Good", "Good", "Good", "Uncertain", "Bad"),
});
export const anyReadings = fc.uniqueArray(anyReading, { minLength: 30, maxLength: 90, selector: ({ at }) => at });

/** A value every two seconds of everything that is charted, of one product. */
export const DENSE = Array.from({ length: 300 }, (_, i) => ({
  pick: i % 34,
  at: (i + 1) * 1_000,
  v: Math.sin(i),
  quality: "Good" as const,
}));

/** The samples of a chart in order of time; now and then another product, a heartbeat, a Bad value. */
export function historyOf(
  { source, kinds }: ChartDefinition,
  readings: readonly { readonly pick: number; readonly at: number; readonly v: number; readonly quality: Sample["quality"] }[],
): Sample[] {
  const rate = COUNTED[CHARTS[kinds[0]].subgroup as keyof typeof COUNTED] as number | undefined;
  const tags = source.from === "vectors" ? source.variables.map(({ tag }) => tag) : rate === undefined ? [WEIGHT] : [SCRAP, MADE];
  const history = readings
    .toSorted((a, b) => a.at - b.at)
    .map(({ pick, at, v, quality }) => {
      if (pick === 34) return sample(BEAT, at, 1);
      if (pick === 35) return sample(PRODUCT, at, v < 0 ? "a" : "b");
      const place = pick % tags.length;
      const value =
        source.from === "vectors"
          ? [10 + 1.5 * v, 20 + 2 * v, 30 + 2 * v][place]
          : rate === undefined
            ? 10 + 1.5 * v
            : Math.floor(at * (place === 0 ? rate * (1 + v / 1_000) : 0.01));
      return sample(tags[place] ?? WEIGHT, at, value ?? 0, quality);
    });
  return [sample(PRODUCT, 0, "a"), ...history];
}
