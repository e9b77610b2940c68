import { deployCharts } from "../../../adapters/charts/deployed.ts";
import { reject, type Reject, type Sample } from "../../../core/connect/sample/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { catchUp } from "../../operate/bound/catch-up.ts";
import { AHEAD, SNAPSHOT_EVERY } from "../../operate/bound/horizons.ts";
import { readerOf, type RecordedSamples } from "../../operate/bound/recorded.ts";
import { sendEvents } from "../../operate/bound/send-events.ts";
import { type BoundChart, BoundCharts, type ChartsSaved, isSample } from "../twin-spc/bound-charts.ts";
import { PastConditions } from "../twin-spc/conditions.ts";
import { blamedIn, blamingConditions } from "./conditions.ts";
import { multivariateRequest } from "./multivariate-request.ts";
import declaration from "./twin-multivariate.node.ts";

const SHOW_EVERY = 1_000;
/** While the historian is away at the start live values wait, so that missed ones come first: so long, or so many. */
const PATIENCE = 5 * 60_000;
const MOST_WAITING = 50_000;

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = node.api<RecordedSamples>(config.historian, "twin-historian");
  const request = multivariateRequest(config);
  const saved = await node.snapshot.read<ChartsSaved>();
  const known = saved?.version === 1 ? saved : undefined;
  const charts = new BoundCharts(known);
  const past = new PastConditions();
  let waiting: { readonly messages: TwinMessage[]; samples: number } | null = { messages: [], samples: 0 };
  let readTo = Number.NEGATIVE_INFINITY;
  let [changed, stale, away] = [false, true, true];

  function bind(states?: ChartsSaved["charts"]): void {
    const faults = charts.bind(plant.model, config, request, states);
    for (const fault of faults) node.log.warn(fault);
    if (charts.all.length === 0)
      throw new Error(node.text("nothing", { bind: config.bind, target: config.target, fault: faults[0] ?? "" }));
  }

  /** `again`: it was read back. */
  function take(payload: unknown, send: Send, message: TwinMessage = {}, again = false): void {
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
    for (const [one, samples] of lists) {
      const { points, events, rejects: refused } = one.chart.push(samples, bounds);
      [changed, stale] = [true, true];
      rejects.push(...refused);
      if (points.length > 0) send({ samples: { ...message, topic: "", payload: one.samples.samples(points) } });
      if (events.length === 0) continue;
      sendEvents(send, events, message);
      const raising = { priority: config.priority, onDelayMs: Math.round(config.onDelaySeconds * 1000) };
      const conditions = blamingConditions(events, raising, node);
      if (again) past.add(conditions);
      else if (conditions.length > 0) send({ conditions: { ...message, topic: "", payload: conditions } });
    }
    node.reject(rejects, message);
  }

  function onInput(message: TwinMessage, send: Send): void {
    if (waiting === null) return take(message.payload, send, message);
    waiting.messages.push(message);
    waiting.samples += Array.isArray(message.payload) ? message.payload.length : 1;
    if (waiting.samples >= MOST_WAITING) goOn();
  }

  /** What came meanwhile, after what was recorded before. */
  function goOn(): void {
    if (waiting === null) return;
    const { messages } = waiting;
    waiting = null;
    const conditions = past.take();
    if (conditions.length > 0) node.send({ conditions: { topic: "", payload: conditions } });
    for (const message of messages) take(message.payload, node.send, message);
  }

  function readBack(): Promise<void> {
    return catchUp(node, {
      recorded,
      read: readerOf(recorded, () => plant.model),
      async sources() {
        await charts.readLedger(recorded.ledger, node.now());
        return [{ watermark: charts.settled, tags: charts.tags }];
      },
      take(samples) {
        readTo = Math.max(readTo, samples.at(-1)?.timestamp ?? readTo);
        take(samples, node.send, {}, true);
      },
      done() {
        away = false;
        goOn();
        show();
      },
    });
  }

  function show(): void {
    stale = false;
    const all = charts.all.map(({ chart }) => chart);
    const signals = all.flatMap((chart) => chart.signals);
    const [lasting] = signals;
    if (lasting !== undefined)
      return node.status("degraded", node.text("signal", { count: signals.length, blamed: blamedIn(node, lasting.data) }));
    if (away) return node.status("degraded", node.text("away"));
    const idle = all.find(({ version }) => version === null);
    if (idle !== undefined) return node.status("idle", node.text("collecting", { count: idle.collected }));
    const [first] = all;
    node.status("ok", all.length === 1 ? node.text("control", { version: first?.version ?? 0 }) : node.text("many", { count: all.length }));
  }

  async function save(): Promise<void> {
    if (!changed) return;
    changed = false;
    await node.snapshot.write<ChartsSaved>(charts.state());
  }

  bind(known?.charts ?? {});
  const unsubscribe = [
    plant.subscribe(node.guard(() => bind())),
    // Before the reading back: what people decide meanwhile is known once.
    recorded.subscribe(
      node.guard((entries) => {
        for (const entry of entries) if (charts.govern(entry)) [changed, stale] = [true, true];
      }),
    ),
    // The boards of the same historian find the charts here.
    deployCharts(recorded, () => charts.all.map(({ chart }) => ({ chart, request }))),
  ];
  await readBack();
  if (waiting !== null) node.after(PATIENCE, goOn);
  node.every(SNAPSHOT_EVERY, save);
  node.every(SHOW_EVERY, () => {
    if (stale) show();
  });

  return {
    onInput,
    async onClose(removed) {
      for (const end of unsubscribe) end();
      if (!removed) await save();
    },
  };
});
