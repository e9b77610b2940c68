/** Modbus registers: their addresses, and values that take more than one of them. */

/** Function codes that read, and the area each reads (Modbus Application Protocol V1.1b3, 6.1 to 6.4). */
export const AREAS: ReadonlyMap<number, string> = new Map([
  [1, "coil"],
  [2, "discrete"],
  [3, "holding"],
  [4, "input"],
]);

/** Registers and bits per type. */
const TYPES = { int16: 1, uint32: 2, int32: 2, float32: 2, uint64: 4, int64: 4, float64: 4 } as const;
export type RegisterType = keyof typeof TYPES;

/** A value over one register or several, as a row or the plant model addresses it. */
export interface TypedRegister {
  readonly address: string;
  readonly type: RegisterType;
  /** Registers that it takes. */
  readonly words: number;
  /** The device sends the low word first. */
  readonly wordsSwapped: boolean;
  /** The device sends the low byte of each word first. */
  readonly bytesSwapped: boolean;
}

const TYPED = /^(\d{1,3}\/(?:holding|input)\/\d{1,5})\/(int16|uint32|int32|float32|uint64|int64|float64)(?:\/(ABCD|CDAB|BADC|DCBA))?$/;

/**
 * Finds the typed registers among addresses, by the address of their first register.
 *
 * typedRegisters(["1/holding/100/float32/CDAB"]).get("1/holding/100") → float32 over 2 registers, low word first
 */
export function typedRegisters(addresses: Iterable<string>): ReadonlyMap<string, TypedRegister> {
  const found = new Map<string, TypedRegister>();
  for (const address of addresses) {
    const [, first, type, order = "ABCD"] = TYPED.exec(address) ?? [];
    if (first === undefined || type === undefined) continue;
    found.set(first, {
      address,
      type: type as RegisterType,
      words: TYPES[type as RegisterType],
      wordsSwapped: order === "CDAB" || order === "DCBA",
      bytesSwapped: order === "BADC" || order === "DCBA",
    });
  }
  return found;
}

/** The value in `registers`, each 0 to 65535; 64-bit integers as decimal text. Undefined when one of them is no register. */
export function valueOf(registers: readonly unknown[], typed: TypedRegister): number | string | undefined {
  const view = new DataView(new ArrayBuffer(2 * typed.words));
  for (let at = 0; at < typed.words; at += 1) {
    const word = registers[typed.wordsSwapped ? typed.words - 1 - at : at];
    if (typeof word !== "number" || !Number.isInteger(word) || word < 0 || word > 0xffff) return undefined;
    view.setUint16(2 * at, word, typed.bytesSwapped);
  }
  switch (typed.type) {
    case "int16":
      return view.getInt16(0);
    case "uint32":
      return view.getUint32(0);
    case "int32":
      return view.getInt32(0);
    case "float32":
      return view.getFloat32(0);
    case "float64":
      return view.getFloat64(0);
    case "uint64":
      return view.getBigUint64(0).toString();
    default:
      return view.getBigInt64(0).toString();
  }
}
