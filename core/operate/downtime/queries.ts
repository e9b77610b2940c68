/** What boards ask of the stored parts of stops. */
import type { Query, TagFilter } from "../../connect/history/index.ts";

const MINUTE = 60_000;

export interface DowntimeQueryScope {
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  /** Equipment paths; all when empty. */
  readonly assets?: readonly string[];
  /** Loss classes, and `micro`; all when absent. */
  readonly losses?: readonly string[];
}

/** Columns `duration_ms` and `stops` over the whole window, one series per reason and loss class. */
export function downtimeByReason({ from, to, assets = [], losses }: DowntimeQueryScope): Query {
  const where: TagFilter[] = assets.length === 0 ? [] : [{ tag: "asset", in: assets }];
  return {
    measurement: "downtime",
    from,
    to,
    where: losses === undefined ? where : [...where, { tag: "loss", in: losses }],
    latestRevision: { atomMs: MINUTE },
    columns: [
      { as: "duration_ms", field: "duration_ms", aggregate: "sum" },
      { as: "stops", field: "stops", aggregate: "sum" },
    ],
    by: ["reason", "loss"],
  };
}
