/** Intervals that late packages make different, counted again from recorded samples: what replaying them in order would state. */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { SampleReader } from "../../operate/oee/index.ts";
import { type FillDefinition, termsOf } from "./definition.ts";
import { type FillWeightEvent, fillWeightEvent } from "./event.ts";
import { Packages } from "./packages.ts";
import type { StatedPart, Stretch } from "./stated.ts";
import { FillStream } from "./stream.ts";

export interface Recounted {
  readonly events: readonly FillWeightEvent[];
  readonly rejects: readonly Reject[];
}

/** From what it is counted. */
export interface Recording {
  readonly read: SampleReader;
  /** Older samples are deleted; an interval that began before is left as it was. */
  readonly rawFrom: number | null;
  /** Awaited between pieces, so that nothing else waits for long. */
  readonly turn: () => Promise<unknown>;
}

interface Piece extends Recounted {
  readonly piece: Stretch;
  readonly parts: readonly StatedPart[];
}

const READ_AT_ONCE = 2 * 3_600_000;
const SAMPLES_AT_ONCE = 1_000;

/**
 * Counts the intervals of these stretches again and states them; a part that is no more is withdrawn: stated without packages.
 * Everything is read before anything is restated: a read that fails changes nothing, and it can be tried again.
 */
export async function recount(stream: FillStream, stretches: readonly Stretch[], recording: Recording): Promise<Recounted> {
  const { definition } = stream;
  const { rawFrom } = recording;
  const pieces: Piece[] = [];
  const rejects: Reject[] = [];
  for (const piece of piecesOf(stream, stretches))
    if (rawFrom !== null && piece.from < rawFrom) {
      const message = `What was recorded before ${new Date(rawFrom).toISOString()} is deleted; the interval stays as it was stated.`;
      rejects.push(reject("ANCIENT_TIMESTAMP", { asset: definition.asset, ...piece }, { message, tag: definition.tag }));
    } else pieces.push(await counted(definition, piece, recording));
  const events = pieces.flatMap((again) => {
    const short = shortOf(stream, again);
    rejects.push(...(short === null ? again.rejects : [short]));
    return short === null ? restated(stream, again) : [];
  });
  return { events, rejects };
}

/** Whole intervals, once each, as far back as they were counted. */
function piecesOf({ definition, countedFrom }: FillStream, stretches: readonly Stretch[]): readonly Stretch[] {
  const first = countedFrom ?? Number.POSITIVE_INFINITY;
  const pieces = new Map<number, Stretch>();
  for (const { from, to } of stretches)
    for (let at = Math.max(from, first); at < to; ) {
      const interval = definition.intervals.at(at);
      pieces.set(interval.start, { from: Math.max(interval.start, first), to: interval.end });
      at = interval.end;
    }
  return [...pieces.values()];
}

/** Late packages make more: where fewer are recorded than were counted, what is recorded says nothing of the interval. */
function shortOf({ definition, stated }: FillStream, { piece, parts, rejects }: Piece): Reject | null {
  const before = packagesOf(stated.filter(({ start }) => start >= piece.from && start < piece.to));
  const now = packagesOf(parts);
  // What has no nominal content by now was a package all the same.
  if (now + rejects.filter(({ code }) => code === "NO_NOMINAL").length >= before) return null;
  const message = `${before} packages were counted, but ${now} are recorded; the interval stays as it was stated. See that the historian keeps ${definition.tag}.`;
  return reject("TOO_FEW", { asset: definition.asset, ...piece }, { message, tag: definition.tag });
}

function packagesOf(parts: readonly StatedPart[]): number {
  return parts.reduce((sum, { n }) => sum + n, 0);
}

function restated(stream: FillStream, { piece, parts, events }: Piece): readonly FillWeightEvent[] {
  const were = stream.restated(piece, parts);
  const gone = were.filter(({ start, product }) => !parts.some((part) => part.start === start && part.product === product));
  return [...gone.flatMap((part) => withdrawn(stream.definition, part)), ...events];
}

/** In order of time and by the piece: historians answer tag by tag, an hour may hold a hundred thousand packages. */
async function counted(definition: FillDefinition, piece: Stretch, { read, turn }: Recording): Promise<Piece> {
  const { tag, productTag } = definition;
  const tags = [tag, productTag].filter((id) => id !== null).map((id) => ({ id }));
  const stream = new FillStream({ ...definition, latenessMs: 0 });
  stream.from(piece.from);
  const all = [stream.push(await productBefore(definition, piece.from, read))];
  for (let from = piece.from; from < piece.to; from += READ_AT_ONCE) {
    const to = Math.min(piece.to, from + READ_AT_ONCE);
    const found = await read({ tags, from, to, carryIn: true });
    const samples = found.filter(({ timestamp }) => timestamp >= from && timestamp < to).toSorted((a, b) => a.timestamp - b.timestamp);
    for (let start = 0; start < samples.length; start += SAMPLES_AT_ONCE) {
      all.push(stream.push(samples.slice(start, start + SAMPLES_AT_ONCE)));
      await turn();
    }
  }
  all.push(stream.count([], piece.to));
  const events = all.flatMap((one) => one.events);
  const again = events.map((event) => ({ ...event, revision: 2, evidence: evidenceOf(event, definition) }));
  return { piece, events: again, rejects: all.flatMap(({ rejects }) => rejects), parts: stream.stated };
}

/** As it was when the interval was first stated. */
function evidenceOf({ end, evidence }: FillWeightEvent, { latenessMs }: FillDefinition): NonNullable<FillWeightEvent["evidence"]> {
  return { ...evidence, watermark: (end ?? 0) + latenessMs };
}

/** The sample that said last, before an instant, what is being made: one that cannot be read says nothing. None: nobody knows. */
export async function productBefore(
  { productTag }: Pick<FillDefinition, "productTag">,
  instant: number,
  read: SampleReader,
): Promise<readonly Sample[]> {
  if (productTag === null) return [];
  for (let at = instant; ; ) {
    const found = await read({ tags: [{ id: productTag }], from: at, to: at + 1, carryIn: true });
    const before = found.findLast(({ timestamp }) => timestamp < at);
    if (before === undefined) return [];
    if (before.quality !== "Bad" && before.value !== null) return [before];
    at = before.timestamp;
  }
}

function withdrawn(definition: FillDefinition, part: StatedPart): FillWeightEvent[] {
  const terms = termsOf(definition, part.product);
  if (typeof terms === "string") return [];
  return [{ ...fillWeightEvent(definition, { ...part, terms, packages: new Packages(terms.limits) }, part.start), revision: 2 }];
}
