import { toMqttTopic } from "../../../core/connect/tag-id/index.ts";
import { type MapResult, type Readings, readings, TagMap, type TagMapState } from "../../../core/connect/tag-map/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import type { PlantService } from "../twin-plant/plant-service.ts";
import { optionsOf, rulesOf } from "./mapping.ts";
import declaration from "./twin-tag-map.node.ts";

const TICK_MS = 1_000;
const SNAPSHOT_MS = 30_000;

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = config.plant === undefined ? undefined : node.api<PlantService>(config.plant, "twin-plant");
  const rules = rulesOf(config.rows, (row) => node.text("scaling", { row }));
  const shapes = {
    ...(config.protocol === "" ? {} : { protocol: config.protocol }),
    ...(config.address === "" ? {} : { address: config.address }),
    localTimes: config.zone !== undefined,
  };
  const compile = (): TagMap => new TagMap(rules, plant?.model, optionsOf(config));
  let map = compile();
  /** By tag; no more than the tag map holds tags. */
  const topics = new Map<string, string>();
  const saved = await node.snapshot.read<TagMapState>();
  if (saved?.version === 1) map.restore(saved);

  const unsubscribe = plant?.subscribe(
    node.guard(() => {
      try {
        const next = compile();
        next.restore(map.state());
        next.continueFrom(map);
        map = next;
        topics.clear();
      } catch (error) {
        node.log.warn(node.text("kept", { why: (error as Error).message }));
      }
    }),
  );

  const unwatch = plant?.watch({ node: node.id, map: () => map });
  let mapped = 0;
  let lastMapped = 0;
  let lastTick = node.now();
  let savedAt = 0;

  function emit(result: MapResult, message: TwinMessage, single: boolean, send: Send): void {
    node.reject(result.rejects, message);
    const { samples } = result;
    const [first] = samples;
    if (first === undefined) return;
    mapped += samples.length;
    // The message is this node's own; changing it is cheaper than copying it.
    message.payload = single ? first : samples;
    if (samples.length === 1 || samples.every(({ tag }) => tag === first.tag)) message.topic = topicOf(first.tag);
    else delete message.topic;
    send({ samples: message });
  }

  function topicOf(tag: string): string {
    let topic = topics.get(tag);
    if (topic === undefined) {
      topic = toMqttTopic(tag);
      topics.set(tag, topic);
    }
    return topic;
  }

  /** Messages that need an expression wait for it; those behind them wait too, so that order holds. */
  let tail: Promise<void> = Promise.resolve();
  async function withExpressions(understood: Readings, now: number, message: TwinMessage, send: Send): Promise<void> {
    const result = map.map(understood.inputs, now);
    const late = await map.evaluate(result.deferred, now);
    emit(
      { ...late, samples: [...result.samples, ...late.samples], rejects: [...result.rejects, ...late.rejects] },
      message,
      understood.single,
      send,
    );
  }

  node.every(TICK_MS, () => {
    const now = node.now();
    const { samples, rejects } = map.tick(now);
    node.reject(rejects);
    if (samples.length > 0) node.send({ samples: { payload: samples } });
    const rate = Math.round(((mapped - lastMapped) * 1_000) / Math.max(1, now - lastTick));
    lastMapped = mapped;
    lastTick = now;
    show(rate);
  });
  node.every(SNAPSHOT_MS, save);

  function show(rate: number): void {
    const stale = map.staleTags;
    const unmapped = node.rejected["UNMAPPED"] ?? 0;
    const text = stale > 0 ? (unmapped > 0 ? "staleAndUnmapped" : "stale") : unmapped > 0 ? "unmapped" : "rate";
    if (mapped === 0 && unmapped === 0) node.status("idle", node.text("idle"));
    else node.status(stale > 0 || unmapped > 0 ? "degraded" : "ok", node.text(text, { rate, stale, unmapped }));
  }

  async function save(): Promise<void> {
    if (mapped === savedAt) return;
    savedAt = mapped;
    await node.snapshot.write(map.state());
  }

  show(0);
  return {
    onInput(message, send) {
      const now = node.now();
      const understood = readings(message, now, { ...shapes, registers: map.registers });
      node.reject(understood.rejects, message);
      if (map.hasExpressions) {
        const turn = tail.then(async () => withExpressions(understood, now, message, send));
        tail = turn.catch(() => undefined);
        return turn;
      }
      emit(map.map(understood.inputs, now), message, understood.single, send);
      return undefined;
    },
    async onClose(removed) {
      unsubscribe?.();
      unwatch?.();
      await tail;
      if (!removed) await save();
    },
  };
});
