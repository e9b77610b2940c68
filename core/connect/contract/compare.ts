/** Whether a later contract can take the place of an earlier one without breaking who reads or writes it. */
import type { Contract, ContractTag } from "./contract.ts";

export interface ContractChange {
  readonly path: string;
  /** A sentence, e.g. `the unit changes from g to kg`. */
  readonly what: string;
  /**
   * `full`: nobody notices. `backward`: who reads the later version can read data of the earlier one.
   * `forward`: who reads the earlier version can read data of the later one. `none`: neither.
   */
  readonly compatible: "full" | "backward" | "forward" | "none";
}

/**
 * | change | compatible |
 * |---|---|
 * | a tag is added | forward: old readers pass it over; new readers miss it in old data |
 * | a tag is removed | backward: new readers pass it over; old readers miss it |
 * | int becomes float or int64, int64 becomes float | backward: the wider type holds the narrower one's values |
 * | float or int64 becomes int, float becomes int64 | forward |
 * | any other type, or another unit | none: the same number means something else |
 * | a range grows, an enum gains values | backward |
 * | a range shrinks, an enum loses values | forward |
 * | an enum's number gets another text | none |
 */
export function compareContracts(earlier: Contract, later: Contract): readonly ContractChange[] {
  const paths = [...new Set([...earlier.tags.keys(), ...later.tags.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [old, young] = [earlier.tags.get(path), later.tags.get(path)];
    if (old === undefined) return [{ path, what: "it is added", compatible: "forward" as const }];
    if (young === undefined) return [{ path, what: "it is removed", compatible: "backward" as const }];
    return [...typeChange(old, young), ...unitChange(old, young), ...rangeChanges(old, young), ...valueChanges(old, young)].map(
      (change) => ({
        path,
        ...change,
      }),
    );
  });
}

type Change = Omit<ContractChange, "path">;

/** What each type's values fit into. */
const WIDER: Readonly<Partial<Record<ContractTag["type"], readonly ContractTag["type"][]>>> = { int: ["int64", "float"], int64: ["float"] };

function typeChange({ type: old }: ContractTag, { type: young }: ContractTag): Change[] {
  if (old === young) return [];
  const what = `the type changes from ${old} to ${young}`;
  if (WIDER[old]?.includes(young) === true) return [{ what, compatible: "backward" }];
  return [{ what, compatible: WIDER[young]?.includes(old) === true ? "forward" : "none" }];
}

function unitChange({ unit: old }: ContractTag, { unit: young }: ContractTag): Change[] {
  return old === young ? [] : [{ what: `the unit changes from ${old ?? "none"} to ${young ?? "none"}`, compatible: "none" }];
}

function rangeChanges(old: ContractTag, young: ContractTag): Change[] {
  const [from, to] = [bounds(old), bounds(young)];
  const ends: readonly (readonly [name: string, grows: boolean, before: number, after: number])[] = [
    ["minimum", to.min < from.min, from.min, to.min],
    ["maximum", to.max > from.max, from.max, to.max],
  ];
  return ends
    .filter(([, , before, after]) => before !== after)
    .map(([name, grows, before, after]) => ({
      what: `the ${name} changes from ${bound(before)} to ${bound(after)}`,
      compatible: grows ? "backward" : "forward",
    }));
}

function bounds({ range }: ContractTag): { readonly min: number; readonly max: number } {
  return { min: range?.min ?? Number.NEGATIVE_INFINITY, max: range?.max ?? Number.POSITIVE_INFINITY };
}

function bound(value: number): string {
  return Number.isFinite(value) ? String(value) : "none";
}

function valueChanges({ values: old = {} }: ContractTag, { values: young = {} }: ContractTag): Change[] {
  const changes: Change[] = [];
  for (const number of new Set([...Object.keys(old), ...Object.keys(young)])) {
    const [before, after] = [textOf(old, number), textOf(young, number)];
    if (before === after) continue;
    if (before === undefined) changes.push({ what: `the value ${number} "${after}" is added`, compatible: "backward" });
    else if (after === undefined) changes.push({ what: `the value ${number} "${before}" is removed`, compatible: "forward" });
    else changes.push({ what: `the value ${number} changes from "${before}" to "${after}"`, compatible: "none" });
  }
  return changes;
}

function textOf(values: Readonly<Record<string, string>>, number: string): string | undefined {
  return Object.hasOwn(values, number) ? values[number] : undefined;
}
