/** Which orders a shift worked on by whose word, and whether its counts agree with a second counter. */
import type { ReportedMachine } from "./report.ts";

export type ReportedOrder = {
  readonly order: string;
  /** `~` for none. */
  readonly product: string;
  readonly good: number;
  readonly scrap: number;
  /** `tag`: the machine's own tags, or nobody. */
  readonly source: "manual" | "mes" | "tag";
  /** Null with `tag`. */
  readonly author: string | null;
  /** When it was recorded, ms UTC. */
  readonly recorded: number | null;
};

/** Counts of a machine against its second counter; `order` null for the whole shift. */
export type ReportedReconciliation = {
  readonly asset: string;
  readonly order: string | null;
  readonly counted: number;
  readonly second: number;
  readonly difference: number;
  readonly percent: number | null;
  readonly tolerance_percent: number;
  readonly beyond: boolean;
};

const MOST_ROWS = 12;

export function reportedOrders({ explanation }: ReportedMachine): readonly ReportedOrder[] {
  return explanation.orders
    .filter(({ order }) => order !== "~")
    .slice(0, MOST_ROWS)
    .map(({ order, product, good, scrap, by }) => ({
      order,
      product,
      good,
      scrap,
      source: by?.source ?? "tag",
      author: by?.author ?? null,
      recorded: by?.recorded ?? null,
    }));
}

/** Of every machine the whole shift, and the orders beyond the tolerance. */
export function reportedReconciliations(machines: readonly ReportedMachine[]): readonly ReportedReconciliation[] {
  return machines
    .flatMap(({ asset, explanation }) =>
      explanation.reconciliations
        .filter(({ order, beyond }) => order === null || beyond)
        .map(({ order, counted, second, difference, percent, tolerancePercent: tolerance_percent, beyond }) => ({
          asset,
          order,
          counted,
          second,
          difference,
          percent,
          tolerance_percent,
          beyond,
        })),
    )
    .slice(0, MOST_ROWS);
}
