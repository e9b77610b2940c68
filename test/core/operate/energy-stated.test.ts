import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { type EnergyAtomEvent, EnergyCalculator } from "../../../core/operate/energy/index.ts";
import { type Beyond, LASTING, OeeCalculator, type OeeAtomEvent, type StatedOrder } from "../../../core/operate/oee/index.ts";
import { arrivals, feed, filler, latest, MINUTE, plain, reader, sample, shuffled, T0, truth } from "../../support/energy-streams.ts";
import { statedFrom, type StatedThen } from "../../support/stated-production.ts";

function tell(calculator: EnergyCalculator, { from, to, production }: StatedThen) {
  const answer = calculator.stateProduction(from, to, production);
  if ("fault" in answer) throw new Error(answer.fault);
  return answer;
}

/** 20 minutes at 60 kW with order A on the tags, one unit a second, idle from minute 5 to 10. */
function twenty(): Sample[] {
  return [
    sample("state", T0, 6),
    sample("state", T0 + 5 * MINUTE, 5),
    sample("state", T0 + 10 * MINUTE, 6),
    sample("order", T0, "A"),
    sample("product", T0, "still"),
    ...Array.from({ length: 21 }, (_, minute) => [
      sample("heartbeat", T0 + minute * MINUTE, minute),
      sample("active_energy", T0 + minute * MINUTE, minute),
      sample("processed_count", T0 + minute * MINUTE, minute * 60),
    ]).flat(),
  ];
}

const order = (from: number, to: number, what: Partial<StatedOrder>): StatedOrder => ({
  start: T0 + from * MINUTE,
  end: T0 + to * MINUTE,
  order: null,
  product: null,
  ended: null,
  changeover: false,
  by: { source: "mes", author: "erp", recorded: T0 },
  ...what,
});

function stated(calculator: EnergyCalculator, orders: readonly StatedOrder[], scrap?: number) {
  const by = { source: "manual", author: "ada", recorded: T0 } as const;
  const counts = scrap === undefined ? [] : [{ id: "count-0001", from: T0 + 90_000, to: T0 + 90_000, good: 0, scrap, rework: 0, by }];
  const answer = calculator.stateProduction(T0, LASTING, { orders, counts });
  if ("fault" in answer) throw new Error(answer.fault);
  return answer;
}

const kwh = (events: readonly EnergyAtomEvent[], of: (event: EnergyAtomEvent) => boolean, field = "active_kwh"): number =>
  events.filter(of).reduce((sum, { data }) => sum + Number(data[field]), 0);
const cuts = (events: readonly (EnergyAtomEvent | OeeAtomEvent)[]) =>
  events.map(({ start, end, data }) => [start, end, data.order, data.product, data.total, data.scrap]);

describe("stated production of a metered machine", () => {
  it("said before, between or after the samples it ends in the same atoms, also over a restart that asks the historian", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, statedFrom(T0), fc.constantFrom(5 * MINUTE, 3_600_000), async (arrival, statements, keepMs) => {
        const batches = shuffled(arrival);
        const recorded: Sample[] = [];
        const events: EnergyAtomEvent[] = [];
        const whole = new EnergyCalculator(filler);
        let calculator = new EnergyCalculator(filler);
        for (const [i, batch] of [...batches, []].entries()) {
          if (i === Math.floor(batches.length / 2))
            calculator = new EnergyCalculator(filler, {}, JSON.parse(JSON.stringify(calculator.state(keepMs))));
          for (const one of statements.filter(({ after }) => Math.min(after, batches.length) === i)) {
            tell(whole, one);
            const told: { events: readonly EnergyAtomEvent[]; beyond: Beyond | null } = tell(calculator, one);
            events.push(...told.events);
            if (told.beyond !== null) events.push(...(await calculator.recompute(told.beyond, reader(recorded), null)).events);
          }
          events.push(...(await feed(calculator, [batch], recorded)));
        }
        assert.deepEqual(latest(events), truth(arrival.samples, calculator.watermark ?? 0, whole));
      }),
      { numRuns: 50 },
    );
  });

  it("cuts energy and counts units as it does in the machine's OEE, whatever is stated", () => {
    fc.assert(
      fc.property(statedFrom(T0), (statements) => {
        const [energy, oee] = [new EnergyCalculator(plain), new OeeCalculator(plain.machine)];
        for (const one of statements) {
          tell(energy, one);
          oee.stateProduction(one.from, one.to, one.production);
        }
        energy.push(twenty());
        oee.push(twenty());
        const end = Math.min(energy.dataTime ?? 0, oee.dataTime ?? 0) + MINUTE;
        const until = T0 + 18 * MINUTE;
        const [own, machine] = [energy.tick(end), oee.tick(end)].map((all) => all.filter((one) => (one.end ?? 0) <= until));
        assert.ok((own?.length ?? 0) >= 18);
        assert.deepEqual(cuts(own ?? []), cuts(machine ?? []));
      }),
      { numRuns: 20 },
    );
  });

  it("takes its energy along to the order, and states exactly those minutes again", () => {
    const calculator = new EnergyCalculator(plain);
    calculator.push(twenty());
    const first = calculator.tick(T0 + 30 * MINUTE);
    assert.equal(
      kwh(first, ({ data }) => data.order === "A"),
      20,
    );
    const { events } = stated(calculator, [order(2.25, 4.5, { order: "4711", product: "lemon" })]);
    assert.ok(events.every(({ start }) => start >= T0 + 2 * MINUTE && start < T0 + 5 * MINUTE));
    assert.equal(
      kwh(events, ({ data }) => data.order === "4711" && data.product === "lemon"),
      2.25,
    );
    const back = stated(calculator, []).events.filter(({ start, end }) => start !== end);
    assert.ok(back.length > 0 && back.every(({ data }) => data.order === "A"));
  });

  it("makes waiting without an order no delay of one, a changeover set-up, and scrap counted by hand fewer good units", () => {
    const calculator = new EnergyCalculator(plain);
    calculator.push(twenty());
    calculator.tick(T0 + 30 * MINUTE);
    const { events } = stated(calculator, [order(5, 7, { ended: "A" }), order(7, 10, { product: "lemon", changeover: true })], 3);
    assert.equal(
      kwh(events, () => true, "no_order_kwh"),
      2,
    );
    assert.equal(
      kwh(events, () => true, "setup_kwh"),
      3,
    );
    assert.equal(events.find(({ start }) => start === T0 + MINUTE)?.data["scrap"], 3);
  });

  it("that is no longer kept is read back; without a reader a correction is refused with the date", async () => {
    const calculator = new EnergyCalculator(plain, { horizonMs: MINUTE, assignedMs: MINUTE });
    const old = { orders: [order(2, 4, { order: "4711" })], counts: [] };
    calculator.stateProduction(T0, T0 + 10 * MINUTE, old);
    const beats = Array.from({ length: 120 }, (_, i) => sample("heartbeat", T0 + (21 + i) * MINUTE, i));
    const recorded = [...twenty(), ...beats];
    calculator.push(recorded);
    const first = calculator.tick(T0 + 141 * MINUTE);
    assert.equal(
      kwh(first, ({ data }) => data.order === "4711"),
      2,
    );
    const late = sample("state", T0 + 2.5 * MINUTE, 11);
    const { beyond } = calculator.push([late]);
    assert.ok(beyond !== null);
    const refused = await calculator.recompute(beyond, reader([...recorded, late]), null);
    assert.match(refused.rejects[0]?.message ?? "", /Energy before .* what was stated of orders and counts is kept/);
    const production = () => Promise.resolve(old);
    const { events } = await calculator.recompute(beyond, reader([...recorded, late]), null, { production });
    assert.equal(
      kwh(events, ({ data }) => data.order === "4711", "hold_kwh"),
      1.5,
    );
  });
});
