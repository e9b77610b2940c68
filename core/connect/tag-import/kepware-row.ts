import type { Scale, TagType } from "../model/index.ts";
import { nearest } from "../model/problem.ts";
import type { TagRow } from "../tag-sheet/row.ts";
import type { Cells, Column } from "./kepware-cells.ts";
import { numberOf, unitOf } from "./quantity.ts";

const TYPES: ReadonlyMap<string, TagType> = new Map([
  ["Boolean", "bool"],
  ["Char", "int"],
  ["Byte", "int"],
  ["Short", "int"],
  ["Word", "int"],
  ["Long", "int"],
  ["DWord", "int"],
  ["BCD", "int"],
  ["LBCD", "int"],
  ["LLong", "int64"],
  ["QWord", "int64"],
  ["Float", "float"],
  ["Double", "float"],
  ["String", "string"],
  ["Date", "string"],
]);
/** The driver's own choice, which the file does not know. */
const OPEN_TYPE = "Default";
const TYPE_LOSS: ReadonlyMap<string, string> = new Map([
  ["Date", "The row keeps the date and time as text."],
  ["QWord", "The row is a signed integer of 64 bits; values from 2^63 on are refused."],
]);

const RANGES = ["Raw Low", "Raw High", "Scaled Low", "Scaled High"] as const satisfies readonly Column[];
const SCALING = ["Scaling", ...RANGES, "Clamp Low", "Clamp High", "Negate Value"] as const satisfies readonly Column[];
const APPLIED = "Kepware applies it before its OPC UA server gives the value.";
const UNSCALED = "The value comes unscaled, and this speaks of the scaled one.";

type Fields = Omit<TagRow, "equipment" | "tag">;

/** Reads what a row can carry of one record. */
export class KepwareRow {
  private readonly cells: Cells;
  private readonly via: "kepware" | "source";

  constructor(cells: Cells, via: "kepware" | "source") {
    this.cells = cells;
    this.via = via;
  }

  /** The fields of a row, or undefined when the tag is none for a row; then all of it is noted. */
  read(serverAddress: string): Fields | undefined {
    const { cells } = this;
    const scaling = this.mode();
    const isScaled = scaling === "Linear" || (scaling === "Square Root" && this.via === "kepware");
    const isArray = / Array$/i.test(cells.text("Data Type"));
    if (isArray) cells.because("A tag holds one value; arrays get no row.", "Tag Name", "Data Type");
    const type = isArray ? undefined : isScaled ? this.scaledType() : this.type("Data Type");
    const address = this.via === "kepware" ? serverAddress : this.deviceAddress();
    const scale = this.via === "source" ? this.scale(scaling, type) : this.applied();
    const unit = this.unit(type, scaling === "Square Root" && this.via === "source");
    const description = cells.text("Description");
    if (isArray) return undefined;
    cells.carry("Description");
    return {
      ...(address === undefined ? {} : { address }),
      ...(type === undefined ? {} : { type }),
      ...(unit === undefined ? {} : { unit }),
      ...(scale === undefined ? {} : { scale }),
      ...(description === "" ? {} : { description }),
    };
  }

  private mode(): "None" | "Linear" | "Square Root" | undefined {
    const written = this.cells.text("Scaling");
    const modes = ["None", "Linear", "Square Root"] as const;
    const mode = written === "" ? "None" : modes.find((known) => known.toLowerCase() === written.toLowerCase());
    if (mode === "None") this.cells.carry("Scaling");
    return mode ?? this.cells.problem("Scaling", "The scaling is not known.", modes.join(", "), nearest(written, modes));
  }

  private type(column: "Data Type" | "Scaled Data Type"): TagType | undefined {
    const written = this.cells.text(column);
    const name = [...TYPES.keys(), OPEN_TYPE].find((known) => known.toLowerCase() === written.toLowerCase());
    if (name === undefined) {
      if (written !== "")
        this.cells.problem(column, "The data type is not known.", [...TYPES.keys()].join(", "), nearest(written, TYPES.keys()));
      return undefined;
    }
    const loss = name === OPEN_TYPE ? "The driver chooses the type, which the file does not say; the row has none." : TYPE_LOSS.get(name);
    if (loss === undefined) this.cells.carry(column);
    else this.cells.because(loss, column);
    return TYPES.get(name);
  }

  /** By the manual a scaled value is a double where nothing else is said. */
  private scaledType(): TagType | undefined {
    this.cells.because("The row has the type after scaling.", "Data Type");
    return this.cells.text("Scaled Data Type") === "" ? "float" : this.type("Scaled Data Type");
  }

  private deviceAddress(): string | undefined {
    const address = this.cells.text("Address");
    if (address === "") return this.cells.problem("Address", "The tag has no address.", "an address of the device");
    this.cells.carry("Address");
    return address;
  }

  private unit(type: TagType | undefined, isRaw: boolean): string | undefined {
    const written = this.cells.text("Eng Units");
    if (written === "") return undefined;
    const unit = isRaw ? { why: UNSCALED } : unitOf(written, type);
    if ("why" in unit) {
      this.cells.because(unit.why, "Eng Units");
      return undefined;
    }
    this.cells.carry("Eng Units");
    return unit.code;
  }

  private applied(): undefined {
    this.cells.because(APPLIED, ...SCALING);
    this.cells.because("Where Kepware reads the value; the twin reads it from Kepware.", "Address");
  }

  /** Negation comes after scaling, so it turns the signs of the scaled ends; without scaling it is a scale of its own. */
  private scale(mode: "None" | "Linear" | "Square Root" | undefined, type: TagType | undefined): Scale | undefined {
    const { cells } = this;
    const sign = this.isNegated() ? -1 : 1;
    const isNumber = type === undefined || type === "float" || type === "int" || type === "int64";
    if (mode === "Linear" && isNumber) {
      const [rawLow, rawHigh, low, high] = RANGES.map((column) => this.number(column));
      if (rawLow === undefined || rawHigh === undefined || low === undefined || high === undefined) return undefined;
      if (rawLow === rawHigh) return cells.problem("Raw High", "Raw Low and Raw High are equal; a scale needs two different values.");
      cells.carry("Scaling", "Negate Value", ...RANGES);
      return { rawLow, rawHigh, low: sign * low || 0, high: sign * high || 0 };
    }
    if (mode !== "None") cells.because("A row scales numbers, and linearly; it cannot carry this.", "Scaling", ...RANGES, "Negate Value");
    else if (sign < 0 && isNumber) {
      cells.carry("Negate Value");
      return { rawLow: 0, rawHigh: 1, low: 0, high: -1 };
    }
    return undefined;
  }

  private isNegated(): boolean {
    const written = this.cells.text("Negate Value");
    if (written === "" || written === "0") {
      this.cells.carry("Negate Value");
      return false;
    }
    if (written !== "1") this.cells.problem("Negate Value", "This says neither yes nor no.", "1, 0 or nothing");
    return written === "1";
  }

  private number(column: Column): number | undefined {
    const value = numberOf(this.cells.text(column));
    return value ?? this.cells.problem(column, "A number belongs here.", 'a finite number with "." before its decimals');
  }
}
