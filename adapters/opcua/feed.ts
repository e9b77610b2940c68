/** A feed: the values of a list of nodes, live, with the gaps marked and filled. Many feeds share the session of an endpoint. */
import type { ClientSubscription, DataValue } from "node-opcua-client";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import { nodeIdOf } from "./address.ts";
import { type HistoryRange, readHistory } from "./backfill.ts";
import { Continuity, type ResumeState } from "./continuity.ts";
import { Dropped, MAX_HELD, newestOf } from "./dropped.ts";
import { type Connection, monitored, nodesOf, type RefusedNode, type Sampling, type WatchedNodes } from "./items.ts";
import { BAD_COMMUNICATION, hasOverflowed, readingOf } from "./reading.ts";

export interface FeedRequest extends WatchedNodes, Sampling {
  /** Milliseconds. */
  readonly publishingInterval: number;
  readonly resume?: ResumeState;
}

export interface FeedListener {
  readings(batch: readonly SourceReading[]): void;
  refused(nodes: readonly RefusedNode[]): void;
  /** Items are being delivered, or the connection is gone. */
  changed(): void;
}

export interface FeedStats {
  readonly live: boolean;
  readonly items: number;
  readonly delivered: number;
  readonly backfilled: number;
  readonly gaps: number;
  /** Times that a server-side queue lost values; each is read again from history where there is one. */
  readonly overflows: number;
  /** What history did not give back: how many times for how many tags together, and why the latest; null while nothing is missing. */
  readonly unrecovered: { readonly times: number; readonly reason: string } | null;
}

const LIFETIME_COUNT = 1200;
const KEEP_ALIVE_COUNT = 20;
const NO_TIME = "the server gives no source time to read it again by";
/** Server clocks may run ahead of ours; history is asked up to a little after now. */
const AHEAD_MS = 3_600_000;

export class Feed {
  readonly #request: FeedRequest;
  readonly #listener: FeedListener;
  readonly #now: () => number;
  readonly #onFault: (error: unknown) => void;
  readonly #continuity: Continuity;
  #addresses: string[] = [];
  #present = new Map<string, SourceReading>();
  #firstLive = new Map<string, number>();
  readonly #dropped = new Dropped();
  #connection: Connection | null = null;
  #batch: SourceReading[] = [];
  #holding = false;
  #room = MAX_HELD;
  #flushing = false;
  #subscription: ClientSubscription | null = null;
  #onFirst: (() => void) | null = null;
  #heard = 0;
  #delivered = 0;
  #backfilled = 0;
  #gaps = 0;
  #overflows = 0;
  #unrecovered: FeedStats["unrecovered"] = null;

  constructor(request: FeedRequest, listener: FeedListener, now: () => number, onFault: (error: unknown) => void) {
    this.#request = request;
    this.#listener = listener;
    this.#now = now;
    this.#onFault = onFault;
    this.#continuity = new Continuity(request.resume);
  }

  get stats(): FeedStats {
    const items = this.#addresses.length;
    const live = this.#subscription !== null && !this.#holding;
    return {
      live,
      items,
      delivered: this.#delivered,
      backfilled: this.#backfilled,
      gaps: this.#gaps,
      overflows: this.#overflows,
      unrecovered: this.#unrecovered,
    };
  }

  /** What to pass as `resume` next time. */
  get resumeState(): ResumeState {
    return this.#continuity.state();
  }

  /** Wall time of the last sign of life, and how long silence is normal, ms. */
  get silence(): { readonly since: number; readonly allowed: number } | null {
    if (!this.#subscription) return null;
    return { since: this.#heard, allowed: 2 * KEEP_ALIVE_COUNT * this.#subscription.publishingInterval + 5000 };
  }

  /**
   * Subscribes on a fresh session, fills the gap since the last reading, then lets live values through. Ends early when
   * lost or detached meanwhile: what fails then is no fault of the connection that follows. Once per connection.
   */
  async attach(connection: Connection, onEnded: () => void): Promise<void> {
    if (this.#connection === connection) return;
    this.#connection = connection;
    try {
      await this.#begin(connection, onEnded);
    } catch (error) {
      if (this.#connection === connection) throw error;
    }
  }

  async #begin(connection: Connection, onEnded: () => void): Promise<void> {
    const { library, session } = connection;
    this.#present = new Map();
    this.#firstLive = new Map();
    this.#holding = true;
    this.#room = MAX_HELD;
    this.#heard = this.#now();
    const found = await nodesOf(connection, this.#request);
    this.#refuse(found.refused);
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: this.#request.publishingInterval,
      requestedLifetimeCount: LIFETIME_COUNT,
      requestedMaxKeepAliveCount: KEEP_ALIVE_COUNT,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 10,
    });
    if (this.#connection !== connection) return subscription.terminate();
    this.#subscription = subscription;
    const heard = (): void => {
      this.#heard = this.#now();
    };
    subscription.on("keepalive", heard);
    subscription.on("received_notifications", heard);
    subscription.on("error", this.#onFault);
    subscription.on("internal_error", this.#onFault);
    subscription.on("terminated", () => {
      if (this.#subscription === subscription) onEnded();
    });
    const { taken, refused } = await monitored(library, subscription, found.nodes, this.#request, (address, value) => {
      if (this.#subscription === subscription) this.#receive(address, value);
    });
    this.#refuse(refused);
    this.#addresses = [...taken.keys()];
    await this.#fill(connection, taken);
    if (this.#connection !== connection) return;
    this.#holding = false;
    this.#scheduleFlush();
    this.#listener.changed();
  }

  /** The connection is gone: markers now, at data time. */
  lose(): void {
    this.#part();
    const markers = this.#continuity.lose(this.#addresses, this.#now());
    if (markers.length > 0) {
      this.#gaps++;
      this.#listener.readings(markers);
    }
    this.#listener.changed();
  }

  /** Hands out what has arrived and ends the subscription; the session stays for others. */
  async detach(): Promise<void> {
    const subscription = this.#subscription;
    this.#part();
    await subscription?.terminate().catch(() => undefined);
  }

  /**
   * What waits behind a gap that is not filled yet does not go out: it would move the beginning of what the next
   * connection reads from history, and what lies in the gap would be lost. The next connection reads it again.
   */
  #part(): void {
    this.#subscription = null;
    this.#connection = null;
    if (this.#holding) this.#batch = [];
    else this.#flush();
    this.#holding = false;
  }

  #refuse(nodes: readonly RefusedNode[]): void {
    if (nodes.length > 0) this.#listener.refused(nodes);
  }

  #receive(address: string, dataValue: DataValue): void {
    const reading = readingOf(address, dataValue, this.#now());
    if (reading.status !== undefined && hasOverflowed(reading.status)) {
      this.#overflows++;
      const after = this.#present.get(address)?.sourceTimestamp ?? this.#continuity.lastOf(address);
      const before = reading.sourceTimestamp;
      if (before === undefined) this.#lost(1, NO_TIME);
      else if (after !== undefined) this.#dropped.note(address, { after, before });
    }
    this.#present.set(address, reading);
    if (reading.sourceTimestamp !== undefined && !this.#firstLive.has(address)) this.#firstLive.set(address, reading.sourceTimestamp);
    this.#batch.push(reading);
    this.#onFirst?.();
    if (!this.#holding) this.#scheduleFlush();
    else if (this.#batch.length >= this.#room) this.#thin();
  }

  /** A long gap is being filled and the live readings behind it have become too many: history has them as well. */
  #thin(): void {
    const { kept, untimed } = newestOf(this.#batch, this.#dropped);
    this.#batch = kept;
    this.#room = kept.length + MAX_HELD;
    if (untimed.size > 0) this.#lost(untimed.size, NO_TIME);
  }

  /** Everything of one publish arrives in one turn of the event loop and leaves as one batch. */
  #scheduleFlush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (!this.#holding) this.#flush();
    });
  }

  #flush(): void {
    if (this.#continuity.asserting) this.#batch.push(...this.#continuity.assert(this.#present, this.#now()));
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#send(batch);
    // Without a connection it waits for the next one.
    if (this.#dropped.any && this.#connection) this.#recover(this.#connection).catch(this.#onFault);
  }

  /** Reads again what a queue dropped; what does not come back is counted, because it is lost. */
  async #recover(connection: Connection): Promise<void> {
    const taken = this.#dropped.take();
    const ranges = taken.flatMap(([address, { after, before }]) => {
      const nodeId = nodeIdOf(address, connection.namespaces);
      return nodeId === null ? [] : [{ address, nodeId, from: after + 1, to: before }];
    });
    if (ranges.length < taken.length) this.#lost(taken.length - ranges.length, "the server has given up a namespace");
    try {
      const answers = await readHistory(connection.library, connection.session, ranges);
      const now = this.#now();
      const past = ranges.flatMap(({ address }, index) => (answers[index]?.values ?? []).map((v) => historical(address, v, now)));
      const missing = ranges.filter((_range, index) => answers[index]?.complete !== true);
      if (missing.length > 0) this.#lost(missing.length, `the server gives no complete history of "${missing[0]?.address}"`);
      this.#backfilled += past.length;
      if (past.length > 0) this.#send(past.sort((a, b) => (a.sourceTimestamp ?? 0) - (b.sourceTimestamp ?? 0)));
    } catch (error) {
      this.#lost(ranges.length, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #lost(times: number, reason: string): void {
    this.#unrecovered = { times: times + (this.#unrecovered?.times ?? 0), reason };
    this.#listener.changed();
  }

  #send(batch: readonly SourceReading[]): void {
    this.#continuity.deliver(batch);
    this.#delivered += batch.length;
    try {
      this.#listener.readings(batch);
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** The present value of every item comes with the first publish; it bounds what must be read from history. */
  async #firstPublish(): Promise<void> {
    if (this.#present.size > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 2 * this.#request.publishingInterval + 1000);
      this.#onFirst = () => {
        clearTimeout(timer);
        // The rest of the same publish arrives in this turn of the event loop.
        setImmediate(resolve);
      };
    });
    this.#onFirst = null;
  }

  async #fill(connection: Connection, nodes: ReadonlyMap<string, string>): Promise<void> {
    const to = this.#now() + AHEAD_MS;
    const ranges: (HistoryRange & { address: string })[] = [];
    for (const [address, nodeId] of nodes) {
      const from = this.#continuity.lastOf(address);
      if (from !== undefined) ranges.push({ address, nodeId, from, to });
    }
    if (ranges.length === 0) return this.#continuity.close();
    await this.#firstPublish();
    const answers = await readHistory(connection.library, connection.session, ranges);
    if (this.#connection !== connection) return;
    const now = this.#now();
    const past: SourceReading[] = [];
    ranges.forEach(({ address }, index) => {
      const { values, complete } = answers[index] ?? { values: [], complete: false };
      const live = this.#firstLive.get(address) ?? Infinity;
      const last = this.#continuity.lastOf(address);
      const history = values
        .map((value) => historical(address, value, now))
        .filter((r) => r.sourceTimestamp !== undefined && (r.sourceTimestamp < live || r.sourceTimestamp === last));
      this.#backfilled += history.length;
      past.push(...this.#continuity.bridge(address, history, this.#present.get(address), complete, now));
    });
    // A resumed feed learns only now that its gap cannot be proven seamless.
    if (past.some((r) => r.value === null && r.status === BAD_COMMUNICATION && !r.historical)) this.#gaps++;
    past.sort((a, b) => (a.sourceTimestamp ?? 0) - (b.sourceTimestamp ?? 0));
    this.#batch.unshift(...this.#continuity.assert(this.#present, now));
    this.#continuity.close();
    for (let start = 0; start < past.length; start += 5000) this.#send(past.slice(start, start + 5000));
  }
}

function historical(address: string, value: DataValue, received: number): SourceReading {
  return { ...readingOf(address, value, received), historical: true };
}
