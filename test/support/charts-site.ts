/** A node of control charts without Node-RED, beside a ledger and a historian: it can be killed, and the historian be away. */
import assert from "node:assert/strict";
import { HistorianUnavailable } from "../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import type { ChartRequest } from "../../core/model/charting/index.ts";
import { SPC_SIGNAL } from "../../core/model/limits/index.ts";
import type { AlarmConditionEvent } from "../../core/operate/alarm/index.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import type { Behaviour, Send, TwinNode } from "../../nodes/kit/node.ts";
import type { ChartsSaved } from "../../nodes/model/charts/bound-charts.ts";
import { chartsAtWork } from "../../nodes/model/charts/charts-at-work.ts";
import { conditionsOf } from "../../nodes/model/charts/conditions.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import { MemoryLedger } from "./memory-ledger.ts";

const BY = { author: "node:twin-spc", reason: "signal" };

export class ChartsSite {
  readonly ledger = new MemoryLedger();
  /** Samples of charts as a historian keeps them: what was written last at an instant. */
  readonly drawn = new Map<string, Sample["value"]>();
  /** Whether each alarm holds. */
  readonly alarms = new Map<string, boolean>();
  readonly rejects: Reject[] = [];
  away = false;
  now: number;
  readonly #model: PlantModel;
  readonly #request: ChartRequest;
  readonly #target: string;
  #gate: { readonly from: number; readonly opened: Promise<void> } | undefined;
  #recorded: Sample[] = [];
  #queue: Sample[] = [];
  #saved: string | undefined;
  #running: { readonly behaviour: Behaviour; readonly closing: AbortController } | undefined;
  #timers: { readonly ms: number; readonly again: boolean; readonly job: () => unknown }[] = [];
  #listeners: ((entries: readonly LedgerEntry[]) => void)[] = [];

  constructor(model: PlantModel, request: ChartRequest, target: string, now: number) {
    [this.#model, this.#request, this.#target, this.now] = [model, request, target, now];
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  async start(): Promise<void> {
    const closing = new AbortController();
    [this.#timers, this.#listeners] = [[], []];
    const node = this.#node(closing.signal);
    const raising = { priority: "medium", onDelayMs: 0, over: new Set<string>() } as const;
    const behaviour = await chartsAtWork(node, {
      plant: { model: this.#model, subscribe: () => () => undefined } as unknown as PlantService,
      recorded: this.#storage(),
      binding: { bind: "asset", target: this.#target },
      request: this.#request,
      conditions: (events, unit) => conditionsOf(events, raising, { text: (key) => key }, unit),
      lasting: () => "lasts",
    });
    this.#running = { behaviour, closing };
  }

  /** What a redeploy does; without `saving`, what kill -9 does. */
  async stop(saving: boolean): Promise<void> {
    const { behaviour, closing } = this.#running ?? assert.fail("it does not run");
    this.#running = undefined;
    const before = this.#saved;
    closing.abort();
    await behaviour.onClose?.(false);
    if (!saving) this.#saved = before;
    this.#timers = [];
  }

  /** Samples reach the store, and the node if it is there. */
  async deliver(samples: readonly Sample[]): Promise<void> {
    this.now += 1;
    this.#queue.push(...samples);
    await this.again(samples);
  }

  /** A source sends once more what the store has already. */
  async again(samples: readonly Sample[]): Promise<void> {
    await this.#running?.behaviour.onInput?.({ payload: samples }, this.#send);
  }

  async say(statement: object): Promise<void> {
    const entries = await this.ledger.record([statement as never], { author: "quinn", reason: "charts" }, this.now);
    for (const listener of this.#listeners) listener(entries);
  }

  /** The timers that were set for so many ms ring. */
  async ring(ms: number): Promise<void> {
    this.now += ms;
    const due = this.#timers.filter((timer) => timer.ms === ms);
    this.#timers = this.#timers.filter((timer) => timer.again || !due.includes(timer));
    for (const { job } of due) await job();
  }

  /** What waits for the historian is never recorded. */
  lose(): void {
    this.#queue = [];
  }

  /** Samples of this instant and later are not answered until the answer is called. */
  hold(from: number): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = { from, opened: promise };
    return resolve;
  }

  /** The historian answers: what is owed is read back and judged. */
  async comeBack(): Promise<void> {
    this.away = false;
    for (let tries = 0; tries < 3; tries += 1) await this.ring(5_000);
  }

  /** The latest revision of each signal that is one. */
  async signals(): Promise<object[]> {
    const entries = await this.ledger.latest({ kind: SPC_SIGNAL, limit: 100_000 });
    return entries.filter(({ data }) => data["withdrawn"] !== true).map(({ asset, start, end, data }) => ({ asset, start, end, data }));
  }

  readonly #send: Send = (message) => {
    const { samples, events, conditions } = message as Record<string, { readonly payload: readonly unknown[] } | undefined>;
    for (const { tag, timestamp, value } of (samples?.payload ?? []) as Sample[])
      if (/\.(?:value|signal|rules)$/u.test(tag)) this.drawn.set(`${tag} ${timestamp}`, value);
    for (const event of events?.payload ?? []) void this.ledger.record([event as never], BY, this.now);
    for (const { asset, data } of (conditions?.payload ?? []) as AlarmConditionEvent[])
      this.alarms.set(`${asset} ${data.alarm}`, data.active);
  };

  #storage(): RecordedSamples {
    return {
      historian: {
        readSamples: async ({ tags, from, to }) => {
          if (this.away) throw new HistorianUnavailable("away");
          if (this.#gate !== undefined && to > this.#gate.from) await this.#gate.opened;
          const ids = new Set(tags.map(({ id }) => id));
          const own = this.#recorded.filter(({ tag }) => ids.has(tag)).toSorted((a, b) => a.timestamp - b.timestamp);
          const carried = [...ids].flatMap((id) => own.findLast(({ tag, timestamp }) => tag === id && timestamp < from) ?? []);
          return [...carried, ...own.filter(({ timestamp }) => timestamp >= from && timestamp < to)];
        },
      },
      ledger: this.ledger,
      subscribe: (listener) => {
        this.#listeners.push(listener);
        return () => void (this.#listeners = this.#listeners.filter((one) => one !== listener));
      },
      flush: async () => {
        if (!this.away) this.#recorded.push(...this.#queue.splice(0));
        return !this.away;
      },
      stats: async () => ({ deletedBefore: null }),
    };
  }

  #node(closing: AbortSignal): TwinNode {
    return {
      id: "spc",
      closing,
      now: () => this.now,
      status: () => undefined,
      text: (key: string) => key,
      send: this.#send,
      reject: (rejects: readonly Reject[]) => void this.rejects.push(...rejects),
      every: (ms: number, job: () => unknown) => void this.#timers.push({ ms, job, again: true }),
      after: (ms: number, job: () => unknown) => void this.#timers.push({ ms, job, again: false }),
      guard: (job: (...args: readonly unknown[]) => unknown) => job,
      log: { info: assert.fail, warn: assert.fail, error: assert.fail },
      snapshot: {
        read: async () => (this.#saved === undefined ? undefined : (JSON.parse(this.#saved) as ChartsSaved)),
        write: async (state: ChartsSaved) => void (this.#saved = JSON.stringify(state)),
      },
    } as unknown as TwinNode;
  }
}
