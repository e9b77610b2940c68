/**
 * The sample: one value of one tag at one instant, with everything needed to trust or refuse it.
 * `msg.payload` of every twin node is a sample or an array of samples; see docs/concepts/message-contract.md.
 */

/** OPC UA severity words; `GoodNoData` says "reachable, but there is nothing to report". */
export type Quality = "Good" | "Uncertain" | "Bad" | "GoodNoData";

export type SampleValue = number | string | boolean | null;

/** Where a sample came from, kept for provenance: which address, through which mapping revision. */
export interface SampleSource {
  readonly protocol: string;
  readonly address: string;
  /** `mapping id@revision` of the tag map that produced the sample. */
  readonly mapping?: string;
}

export interface Sample {
  /** Canonical tag id, e.g. `acme.galway.bottling.line01.filler01._filler_v1.fill_weight`. */
  readonly tag: string;
  /** `null` only with quality `Bad` or `GoodNoData`. Integers beyond 2^53 are decimal strings with `type: "int64"`. */
  readonly value: SampleValue;
  readonly quality: Quality;
  /** Source time, integer milliseconds since 1970-01-01T00:00:00Z. */
  readonly timestamp: number;
  /** Protocol status, e.g. the OPC UA StatusCode or the Modbus exception code. */
  readonly status?: number;
  /** UCUM code, e.g. `g`, `Cel`, `{bottles}/min`. */
  readonly unit?: string;
  readonly type?: string;
  /** Delivered after the fact (store-and-forward, history backfill); never a live value. */
  readonly historical?: true;
  /** When this process received it, milliseconds UTC. */
  readonly received?: number;
  readonly source?: SampleSource;
}

/** Classic OPC quality numbers, the form in which quality is stored (field `q`). */
export const QUALITY_CODE = { Good: 192, Uncertain: 64, Bad: 0, GoodNoData: 216 } as const satisfies Record<Quality, number>;
/** Whether an input has the shape of a sample; its own properties only. */
export function isSample(input: unknown): input is Sample {
  if (typeof input !== "object" || input === null) return false;
  const own = (name: string): unknown => (Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined);
  const [tag, value, quality] = [own("tag"), own("value"), own("quality")];
  const scalar = value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean";
  return (
    typeof tag === "string" &&
    scalar &&
    typeof quality === "string" &&
    Object.hasOwn(QUALITY_CODE, quality) &&
    Object.hasOwn(input, "timestamp")
  );
}

export * from "./reject.ts";
export { type Said, saidBy, type Saying } from "./saying.ts";
