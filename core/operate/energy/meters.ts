/** Several metered machines behind one stream: each sample goes to the machines that read it, each keeps a state of its own. */
import type { Contract } from "../../connect/contract/index.ts";
import { isSample, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { Meanwhile } from "../minutes/index.ts";
import type { AssignedStretch, Beyond, CalculatorOptions, OeeMachine, PushBounds, StatedProduction } from "../oee/index.ts";
import type { EnergyAtomEvent } from "./atom-event.ts";
import { EnergyCalculator, type EnergyCalculatorState, type EnergyPushed } from "./calculator.ts";
import { perUnit } from "./emissions.ts";
import type { CurrentFigures } from "./figures.ts";
import { activeEnergy } from "./measures.ts";
import { type EnergyMeter, energyRoles } from "./meter.ts";
import { powerFactor } from "./power-factor.ts";
import { PER_KWH } from "./register.ts";

export interface MetersState {
  readonly version: 1;
  readonly meters: Readonly<Record<string, EnergyCalculatorState>>;
  /** Watermark of the figures last published, per asset. */
  readonly published: Readonly<Record<string, number>>;
}

export interface MetersBounds extends Omit<PushBounds, "accepts" | "meanwhile"> {
  /** Who keeps a correction until the historian is asked (see `Corrections.add`); without it, late samples are rejected. */
  readonly accepts?: (asset: string, beyond: Beyond) => boolean;
  /** See `Corrections.meanwhile`. */
  readonly meanwhile?: (asset: string, ...besides: Parameters<Meanwhile>) => void;
}

const PUBLISH_EVERY = 10_000;
const NO_ROOM_TO_RECONSIDER =
  "These minutes keep the energy of the calendar of before: too many corrections wait for the historian already. Change the plant model again when it answers.";
const FIGURES = {
  power: "kW",
  demand: "kW",
  demand_limit: "kW",
  "month.peak_demand": "kW",
  "shift.active_energy": "kW.h",
  "shift.energy_per_unit": "kW.h",
  "shift.emissions_per_unit": "g",
  "shift.power_factor": "1",
} as const;
type Figure = keyof typeof FIGURES;

/** What this capability publishes of every machine it is bound to. */
export const ENERGY_CONTRACT: Contract = {
  name: "_energy_v1",
  tags: new Map(Object.entries(FIGURES).map(([name, unit]) => [name, { type: "float", unit }])),
};

export class EnergyMeters {
  readonly #calculators = new Map<string, EnergyCalculator>();
  readonly #meters: ReadonlyMap<string, EnergyMeter>;
  readonly #assetsByTag: ReadonlyMap<string, readonly string[]>;
  readonly #published: Map<string, number>;

  constructor(meters: readonly EnergyMeter[], options: Partial<CalculatorOptions> = {}, from?: MetersState) {
    this.#meters = new Map(meters.map((meter) => [meter.asset, meter]));
    this.#published = new Map(Object.entries(from?.published ?? {}));
    const assetsByTag = new Map<string, string[]>();
    for (const meter of meters) {
      const saved = from !== undefined && Object.hasOwn(from.meters, meter.asset) ? from.meters[meter.asset] : undefined;
      this.#calculators.set(meter.asset, new EnergyCalculator(meter, options, saved));
      for (const tag of energyRoles(meter).keys()) assetsByTag.set(tag, [...(assetsByTag.get(tag) ?? []), meter.asset]);
    }
    this.#assetsByTag = assetsByTag;
  }

  get calculators(): ReadonlyMap<string, EnergyCalculator> {
    return this.#calculators;
  }

  tagsOf(asset: string): readonly string[] {
    const meter = this.#meters.get(asset);
    return meter === undefined ? [] : [...energyRoles(meter).keys()];
  }

  /** Takes what arrived (`payload` of a message) and states what is due. */
  push(payload: unknown, { accepts, meanwhile, ...bounds }: MetersBounds = {}): Omit<EnergyPushed, "beyond"> {
    const rejects: Reject[] = [];
    const events: EnergyAtomEvent[] = [];
    let duplicates = 0;
    for (const [asset, samples] of this.#sorted(Array.isArray(payload) ? payload : [payload], rejects)) {
      const calculator = this.#calculators.get(asset) as EnergyCalculator;
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

  /** See `EnergyCalculator.assign`. */
  assign(
    asset: string,
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts?: MetersBounds["accepts"],
  ): ReturnType<EnergyCalculator["assign"]> {
    const calculator = this.#calculators.get(asset);
    if (calculator === undefined) return { fault: `There is no energy of ${asset} here; bind it first.` };
    return calculator.assign(from, to, stretches, accepts && ((beyond) => accepts(asset, beyond)));
  }

  /** See `EnergyCalculator.stateProduction`. */
  stateProduction(
    asset: string,
    from: number,
    to: number,
    stated: StatedProduction,
    accepts?: MetersBounds["accepts"],
  ): ReturnType<EnergyCalculator["stateProduction"]> {
    const calculator = this.#calculators.get(asset);
    if (calculator === undefined) return { fault: `There is no energy of ${asset} here; bind it first.` };
    return calculator.stateProduction(from, to, stated, accepts && ((beyond) => accepts(asset, beyond)));
  }

  /** States again what another calendar than `before` makes different; see `EnergyCalculator.reconsider`. */
  reconsider(before: EnergyMeters, oldest: number, accepts: NonNullable<MetersBounds["accepts"]>): Omit<EnergyPushed, "beyond"> {
    const events: EnergyAtomEvent[] = [];
    const rejects: Reject[] = [];
    for (const [asset, calculator] of this.#calculators) {
      const was = before.#meters.get(asset);
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

  /** The machines behind the meters, for what people say of their stops; a meter of its own has none. */
  get machines(): OeeMachine[] {
    return [...this.#meters.values()].map(({ machine }) => machine).filter(({ tags }) => tags.state !== undefined);
  }

  /** Current figures, where at least 10 s of data time were stated since the last ones. */
  current(): Sample[] {
    const samples: Sample[] = [];
    for (const [asset, { watermark, current }] of this.#calculators) {
      if (watermark === null || current === null || watermark - (this.#published.get(asset) ?? 0) < PUBLISH_EVERY) continue;
      this.#published.set(asset, watermark);
      const values = figuresOf(current, this.#meters.get(asset)?.demandLimit);
      for (const [name, value] of values) samples.push(figure(`${asset}.${ENERGY_CONTRACT.name}.${name}`, value, FIGURES[name], watermark));
    }
    return samples;
  }

  /** See `OeeCalculator.state`. */
  state(keepMs?: number): MetersState {
    const meters = Object.fromEntries([...this.#calculators].map(([asset, calculator]) => [asset, calculator.state(keepMs)]));
    return { version: 1, meters, published: Object.fromEntries(this.#published) };
  }

  #sorted(inputs: readonly unknown[], rejects: Reject[]): Map<string, Sample[]> {
    const byAsset = new Map<string, Sample[]>();
    for (const input of inputs) {
      if (!isSample(input)) {
        rejects.push(reject("NOT_A_SAMPLE", input, { field: "payload" }));
        continue;
      }
      for (const asset of this.#assetsByTag.get(input.tag) ?? []) {
        const known = byAsset.get(asset);
        if (known === undefined) byAsset.set(asset, [input]);
        else known.push(input);
      }
    }
    return byAsset;
  }
}

function figuresOf({ kW, demand, monthPeak, shift }: CurrentFigures, limit: number | undefined): [Figure, number | null][] {
  const [kWh, kvarh] = [activeEnergy(shift) / PER_KWH, shift.reactive / PER_KWH];
  const good = shift.total - shift.scrap;
  return [
    ["power", kW],
    ["demand", demand?.kW ?? null],
    ...(limit === undefined ? [] : [["demand_limit", limit] satisfies [Figure, number]]),
    ["month.peak_demand", monthPeak?.kW ?? null],
    ["shift.active_energy", kWh],
    ["shift.energy_per_unit", perUnit(kWh, good)],
    ["shift.emissions_per_unit", shift.unfactored > 0 ? null : perUnit(shift.emitted / PER_KWH, good)],
    ["shift.power_factor", powerFactor(kWh, kvarh)],
  ];
}

function figure(tag: string, value: number | null, unit: string, timestamp: number): Sample {
  return { tag, value, quality: value === null ? "GoodNoData" : "Good", timestamp, unit };
}
