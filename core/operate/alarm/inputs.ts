/** What comes in besides conditions: tags with the equipment that they name, and what other nodes refused. */
import { isSample, type Reject, REJECT_CODES, type Sample } from "../../connect/sample/index.ts";
import { parseTag } from "../../connect/tag-id/index.ts";

/**
 * What a message holds, one by one. A source sends what it has of one tag and then of the next; taken in order of time
 * (of one instant, as sent) the state of the machine comes between the values that were before and after it.
 */
export function inputsOf(payload: unknown): readonly unknown[] {
  if (!Array.isArray(payload)) return [payload];
  const inputs = payload as readonly unknown[];
  return inputs.every(isTimed) ? inputs.toSorted((a, b) => a.timestamp - b.timestamp) : inputs;
}

function isTimed(input: unknown): input is Sample {
  return isSample(input) && Number.isSafeInteger(input.timestamp);
}

/** The equipment that a tag belongs to. */
export function assetOf(tag: string): string | undefined {
  const parsed = parseTag(tag);
  return "value" in parsed ? parsed.value.asset : undefined;
}

/** A reject of any node, as it leaves on its reject output. */
export function isReject(input: unknown): input is Reject {
  if (typeof input !== "object" || input === null || !Object.hasOwn(input, "code") || !Object.hasOwn(input, "message")) return false;
  const { code, message, tag } = Object.assign(Object.create(null) as Record<string, unknown>, input);
  return (
    typeof code === "string" &&
    Object.hasOwn(REJECT_CODES, code) &&
    typeof message === "string" &&
    (tag === undefined || typeof tag === "string")
  );
}

export function listUnder<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [item]);
  else known.push(item);
}
