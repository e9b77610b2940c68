/** Several lines behind one stream of samples, each with a state of its own; the lines' counterpart of `OeeMachines`. */
import { isSample, type Reject, type Sample } from "../../connect/sample/index.ts";
import {
  type AssignedStretch,
  type CalculatorOptions,
  figuresOf,
  type MachinesBounds,
  PUBLISH_EVERY,
  type StatedProduction,
} from "../oee/index.ts";
import { LineCalculator, type LineState } from "./calculator.ts";
import type { OeeLineEvent } from "./line-event.ts";
import type { OeeLine } from "./line.ts";

export interface LinesState {
  readonly lines: Readonly<Record<string, LineState>>;
  /** Watermark of the figures last published, per line. */
  readonly published: Readonly<Record<string, number>>;
}

export class OeeLines {
  readonly #lines: ReadonlyMap<string, OeeLine>;
  readonly #calculators = new Map<string, LineCalculator>();
  readonly #published: Map<string, number>;

  constructor(lines: readonly OeeLine[], options: Partial<CalculatorOptions> = {}, from?: LinesState) {
    this.#lines = new Map(lines.map((line) => [line.asset, line]));
    this.#published = new Map(Object.entries(from?.published ?? {}));
    for (const line of lines) {
      const saved = from !== undefined && Object.hasOwn(from.lines, line.asset) ? from.lines[line.asset] : undefined;
      this.#calculators.set(line.asset, new LineCalculator(line, options, saved));
    }
  }

  get calculators(): ReadonlyMap<string, LineCalculator> {
    return this.#calculators;
  }

  /** Takes what arrived (`payload` of a message) and states what is due. What is no sample is for others to refuse. */
  push(payload: unknown, { accepts, meanwhile, ...bounds }: MachinesBounds = {}): { events: OeeLineEvent[]; rejects: Reject[] } {
    const samples = (Array.isArray(payload) ? payload : [payload]).filter((one): one is Sample => isSample(one));
    const events: OeeLineEvent[] = [];
    const rejects: Reject[] = [];
    for (const [asset, calculator] of this.#calculators) {
      const pushed = calculator.push(samples, {
        ...bounds,
        accepts: (beyond) => accepts?.(asset, beyond) ?? false,
        meanwhile: (...besides) => meanwhile?.(asset, ...besides),
      });
      events.push(...pushed.events, ...calculator.tick());
      rejects.push(...pushed.rejects);
    }
    return { events, rejects };
  }

  /** See `LineCalculator.assign`: what each line with this station answers. */
  assign(
    station: string,
    from: number,
    to: number,
    stretches: readonly AssignedStretch[],
    accepts?: MachinesBounds["accepts"],
  ): ReturnType<LineCalculator["assign"]>[] {
    return [...this.#calculators].map(([asset, calculator]) =>
      calculator.assign(station, from, to, stretches, accepts && ((beyond) => accepts(asset, beyond))),
    );
  }

  /** See `LineCalculator.stateProduction`: what each line with this station answers. */
  stateProduction(
    station: string,
    from: number,
    to: number,
    stated: StatedProduction,
    accepts?: MachinesBounds["accepts"],
  ): ReturnType<LineCalculator["stateProduction"]>[] {
    return [...this.#calculators].map(([asset, calculator]) =>
      calculator.stateProduction(station, from, to, stated, accepts && ((beyond) => accepts(asset, beyond))),
    );
  }

  /** See `OeeMachines.current`: by the bottleneck method. */
  current(): Sample[] {
    const samples: Sample[] = [];
    for (const [asset, { watermark, running }] of this.#calculators) {
      if (watermark === null || running === null || watermark - (this.#published.get(asset) ?? 0) < PUBLISH_EVERY) continue;
      this.#published.set(asset, watermark);
      samples.push(...figuresOf(asset, running, watermark, this.#lines.get(asset)?.options));
    }
    return samples;
  }

  /** See `LineCalculator.state`. */
  state(keepMs?: number): LinesState {
    const lines = Object.fromEntries([...this.#calculators].map(([asset, calculator]) => [asset, calculator.state(keepMs)]));
    return { lines, published: Object.fromEntries(this.#published) };
  }
}
