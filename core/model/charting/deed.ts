/** What people ask of a chart: look at a baseline, propose and decide limits, answer a signal. */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { Said } from "../../connect/sample/index.ts";
import { type ModelName, MODELS } from "../capability/index.ts";
import { CAUSE_CODE, SCOPE } from "../limits/index.ts";
import { sayCharting } from "./texts.ts";

const strict = { additionalProperties: false } as const;
const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const said = Type.String({ minLength: 1, maxLength: 1_000, pattern: "\\S" });
const id = Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$" });
const version = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const code = Type.Optional(CAUSE_CODE);
const exclusions = Type.Array(Type.Object({ at: instant, cause: Type.String({ maxLength: 200 }), code }, strict), { maxItems: 1_000 });
const baseline = { from: instant, to: instant, scope: SCOPE, exclusions };
const bound = Type.Union([Type.Number({ minimum: -1e15, maximum: 1e15 }), Type.Null()]);
const values = { from: instant, to: instant, scope: SCOPE, lower: bound, upper: bound, target: bound };
const models = (Object.keys(MODELS) as ModelName[]).map((name) => Type.Literal(name));
/** Absent: the normal distribution, and percentiles of every other. */
const law = {
  model: Type.Optional(Type.Unsafe<ModelName>(Type.Union(models))),
  method: Type.Optional(Type.Union([Type.Literal("percentile"), Type.Literal("z-score")])),
  explained: Type.Optional(exclusions),
};
const part = Type.Union([Type.Literal("level"), Type.Literal("spread")]);
const signal = { id, made: instant, signal: instant, part };

const CHART_DEED = Type.Union([
  Type.Object({ action: Type.Literal("study"), ...baseline }, strict),
  Type.Object({ action: Type.Literal("propose"), ...baseline, comment: said }, strict),
  Type.Object({ action: Type.Literal("capability"), ...values, ...law }, strict),
  Type.Object({ action: Type.Literal("record-capability"), id, made: instant, ...values, ...law, comment: said }, strict),
  Type.Object({ action: Type.Literal("review"), version }, strict),
  /** `effective_from` null: from now on. */
  Type.Object({ action: Type.Literal("approve"), version, comment: said, effective_from: Type.Union([instant, Type.Null()]) }, strict),
  Type.Object({ action: Type.Literal("reject"), version, comment: said }, strict),
  Type.Object({ action: Type.Literal("retire"), version, comment: said }, strict),
  Type.Object({ action: Type.Literal("close"), ...signal, cause: said, cause_code: code, done: said, done_code: code }, strict),
  Type.Object({ action: Type.Literal("reopen"), ...signal, comment: said }, strict),
  Type.Object({ action: Type.Literal("comment"), ...signal, comment: said }, strict),
]);

export type ChartDeed = Static<typeof CHART_DEED>;

/** The deed, or a sentence. */
export function readDeed(body: unknown): ChartDeed | { readonly fault: Said } {
  return Value.Check(CHART_DEED, body) ? body : { fault: sayCharting("notAsked") };
}
