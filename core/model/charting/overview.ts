/** All charts beside each other: what each is about now, its capability in few figures, and which of them wants somebody first. */
import type { Said } from "../../connect/sample/index.ts";
import type { RefusalCode } from "../capability/index.ts";
import type { CapabilityAnswer } from "./capability-view.ts";
import type { ShownChart } from "./shown.ts";

const BRIEF_INDICES = ["Cp", "Cpk", "Ppk"] as const;

/** `NOT_MEASURED`: counts and short runs have none. `ENDED`: what computes has ended. */
export type BriefRefusal = RefusalCode | "NOT_MEASURED" | "ENDED";

export interface BriefCapability {
  /** When it was computed, ms UTC. */
  readonly at: number;
  /** Values; null where none were counted. */
  readonly n: number | null;
  /** Null: it does not exist, as Cp of one limit. */
  readonly indices: Readonly<Record<(typeof BRIEF_INDICES)[number], number | null>>;
  /** Why there are no figures; null where there are. */
  readonly refused: ({ readonly code: BriefRefusal } & Said) | null;
}

export interface ListedChart extends ShownChart {
  readonly line: { readonly path: string; readonly label: string } | null;
  /** Product, recipe and stage that are known to be made now, as people name them. */
  readonly making: readonly string[];
  /** Since when the limits in force hold, ms UTC; null of given ones, and without any. */
  readonly limitsFrom: number | null;
  /** Null: none is recorded, or the historian is away. */
  readonly last: { readonly at: number; readonly value: number; readonly rules: readonly string[] } | null;
  /** Start of the oldest signal that nobody has closed, ms UTC. */
  readonly oldest: number | null;
  /** Null: not computed yet. */
  readonly capability: BriefCapability | null;
}

export function refusedBriefly(code: BriefRefusal, { message, says }: Said, at: number): BriefCapability {
  return { at, n: null, indices: { Cp: null, Cpk: null, Ppk: null }, refused: { code, message, says } };
}

export function briefCapability(answer: CapabilityAnswer, at: number): BriefCapability {
  if (answer.refused !== null) return refusedBriefly(answer.code, answer.refused, at);
  const { n, indices } = answer.stated;
  const value = (name: string): number | null => indices.find((index) => index.name === name)?.value ?? null;
  return { at, n, indices: { Cp: value("Cp"), Cpk: value("Cpk"), Ppk: value("Ppk") }, refused: null };
}

type Ranked = Pick<ListedChart, "lasting" | "open" | "oldest" | "byHand" | "version" | "capability" | "path">;

/**
 * A signal that lasts goes before others, then more open signals, then older ones; then a measurement that is overdue, a chart
 * that judges nothing for want of limits, and the smallest Ppk, which a chart without one comes after.
 */
export function worstFirst(a: Ranked, b: Ranked): number {
  const [one, other] = [urgency(a), urgency(b)];
  const at = one.findIndex((figure, i) => figure !== other[i]);
  return at < 0 ? (a.path < b.path ? -1 : Number(a.path > b.path)) : (one[at] as number) - (other[at] as number);
}

/** Smaller is more urgent, the first that differs decides. */
function urgency({ lasting, open, oldest, byHand, version, capability }: Ranked): readonly number[] {
  return [
    lasting ? 0 : 1,
    -open,
    oldest ?? Number.POSITIVE_INFINITY,
    byHand?.state === "overdue" ? 0 : 1,
    version === null ? 0 : 1,
    capability?.indices.Ppk ?? Number.POSITIVE_INFINITY,
  ];
}
