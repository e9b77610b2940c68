/** How ledger entries become rows of the historian: what boards add up or list → measurements of its own, everything else → `event`. */
import { MAX_TEXT_CHARS, NO_TAG, type Point, type SeriesOf, TRANSITION_VERDICTS } from "../history/index.ts";
import type { Json, JsonObject } from "../event/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { spcRow } from "./spc-rows.ts";

export const OEE_ATOM = "oee.atom.v1";
export const ENERGY_ATOM = "energy.atom.v1";
const OEE_LINE = "oee.line.v1";
const FILL_WEIGHT = "fill.weight.v1";
const ALARM_STATE = "alarm.state.v1";
const DOWNTIME_PART = "downtime.part.v1";
const PACKML_TRANSITION = "packml.transition.v1";
const ATOM_MS = 60_000;

/** One row per entry; its instant is start · 10^6 + revision nanoseconds, so that no revision overwrites another. */
export function rowOf(entry: LedgerEntry, seriesOf: SeriesOf): Point {
  const { asset, start: time, revision } = entry;
  const { site = NO_TAG, line = NO_TAG } = seriesOf(asset);
  const place = { asset, site, line };
  if (entry.kind === OEE_ATOM || entry.kind === OEE_LINE) {
    const { product, order, shift } = entry.data;
    // No order is no tag: such rows share their series with those from before orders were known, and replace them.
    const ordered = tagText(order) === NO_TAG ? {} : { order: tagText(order) };
    return {
      measurement: "oee",
      tags: { ...place, product: tagText(product), shift: tagText(shift), cut: String(modulo(time, ATOM_MS)), ...ordered },
      fields: { ...numbersOf(entry.data), ...numbersByStation(entry.data["stations"]), rev: revision },
      time,
      revision,
    };
  }
  if (entry.kind === ENERGY_ATOM) {
    const { product, order, shift } = entry.data;
    return {
      measurement: "energy",
      tags: { ...place, product: tagText(product), order: tagText(order), shift: tagText(shift), cut: String(modulo(time, ATOM_MS)) },
      fields: { ...numbersOf(entry.data), rev: revision },
      time,
      revision,
    };
  }
  if (entry.kind === FILL_WEIGHT) return fillRow(entry, seriesOf);
  if (entry.kind === ALARM_STATE) return alarmRow(entry, seriesOf);
  if (entry.kind === DOWNTIME_PART) {
    const { reason, loss } = entry.data;
    return {
      measurement: "downtime",
      tags: { ...place, reason: tagText(reason), loss: tagText(loss), cut: String(modulo(time, ATOM_MS)) },
      fields: { ...numbersOf(entry.data), rev: revision },
      time,
      revision,
    };
  }
  if (entry.kind === PACKML_TRANSITION) return { measurement: "transition", tags: place, fields: transition(entry), time, revision };
  const ofChart = spcRow(entry, seriesOf);
  if (ofChart !== undefined) return ofChart;
  return {
    measurement: "event",
    tags: { kind: entry.kind, ...place },
    fields: { rev: revision, ...(entry.end === null ? {} : { end: entry.end }), data: dataText(entry) },
    time,
    revision,
  };
}

/** The entry stands under the path of the weight; the row is the machine's. */
function fillRow({ start: time, revision, data }: LedgerEntry, seriesOf: SeriesOf): Point {
  const asset = tagText(data["asset"]);
  const { site = NO_TAG, line = NO_TAG } = seriesOf(asset);
  const [weight, product, shift] = [data["weight"], data["product"], data["shift"]].map(tagText) as [string, string, string];
  return {
    measurement: "fill",
    tags: { asset, site, line, weight, product, shift, cut: String(modulo(time, ATOM_MS)) },
    fields: { ...numbersOf(data), rev: revision },
    time,
    revision,
  };
}

const RANKS = ["critical", "high", "medium", "low"];

/** The entry stands under the alarm's path; the row is the machine's. Every revision states every field. */
function alarmRow(entry: LedgerEntry, seriesOf: SeriesOf): Point {
  const { start: time, revision, end, data } = entry;
  const asset = tagText(data["asset"]);
  const { site = NO_TAG, line = NO_TAG } = seriesOf(asset);
  const [state, returned, inhibited] = [data["state"], data["returned"], data["inhibited"]];
  const doers = [data["acknowledged"], inhibited].map((deed) => (deed as { by?: unknown } | null | undefined)?.by);
  const open = end === null ? 1 : 0;
  const annunciated = inhibited == null ? 1 : 0;
  // What was kept quiet or annunciated again while it held counts until then.
  const until = typeof returned === "number" ? returned : (end ?? time);
  return {
    measurement: "alarm",
    tags: { asset, site, line, alarm: tagText(data["alarm"]), priority: tagText(data["priority"]) },
    fields: {
      annunciated,
      // Sums of it count annunciations, however many revisions they have.
      came: revision === 1 ? annunciated : 0,
      open,
      unacknowledged: typeof state === "string" && open === 1 && state.endsWith("unacknowledged") ? 1 : 0,
      inhibited: 1 - annunciated,
      rank: Math.max(0, RANKS.indexOf(tagText(data["priority"]))),
      active_ms: annunciated === 1 ? until - time : 0,
      state: textOf(state),
      message: textOf(data["message"]),
      class: textOf(data["class"]),
      by: textOf(doers.find((by) => typeof by === "string")),
      rev: revision,
    },
    time,
    revision,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARS) : "";
}

/**
 * Where in its minute an atom starts. The latest revision is sought per series and minute, so atoms that start at
 * different instants of one minute must be different series, or one would hide the other.
 */
function modulo(time: number, length: number): number {
  return ((time % length) + length) % length;
}

function tagText(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : NO_TAG;
}

function numbersOf(data: JsonObject): Record<string, number> {
  return Object.fromEntries(Object.entries(data).filter((field): field is [string, number] => typeof field[1] === "number"));
}

/** A change of state. Equal states are one that a late sample has taken back. */
function transition({ data, revision }: LedgerEntry): Point["fields"] {
  const [from, to] = [tagText(data["from"]), tagText(data["to"])];
  const verdict =
    from === to ? TRANSITION_VERDICTS.takenBack : data["legal"] === true ? TRANSITION_VERDICTS.legal : TRANSITION_VERDICTS.illegal;
  return { from_state: from, to_state: to, mode: tagText(data["mode"]), verdict, rev: revision };
}

/** A line's atom says some things of each of its stations: `filler01.lost_ms`. */
function numbersByStation(stations: Json | undefined): Record<string, number> {
  const each = (Array.isArray(stations) ? stations : []) as readonly JsonObject[];
  return Object.fromEntries(
    each.flatMap(({ station, ...rest }) =>
      typeof station === "string" ? Object.entries(numbersOf(rest)).map(([field, value]) => [`${station}.${field}`, value]) : [],
    ),
  );
}

/** The historian's text fields are bounded; a longer statement is read in the ledger. */
function dataText(entry: LedgerEntry): string {
  const text = JSON.stringify(entry.data);
  return text.length <= MAX_TEXT_CHARS ? text : JSON.stringify({ inLedger: entry.id, characters: text.length });
}
