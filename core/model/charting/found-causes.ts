/** Causes from the plant's list: what is offered at a chart, whether a code is among it, and how often each was found. */
import type { Said } from "../../connect/sample/index.ts";
import { type CatalogueEntry, holdsAt, offeredFor, type PlantModel } from "../../connect/model/index.ts";
import { type CountedCause, type FoundCause, type LimitsVersion, paretoOf } from "../limits/index.ts";
import type { ShownSignal } from "./shown.ts";
import { sayCharting } from "./texts.ts";

export interface OfferedCauses {
  /** Groups before what they hold. */
  readonly causes: readonly CatalogueEntry[];
  readonly actions: readonly CatalogueEntry[];
}

export interface ShownPareto {
  readonly days: number;
  /** Signals that were closed and points that were left out in this time. */
  readonly found: number;
  /** `labels` null: words of somebody's own, or an id that the plant's list no longer has. */
  readonly causes: readonly (CountedCause & { readonly labels: CatalogueEntry["labels"] | null })[];
}

/** Ids of the lists, as somebody says them. */
export interface SaidCodes {
  readonly causes: readonly (string | undefined)[];
  readonly actions: readonly (string | undefined)[];
}

const PARETO_DAYS: readonly number[] = [7, 30, 90];
const DAY = 24 * 3_600_000;

export function offeredCauses(model: PlantModel, asset: string, at: number): OfferedCauses {
  const of = (tree: PlantModel["causes"]): readonly CatalogueEntry[] => offeredFor(tree, model, asset).filter((one) => holdsAt(one, at));
  return { causes: of(model.causes), actions: of(model.actions) };
}

/** Why these ids cannot be said at this machine now; undefined where they can. */
export function codeFault(model: PlantModel, asset: string, said: SaidCodes, at: number): Said | undefined {
  const offered = offeredCauses(model, asset, at);
  for (const part of ["causes", "actions"] as const) {
    const groups = new Set(offered[part].map(({ parent }) => parent));
    const known = new Set(offered[part].map(({ id }) => id).filter((id) => !groups.has(id)));
    const wrong = said[part].find((code) => code !== undefined && !known.has(code));
    if (wrong !== undefined) return sayCharting(part === "causes" ? "otherCause" : "otherAction", { code: wrong });
  }
  return undefined;
}

/** Causes of signals that began, and of points that were left out, in the last days, of each period. */
export function foundCauses(
  { causes }: Pick<PlantModel, "causes">,
  signals: readonly ShownSignal[],
  versions: readonly LimitsVersion[],
  now: number,
): readonly ShownPareto[] {
  const closed = signals.flatMap(({ start, end, closed: closing }) =>
    closing === null ? [] : [{ at: start, end: end ?? Number.POSITIVE_INFINITY, cause: closing.cause, code: closing.causeCode }],
  );
  const left = new Map<number, FoundCause>();
  for (const { status, baseline } of versions.toSorted((a, b) => a.version - b.version))
    if (status !== "rejected") for (const one of baseline?.excluded ?? []) left.set(one.at, one);
  // A point of a signal that somebody closed is the same finding.
  const more = [...left].filter(([at]) => !closed.some((one) => at >= one.at && at < one.end));
  const all = [...closed, ...more.map(([at, { cause, code }]) => ({ at, cause, code }))].toSorted((a, b) => a.at - b.at);
  return PARETO_DAYS.map((days) => {
    const found = all.filter(({ at }) => at >= now - days * DAY);
    const labelled = paretoOf(found).map((one) => ({
      ...one,
      labels: (one.code === null ? undefined : causes.get(one.code)?.labels) ?? null,
    }));
    return { days, found: found.length, causes: labelled };
  });
}
