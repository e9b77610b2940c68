/** How a source says how far its value can be trusted, and what that means in OPC UA's severity words. */
import type { Quality } from "../sample/index.ts";

/** OPC UA Part 8, GoodNoData: the source is well, but there was nothing to report. */
const GOOD_NO_DATA = 0x00a50000;
/** OPC UA Part 4, 7.39.1: info type DataValue with the overflow bit. Values before this one are missing. */
const OVERFLOW = 0x0480;

const WORDS: ReadonlyMap<string, Quality> = new Map([
  ["good", "Good"],
  ["ok", "Good"],
  ["uncertain", "Uncertain"],
  ["stale", "Uncertain"],
  ["bad", "Bad"],
  ["goodnodata", "GoodNoData"],
]);

/**
 * The quality of one reading. A quality that the source states wins over its status code; without either the value
 * is Good. What is not understood is Uncertain: never trusted, never lost.
 */
export function qualityOf(stated: unknown, status: number | undefined, protocol: string): Quality {
  if (stated === "Good" || stated === "Uncertain" || stated === "Bad" || stated === "GoodNoData") return stated;
  if (stated !== undefined && stated !== null) return typeof stated === "number" ? fromNumber(stated) : fromWord(stated);
  if (status === undefined) return "Good";
  return protocol === "modbus" ? fromException(status) : fromStatusCode(status);
}

/** OPC UA Part 4, 7.39: the two highest bits of a StatusCode are its severity. */
export function fromStatusCode(status: number): Quality {
  if (!Number.isFinite(status)) return "Uncertain";
  const severity = status >>> 30;
  if (severity === 0) {
    if ((status & 0xffff0000) === GOOD_NO_DATA) return "GoodNoData";
    return (status & OVERFLOW) === OVERFLOW ? "Uncertain" : "Good";
  }
  return severity === 1 ? "Uncertain" : "Bad";
}

/** Classic OPC quality (192 to 215 good, 64 to 127 uncertain, below 64 bad), our stored 216, and Sparkplug's 500 (stale). */
function fromNumber(code: number): Quality {
  if (code === 216) return "GoodNoData";
  if (code >= 192 && code <= 255) return "Good";
  return code >= 0 && code < 64 ? "Bad" : "Uncertain";
}

/** A Modbus exception code: 0 stands for none. */
function fromException(code: number): Quality {
  return code === 0 ? "Good" : "Bad";
}

function fromWord(stated: unknown): Quality {
  if (typeof stated !== "string" || stated.length > 32) return "Uncertain";
  return (
    WORDS.get(
      stated
        .trim()
        .toLowerCase()
        .replaceAll(/[\s_-]/g, ""),
    ) ?? "Uncertain"
  );
}
