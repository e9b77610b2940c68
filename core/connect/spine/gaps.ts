import type { Ledger, Statement } from "../ledger/index.ts";
import type { Queue, QueueDrop } from "../queue/index.ts";

export const QUEUE_GAP = "queue.gap.v1";

/**
 * Records what the queue had to drop as events `queue.gap.v1` about `asset`: [start, end) is when the lost points were
 * queued, `data` is `{ reason, points }`. At least once; the same drop twice is one statement. Returns the points.
 */
export async function reportDrops(ports: { queue: Queue; ledger: Ledger }, asset: string, now: number): Promise<number> {
  const drops = await ports.queue.drops();
  const last = drops.at(-1);
  if (!last) return 0;
  await ports.ledger.record(
    drops.map((drop) => gap(drop, asset)),
    { author: "node:twin-historian", reason: "The durable queue reached its limit and dropped its oldest points." },
    now,
  );
  await ports.queue.dropsReported(last.id);
  return drops.reduce((sum, drop) => sum + drop.points, 0);
}

function gap({ id, reason, points, oldest, newest }: QueueDrop, asset: string): Statement {
  return { kind: QUEUE_GAP, asset, start: oldest, end: newest + 1, data: { drop: id, reason, points } };
}
