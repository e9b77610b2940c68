/** PackTags as canonical samples: which tags there are, and their values at one instant. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import { type PlantModel, roleTag } from "../../connect/model/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import { PACKML_MODES, PACKML_STATES, stateNumber } from "../packml/index.ts";
import type { PackTags } from "./tracker.ts";

const NAME = "_packtags_v1";
const MS: ContractTag = { type: "int", unit: "ms" };
const STATE_VALUES = Object.fromEntries(PACKML_STATES.map((state) => [stateNumber(state), state]));
/** Where modes are counted that neither TR88 nor the plant has named. */
const OTHER = "other";

/** What a machine publishes; the modes are TR88's and those that the plant names in the values of its unit mode tags. */
export function packtagsContract(model: PlantModel): Contract {
  return {
    name: NAME,
    tags: new Map<string, ContractTag>([
      ["state_current", { type: "enum", values: STATE_VALUES }],
      ["unit_mode_current", { type: "string" }],
      ["state_current_time", MS],
      ["mode_current_time", MS],
      ["acc_time_since_reset", MS],
      ...PACKML_STATES.map((state) => [`state_cumulative_time.${pathOf(state)}`, MS] as const),
      ...[...modePaths(model), OTHER].map((mode) => [`mode_cumulative_time.${mode}`, MS] as const),
    ]),
  };
}

export function modePaths(model: PlantModel): ReadonlySet<string> {
  const named = [...model.equipment.keys()].flatMap((asset) => {
    const tag = roleTag(model, asset, "unitMode");
    return Object.values((tag === undefined ? undefined : model.tags.get(tag)?.values) ?? {});
  });
  return new Set([...Object.values(PACKML_MODES), ...named].map(pathOf));
}

/** `Unit mode 4` → `unit_mode_4`. */
function pathOf(name: string): string {
  const path = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 64);
  return path === "" ? OTHER : path;
}

/** The tags of a machine as samples; times that have not begun to count are left out. `modes` as `modePaths` gives them. */
export function samplesOf(asset: string, tags: PackTags, modes: ReadonlySet<string>): Sample[] {
  const sample = (path: string, value: Sample["value"], unit?: string): Sample => ({
    tag: `${asset}.${NAME}.${path}`,
    value,
    quality: value === null ? "GoodNoData" : "Good",
    timestamp: tags.time,
    ...(unit === undefined ? {} : { unit }),
  });
  const byMode = new Map<string, number>();
  for (const [mode, ms] of Object.entries(tags.modeCumulativeTime)) {
    const path = modes.has(pathOf(mode)) ? pathOf(mode) : OTHER;
    byMode.set(path, (byMode.get(path) ?? 0) + ms);
  }
  return [
    sample("state_current", tags.stateCurrent === null ? null : stateNumber(tags.stateCurrent)),
    sample("unit_mode_current", tags.unitModeCurrent),
    sample("state_current_time", tags.stateCurrentTime, "ms"),
    sample("mode_current_time", tags.modeCurrentTime, "ms"),
    sample("acc_time_since_reset", tags.accTimeSinceReset, "ms"),
    ...Object.entries(tags.stateCumulativeTime).map(([state, ms]) => sample(`state_cumulative_time.${pathOf(state)}`, ms, "ms")),
    ...[...byMode].map(([path, ms]) => sample(`mode_cumulative_time.${path}`, ms, "ms")),
  ];
}
