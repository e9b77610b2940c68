/** Several machines behind one stream: each sample goes to its machine, each machine keeps a state of its own. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import type { ShiftCalendar } from "../../connect/model/index.ts";
import { isSample, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { type CalculatorOptions, type Meanwhile, MINUTE, type PushBounds } from "../minutes/index.ts";
import type { WindowSum } from "./aggregate.ts";
import type { AssignedStretch } from "./assigned.ts";
import type { Beyond } from "./beyond.ts";
import { OeeCalculator } from "./calculator.ts";
import type { CalculatorState, Pushed, Reassignment } from "./calculator-state.ts";
import type { OeeAtomEvent } from "./atom-event.ts";
import { plannedWindowsOf } from "./from-plant.ts";
import type { OeeMachine } from "./machine.ts";
import type { StatedProduction } from "./production.ts";
import { type OeeRatios, ratios } from "./ratios.ts";
import type { ValidCycle } from "./reconsider.ts";
import { RUNNING_WINDOWS, type RunningSums } from "./running.ts";
import { type TimeOptions, timeElements } from "./time-elements.ts";

export interface MachinesState {
  readonly version: 1;
  readonly machines: Readonly<Record<string, CalculatorState>>;
  /** Watermark of the figures last published, per asset. */
  readonly published: Readonly<Record<string, number>>;
  /** Ideal cycle times per asset and product, from which a change while nobody watched is told. Absent in earlier snapshots. */
  readonly cycles?: Readonly<Record<string, readonly (readonly [product: string, cycles: readonly ValidCycle[]])[]>>;
  /** The calendars, each with the assets that keep it, likewise. Absent in earlier snapshots. */
  readonly calendars?: readonly { readonly calendar: ShiftCalendar | null; readonly assets: readonly string[] }[];
}

export interface MachinesBounds extends Omit<PushBounds, "accepts" | "meanwhile"> {
  /** Who keeps a correction until the historian is asked (see `Corrections.add`); without it, late samples are rejected. */
  readonly accepts?: (asset: string, beyond: Beyond) => boolean;
  /** See `Corrections.meanwhile`. */
  readonly meanwhile?: (asset: string, ...besides: Parameters<Meanwhile>) => void;
}

/** Data time between two publications of the same asset, ms. */
export const PUBLISH_EVERY = 10_000;
const NO_ROOM_TO_RECONSIDER =
  "These minutes keep the figures of the plant model of before: too many corrections wait for the historian already. Change the plant model again when it answers.";
/** The figures of less production than this say more about when counts are read than about the cycle time. */
const ENOUGH_PRODUCTION = 10 * MINUTE;
const PUBLISHED: readonly (keyof OeeRatios)[] = ["availability", "performance", "quality", "oee"];

/**
 * What this capability publishes of every machine it is bound to. `final` is false while the window is open; once it has
 * ended its figures are published once more, a millisecond before the first ones of the next, with `final` true.
 */
export const OEE_CONTRACT: Contract = {
  name: "_oee_v1",
  tags: new Map<string, ContractTag>([
    ...RUNNING_WINDOWS.flatMap((window) => PUBLISHED.map((name) => [`${window}.${name}`, { type: "float", unit: "1" }] as const)),
    ...RUNNING_WINDOWS.map((window) => [`${window}.final`, { type: "bool" }] as const),
    ["order.number", { type: "string" }] as const,
  ]),
};

/** A machine that makes more than it ideally can: the ideal cycle time of the product is too long. */
export interface TooFast {
  readonly asset: string;
  readonly product: string;
  /** Performance of the running shift, above 1. */
  readonly performance: number;
  /** Names the shift, so that a warning can be given once in each. */
  readonly shift: string;
}

export class OeeMachines {
  readonly #calculators = new Map<string, OeeCalculator>();
  readonly #machines: ReadonlyMap<string, OeeMachine>;
  readonly #assetByTag: ReadonlyMap<string, string>;
  readonly #published: Map<string, number>;

  constructor(machines: readonly OeeMachine[], options: Partial<CalculatorOptions> = {}, from?: MachinesState) {
    this.#machines = new Map(machines.map((machine) => [machine.asset, machine]));
    this.#assetByTag = new Map(machines.flatMap(({ asset, tags }) => Object.values(tags).map((tag) => [tag, asset] as const)));
    this.#published = new Map(Object.entries(from?.published ?? {}));
    for (const machine of machines) {
      const saved = from !== undefined && Object.hasOwn(from.machines, machine.asset) ? from.machines[machine.asset] : undefined;
      this.#calculators.set(machine.asset, new OeeCalculator(machine, options, saved));
    }
  }

  get calculators(): ReadonlyMap<string, OeeCalculator> {
    return this.#calculators;
  }

  tagsOf(asset: string): readonly string[] {
    return Object.values(this.#machines.get(asset)?.tags ?? {});
  }

  /** Takes what arrived (`payload` of a message) and states what is due. */
  push(payload: unknown, { accepts, meanwhile, ...bounds }: MachinesBounds = {}): Omit<Pushed, "beyond"> {
    const rejects: Reject[] = [];
    const events: OeeAtomEvent[] = [];
    let duplicates = 0;
    for (const [asset, samples] of this.#sorted(Array.isArray(payload) ? payload : [payload], rejects)) {
      const calculator = this.#calculators.get(asset) as OeeCalculator;
      const pushed = calculator.push(samples, {
        ...bounds,
        accepts: (beyond) => accepts?.(asset, beyond) ?? false,
        meanwhile: (...besides) => meanwhile?.(asset, ...besides),
      });
      rejects.push(...pushed.rejects);
      duplicates += pushed.duplicates;
      for (const event of pushed.events) events.push(event);
      for (const event of calculator.tick(calculator.dataTime ?? Number.NEGATIVE_INFINITY)) events.push(event);
    }
    return { events, rejects, duplicates };
  }

  /** See `OeeCalculator.assign`. */
  assign(
    asset: string,
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts?: MachinesBounds["accepts"],
  ): Reassignment | { readonly fault: string } {
    const calculator = this.#calculators.get(asset);
    if (calculator === undefined) return { fault: `There is no OEE of ${asset} here; bind it first.` };
    return calculator.assign(from, to, stretches, accepts && ((beyond) => accepts(asset, beyond)));
  }

  /** See `OeeCalculator.stateProduction`. */
  stateProduction(
    asset: string,
    from: number,
    to: number,
    stated: StatedProduction,
    accepts?: MachinesBounds["accepts"],
  ): Reassignment | { readonly fault: string } {
    const calculator = this.#calculators.get(asset);
    if (calculator === undefined) return { fault: `There is no OEE of ${asset} here; bind it first.` };
    return calculator.stateProduction(from, to, stated, accepts && ((beyond) => accepts(asset, beyond)));
  }

  /**
   * States again what a change of the plant model since `before` makes different; see `OeeCalculator.reconsider`. A saved
   * state knows the ideal cycle times and the calendars of then.
   */
  reconsider(before: OeeMachines | MachinesState, oldest: number, accepts: NonNullable<MachinesBounds["accepts"]>): Omit<Pushed, "beyond"> {
    const events: OeeAtomEvent[] = [];
    const rejects: Reject[] = [];
    for (const [asset, calculator] of this.#calculators) {
      const was = before instanceof OeeMachines ? before.#machines.get(asset) : this.#savedMachine(asset, before);
      if (was === undefined) continue;
      const taken = (beyond: Beyond): boolean => {
        const held = accepts(asset, beyond);
        if (!held) rejects.push(reject("QUEUE_FULL", { asset, stretches: beyond.stretches }, { message: NO_ROOM_TO_RECONSIDER }));
        return held;
      };
      for (const event of calculator.reconsider(was, oldest, taken).events) events.push(event);
    }
    return { events, rejects, duplicates: 0 };
  }

  /** Figures of the windows under way, where at least 10 s of data time were stated since the last ones, and of those that ended. */
  current(): Sample[] {
    const samples: Sample[] = [];
    for (const [asset, calculator] of this.#calculators) {
      const { watermark, running } = calculator;
      if (watermark === null || running === null || watermark - (this.#published.get(asset) ?? 0) < PUBLISH_EVERY) continue;
      this.#published.set(asset, watermark);
      const { options } = this.#machines.get(asset) ?? {};
      for (const [window, sum] of calculator.takeClosed()) samples.push(...windowFigures(asset, window, sum, watermark - 1, true, options));
      samples.push(...figuresOf(asset, running, watermark, options));
    }
    return samples;
  }

  /** Machines whose running shift has a performance above 1. */
  tooFast(): TooFast[] {
    return [...this.#calculators].flatMap(([asset, { running, product }]): TooFast[] => {
      const options = this.#machines.get(asset)?.options;
      if (running === null || timeElements(running.shift.measures, options).apt < ENOUGH_PRODUCTION) return [];
      const { performance } = ratios(running.shift.measures, options);
      return performance !== null && performance > 1 ? [{ asset, product, performance, shift: running.shift.key }] : [];
    });
  }

  /** The running shift's ratios per machine, in the order of the machines; null before its first minute. */
  shiftRatios(): (OeeRatios | null)[] {
    return [...this.#calculators].map(
      ([asset, { running }]) => running && ratios(running.shift.measures, this.#machines.get(asset)?.options),
    );
  }

  #savedMachine(asset: string, { cycles = {}, calendars = [] }: MachinesState): OeeMachine | undefined {
    const machine = this.#machines.get(asset);
    const saved = Object.hasOwn(cycles, asset) ? cycles[asset] : undefined;
    if (machine === undefined || saved === undefined) return undefined;
    const kept = calendars.find(({ assets }) => assets.includes(asset))?.calendar;
    const same = kept === undefined || machine.calendar === undefined || JSON.stringify(kept) === JSON.stringify(machine.calendar);
    const rules = same ? machine.rules : { ...machine.rules, plannedWindows: plannedWindowsOf(kept) };
    return { ...machine, cycles: new Map(saved), rules };
  }

  /** See `OeeCalculator.state`. */
  state(keepMs?: number): MachinesState {
    const machines = Object.fromEntries([...this.#calculators].map(([asset, calculator]) => [asset, calculator.state(keepMs)]));
    const cycles = Object.fromEntries([...this.#machines].map(([asset, machine]) => [asset, [...(machine.cycles ?? [])]]));
    return { version: 1, machines, published: Object.fromEntries(this.#published), cycles, calendars: this.#calendars() };
  }

  /** Machines of one plant keep few calendars. */
  #calendars(): NonNullable<MachinesState["calendars"]> {
    const kept = new Map<ShiftCalendar | null, string[]>();
    for (const { asset, calendar } of this.#machines.values())
      if (calendar !== undefined) kept.set(calendar, [...(kept.get(calendar) ?? []), asset]);
    return [...kept].map(([calendar, assets]) => ({ calendar, assets }));
  }

  #sorted(inputs: readonly unknown[], rejects: Reject[]): Map<string, Sample[]> {
    const byAsset = new Map<string, Sample[]>();
    for (const input of inputs) {
      if (!isSample(input)) {
        rejects.push(reject("NOT_A_SAMPLE", input, { field: "payload" }));
        continue;
      }
      const asset = this.#assetByTag.get(input.tag);
      if (asset === undefined) continue;
      const known = byAsset.get(asset);
      if (known === undefined) byAsset.set(asset, [input]);
      else known.push(input);
    }
    return byAsset;
  }
}

/** What is published of one asset, machine or line, at a watermark: the figures of the windows under way. */
export function figuresOf(asset: string, running: RunningSums, watermark: number, options?: TimeOptions): Sample[] {
  return RUNNING_WINDOWS.flatMap((window) => {
    const sum = running[window];
    return sum === undefined ? [] : windowFigures(asset, window, sum, watermark, false, options);
  });
}

function windowFigures(asset: string, window: string, sum: WindowSum, timestamp: number, final: boolean, options?: TimeOptions): Sample[] {
  const figures = ratios(sum.measures, options);
  const tag = (name: string) => `${asset}.${OEE_CONTRACT.name}.${window}.${name}`;
  const samples = PUBLISHED.map((name) => figure(tag(name), figures[name], timestamp));
  samples.push({ tag: tag("final"), value: final, quality: "Good", timestamp });
  if (window === "order") samples.push({ tag: tag("number"), value: sum.key, quality: "Good", timestamp });
  return samples;
}

function figure(tag: string, value: number | null, timestamp: number): Sample {
  return value === null
    ? { tag, value, quality: "GoodNoData", timestamp, unit: "1" }
    : { tag, value, quality: "Good", timestamp, unit: "1" };
}
