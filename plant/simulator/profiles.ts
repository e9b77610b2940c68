/** How each station of the demo line behaves: buffers, speeds of recovery, and how often and why it stops. */
import type { StopCause } from "./packml.ts";
import type { Station } from "./tags.ts";

export interface StationProfile {
  readonly station: Station;
  /** Bottles that fit on the conveyor before this machine. */
  readonly buffer: number;
  /** A suspended machine starts again when so many bottles wait, or so much room is free. */
  readonly restart: number;
  /** Cycle time factor while few bottles wait. */
  readonly slowFactor: number;
  /** Mean running time between micro-stops, and their causes. */
  readonly microStops: { readonly everyMs: number; readonly causes: readonly StopCause[] };
  readonly breakdowns: { readonly everyMs: number; readonly medianMs: number; readonly causes: readonly StopCause[] };
}

const minutes = (n: number): number => n * 60_000;
const jam: StopCause = { code: 1, text: "Micro stop: jam" };
const fallen: StopCause = { code: 2, text: "Micro stop: fallen bottle" };
const guard: StopCause = { code: 5, text: "Micro stop: guard open" };
const drive: StopCause = { code: 4, text: "Breakdown: drive fault" };
const crash: StopCause = { code: 1, text: "Breakdown: jam" };
export const MATERIAL: StopCause = { code: 3, text: "Material missing" };

export const PROFILES: readonly StationProfile[] = [
  station("Infeed01", 0, [14, [jam, fallen]], [420, 5, [drive]]),
  station("Filler01", 60, [11, [jam, fallen, guard]], [210, 8, [drive, crash]]),
  station("Capper01", 40, [16, [jam, guard]], [330, 6, [drive]]),
  station("Checkweigher01", 40, [55, [fallen]], [900, 4, [drive]]),
  station("Labeller01", 50, [13, [jam, guard]], [360, 7, [drive, crash]]),
  station("Rejectpusher01", 40, [80, [fallen]], [1200, 3, [drive]]),
];

function station(name: Station, buffer: number, micro: [number, StopCause[]], broken: [number, number, StopCause[]]): StationProfile {
  return {
    station: name,
    buffer,
    restart: name === "Infeed01" ? 10 : 8,
    slowFactor: name === "Filler01" ? 1 : 1.25,
    microStops: { everyMs: minutes(micro[0]), causes: micro[1] },
    breakdowns: { everyMs: minutes(broken[0]), medianMs: minutes(broken[1]), causes: broken[2] },
  };
}
