/** What the data types of a server are at bottom: `Duration` is a Double, a vendor's `WORD` a UInt16. */
import { inBatches } from "./batches.ts";
import type { Connection } from "./items.ts";
import { TYPE_NAMES } from "./reading.ts";

/** BaseDataType: anything. */
export const ANY_TYPE = "ns=0;i=24";
/** Types of OPC 10000-5, 12.2 that stand above the built-in ones and say less than a value does. */
const ABSTRACT: ReadonlyMap<string, string> = new Map([
  [ANY_TYPE, "BaseDataType"],
  ["ns=0;i=26", "Number"],
  ["ns=0;i=27", "Integer"],
  ["ns=0;i=28", "UInteger"],
]);
const ENUMERATION = "ns=0;i=29";
const HAS_SUBTYPE = "i=45";
const BUILT_IN = /^ns=0;i=(\d+)$/;
const QUESTIONS_PER_CALL = 100;
/** Deeper than any type tree in use; a circle ends here. */
const MAX_DEPTH = 16;

export class DataTypes {
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  /** The type above each type that was met. */
  readonly #above = new Map<string, string>();

  constructor(connection: Connection, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Asks the server what lies above these types, up to the built-in ones. */
  async learn(types: readonly string[]): Promise<void> {
    const { session, library } = this.#connection;
    const common = { referenceTypeId: HAS_SUBTYPE, includeSubtypes: true, browseDirection: library.client.BrowseDirection.Inverse };
    let open = [...new Set(types)];
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      open = open.filter((type) => !isKnown(type) && !this.#above.has(type));
      if (open.length === 0) return;
      const results = await inBatches(
        open.map((nodeId) => ({ ...common, nodeId, resultMask: 63, nodeClassMask: 0 })),
        QUESTIONS_PER_CALL,
        async (batch) => session.browse(batch),
        this.#signal,
      );
      for (const [index, type] of open.entries()) {
        this.#above.set(type, results[index]?.references?.[0]?.nodeId.toString() ?? ANY_TYPE);
      }
      open = [...new Set(open.map((type) => this.#above.get(type) ?? ""))];
    }
  }

  /** The built-in type at bottom (`Int32` for an enumeration), or the abstract one (`Number`). */
  nameOf(type: string): string {
    const root = this.#root(type);
    if (root === ENUMERATION) return "Int32";
    return ABSTRACT.get(root) ?? this.builtIn(Number(BUILT_IN.exec(root)?.[1] ?? 0), "BaseDataType");
  }

  isEnumeration(type: string): boolean {
    return this.#root(type) === ENUMERATION;
  }

  isAbstract(type: string): boolean {
    return ABSTRACT.has(this.#root(type));
  }

  /** Name of a built-in type by its number, or `otherwise` for Null and unknown numbers. */
  builtIn(number: number, otherwise: string): string {
    return number === 0 ? otherwise : (TYPE_NAMES[number] ?? otherwise);
  }

  #root(type: string): string {
    let root = type;
    for (let depth = 0; depth < MAX_DEPTH && !isKnown(root); depth++) root = this.#above.get(root) ?? ANY_TYPE;
    return root;
  }
}

function isKnown(type: string): boolean {
  if (type === ENUMERATION || ABSTRACT.has(type)) return true;
  const number = Number(BUILT_IN.exec(type)?.[1] ?? 0);
  return number > 0 && number < TYPE_NAMES.length;
}
