/** Recorded values of a chart, read into the thread that computes of them: by the piece, so that they keep nobody waiting here. */
import { type ChartDefinition, tagsOf } from "../../core/model/charting/index.ts";
import { chartPath, measurementOf, SPC_MEASUREMENT, subgroupOf } from "../../core/model/limits/index.ts";
import type { ChartPorts } from "./ports.ts";
import { openStudy, type RemoteStudy } from "./study-thread.ts";

/** [from, to), ms UTC. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Following {
  /** Nobody wants it any more: reading ends. */
  readonly dropped: () => boolean;
  /** How far it has come, 0 … 1. */
  readonly progress?: (share: number) => void;
}

const MOST_MEASUREMENTS = 100_000;
/** Samples go to the other thread by so many, so that copying them keeps nobody waiting. */
const MOST_AT_ONCE = 1_000;

/** Who has it closes it. Rejects while the historian is away. */
export async function readStudy(
  ports: Pick<ChartPorts, "ledger" | "pieces">,
  definition: ChartDefinition,
  window: Window,
  following: Following,
): Promise<RemoteStudy> {
  const { from, to } = window;
  const study = await openStudy(definition, from);
  try {
    if (definition.source.from === "hand") {
      const filter = { kind: SPC_MEASUREMENT, asset: chartPath(definition), from, to, limit: MOST_MEASUREMENTS };
      const entries = await ports.ledger().latest(filter);
      const subgroups = entries.flatMap((entry) => {
        const measured = measurementOf(entry);
        return (measured === undefined ? null : subgroupOf(measured)) ?? [];
      });
      await study.measured(subgroups);
      // What was being made says for which limits they count.
      await read(ports, study, Object.values(definition.circumstances), window, following);
    } else await read(ports, study, tagsOf(definition), window, following);
  } catch (error) {
    await study.close().catch(() => undefined);
    throw error;
  }
  return study;
}

async function read(
  ports: Pick<ChartPorts, "pieces">,
  study: RemoteStudy,
  tags: readonly string[],
  { from, to }: Window,
  { dropped, progress }: Following,
): Promise<void> {
  if (tags.length === 0) return;
  for await (const samples of ports.pieces(tags, from, to)) {
    for (let at = 0; at < samples.length; at += MOST_AT_ONCE) {
      if (dropped()) return;
      await study.take(samples.slice(at, at + MOST_AT_ONCE), at + MOST_AT_ONCE < samples.length);
    }
    progress?.(Math.max(0, ((samples.at(-1)?.timestamp ?? from) - from) / Math.max(1, to - from)));
  }
  // Otherwise what comes last would wait for what comes after it.
  await study.end(to);
}
