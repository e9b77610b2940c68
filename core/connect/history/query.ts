/**
 * The query tree that boards, history nodes and reports share. It is compiled to InfluxQL (for InfluxDB and for
 * Grafana) and to SQL (for the embedded historian); nobody parses either language.
 */

export type Aggregate = "sum" | "mean" | "min" | "max" | "last" | "first" | "count";

export interface FieldColumn {
  readonly as: string;
  readonly field: string;
  /** Absent: the rows themselves. A query has either only bare columns or only aggregates and ratios. */
  readonly aggregate?: Aggregate;
}

/** numerator / denominator of two aggregated fields; null where the denominator is not positive. Percentages are never averaged. */
export interface RatioColumn {
  readonly as: string;
  readonly numerator: { readonly field: string; readonly aggregate: Aggregate };
  readonly denominator: { readonly field: string; readonly aggregate: Aggregate };
}

export type Column = FieldColumn | RatioColumn;

export interface TagFilter {
  readonly tag: string;
  readonly in: readonly string[];
}

export interface Query {
  readonly measurement: string;
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly columns: readonly Column[];
  readonly where?: readonly TagFilter[];
  /** Time buckets, aligned to `offsetMs` after midnight in `zone` (UTC by default). `everyMs` up to one day. */
  readonly bucket?: { readonly everyMs: number; readonly offsetMs?: number; readonly zone?: string };
  /** One series per distinct combination of these tags. */
  readonly by?: readonly string[];
  readonly fill?: "none" | "null" | "previous";
  /**
   * For derived rows: only the latest revision of each (series, start) counts. With aggregates, `atomMs` is the
   * length of the stored atoms (60 000 for OEE).
   */
  readonly latestRevision?: { readonly atomMs: number };
  readonly order?: "asc" | "desc";
  readonly limit?: number;
}

export interface Series {
  readonly tags: Readonly<Record<string, string>>;
  /** `[time in ms, ...one value per column]`; for a query without buckets and with aggregates, time is `from`. */
  readonly rows: readonly (readonly [time: number, ...values: (number | string | boolean | null)[]])[];
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly series: readonly Series[];
}
