import type { Ledger, LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import type { DeployedChart } from "./deployed.ts";

export interface ChartPorts {
  readonly model: () => PlantModel;
  readonly charts: () => readonly DeployedChart[];
  readonly ledger: () => Pick<Ledger, "latest" | "revisions">;
  state(
    statements: readonly unknown[],
    by: { readonly author: string; readonly reason: string },
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly rejects: readonly Reject[] }>;
  /** Recorded samples in [from, to), and the last of each tag before. Rejects while the historian is away. */
  samples(tags: readonly string[], from: number, to: number): Promise<readonly Sample[]>;
  /** The same by the piece, in order of time. */
  pieces(tags: readonly string[], from: number, to: number): AsyncIterable<readonly Sample[]>;
  readonly now: () => number;
  /** Limits are approved by somebody else than who proposed them. */
  readonly secondPerson: boolean;
}
