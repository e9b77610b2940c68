/**
 * What is stated about the orders of a machine: `order.manual.v1` by people, `order.mes.v1` by an MES. Each holds from the
 * start of its ledger entry; none is ever changed. A correction replaces the statement of an id, a revert takes it back.
 */
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { StatedSource } from "../oee/index.ts";
import { about, id, type Said, saidBy } from "./said.ts";

/** By source, the one that goes first in front. */
export const ORDER_KINDS = { manual: "order.manual.v1", mes: "order.mes.v1" } as const satisfies Record<StatedSource, string>;

const name = Type.String({ minLength: 1, maxLength: 128 });

/** Fields that are not named here say nothing about orders and are passed over. */
export const ORDER_STATEMENT_DATA = Type.Union([
  /** From now on this order is on the machine, and this product, where it is named. */
  Type.Object({ ...about, action: Type.Literal("start"), order: name, product: Type.Optional(name), replaces: Type.Optional(id) }),
  /** The machine is changed over to this product, until its order starts. */
  Type.Object({ ...about, action: Type.Literal("changeover"), product: name, order: Type.Optional(name), replaces: Type.Optional(id) }),
  /** The order has ended. Another one that the machine or an MES names counts, the same one no longer. */
  Type.Object({ ...about, action: Type.Literal("stop"), order: name, replaces: Type.Optional(id) }),
  /** Takes back the statement of that id, also a revert. */
  Type.Object({ ...about, action: Type.Literal("revert"), target: id }),
]);

export interface OrderStatement extends Said {
  readonly of: "orders";
  /** From when on it holds, ms UTC. */
  readonly start: number;
  readonly action: "start" | "changeover" | "stop" | "revert";
  readonly order: string | null;
  readonly product: string | null;
}

const UNREADABLE =
  "This is no statement about an order: it needs an id, an action (start, changeover, stop, revert) and what that is about.";

/** Undefined: the entry is of another kind. */
export function orderStatementOf(entry: LedgerEntry): OrderStatement | { readonly fault: string } | undefined {
  const source = entry.kind === ORDER_KINDS.manual ? "manual" : entry.kind === ORDER_KINDS.mes ? "mes" : undefined;
  if (source === undefined) return undefined;
  const { data, start } = entry;
  if (!Value.Check(ORDER_STATEMENT_DATA, data)) return { fault: UNREADABLE };
  const { action } = data;
  const [order, product] = action === "revert" ? [undefined, undefined] : [data.order, action === "stop" ? undefined : data.product];
  return { of: "orders", start, action, order: order ?? null, product: product ?? null, ...saidBy(entry, data, source) };
}
