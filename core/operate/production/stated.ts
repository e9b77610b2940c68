/**
 * What holds of a machine's production after everything that was stated. Pure: the same statements give the same, in
 * whatever order they are handed over.
 *
 * Precedence: people before an MES, either before the machine's own tags. An order that people ended leaves the word to the
 * MES and the tags again, but for that same order, which they may still name.
 */
import { LASTING, STATED_SOURCES, type StatedOrder, type StatedProduction } from "../oee/index.ts";
import type { CountStatement } from "./count-statement.ts";
import type { OrderStatement } from "./order-statement.ts";
import { holding } from "./said.ts";

export type ProductionStatement = OrderStatement | CountStatement;

/** A statement that stands for nothing, to be looked at by a person. */
export interface PassedOver {
  readonly statement: OrderStatement;
  readonly why: "another order was on the machine";
}

export interface Stated {
  readonly production: StatedProduction;
  readonly review: readonly PassedOver[];
}

/** Longer than this no statement about an order holds, ms, so that it is known how far back to look. */
export const LONGEST_ORDER = 31 * 24 * 3_600_000;

/** `statements` of one machine. */
export function stated(statements: readonly ProductionStatement[]): Stated {
  const held = holding(statements);
  const counts = held.flatMap((one) => (one.of === "counts" ? [countOf(one)] : []));
  const review: PassedOver[] = [];
  const layers = STATED_SOURCES.map((source) => {
    const own = held.flatMap((one) => (one.of === "orders" && one.by.source === source ? [one] : []));
    return ordersOf(own, review);
  });
  return { production: { orders: layered(layers), counts }, review };
}

function countOf({ id, from, to, good, scrap, rework, by }: CountStatement): StatedProduction["counts"][number] {
  return { id, from, to, good, scrap, rework, by };
}

/** The statements of one source, each until the next. */
function ordersOf(statements: readonly OrderStatement[], review: PassedOver[]): StatedOrder[] {
  const result: StatedOrder[] = [];
  const ordered = statements.toSorted((a, b) => a.start - b.start || a.by.recorded - b.by.recorded || a.sequence - b.sequence);
  for (const statement of ordered) {
    const { start, action, order, product, by } = statement;
    const last = result.at(-1);
    const running = last !== undefined && last.ended === null && last.end > start ? last.order : null;
    if (action === "stop" && running !== null && running !== order) {
      review.push({ statement, why: "another order was on the machine" });
      continue;
    }
    if (last !== undefined) result[result.length - 1] = { ...last, end: Math.min(last.end, start) };
    if (last !== undefined && last.start === start) result.pop();
    const what = action === "stop" ? { order: null, product: null, ended: order } : { order, product, ended: null };
    result.push({ start, end: start + LONGEST_ORDER, changeover: action === "changeover", ...what, by });
  }
  return result;
}

/** At each instant the first source that names an order; where none does, the first that ended one. */
function layered(layers: readonly (readonly StatedOrder[])[]): StatedOrder[] {
  const cuts = [...new Set(layers.flat().flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => a - b);
  const at = layers.map(() => 0);
  const result: StatedOrder[] = [];
  let before: StatedOrder | undefined;
  for (const [i, start] of cuts.entries()) {
    const end = cuts[i + 1] ?? LASTING;
    const covering = layers.map((layer, l) => {
      while ((layer[at[l] as number]?.end ?? LASTING) <= start) at[l] = (at[l] as number) + 1;
      const one = layer[at[l] as number];
      return one !== undefined && one.start <= start ? one : undefined;
    });
    const chosen = firstThatHolds(covering);
    const last = result.at(-1);
    if (chosen !== undefined && chosen === before && last?.end === start) result[result.length - 1] = { ...last, end };
    else if (chosen !== undefined) result.push({ ...chosen, start, end });
    before = chosen;
  }
  return result;
}

function firstThatHolds(covering: readonly (StatedOrder | undefined)[]): StatedOrder | undefined {
  const ended = new Set<string>();
  for (const one of covering) {
    if (one === undefined) continue;
    if (one.ended !== null) ended.add(one.ended);
    else if (one.order === null || !ended.has(one.order)) return one;
  }
  return covering.find((one) => one !== undefined);
}
