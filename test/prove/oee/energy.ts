/** Energy on the machine's timeline: the simulated plant's registers, live and in any order, and the published figures. */
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  activeEnergy,
  type EnergyAtomEvent,
  energyAtomOf,
  EnergyCalculator,
  type EnergyMeter,
  sumEnergy,
} from "../../../core/operate/energy/index.ts";
import { BUCKETS } from "../../../core/operate/oee/index.ts";
import { simulatedEnergy } from "../../support/simulated-energy.ts";
import { SITE_DIR } from "../../support/demo-site.ts";
import { referenceDeviations } from "./energy-reference.ts";
import type { Proof } from "../proof.ts";

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 2, 10, 3);
const HOURS = 10;
const SEED = 7;

export const energy: Proof = {
  title: "energy on the same timeline as OEE",
  async run(progress) {
    progress("reference cases");
    const deviations = referenceDeviations();
    const worst = Math.max(...deviations.map(({ deviation }) => deviation));

    progress(`${HOURS} h of the demo plant, live`);
    const reading = await readPlantDirectory(SITE_DIR);
    if (!("model" in reading)) throw new Error("The demo plant model is faulty.");
    const { meters, samples, events } = simulatedEnergy(reading.model, SEED, FROM, FROM + HOURS * HOUR);
    const exact = meters.filter((meter) => addsUp(meter, samples, events));

    progress("the same samples in another order");
    const same = meters.filter((meter) => {
      const own = samples.filter(({ tag }) => tag.startsWith(`${meter.asset}.`));
      const live = latest(events.filter(({ asset }) => asset === meter.asset));
      return live.length > HOURS * 59 && JSON.stringify(live) === JSON.stringify(latest(shuffledRun(meter, own)).slice(0, live.length));
    });
    return [
      {
        claim: "demand, roll-over, power factor, emissions, leaks, steam and baselines match their references",
        figure: `${deviations.length} figures, the worst off by ${worst.toExponential(1)}`,
        bound: "≥ 30 figures, ≤ 1e-9",
        pass: deviations.length >= 30 && worst <= 1e-9,
      },
      {
        claim: "the minutes of a machine add up to its register to the mWh, over all buckets",
        figure: `${exact.length} of ${meters.length} machines, ${events.length} minutes`,
        bound: "all",
        pass: exact.length === meters.length && meters.length > 0,
      },
      {
        claim: "live is equal to a recompute after shuffled arrival",
        figure: `${same.length} of ${meters.length} machines equal`,
        bound: "all",
        pass: same.length === meters.length && meters.length > 0,
      },
    ];
  },
};

/** The register at the edges of what has been stated lies between two readings; both must enclose the sum. */
function addsUp({ asset, tags }: EnergyMeter, samples: readonly Sample[], all: readonly EnergyAtomEvent[]): boolean {
  const events = all.filter((event) => event.asset === asset);
  const [from, to] = [Math.min(...events.map(({ start }) => start)), Math.max(...events.map(({ end }) => end ?? 0))];
  const registers = samples.filter(({ tag, value }) => tag === tags.active && value !== null);
  const at = (t: number): number => {
    const next = registers.find(({ timestamp }) => timestamp >= t);
    const before = registers.findLast(({ timestamp }) => timestamp <= t) ?? next;
    if (next === undefined || before === undefined) return Number.NaN;
    const [low, step] = [
      Math.round(Number(before.value) * 1e6),
      Math.round(Number(next.value) * 1e6) - Math.round(Number(before.value) * 1e6),
    ];
    const length = next.timestamp - before.timestamp;
    return low + (length === 0 ? 0 : Math.round(step * ((t - before.timestamp) / length)));
  };
  const whole = sumEnergy(events.map((event) => energyAtomOf(event).measures));
  const buckets = BUCKETS.reduce((sum, bucket) => sum + whole.active[bucket], 0);
  return activeEnergy(whole) === at(to) - at(from) && buckets + whole.unplaced === activeEnergy(whole);
}

/** Everything in an order that only a seed knows, in batches, with what becomes due stated after each. */
function shuffledRun(meter: EnergyMeter, samples: readonly Sample[]): EnergyAtomEvent[] {
  let seed = SEED;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const order = samples.map((one) => ({ one, at: one.timestamp + random() * HOUR })).toSorted((a, b) => a.at - b.at);
  const calculator = new EnergyCalculator(meter);
  const events: EnergyAtomEvent[] = [];
  for (let at = 0; at < order.length; at += 2_000) {
    events.push(...calculator.push(order.slice(at, at + 2_000).map(({ one }) => one)).events);
    events.push(...calculator.tick(calculator.dataTime ?? 0));
  }
  return events;
}

/** The last statement of each minute, without withdrawn ones. */
function latest(events: readonly EnergyAtomEvent[]): unknown[] {
  const rows = new Map(
    events.map((event) => [`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event] as const),
  );
  return [...rows.values()]
    .filter(({ start, end }) => end !== start)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, data }) => ({ start, end, data }));
}
