/** The reference data of statistical process control, where it is at hand. Places of points are counted from 1 in it. */
import { existsSync, readFileSync } from "node:fs";
import { isWithin } from "./comparisons.ts";

const DIRECTORY = new URL("../../../shared/reference/", import.meta.url);

/** A file below the reference, e.g. `spc/constants.json`, or undefined where there is none. */
export function reference<T>(file: string): T | undefined {
  const url = new URL(file, DIRECTORY);
  return existsSync(url) ? (JSON.parse(readFileSync(url, "utf8")) as T) : undefined;
}

/** In a `before`: skips the suite with a line that says so. */
export function referenceOrSkip<T>(context: Mocha.Context, file: string): T {
  const found = reference<T>(file);
  if (found === undefined) {
    console.log(`reference data ${file} absent, skipped`);
    context.skip();
  }
  return found;
}

/** Relative 1e-9 unless told otherwise, absolute 1e-12 near zero. */
export function near(got: number | null, expected: number, tolerance = 1e-9): boolean {
  return got !== null && isWithin(got, expected, Math.max(tolerance * Math.abs(expected), 1e-12));
}

/** Correct digits: the negative logarithm of the relative error, as NIST states them; 16 for all. */
export function correctDigits(got: number, certified: number): number {
  return got === certified ? 16 : -Math.log10(Math.abs(got - certified) / Math.abs(certified));
}
