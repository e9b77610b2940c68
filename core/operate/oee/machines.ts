/** Several machines behind one stream: each sample goes to its machine, each machine keeps a state of its own. */
import type { Contract } from "../../connect/contract/index.ts";
import { QUALITY_CODE, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { type Beyond, type CalculatorOptions, type CalculatorState, OeeCalculator, type PushBounds, type Pushed } from "./calculator.ts";
import type { OeeAtomEvent } from "./atom-event.ts";
import type { OeeMachine } from "./machine.ts";
import { type OeeRatios, ratios } from "./ratios.ts";

export interface MachinesState {
  readonly version: 1;
  readonly machines: Readonly<Record<string, CalculatorState>>;
  /** Watermark of the figures last published, per asset. */
  readonly published: Readonly<Record<string, number>>;
}

export interface MachinesBounds extends Omit<PushBounds, "accepts"> {
  /** Who keeps a correction until the historian is asked (see `Corrections.add`); without it, late samples are rejected. */
  readonly accepts?: (asset: string, beyond: Beyond) => boolean;
}

const PUBLISH_EVERY = 10_000;
const PUBLISHED: readonly (keyof OeeRatios)[] = ["availability", "performance", "quality", "oee"];
const WINDOWS = ["hour", "shift"] as const;

/** What this capability publishes of every machine it is bound to. */
export const OEE_CONTRACT: Contract = {
  name: "_oee_v1",
  tags: new Map(WINDOWS.flatMap((window) => PUBLISHED.map((name) => [`${window}.${name}`, { type: "float", unit: "1" }] as const))),
};

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
  push(payload: unknown, { accepts, ...bounds }: MachinesBounds = {}): Omit<Pushed, "beyond"> {
    const rejects: Reject[] = [];
    const events: OeeAtomEvent[] = [];
    let duplicates = 0;
    for (const [asset, samples] of this.#sorted(Array.isArray(payload) ? payload : [payload], rejects)) {
      const calculator = this.#calculators.get(asset) as OeeCalculator;
      const pushed = calculator.push(samples, { ...bounds, accepts: (beyond) => accepts?.(asset, beyond) ?? false });
      rejects.push(...pushed.rejects);
      duplicates += pushed.duplicates;
      for (const event of pushed.events) events.push(event);
      for (const event of calculator.tick(calculator.dataTime ?? Number.NEGATIVE_INFINITY)) events.push(event);
    }
    return { events, rejects, duplicates };
  }

  /** Figures of the running hour and shift, where at least 10 s of data time were stated since the last ones. */
  current(): Sample[] {
    const samples: Sample[] = [];
    for (const [asset, { watermark, running }] of this.#calculators) {
      if (watermark === null || running === null || watermark - (this.#published.get(asset) ?? 0) < PUBLISH_EVERY) continue;
      this.#published.set(asset, watermark);
      for (const window of WINDOWS) {
        const figures = ratios(running[window].measures, this.#machines.get(asset)?.unknown);
        for (const name of PUBLISHED) samples.push(figure(`${asset}.${OEE_CONTRACT.name}.${window}.${name}`, figures[name], watermark));
      }
    }
    return samples;
  }

  /** See `OeeCalculator.state`. */
  state(keepMs?: number): MachinesState {
    const machines = Object.fromEntries([...this.#calculators].map(([asset, calculator]) => [asset, calculator.state(keepMs)]));
    return { version: 1, machines, published: Object.fromEntries(this.#published) };
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

/** Whether an input has the shape of a sample; its own properties only. */
export function isSample(input: unknown): input is Sample {
  if (typeof input !== "object" || input === null) return false;
  const own = (name: string): unknown => (Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined);
  const [tag, value, quality] = [own("tag"), own("value"), own("quality")];
  const scalar = value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean";
  return (
    typeof tag === "string" &&
    scalar &&
    typeof quality === "string" &&
    Object.hasOwn(QUALITY_CODE, quality) &&
    Object.hasOwn(input, "timestamp")
  );
}

function figure(tag: string, value: number | null, timestamp: number): Sample {
  return value === null
    ? { tag, value, quality: "GoodNoData", timestamp, unit: "1" }
    : { tag, value, quality: "Good", timestamp, unit: "1" };
}
