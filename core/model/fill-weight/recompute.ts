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

/**
 * Counts the intervals of `stretch` again and states them; a part that is no more is withdrawn: stated without packages.
 * `rawFrom`: older samples are deleted; an interval that began before is left as it was.
 */
export async function recount(stream: FillStream, stretch: Stretch, read: SampleReader, rawFrom: number | null): Promise<Recounted> {
  const { definition } = stream;
  const events: FillWeightEvent[] = [];
  const rejects: Reject[] = [];
  const first = stream.countedFrom ?? Number.POSITIVE_INFINITY;
  for (let at = Math.max(stretch.from, first); at < stretch.to; ) {
    const interval = definition.intervals.at(at);
    const piece = { from: Math.max(interval.start, first), to: interval.end };
    if (rawFrom !== null && piece.from < rawFrom) {
      const message = `What was recorded before ${new Date(rawFrom).toISOString()} is deleted; the interval stays as it was stated.`;
      rejects.push(reject("ANCIENT_TIMESTAMP", { asset: definition.asset, ...piece }, { message, tag: definition.tag }));
    } else {
      const again = counted(definition, piece, await samplesOf(definition, piece, read));
      const parts = again.parts;
      const were = stream.restated(piece, parts);
      const gone = were.filter(({ start, product }) => !parts.some((part) => part.start === start && part.product === product));
      events.push(...gone.flatMap((part) => withdrawn(definition, part)), ...again.events);
      rejects.push(...again.rejects);
    }
    at = interval.end;
  }
  return { events, rejects };
}

function counted(
  definition: FillDefinition,
  { from, to }: Stretch,
  samples: readonly Sample[],
): Recounted & { readonly parts: readonly StatedPart[] } {
  const stream = new FillStream({ ...definition, latenessMs: 0 });
  stream.from(from);
  const { events, rejects } = stream.count(samples, to);
  const restated = events.map((event) => ({ ...event, revision: 2, evidence: evidenceOf(event, definition) }));
  return { events: restated, rejects, parts: stream.stated };
}

/** As it was when the interval was first stated. */
function evidenceOf({ end, evidence }: FillWeightEvent, { latenessMs }: FillDefinition): NonNullable<FillWeightEvent["evidence"]> {
  return { ...evidence, watermark: (end ?? 0) + latenessMs };
}

/** With the product that was said last before it: one that cannot be read says nothing. */
async function samplesOf({ tag, productTag }: FillDefinition, { from, to }: Stretch, read: SampleReader): Promise<readonly Sample[]> {
  const tags = [tag, productTag].filter((id) => id !== null).map((id) => ({ id }));
  const found = await read({ tags, from, to, carryIn: true });
  const within = found.filter(({ timestamp }) => timestamp >= from && timestamp < to);
  let carried = found.filter((one) => one.tag === productTag && one.timestamp < from).at(-1);
  while (carried !== undefined && (carried.quality === "Bad" || carried.value === null)) {
    const { tag: id, timestamp } = carried;
    carried = (await read({ tags: [{ id }], from: timestamp, to: timestamp, carryIn: true })).find((one) => one.timestamp < timestamp);
  }
  return carried === undefined ? within : [carried, ...within];
}

function withdrawn(definition: FillDefinition, part: StatedPart): FillWeightEvent[] {
  const terms = termsOf(definition, part.product);
  if (typeof terms === "string") return [];
  return [{ ...fillWeightEvent(definition, { ...part, terms, packages: new Packages(terms.limits) }, part.start), revision: 2 }];
}
