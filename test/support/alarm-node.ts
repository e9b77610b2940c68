/** A twin-alarm on the filler in Node-RED, what people do about its alarms, and what the ledger has of them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import helper from "node-red-node-test-helper";
import { ThreadEnded } from "../../adapters/threads/remote-thread.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { ALARM_RESPONSE, ALARM_STATE, type AlarmResponseData, type AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { MemoryLedger } from "./memory-ledger.ts";
import { apiOf, HISTORIAN, historianService, NodeBench, STORE, turns } from "./node-bench.ts";

export const LINE = "acme.galway.bottling.line01";
export const FILLER = `${LINE}.filler01`;
export const WEIGHT = `${FILLER}.fill_weight_HH`;
export const ABORTED = `${FILLER}.state_state`;
export const HOUR = 3_600_000;
export const T0 = Math.floor(Date.now() / 1000) * 1000 - 60_000;

export function sample(name: string, time: number, value: Sample["value"]): Sample {
  return { tag: `${FILLER}._filler_v1.${name}`, value, quality: "Good", timestamp: T0 + time };
}

export const row = (over: object): object => ({
  kind: "high-high",
  tag: "fill_weight",
  limit: 510,
  priority: "high",
  onDelay: 0,
  offDelay: 0,
  ...over,
});
export const ROWS = [
  row({ message: "Too much", deadband: 2 }),
  row({ kind: "state", tag: "", values: "Aborted", limit: undefined, priority: "medium" }),
  row({ kind: "rejects", tag: "", limit: undefined, priority: "low" }),
];

interface Got {
  readonly events: AlarmStateEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

export const bench = new NodeBench<Got>(
  { id: "alarm", type: "twin-alarm", name: "Alarms", version: 1, target: FILLER, modelAlarms: false, alarms: ROWS },
  ["events", "samples", "rejects"],
  twinAlarm,
  twinStore,
);

/** A historian and what stores in it, and a twin-alarm that is wired to both. */
export const stored = [HISTORIAN, STORE];
export const STORED = { historian: "hist", wires: [["events", "store"], ["samples", "store"], ["rejects"]] };

/** "Modified nodes": what is as before goes on. "Full": all nodes stop and start. */
export async function deployAgain(type: "nodes" | "full", ...flows: object[]): Promise<void> {
  const { _redNodes: nodes, _events: events } = helper as unknown as {
    _redNodes: { setFlows(flows: object[], secrets: object, type: string): Promise<void> };
    _events: NodeJS.EventEmitter;
  };
  const started = once(events, "flows:started");
  await nodes.setFlows([...bench.around, ...flows], {}, type);
  await started;
  for (const id of ["alarm", "second"]) await behind(helper.getNode(id))?.started;
  await turns();
}

/** With the store at work too. */
export async function historian(): Promise<HistorianService> {
  const service = await historianService();
  await apiOf("store");
  return service;
}

/** What the alarm list does when somebody presses a button. */
export async function respond(service: HistorianService, alarmPath: string, data: AlarmResponseData): Promise<void> {
  const statement = { kind: ALARM_RESPONSE, asset: alarmPath, start: data.made, end: data.made, data };
  const { rejects } = await service.state([statement], { author: "mary", reason: "alarm list" });
  assert.deepEqual(rejects, []);
}

/** What the ledger has of each alarm: its statements with all revisions in short. */
export async function story(service: HistorianService): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const { asset, start } of await service.ledger.latest({ kind: ALARM_STATE }))
    for (const { end, data, evidence } of await service.ledger.revisions(ALARM_STATE, asset, start)) {
      const { state, acknowledged, inhibited, first_out: first, ended_because: because } = data;
      (all[asset] ??= []).push([start, end, state, acknowledged, inhibited, first, because, evidence?.["node"]]);
    }
  return all;
}

export const told = (events: readonly AlarmStateEvent[]): unknown[] =>
  events.map(({ asset, data, revision }) => [asset, data.state, revision]);

/** Each once: a start states once more what was stated last. */
export const distinct = (events: readonly AlarmStateEvent[]): unknown[] =>
  [...new Set(told(events).map((one) => JSON.stringify(one)))].map((one) => JSON.parse(one) as unknown);

/** A historian that a test lets behind: it has `reaches` of what was recorded, and says whether that is all. */
export function behindhand(recorded: readonly Sample[]) {
  const marks = new Set<unknown>();
  const ledger = new MemoryLedger();
  const made = {
    reaches: 1,
    flushed: false,
    marks,
    ledger,
    broken: false,
    /** With which it answers what is asked of its samples: no absence, so a start fails by it. */
    fault: undefined as Error | undefined,
    reading: Promise.resolve(),
    /** Who is told of entries; null since the last one has ended it. */
    tell: null as ((entries: readonly LedgerEntry[]) => void) | null,
  };
  const api: RecordedSamples & Pick<HistorianService, "state"> = {
    historian: {
      readSamples: async ({ tags, from, to }) =>
        recorded.slice(0, made.reaches).filter(({ tag, timestamp: at }) => tags.some(({ id }) => id === tag) && at >= from && at < to),
    },
    ledger: {
      latest: async (filter) => {
        await made.reading;
        if (made.broken) throw new ThreadEnded("The SQLite thread has ended.");
        return ledger.latest(filter);
      },
      revisions: async (...key) => ledger.revisions(...key),
    },
    subscribe: (listener) => {
      made.tell = listener;
      return () => void (made.tell = made.tell === listener ? null : made.tell);
    },
    flush: async (_timeoutMs, since) => {
      marks.add(since);
      if (made.fault !== undefined) throw made.fault;
      return made.flushed;
    },
    stats: async () => ({ deletedBefore: null }),
    state: async () => ({ entries: [], rejects: [] }),
  };
  return Object.assign(made, { api, node: defineNode(historianDeclaration, () => ({ api })) });
}

/** Jobs for later wait until they are rung. */
export function held() {
  const later: (() => void)[] = [];
  const after: Clock["after"] = (ms, job) => {
    if (ms < 1_000) return REAL_CLOCK.after(ms, job);
    later.push(job);
    return () => undefined;
  };
  bench.init({ now: () => Date.now(), after, every: () => () => undefined });
  const ring = async (): Promise<void> => {
    for (const job of later.splice(0)) job();
    await turns();
  };
  return { ring, later };
}
