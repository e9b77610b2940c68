/**
 * Samples as rows of the measurement `telemetry`, and back.
 *
 * | value | fields |
 * |---|---|
 * | number | `v` |
 * | boolean | `v` 0 or 1; a boolean again when the tag's type is `bool` |
 * | text | `s` |
 * | int64 beyond 2^53 (decimal text, type `int64`) | `s` exact and `v` rounded, so that it can be plotted |
 * | null | neither |
 *
 * Every row has `q` (192 Good, 64 Uncertain, 0 Bad, 216 GoodNoData) and, where the protocol gave one, `sc`.
 * Unit, source and reception belong to the plant model and to provenance; they are not stored per row.
 */
import { QUALITY_CODE, reject, type Quality, type Reject, type Sample, type SampleValue } from "../sample/index.ts";
import type { LineBatch, Point } from "./historian.ts";
import { encodeLine, formatInstant, joinLines, MAX_TEXT_CHARS, quote, seriesKey, wellFormed } from "./line-protocol.ts";
import { NO_TAG } from "./measurements.ts";

/** Site and line of an asset from the plant model, for the convenience tags. */
export type SeriesOf = (asset: string) => { readonly site?: string | undefined; readonly line?: string | undefined };

/** The types that change how a stored value is read; others are read as stored. */
const INT64 = "int64";
const BOOL = "bool";

const QUALITY_WORD: ReadonlyMap<number, Quality> = new Map(
  Object.entries(QUALITY_CODE).map(([word, code]) => [code, word as Quality] as const),
);
const QUALITY_NUMBER: ReadonlyMap<string, number> = new Map(Object.entries(QUALITY_CODE));

/** Asset and signal of a canonical id: the signal begins at the first segment that starts with "_". */
export function splitTag(tag: string): { readonly asset: string; readonly signal: string } | undefined {
  const at = tag.indexOf("._");
  return at <= 0 || at + 2 >= tag.length ? undefined : { asset: tag.slice(0, at), signal: tag.slice(at + 1) };
}

export function joinTag(asset: string, signal: string): string {
  return `${asset}.${signal}`;
}

/** The row of one sample, or why it has none. */
export function toPoint(sample: Sample, seriesOf: SeriesOf): Point | Reject {
  const id = splitTag(sample.tag);
  if (!id) return malformedTag(sample);
  const fields = toFields(sample);
  if ("code" in fields) return fields;
  const { site, line } = seriesOf(id.asset);
  return {
    measurement: "telemetry",
    tags: { asset: id.asset, signal: id.signal, site: site ?? NO_TAG, line: line ?? NO_TAG },
    fields: { ...fields },
    time: sample.timestamp,
  };
}

/** What is stored of a row, as the readers of both adapters hand it over. */
export interface TelemetryRow {
  readonly time: number;
  readonly v?: number | null;
  readonly s?: string | null;
  readonly q?: number | null;
  readonly sc?: number | null;
}

/** The sample of one stored row. `type` is the tag's type in the plant model. */
export function fromRow(tag: string, row: TelemetryRow, type?: string): Sample {
  const exact = row.v != null && row.s != null;
  const shownType = type ?? (exact ? INT64 : undefined);
  return {
    tag,
    value: readValue(row, type),
    quality: QUALITY_WORD.get(row.q ?? QUALITY_CODE.Good) ?? "Bad",
    timestamp: row.time,
    ...(row.sc == null ? {} : { status: row.sc }),
    ...(shownType === undefined ? {} : { type: shownType }),
  };
}

function readValue(row: TelemetryRow, type: string | undefined): SampleValue {
  if (row.s != null) return row.s;
  if (row.v == null) return null;
  if (type === BOOL && (row.v === 0 || row.v === 1)) return row.v === 1;
  return row.v;
}

/**
 * What `Historian.readSamples` returns for a sample once it is written: the only form in which analytics may see a
 * sample, so that live, replay and recompute agree. Idempotent. A sample that cannot be stored gives its reject.
 */
export function storedForm(sample: Sample, type?: string): Sample | Reject {
  if (!splitTag(sample.tag)) return malformedTag(sample);
  if (formatInstant(sample.timestamp, 0) === undefined) return badTime(sample);
  const fields = toFields(sample);
  if ("code" in fields) return fields;
  const { v, s, q, sc } = fields;
  return fromRow(
    sample.tag,
    { time: sample.timestamp + 0, v: v ?? null, s: s === undefined ? null : wellFormed(s), q, sc: sc ?? null },
    type,
  );
}

type TelemetryFields = { v?: number; s?: string; q: number; sc?: number };

function toFields(sample: Sample): TelemetryFields | Reject {
  const q = QUALITY_NUMBER.get(sample.quality);
  if (q === undefined)
    return refuse("NOT_A_SAMPLE", sample, "quality", `Quality ${sample.quality} is not one of Good, Uncertain, Bad, GoodNoData.`);
  const fields: Partial<TelemetryFields> = {};
  const { value } = sample;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return refuse("NOT_FINITE", sample, "value", `The value of ${sample.tag} is ${value}.`);
    fields.v = value + 0;
  } else if (typeof value === "boolean") fields.v = value ? 1 : 0;
  else if (typeof value === "string") {
    if (sample.type === INT64 && /^-?\d{1,20}$/.test(value)) fields.v = Number(value) + 0;
    fields.s = value;
  } else if (value !== null) return refuse("NOT_A_SAMPLE", sample, "value", "The value is neither number, text, boolean nor null.");
  else if (sample.quality !== "Bad" && sample.quality !== "GoodNoData") {
    return refuse("NOT_A_SAMPLE", sample, "value", `A null value needs quality Bad or GoodNoData, not ${sample.quality}.`);
  }
  if (sample.status !== undefined) {
    if (!Number.isSafeInteger(sample.status)) return refuse("NOT_A_SAMPLE", sample, "status", "The status is not an integer.");
    return { ...fields, q, sc: sample.status + 0 };
  }
  return { ...fields, q };
}

/** A plant has fewer tags; a source that invents them must not grow the memory. */
const MAX_REMEMBERED_TAGS = 200_000;

/** Samples to lines at high rates: the series key of a tag is written once and remembered. */
export class TelemetryEncoder {
  readonly #seriesOf: SeriesOf;
  readonly #keys = new Map<string, string>();

  constructor(seriesOf: SeriesOf) {
    this.#seriesOf = seriesOf;
  }

  encode(samples: readonly Sample[]): { readonly batch: LineBatch; readonly rejects: readonly Reject[] } {
    const lines: string[] = [];
    const rejects: Reject[] = [];
    for (const sample of samples) {
      const line = this.line(sample);
      if (typeof line === "string") lines.push(line);
      else rejects.push(line);
    }
    return { batch: joinLines(lines), rejects };
  }

  line(sample: Sample): string | Reject {
    const key = this.#keys.get(sample.tag);
    // The plain number is nearly all of the traffic; everything else takes the general way.
    if (key === undefined || typeof sample.value !== "number" || !Number.isFinite(sample.value)) return this.#general(sample, key);
    const q = QUALITY_NUMBER.get(sample.quality);
    const instant = formatInstant(sample.timestamp, 0);
    if (q === undefined || instant === undefined || sample.status !== undefined) return this.#general(sample, key);
    return `${key} v=${sample.value},q=${q}i ${instant}`;
  }

  #general(sample: Sample, known: string | undefined): string | Reject {
    if (known === undefined) {
      const point = toPoint(sample, this.#seriesOf);
      if ("code" in point) return point;
      const key = seriesKey(point.measurement, point.tags);
      if (this.#keys.size >= MAX_REMEMBERED_TAGS) this.#keys.clear();
      if (typeof key === "string") this.#keys.set(sample.tag, key);
      const line = encodeLine(point);
      return typeof line === "string" ? line : { ...line, tag: sample.tag, input: sample };
    }
    const fields = toFields(sample);
    if ("code" in fields) return fields;
    const instant = formatInstant(sample.timestamp, 0);
    if (instant === undefined) return badTime(sample);
    const { v, s, q, sc } = fields;
    if (s !== undefined && s.length > MAX_TEXT_CHARS) {
      return refuse("TOO_LARGE", sample, "value", `The text is longer than ${MAX_TEXT_CHARS} characters.`);
    }
    let line = `${known} `;
    if (v !== undefined) line += `v=${v},`;
    if (s !== undefined) line += `s=${quote(s)},`;
    line += `q=${q}i`;
    if (sc !== undefined) line += `,sc=${sc}i`;
    return `${line} ${instant}`;
  }
}

function refuse(code: Reject["code"], sample: Sample, field: string, message: string): Reject {
  return reject(code, sample, { field, message, tag: sample.tag });
}

function malformedTag(sample: Sample): Reject {
  return refuse("UNKNOWN_TAG", sample, "tag", `${JSON.stringify(sample.tag)} is not <equipment path>.<_contract>.<name>.`);
}

function badTime(sample: Sample): Reject {
  return refuse("BAD_TIMESTAMP", sample, "timestamp", `The timestamp ${String(sample.timestamp)} is not an integer number of ms UTC.`);
}
