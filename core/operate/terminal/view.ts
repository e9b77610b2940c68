/** What a terminal shows of one machine: its stops, which of them wait for a reason, and the reasons in a useful order. */
import type { PlantModel, Reason } from "../../connect/model/index.ts";
import { type Effective, reasonsFor, type StopPart, type StopStatement } from "../downtime/index.ts";
import type { CurrentOrder } from "./manual.ts";

export interface ShownPart extends StopPart {
  /** Start and end of the stop that it is part of, as the machine says. */
  readonly stop: number;
  readonly stop_end: number | null;
  readonly state: string;
  readonly text: string | null;
  readonly micro: boolean;
  readonly occurrence: number;
}

export interface TerminalView {
  readonly now: number;
  readonly zone: string;
  readonly station: { readonly asset: string; readonly label: string };
  readonly person: { readonly label: string; readonly enters: boolean };
  readonly machine: { readonly state: string | null; readonly bucket: string; readonly since: number | null };
  /** Parts of stops without a reason, the latest first. */
  readonly queue: readonly ShownPart[];
  /** The other parts, the latest first. */
  readonly done: readonly ShownPart[];
  readonly review: readonly {
    readonly statement: string;
    readonly why: string;
    readonly stop: number;
    readonly author: string;
    readonly recorded: number;
  }[];
  readonly reasons: readonly Reason[];
  /** Ids of reasons, the last used one first, then by how often they were used. */
  readonly often: readonly string[];
  readonly order: CurrentOrder;
  readonly products: readonly { readonly id: string; readonly label: string }[];
  readonly counted: { readonly good: number; readonly scrap: number; readonly since: number };
  readonly promptMinutes: number;
}

const MOST_SHOWN = 100;
const MOST_OFTEN = 6;

/** Parts in a micro-stop, or wholly outside planned time, wait for no reason; they can be given one. */
export function shownParts(
  { stops }: Effective,
  planned: (from: number, to: number) => boolean,
  now: number,
): Pick<TerminalView, "queue" | "done"> {
  const all = stops
    .flatMap(({ stop, occurrence, parts }) =>
      parts.map((part) => ({
        ...part,
        stop: stop.start,
        stop_end: stop.end,
        state: stop.state,
        text: stop.text,
        micro: stop.micro,
        occurrence,
      })),
    )
    .toReversed();
  const waits = (part: ShownPart): boolean => part.reason === null && !part.micro && planned(part.start, part.end ?? now);
  return { queue: all.filter(waits).slice(0, MOST_SHOWN), done: all.filter((part) => !waits(part)).slice(0, MOST_SHOWN) };
}

export function shownReview({ review }: Effective): TerminalView["review"] {
  return review
    .map(({ statement: { stop, author, recorded, data }, why }) => ({ statement: data.id, why, stop, author, recorded }))
    .slice(-MOST_SHOWN);
}

/** Only reasons that are still offered. */
export function oftenUsed(statements: readonly StopStatement[], model: PlantModel, asset: string): readonly string[] {
  const offered = new Set(reasonsFor(model, asset).flatMap(({ id, loss }) => (loss === undefined ? [] : [id])));
  const times = new Map<string, number>();
  let last: string | undefined;
  for (const { data } of statements) {
    if ((data.action !== "assign" && data.action !== "override") || !offered.has(data.reason)) continue;
    last = data.reason;
    times.set(last, (times.get(last) ?? 0) + 1);
  }
  const byCount = [...times].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([id]) => id);
  return last === undefined ? [] : [last, ...byCount.filter((id) => id !== last)].slice(0, MOST_OFTEN);
}
