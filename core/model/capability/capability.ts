/** Capability of a process or a machine: what a quality engineer signs, with everything that it rests on, or why it is not stated. */
import { type Distribution, normal } from "../distribution/index.ts";
import { goodnessOf } from "./fits.ts";
import { type Index, type IndexName, indicesOf, MACHINE, OVERALL, type Sigma, WITHIN } from "./indices.ts";
import { fit, type Model } from "./models.ts";
import { mean as meanOf, sd as sdOf } from "../moments/index.ts";
import { nonNormalIndices } from "./non-normal.ts";
import { CAPABILITY_DEFAULTS, type CapabilityOptions, optionFault } from "./options.ts";
import { isRefusal, type Refusal, refuse } from "./refusal.ts";
import { expectedPpm, observedPpm, type Ppm, type Specification, specificationFault } from "./specification.ts";
import { type GoodnessOfFit, type Warning, warningsOf } from "./warnings.ts";

export interface Capability {
  readonly n: number;
  readonly mean: number;
  readonly overall: Sigma;
  readonly specification: Specification;
  readonly options: CapabilityOptions;
  readonly model: Pick<Model, "name" | "parameters">;
  /** Only those that exist: one limit has one side, and Cpm needs a target. */
  readonly indices: readonly Index[];
  readonly observed: Ppm;
  /** From the model; null without one. `expectedWithin`: if only the variation within subgroups were left. */
  readonly expected: Ppm | null;
  readonly expectedWithin: Ppm | null;
  /** Null of measured percentiles, which fit themselves. */
  readonly fit: GoodnessOfFit | null;
  readonly warnings: readonly Warning[];
}

/** Fewer values state nothing. */
export const FEWEST_VALUES = 25;
const MOST_VALUES = 1_000_000;

/** Of values in the order of time, in the unit of the specification. */
export function capability(
  values: readonly number[],
  specification: Specification,
  chosen: Partial<CapabilityOptions> = {},
): Capability | Refusal {
  const options: CapabilityOptions = { ...CAPABILITY_DEFAULTS, ...chosen };
  const fault = valueFault(values) ?? specificationFault(specification) ?? optionFault(options);
  if (fault !== undefined) return fault;
  const mean = meanOf(values);
  const spread = sdOf(values);
  if (!Number.isFinite(spread)) return refuse("NO_VALUES", {}, "TOO_WIDE");
  // What remains of equal values is rounding, not variation.
  if (!(spread > Math.abs(mean) * 1e-14)) return refuse("CONSTANT", { value: values[0] ?? mean });
  const model = fit(options.model, values);
  if (isRefusal(model)) return model;
  if (model.name === "empirical" && options.method === "z-score") return refuse("NO_TAIL");

  const overall: Sigma = { value: spread, estimator: "standard deviation (n - 1)", degrees: values.length - 1 };
  const sorted = values.toSorted((a, b) => a - b);
  const fitted = model.name === "empirical" ? null : goodnessOf(sorted, model);
  const within = model.name === "normal" && options.study === "process" ? options.within : null;
  const indices = allIndices(values, specification, options, model.distribution, overall, within);
  return {
    n: values.length,
    mean,
    overall,
    specification,
    options,
    model: { name: model.name, parameters: model.parameters },
    indices,
    observed: observedPpm(values, specification),
    expected: model.name === "empirical" ? null : expectedPpm(model.distribution, specification),
    expectedWithin: within === null ? null : expectedPpm(normal(mean, within.value), specification),
    fit: fitted,
    warnings: warningsOf({ sorted, specification, options, fit: fitted, indices }),
  };
}

/** The index of a name; undefined where it does not exist. */
export function indexOf({ indices }: Capability, name: IndexName): Index | undefined {
  return indices.find((index) => index.name === name);
}

function allIndices(
  values: readonly number[],
  specification: Specification,
  { study, model, method, confidence }: CapabilityOptions,
  distribution: Distribution,
  overall: Sigma,
  within: Sigma | null,
): Index[] {
  const names = study === "machine" ? MACHINE : OVERALL;
  if (model !== "normal") return nonNormalIndices(distribution, specification, method, names);
  const ofAll = indicesOf(values, overall, specification, names, confidence);
  return within === null ? ofAll : [...indicesOf(values, within, specification, WITHIN, confidence), ...ofAll];
}

function valueFault(values: readonly number[]): Refusal | undefined {
  if (!Array.isArray(values) || values.length === 0) return refuse("NO_VALUES");
  if (values.length > MOST_VALUES) return refuse("TOO_MANY", { n: values.length });
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) return refuse("NO_VALUES", { n: odd + 1, value: String(values[odd]) }, "ODD_VALUE");
  return values.length < FEWEST_VALUES ? refuse("TOO_FEW", { n: values.length }) : undefined;
}
