/**
 * Events: anything that happened or was decided, revisioned and never overwritten.
 * An event is identified by (kind, asset, start); a correction is the same key with the next revision.
 */
export { canonicalJson, type CanonicalJson, type JsonLimits } from "./canonical-json.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface TwinEvent<Data extends JsonObject = JsonObject> {
  /** Versioned kind, e.g. `oee.atom.v1`. */
  readonly kind: string;
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Valid time in milliseconds UTC: [start, end); `end` is null while it lasts. */
  readonly start: number;
  readonly end: number | null;
  /** 1 for the first statement about this key; the ledger has the last word. */
  readonly revision: number;
  readonly data: Data;
  /** What the statement rests on: watermark, tags, options, revisions of models. */
  readonly evidence?: JsonObject;
}
