/** Keeps account of every leaf of an Ignition export: what no row carries is noted, so nothing can be dropped silently. */
import { NO_PLACE_IN_ROW, type Note } from "./import.ts";
import { leavesOf, type IgnitionTag } from "./ignition-tag.ts";
import { childrenOf, typeOf, type TagTree } from "./ignition-tree.ts";
import { inside, type JsonMap, type JsonNode } from "./json.ts";

const APPLIED = "Ignition applies it before its OPC UA server gives the value.";
const NOT_APPLIED = "No scaling that a row can carry uses it.";
const SCALING = ["scaleMode", "rawLow", "rawHigh", "scaledLow", "scaledHigh", "scaleFactor", "clampMode"];
const LIMIT = "Only shown by Ignition, no limit: engLimitMode does not make it one.";

/** Properties that are in rows wherever an instance takes them from its definition. */
const TAKEN = new Set(["name", "tagType", "dataType", "engUnit", "engLow", "engHigh", "engLimitMode", "documentation", "tooltip"]);
const NOT_TAKEN = "Part of a definition; no row has it from there.";

const WHY: Readonly<Record<string, string>> = {
  alarms: "Alarms of the source stay there.",
  documentation: "The row has another description.",
  tooltip: "The row has another description.",
  engLow: LIMIT,
  engHigh: LIMIT,
  enabled: "A row cannot switch a tag off; leave the row out instead.",
  parameters: "Parameters are put into the rows of the instance; a row has none of its own.",
  typeId: "Rows state their tags one by one.",
  opcServer: "A row names the address, not the server.",
};
const WHY_VIA = {
  ignition: {
    ...Object.fromEntries(SCALING.map((key) => [key, APPLIED])),
    valueSource: "How Ignition gets the value; the twin reads it from Ignition.",
    opcItemPath: "Where Ignition reads the value; the twin reads it from Ignition.",
  },
  source: {
    ...Object.fromEntries(SCALING.map((key) => [key, NOT_APPLIED])),
    valueSource: "Ignition makes the value itself; there is no address at a source, and the row has none.",
    clampMode: "A row does not clamp.",
    name: "No row has it as written: it is in snake case there, the place stands for it, or there is no row.",
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export class Account {
  private readonly tree: TagTree;
  private readonly why: Readonly<Record<string, string>>;
  /** Leaves that are in a row or in a note. */
  private readonly settled = new Set<JsonNode>();
  private readonly reasons = new Map<JsonNode, string>();
  private readonly written: Note[] = [];

  constructor(tree: TagTree, via: "ignition" | "source") {
    this.tree = tree;
    this.why = { ...WHY, ...WHY_VIA[via] };
  }

  /** It is in a row. */
  carry(node: JsonNode | undefined): void {
    if (node === undefined) return;
    for (const [, leaf] of leavesOf(node, "")) this.settled.add(leaf);
  }

  /** This tag's row lacks it, whatever other instances of the same definition do. */
  note(tag: IgnitionTag, property: string, why: string): void {
    const node = tag.get(property);
    if (node === undefined) return;
    for (const [inner, leaf, value] of leavesOf(node, inside("", property))) {
      this.settled.add(leaf);
      this.written.push({ path: tag.path.join("/"), property: inner, value, line: this.line(leaf), why });
    }
  }

  /** Should it come to be noted, this is why. */
  because(node: JsonNode | undefined, why: string): void {
    if (node !== undefined) this.reasons.set(node, why);
  }

  /** One note for each leaf that is in no row, in the order of the file. */
  notes(): readonly Note[] {
    const notes = [...this.written];
    const { root } = this.tree.json;
    if (root.kind === "map") this.collect(root, notes, false);
    else if (root.kind === "list") for (const tag of root.items) if (tag.kind === "map") this.collect(tag, notes, false);
    return notes.sort((a, b) => a.line - b.line);
  }

  private collect(tag: JsonMap, notes: Note[], within: boolean): void {
    const { path } = this.tree.place(tag);
    const isDefinition = within || typeOf([tag]) === "UdtType";
    for (const [key, node] of tag.fields) {
      if (key === "tags" && node.kind === "list" && node.items.length > 0) continue;
      for (const [property, leaf, value] of leavesOf(node, inside("", key))) {
        if (this.settled.has(leaf)) continue;
        const why = isDefinition && TAKEN.has(key) ? NOT_TAKEN : (this.reasons.get(node) ?? this.whyOf(key));
        notes.push({ path, property, value, line: this.line(leaf), why });
      }
    }
    for (const child of childrenOf(tag)) this.collect(child, notes, isDefinition);
  }

  private whyOf(key: string): string {
    return (Object.hasOwn(this.why, key) ? this.why[key] : undefined) ?? NO_PLACE_IN_ROW;
  }

  private line(node: JsonNode): number {
    return this.tree.json.spot(node.at, "").line;
  }
}
