/**
 * Serves the live data of boards: one query per panel, range and choice, however many people look at it. Clock and
 * historian are passed in.
 */
import type { Historian } from "../../connect/history/index.ts";
import { DataEdgeWatch } from "./data-edge.ts";
import { Feed, type FeedPorts } from "./feed.ts";
import type { Choices } from "./panel-query.ts";
import type { Delta, PanelState } from "./panel-state.ts";
import type { RangeChoice, ShiftAt } from "./range.ts";
import { SharedQueries } from "./shared-queries.ts";
import type { Board, DataPanel } from "./spec.ts";
import { Turnstile } from "./turnstile.ts";
import { Viewer } from "./viewer.ts";

export interface BoardClock {
  now(): number;
  /** Calls once after `ms`; the answer cancels. */
  after(ms: number, job: () => void): () => void;
}

export interface BoardServerPorts {
  readonly historian: Pick<Historian, "query">;
  readonly clock: BoardClock;
  /** The shifts of the equipment that a board is about. */
  readonly shiftsOf: (asset: string) => ShiftAt;
  /** Faults that a person has to look at: a query that the historian refuses. */
  readonly fault: (sentence: string) => void;
}

export interface View {
  readonly board: Board;
  readonly range: RangeChoice;
  readonly choices: Choices;
}

/** What goes to one viewer: a panel whole, or how it differs from what that viewer has. */
export type PanelMessage = { readonly panel: string; readonly state: Omit<PanelState, "result"> } & (
  | { readonly result: PanelState["result"] }
  | { readonly delta: Delta }
);

/** One connected page. `send` answers false when the connection is full; nothing is sent then until `resume`. */
export interface Outlet {
  send(message: PanelMessage): boolean;
}

/** Queries at the same time; the rest waits its turn. */
const QUERIES_AT_ONCE = 4;
/** Different panels, ranges and choices in all. */
const MOST_FEEDS = 600;

export class BoardServer {
  readonly #ports: FeedPorts;
  readonly #feeds = new Map<string, Feed>();
  readonly #edges = new WeakMap<Board, DataEdgeWatch>();
  readonly #numbers = new WeakMap<Board, number>();
  #next = 1;

  constructor(ports: BoardServerPorts) {
    const historian = new SharedQueries(ports.historian, () => ports.clock.now());
    this.#ports = { ...ports, historian, turnstile: new Turnstile(QUERIES_AT_ONCE) };
  }

  /** Queries that run regularly at present. */
  get feeds(): number {
    return this.#feeds.size;
  }

  /** Starts sending to a page; undefined when the server has no room for what it asks. */
  open(view: View, outlet: Outlet): Viewer | undefined {
    const panels = view.board.rows.flatMap((row) => row.panels).filter((panel) => panel.kind !== "text");
    const keys = panels.map((panel) => feedKey(this.#numberOf(view.board), view, panel));
    if (this.#feeds.size + keys.filter((key) => !this.#feeds.has(key)).length > MOST_FEEDS) return undefined;
    const viewer = new Viewer(outlet, (feed, key) => {
      if (feed.watched || this.#feeds.get(key) !== feed) return;
      feed.stop();
      this.#feeds.delete(key);
    });
    for (const [index, panel] of panels.entries())
      viewer.watch(panel.id, this.#feed(keys[index] as string, view, panel), keys[index] as string);
    return viewer;
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.stop();
    this.#feeds.clear();
  }

  /** A board that replaced another of its id is a different one: its figures may have other units. */
  #numberOf(board: Board): number {
    const number = this.#numbers.get(board) ?? this.#next++;
    this.#numbers.set(board, number);
    return number;
  }

  #feed(key: string, view: View, panel: DataPanel): Feed {
    const known = this.#feeds.get(key);
    if (known) return known;
    const { board, choices } = view;
    const watch = this.#edge(board);
    const feed = new Feed(this.#ports, {
      panel,
      range: panel.range ?? view.range,
      choices,
      refreshMs: board.refreshMs,
      shiftAt: this.#ports.shiftsOf(panel.shiftsOf ?? board.shiftsOf ?? board.asset),
      edge: async () => watch?.read() ?? null,
    });
    this.#feeds.set(key, feed);
    return feed;
  }

  #edge(board: Board): DataEdgeWatch | undefined {
    const known = this.#edges.get(board);
    if (known || !board.edge) return known;
    const { historian, clock } = this.#ports;
    const watch = new DataEdgeWatch({ query: (query) => historian.query(query), now: () => clock.now() }, board.edge);
    this.#edges.set(board, watch);
    return watch;
  }
}

function feedKey(number: number, { board, range, choices }: View, panel: DataPanel): string {
  return JSON.stringify([number, panel.id, panel.range ?? range, board.variables.map(({ name }) => choices[name])]);
}
