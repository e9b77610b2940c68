/** Samples as a sheet that people open in a spreadsheet: one row per sample, in the order given. */
import { guardText, quoteCell } from "../tag-sheet/cells.ts";
import type { Sample } from "../sample/index.ts";

/** Times are ISO 8601 in UTC with milliseconds; what looks like a formula is disarmed. */
export function writeSamples(samples: Iterable<Sample>): string {
  const lines = ["time,tag,value,unit,quality,status"];
  for (const { timestamp, tag, value, unit = "", quality, status } of samples) {
    const shown = typeof value === "string" ? guardText(value) : value === null ? "" : String(value);
    const cells = [new Date(timestamp).toISOString(), guardText(tag), shown, unit, quality, status === undefined ? "" : String(status)];
    lines.push(cells.map((cell) => quoteCell(cell, ",")).join(","));
  }
  return `${lines.join("\n")}\n`;
}
