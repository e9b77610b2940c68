/** One connected page: sends each panel whole first, then differences, and never more than its connection takes. */
import type { Outlet } from "./board-server.ts";
import type { Feed } from "./feed.ts";

interface Watched {
  readonly feed: Feed;
  readonly key: string;
  readonly end: () => void;
  /** Version of the feed that the page has. */
  sent: number;
}

export class Viewer {
  readonly #outlet: Outlet;
  readonly #left: (feed: Feed, key: string) => void;
  readonly #watched = new Map<string, Watched>();
  #full = false;

  constructor(outlet: Outlet, left: (feed: Feed, key: string) => void) {
    this.#outlet = outlet;
    this.#left = left;
  }

  watch(panel: string, feed: Feed, key: string): void {
    const watched: Watched = { feed, key, sent: 0, end: feed.watch(() => this.#send(panel)) };
    this.#watched.set(panel, watched);
    this.#send(panel);
  }

  /** The connection has room again: what changed meanwhile follows, each panel once. */
  resume(): void {
    this.#full = false;
    for (const panel of this.#watched.keys()) this.#send(panel);
  }

  close(): void {
    for (const { feed, key, end } of this.#watched.values()) {
      end();
      this.#left(feed, key);
    }
    this.#watched.clear();
  }

  #send(panel: string): void {
    const watched = this.#watched.get(panel);
    const state = watched?.feed.state;
    if (!watched || !state || this.#full || watched.sent === watched.feed.version) return;
    const { result, ...rest } = state;
    const delta = watched.sent > 0 && watched.sent === watched.feed.version - 1 ? watched.feed.delta : undefined;
    watched.sent = watched.feed.version;
    this.#full = !this.#outlet.send(delta ? { panel, state: rest, delta } : { panel, state: rest, result });
  }
}
