/** Contracts as they stand in plant files once they are frozen. */
import { stringify } from "yaml";
import { defined } from "../model/defined.ts";
import type { PlantModel } from "../model/index.ts";
import { type Contract, versionOf } from "./contract.ts";

/** The contract that a class of the model makes; undefined when none does. */
export function contractOf(model: PlantModel, name: string): Contract | undefined {
  const type = [...model.classes.values()].find(({ contract }) => contract === name);
  return type === undefined ? undefined : { name, tags: type.tags };
}

/** The part `contracts` of a plant file, in the order of names and versions. The same contracts give the same text. */
export function frozenText(contracts: readonly Contract[]): string {
  const ordered = contracts.toSorted((a, b) => (sortKey(a.name) < sortKey(b.name) ? -1 : 1));
  const entries = ordered.map(({ name, tags }) => [
    name,
    { tags: Object.fromEntries([...tags].map(([path, { type, unit, range, values }]) => [path, defined({ type, unit, range, values })])) },
  ]);
  const remark = " Frozen contracts: written by `twinline model freeze`, never edited. A change becomes the next version.";
  return `#${remark}\n${stringify({ contracts: Object.fromEntries(entries) }, { lineWidth: 0 })}`;
}

function sortKey(name: string): string {
  const version = versionOf(name);
  return version === undefined ? name : `${version.base} ${String(version.version).padStart(9, "0")}`;
}
