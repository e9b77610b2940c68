/** A plant model as tag rows, for editing in a spreadsheet. */
import { defined } from "../model/defined.ts";
import type { PlantModel, TagDefinition } from "../model/index.ts";
import type { TagRow } from "./row.ts";

/** One row per tag of the equipment at `place` (below the site) and of all below it; of the whole site without one. */
export function rowsOf(model: PlantModel, place = ""): readonly TagRow[] {
  const root = `${model.enterprise}.${model.site}`;
  const top = place === "" ? root : `${root}.${place}`;
  return [...model.tags.values()].filter(({ asset }) => asset === top || asset.startsWith(`${top}.`)).map((tag) => rowOf(tag, root));
}

function rowOf({ asset, signal, range, expectedEveryMs, source, ...tag }: TagDefinition, root: string): TagRow {
  const contract = signal.slice(0, signal.indexOf("."));
  return {
    equipment: asset.slice(root.length + 1),
    tag: contract === "_raw" ? signal : signal.slice(contract.length + 1),
    ...defined({ address: tag.address, type: tag.type, unit: tag.unit, values: tag.values, description: tag.description }),
    ...range,
    ...defined({ expectedEverySeconds: expectedEveryMs === undefined ? undefined : expectedEveryMs / 1000 }),
    ...defined({ sourceUnit: source?.unit, scale: source?.scale }),
  };
}
