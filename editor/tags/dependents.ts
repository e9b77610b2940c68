/** What depends on a tag: what a person has to look at before renaming or removing it. */
import { roleOf } from "../../core/connect/health/index.ts";
import type { PlantModel, TagDefinition } from "../../core/connect/model/index.ts";
import { areVersions } from "../../core/connect/tag-id/index.ts";
import { type Board, shownSignals } from "../../core/see/board/index.ts";
import type { Reference, ReferenceKind } from "./references.ts";

export type Dependent =
  /** It plays a role for its machine; OEE reads it. */
  | { readonly kind: "role"; readonly role: string; readonly asset: string }
  /** It comes from an equipment class; the contract of a frozen version cannot change. */
  | { readonly kind: "class"; readonly name: string; readonly contract: string; readonly frozen: boolean }
  /** The same tag in another version of its contract. */
  | { readonly kind: "version"; readonly tag: string }
  | { readonly kind: "golden"; readonly file: string; readonly line: number }
  | { readonly kind: "board"; readonly board: string; readonly title: string; readonly panel: string }
  | {
      readonly kind: ReferenceKind;
      readonly node: string;
      readonly type: string;
      readonly name: string;
      readonly field: string;
      readonly value: string;
    };

/** Values of fields are shortened where they are quoted. */
const SHOWN = 200;

export function dependentsOf(
  model: PlantModel,
  tag: TagDefinition,
  references: readonly Reference[],
  boards: readonly Board[],
): readonly Dependent[] {
  return [...inModel(model, tag), ...onBoards(tag, boards), ...inFlows(tag, references)];
}

function inModel(model: PlantModel, tag: TagDefinition): readonly Dependent[] {
  const found: Dependent[] = [];
  const { id, asset, signal } = tag;
  const role = roleOf(model, tag);
  if (role !== undefined) found.push({ kind: "role", role, asset });
  const contract = signal.slice(0, signal.indexOf("."));
  for (const name of classesOf(model, asset)) {
    if (model.classes.get(name)?.contract !== contract) continue;
    found.push({ kind: "class", name, contract, frozen: model.contracts.has(contract) });
    break;
  }
  for (const other of model.tags.keys()) if (areVersions(id, other)) found.push({ kind: "version", tag: other });
  for (const { gives, file, line } of model.golden) if ("tag" in gives && gives.tag === id) found.push({ kind: "golden", file, line });
  return found;
}

function* classesOf(model: PlantModel, asset: string): Generator<string> {
  const { class: own, also = [] } = model.equipment.get(asset) ?? {};
  for (const first of own === undefined ? also : [own, ...also])
    for (let name: string | undefined = first; name !== undefined; name = model.classes.get(name)?.extends) yield name;
}

function onBoards({ asset, signal }: TagDefinition, boards: readonly Board[]): readonly Dependent[] {
  return boards
    .filter((board) => asset === board.asset || asset.startsWith(`${board.asset}.`))
    .flatMap((board) =>
      shownSignals(board)
        .filter(({ signals }) => signals.has(signal))
        .map(({ panel }) => ({ kind: "board" as const, board: board.id, title: board.title, panel })),
    );
}

function inFlows(tag: TagDefinition, references: readonly Reference[]): readonly Dependent[] {
  return references
    .filter((reference) => reference.refersTo(tag))
    .map(({ node, field, kind, value }) => ({
      kind,
      node: node.id,
      type: node.type,
      name: typeof node.name === "string" ? node.name : "",
      field,
      value: value.slice(0, SHOWN),
    }));
}
