/** HistoryRead raw of many nodes with continuation points, bounded. */
import type { ClientSession, DataValue, HistoryReadResult } from "node-opcua-client";
import type { OpcUaLibrary } from "./library.ts";

export interface HistoryRange {
  readonly nodeId: string;
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
}

export interface HistoryAnswer {
  readonly values: readonly DataValue[];
  /** False when the server has no history for this node, or the bound was reached before the end. */
  readonly complete: boolean;
}

const PAGE = 2000;
const NODES_PER_CALL = 20;
const SAME_BEGINNING_MS = 120_000;
/** Upper bound of one backfill over all nodes: about an hour of a busy line, and what fits in memory without harm. */
export const MAX_BACKFILL = 1_000_000;

/** One answer per range, in the order of the ranges. Values are oldest first. */
export async function readHistory(
  library: OpcUaLibrary,
  session: ClientSession,
  ranges: readonly HistoryRange[],
): Promise<HistoryAnswer[]> {
  const answers = new Map<HistoryRange, HistoryAnswer>();
  let room = MAX_BACKFILL;
  for (const group of together(ranges)) {
    const read = await readTogether(library, session, group, room);
    group.forEach((range, index) => answers.set(range, read[index] ?? { values: [], complete: false }));
    room -= read.reduce((sum, answer) => sum + answer.values.length, 0);
  }
  return ranges.map((range) => answers.get(range) ?? { values: [], complete: false });
}

/** One request has one time range, so only nodes with about the same beginning share one. */
function together(ranges: readonly HistoryRange[]): HistoryRange[][] {
  const groups: HistoryRange[][] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const group = groups.at(-1);
    if (group && group.length < NODES_PER_CALL && range.from - (group[0]?.from ?? 0) < SAME_BEGINNING_MS) group.push(range);
    else groups.push([range]);
  }
  return groups;
}

interface Pending extends HistoryRange {
  readonly values: DataValue[];
  continuationPoint: Buffer | null;
  complete: boolean;
}

async function readTogether(
  library: OpcUaLibrary,
  session: ClientSession,
  ranges: readonly HistoryRange[],
  room: number,
): Promise<Pending[]> {
  const { client } = library;
  const nodes: Pending[] = ranges.map((range) => ({ ...range, values: [], continuationPoint: null, complete: false }));
  // One request has one time range; each node's own beginning is cut out afterwards.
  const from = Math.min(...ranges.map((r) => r.from));
  const to = Math.max(...ranges.map((r) => r.to));
  const details = new client.ReadRawModifiedDetails({
    startTime: new Date(from),
    endTime: new Date(to),
    numValuesPerNode: PAGE,
    returnBounds: false,
    isReadModified: false,
  });
  const ask = async (some: readonly Pending[], releaseContinuationPoints: boolean): Promise<HistoryReadResult[]> => {
    const response = await session.historyRead(
      new client.HistoryReadRequest({
        historyReadDetails: details,
        timestampsToReturn: client.TimestampsToReturn.Both,
        releaseContinuationPoints,
        nodesToRead: some.map(({ nodeId, continuationPoint }) => ({ nodeId, ...(continuationPoint ? { continuationPoint } : {}) })),
      }),
    );
    return response.results ?? [];
  };
  let open = nodes;
  while (open.length > 0 && nodes.reduce((sum, node) => sum + node.values.length, 0) < room) {
    const results = await ask(open, false);
    for (const [index, node] of open.entries()) {
      const result = results[index];
      node.continuationPoint = result?.continuationPoint?.length ? result.continuationPoint : null;
      const page = result?.statusCode.isGood() ? valuesOf(result) : [];
      for (const value of page) {
        const time = value.sourceTimestamp?.getTime() ?? -Infinity;
        if (time >= node.from && time < node.to) node.values.push(value);
      }
      if (result?.statusCode.isGood() && !node.continuationPoint) node.complete = true;
    }
    open = open.filter((node) => node.continuationPoint);
  }
  if (open.length > 0) await ask(open, true);
  return nodes;
}

function valuesOf(result: HistoryReadResult): DataValue[] {
  const history = result.historyData as { dataValues?: DataValue[] | null } | null;
  return history?.dataValues ?? [];
}
