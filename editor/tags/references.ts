/** Where the deployed flows refer to tags: fields that their declarations call tags or assets, and texts of other nodes. */
import { matchesPath, type PlantModel, type TagDefinition } from "../../core/connect/model/index.ts";
import { LIMITS } from "../../core/connect/tag-id/index.ts";
import { fields } from "../../nodes/kit/configuration.ts";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";
import type { FieldSchema } from "../../nodes/kit/field-fault.ts";

/** A node as Node-RED keeps it, without credentials. */
export interface SavedNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly [field: string]: unknown;
}

/**
 * `names`: the tag itself; a rename breaks it. `feeds`: a row that makes samples of this tag. `covers`: the tag's equipment,
 * by path, pattern or class. `mentions`: a text of a node that is not ours holds the tag's id or topic.
 */
export type ReferenceKind = "names" | "feeds" | "covers" | "mentions";

export interface Reference {
  readonly node: SavedNode;
  /** The label of the field, with the row where it is a table. */
  readonly field: string;
  readonly kind: ReferenceKind;
  readonly value: string;
  refersTo(tag: TagDefinition): boolean;
}

/** Rows of one table, and characters of one foreign node, beyond which nothing is looked for. */
const [MOST_ROWS, LONGEST_NODE] = [10_000, 200_000];
/** What an id or its topic consists of; longer runs are no ids. Matching takes time in proportion to the text. */
const RUN = /[\w./-]+/g;

/** The references of one node that can concern tags of this plant. */
export function referencesOf(
  node: SavedNode,
  declaration: NodeDeclaration | undefined,
  plant: string,
  model: PlantModel,
): readonly Reference[] {
  if (declaration === undefined) return mentionsIn(node);
  const all = fields(declaration);
  const [boundTo] = all.flatMap(([key, field]) => (field.refers === "twin-plant" ? [node[key]] : []));
  if (typeof boundTo === "string" && boundTo !== "" && boundTo !== plant) return [];
  return all.flatMap(([key, field]) => {
    const { items } = field;
    if (items?.properties === undefined) return inField(node, field.label ?? key, field, node[key], model);
    const rows: unknown = node[key];
    return Array.isArray(rows) ? rows.slice(0, MOST_ROWS).flatMap((row, at) => inRow(node, field.label ?? key, items, row, at, model)) : [];
  });
}

function inField(node: SavedNode, label: string, field: FieldSchema, given: unknown, model: PlantModel): readonly Reference[] {
  if (typeof given !== "string" || given === "") return [];
  if (field.widget === "tag") return [{ node, field: label, kind: "names", value: given, refersTo: ({ id }) => sameTag(given, id) }];
  if (field.widget !== "asset") return [];
  return [{ node, field: label, kind: "covers", value: given, refersTo: ({ asset }) => coversAsset(given, asset, model) }];
}

/** A row with an address beside its tag makes samples of it. */
function inRow(node: SavedNode, label: string, items: FieldSchema, row: unknown, at: number, model: PlantModel): readonly Reference[] {
  if (typeof row !== "object" || row === null) return [];
  const cells = row as Readonly<Record<string, unknown>>;
  const field = `${label} ${at + 1}`;
  const { address } = cells;
  return Object.entries(items.properties ?? {}).flatMap(([key, column]) => {
    const cell = cells[key];
    if (column.widget !== "tag" || typeof address !== "string") return inField(node, field, column, cell, model);
    const tag = typeof cell === "string" ? cell : "";
    const feeds = (definition: TagDefinition): boolean =>
      definition.address === address || (tag !== "" && sameTag(tag.replaceAll(/\{[^{}]*\}/g, "*"), definition.id));
    return [{ node, field, kind: "feeds" as const, value: tag === "" ? address : `${address} → ${tag}`, refersTo: feeds }];
  });
}

function mentionsIn(node: SavedNode): readonly Reference[] {
  const text = JSON.stringify(node).slice(0, LONGEST_NODE);
  const ids = new Set([...text.matchAll(RUN)].flatMap(([run]) => idIn(run)));
  return [...ids].map((value) => ({ node, field: "", kind: "mentions", value, refersTo: ({ id }) => id === value }));
}

/** A run with a contract inside is a canonical id, with dots or with slashes. */
function idIn(run: string): readonly string[] {
  if (run.length > LIMITS.id) return [];
  const segments = run
    .replaceAll("/", ".")
    .split(".")
    .filter((segment) => segment !== "");
  const contract = segments.findIndex((segment) => segment.startsWith("_"));
  return contract > 0 && contract < segments.length - 1 ? [segments.join(".")] : [];
}

function sameTag(given: string, id: string): boolean {
  return given === id || (given.includes("*") && matchesPath(given, id));
}

/** A path covers what is below it; segments may be patterns; the name of a class covers its machines. */
function coversAsset(given: string, asset: string, model: PlantModel): boolean {
  if (matchesPath(`${given}.**`, asset)) return true;
  for (let type = model.equipment.get(asset)?.class; type !== undefined; type = model.classes.get(type)?.extends)
    if (type === given) return true;
  return false;
}
