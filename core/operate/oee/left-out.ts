/** Recorded samples without some of them: those of other corrections, which are stated when their turn comes. */
import type { Sample } from "../../connect/sample/index.ts";
import { MINUTE, READ_AT_ONCE } from "../minutes/index.ts";
import type { SampleReader } from "./beyond.ts";

/**
 * Reads as `read` does, without the samples at the instants of those that `leftOut` answers. It is asked after each reading,
 * so that what came meanwhile is left out too. Where the sample carried in is one of them, the last one before that is.
 */
export function readerWithout(read: SampleReader, leftOut: () => Iterable<Sample>): SampleReader {
  const split = async (range: Parameters<SampleReader>[0]): Promise<Split> => divided(await read(range), range.to, leftOut());
  return async (range) => {
    const { kept, out } = await split(range);
    if (out.length === 0) return kept;
    const result = [...kept];
    const carried = new Map<string, number>();
    for (const { tag, timestamp } of out)
      if (timestamp < range.from) carried.set(tag, Math.min(timestamp, carried.get(tag) ?? Number.POSITIVE_INFINITY));
    for (const [id, first] of carried) {
      if (kept.some(({ tag, timestamp }) => tag === id && timestamp < range.from)) continue;
      let before: number | undefined = first;
      for (let back = 0; before !== undefined; back = Math.min(READ_AT_ONCE, back * 2 + MINUTE)) {
        const to: number = before;
        const older = await split({ ...range, tags: range.tags.filter((tag) => tag.id === id), from: to - back, to });
        const last = inOrder(older.kept, to).at(-1);
        if (last !== undefined) result.push(last);
        before = last === undefined ? inOrder(older.out, to)[0]?.timestamp : undefined;
      }
    }
    return result;
  };
}

interface Split {
  readonly kept: readonly Sample[];
  readonly out: readonly Sample[];
}

function divided(found: readonly Sample[], to: number, leftOut: Iterable<Sample>): Split {
  const first = found.reduce((oldest, { timestamp }) => Math.min(oldest, timestamp), Number.POSITIVE_INFINITY);
  const instants = new Set<string>();
  for (const one of leftOut) if (one.timestamp >= first && one.timestamp < to) instants.add(instantOf(one));
  if (instants.size === 0) return { kept: found, out: [] };
  const isOut = (one: Sample): boolean => instants.has(instantOf(one));
  return { kept: found.filter((one) => !isOut(one)), out: found.filter(isOut) };
}

function inOrder(samples: readonly Sample[], to: number): readonly Sample[] {
  return samples.filter(({ timestamp }) => timestamp < to).toSorted((a, b) => a.timestamp - b.timestamp);
}

/** Whatever the value: there is one reading of an instant. */
function instantOf({ tag, timestamp }: Sample): string {
  return `${timestamp} ${tag}`;
}
