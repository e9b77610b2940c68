import type { RepeatedHourRule } from "../local-time/index.ts";

export interface SourceClock {
  /** IANA zone. */
  readonly zone: string;
  readonly repeatedHour: RepeatedHourRule;
  /** Local are times that come as text without a zone, or all source times: some controllers put local time where UTC belongs. */
  readonly local: "text" | "all";
}

/** Options of a tag map and their defaults. Times are milliseconds. */
export interface TagMapOptions {
  /** A value outside the tag's range or enumeration is refused, or passes with quality Uncertain. */
  readonly outOfRange: "reject" | "uncertain";
  /** A source time may lie this far after the time of reception. */
  readonly futureMs: number;
  /** … and this far before it. Old source times are normal: backfill and catching up bring them. */
  readonly ancientMs: number;
  /** Samples remembered per tag to recognise duplicates. */
  readonly recent: number;
  /** A stale tag also yields one sample `null`, `Bad` at its newest source time + 1 ms. For sources that fall silent without saying so. */
  readonly staleMarker: boolean;
  /** The OPC UA namespace table of the source, so that `ns=2;…` finds `nsu=…;…`. */
  readonly namespaces: readonly string[];
  /** The zone of the source's clock. Without it every time is UTC, and a time without a zone is refused. */
  readonly clock?: SourceClock;
  readonly longestText: number;
  readonly longestAddress: number;
  /** Tags and addresses kept in memory; more of them are refused or looked up again each time. */
  readonly maxTags: number;
}

export const DEFAULT_OPTIONS: TagMapOptions = {
  outOfRange: "reject",
  futureMs: 600_000,
  ancientMs: 10 * 365.25 * 86_400_000,
  recent: 64,
  staleMarker: false,
  namespaces: [],
  longestText: 65_536,
  longestAddress: 1_024,
  maxTags: 50_000,
};
