/** The tags of an Ignition export as they stand in the file: checked one by one, with their paths and the UDT definitions. */
import { nearest, type Findings } from "../model/problem.ts";
import { inside, type JsonList, type JsonMap, type JsonNode, type JsonText } from "./json.ts";

export const TAG_TYPES = ["AtomicTag", "Folder", "UdtInstance", "UdtType", "Provider"] as const;
export type TagType = (typeof TAG_TYPES)[number];

/** Definitions within definitions, and definitions that inherit from each other. */
export const MAX_NESTED = 32;
const MAX_NAME = 256;
/** The folder of UDT definitions; a `typeId` is the path below it. */
const TYPES_FOLDER = "_types_";

export interface Place {
  /** Path in the source, `Line02/Filler01/Speed`; `(root)` for a root without a name. */
  readonly path: string;
  /** Path in the JSON, `tags[0].tags[2]`. */
  readonly field: string;
}

export class TagTree {
  readonly json: JsonText;
  /** By `typeId`. */
  readonly definitions = new Map<string, JsonMap>();
  private readonly findings: Findings;
  private readonly places = new Map<JsonMap, Place>();

  constructor(json: JsonText, findings: Findings) {
    this.json = json;
    this.findings = findings;
    const { root } = json;
    if (root.kind === "list") this.checkAll(root, "", "");
    else if (root.kind === "map") this.checkRoot(root);
    else findings.problem(json.spot(root.at, ""), "This is no tag export: it holds neither a tag nor a list of tags.");
  }

  /** What was exported: several tags, or one folder, instance or tag with a name of its own. */
  roots(): { readonly named?: JsonMap; readonly tags: readonly JsonMap[] } {
    const { root } = this.json;
    if (root.kind === "list") return { tags: root.items.filter((item) => item.kind === "map") };
    if (root.kind !== "map") return { tags: [] };
    return nameOf(root) === "" || typeOf([root]) === "Provider" ? { tags: childrenOf(root) } : { named: root, tags: [root] };
  }

  /** The name that a whole provider's export states. */
  get provider(): string | undefined {
    const { root } = this.json;
    const name = root.kind === "map" && typeOf([root]) === "Provider" ? nameOf(root) : "";
    return name === "" ? undefined : name;
  }

  place(tag: JsonMap): Place {
    return this.places.get(tag) ?? { path: "(root)", field: "" };
  }

  /** The definition's own map and those that it inherits from, the nearest first; `unknown` is what the file does not hold. */
  definition(typeId: string): { readonly layers: readonly JsonMap[]; readonly unknown?: string } {
    const layers: JsonMap[] = [];
    for (let id: string | undefined = plainTypeId(typeId); id !== undefined && id !== ""; ) {
      const layer: JsonMap | undefined = this.definitions.get(id);
      if (layer === undefined) return { layers, unknown: id };
      if (layers.includes(layer) || layers.length === MAX_NESTED) {
        const why = layers.includes(layer) ? "itself" : `more than ${MAX_NESTED} others`;
        this.problem(layer, "typeId", `The definition "${typeId}" inherits from ${why}.`);
        return { layers };
      }
      layers.push(layer);
      const parent = layer.fields.get("typeId");
      id = parent?.kind === "leaf" && typeof parent.value === "string" ? plainTypeId(parent.value) : undefined;
    }
    return { layers };
  }

  /** Reports at one property of a tag, or at the tag where it has none of that name. */
  problem(tag: JsonMap, key: string, why: string, detail: { readonly seen?: unknown; readonly allowed?: string } = {}): undefined {
    const at = tag.fields.get(key)?.at ?? tag.at;
    return this.findings.problem(this.json.spot(at, inside(this.place(tag).field, key)), why, detail);
  }

  private checkRoot(root: JsonMap): void {
    if (!root.fields.has("tags") && !root.fields.has("name")) {
      this.findings.problem(this.json.spot(root.at, ""), 'This is no tag export: it has neither "tags" nor "name".');
      return;
    }
    const name = nameOf(root);
    this.places.set(root, { path: name === "" ? "(root)" : name, field: "" });
    if (name !== "") this.checkName(root);
    this.checkTag(root, typeOf([root]) === "Provider" ? "" : name);
  }

  private checkAll(list: JsonList, field: string, parent: string): void {
    const lines = new Map<string, number>();
    for (const [index, tag] of list.items.entries()) {
      const inner = `${field}[${index}]`;
      if (tag.kind !== "map") {
        this.findings.problem(this.json.spot(tag.at, inner), "A tag belongs here, as { name, tagType, … }.");
        continue;
      }
      const name = nameOf(tag);
      const path = parent === "" ? name : `${parent}/${name}`;
      this.places.set(tag, { path, field: inner });
      if (!this.checkName(tag)) continue;
      const first = lines.get(name);
      if (first !== undefined) this.problem(tag, "name", `"${path}" is already given on line ${first}; keep one of them.`, { seen: name });
      lines.set(name, first ?? this.json.spot(tag.at, "").line);
      this.checkTag(tag, path);
    }
  }

  private checkName(tag: JsonMap): boolean {
    const node = tag.fields.get("name");
    const name = node?.kind === "leaf" ? node.value : undefined;
    if (typeof name !== "string" || name === "") {
      this.problem(tag, "name", "The tag has no name.", { allowed: "a text" });
      return false;
    }
    // oxlint-disable-next-line no-control-regex -- they would break paths and addresses
    if (name.length <= MAX_NAME && !/[/\u0000-\u001f]/.test(name)) return true;
    this.problem(tag, "name", "This is no name of a tag.", { seen: name, allowed: `up to ${MAX_NAME} characters without "/"` });
    return false;
  }

  private checkTag(tag: JsonMap, path: string): void {
    const type = tag.fields.get("tagType");
    const word = type?.kind === "leaf" ? type.value : undefined;
    if (type !== undefined && !TAG_TYPES.some((known) => known === word)) {
      const meant = typeof word === "string" ? nearest(word, TAG_TYPES) : undefined;
      const why = `The tagType is not known.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`;
      this.problem(tag, "tagType", why, { seen: word, allowed: TAG_TYPES.join(", ") });
    }
    if (word === "UdtType") this.define(tag, path);
    const tags = tag.fields.get("tags");
    if (tags?.kind === "list") this.checkAll(tags, inside(this.place(tag).field, "tags"), path);
    else if (tags !== undefined) this.problem(tag, "tags", '"tags" must be a list of tags.');
  }

  private define(tag: JsonMap, path: string): void {
    const id = plainTypeId(path);
    if (this.definitions.has(id)) this.problem(tag, "name", `The definition "${id}" is given twice; keep one of them.`, { seen: id });
    this.definitions.set(id, tag);
  }
}

export function nameOf(tag: JsonMap): string {
  const node = tag.fields.get("name");
  return node?.kind === "leaf" && typeof node.value === "string" ? node.value : "";
}

/** What a tag is, by the first layer that says it. */
export function typeOf(layers: readonly JsonMap[]): TagType {
  for (const layer of layers) {
    const node: JsonNode | undefined = layer.fields.get("tagType");
    const known = TAG_TYPES.find((type) => node?.kind === "leaf" && node.value === type);
    if (known !== undefined) return known;
  }
  return layers.some((layer) => layer.fields.has("tags")) ? "Folder" : "AtomicTag";
}

export function childrenOf(tag: JsonMap): readonly JsonMap[] {
  const tags = tag.fields.get("tags");
  return tags?.kind === "list" ? tags.items.filter((item) => item.kind === "map") : [];
}

/** `[default]_types_/Motors/Motor` and `_types_/Motors/Motor` are `Motors/Motor`. */
function plainTypeId(typeId: string): string {
  const path = typeId.replace(/^\[[^\]]*\]/, "");
  const at = path.indexOf(`${TYPES_FOLDER}/`);
  return at < 0 ? path : path.slice(at + TYPES_FOLDER.length + 1);
}
