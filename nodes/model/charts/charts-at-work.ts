/**
 * Control charts of a node at work: samples in, points, events and conditions out, versions of limits from the ledger, what was
 * missed read back first, state that survives. The nodes that stand on it say what they chart and how they speak.
 */
import { deployCharts } from "../../../adapters/charts/deployed.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { Binding } from "../../../core/connect/model/index.ts";
import { reject, type Reject, type Sample } from "../../../core/connect/sample/index.ts";
import type { Charted, ChartRequest } from "../../../core/model/charting/index.ts";
import { type SignalEvent, type SignalState, subgroupOf } from "../../../core/model/limits/index.ts";
import type { AlarmConditionEvent } from "../../../core/operate/alarm/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import type { Behaviour, Send, TwinMessage, TwinNode } from "../../kit/node.ts";
import { begun, catchUp } from "../../operate/bound/catch-up.ts";
import { HeldMessages } from "../../operate/bound/held-messages.ts";
import { AHEAD, RETRY_AFTER, SNAPSHOT_EVERY } from "../../operate/bound/horizons.ts";
import { isAway, readerOf, type RecordedSamples } from "../../operate/bound/recorded.ts";
import { sendEvents } from "../../operate/bound/send-events.ts";
import { type BoundChart, BoundCharts, type ChartsSaved, isSample, type Measured } from "./bound-charts.ts";
import { PastConditions } from "./conditions.ts";
import type { OverdueMeasurements } from "./overdue.ts";
import { Overtaken } from "./overtaken.ts";

const SHOW_EVERY = 1_000;

export interface ChartingNode {
  readonly plant: PlantService;
  readonly recorded: RecordedSamples | undefined;
  readonly binding: Binding;
  readonly request: ChartRequest;
  /** `unit`: of what is charted; null where it has none. */
  readonly conditions: (events: readonly SignalEvent[], unit: string | null) => readonly AlarmConditionEvent[];
  /** Signals that last, at least one, as the status says them. */
  readonly lasting: (signals: readonly [SignalState, ...SignalState[]]) => string;
  /** Of charts that people measure for. */
  readonly overdue?: OverdueMeasurements;
}

export async function chartsAtWork(
  node: TwinNode,
  { plant, recorded, binding, request, conditions: conditionsOf, lasting, overdue }: ChartingNode,
): Promise<Behaviour> {
  const saved = await node.snapshot.read<ChartsSaved>();
  const known = saved?.version === 1 ? saved : undefined;
  const charts = new BoundCharts(known);
  const past = new PastConditions();
  let held = holding();
  /** By hand, until what people said before is known. */
  const measured: Measured[] = [];
  let readTo = Number.NEGATIVE_INFINITY;
  let [changed, stale, away] = [false, true, recorded !== undefined];
  /** What people have said is known. The ledger can be read while the historian is away. */
  let informed = recorded === undefined;

  function holding(): HeldMessages {
    return new HeldMessages({ first: tellPast, take: (message) => take(message.payload, node.send, message) });
  }

  function bind(states?: ChartsSaved["charts"]): void {
    const faults = charts.bind(plant.model, binding, request, node.now(), states);
    for (const fault of faults) node.log.warn(fault);
    if (charts.all.length === 0) throw new Error(node.text("nothing", { ...binding, fault: faults[0] ?? "" }));
    overdue?.bind(charts.all, plant.model);
    // Since when a plan is known outlives a restart.
    if (charts.all.some(({ path, since }) => since !== null && known?.since?.[path] === undefined)) changed = true;
  }

  /** `again`: it was read back. */
  function take(payload: unknown, send: Send, message: TwinMessage = {}, again = false): void {
    if (away && !again && overtaken.begin(charts, node.now())) {
      changed = true;
      // At once: that what is told from here on is to be judged again is known nowhere else.
      node.guard(save)();
    }
    const bounds = { latest: node.now() + AHEAD, readTo: again ? Number.POSITIVE_INFINITY : readTo };
    const lists = new Map<BoundChart, Sample[]>();
    const rejects: Reject[] = [];
    for (const input of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
      if (!isSample(input)) rejects.push(reject("NOT_A_SAMPLE", input));
      else
        for (const one of charts.hearing(input.tag)) {
          const list = lists.get(one);
          if (list === undefined) lists.set(one, [input]);
          else list.push(input);
        }
    }
    for (const [one, samples] of lists) hand(one, one.chart.push(samples, bounds), rejects, send, message, again);
    node.reject(rejects, message);
  }

  function hand(
    one: BoundChart,
    { points, events, rejects: refused }: Charted,
    rejects: Reject[],
    send: Send,
    message: TwinMessage = {},
    again = false,
  ): void {
    [changed, stale] = [true, true];
    rejects.push(...refused);
    // Drawn is what holds: what is to be judged again may have other values, or be other subgroups.
    if (points.length > 0 && !overtaken.has(one)) send({ samples: { ...message, topic: "", payload: one.samples.samples(points) } });
    if (events.length > 0) tell(events, one.chart.definition.unit, send, message, again);
  }

  function tell(events: readonly SignalEvent[], unit: string | null, send: Send, message: TwinMessage, again: boolean): void {
    sendEvents(send, events, message);
    if (again) overtaken.heard(events);
    const conditions = conditionsOf(events, unit);
    if (again) past.add(conditions);
    else if (conditions.length > 0) send({ conditions: { ...message, topic: "", payload: conditions } });
  }

  /** Approved limits and measurements by hand come from the ledger, by name and with author. */
  function heard(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      if (charts.govern(entry)) [changed, stale] = [true, true];
      const one = charts.measured(entry);
      if (one === undefined) continue;
      overdue?.take(one);
      if (informed) measure(one);
      else measured.push(one);
    }
    remind();
  }

  function remind(): void {
    const conditions = !informed || overdue === undefined ? [] : overdue.at(node.now());
    if (conditions.length > 0) node.send({ conditions: { topic: "", payload: conditions } });
  }

  function measure(one: Measured, again = false): void {
    const chart = charts.taking(one);
    const subgroup = subgroupOf(one.measurement);
    if (chart === undefined || subgroup === null) return;
    const rejects: Reject[] = [];
    hand(chart, chart.chart.measure(subgroup), rejects, node.send, {}, again);
    node.reject(rejects);
  }

  /** What people have said is in the ledger, whether the historian is there or not. */
  async function inform(): Promise<void> {
    if (informed || recorded === undefined) return;
    measured.push(...(await charts.readLedger(recorded.ledger, node.now())));
    informed = true;
    for (const one of measured.splice(0).toSorted((a, b) => a.id - b.id)) {
      overdue?.take(one);
      measure(one, true);
    }
    tellPast();
  }

  /** Of all that is past what it came to. */
  function tellPast(): void {
    const conditions = past.take();
    if (conditions.length > 0) node.send({ conditions: { topic: "", payload: conditions } });
  }

  function readBack(): Promise<void> {
    const read = recorded === undefined ? undefined : readerOf(recorded, () => plant.model);
    return catchUp(node, {
      recorded,
      read,
      async sources() {
        await inform();
        return overtaken.lasts ? [] : [{ watermark: charts.settled, tags: charts.tags }];
      },
      take(samples) {
        readTo = Math.max(readTo, samples.at(-1)?.timestamp ?? readTo);
        take(samples, node.send, {}, true);
      },
      async done() {
        if (!overtaken.lasts) await settle();
        if (overtaken.lasts) return startAgain();
        away = false;
        held.goOn();
        // Also where nothing live came after the messages had gone on.
        tellPast();
        show();
      },
    });
  }

  /** The historian answers, and has what was judged before what was missed as soon as that is accepted: now all can come in its order. */
  function unitOf({ data }: SignalEvent): string | null {
    const of = charts.all.find(({ chart: { definition } }) => definition.asset === data.asset && definition.chart === data.chart);
    return of?.chart.definition.unit ?? null;
  }

  function startAgain(): void {
    charts.bind(plant.model, binding, request, node.now(), overtaken.again(charts));
    held = holding();
    held.goOnInTime(node);
    node.after(RETRY_AFTER, readBack);
  }

  async function settle(): Promise<void> {
    const inOrder = recorded === undefined ? null : await overtaken.settle(charts, recorded.ledger, node.now() + AHEAD);
    if (inOrder === null) return;
    const { withdrawn, over, rejects, keep } = inOrder;
    if (Object.keys(keep).length > 0) charts.bind(plant.model, binding, request, node.now(), { ...charts.state().charts, ...keep });
    sendEvents(node.send, withdrawn);
    past.add(over.flatMap((one) => conditionsOf([one], unitOf(one))));
    node.reject(rejects);
    changed = true;
  }

  function show(): void {
    stale = false;
    const all = charts.all.map(({ chart }) => chart);
    const [signal, ...others] = all.flatMap((chart) => chart.signals);
    if (signal !== undefined) return node.status("degraded", lasting([signal, ...others]));
    if (away) return node.status("degraded", node.text("away"));
    const idle = all.find(({ version }) => version === null);
    if (idle !== undefined) return node.status("idle", node.text("collecting", { count: idle.collected }));
    const [first] = all;
    if (all.length > 1 || first === undefined) return node.status("ok", node.text("many", { count: all.length }));
    node.status("ok", first.version === 0 ? node.text("given_control") : node.text("control", { version: first.version ?? 0 }));
  }

  async function save(): Promise<void> {
    if (!changed) return;
    changed = false;
    await node.snapshot.write<ChartsSaved>(overtaken.saved(charts.state()));
  }

  bind(known?.charts ?? {});
  const overtaken = new Overtaken(charts, known?.ahead);
  const unsubscribe = [
    plant.subscribe(node.guard(() => bind())),
    // Before the reading back: what people say meanwhile is in the ledger once, and taken once.
    recorded?.subscribe(node.guard((entries) => heard(entries))),
    // The boards of the same historian find the charts here.
    recorded && deployCharts(recorded, () => charts.all.map(({ chart, since }) => ({ chart, request, since }))),
  ];
  await inform().catch((error: unknown) => {
    if (!isAway(error)) throw error;
  });
  await begun(node, readBack());
  held.goOnInTime(node);
  node.every(SNAPSHOT_EVERY, save);
  node.every(SHOW_EVERY, () => {
    if (stale) show();
    remind();
  });

  return {
    onInput(message, send) {
      if (!held.hold(message)) take(message.payload, send, message);
    },
    async onClose(removed) {
      for (const end of unsubscribe) end?.();
      if (!removed) await save();
    },
  };
}
