/**
 * Frozen control limits: everything that a chart needs to judge a subgroup, as plain JSON that can be kept as a version. They
 * are made once, from a baseline or from given values, and never move by themselves.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { type Reject, reject, type Said } from "../../connect/sample/index.ts";
import { CHARTS } from "./charts/index.ts";
import { LARGEST_RANGE_SIZE } from "./constants.ts";
import { VARIABLES, VECTORS, vectorsFault } from "./multivariate/index.ts";
import { isPlain } from "./plain.ts";
import { saySpc } from "./texts.ts";

export const CHART_KINDS = [
  "i",
  "mr",
  "xbar",
  "r",
  "s",
  "p",
  "np",
  "c",
  "u",
  "p-prime",
  "u-prime",
  "i-prime",
  "ewma",
  "cusum",
  "ma",
  "dnom",
  "dnom-mr",
  "z",
  "z-mr",
  "g",
  "t",
  "t2",
  "mewma",
] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

const strict = { additionalProperties: false } as const;
const number = Type.Number();
const positive = Type.Number({ exclusiveMinimum: 0 });
const optional = {
  lambda: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  asymptotic: Type.Optional(Type.Boolean()),
  k: Type.Optional(Type.Number({ minimum: 0 })),
  h: Type.Optional(positive),
  headStart: Type.Optional(Type.Number({ minimum: 0 })),
  afterSignal: Type.Optional(Type.Union([Type.Literal("keep"), Type.Literal("reset")])),
  window: Type.Optional(Type.Integer({ minimum: 2, maximum: 100_000 })),
  median: Type.Optional(Type.Number({ minimum: 0 })),
  parts: Type.Optional(Type.Record(Type.String(), Type.Object({ nominal: number, sigma: Type.Optional(positive) }, strict))),
  variables: Type.Optional(VARIABLES),
  vectors: Type.Optional(VECTORS),
};

const CHART_PARAMETERS = Type.Object(
  {
    /** Values or units of every subgroup, or `varies`. */
    size: Type.Union([positive, Type.Literal("varies")]),
    ...optional,
  },
  strict,
);

/**
 * `sigmas`: the multiple L of the plotted statistic's σ. `probability`: of a false alarm, half of it on each side; of charts of
 * several variables all of it above, and of a MEWMA chart one in so many points on average.
 */
const WIDTH = Type.Union([
  Type.Object({ sigmas: positive }, strict),
  Type.Object({ probability: Type.Number({ exclusiveMinimum: 0, maximum: 0.5 }) }, strict),
]);

const BASELINE = Type.Object(
  {
    /** Subgroups that entered, and the values or units in them. */
    subgroups: Type.Integer({ minimum: 1 }),
    units: Type.Number({ minimum: 1 }),
    estimator: Type.Union([Type.String(), Type.Null()]),
    /** Places in the baseline, from 0, that were left out for a cause; and those that no chart could take. */
    excluded: Type.Array(Type.Integer({ minimum: 0 })),
    refused: Type.Array(Type.Integer({ minimum: 0 })),
  },
  strict,
);

export const LIMITS = Type.Object(
  {
    kind: Type.Union(CHART_KINDS.map((kind) => Type.Literal(kind))),
    /** Of the process: mean of single values, proportion, defects per unit of area, mean of the transformed intervals (t). */
    centre: number,
    /** Standard deviation of a single value; σ_z of Laney's charts; 1 for other attribute charts. */
    sigma: positive,
    width: WIDTH,
    parameters: CHART_PARAMETERS,
    /** What they were estimated from; null when they were given. */
    baseline: Type.Union([BASELINE, Type.Null()]),
  },
  strict,
);

export type ChartParameters = Static<typeof CHART_PARAMETERS>;
export type LimitWidth = Static<typeof WIDTH>;
export type BaselineSummary = Static<typeof BASELINE>;
export interface Limits extends Readonly<Omit<Static<typeof LIMITS>, "kind">> {
  readonly kind: ChartKind;
}

export const THREE_SIGMA: LimitWidth = { sigmas: 3 };

/** Whether a value of unknown origin is limits; the sentence says what is wrong. */
export function readLimits(input: unknown): Limits | Reject {
  if (!isPlain(input) || !Value.Check(LIMITS, input)) {
    const first = Value.Errors(LIMITS, input)[0];
    const field = first === undefined || first.instancePath === "" ? undefined : first.instancePath.slice(1).replaceAll("/", ".");
    return badLimits(input, `${field ?? "They"} ${first?.message ?? "have not the shape of limits"}.`, field);
  }
  return checkLimits(input);
}

/** What the shape alone does not say. */
function checkLimits(limits: Limits): Limits | Reject {
  const { centre, sigma, parameters, kind } = limits;
  if (!Number.isFinite(centre) || !Number.isFinite(sigma)) return badLimits(limits, "centre and sigma must be finite numbers.");
  if ("probability" in limits.width && !CHARTS[kind].probability)
    return badLimits(limits, `Limits of a ${kind} chart are multiples of σ; it has none by the probability of a false alarm.`, "width");
  const { size } = parameters;
  const measured = kind === "xbar" || kind === "r" || kind === "s" || kind === "ewma" || kind === "cusum" || kind === "ma";
  if (measured && size !== "varies" && (!Number.isInteger(size) || size > LARGEST_RANGE_SIZE))
    return badLimits(limits, `A subgroup of measured values has 1 to ${LARGEST_RANGE_SIZE} of them, not ${size}.`, "parameters.size");
  if ((kind === "r" || kind === "s") && size === 1) return badLimits(limits, "One value has no spread.", "parameters.size");
  if ((kind === "p" || kind === "np" || kind === "p-prime") && (centre <= 0 || centre >= 1))
    return badLimits(limits, saySpc("noShare", { centre }), "centre");
  if (centre <= 0 && (kind === "c" || kind === "u" || kind === "u-prime" || kind === "g" || kind === "t"))
    return badLimits(limits, saySpc("noCount", { centre }), "centre");
  const needed = NEEDED[kind]?.find((name) => parameters[name] === undefined);
  if (needed !== undefined) return badLimits(limits, `A ${kind} chart needs the parameter ${needed}.`, `parameters.${needed}`);
  const parts = Object.entries(parameters.parts ?? {});
  if (kind.startsWith("z") && parts.some(([, part]) => part.sigma === undefined))
    return badLimits(limits, "A Z chart needs the sigma of every part.", "parameters.parts");
  if (kind !== "t2" && kind !== "mewma") return limits;
  const { variables = [], vectors } = parameters;
  const fault = vectors === undefined ? "They have no means." : vectorsFault(variables, vectors);
  if (fault !== undefined) return badLimits(limits, fault, "parameters.vectors");
  const values = variables.length * (vectors?.n ?? 1);
  if (size !== values)
    return badLimits(limits, `A subgroup of these variables has ${values} values in all, not ${size}.`, "parameters.size");
  return limits;
}

const NEEDED: Readonly<Partial<Record<ChartKind, readonly (keyof ChartParameters)[]>>> = {
  ewma: ["lambda", "asymptotic"],
  cusum: ["k", "h", "headStart", "afterSignal"],
  ma: ["window"],
  dnom: ["parts"],
  "dnom-mr": ["parts"],
  z: ["parts"],
  "z-mr": ["parts"],
  g: ["median"],
  t2: ["variables", "vectors"],
  mewma: ["variables", "vectors", "lambda"],
};

export interface GivenLimits {
  readonly centre: number;
  readonly sigma?: number;
  readonly width?: LimitWidth;
  readonly parameters?: Partial<ChartParameters>;
  readonly baseline?: BaselineSummary;
}

/** Defaults of what each kind needs besides: λ 0.2, k ½, h 5 without head start, windows of 5. */
export const DEFAULT_PARAMETERS: Readonly<Partial<Record<ChartKind, Partial<ChartParameters>>>> = {
  ewma: { lambda: 0.2, asymptotic: false },
  cusum: { k: 0.5, h: 5, headStart: 0, afterSignal: "keep" },
  ma: { window: 5 },
  mewma: { lambda: 0.1 },
};

/** Limits from values that somebody gives, with every default written out. */
export function limitsOf(kind: ChartKind, given: GivenLimits): Limits | Reject {
  const parameters = { size: SIZED.has(kind) ? ("varies" as const) : 1, ...DEFAULT_PARAMETERS[kind], ...given.parameters };
  return readLimits({
    kind,
    centre: given.centre,
    sigma: given.sigma ?? 1,
    width: given.width ?? THREE_SIGMA,
    parameters,
    baseline: given.baseline ?? null,
  });
}

/** Kinds whose subgroups have a size. */
export const SIZED: ReadonlySet<ChartKind> = new Set<ChartKind>([
  "xbar",
  "r",
  "s",
  "p",
  "np",
  "u",
  "p-prime",
  "u-prime",
  "i-prime",
  "ewma",
  "cusum",
  "ma",
  "t2",
  "mewma",
]);

export function isLimits(limits: Limits | Reject): limits is Limits {
  return Object.hasOwn(limits, "kind");
}

function badLimits(input: unknown, said: string | Said, field?: string): Reject {
  const words = typeof said === "string" ? { message: said } : said;
  return reject("BAD_LIMITS", input, field === undefined ? words : { ...words, field });
}
