import { Findings } from "../model/problem.ts";
import type { TagRow } from "../tag-sheet/row.ts";
import { failed, MAX_ROWS, type ImportOptions, type Note, type TagImport } from "./import.ts";
import { Account } from "./ignition-account.ts";
import { IgnitionRow } from "./ignition-row.ts";
import { IgnitionTag, NO_PARAMETERS } from "./ignition-tag.ts";
import { MAX_NESTED, nameOf, TagTree } from "./ignition-tree.ts";
import { readJson } from "./json.ts";
import { Placement, segmentOf } from "./place.ts";

export interface IgnitionOptions extends ImportOptions {
  /**
   * Where the twin reads the values: from Ignition's own OPC UA server, with Ignition's tags exposed and its scaling
   * applied, or from the server that Ignition reads itself, by `opcItemPath`, with the scaling in the row.
   */
  readonly via: "ignition" | "source";
  /** The tag provider; else the name that the export's root states, else `default`. */
  readonly provider?: string;
  /** Path in the provider of what was exported, without its own name: `Plant/Bottling`. */
  readonly basePath?: string;
}

/** Definitions may hold instances of definitions; a short file can stand for more tags than memory holds. */
const MAX_VISITED = 4 * MAX_ROWS;

/**
 * Imports a tag export of Ignition 8: the JSON that the Tag Browser and `system.tag.exportTags` write, with property names
 * and data types as in the manual's pages "Tag Properties" and "Tag Data Types". What was exported as one folder or
 * instance stands for `equipment` itself; a list of tags or a provider's are put below it. Instances get what their UDT
 * definition says when the file holds it, with parameters put in. Addresses via Ignition are
 * `nsu=urn:inductiveautomation:ignition:opcua:tags;s=[provider]Folder/Tag`, by namespace URI: those of the setting
 * "Expose Tag Providers"; via the source they are the item path as written.
 *
 * path → tag, dataType → type, engUnit → unit, documentation (else tooltip) → description, engLow and engHigh → min and
 * max where engLimitMode makes them limits, linear scaling → scale (via the source only). All else is noted.
 */
export function importIgnition(text: string, options: IgnitionOptions): TagImport {
  const findings = new Findings();
  const placement = new Placement(options, findings);
  const json = readJson(text, options.file, findings);
  if (json === undefined) return failed(findings.all());
  const tree = new TagTree(json, findings);
  const importer = new IgnitionImporter(tree, placement, options);
  const { rows, notes } = importer.import();
  if (rows.length === 0 && findings.problems.length === 0) {
    const why = "The file holds no tag that a row can carry; definitions alone are none, export their instances too.";
    findings.problem(json.spot(json.root.at, ""), why);
  }
  const problems = findings.all();
  return problems.length > 0 ? failed(problems) : { rows, notes, problems: [] };
}

interface Within {
  /** Names from the target place down. */
  readonly names: readonly string[];
  readonly ancestors: readonly IgnitionTag[];
  /** Definitions that are being instantiated. */
  readonly typeIds: readonly string[];
}

class IgnitionImporter {
  private readonly tree: TagTree;
  private readonly placement: Placement;
  private readonly options: IgnitionOptions;
  private readonly account: Account;
  private readonly row: IgnitionRow;
  private readonly rows: TagRow[] = [];
  private visited = 0;
  private stopped = false;

  constructor(tree: TagTree, placement: Placement, options: IgnitionOptions) {
    this.tree = tree;
    this.placement = placement;
    this.options = options;
    this.account = new Account(tree, options.via);
    this.row = new IgnitionRow(tree, this.account, {
      via: options.via,
      root: `[${options.provider ?? tree.provider ?? "default"}]${this.base()}`,
    });
  }

  import(): { readonly rows: readonly TagRow[]; readonly notes: readonly Note[] } {
    const { named, tags } = this.tree.roots();
    const within: Within = { names: [], ancestors: [], typeIds: [] };
    for (const map of tags) this.visit(new IgnitionTag([map], NO_PARAMETERS, []), within, map === named);
    return { rows: this.rows, notes: this.account.notes() };
  }

  private visit(tag: IgnitionTag, within: Within, isRoot = false): void {
    this.visited += 1;
    if (this.full(tag)) return;
    const { type } = tag;
    if (type === "UdtType") return;
    // What was exported under its own name stands for the target place; a tag alone is a tag of it.
    const names = isRoot && type !== "AtomicTag" ? within.names : [...within.names, tag.name];
    if (type === "AtomicTag") this.add(tag, names, within.ancestors);
    else if (type === "UdtInstance") this.instantiate(tag, { ...within, names });
    else this.descend(tag, { ...within, names });
  }

  private descend(tag: IgnitionTag, within: Within): void {
    const inner = { ...within, ancestors: [...within.ancestors, tag] };
    for (const child of tag.children()) this.visit(child, inner);
  }

  private instantiate(tag: IgnitionTag, within: Within): void {
    const reading = tag.text("typeId");
    const typeId = reading !== undefined && "text" in reading ? reading.text : "";
    const { layers, unknown } = this.tree.definition(typeId);
    if (unknown !== undefined) this.account.because(tag.get("typeId"), `The definition "${unknown}" is not in this file; export it too.`);
    const [holder] = tag.layers;
    const isCircle = typeId !== "" && within.typeIds.includes(typeId);
    if (holder !== undefined && (isCircle || within.typeIds.length >= MAX_NESTED)) {
      const why = isCircle ? "holds an instance of itself" : `is nested in more than ${MAX_NESTED} others`;
      this.tree.problem(holder, "typeId", `The definition "${typeId}" ${why}.`);
      return;
    }
    this.descend(tag.instantiated(layers), { ...within, typeIds: [...within.typeIds, typeId] });
  }

  private add(tag: IgnitionTag, names: readonly string[], ancestors: readonly IgnitionTag[]): void {
    const [map] = tag.layers;
    if (map === undefined) return;
    const path = tag.path.join("/");
    const fields = this.row.read(tag);
    // A tag without a name was reported where its name belongs.
    if (fields === undefined || tag.name === "") return;
    const { line, column } = this.tree.json.spot(map.at, "");
    const spot = { file: this.options.file, line, column, field: this.tree.place(map).field || "(file)" };
    const place = this.placement.place(names, path, spot);
    if (place === undefined) return;
    this.rows.push({ ...place, ...fields });
    this.carryNames([...ancestors, tag], names.length);
  }

  /** The address via Ignition holds every name as written; otherwise only a name that is its own segment is in the row. */
  private carryNames(levels: readonly IgnitionTag[], segments: number): void {
    for (const [index, { name, layers }] of levels.entries()) {
      // The place stands for what was exported under its own name.
      const isSegment = index >= levels.length - segments;
      const isInRow = this.options.via === "ignition" || (isSegment && segmentOf(name) === name);
      for (const layer of layers) {
        const type = layer.fields.get("tagType");
        const word = type?.kind === "leaf" ? type.value : undefined;
        if (word === "AtomicTag" || word === "Folder") this.account.carry(type);
        if (isInRow && word !== "UdtType" && nameOf(layer) === name) this.account.carry(layer.fields.get("name"));
      }
    }
  }

  private full(tag: IgnitionTag): boolean {
    if (this.stopped) return true;
    this.stopped = this.rows.length > MAX_ROWS || this.visited > MAX_VISITED;
    const [map] = tag.layers;
    if (this.stopped && map !== undefined) {
      this.tree.problem(map, "name", `The file stands for more than ${MAX_ROWS} tags; import it in parts.`);
    }
    return this.stopped;
  }

  private base(): string {
    const names = (this.options.basePath ?? "").split("/").filter((name) => name !== "");
    return names.map((name) => `${name}/`).join("");
  }
}
