/** What the ecosystem tests counted, handed from their processes to `npm run prove`. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

export interface Figure {
  readonly of: string;
  /** Samples compared, or messages sent. */
  readonly count: number;
  /** Tags they belong to, or messages refused. */
  readonly among: number;
}

/** The file that `figure` appends to; without it figures go nowhere. */
export const FIGURES = "TWINLINE_FIGURES";

export function figure(of: string, count: number, among: number): void {
  const file = process.env[FIGURES];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ of, count, among } satisfies Figure)}\n`);
}

export function figuresIn(file: string): Figure[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Figure);
}
