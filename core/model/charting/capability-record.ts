/**
 * Capability that somebody stands for: `spc.capability.v1`, a statement in the ledger under the path of the chart at the instant of
 * recording. Its figures are those that the server computed of the recorded values, never what a page sends.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import { covers, hasRole, type Person } from "../../govern/identity/index.ts";
import { CAUSE_CODE, sayLimits, SCOPE, VERSION_LIMITS } from "../limits/index.ts";
import type { CapabilityView } from "./capability-view.ts";
import { sayCharting } from "./texts.ts";

export const SPC_CAPABILITY = "spc.capability.v1";

const strict = { additionalProperties: false } as const;
const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const number = Type.Number();
const orNone = Type.Union([number, Type.Null()]);
const name = Type.String({ minLength: 1, maxLength: 200 });
const sigma = Type.Object({ value: number, estimator: name, degrees: orNone }, strict);

const EXPLAINED = Type.Object(
  { at: instant, cause: Type.String({ minLength: 1, maxLength: VERSION_LIMITS.causeChars }), code: Type.Optional(CAUSE_CODE) },
  strict,
);

/** What a study found, whoever states it. */
export const CAPABILITY_FIGURES = {
  n: Type.Integer({ minimum: 1 }),
  mean: number,
  unit: Type.Union([name, Type.Null()]),
  specification: Type.Object({ lower: orNone, upper: orNone, target: orNone }, strict),
  /** `by`: of values that are not normal. */
  method: Type.Object({ study: name, model: name, by: Type.Optional(name) }, strict),
  /** How far the values lie from the distribution, after Anderson and Darling; absent from studies of before, null of measured percentiles. */
  fit: Type.Optional(Type.Union([Type.Object({ statistic: number, p: orNone }, strict), Type.Null()])),
  overall: sigma,
  /** As the chart estimates it; null: it could not. */
  within: Type.Union([sigma, Type.Null()]),
  confidence: number,
  /** Only those that exist. */
  indices: Type.Array(
    Type.Object(
      {
        name,
        value: number,
        interval: Type.Union([Type.Object({ lower: number, upper: number, by: name }, strict), Type.Null()]),
      },
      strict,
    ),
    { maxItems: 16 },
  ),
  /** Parts per million outside: seen, expected of the distribution, and expected if only the variation within were left. */
  observed: number,
  expected: orNone,
  expected_within: orNone,
  warnings: Type.Array(name, { maxItems: 16 }),
} as const;

const CAPABILITY_DATA = Type.Object(
  {
    id: Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Given by the sender: sent twice, it is one study." }),
    asset: name,
    chart: name,
    /** Of the values, ms UTC, [from, to). */
    from: instant,
    to: instant,
    scope: SCOPE,
    ...CAPABILITY_FIGURES,
    /** Signals of the values to which the one who records gave a cause. */
    explained: Type.Optional(Type.Array(EXPLAINED, { maxItems: VERSION_LIMITS.exclusions })),
    /** Of the limits under which the chart vouches for the values; 0: given in the node; null: no chart vouches. */
    limits_version: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    comment: Type.String({ minLength: 1, maxLength: 1_000, pattern: "\\S" }),
  },
  strict,
);
export type CapabilityData = Static<typeof CAPABILITY_DATA>;
export type CapabilityFigures = Pick<CapabilityData, keyof typeof CAPABILITY_FIGURES>;

/** As people see it. */
export interface RecordedCapability extends CapabilityData {
  readonly at: number;
  readonly by: string;
}

/** The study of a ledger entry; undefined where it is none. */
export function recordedCapability({ kind, data, author: by, start: at }: LedgerEntry): RecordedCapability | undefined {
  return kind === SPC_CAPABILITY && Value.Check(CAPABILITY_DATA, data) ? { ...data, at, by } : undefined;
}

/** Why this person may not record a study of `asset`; undefined when they may. */
export function recordingFault(asset: string, person: Person): Said | undefined {
  if (!covers(person, asset)) return sayLimits("noPart", { person: person.label, asset });
  return hasRole(person, "engineer", "quality") ? undefined : sayCharting("recordRole");
}

/** The statement's data of what was computed. */
export function capabilityData(
  of: Pick<CapabilityData, "id" | "asset" | "chart" | "from" | "to" | "scope" | "unit" | "limits_version" | "comment" | "explained">,
  stated: CapabilityView["stated"],
): CapabilityData {
  return { ...of, ...capabilityFigures(of.unit, stated) };
}

/** `unit`: UCUM code of the values; null: none. */
export function capabilityFigures(unit: string | null, stated: CapabilityView["stated"]): CapabilityFigures {
  const { n, mean, overall, within, confidence, specification, indices, observed, expected, expectedWithin, warnings, ...chosen } = stated;
  const { lower = null, upper = null, target = null } = specification;
  const bare = ({ value, estimator, degrees }: typeof overall): CapabilityData["overall"] => ({ value, estimator, degrees });
  return {
    n,
    mean,
    unit,
    specification: { lower, upper, target },
    method: { study: "process", model: chosen.model.name, ...(chosen.method === null ? {} : { by: chosen.method }) },
    fit: chosen.fit === null ? null : { ...chosen.fit },
    overall: bare(overall),
    within: within === null ? null : bare(within),
    confidence,
    indices: indices.map(({ name: index, value, interval }) => ({
      name: index,
      value,
      interval: interval === null ? null : { ...interval },
    })),
    observed: observed.total,
    expected: expected?.total ?? null,
    expected_within: expectedWithin?.total ?? null,
    warnings: warnings.map(({ code }) => code),
  };
}
