import { defineNode } from "../../kit/define-node.ts";
import type { TwinMessage } from "../../kit/node.ts";
import type { HistorianService } from "../twin-historian/historian-service.ts";
import declaration from "./twin-store.node.ts";

const STATUS_MS = 2_000;

export default defineNode(declaration, (node) => {
  const historian = node.api<HistorianService>(node.config.historian, "twin-historian");
  const author = `node:twin-store:${node.id}`;
  let stored = 0;
  let before = 0;

  node.status("idle", node.text("idle"));
  node.every(STATUS_MS, async () => {
    const rate = Math.round(((stored - before) * 1_000) / STATUS_MS);
    before = stored;
    try {
      const { queue, forwarder, pending } = await historian.stats();
      const waiting = queue.points + pending;
      if (forwarder.state === "away") node.status("degraded", node.text("away", { waiting }));
      else if (stored > 0) node.status("ok", node.text("storing", { rate, waiting }));
    } catch (error) {
      node.status("fault", node.text("failing", { problem: (error as Error).message }));
    }
  });

  return {
    async onInput(message) {
      const { samples, events } = sorted(message.payload);
      const by = { author, reason: reasonOf(message) ?? node.text("reason") };
      const [recorded, stated] = await Promise.all([
        samples.length > 0 ? historian.record(samples) : NOTHING,
        events.length > 0 ? historian.state(events, by) : NOTHING,
      ]);
      stored += recorded.stored + stated.entries.filter((entry) => entry.fresh).length;
      node.reject([...recorded.rejects, ...stated.rejects], message);
    },
  };
});

const NOTHING = { stored: 0, entries: [], rejects: [] };

function sorted(payload: unknown): { readonly samples: readonly unknown[]; readonly events: readonly unknown[] } {
  const items: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  const events = items.filter((item) => isEvent(item));
  return { samples: events.length === 0 ? items : items.filter((item) => !isEvent(item)), events };
}

function isEvent(item: unknown): boolean {
  return typeof item === "object" && item !== null && Object.hasOwn(item, "kind") && !Object.hasOwn(item, "tag");
}

function reasonOf(message: TwinMessage): string | undefined {
  const reason = message["reason"];
  return typeof reason === "string" && reason.trim() !== "" ? reason.slice(0, 2_000) : undefined;
}
