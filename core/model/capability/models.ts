/** Distributions fitted to measured values, by maximum likelihood unless they say otherwise. */
import { boxCox, boxCoxNormal, type Distribution, gamma, johnsonSB, johnsonSU, lognormal, normal, weibull } from "../distribution/index.ts";
import { empirical } from "./empirical.ts";
import { gammaShape, largestNear, weibullShape } from "./likelihood.ts";
import { johnsonOf } from "./johnson-fit.ts";
import { mean as meanOf, squaresAbout, sd as sdOf } from "../moments/index.ts";
import { type Refusal, refuse } from "./refusal.ts";

export interface Model {
  readonly name: ModelName;
  readonly parameters: Readonly<Record<string, number>>;
  readonly distribution: Distribution;
  /** The same with a standard deviation of divisor n − 1, for which Anderson and Darling's probability holds; null where none does. */
  readonly tested: Distribution | null;
}

/** The choice of distributions, with what a form says about each. */
export const MODELS = {
  normal: "normal",
  lognormal: "lognormal, location 0",
  weibull: "Weibull, location 0",
  gamma: "gamma, location 0",
  johnson: "Johnson SU or SB by percentiles (Slifker and Shapiro)",
  "box-cox": "normal after a Box-Cox transform",
  empirical: "none: percentiles as measured",
} as const;

export type ModelName = keyof typeof MODELS;

/** Of finite values that are not all equal. */
export function fit(name: ModelName, values: readonly number[]): Model | Refusal {
  const positive = name === "normal" || name === "johnson" || name === "empirical" || values.every((value) => value > 0);
  return positive ? FITS[name](values) : refuse("NOT_POSITIVE");
}

/** The distribution that parameters of a fit describe; null of measured percentiles, which describe none. */
export function distributionOf({ name, parameters }: Pick<Model, "name" | "parameters">): Distribution | null {
  const of = (key: string): number => parameters[key] ?? Number.NaN;
  switch (name) {
    case "normal":
      return normal(of("mean"), of("sd"));
    case "lognormal":
      return lognormal(of("meanLog"), of("sdLog"));
    case "weibull":
      return weibull(of("shape"), of("scale"));
    case "gamma":
      return gamma(of("shape"), of("scale"));
    case "johnson": {
      const johnson = { gamma: of("gamma"), delta: of("delta"), location: of("location"), scale: of("scale") };
      return of("bounded") === 1 ? johnsonSB(johnson) : johnsonSU(johnson);
    }
    case "box-cox":
      return boxCoxNormal(of("lambda"), of("mean"), of("sd"));
    default:
      return null;
  }
}

const FITS: Readonly<Record<ModelName, (values: readonly number[]) => Model | Refusal>> = {
  normal(values) {
    const [mean, sd] = [meanOf(values), sdOf(values)];
    const distribution = normal(mean, sd);
    return { name: "normal", parameters: { mean, sd }, distribution, tested: distribution };
  },
  lognormal(values) {
    const logs = values.map(Math.log);
    const meanLog = meanOf(logs);
    const sdLog = Math.sqrt(squaresAbout(logs, meanLog) / logs.length);
    return {
      name: "lognormal",
      parameters: { meanLog, sdLog },
      distribution: lognormal(meanLog, sdLog),
      tested: lognormal(meanLog, sdOf(logs)),
    };
  },
  weibull(values) {
    const { shape, scale } = weibullShape(values);
    return found({ name: "weibull", parameters: { shape, scale }, distribution: weibull(shape, scale), tested: null });
  },
  gamma(values) {
    const shape = gammaShape(values);
    const scale = meanOf(values) / shape;
    return found({ name: "gamma", parameters: { shape, scale }, distribution: gamma(shape, scale), tested: null });
  },
  johnson(values) {
    const best = johnsonOf(values.toSorted((a, b) => a - b));
    if (best === undefined) return refuse("NO_FIT");
    const { gamma: shift, delta, location, scale } = best.parameters;
    // Records hold numbers only: bounded is 1 for SB and 0 for SU.
    const parameters = { gamma: shift, delta, location, scale, bounded: Number(best.bounded) };
    return { name: "johnson", parameters, distribution: best.distribution, tested: null };
  },
  "box-cox"(values) {
    const lambda = boxCoxLambda(values);
    const transformed = values.map((value) => boxCox(value, lambda));
    const mean = meanOf(transformed);
    const sd = Math.sqrt(squaresAbout(transformed, mean) / values.length);
    return found({ name: "box-cox", parameters: { lambda, mean, sd }, distribution: boxCoxNormal(lambda, mean, sd), tested: null });
  },
  empirical(values) {
    return { name: "empirical", parameters: {}, distribution: empirical(values), tested: null };
  },
};

function found(model: Model): Model | Refusal {
  return Object.values(model.parameters).every(Number.isFinite) ? model : refuse("NO_FIT");
}

/** Between −5 and 5, of the likelihood of values over their geometric mean, where no power overflows. */
function boxCoxLambda(values: readonly number[]): number {
  const logs = values.map(Math.log);
  const middle = meanOf(logs);
  const ratios = logs.map((log) => Math.exp(log - middle));
  return largestNear(
    (lambda) => {
      const transformed = ratios.map((ratio) => boxCox(ratio, lambda));
      return -Math.log(squaresAbout(transformed, meanOf(transformed)));
    },
    [-5, 5],
  );
}
