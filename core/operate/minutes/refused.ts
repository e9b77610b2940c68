/** Corrections that cannot be made, because what they need is no longer kept. */
import { type Reject, reject } from "../../connect/sample/index.ts";
import type { Beyond } from "../oee/beyond.ts";

/** What is kept from an instant on only. */
export interface Missing {
  readonly from: number;
  readonly what: "raw samples are kept" | "assigned time is kept" | "what was stated of orders and counts is kept";
}

/** One reject per late sample, statement or plant model that stays without effect. `subject`: `OEE` and the like. */
export function refused(subject: string, beyond: Beyond, { from, what }: Missing): Reject[] {
  const { samples, reassigned = [], restated = [], rulesWere = [] } = beyond;
  const remedy =
    what === "raw samples are kept"
      ? "Keep them longer in the historian, or correct the figures there."
      : "Correct the figures in the historian.";
  const message = `${subject} before ${new Date(from).toISOString()} cannot be recomputed: ${what} from that date on only. ${remedy}`;
  const late = samples.map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag }));
  return [...late, ...[...reassigned, ...restated, ...rulesWere].map((change) => reject("ANCIENT_TIMESTAMP", change, { message }))];
}
