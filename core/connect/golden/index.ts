/**
 * Golden pairs: readings whose samples are known, written beside the plant model. A revision of the plant files that
 * maps one of them differently is refused, so that nobody changes a figure by moving an address or a scaling.
 */
import type { GoldenPair, PlantModel, Problem } from "../model/index.ts";
import { TagMap, TagMapProblem } from "../tag-map/index.ts";

/** Values are equal to this, relatively: unit conversion and scaling round. */
const TOLERANCE = 1e-9;
/** Pairs have no time of their own; any instant serves. */
const NOW = 1_000_000_000_000;

/** What the plant's own mapping (addresses, scaling, units) breaks of its golden pairs; empty when it keeps them all. */
export function brokenPairs(model: PlantModel): readonly Problem[] {
  if (model.golden.length === 0) return [];
  try {
    return model.golden.flatMap((pair) => {
      const seen = outcome(pair, model);
      return seen === undefined ? [] : [problemOf(pair, seen)];
    });
  } catch (error) {
    if (!(error instanceof TagMapProblem)) throw error;
    const [first] = model.golden;
    return first === undefined ? [] : [problemOf(first, error.message)];
  }
}

/** Undefined: as expected. Otherwise what came instead. */
function outcome({ protocol, address, value, unit, status, gives }: GoldenPair, model: PlantModel): string | undefined {
  const extra = { ...(unit === undefined ? {} : { unit }), ...(status === undefined ? {} : { status }) };
  // A map of its own, so that no pair is the duplicate of another.
  const { samples, rejects } = new TagMap([], model).map([{ protocol, address, value, received: NOW, ...extra }], NOW);
  const [sample] = samples;
  const [refused] = rejects;
  if ("reject" in gives) {
    if (refused?.code === gives.reject) return undefined;
    return sample === undefined ? `it is rejected ${refused?.code}` : `it is ${JSON.stringify(sample.value)} at ${sample.tag}`;
  }
  if (sample === undefined) return `it is rejected ${refused?.code}: ${refused?.message}`;
  const differs: string[] = [];
  if (sample.tag !== gives.tag) differs.push(`the tag is ${sample.tag}`);
  if (!same(sample.value, gives.value)) differs.push(`the value is ${JSON.stringify(sample.value)}`);
  if (gives.unit !== undefined && sample.unit !== gives.unit) differs.push(`the unit is ${sample.unit ?? "none"}`);
  if (gives.quality !== undefined && sample.quality !== gives.quality) differs.push(`the quality is ${sample.quality}`);
  return differs.length === 0 ? undefined : differs.join(", ");
}

function same(seen: unknown, expected: unknown): boolean {
  if (typeof seen !== "number" || typeof expected !== "number") return seen === expected;
  return Math.abs(seen - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
}

function problemOf({ file, line, address, value, gives }: GoldenPair, seen: string): Problem {
  const expected = "reject" in gives ? `rejected ${gives.reject}` : `${JSON.stringify(gives.value)} at ${gives.tag}`;
  return {
    file,
    line,
    column: 1,
    field: "golden",
    message: `The golden pair is broken: ${JSON.stringify(value)} at "${address}" must be ${expected}, but ${seen}. Repair the mapping, or change the pair if it is the pair that is wrong.`,
  };
}
