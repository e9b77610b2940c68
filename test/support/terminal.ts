/** A ledger in memory behind a terminal, with a filler that stood a few times this morning. */
import type { TerminalPorts } from "../../adapters/terminal/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type Stop, stopEvent } from "../../core/operate/downtime/index.ts";
import { MemoryLedger } from "./memory-ledger.ts";

export const FILLER = "acme.galway.bottling.line01.filler01";
const MINUTE = 60_000;

export interface TerminalLedger {
  readonly ledger: MemoryLedger;
  readonly ports: TerminalPorts;
  /** States a stop; times in minutes before `now`. */
  stood(from: number, to: number | null, more?: Partial<Stop>): Promise<void>;
}

export function terminalLedger(model: PlantModel, now: () => number, samples: readonly Sample[] = []): TerminalLedger {
  const ledger = new MemoryLedger();
  const by = { author: "node:twin-oee", reason: "stated" };
  return {
    ledger,
    ports: {
      model: () => model,
      ledger: () => ledger,
      state: async (statements, who) => ({ entries: await ledger.record(statements as never, who, now()), rejects: [] }),
      lastSamples: async () => samples,
      now,
      promptMinutes: 5,
      shortestSeconds: 0,
      asksExternal: false,
    },
    async stood(from, to, more = {}) {
      const stop: Stop = {
        start: now() - from * MINUTE,
        end: to === null ? null : now() - to * MINUTE,
        bucket: "stop",
        state: "Stopped",
        text: null,
        reason: null,
        micro: false,
        ...more,
      };
      await ledger.record([stopEvent(stop, 1, { asset: FILLER, modelRevision: model.revision, microStopMs: 0 })], by, now());
    },
  };
}
