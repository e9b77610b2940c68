import type { Scale, TagType } from "../model/index.ts";
import type { TagRow } from "../tag-sheet/row.ts";
import type { Account } from "./ignition-account.ts";
import type { IgnitionTag } from "./ignition-tag.ts";
import type { TagTree } from "./ignition-tree.ts";
import { numberOf, unitOf } from "./quantity.ts";

const TAGS_NAMESPACE = "urn:inductiveautomation:ignition:opcua:tags";

const TYPES: ReadonlyMap<string, TagType> = new Map([
  ["Int1", "int"],
  ["Int2", "int"],
  ["Int4", "int"],
  ["Int8", "int64"],
  ["Float4", "float"],
  ["Float8", "float"],
  ["Boolean", "bool"],
  ["String", "string"],
  ["Text", "string"],
  ["DateTime", "string"],
]);
/** Known, but nothing that one tag of ours holds. */
const COMPOSITE = /^(?:(?:Int[1248]|Float[48]|Boolean|String|DateTime)Array|ByteArray|DataSet|Document)$/;

const LIMITED: ReadonlyMap<string, readonly ("engLow" | "engHigh")[]> = new Map([
  ["No_Clamp", []],
  ["Clamp_Low", ["engLow"]],
  ["Clamp_High", ["engHigh"]],
  ["Clamp_Both", ["engLow", "engHigh"]],
]);
const UNSCALED = "The value comes unscaled, and this speaks of the scaled one.";
const SCALE_KEYS = { rawLow: "rawLow", rawHigh: "rawHigh", scaledLow: "low", scaledHigh: "high" } as const;

type Fields = Omit<TagRow, "equipment" | "tag">;

/** Reads what a row can carry of one tag, and keeps account of it. */
export class IgnitionRow {
  private readonly tree: TagTree;
  private readonly account: Account;
  private readonly via: "ignition" | "source";
  private readonly root: string;

  /** `root` leads from the server to what was exported: `[default]Plant/`. */
  constructor(tree: TagTree, account: Account, { via, root }: { readonly via: "ignition" | "source"; readonly root: string }) {
    this.tree = tree;
    this.account = account;
    this.via = via;
    this.root = root;
  }

  /** The fields of a row, or undefined when the tag is none for a row; then all of it is noted. */
  read(tag: IgnitionTag): Fields | undefined {
    const type = this.type(tag);
    if (type === "composite") return undefined;
    const address = this.via === "ignition" ? `nsu=${TAGS_NAMESPACE};s=${this.root}${tag.path.join("/")}` : this.itemPath(tag);
    const { scale, isRaw } = this.scaling(tag, type);
    const unit = this.unit(tag, type, isRaw);
    const limits = this.limits(tag, type, isRaw);
    const description = this.filledText(tag, "documentation") ?? this.filledText(tag, "tooltip");
    return {
      ...(address === undefined ? {} : { address }),
      ...(type === undefined ? {} : { type }),
      ...(unit === undefined ? {} : { unit }),
      ...limits,
      ...(scale === undefined ? {} : { scale }),
      ...(description === undefined ? {} : { description }),
    };
  }

  private type(tag: IgnitionTag): TagType | "composite" | undefined {
    const written = this.filledText(tag, "dataType");
    if (written === undefined) return undefined;
    const type = TYPES.get(written);
    if (type !== undefined) {
      if (written === "DateTime") this.account.note(tag, "dataType", "The row keeps the date and time as text.");
      return type;
    }
    if (COMPOSITE.test(written)) {
      this.account.note(tag, "dataType", "A tag holds one value; arrays and documents get no row.");
      return "composite";
    }
    const holder = tag.layerOf("dataType");
    const allowed = [...TYPES.keys()].join(", ");
    if (holder !== undefined) this.tree.problem(holder, "dataType", "The data type is not known.", { seen: written, allowed });
    return undefined;
  }

  private itemPath(tag: IgnitionTag): string | undefined {
    const source = this.word(tag, "valueSource");
    if (source !== undefined && source !== "opc") return undefined;
    const address = this.filledText(tag, "opcItemPath");
    if (address !== undefined) this.account.carry(tag.get("valueSource"));
    return address;
  }

  private unit(tag: IgnitionTag, type: TagType | undefined, isRaw: boolean): string | undefined {
    const written = this.filledText(tag, "engUnit");
    if (written === undefined) return undefined;
    const unit = isRaw ? { why: UNSCALED } : unitOf(written, type);
    if ("code" in unit) return unit.code;
    this.account.note(tag, "engUnit", unit.why);
    return undefined;
  }

  /** engLow and engHigh are limits only where engLimitMode says so; then Ignition calls values beyond them Bad_OutOfRange. */
  private limits(tag: IgnitionTag, type: TagType | undefined, isRaw: boolean): Pick<TagRow, "min" | "max"> {
    const mode = this.word(tag, "engLimitMode");
    const keys = mode === undefined ? undefined : LIMITED.get(mode);
    if (keys === undefined) return {};
    const numeric = type === undefined || type === "float" || type === "int" || type === "int64";
    const absent = keys.find((key) => tag.get(key) === undefined);
    if (keys.length > 0 && (absent !== undefined || !numeric || isRaw)) {
      const why = isRaw ? UNSCALED : numeric ? `The file leaves out ${absent}; the row has no range.` : "A tag of this type has no range.";
      for (const key of ["engLimitMode", ...keys]) this.account.note(tag, key, why);
      return {};
    }
    const [min, max] = (["engLow", "engHigh"] as const).map((key) => (keys.includes(key) ? this.number(tag, key) : undefined));
    if (min !== undefined) this.account.carry(tag.get("engLow"));
    if (max !== undefined) this.account.carry(tag.get("engHigh"));
    if (min !== undefined && max !== undefined && min > max)
      this.bad(tag, "engHigh", `The range ends at ${max} before it starts at ${min}.`);
    const missing = keys.filter((key) => (key === "engLow" ? min : max) === undefined);
    if (missing.length === 0) this.account.carry(tag.get("engLimitMode"));
    else for (const key of ["engLimitMode", ...missing]) this.account.note(tag, key, "A parameter of the limit has no value in this file.");
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }

  /** `isRaw`: the value comes in another scale than the tag's unit and limits speak of. */
  private scaling(tag: IgnitionTag, type: TagType | undefined): { readonly scale?: Scale; readonly isRaw: boolean } {
    const mode = this.word(tag, "scaleMode");
    if (tag.get("scaleMode") === undefined || mode === "Off") {
      this.account.carry(tag.get("scaleMode"));
      return { isRaw: false };
    }
    // Scaled already; the account says so.
    if (this.via === "ignition") return { isRaw: false };
    const keys = Object.keys(SCALE_KEYS) as (keyof typeof SCALE_KEYS)[];
    const absent = keys.find((key) => tag.get(key) === undefined);
    if (mode !== "Linear" || absent !== undefined || type === "bool" || type === "string") {
      const left = absent === undefined ? "for a tag of this type" : `without ${absent}, which the file leaves out`;
      this.account.note(
        tag,
        "scaleMode",
        `A row scales linearly and cannot carry ${mode === "Linear" ? `this ${left}` : (mode ?? "what is unknown here")}.`,
      );
      return { isRaw: mode !== "ExponentialFilter" };
    }
    const [rawLow, rawHigh, low, high] = keys.map((key) => this.number(tag, key));
    if (rawLow === undefined || rawHigh === undefined || low === undefined || high === undefined) {
      for (const key of ["scaleMode", ...keys]) this.account.note(tag, key, "One of its values is not in this file; the row has no scale.");
      return { isRaw: true };
    }
    if (rawLow === rawHigh) this.bad(tag, "rawHigh", `rawLow and rawHigh are both ${rawHigh}; a scale needs two different values.`);
    for (const key of ["scaleMode", ...keys]) this.account.carry(tag.get(key));
    return { scale: { rawLow, rawHigh, low, high }, isRaw: false };
  }

  /** Undefined when it is not given, when its parameter has no value, or when it is none, which was reported. */
  private number(tag: IgnitionTag, key: string): number | undefined {
    const node = tag.get(key);
    const reading = tag.text(key);
    if (node === undefined || reading === undefined) return undefined;
    if ("missing" in reading) return undefined;
    const value = node.kind === "leaf" ? node.number : "text" in reading ? numberOf(reading.text) : undefined;
    if (value === undefined || !Number.isFinite(value)) return this.bad(tag, key, "A number belongs here.");
    return value;
  }

  /** A word that decides about other properties and is not in the row itself. */
  private word(tag: IgnitionTag, key: string): string | undefined {
    const reading = tag.text(key);
    return reading !== undefined && "text" in reading ? reading.text : undefined;
  }

  /** A text that is in the row as soon as it is read; an empty one says no more than a row without it. */
  private filledText(tag: IgnitionTag, key: string): string | undefined {
    const reading = tag.text(key);
    if (reading === undefined) return undefined;
    if ("text" in reading) {
      this.account.carry(tag.get(key));
      return reading.text === "" ? undefined : reading.text;
    }
    const why =
      "missing" in reading
        ? `The parameter ${reading.missing} has no value in this file.`
        : "It is bound to something that is known only to Ignition.";
    this.account.note(tag, key, why);
    return undefined;
  }

  private bad(tag: IgnitionTag, key: string, why: string): undefined {
    const holder = tag.layerOf(key) ?? tag.layers[0];
    const node = tag.get(key);
    if (holder === undefined) return undefined;
    return this.tree.problem(holder, key, why, node?.kind === "leaf" ? { seen: node.value, allowed: "a finite number" } : {});
  }
}
