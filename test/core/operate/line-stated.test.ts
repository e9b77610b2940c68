import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { LineCalculator, type OeeLine, type OeeLineEvent } from "../../../core/operate/line/index.ts";
import { LASTING, type StatedOrder } from "../../../core/operate/oee/index.ts";
import { arrivals, feed, latest, MINUTE, reader, sample, shuffled, T0, truth } from "../../support/line-streams.ts";
import { at, inARow, lineOf } from "../../support/packing-line.ts";
import { statedFrom, type StatedThen } from "../../support/stated-production.ts";

function tell(calculator: LineCalculator, line: OeeLine, { station, from, to, production }: StatedThen) {
  const stations = [...line.stations.keys()];
  const answer = calculator.stateProduction(stations[station % stations.length] ?? "", from, to, production);
  if ("fault" in answer) throw new Error(answer.fault);
  return answer;
}

const order = (what: Partial<StatedOrder>): StatedOrder => ({
  start: T0 + 20 * MINUTE,
  end: T0 + 24 * MINUTE,
  order: null,
  product: null,
  ended: null,
  changeover: false,
  by: { source: "manual", author: "ada", recorded: T0 },
  ...what,
});
const state = (calculator: LineCalculator, station: string, orders: readonly StatedOrder[]): readonly OeeLineEvent[] => {
  const answer = calculator.stateProduction(at(station), T0, LASTING, { orders, counts: [] });
  if ("fault" in answer) throw new Error(answer.fault);
  return answer.events.filter(({ start, end }) => start !== end);
};
const sum = (events: readonly OeeLineEvent[], field: "no_order_ms" | "setup_ms"): number =>
  events.reduce((all, { data }) => all + (data[field] ?? 0), 0) / MINUTE;

describe("stated production of a line's stations", () => {
  it("said before, between or after the samples it ends in the same statements, also over a restart that asks the historian", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, statedFrom(T0), fc.constantFrom(3 * MINUTE, 3_600_000), async (arrival, statements, keepMs) => {
        const { line, samples } = arrival;
        const batches = shuffled(arrival);
        const events: OeeLineEvent[] = [];
        const recorded: Sample[] = [];
        const whole = new LineCalculator(line);
        let calculator = new LineCalculator(line);
        for (const [i, batch] of [...batches, []].entries()) {
          if (i === Math.floor(batches.length / 2))
            calculator = LineCalculator.restore(line, {}, JSON.parse(JSON.stringify(calculator.state(keepMs))));
          for (const one of statements.filter(({ after }) => Math.min(after, batches.length) === i)) {
            tell(whole, line, one);
            const told = tell(calculator, line, one);
            events.push(...told.events);
            if (told.beyond !== null) events.push(...(await calculator.recompute(told.beyond, reader(recorded), null)).events);
          }
          events.push(...(await feed(calculator, [batch], recorded)));
        }
        assert.deepEqual(latest(events), truth(line, samples, calculator.watermark ?? 0, whole));
      }),
      { numRuns: 50 },
    );
  });

  const line = lineOf("constraint: b", inARow("a", "b"), { silenceMs: 2 * MINUTE });
  const standing = [
    ...["a", "b"].flatMap((one) => [
      ...Array.from({ length: 61 }, (_, i) => sample(one, "beat", T0 + i * MINUTE, i)),
      ...Array.from({ length: 61 }, (_, i) => sample(one, "processed", T0 + i * MINUTE, i * 10)),
      sample(one, "state", T0, 6),
      sample(one, "product", T0, "large"),
    ]),
    sample("b", "state", T0 + 20 * MINUTE, 5),
    sample("b", "state", T0 + 24 * MINUTE, 6),
  ];
  const begun = (): LineCalculator => {
    const calculator = new LineCalculator(line);
    calculator.push(standing);
    calculator.tick();
    return calculator;
  };

  it("of the one that leads is the order and the product of the line, before its tags, in exactly those minutes", () => {
    const calculator = begun();
    const events = state(calculator, "b", [order({ order: "4711", product: "small" })]);
    const own = events.filter(({ data }) => data.order === "4711");
    assert.deepEqual(
      own.map(({ start, data }) => [(start - T0) / MINUTE, data.product]),
      [20, 21, 22, 23].map((minute) => [minute, "small"]),
    );
    const back = state(calculator, "b", []);
    assert.ok(back.length >= 4 && back.every(({ data }) => data.order === "~" && data.product === "large"));
    assert.ok(state(calculator, "a", [order({ order: "4711", product: "small" })]).every(({ data }) => data.product === "large"));
  });

  it("that has ended makes what the constraint waited time without an order, and a changeover makes it set-up", () => {
    const calculator = begun();
    assert.equal(sum(state(calculator, "b", [order({ ended: "4700" })]), "no_order_ms"), 4);
    assert.equal(sum(state(calculator, "b", [order({ product: "small", changeover: true })]), "setup_ms"), 4);
  });

  it("of a station that is in no line changes nothing; a fault or no room for corrections neither", () => {
    const calculator = begun();
    const resumed = LineCalculator.restore(line, {}, calculator.state(MINUTE));
    const before = JSON.stringify(resumed.state());
    const nothing = { orders: [], counts: [] };
    assert.deepEqual(resumed.stateProduction(at("c"), T0, LASTING, nothing), { events: [], beyond: null });
    const wrong = resumed.stateProduction(at("b"), T0, LASTING, { ...nothing, orders: [order({}), order({})] });
    assert.match("fault" in wrong ? wrong.fault : "", /overlap/);
    const full = resumed.stateProduction(at("b"), T0, LASTING, { ...nothing, orders: [order({ order: "4711" })] }, () => false);
    assert.match("fault" in full ? full.fault : "", /line OEE of its minutes stays as it is: too many corrections wait/);
    assert.equal(JSON.stringify(resumed.state()), before);
  });
});
