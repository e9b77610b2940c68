/** What a terminal shows of one machine: its stops, which of them wait for a reason, and the reasons in a useful order. */
import { holdsAt, type PlantModel, type Reason } from "../../connect/model/index.ts";
import type { ShownPerson, ShownStanding } from "../../govern/identity/index.ts";
import { type Effective, reasonsFor, type StopStatement } from "../downtime/index.ts";
import type { ShownEntry } from "./entries.ts";
import type { CurrentOrder } from "./manual.ts";
import type { ShownParts } from "./parts.ts";

export interface TerminalView extends ShownParts, ShownStanding {
  readonly now: number;
  readonly zone: string;
  readonly station: { readonly asset: string; readonly label: string };
  readonly person: ShownPerson & {
    /** May give a stop another loss class than the reason's. */
    readonly decides: boolean;
  };
  readonly machine: { readonly state: string | null; readonly bucket: string; readonly since: number | null };
  readonly review: readonly {
    readonly statement: string;
    readonly why: string;
    readonly stop: number;
    readonly author: string;
    readonly recorded: number;
  }[];
  /** Closed periods of the last day: what is entered about them is refused. */
  readonly closed: readonly { readonly start: number; readonly end: number; readonly author: string }[];
  /** What was entered in this shift, the latest first. */
  readonly entries: readonly ShownEntry[];
  /** The entry that the person may take back by one tap. */
  readonly undo: string | null;
  /** Since when, ms UTC: the start of the shift. */
  readonly entriesSince: number;
  /** Those of any time: each is offered for stops that begin while it holds. */
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

export function shownReview({ review }: Effective): TerminalView["review"] {
  return review
    .map(({ statement: { stop, author, recorded, data }, why }) => ({ statement: data.id, why, stop, author, recorded }))
    .slice(-MOST_SHOWN);
}

/** Only reasons that are offered now. */
export function oftenUsed(statements: readonly StopStatement[], model: PlantModel, asset: string, now: number): readonly string[] {
  const offered = new Set(reasonsFor(model, asset).flatMap((one) => (one.loss === undefined || !holdsAt(one, now) ? [] : [one.id])));
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
