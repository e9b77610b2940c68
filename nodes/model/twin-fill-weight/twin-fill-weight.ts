import { setImmediate as nextTurn } from "node:timers/promises";
import { reject, type Reject, type Sample } from "../../../core/connect/sample/index.ts";
import {
  type FillBounds,
  type FillDefinition,
  type Filled,
  fillPath,
  type FillStream,
  productBefore,
  recount,
} from "../../../core/model/fill-weight/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { begun, catchUp } from "../../operate/bound/catch-up.ts";
import { CorrectionLoop, type Recomputing } from "../../operate/bound/correction-loop.ts";
import { HeldMessages } from "../../operate/bound/held-messages.ts";
import { AHEAD, HORIZON, OLDEST, RETRY_AFTER, SNAPSHOT_EVERY } from "../../operate/bound/horizons.ts";
import { isAway, readerOf, type RecordedSamples } from "../../operate/bound/recorded.ts";
import { sendEvents } from "../../operate/bound/send-events.ts";
import { isSample } from "../charts/bound-charts.ts";
import { PastConditions } from "../charts/conditions.ts";
import { BoundFills, type FillsSaved } from "./bound-fills.ts";
import { conditionsOf, endingsOf } from "./conditions.ts";
import { fillRequest } from "./fill-request.ts";
import declaration from "./twin-fill-weight.node.ts";

const SHOW_EVERY = 1_000;
/** Late packages come many at a time, and their interval is read as a whole. */
const RECOUNT_EVERY = 5_000;

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = config.historian === undefined ? undefined : node.api<RecordedSamples>(config.historian, "twin-historian");
  const request = fillRequest(config);
  if (typeof request === "string") throw new Error(request);
  const wanted = request;
  const saved = await node.snapshot.read<FillsSaved>();
  const known = saved?.version === 1 ? saved : undefined;
  const fills = new BoundFills(known?.resumedAt);
  const read = recorded && readerOf(recorded, () => plant.model);
  const corrections = new CorrectionLoop(node, { recorded, read, calculatorOf }, known?.corrections);
  const past = new PastConditions();
  const held = new HeldMessages({ first: tellPast, take: (message) => take(message.payload, node.send, message) });
  let readTo = Number.NEGATIVE_INFINITY;
  /** Live packages were counted before what was missed, by a start that ended while the historian was away. */
  const overtaken = known?.resumedAt !== undefined;
  let [changed, stale, away] = [false, true, recorded !== undefined];

  function bind(states?: FillsSaved["streams"]): void {
    const { faults, ended } = fills.bind(plant.model, config, wanted, states);
    const conditions = ended.flatMap(({ path, active }) => endingsOf(path, active, node.now()));
    if (conditions.length > 0) node.send({ conditions: { topic: "", payload: conditions } });
    changed = true;
    for (const fault of faults) node.log.warn(fault);
    if (fills.all.length === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target, fault: faults[0] ?? "" }));
    for (const { definition } of fills.all)
      for (const terms of definition.products.values()) if (typeof terms === "string") node.log.warn(`${definition.asset}: ${terms}`);
  }

  /** A machine that comes with a model says what it makes when that changes: what it said last is in the historian. */
  async function rebind(): Promise<void> {
    const added = fills.added(plant.model, config, wanted).filter(({ productTag }) => productTag !== null);
    const mark = {};
    const said = added.length === 0 ? [] : await lastProducts(added, mark);
    if (node.closing.aborted) return;
    bind();
    learn(added, said, mark);
  }

  /** What nobody could say yet is asked again: until then the nominal content of the form holds, and what it counts is counted again. */
  function learn(added: readonly FillDefinition[], said: readonly Sample[] | undefined, mark: object): void {
    if (said === undefined) {
      node.after(RETRY_AFTER, async () => {
        const later = await lastProducts(added, mark);
        if (!node.closing.aborted) learn(added, later, mark);
      });
      return;
    }
    take(said, node.send, {}, true);
    for (const { asset, productTag } of added)
      if (!said.some(({ tag }) => tag === productTag)) node.log.warn(node.text("productUnknown", { asset, tag: productTag ?? "" }));
  }

  /** Undefined: the historian is away, or has not got what was accepted before `mark` was first asked for. */
  async function lastProducts(definitions: readonly FillDefinition[], mark: object): Promise<readonly Sample[] | undefined> {
    if (recorded === undefined || read === undefined) return [];
    try {
      if (!(await recorded.flush(RETRY_AFTER, mark))) return undefined;
      const found = await Promise.all(definitions.map((definition) => productBefore(definition, node.now(), read)));
      return found.flat();
    } catch (error) {
      if (!isAway(error)) throw error;
      return undefined;
    }
  }

  function boundsOf(stream: FillStream, again: boolean): FillBounds {
    const now = node.now();
    const bounds = { latest: now + AHEAD, readTo: again ? Number.POSITIVE_INFINITY : readTo };
    // What is read back before live packages is counted in order; after them it is late, unless it had been counted before the restart.
    if (read === undefined || (again && held.holding && !overtaken)) return bounds;
    const counted = again ? fills.resumedAt(stream) : null;
    return { ...bounds, oldest: Math.max(now - OLDEST, counted ?? Number.NEGATIVE_INFINITY) };
  }

  /** `again`: it was read back. */
  function take(payload: unknown, send: Send, message: TwinMessage = {}, again = false): void {
    let marked = false;
    const lists = new Map<FillStream, Sample[]>();
    const rejects: Reject[] = [];
    for (const input of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
      if (!isSample(input)) rejects.push(reject("NOT_A_SAMPLE", input));
      else
        for (const stream of fills.hearing(input.tag)) {
          const list = lists.get(stream);
          if (list === undefined) lists.set(stream, [input]);
          else list.push(input);
        }
    }
    for (const [stream, samples] of lists) {
      const { differing } = stream;
      rejects.push(...hand(stream, stream.push(samples, boundsOf(stream, again)), send, message, again));
      marked ||= stream.differing !== differing;
    }
    node.reject(rejects, message);
    // That an interval is to be counted again is known nowhere else.
    if (marked) node.guard(save)();
  }

  function hand(stream: FillStream, filled: Filled, send: Send, message: TwinMessage, again: boolean): readonly Reject[] {
    [changed, stale] = [true, true];
    if (filled.samples.length > 0) send({ samples: { ...message, topic: "", payload: filled.samples } });
    sendEvents(send, filled.events, message);
    const conditions = conditionsOf(stream.definition, filled.conditions, {
      priority: config.priority,
      text: (key, values) => node.text(key, values),
    });
    if (again && held.holding) past.add(conditions);
    else if (conditions.length > 0) send({ conditions: { ...message, topic: "", payload: conditions } });
    return filled.rejects;
  }

  function calculatorOf(path: string): Recomputing | undefined {
    const stream = fills.of(path);
    if (stream === undefined) return undefined;
    return {
      inMemoryFrom: null,
      async recompute({ stretches }, reader, rawFrom) {
        const again = await recount(stream, stretches, { read: reader, rawFrom, turn: nextTurn });
        changed = true;
        return again;
      },
    };
  }

  /** What late packages make different is counted again from what was recorded. */
  function correct(): void {
    for (const stream of fills.all)
      stream.late((stretch) => corrections.accepts(fillPath(stream.definition), { stretches: [stretch], begin: 0, samples: [] }));
    corrections.run();
  }

  /** Of all that is past what it came to. */
  function tellPast(): void {
    const conditions = past.take();
    if (conditions.length > 0) node.send({ conditions: { topic: "", payload: conditions } });
  }

  function show(): void {
    stale = false;
    const parts = fills.all.flatMap(({ part }) => part ?? []);
    const packages = parts.reduce((sum, part) => sum + part.packages.n, 0);
    const lasting = fills.all.flatMap(({ active }) => active);
    const [only] = parts;
    if (lasting[0] !== undefined) return node.status("degraded", node.text(`lasts_${lasting[0]}`, { count: lasting.length }));
    if (away) return node.status("degraded", node.text("away"));
    if (only === undefined) return node.status("idle", node.text("waiting", { count: fills.all.length }));
    if (fills.all.length > 1) return node.status("ok", node.text("many", { count: fills.all.length, packages }));
    const { giveaway, limits } = only.packages;
    const unit = fills.all[0]?.definition.unit ?? "g";
    node.status(
      "ok",
      node.text("one", { giveaway: giveaway.toFixed(2), unit, percent: ((100 * giveaway) / limits.nominal).toFixed(2), packages }),
    );
  }

  async function save(): Promise<void> {
    if (!changed) return;
    changed = false;
    const owed = away ? { resumedAt: fills.resumed } : {};
    await node.snapshot.write<FillsSaved>({ version: 1, streams: fills.state(), corrections: corrections.state(), ...owed });
  }

  bind(known?.streams ?? {});
  const unsubscribe = plant.subscribe(node.guard(rebind));
  const reading = catchUp(node, {
    recorded,
    read,
    sources: () => fills.sources(node.now() + AHEAD - HORIZON),
    take(samples) {
      readTo = Math.max(readTo, samples.at(-1)?.timestamp ?? readTo);
      take(samples, node.send, {}, true);
    },
    done() {
      away = false;
      held.goOn();
      show();
    },
  });
  await begun(node, reading);
  held.goOnInTime(node);
  correct();
  node.every(SNAPSHOT_EVERY, save);
  node.every(RECOUNT_EVERY, correct);
  node.every(SHOW_EVERY, () => {
    if (stale) show();
  });

  return {
    onInput(message, send) {
      if (!held.hold(message)) take(message.payload, send, message);
    },
    async onClose(removed) {
      unsubscribe();
      if (!removed) await save();
    },
  };
});
