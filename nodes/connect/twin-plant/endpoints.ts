import { formatProblem, placeOf, type Equipment, type Problem, type TagDefinition } from "../../../core/connect/model/index.ts";
import { covers, ROLES } from "../../../core/govern/identity/index.ts";
import { AdminRefusal, type AdminEndpoint, type AdminRequest } from "../../kit/node.ts";
import type { PlantService } from "./plant-service.ts";

/** Plants by node id, also those that did not start: their problems are what people ask for. */
const plants = new Map<string, PlantService>();

export function rememberPlant(id: string, service: PlantService): void {
  plants.set(id, service);
}

/** A redeploy may have put another service in its place already; that one stays. */
export function forgetPlant(id: string, service: PlantService): void {
  if (plants.get(id) === service) plants.delete(id);
}

/** By node id; also those whose files are faulty, which are not `loaded`. */
export function deployedPlants(): ReadonlyMap<string, PlantService> {
  return plants;
}

const MOST_FOUND = 50;
const LONGEST_SEARCH = 200;

export const endpoints: readonly AdminEndpoint[] = [
  {
    method: "get",
    path: "plant/:id/tags",
    roles: ROLES,
    handle: (request, find) => {
      const { model } = find<PlantService>(request.params["id"] ?? "");
      return search(
        request,
        model.tags.values(),
        (tag) => tag.asset,
        (tag) => `${tag.id} ${tag.description ?? ""}`,
      ).map(describeTag);
    },
  },
  {
    method: "get",
    path: "plant/:id/assets",
    roles: ROLES,
    handle: (request, find) => {
      const { model } = find<PlantService>(request.params["id"] ?? "");
      const found = search(
        request,
        model.equipment.values(),
        (asset) => asset.path,
        (asset) => `${asset.path} ${asset.label ?? ""} ${asset.class ?? ""}`,
      );
      return found.map((asset) => ({ ...describeAsset(asset), ...placeOf(model, asset.path) }));
    },
  },
  { method: "get", path: "plant/:id/problems", roles: ["engineer", "ot-admin"], handle: (request) => state(plant(request)) },
  {
    method: "post",
    path: "plant/:id/reload",
    roles: ["engineer", "ot-admin"],
    handle: async (request) => {
      const service = plant(request);
      await service.reload();
      return state(service);
    },
  },
];

/** Entries that the person may see and that hold every word of the search, case ignored. */
function search<T>(
  { person, query }: AdminRequest,
  entries: Iterable<T>,
  assetOf: (entry: T) => string,
  textOf: (entry: T) => string,
): readonly T[] {
  const words = (query["search"] ?? "").slice(0, LONGEST_SEARCH).toLowerCase().split(/\s+/);
  const found: T[] = [];
  for (const entry of entries) {
    if (!covers(person, assetOf(entry))) continue;
    const text = textOf(entry).toLowerCase();
    if (words.every((word) => text.includes(word))) found.push(entry);
    if (found.length === MOST_FOUND) break;
  }
  return found;
}

function describeTag({ id, description, type, unit }: TagDefinition): object {
  return { id, label: description ?? "", type, unit: unit ?? "" };
}

function describeAsset({ path, label, kind, class: type }: Equipment): object {
  return { id: path, label: label ?? "", kind, class: type ?? "" };
}

function plant({ params }: AdminRequest): PlantService {
  const service = plants.get(params["id"] ?? "");
  if (service === undefined) throw new AdminRefusal(404, "NOT_FOUND", "There is no such deployed plant. Deploy first, then try again.");
  return service;
}

function state({ directory, problems, warnings }: PlantService): object {
  return { directory, problems: problems.map(inWords), warnings: warnings.map(inWords) };
}

function inWords(problem: Problem): object {
  return { ...problem, text: formatProblem(problem) };
}
