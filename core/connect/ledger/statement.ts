/** What the ledger accepts: the shape and the limits of a statement and of its authorship. */
import { canonicalJson } from "../event/index.ts";
import { equipmentPathProblem } from "../tag-id/index.ts";
import { reject, type Reject } from "../sample/index.ts";
import type { Authorship } from "./index.ts";

export const LEDGER_LIMITS = {
  kindChars: 100,
  /** Characters of `data` and of `evidence` as JSON, each. */
  jsonChars: 256 * 1024,
  jsonDepth: 32,
  authorChars: 200,
  reasonChars: 2_000,
  /** Statements in one call of `record`. */
  statements: 10_000,
  /** Instants that nanoseconds in 64 bits can hold, in ms. */
  timeMs: 9_223_372_036_853,
} as const;

/** A statement whose JSON has its canonical spelling, so that equality is equality of text. */
export interface CheckedStatement {
  readonly kind: string;
  readonly asset: string;
  readonly start: number;
  readonly end: number | null;
  readonly data: string;
  readonly evidence: string | null;
}

/** Thrown by a ledger for a malformed statement or authorship; nothing of the call is recorded. */
export class LedgerRefusal extends Error {
  override readonly name = "LedgerRefusal";
}

const KIND = /^[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.v[1-9][0-9]{0,3}$/;

/** Checks anything that claims to be a statement or an event. The revision of an event is the ledger's to give and is not read. */
export function checkStatement(input: unknown): CheckedStatement | Reject {
  const refuse = (field: string, message: string): Reject => reject("BAD_EVENT", input, { field, message });
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return refuse("payload", "An event is an object {kind, asset, start, end, data}.");
  }
  const { kind, asset, start, end, data, evidence } = ownFields(input);
  if (typeof kind !== "string" || kind.length > LEDGER_LIMITS.kindChars || !KIND.test(kind)) {
    return refuse("kind", `The kind ${shown(kind)} must be lower-case words with a version, as in "oee.atom.v1".`);
  }
  const problem = typeof asset === "string" ? equipmentPathProblem(asset) : `The asset ${shown(asset)} is not an equipment path.`;
  if (problem !== undefined || typeof asset !== "string") return refuse("asset", problem ?? "");
  if (!isInstant(start)) return refuse("start", `The start ${shown(start)} is not an integer number of ms UTC.`);
  if (end !== null && (!isInstant(end) || end < start)) {
    return refuse("end", `The end ${shown(end)} must be null or an integer number of ms UTC, not before the start.`);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) return refuse("data", "The data must be an object.");
  const limits = { maxChars: LEDGER_LIMITS.jsonChars, maxDepth: LEDGER_LIMITS.jsonDepth };
  const dataJson = canonicalJson(data, "data", limits);
  if ("problem" in dataJson) return refuse(dataJson.field, dataJson.problem);
  // Adding zero turns -0 into 0.
  const key = { kind, asset, start: start + 0, end: end === null ? null : end + 0 };
  if (evidence === undefined) return { ...key, data: dataJson.text, evidence: null };
  if (typeof evidence !== "object" || evidence === null || Array.isArray(evidence)) {
    return refuse("evidence", "The evidence must be an object.");
  }
  const evidenceJson = canonicalJson(evidence, "evidence", limits);
  if ("problem" in evidenceJson) return refuse(evidenceJson.field, evidenceJson.problem);
  return { ...key, data: dataJson.text, evidence: evidenceJson.text };
}

/** What is wrong with an authorship, or undefined. */
export function checkAuthorship(by: Authorship): string | undefined {
  const { author, reason } = ownFields(by);
  if (typeof author !== "string" || author.trim() === "" || author.length > LEDGER_LIMITS.authorChars) {
    return `The author must be a name of 1 to ${LEDGER_LIMITS.authorChars} characters.`;
  }
  if (typeof reason !== "string" || reason.trim() === "" || reason.length > LEDGER_LIMITS.reasonChars) {
    return `The reason must be a text of 1 to ${LEDGER_LIMITS.reasonChars} characters.`;
  }
  return undefined;
}

/** Inherited properties are nobody's statement. */
function ownFields(input: object): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, input);
}

function isInstant(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= LEDGER_LIMITS.timeMs;
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : typeof value === "object" && value !== null ? "object" : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
