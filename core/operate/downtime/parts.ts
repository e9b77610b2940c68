/** The parts of the stops of one machine, minute by minute, and what of them is to be stated. */
import type { OeeRules } from "../oee/index.ts";
import type { EffectiveStop } from "./effective.ts";
import { type DowntimePartEvent, NO_REASON, partEvent, type PartMinute, withdrawnPart } from "./part-event.ts";

const MINUTE = 60_000;

export type PlannedWindows = OeeRules["plannedWindows"];

/**
 * The planned time of stops from `from` on, cut at every minute; of a stop that lasts, what has passed at `until`. Time for
 * which nothing is planned is no loss, so it is in none.
 */
export function partMinutes(stops: readonly EffectiveStop[], from: number, until: number, planned: PlannedWindows): PartMinute[] {
  const result: PartMinute[] = [];
  for (const { stop, occurrence, parts } of stops) {
    const joined = stop.start !== occurrence;
    for (const [index, part] of parts.entries()) {
      const end = part.end ?? until;
      if (end <= Math.max(from, part.start)) continue;
      const said = { reason: part.reason ?? NO_REASON, loss: stop.micro && part.by !== "operator" ? "micro" : part.bucket };
      let stops = joined && index === 0 ? 0 : 1;
      for (const window of planned(part.start, end)) {
        if (!window.planned) continue;
        for (let at = Math.max(window.start, part.start); at < Math.min(window.end, end); ) {
          const next = Math.min(window.end, end, Math.floor(at / MINUTE) * MINUTE + MINUTE);
          if (at >= from) result.push({ start: at, end: next, ...said, stops });
          stops = 0;
          at = next;
        }
      }
    }
  }
  return result;
}

/** What was stated of the parts of one machine, by start. */
export class StatedParts {
  readonly #asset: string;
  readonly #stated = new Map<number, { readonly part: PartMinute; readonly revision: number }>();
  /** Revisions of minutes that are no more, so that one that comes back goes on counting. */
  readonly #withdrawn = new Map<number, number>();

  constructor(asset: string) {
    this.#asset = asset;
  }

  /** What the ledger holds, with its revisions. */
  recall(held: readonly { readonly part: PartMinute; readonly revision: number }[]): void {
    for (const one of held) this.#stated.set(one.part.start, one);
  }

  /** What is to be stated so that `parts` is all there is in [from, to). A minute under other tags is withdrawn under its own first. */
  replace(parts: readonly PartMinute[], from: number, to = Number.POSITIVE_INFINITY): DowntimePartEvent[] {
    const gone = new Map([...this.#stated].filter(([start]) => start >= from && start < to));
    const events: DowntimePartEvent[] = [];
    const state = (part: PartMinute, revision: number): void => {
      events.push(partEvent(this.#asset, part, revision));
    };
    for (const part of parts) {
      const was = gone.get(part.start);
      gone.delete(part.start);
      if (was !== undefined && samePart(was.part, part)) continue;
      let revision = was?.revision ?? this.#withdrawn.get(part.start) ?? 0;
      if (was !== undefined && (was.part.reason !== part.reason || was.part.loss !== part.loss))
        state(withdrawnPart(was.part), (revision += 1));
      state(part, (revision += 1));
      this.#withdrawn.delete(part.start);
      this.#stated.set(part.start, { part, revision });
    }
    for (const [start, { part, revision }] of gone) {
      state(withdrawnPart(part), revision + 1);
      this.#stated.delete(start);
      this.#withdrawn.set(start, revision + 1);
    }
    return events;
  }

  /** Nothing before this instant is replaced any more. */
  forget(before: number): void {
    for (const start of this.#stated.keys()) if (start < before) this.#stated.delete(start);
    for (const start of this.#withdrawn.keys()) if (start < before) this.#withdrawn.delete(start);
  }
}

function samePart(a: PartMinute, b: PartMinute): boolean {
  return a.end === b.end && a.reason === b.reason && a.loss === b.loss && a.stops === b.stops;
}
