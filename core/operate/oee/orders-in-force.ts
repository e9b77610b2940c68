/** Which order and product are on the machine: what was stated before what its tags say. */
import { Column } from "./column.ts";
import type { Readings } from "./readings.ts";
import type { Production, StatedOrder } from "./production.ts";

const NONE = "~";

/** As atoms read it: rows where the product or the order may change, right within a stretch of time and just before it. */
export interface OrdersInForce {
  readonly product: Column<string>;
  readonly order: Column<string>;
  /** What was stated, in order and without overlap. */
  readonly stated: readonly StatedOrder[];
}

/** For [from, to]: a change at `from` is one only by what was just before. */
export function ordersInForce({ product, order }: Readings, production: Production, from: number, to: number): OrdersInForce {
  const { orders: stated } = production.within(from - 1, to + 1);
  if (stated.length === 0) return { product, order, stated };
  const span = { from: from - 1, to: to + 1 };
  return { product: overlaid(product, stated, "product", span), order: overlaid(order, stated, "order", span), stated };
}

function overlaid(
  column: Column<string>,
  stated: readonly StatedOrder[],
  field: "product" | "order",
  { from, to }: { readonly from: number; readonly to: number },
): Column<string> {
  const result = new Column<string>();
  const put = (time: number, value: string): void => result.insertAfter(result.length - 1, time, value);
  const byTag = (start: number, end: number, ended: string | null = null): void => {
    if (start >= end) return;
    const said = (value: string | undefined): string => (value === undefined || (field === "order" && value === ended) ? NONE : value);
    let i = column.at(start);
    put(start, said(column.value(i)));
    for (i += 1; column.time(i) < end; i += 1) put(column.time(i), said(column.value(i)));
  };
  let at = from;
  for (const one of stated) {
    byTag(at, one.start);
    const value = one[field];
    if (value === null) byTag(one.start, one.end, one.ended);
    else put(one.start, value);
    at = one.end;
  }
  byTag(at, to);
  return result;
}

/** What was stated of an instant. */
export function statedAt(stated: readonly StatedOrder[], t: number): StatedOrder | undefined {
  const one = stated.findLast(({ start }) => start <= t);
  return one !== undefined && t < one.end ? one : undefined;
}
