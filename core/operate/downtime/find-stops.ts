/** Stops from the readings of a machine: the same timeline as that of OEE, with the name of the state and the reason. */
import { Column } from "../oee/column.ts";
import { bucketOf, type Readings } from "../oee/index.ts";
import { statesOf, type TimelineRules } from "../oee/timeline.ts";
import { LOSS_CLASSES, type LossClass } from "../../connect/model/index.ts";
import type { Stop } from "./stop.ts";

export interface StopRules extends Pick<TimelineRules, "timeModel" | "microStopMs" | "silenceMs" | "quietMs" | "maxima"> {
  /** The reason of the tree that a text of the stop reason tag, or a state, means for this machine. */
  readonly reasons: ReadonlyMap<string, string>;
}

export interface StopReadings {
  readonly machine: Readings;
  /** Texts of the stop reason tag. */
  readonly texts: Column<string | null>;
}

interface Known extends StopRules {
  /** The data time: silence is not known beyond it. */
  readonly until: number;
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly bucket: Said;
  readonly state: string;
}

type Said = ReturnType<typeof bucketOf>;

const GRAVITY: readonly Said[] = ["stop", "hold", "failure"];

/**
 * Every stop that touches [from, to], each at its full length as far as is known at `until` (the data time): a stop that
 * reaches it lasts. In order of start.
 */
export function stopsTouching(readings: StopReadings, from: number, to: number, until: number, rules: StopRules): Stop[] {
  const { machine } = readings;
  // The reading at `until` counts: what begins there has begun.
  const limit = until + 1;
  const known = { ...rules, until };
  let [low, high] = [from, Math.min(to + 1, limit)];
  // A stop reaches back and ahead over as many readings as say that the machine still stands.
  for (let before = around(machine, low - 1, rules); kindAt(before, low - 1, known) !== null; before = around(machine, low - 1, rules))
    low = lastChange(before, low, rules);
  for (let at = around(machine, high, rules); high < limit && kindAt(at, high, known) !== null; at = around(machine, high, rules))
    high = Math.min(limit, nextChange(at, high, rules));
  const result: Stop[] = [];
  let open: Piece[] = [];
  const close = (): void => {
    const last = open.at(-1);
    if (last !== undefined) result.push(stopFrom(open, last.end >= limit ? null : last.end, readings, rules));
    open = [];
  };
  for (const piece of pieces(spokenFor(machine, low, high, rules), low, high, known)) {
    const kind = kindOf(piece.bucket);
    if (open[0] !== undefined && kindOf(open[0].bucket) !== kind) close();
    if (kind !== null) open.push(piece);
  }
  close();
  return result;
}

/** Null where the machine does not stand. Consecutive own stops are one stop; waiting for others, set-up and planned stops are each their own. */
function kindOf(bucket: Said): string | null {
  if (GRAVITY.includes(bucket)) return "own";
  return isLoss(bucket) ? bucket : null;
}

function isLoss(bucket: Said): bucket is LossClass {
  return (LOSS_CLASSES as readonly string[]).includes(bucket);
}

/** A machine's states, modes and signs of life: as it said them, or as its counts say them for it. */
type Spoken = Pick<Readings, "state" | "mode" | "seen">;

/**
 * Right within [from, to). Where counts speak, a stop that began before may seem to begin later, but never later than
 * `quietMs` before `from`: who asks again from there finds its beginning.
 */
function spokenFor(machine: Readings, from: number, to: number, rules: StopRules): Spoken {
  return { state: statesOf(machine, from, to, rules), mode: machine.mode, seen: machine.seen };
}

function around(machine: Readings, t: number, rules: StopRules): Spoken {
  return spokenFor(machine, t, t + 1, rules);
}

function kindAt(machine: Spoken, t: number, rules: Known): string | null {
  return kindOf(at(machine, t, rules).bucket);
}

function at({ state, mode, seen }: Spoken, t: number, { timeModel, silenceMs, until }: Known): Omit<Piece, "start" | "end"> {
  const k = seen.at(t);
  const silent = silenceMs !== null && Math.min(seen.time(k + 1), until) - seen.time(k) > silenceMs;
  const name = state.value(state.at(t));
  return { bucket: silent ? "unknown" : bucketOf(timeModel, name, mode.value(mode.at(t))), state: name ?? "" };
}

function nextChange({ state, mode, seen }: Spoken, t: number, { silenceMs }: StopRules): number {
  return Math.min(
    state.time(state.at(t) + 1),
    mode.time(mode.at(t) + 1),
    silenceMs === null ? Number.POSITIVE_INFINITY : seen.time(seen.at(t) + 1),
  );
}

function lastChange({ state, mode, seen }: Spoken, t: number, { silenceMs }: StopRules): number {
  return Math.max(
    state.time(state.at(t - 1)),
    mode.time(mode.at(t - 1)),
    silenceMs === null ? Number.NEGATIVE_INFINITY : seen.time(seen.at(t - 1)),
  );
}

function* pieces(machine: Spoken, from: number, to: number, rules: Known): Generator<Piece> {
  for (let start = from; start < to; ) {
    const end = Math.min(to, nextChange(machine, start, rules));
    yield { start, end, ...at(machine, start, rules) };
    start = end;
  }
}

function stopFrom(all: readonly Piece[], end: number | null, { texts }: StopReadings, { microStopMs, reasons }: StopRules): Stop {
  const [first] = all as [Piece, ...Piece[]];
  const gravest = all.reduce((worst, piece) => (GRAVITY.indexOf(piece.bucket) > GRAVITY.indexOf(worst.bucket) ? piece : worst), first);
  const until = all.at(-1)?.end ?? first.end;
  const text = saidDuring(texts, first.start, until, reasons);
  return {
    start: first.start,
    end,
    bucket: gravest.bucket as LossClass,
    state: gravest.state,
    text,
    reason: (text === null ? undefined : reasons.get(text)) ?? reasons.get(gravest.state) ?? null,
    micro: end !== null && GRAVITY.includes(gravest.bucket) && end - first.start < microStopMs,
  };
}

/**
 * The text that names the stop: the first that the controller gave during it and that the tree knows, or else the one it
 * gave before, or else the first unknown one. A controller may give its reason a moment before it changes the state.
 */
function saidDuring(texts: Column<string | null>, from: number, to: number, reasons: ReadonlyMap<string, string>): string | null {
  const before = texts.at(from);
  const inside: string[] = [];
  for (let i = texts.time(before) === from ? before : before + 1; texts.time(i) < to && i < texts.length; i += 1) {
    const text = texts.value(i);
    if (text !== null && text !== undefined) inside.push(text);
  }
  const known = inside.find((text) => reasons.has(text));
  if (known !== undefined) return known;
  const carried = texts.value(before);
  return carried !== null && carried !== undefined && reasons.has(carried) ? carried : (inside[0] ?? null);
}
