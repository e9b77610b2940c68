/** Compares what a flow put out with what was recorded, node by node. */
import { type EqualityOptions, firstDifference } from "./equal.ts";
import type { RecordedEntry, RecordedMessage } from "./line.ts";
import type { NumberedEntry } from "./read.ts";

export interface CompareOptions {
  /** Names of members that are not compared, at any depth. */
  readonly ignore: readonly string[];
  /** Relative above 1, absolute below; 0: exact. Whole numbers are always compared exactly. */
  readonly tolerance: number;
  /** `strict`: the messages of a node in their order. `tag`: the samples of each tag in theirs, however they are packed. */
  readonly order: "strict" | "tag";
  /** So many differences are described; all are counted. */
  readonly most: number;
}

export const COMPARE_DEFAULTS: CompareOptions = { ignore: ["received"], tolerance: 0, order: "strict", most: 10 };

/** One place where the outputs differ. `position` counts the messages (or samples) of `node` (and `tag`) from 1. */
export type Difference = {
  readonly node: string;
  readonly tag?: string;
  readonly position: number;
  /** Line of the recording. */
  readonly line?: number;
  /** ms UTC: of the expected message, or of the actual one where none was expected. */
  readonly at: number;
} & (
  | { readonly kind: "changed"; readonly path: string; readonly expected: unknown; readonly actual: unknown }
  | { readonly kind: "missing"; readonly expected: unknown }
  | { readonly kind: "extra"; readonly actual: unknown }
);

export interface Comparison {
  /** Messages, or samples with `order: "tag"`. */
  readonly expected: number;
  readonly actual: number;
  readonly equal: number;
  readonly different: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

interface Item {
  readonly at: number;
  readonly line?: number;
  readonly value: unknown;
}
interface Stream {
  readonly node: string;
  readonly tag?: string;
  readonly expected: Item[];
  readonly actual: Item[];
}

/** Order between different nodes is not compared: Node-RED does not promise one. Nor is `at`, which is processing time. */
export function compareOutputs(
  expected: readonly NumberedEntry[],
  actual: readonly RecordedEntry[],
  options: CompareOptions = COMPARE_DEFAULTS,
): Comparison {
  const streams = new Map<string, Stream>();
  for (const entry of expected)
    for (const item of itemsOf(entry, options.order)) streamOf(streams, entry.node, item.tag).expected.push(item);
  for (const entry of actual) for (const item of itemsOf(entry, options.order)) streamOf(streams, entry.node, item.tag).actual.push(item);
  const found: Difference[] = [];
  const total = { expected: 0, actual: 0, equal: 0, different: 0 };
  for (const stream of streams.values()) {
    total.expected += stream.expected.length;
    total.actual += stream.actual.length;
    const { equal, differences } = compareStream(stream, { ignore: new Set(options.ignore), tolerance: options.tolerance });
    total.equal += equal;
    total.different += differences.length;
    for (const difference of differences) if (found.length < options.most) found.push(difference);
  }
  return { ...total, differences: found };
}

function streamOf(streams: Map<string, Stream>, node: string, tag: string | undefined): Stream {
  const key = tag === undefined ? node : `${node}\n${tag}`;
  let stream = streams.get(key);
  if (stream === undefined) {
    stream = { node, ...(tag === undefined ? {} : { tag }), expected: [], actual: [] };
    streams.set(key, stream);
  }
  return stream;
}

function itemsOf(entry: RecordedEntry & { readonly line?: number }, order: CompareOptions["order"]): readonly (Item & { tag?: string })[] {
  const item = (value: unknown, tag?: string): Item & { tag?: string } => ({
    at: entry.at,
    value,
    ...(entry.line === undefined ? {} : { line: entry.line }),
    ...(tag === undefined ? {} : { tag }),
  });
  const samples = order === "tag" ? samplesOf(entry.message) : undefined;
  return samples?.map((sample) => item({ payload: sample }, sample.tag)) ?? [item(entry.message)];
}

/** The samples of a message; undefined when its payload holds anything else. */
function samplesOf({ payload }: RecordedMessage): readonly { readonly tag: string }[] | undefined {
  const items: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  const all = items.every((item) => typeof item === "object" && item !== null && typeof (item as { tag?: unknown }).tag === "string");
  return all ? (items as readonly { tag: string }[]) : undefined;
}

/** So far ahead a message is looked for after a difference, before both are taken for one that changed. */
const LOOK_AHEAD = 16;

function compareStream({ node, tag, expected, actual }: Stream, options: EqualityOptions): { equal: number; differences: Difference[] } {
  const differences: Difference[] = [];
  let equal = 0;
  const same = (i: number, j: number): boolean => firstDifference(expected[i]?.value, actual[j]?.value, options) === undefined;
  const place = (item: Item, index: number): Pick<Difference, "node" | "tag" | "position" | "line" | "at"> => ({
    node,
    ...(tag === undefined ? {} : { tag }),
    position: index + 1,
    ...(item.line === undefined ? {} : { line: item.line }),
    at: item.at,
  });
  let [i, j] = [0, 0];
  const missing = (count: number): void => {
    for (const item of expected.slice(i, i + count)) differences.push({ ...place(item, i++), kind: "missing", expected: item.value });
  };
  const extra = (count: number): void => {
    for (const item of actual.slice(j, j + count)) differences.push({ ...place(item, j++), kind: "extra", actual: item.value });
  };
  while (i < expected.length && j < actual.length) {
    const [want, got] = [expected[i] as Item, actual[j] as Item];
    const difference = firstDifference(want.value, got.value, options);
    if (difference === undefined) {
      [i, j, equal] = [i + 1, j + 1, equal + 1];
      continue;
    }
    const alone = i + 1 < expected.length && j + 1 < actual.length && same(i + 1, j + 1);
    const shift = alone
      ? 0
      : nearestMatch(
          expected.length - i,
          actual.length - j,
          (ahead) => same(i + ahead, j),
          (ahead) => same(i, j + ahead),
        );
    if (shift > 0) missing(shift);
    else if (shift < 0) extra(-shift);
    else {
      differences.push({ ...place(want, i), kind: "changed", ...difference });
      [i, j] = [i + 1, j + 1];
    }
  }
  missing(expected.length - i);
  extra(actual.length - j);
  return { equal, differences };
}

/** How many expected (positive) or actual (negative) items lie before the next match; 0 when there is none near. */
function nearestMatch(left: number, right: number, missing: (ahead: number) => boolean, extra: (ahead: number) => boolean): number {
  for (let ahead = 1; ahead <= LOOK_AHEAD; ahead += 1) {
    if (ahead < left && missing(ahead)) return ahead;
    if (ahead < right && extra(ahead)) return -ahead;
  }
  return 0;
}
