/** The plant model: read from YAML (`loadPlant`), and asked (`tagsOf`, `roleTag`, `assetsMatching`, …). */
export * from "./plant.ts";
export { holdsAt, offeredFor } from "./catalogue.ts";
export { type Change, diffPlants, type FieldChange, formatChange } from "./diff.ts";
export { loadPlant, type PlantReading } from "./load.ts";
export type { PlantFile } from "./document.ts";
export { formatProblem, nearest, type Problem, shown } from "./problem.ts";
export {
  assetsMatching,
  type Binding,
  boundEquipment,
  assetsOfClass,
  hasState,
  idealCycles,
  idealCycleSeconds,
  matchesPath,
  placeOf,
  roleTag,
  stateTag,
  tagNamed,
  tagsAt,
  tagsOf,
} from "./lookup.ts";
