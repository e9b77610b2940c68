import { createHash } from "node:crypto";
import { ongoingCapability } from "../../../adapters/charts/ongoing-capability.ts";
import { deployedCharts } from "../../../adapters/charts/deployed.ts";
import { ThreadEnded } from "../../../adapters/threads/remote-thread.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { reject, type Reject } from "../../../core/connect/sample/index.ts";
import {
  type OngoingCapabilityEvent,
  ongoingEvent,
  ongoingSamples,
  type OngoingSchedule,
  type Period,
  tagsOf,
} from "../../../core/model/charting/index.ts";
import { SPC_MEASUREMENT, SPC_RESPONSE } from "../../../core/model/limits/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { HORIZON, RETRY_AFTER } from "../../operate/bound/horizons.ts";
import { isAway, readerOf, recordedPieces, type RecordedSamples } from "../../operate/bound/recorded.ts";
import { sendEvents } from "../../operate/bound/send-events.ts";
import { isSample } from "../charts/bound-charts.ts";
import { capabilityRequest } from "./capability-request.ts";
import { conditionsOf, shownIndex } from "./conditions.ts";
import declaration from "./twin-capability.node.ts";
import { type CapabilitySaved, type WatchedChart, WatchedCharts } from "./watched-charts.ts";

const LOOK_EVERY = 5_000;
/** The charts of the same deploy have started by then. */
const FIRST_LOOK = 500;
const SPREAD = ".spread";

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = node.api<RecordedSamples>(config.historian, "twin-historian");
  const request = capabilityRequest(config);
  if (typeof request === "string") throw new Error(node.text(request, { index: config.index }));
  const { chart: name, rule, minimum, asked } = request;
  const watched = new WatchedCharts(request, await node.snapshot.read<CapabilitySaved>());
  const read = readerOf(recorded, () => plant.model);
  const ports = {
    model: () => plant.model,
    ledger: () => recorded.ledger,
    pieces: (tags: readonly string[], from: number, to: number) => recordedPieces(read, tags, from, to),
    dropped: () => node.closing.aborted,
  };
  const raising = { priority: config.priority, text: (key: string, values: Parameters<typeof node.text>[1]) => node.text(key, values) };
  let away = false;
  /** Kept from one look to the next: samples come at line rate. */
  let hearing = new Map<string, readonly OngoingSchedule[]>();
  /** One study after the other: each is some reading and a turn of the thread that computes. */
  let turn: Promise<unknown> = Promise.resolve();

  const charts = (): readonly WatchedChart[] => watched.at(recorded, plant.model);

  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const next = turn.then(job);
    turn = next.catch(() => undefined);
    return next;
  }

  /** States what a period has come to, unless it says the same as before. `at`: it was due then. */
  async function state(one: WatchedChart, due: { readonly period: Period; readonly at?: number }, send: Send, message: TwinMessage = {}) {
    const { definition } = one.chart.chart;
    const finding = await ongoingCapability({ ...asked, period: due.period }, one.chart, ports);
    // What was read in part says nothing.
    if (node.closing.aborted) return;
    const event = ongoingEvent(definition, rule.period, minimum, finding);
    const fresh = one.schedule.state(due, finding.from, hashOf(event));
    if (one.schedule.isLast(due.period)) watched.said(one, event);
    if (fresh) {
      send({ samples: { ...message, topic: "", payload: ongoingSamples(event) } });
      sendEvents(send, [event], message);
    }
    // Also what was said before: the alarm may be asked for since then, or not any more.
    speak(one, due.period, event, send, message);
    await node.snapshot.write<CapabilitySaved>(watched.saved());
  }

  /** Nobody is called for what is past: only the last period says whether the minimum is met. */
  function speak(one: WatchedChart, period: Period, event: OngoingCapabilityEvent, send: Send, message: TwinMessage): void {
    if (!one.schedule.isLast(period) || one.schedule.due(one.periods, node.now()) !== undefined) return;
    const conditions = conditionsOf(event, raising);
    if (conditions.length > 0) send({ conditions: { ...message, topic: "", payload: conditions } });
  }

  /** What is over and not stated, then what has changed since. */
  async function work(): Promise<void> {
    hear();
    const open = charts().filter(({ schedule, periods }) => schedule.due(periods, node.now()) ?? schedule.again(node.now())[0]);
    if (open.length === 0) return show();
    await whileThere(async () => {
      for (const one of open) {
        for (let due = next(one); due !== undefined && !node.closing.aborted; due = next(one)) await state(one, due, node.send);
        for (const period of one.schedule.again(node.now())) if (!node.closing.aborted) await state(one, { period }, node.send);
      }
    });
  }

  const next = ({ schedule, periods }: WatchedChart) => schedule.due(periods, node.now());

  /** False: the historian is away, or what computes has ended; what is due stays due. */
  async function whileThere(job: () => Promise<void>): Promise<boolean> {
    try {
      node.status("busy", node.text("computing"));
      away = !(await recorded.flush(RETRY_AFTER));
      if (!away) await job();
    } catch (error) {
      if (!isAway(error) && !(error instanceof ThreadEnded)) throw error;
      away = true;
    } finally {
      if (!node.closing.aborted) show();
    }
    return !away;
  }

  async function stateNow(send: Send, message: TwinMessage): Promise<void> {
    const all = charts();
    if (all.length === 0) throw new Error(node.text("noChart", { chart: name }));
    const running = all.flatMap((one) => {
      const period = one.periods.running(rule.period, node.now());
      return period === undefined ? [] : [{ one, period }];
    });
    if (running.length === 0) throw new Error(node.text("noShift"));
    const stated = await whileThere(async () => {
      for (const { one, period } of running) await state(one, { period }, send, message);
    });
    if (!stated) throw new Error(node.text("away"));
  }

  function hear(): void {
    hearing = new Map();
    for (const { chart, schedule } of charts())
      for (const tag of tagsOf(chart.chart.definition)) hearing.set(tag, [...(hearing.get(tag) ?? []), schedule]);
  }

  /** True: it was samples, late or not. */
  function heardSamples(message: TwinMessage): boolean {
    const inputs: readonly unknown[] = Array.isArray(message.payload) ? message.payload : [message.payload];
    if (!Array.isArray(message.payload) && !claimsSample(message.payload)) return false;
    const rejects: Reject[] = [];
    for (const input of inputs) {
      if (!isSample(input)) rejects.push(reject("NOT_A_SAMPLE", input));
      else for (const schedule of hearing.get(input.tag) ?? []) schedule.changed(input.timestamp, node.now());
    }
    node.reject(rejects, message);
    return true;
  }

  /** Measurements by hand that were entered late or taken back, and causes that people found. */
  function heardEntries(entries: readonly LedgerEntry[]): void {
    for (const { kind, asset, start } of entries) {
      if (kind !== SPC_MEASUREMENT && kind !== SPC_RESPONSE) continue;
      const path = asset.endsWith(SPREAD) ? asset.slice(0, -SPREAD.length) : asset;
      for (const one of charts()) if (one.path === path) one.schedule.changed(start, node.now());
    }
  }

  function show(): void {
    const all = charts();
    if (away) return node.status("degraded", node.text("away"));
    const lacking = all.find(({ periods }) => !periods.hasShifts && (rule.period === "shift" || rule.when === "shift"));
    if (lacking !== undefined) return node.status("degraded", node.text("noShifts", { asset: lacking.chart.chart.definition.asset }));
    if (all.length === 0) {
      const counts = deployedCharts(recorded).some(({ chart }) => chart.definition.chart === name);
      return node.status("idle", node.text(counts ? "counts" : "noChart", { chart: name }));
    }
    showStated(all.flatMap((one) => watched.lastOf(one) ?? []));
  }

  function showStated(last: readonly OngoingCapabilityEvent[]): void {
    const worst = last.find(({ data }) => data.meets === false) ?? last.find(({ data }) => data.refused !== null) ?? last[0];
    if (worst === undefined) return node.status("idle", node.text(rule.when === "message" ? "onMessage" : "waiting"));
    const { data } = worst;
    if (data.refused !== null) return node.status("degraded", node.text("refused", { code: data.refused.code }));
    const [condition] = conditionsOf(worst, raising);
    const said = { index: minimum.index, minimum: minimum.value, count: last.length };
    if (condition === undefined) return node.status("degraded", node.text("noIndex", said));
    const value = shownIndex(condition.data.value as number, minimum.value);
    if (data.meets === false) return node.status("degraded", node.text("missed", { ...said, value }));
    node.status("ok", node.text(last.length > 1 ? "many" : "met", { ...said, value }));
  }

  const unsubscribe = recorded.subscribe(node.guard(heardEntries));
  watched.missed(node.now() - HORIZON, node.now());
  hear();
  show();
  node.after(FIRST_LOOK, () => inTurn(work));
  node.every(LOOK_EVERY, () => inTurn(work));

  return {
    async onInput(message, send) {
      if (!heardSamples(message)) await inTurn(() => stateNow(send, message));
    },
    async onClose(removed) {
      unsubscribe();
      await turn.catch(() => undefined);
      if (!removed) await node.snapshot.write<CapabilitySaved>(watched.saved());
    },
  };
});

/** Anything that has a tag: malformed it is refused, and no question for the running period. */
function claimsSample(input: unknown): boolean {
  return typeof input === "object" && input !== null && Object.hasOwn(input, "tag");
}

/** Kept instead of the statement: a month of shifts would make every snapshot long. */
function hashOf(event: OngoingCapabilityEvent): string {
  return createHash("sha256").update(JSON.stringify(event)).digest("base64url").slice(0, 22);
}
