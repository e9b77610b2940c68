/** Average run length: how many points pass until a chart signals, in control (false alarms) or after a shift. */
import type { ControlChart } from "./chart.ts";
import type { Subgroup } from "./subgroup.ts";

export interface RunLengths {
  readonly arl: number;
  /** Standard error of `arl`. */
  readonly se: number;
  readonly runs: number;
}

export interface SimulationOptions {
  /** Uniform in [0, 1). Seeded, if the result is to be the same again. */
  readonly random: () => number;
  readonly runs: number;
  /** Of the process mean, in σ of a single value. */
  readonly shift?: number;
  /** What the chart takes; single normal values unless told otherwise. */
  readonly subgroup?: () => Subgroup;
  /** Runs are cut off here, so that a chart which never signals ends. */
  readonly most?: number;
}

const MOST = 10_000_000;

/** Runs a chart from a fresh start each time to its first signal. */
export function simulateRunLengths(chart: ControlChart, { random, runs, shift = 0, most = MOST, subgroup }: SimulationOptions): RunLengths {
  const { centre, sigma } = chart.limits;
  const normal = normals(random);
  const signals = (): boolean => {
    if (subgroup === undefined) return chart.update(centre + sigma * (shift + normal())) !== 0;
    const taken = chart.take(subgroup());
    return "point" in taken && (taken.point?.hits.length ?? 0) > 0;
  };
  let [sum, squares] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    chart.restart();
    let length = 1;
    while (!signals() && length < most) length += 1;
    sum += length;
    squares += length * length;
  }
  const arl = sum / runs;
  return { arl, se: Math.sqrt((squares / runs - arl * arl) / (runs - 1)), runs };
}

/** Standard normal values, by Marsaglia's polar method. */
export function normals(random: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    let [u, v, s] = [0, 0, 0];
    do {
      u = 2 * random() - 1;
      v = 2 * random() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    spare = v * factor;
    return u * factor;
  };
}
