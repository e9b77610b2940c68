import { aliasOf } from "./aliases.ts";
import { parseUnit } from "./unit.ts";

/** The namespace of UNECE's common codes in an EUInformation (OPC 10000-8, 5.6.4.3). */
const UNECE = "http://www.opcfoundation.org/UA/units/un/cefact";

/** Common codes of UNECE Recommendation 20 that machines of a plant report, as UCUM. */
const COMMON_CODES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "1": "C62",
    "%": "P1",
    "[ppm]": "59",
    "{pieces}": "H87 EA",
    us: "B98",
    ms: "C26",
    s: "SEC",
    min: "MIN",
    h: "HUR",
    d: "DAY",
    Cel: "CEL",
    "[degF]": "FAH",
    K: "KEL",
    um: "4H",
    mm: "MMT",
    cm: "CMT",
    m: "MTR",
    km: "KMT",
    "[in_i]": "INH",
    "[ft_i]": "FOT",
    mm2: "MMK",
    cm2: "CMK",
    m2: "MTK",
    ml: "MLT",
    l: "LTR",
    cm3: "CMQ",
    m3: "MTQ",
    mg: "MGM",
    g: "GRM",
    kg: "KGM",
    t: "TNE",
    "[lb_av]": "LBR",
    "[oz_av]": "ONZ",
    N: "NEW",
    kN: "B47",
    Pa: "PAL",
    hPa: "A97",
    kPa: "KPA",
    MPa: "MPA",
    mbar: "MBR",
    bar: "BAR",
    "[psi]": "PS",
    "N.m": "NU",
    "N.cm": "F88",
    "kN.m": "B48",
    J: "JOU",
    kJ: "KJO",
    "W.h": "WHR",
    "kW.h": "KWH",
    "MW.h": "MWH",
    W: "WTT",
    kW: "KWT",
    MW: "MAW",
    "V.A": "D46",
    "kV.A": "KVA",
    mA: "4K",
    A: "AMP",
    "A.h": "AMH",
    mV: "2Z",
    V: "VLT",
    kV: "KVT",
    Ohm: "OHM",
    Hz: "HTZ",
    kHz: "KHZ",
    MHz: "MHZ",
    "/min": "RPM C94",
    "/s": "RPS C97",
    "mm/s": "C16",
    "m/s": "MTS",
    "m/min": "2X",
    "km/h": "KMH",
    "m/s2": "MSK",
    "l/min": "L2",
    "l/h": "E32",
    "m3/h": "MQH",
    "m3/s": "MQS",
    "kg/s": "KGS",
    "kg/h": "E93",
    "g/cm3": "23",
    "kg/m3": "KMQ",
    "g/l": "GL",
    "mPa.s": "C24",
    "Pa.s": "C65",
    deg: "DD",
    rad: "C81",
    "rad/s": "2A",
    lx: "LUX",
    "[pH]": "Q30",
    dB: "2N",
  } satisfies Record<string, string>).flatMap(([ucum, codes]) => codes.split(" ").map((code) => [code, ucum] as const)),
);

/** Texts that are one unit in UCUM and mostly another on a display: coulomb or Celsius, tesla or tonne, siemens or seconds. */
const AMBIGUOUS: ReadonlySet<string> = new Set(["C", "F", "H", "P", "S", "T"]);

/** The engineering unit of a variable as OPC UA states it (EUInformation, OPC 10000-8, 5.6.4.3). */
export interface EngineeringUnit {
  readonly namespaceUri?: string;
  readonly unitId?: number;
  readonly displayName?: string;
}

/**
 * The UCUM code of an OPC UA engineering unit, by UNECE's common code or else by the text on the display; undefined
 * where neither is known or the text alone could mean two units.
 *
 * ucumOf({ namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact", unitId: 4408652 }) → "Cel"
 */
export function ucumOf({ namespaceUri, unitId, displayName }: EngineeringUnit): string | undefined {
  const known = namespaceUri === UNECE && unitId !== undefined ? COMMON_CODES.get(commonCode(unitId)) : undefined;
  if (known !== undefined) return known;
  const text = displayName?.trim() ?? "";
  if (AMBIGUOUS.has(text)) return undefined;
  const code = aliasOf(text) ?? text;
  return "value" in parseUnit(code) ? code : undefined;
}

/** The characters of a common code are the bytes of the number, the last one lowest (OPC 10000-8, 5.6.4.3). */
function commonCode(unitId: number): string {
  const bytes = [unitId >>> 24, (unitId >>> 16) & 255, (unitId >>> 8) & 255, unitId & 255];
  return String.fromCharCode(...bytes.filter((byte) => byte !== 0));
}
