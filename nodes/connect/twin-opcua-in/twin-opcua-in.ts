import type { Feed, OpcUaEndpoint, RefusedNode, ResumeState } from "../../../adapters/opcua/index.ts";
import { reject } from "../../../core/connect/sample/index.ts";
import type { SourceReading } from "../../../core/connect/tag-map/reading.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { PlantService } from "../twin-plant/plant-service.ts";
import { Overlap } from "./overlap.ts";
import { selectionOf } from "./selection.ts";
import declaration from "./twin-opcua-in.node.ts";

const SNAPSHOT_MS = 1000;
const STATUS_MS = 1000;

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const endpoint = node.api<OpcUaEndpoint>(config.server, "twin-opcua");
  const plant = config.source === "plant" && config.plant !== undefined ? node.api<PlantService>(config.plant, "twin-plant") : undefined;
  const topic = `opcua/${node.id}`;
  const resume = await node.snapshot.read<ResumeState>();
  const overlap = new Overlap(resume);

  const listener = {
    readings: node.guard((batch: readonly SourceReading[]) => node.send({ samples: { payload: batch, topic } })),
    refused: node.guard((nodes: readonly RefusedNode[]) => {
      node.reject(
        nodes.map((n) => reject("UNKNOWN_TAG", { address: n.address, status: n.status }, { message: n.message, field: "address" })),
      );
    }),
    changed: node.guard(() => {
      show();
      warn();
    }),
  };
  const { samplingInterval, publishingInterval, queueSize } = config;
  const open = (state: ResumeState | undefined): Feed =>
    endpoint.subscribe(
      { ...selectionOf(config, plant?.model), samplingInterval, publishingInterval, queueSize, ...(state ? { resume: state } : {}) },
      listener,
    );
  let feed = open(resume);

  let shown = 0;
  let rate = 0;
  const show = (): void => {
    const { state } = endpoint;
    if ("message" in state) return node.status(state.word === "lost" ? "degraded" : "fault", state.message);
    const { live, items, gaps, overflows, unrecovered } = feed.stats;
    if (!live) return node.status("busy", node.text("connecting"));
    if (unrecovered) return node.status("degraded", node.text("unrecovered", unrecovered));
    if (state.word === "connected" && state.warning !== undefined) return node.status("degraded", state.warning);
    if (overflows > 0) return node.status("degraded", node.text("overflow", { overflows }));
    node.status("ok", node.text(gaps > 0 ? "gaps" : "live", { items, rate, gaps }));
  };
  let warned = false;
  const warn = (): void => {
    const { unrecovered } = feed.stats;
    if (!unrecovered || warned) return;
    warned = true;
    node.log.warn(node.text("unrecovered", unrecovered));
  };
  node.every(STATUS_MS, () => {
    const { delivered } = feed.stats;
    rate = Math.round(((delivered - shown) * 1000) / STATUS_MS);
    shown = delivered;
    show();
  });
  node.every(SNAPSHOT_MS, () => save());
  const stopWatching = endpoint.watch(node.guard(() => show()));
  const stopPlant = plant?.subscribe(
    node.guard(async () => {
      const previous = feed;
      // Exchanged in one turn, so that a second change or the close meets one feed; a selection that is wrong keeps the old one.
      feed = open(previous.resumeState);
      shown = 0;
      await endpoint.release(previous);
    }),
  );

  async function save(): Promise<void> {
    overlap.note(feed.resumeState, node.now());
    if (overlap.safe) await node.snapshot.write(overlap.safe);
  }

  return {
    onClose: async () => {
      stopWatching();
      stopPlant?.();
      await endpoint.release(feed);
      await save();
    },
  };
});
