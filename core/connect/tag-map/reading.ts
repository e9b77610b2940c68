/** The reading: one raw value as a protocol delivers it, before the tag map turns it into a canonical sample. */
import type { Quality } from "../sample/index.ts";

/**
 * What every source node emits (`msg.payload` is an array of these) and every tag map accepts.
 * Times are integer milliseconds UTC.
 */
export interface SourceReading {
  /** `opcua`, `modbus`, `mqtt`, … */
  readonly protocol: string;
  /** The address in the protocol's own notation, e.g. `nsu=urn:twinline:demo-plant;s=Line01.Filler01.State`. */
  readonly address: string;
  /** Integers beyond 2^53 are decimal strings with `type: "int64"`. */
  readonly value: unknown;
  /** Protocol status, e.g. the OPC UA StatusCode. */
  readonly status?: number;
  /** Set by sources that know better than the status code alone. */
  readonly quality?: Quality;
  readonly sourceTimestamp?: number;
  /** `sourceTimestamp` is what a local clock shows, as if it were UTC; the tag map knows the zone. */
  readonly zoneless?: true;
  readonly serverTimestamp?: number;
  /** When this process received it. */
  readonly received: number;
  /** Data type at the source, e.g. `Double`, `Int32`, `int64`. */
  readonly type?: string;
  /** Unit at the source, where the protocol carries one. */
  readonly unit?: string;
  /** Delivered after the fact (history backfill, store-and-forward); never a live value. */
  readonly historical?: true;
}
