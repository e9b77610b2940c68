/** Statements about production as the ledger holds them. */
import { everyLatest, type Ledger, type LedgerEntry } from "../../connect/ledger/index.ts";
import { LASTING, type StatedProduction } from "../oee/index.ts";
import { COUNT_KIND, countStatementOf } from "./count-statement.ts";
import { MachineProduction } from "./machine-production.ts";
import { ORDER_KINDS, orderStatementOf } from "./order-statement.ts";
import { LONGEST_ORDER, type ProductionStatement } from "./stated.ts";

export const PRODUCTION_KINDS: readonly string[] = [...Object.values(ORDER_KINDS), COUNT_KIND];

/** What an entry states; a sentence where it cannot be read; undefined where it is of another kind. */
export function productionStatementOf(entry: LedgerEntry): ProductionStatement | { readonly fault: string } | undefined {
  return orderStatementOf(entry) ?? countStatementOf(entry);
}

/** Everything stated of a machine that can hold at `from` or later; a correction may have been made much later. */
export async function heldProductionStatements(
  ledger: Pick<Ledger, "latest">,
  asset: string,
  from: number,
): Promise<ProductionStatement[]> {
  const kinds = PRODUCTION_KINDS.map((kind) => everyLatest(ledger, { kind, asset, from: from - LONGEST_ORDER, to: LASTING }));
  return (await Promise.all(kinds)).flat().flatMap((entry) => {
    const statement = productionStatementOf(entry);
    return statement === undefined || "fault" in statement ? [] : [statement];
  });
}

/** What is stated now of [from, to): orders clipped to it, and the counts that end in it. */
export async function heldProduction(ledger: Pick<Ledger, "latest">, asset: string, from: number, to: number): Promise<StatedProduction> {
  const machine = new MachineProduction(from);
  machine.say(await heldProductionStatements(ledger, asset, from));
  const { orders, counts } = machine.whole().production;
  return {
    orders: orders.filter(({ start }) => start < to).map((one) => ({ ...one, end: Math.min(one.end, to) })),
    counts: counts.filter((one) => one.to < to),
  };
}
