/** Demand: mean power over a window, in kW. Whether the tariff measures blocks or rolling windows decides the figure. */
import { IANAZone } from "luxon";

export interface Demand {
  /** ms UTC. */
  readonly start: number;
  readonly kW: number;
}

/** Energy of one minute (or another even step), in time order and without gaps. */
export interface Load {
  readonly start: number;
  readonly kWh: number;
}

const HOUR = 3_600_000;

/** Where the block of `windowMs` around `t` begins: on the clock of the zone, e.g. at each quarter of an hour. */
export function blockStart(t: number, windowMs: number, zone: string): number {
  const local = t + IANAZone.create(zone).offset(t) * 60_000;
  return t - (((local % windowMs) + windowMs) % windowMs);
}

/** Demand of each clock block that the loads fill; `stepMs` is the length of a load. */
export function blockDemand(loads: readonly Load[], stepMs: number, windowMs: number, zone: string): Demand[] {
  const blocks = Map.groupBy(loads, ({ start }) => blockStart(start, windowMs, zone));
  return [...blocks]
    .filter(([, all]) => all.length * stepMs === windowMs)
    .map(([start, all]) => ({ start, kW: all.reduce((sum, { kWh }) => sum + kWh, 0) / (windowMs / HOUR) }))
    .toSorted((a, b) => a.start - b.start);
}

/** Demand of windows that begin `everyMs` apart and lie whole within the loads. */
export function rollingDemand(loads: readonly Load[], stepMs: number, windowMs: number, everyMs: number): Demand[] {
  const length = windowMs / stepMs;
  const every = everyMs / stepMs;
  if (!Number.isInteger(length) || !Number.isInteger(every) || every < 1)
    throw new RangeError("A rolling window and its step are whole multiples of the loads.");
  const result: Demand[] = [];
  for (let i = 0; i + length <= loads.length; i += every) {
    const kWh = loads.slice(i, i + length).reduce((sum, one) => sum + one.kWh, 0);
    result.push({ start: (loads[i] as Load).start, kW: kWh / (windowMs / HOUR) });
  }
  return result;
}

export function peakDemand(demands: Iterable<Demand>): Demand | null {
  let peak: Demand | null = null;
  for (const demand of demands) if (peak === null || demand.kW > peak.kW) peak = demand;
  return peak;
}
