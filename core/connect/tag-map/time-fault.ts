/** Times that no sample can have. */
import type { RejectCode } from "../sample/index.ts";
import type { TagMapOptions } from "./options.ts";
import { instant } from "./result.ts";
import { show } from "./show.ts";

export interface TimeFault {
  readonly code: RejectCode;
  readonly field: "timestamp" | "received";
  readonly message: string;
}

/** What is wrong with the time of a sample, or of its reception; all in ms UTC. */
export function timeFault(
  timestamp: number,
  received: number,
  now: number,
  { futureMs, ancientMs }: Pick<TagMapOptions, "futureMs" | "ancientMs">,
): TimeFault | undefined {
  if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(received)) {
    const [field, seen] = Number.isSafeInteger(received) ? (["timestamp", timestamp] as const) : (["received", received] as const);
    return { code: "BAD_TIMESTAMP", field, message: `The ${field} ${show(seen)} is not a whole number of milliseconds UTC.` };
  }
  if (received > now + futureMs || timestamp > received + futureMs) {
    const message = `The timestamp ${instant(timestamp)} lies more than ${futureMs} ms ahead; check the clock of the source.`;
    return { code: "FUTURE_TIMESTAMP", field: "timestamp", message };
  }
  if (timestamp >= received - ancientMs) return undefined;
  const message = `The timestamp ${instant(timestamp)} lies more than ${ancientMs} ms back; is it in milliseconds?`;
  return { code: "ANCIENT_TIMESTAMP", field: "timestamp", message };
}
