/** A control chart in use: subgroups come one by one and are judged against frozen limits by run rules. */
import { type Reject, reject } from "../../connect/sample/index.ts";
import { type Blame, CHARTS, type CusumSides, type Point, type RuleScope, type Stream } from "./charts/index.ts";
import type { ChartKind, Limits } from "./limits.ts";
import { orderedText } from "./plain.ts";
import { RuleEngine, type RuleEngineState, type Side } from "./rule-engine.ts";
import { DEFAULT_RULES, type RuleOptions, type RuleSet, type RuleTest, type RunRule } from "./rules.ts";
import { checkSubgroup, isReject, LARGEST_VALUE, type Subgroup, type SubgroupDemands } from "./subgroup.ts";

/** What is drawn for one subgroup, and what it broke. */
export interface ChartPoint {
  readonly statistic: number;
  readonly centre: number;
  /** Of the plotted statistic at this size; zones are its multiples. */
  readonly sigma: number;
  /** Null: no limit on that side. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly z: number;
  /** Values or units in the subgroup. */
  readonly size: number;
  readonly beyond: Side;
  /** Rules that this point completes, the most serious first. */
  readonly hits: readonly RunRule[];
  readonly cusum?: CusumSides;
  readonly blamed?: readonly Blame[];
}

/** `point` is null where nothing can be plotted yet, as for the first moving range. */
export type Taken = { readonly point: ChartPoint | null } | { readonly reject: Reject };

export interface ChartSnapshot {
  readonly kind: ChartKind;
  /** The limits and rules that it is of, as text; absent from snapshots that were saved before it was told. */
  readonly of?: string;
  readonly stream: readonly number[];
  readonly rules: RuleEngineState;
}

const SCOPES: Readonly<Record<RuleScope, ReadonlySet<RuleTest>>> = {
  all: new Set<RuleTest>(["limits", "zone", "run", "trend", "alternation", "within", "outside", "opposite"]),
  attribute: new Set<RuleTest>(["limits", "run", "trend", "alternation"]),
  runs: new Set<RuleTest>(["limits", "run"]),
  limits: new Set<RuleTest>(["limits"]),
};

/** The rules of a set that mean something on this kind of chart; the others assume what its points are not. */
export function applicableRules(kind: ChartKind, { rules, options }: RuleSet): RuleSet {
  const scope = SCOPES[CHARTS[kind].rules];
  return { rules: rules.filter(({ test }) => scope.has(test)), options };
}

export class ControlChart {
  readonly limits: Limits;
  /** Those that apply to this kind, in the order of the bits that `updateMany` writes. */
  readonly rules: readonly RunRule[];
  private readonly demands: SubgroupDemands;
  private readonly stream: Stream;
  private readonly unusable: string | undefined;
  private readonly engine: RuleEngine;
  private readonly options: RuleOptions;
  private readonly takesSingles: boolean;
  /** Both are used again for every subgroup. */
  private readonly single = { x: 0, n: 1, values: [0], part: "" };
  private readonly point: Point = { statistic: 0, centre: 0, sigma: 1, lower: 0, upper: 0, z: 0 };

  constructor(limits: Limits, rules: RuleSet = DEFAULT_RULES) {
    const declaration = CHARTS[limits.kind];
    this.limits = limits;
    this.stream = declaration.stream(limits);
    this.unusable = this.stream.unusable;
    this.engine = new RuleEngine(applicableRules(limits.kind, rules));
    this.rules = this.engine.rules;
    this.options = rules.options;
    const { size, parts, variables } = limits.parameters;
    this.takesSingles = declaration.subgroup === "individual" || (declaration.subgroup === "measured" && (size === 1 || size === "varies"));
    this.demands = {
      shape: declaration.subgroup,
      size,
      ...(parts === undefined ? {} : { parts }),
      ...(variables === undefined ? {} : { variables }),
    };
  }

  /**
   * Judges one subgroup, or refuses it with a reason; what is refused is a missing point (see `missing`). Limits of several variables
   * that nothing can be judged by refuse every subgroup (`BAD_LIMITS`).
   */
  take(subgroup: Subgroup): Taken {
    if (this.unusable !== undefined) return { reject: reject("BAD_LIMITS", subgroup, { message: this.unusable }) };
    const checked = checkSubgroup(subgroup, this.demands);
    if (isReject(checked)) {
      this.engine.missing();
      return { reject: checked };
    }
    const { point } = this;
    if (!this.stream.next(checked, point)) return { point: null };
    const beyond = sideOf(point);
    const hits = this.engine.hits(this.engine.update(point.z, beyond));
    return {
      point: {
        statistic: point.statistic,
        centre: point.centre,
        sigma: point.sigma,
        lower: Number.isFinite(point.lower) ? point.lower : null,
        upper: Number.isFinite(point.upper) ? point.upper : null,
        z: point.z,
        size: checked.n,
        beyond,
        hits,
        ...(point.cusum === undefined ? {} : { cusum: point.cusum() }),
        ...(point.blamed === undefined ? {} : { blamed: point.blamed }),
      },
    };
  }

  /** A value could not be used: patterns go on as if nothing had come, or begin anew where the rules say so. */
  missing(): void {
    this.engine.missing();
  }

  /**
   * One single value on the fast path, which allocates nothing: bit i says that it completes `rules[i]`. What is no finite number is
   * missing. Throws `RangeError` on charts whose subgroups are no single measured values.
   */
  update(value: number): number {
    if (!this.takesSingles) throw new RangeError(`A ${this.limits.kind} chart takes no single values.`);
    // False for NaN too.
    if (!(Math.abs(value) <= LARGEST_VALUE)) {
      this.engine.missing();
      return 0;
    }
    this.single.x = value;
    this.single.values[0] = value;
    return this.stream.next(this.single, this.point) ? this.engine.update(this.point.z, sideOf(this.point)) : 0;
  }

  /** `update` of many values, as fast as this machine can; `out` has a place for each. */
  updateMany(values: Float64Array, out: Uint32Array): void {
    if (out.length < values.length) throw new RangeError(`${values.length} values need as many places for their hits, not ${out.length}.`);
    if (this.limits.kind === "i" && "sigmas" in this.limits.width) return this.updateIndividuals(values, out);
    for (let i = 0; i < values.length; i += 1) out[i] = this.update(values[i] as number);
  }

  /** A new stage begins, as after a changeover: patterns and memory start anew, the limits stay. */
  restart(): void {
    this.stream.restart();
    this.engine.reset();
  }

  /** Plain JSON; a chart of the same limits and rules goes on from it as if it had never stopped. */
  snapshot(): ChartSnapshot {
    return { kind: this.limits.kind, of: this.judgedBy(), stream: this.stream.snapshot(), rules: this.engine.snapshot() };
  }

  /**
   * False, and the chart unchanged, where the snapshot is not one of these limits and rules: of other values, another width or other
   * parameters, or of other rules or options. From which baseline equal limits come makes no difference.
   */
  restore({ kind, of, stream, rules }: ChartSnapshot): boolean {
    if (kind !== this.limits.kind || !Array.isArray(stream) || (of !== undefined && of !== this.judgedBy())) return false;
    const before = this.stream.snapshot();
    if (!this.stream.restore(stream)) return false;
    if (this.engine.restore(rules)) return true;
    this.stream.restore(before);
    return false;
  }

  private judgedBy(): string {
    const { centre, sigma, width, parameters } = this.limits;
    return orderedText([centre, sigma, width, parameters, this.rules, this.options]);
  }

  /** Limits of single values are the same for all of them, so the first tells them. */
  private updateIndividuals(values: Float64Array, out: Uint32Array): void {
    const { engine, point } = this;
    this.single.x = this.limits.centre;
    this.stream.next(this.single, point);
    const { centre, sigma, lower, upper } = point;
    for (let i = 0; i < values.length; i += 1) {
      const x = values[i] as number;
      if (Math.abs(x) <= LARGEST_VALUE) out[i] = engine.update((x - centre) / sigma, x > upper ? 1 : x < lower ? -1 : 0);
      else {
        engine.missing();
        out[i] = 0;
      }
    }
  }
}

function sideOf({ statistic, lower, upper }: Point): Side {
  return statistic > upper ? 1 : statistic < lower ? -1 : 0;
}
