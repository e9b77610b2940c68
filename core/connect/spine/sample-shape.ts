import { QUALITY_CODE, reject, type Reject } from "../sample/index.ts";

const VALUES = new Set(["number", "string", "boolean"]);

/** Why an input is no sample that could be stored, or undefined. Reads own properties only. */
export function sampleProblem(input: unknown, latest: number): Reject | undefined {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return reject("NOT_A_SAMPLE", input, { field: "payload" });
  const own = (name: string): unknown => (Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined);
  const [tag, value, quality, timestamp, status] = [own("tag"), own("value"), own("quality"), own("timestamp"), own("status")];
  if (typeof tag !== "string") return refuse("NOT_A_SAMPLE", input, "tag", "The tag is not a text.");
  if (value !== null && !VALUES.has(typeof value)) {
    return refuse("NOT_A_SAMPLE", input, "value", `The value of ${shortened(tag)} is neither number, text, boolean nor null.`, tag);
  }
  if (typeof quality !== "string" || !Object.hasOwn(QUALITY_CODE, quality)) {
    return refuse(
      "NOT_A_SAMPLE",
      input,
      "quality",
      `The quality of ${shortened(tag)} is not one of ${Object.keys(QUALITY_CODE).join(", ")}.`,
      tag,
    );
  }
  // Shown as text to tell duplicates apart, which an object could make fail.
  if (status !== undefined && !Number.isSafeInteger(status))
    return refuse("NOT_A_SAMPLE", input, "status", `The status of ${shortened(tag)} is not an integer.`, tag);
  if (typeof timestamp !== "number" || !Number.isSafeInteger(timestamp)) return refuse("BAD_TIMESTAMP", input, "timestamp", undefined, tag);
  if (timestamp > latest) return refuse("FUTURE_TIMESTAMP", input, "timestamp", undefined, tag);
  return undefined;
}

function refuse(code: Reject["code"], input: unknown, field: string, message?: string, tag?: string): Reject {
  return reject(code, input, { field, ...(message === undefined ? {} : { message }), ...(tag === undefined ? {} : { tag }) });
}

function shortened(tag: string): string {
  return JSON.stringify(tag.length > 80 ? `${tag.slice(0, 80)}…` : tag);
}
