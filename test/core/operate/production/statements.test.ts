import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Ledger, LedgerEntry } from "../../../../core/connect/ledger/index.ts";
import { LASTING } from "../../../../core/operate/oee/index.ts";
import {
  heldProductionStatements,
  LONGEST_ORDER,
  MachineProduction,
  productionStatementOf,
  type ProductionStatement,
  stated,
} from "../../../../core/operate/production/index.ts";
import { ASSET, MINUTE, T0 } from "../../../support/oee-line.ts";

let sequence = 0;

function entry(kind: string, minute: number, data: Record<string, unknown>, author = "ada"): LedgerEntry {
  sequence += 1;
  const start = T0 + minute * MINUTE;
  const made = { made: start, ...data } as LedgerEntry["data"];
  return { id: sequence, kind, asset: ASSET, start, end: start, revision: 1, data: made, author, reason: "test", recorded: T0 + sequence };
}

function said(kind: "manual" | "mes" | "count", minute: number, data: Record<string, unknown>, author?: string): ProductionStatement {
  const statement = productionStatementOf(entry(kind === "count" ? "count.manual.v1" : `order.${kind}.v1`, minute, data, author));
  if (statement === undefined || "fault" in statement) throw new Error(statement?.fault ?? "another kind");
  return statement;
}

const start = (id: string, order: string, more: Record<string, unknown> = {}) => ({
  id,
  action: "start",
  order,
  product: "still",
  ...more,
});
const orders = (all: ProductionStatement[]) =>
  stated(all).production.orders.map(({ start: from, end: to, order, ended, by }) => [
    (from - T0) / MINUTE,
    to - from === LONGEST_ORDER ? "month" : (to - T0) / MINUTE,
    order ?? `-${ended}`,
    by.source,
  ]);

describe("what is stated about orders", () => {
  it("holds from its start until the next, and a stop leaves an end behind", () => {
    const all = [
      said("manual", 10, start("first-order", "4711")),
      said("manual", 20, start("second-order", "4712")),
      said("manual", 30, { id: "end-second", action: "stop", order: "4712" }),
    ];
    assert.deepEqual(orders(all), [
      [10, 20, "4711", "manual"],
      [20, 30, "4712", "manual"],
      [30, "month", "-4712", "manual"],
    ]);
  });

  it("goes by precedence: people before the MES, who has the word again when they end an order, but for that order", () => {
    const all = [
      said("mes", 0, start("mes-order1", "4700")),
      said("manual", 10, start("by-hand-01", "4711")),
      said("manual", 20, { id: "by-hand-02", action: "stop", order: "4711" }),
      said("mes", 30, start("mes-order2", "4711")),
      said("mes", 40, start("mes-order3", "4712")),
    ];
    assert.deepEqual(orders(all).slice(0, 5), [
      [0, 10, "4700", "mes"],
      [10, 20, "4711", "manual"],
      [20, 30, "4700", "mes"],
      [30, 40, "-4711", "manual"],
      [40, orders(all)[4]?.[1], "4712", "mes"],
    ]);
  });

  it("is corrected by what replaces it; a correction taken back brings back what it replaced, a corrected correction does not", () => {
    const first = said("manual", 10, start("first-order", "4711"));
    const better = said("manual", 5, start("better-one", "4712", { replaces: "first-order" }));
    const best = said("manual", 6, start("best-order", "4713", { replaces: "better-one" }));
    assert.deepEqual(orders([first, better]), [[5, "month", "4712", "manual"]]);
    assert.deepEqual(orders([first, better, best]), [[6, "month", "4713", "manual"]]);
    const back = said("manual", 60, { id: "taken-back", action: "revert", target: "better-one" });
    assert.deepEqual(orders([first, better, back]), [[10, "month", "4711", "manual"]]);
    const forth = said("manual", 61, { id: "back-again", action: "revert", target: "taken-back" });
    assert.deepEqual(orders([first, better, back, forth]), [[5, "month", "4712", "manual"]]);
  });

  it("about the end of another order than the one on the machine stands for nothing and is to be looked at", () => {
    const all = [said("manual", 0, start("first-order", "4711")), said("manual", 9, { id: "end-other", action: "stop", order: "4700" })];
    assert.deepEqual(orders(all), [[0, "month", "4711", "manual"]]);
    assert.deepEqual(
      stated(all).review.map(({ statement }) => statement.id),
      ["end-other"],
    );
  });

  it("is the same in whatever order it is handed over", () => {
    const all = [
      said("mes", 0, start("mes-order1", "4700")),
      said("manual", 10, start("by-hand-01", "4711")),
      said("manual", 10, start("by-hand-02", "4712", { replaces: "by-hand-01" })),
      said("manual", 20, { id: "by-hand-03", action: "stop", order: "4712" }),
      said("manual", 21, { id: "by-hand-04", action: "changeover", product: "lemon" }),
      said("manual", 22, { id: "by-hand-05", action: "revert", target: "by-hand-03" }),
      said("count", 23, { id: "count-0001", good: 5 }),
    ];
    const expected = stated(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        assert.deepEqual(stated(shuffled), expected);
      }),
    );
  });

  it("that cannot be read is a fault with a sentence, hostile keys are no fields, and other kinds are passed over", () => {
    const fault = (kind: string, data: Record<string, unknown>): string | undefined => {
      const read = productionStatementOf(entry(kind, 0, data));
      return read !== undefined && "fault" in read ? read.fault : undefined;
    };
    assert.match(fault("order.manual.v1", { id: "some-order", action: "pause", order: "1" }) ?? "", /start, changeover, stop, revert/);
    assert.match(
      fault("order.manual.v1", JSON.parse('{"id":"some-order","__proto__":{"action":"stop","order":"1"}}')) ?? "",
      /no statement/,
    );
    assert.match(fault("count.manual.v1", { id: "some-count", good: -3 }) ?? "", /good is -3.*replace that count/);
    assert.match(fault("count.manual.v1", { id: "some-count", scrap: 1.5 }) ?? "", /whole number.*scrap is 1.5/);
    assert.match(fault("count.manual.v1", { id: "some-count", good: 1, from: 5 }) ?? "", /period/);
    assert.match(fault("count.manual.v1", { id: "some-count", good: 1, from: 5, to: 5 }) ?? "", /period/);
    assert.equal(productionStatementOf(entry("downtime.statement.v1", 0, {})), undefined);
    const withMore = productionStatementOf(entry("count.manual.v1", 0, { id: "some-count", good: 1, badge: "x" }));
    assert.ok(withMore !== undefined && !("fault" in withMore), "a field of a later version is no reason to lose a count");
  });
});

describe("what the ledger holds of one machine's production", () => {
  it("is read to the newest, however many counts there are", async () => {
    const all = Array.from({ length: 10_005 }, (_, i) =>
      entry("count.manual.v1", i, { id: `count-${String(i).padStart(6, "0")}`, good: 1 }),
    );
    const latest: Ledger["latest"] = ({ kind, from = 0, after = { start: -1 }, limit = 1_000 }) =>
      Promise.resolve(
        all.filter((one) => one.kind === kind && one.start >= from && one.start > after.start).slice(0, Math.min(limit, 10_000)),
      );
    const held = await heldProductionStatements({ latest }, ASSET, T0);
    assert.equal(held.length, all.length);
    assert.equal(held.at(-1)?.id, "count-010004");
    assert.equal(new Set(held.map(({ id }) => id)).size, all.length, "each once");
  });
});

describe("what is told of one machine", () => {
  it("is of the range that a statement touches: a count where it ends, an order from its start on, and what it corrects", () => {
    const machine = new MachineProduction(T0);
    const told = (...all: ProductionStatement[]) => {
      const { from, to, production } = machine.say(all) ?? assert.fail("nothing new");
      const range = [(from - T0) / MINUTE, to === LASTING ? "on" : (to - 1 - T0) / MINUTE];
      return [...range, production.orders.length, production.counts.map(({ id }) => id).join(" ")];
    };
    const [first, second] = [said("count", 10, { id: "count-0001", good: 5 }), said("count", 20, { id: "count-0002", good: 5 })];
    assert.deepEqual(told(first), [10, 10, 0, "count-0001"]);
    assert.deepEqual(told(second), [20, 20, 0, "count-0002"], "and not the other again");
    assert.deepEqual(told(said("manual", 15, start("some-order", "4711"))), [15, "on", 1, "count-0002"]);
    const better = said("count", 12, { id: "count-0003", good: 4, replaces: "count-0001" });
    assert.deepEqual(told(better), [10, 12, 0, "count-0003"]);
    const back = said("count", 30, { id: "back-00001", action: "revert", target: "count-0003" });
    assert.deepEqual(told(back), [10, 12, 0, "count-0001"], "what it replaced is back");
    assert.deepEqual(told(said("count", 31, { id: "back-00002", action: "revert", target: "back-00001" })), [10, 12, 0, "count-0003"]);
    assert.equal(machine.say([said("count", -1, { id: "count-0009", good: 1 })]), null, "nothing of what is too old");
  });

  it("is everything from where it is known on; said twice it is told once, and a later revision of an entry takes its place", () => {
    const machine = new MachineProduction(T0);
    const first = said("manual", -10, start("first-order", "4711"));
    const told = machine.say([first]);
    assert.deepEqual(
      told?.production.orders.map(({ start: from, order }) => [from - T0, order]),
      [[0, "4711"]],
    );
    assert.equal(machine.say([first]), null);
    const revised = { ...said("manual", -10, start("first-order", "4799")), key: first.key };
    assert.deepEqual(
      machine.say([revised])?.production.orders.map(({ order }) => order),
      ["4799"],
    );
    assert.equal(machine.say([first]), null, "the older revision, heard late, says nothing new");
  });
});
