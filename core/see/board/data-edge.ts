/** How far the data of a board's line reaches. It is the present of the line, which may lie hours behind the clock. */
import type { Query, QueryResult } from "../../connect/history/index.ts";
import { newestRow } from "./panel-state.ts";

export interface DataEdge {
  /** Source time of the newest row, ms UTC; never in the future. */
  readonly at: number;
  /** It advanced lately: the data is live, or catches up. False: nothing comes any more. */
  readonly moving: boolean;
}

/** Data that reaches to within this of the clock is not called behind. */
export const BEHIND_MS = 90_000;
/** An edge that has not advanced for so long stands still. */
const STILL_MS = 120_000;
/** At the first look nobody knows whether it advances; it is watched for so long before it is said to stand still. */
const DOUBT_MS = 30_000;
/** All panels of a board that refresh together share one look. */
const SHARED_MS = 1_000;
const DAY = 86_400_000;
/** Most plants have data of today; only when there is none is it worth to look further back. */
const LOOK_BACK_MS = [DAY, 8 * DAY] as const;

export interface DataEdgePorts {
  readonly query: (query: Query) => Promise<QueryResult>;
  readonly now: () => number;
}

export class DataEdgeWatch {
  readonly #ports: DataEdgePorts;
  readonly #newest: (window: { from: number; to: number }) => Query;
  #shared: { readonly since: number; readonly edge: Promise<DataEdge | null> } | undefined;
  #at: number | undefined;
  #movedAt = 0;

  /** `newest` asks for rows of the line in a window, of each series at least the newest. */
  constructor(ports: DataEdgePorts, newest: (window: { from: number; to: number }) => Query) {
    this.#ports = ports;
    this.#newest = newest;
  }

  /** Null when there is no data within reach. Fails as the historian fails. */
  read(): Promise<DataEdge | null> {
    const now = this.#ports.now();
    if (this.#shared && Math.abs(now - this.#shared.since) < SHARED_MS) return this.#shared.edge;
    const edge = this.#look(now);
    this.#shared = { since: now, edge };
    return edge;
  }

  async #look(now: number): Promise<DataEdge | null> {
    for (const backMs of LOOK_BACK_MS) {
      const found = newestRow(await this.#ports.query(this.#newest({ from: now - backMs, to: now })));
      if (found !== null) return this.#seen(found, now);
    }
    return null;
  }

  #seen(at: number, now: number): DataEdge {
    if (this.#at === undefined) this.#movedAt = Math.max(at, now - STILL_MS + DOUBT_MS);
    else if (at > this.#at) this.#movedAt = now;
    this.#at = at;
    return { at, moving: now - this.#movedAt <= STILL_MS };
  }
}

/** Nothing came for a while, and what there is lies behind the clock. */
export function stopped(edge: DataEdge | null, now: number): boolean {
  return edge !== null && !edge.moving && now - edge.at > BEHIND_MS;
}
