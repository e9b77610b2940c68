/** The electricity meter of one machine: what it draws depends on what it does. */
import { State } from "./packml.ts";
import type { Random } from "./random.ts";
import type { Station } from "./tags.ts";

/** kW while it produces, while it stands ready, and while it is stopped: controls, bowl heating and fans go on. */
interface Draw {
  readonly run: number;
  readonly ready: number;
  readonly off: number;
}

const DRAWS: Readonly<Record<Station, Draw>> = {
  Infeed01: { run: 2.4, ready: 0.5, off: 0.1 },
  Filler01: { run: 11.5, ready: 4.2, off: 1.3 },
  Capper01: { run: 4.6, ready: 1.4, off: 0.3 },
  Checkweigher01: { run: 0.9, ready: 0.6, off: 0.25 },
  Labeller01: { run: 3.3, ready: 1.1, off: 0.3 },
  Rejectpusher01: { run: 1.3, ready: 0.5, off: 0.15 },
};

const HOUR = 3_600_000;
/** Motors under load have a better power factor than motors that idle: kvarh per kWh. */
const TAN_PHI = { run: 0.59, ready: 1.17, off: 0.75 } as const;
/** Drives that come up take more than they do ready, and less than they do running. */
const RAMPING: ReadonlySet<State> = new Set([State.Starting, State.Resetting, State.Unholding, State.Unsuspending]);
const STANDING: ReadonlySet<State> = new Set([State.Stopped, State.Aborted]);
/** Registers did not begin with the simulation. */
const [FIRST_KWH, FIRST_KVARH] = [18_200, 12_900];

export class Meter {
  readonly #draw: Draw;
  readonly #random: Random;
  #time: number;
  #active = FIRST_KWH;
  #reactive = FIRST_KVARH;

  constructor(station: Station, random: Random, start: number) {
    this.#draw = DRAWS[station];
    this.#random = random;
    this.#time = start;
  }

  /** Registers as the meter shows them: whole Wh and varh, in kWh and kvarh. */
  get active(): number {
    return Math.floor(this.#active * 1000) / 1000;
  }

  get reactive(): number {
    return Math.floor(this.#reactive * 1000) / 1000;
  }

  /** Adds what was used since the last call, all of it in `state`. */
  advance(time: number, state: State): void {
    if (time <= this.#time) return;
    const load = state === State.Execute ? "run" : STANDING.has(state) ? "off" : "ready";
    const { run, ready } = this.#draw;
    const kW = RAMPING.has(state) ? (run + ready) / 2 : this.#draw[load];
    const kWh = (kW * (1 + 0.04 * (2 * this.#random.next() - 1)) * (time - this.#time)) / HOUR;
    this.#active += kWh;
    this.#reactive += kWh * TAN_PHI[load];
    this.#time = time;
  }
}
