/** Values whose capability is known, and how answers are compared. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type Capability,
  capability,
  type CapabilityOptions,
  type IndexName,
  indexOf,
  isRefusal,
  type Refusal,
  type RefusalCode,
  type Specification,
} from "../../../core/model/capability/index.ts";
import { normalQuantile } from "../../../core/model/distribution/index.ts";
import { isWithin } from "../../support/comparisons.ts";

export interface Skewed {
  readonly parameters: readonly number[];
  readonly percentile: Readonly<Record<"PPU" | "PPL", number>>;
  readonly zScore: Readonly<Record<"PPU" | "PPL", number>>;
}
export const SKEWED = JSON.parse(readFileSync(new URL("skewed-reference.json", import.meta.url), "utf8")) as {
  readonly x: readonly number[];
  readonly lognormal: Skewed & { readonly andersonDarling: number };
  readonly boxCox: Skewed;
};

/** Values like normal ones without chance: the normal scores of n evenly spread probabilities. */
export const scores = (n: number, mean = 10, sd = 1): number[] =>
  Array.from({ length: n }, (_, i) => mean + sd * normalQuantile((i + 0.5) / n));

export function stated(values: readonly number[], specification: Specification, options: Partial<CapabilityOptions> = {}): Capability {
  const answer = capability(values, specification, options);
  assert.ok(!isRefusal(answer), JSON.stringify(answer));
  return answer;
}

export function refused(
  values: readonly number[],
  specification: Specification,
  options: Partial<CapabilityOptions>,
  code: RefusalCode,
): Refusal {
  const answer = capability(values, specification, options);
  assert.ok(isRefusal(answer) && answer.refused === code, JSON.stringify(answer));
  return answer;
}

export function valueOf(answer: Capability, name: IndexName | undefined): number {
  assert.ok(name !== undefined);
  const index = indexOf(answer, name);
  assert.ok(index !== undefined, `${name} is missing`);
  return index.value;
}

export function near(actual: number | undefined, expected: number | undefined, relative: number, message = ""): void {
  assert.ok(actual !== undefined && expected !== undefined, message);
  assert.ok(isWithin(actual, expected, relative * Math.max(1, Math.abs(expected))), `${message} ${actual} instead of ${expected}`);
}

export function nearInterval(
  answer: Capability,
  name: IndexName | undefined,
  [lower, upper]: readonly [number | undefined, number | undefined],
  relative = 1e-8,
): void {
  const interval = answer.indices.find((index) => index.name === name)?.interval;
  assert.ok(interval, `${name} has no interval`);
  near(interval.lower, lower, relative, `lower limit of ${name}:`);
  near(interval.upper, upper, relative, `upper limit of ${name}:`);
}

export const codesOf = (values: readonly number[], specification: Specification, options: Partial<CapabilityOptions> = {}): string[] =>
  stated(values, specification, options).warnings.map(({ code }) => code);
