import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import type { LedgerReader } from "../../core/operate/downtime/index.ts";

export interface TerminalPorts {
  readonly model: () => PlantModel;
  readonly ledger: () => LedgerReader;
  state(
    statements: readonly unknown[],
    by: { readonly author: string; readonly reason: string },
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly rejects: readonly Reject[] }>;
  /** The last recorded sample of each tag at an instant. Rejects while the historian is away. */
  lastSamples(tags: readonly string[], now: number): Promise<readonly Sample[]>;
  readonly now: () => number;
  /** A stop without a reason asks for one after so long, min. */
  readonly promptMinutes: number;
  /** A shorter stop waits for no reason, s. */
  readonly shortestSeconds: number;
  /** Whether waiting for other machines (blocked, starved) waits for a reason. */
  readonly asksExternal: boolean;
}
