/** The plant files that the page works on, and what it tells about them. */
import path from "node:path";
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import { PlantHistory } from "../../adapters/files/plant-history.ts";
import { classSlots } from "../../core/connect/line-plan/index.ts";
import { formatProblem, type PlantFile, type PlantModel } from "../../core/connect/model/index.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";

/** Directory of a plant node that is not deployed yet: the default of its declaration. */
const DEFAULT_DIRECTORY = "plant";

export interface PlantSite {
  readonly directory: string;
  readonly history: PlantHistory;
  /** The deployed plant node, which must read the files again when they changed. */
  readonly service: PlantService | undefined;
}

/** `plant`: id of a deployed twin-plant, or "" for the directory that a new one would read. */
export function plantSite(plant: string, userDir: string | undefined, find: <T>(id: string) => T): PlantSite {
  const service = plant === "" ? undefined : find<PlantService>(plant);
  if (service === undefined && userDir === undefined)
    throw new AdminRefusal(
      409,
      "NO_USER_DIR",
      "Node-RED names no user directory. Add a plant node with an absolute directory and deploy it.",
    );
  const directory = service?.directory ?? path.resolve(userDir ?? "", DEFAULT_DIRECTORY);
  return { directory, history: new PlantHistory(directory), service };
}

export async function plantFilesOf({ history }: PlantSite): Promise<readonly PlantFile[]> {
  const { files, problems } = await history.present();
  const [first] = problems;
  if (first !== undefined) throw new AdminRefusal(409, "PLANT_FAULTY", formatProblem(first));
  return files;
}

/** The model as it is on disk; a refusal with the first problem when it does not load. */
export async function plantModelOf({ directory }: PlantSite): Promise<PlantModel> {
  const reading = await readPlantDirectory(directory);
  if ("model" in reading) return reading.model;
  const [first] = reading.problems;
  throw new AdminRefusal(409, "PLANT_FAULTY", first === undefined ? "The plant files do not load." : formatProblem(first));
}

/** For the page: what exists, to choose from. */
export async function describeSite(site: PlantSite): Promise<object> {
  const model = await plantModelOf(site);
  const files = await plantFilesOf(site);
  const root = `${model.enterprise}.${model.site}`;
  const below = (kinds: readonly string[]): object[] =>
    [...model.equipment.values()]
      .filter(({ kind, path: full }) => kinds.includes(kind) && full.startsWith(`${root}.`))
      .map(({ path: full, label, idealRate }) => ({ place: full.slice(root.length + 1), label: label ?? "", idealRate }));
  return {
    directory: site.directory,
    root,
    zone: model.zone,
    areas: below(["Area"]),
    lines: below(["ProductionLine"]),
    machines: below(["WorkCell", "Unit", "StorageUnit"]),
    classes: classSlots(files),
    calendars: [...model.calendars.keys()],
    products: [...model.products.values()].map(({ id, label }) => ({ id, label: label ?? "" })),
    sheets: files.map(({ name }) => name),
  };
}
