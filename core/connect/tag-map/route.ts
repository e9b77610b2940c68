/** Where one address leads: the tag, how its values are converted, and what is remembered about it. */
import type { TagDefinition } from "../model/index.ts";
import type { SampleSource } from "../sample/index.ts";
import { convert } from "../units/index.ts";
import { TagObservation } from "./observation.ts";
import { RecentSamples } from "./recent.ts";
import { type Linear, ValueRule } from "./value.ts";

/** What is remembered about one tag, whichever addresses feed it. */
export class TagState {
  readonly tag: string;
  readonly definition: TagDefinition | undefined;
  readonly recent: RecentSamples;
  /** From the plant model, or from the row that leads here. */
  expectedEveryMs: number | undefined;
  /** Reception of the last live sample, or the first tick after a restart. */
  lastLive: number | undefined;
  stale = false;
  observed = new TagObservation();

  constructor(tag: string, definition: TagDefinition | undefined, recent: number) {
    this.tag = tag;
    this.definition = definition;
    this.expectedEveryMs = definition?.expectedEveryMs;
    this.recent = new RecentSamples(recent);
  }
}

/** Units that one address may announce before they are no longer remembered. */
const KEPT_UNITS = 8;

export class Route {
  readonly state: TagState;
  /** One object per route: samples share it. */
  readonly source: SampleSource;
  /** Unit of the samples that leave here, when it does not depend on the reading. */
  readonly unit: string | undefined;
  readonly #scale: Linear | undefined;
  readonly #ownUnit: string | undefined;
  readonly #longestText: number;
  /** For values without a unit of their own; undefined when the row's unit cannot be converted to the tag's. */
  readonly #plain: ValueRule | undefined;
  readonly #byUnit = new Map<string, ValueRule | undefined>();

  constructor(
    state: TagState,
    source: SampleSource,
    row: { readonly linear: Linear | undefined; readonly unit: string | undefined; readonly expectedEveryMs: number | undefined },
    longestText: number,
  ) {
    this.state = state;
    state.expectedEveryMs = row.expectedEveryMs ?? state.expectedEveryMs;
    this.source = source;
    this.unit = state.definition?.unit ?? row.unit;
    this.#scale = row.linear;
    this.#ownUnit = row.unit;
    this.#longestText = longestText;
    this.#plain = this.#compile(row.unit);
  }

  /** The rule for values in `unit`; undefined when it cannot be converted. A unit in the row wins over the source's. */
  ruleFor(unit: string | undefined): ValueRule | undefined {
    if (unit === undefined || unit === this.unit || this.#ownUnit !== undefined) return this.#plain;
    const known = this.#byUnit.get(unit);
    if (known !== undefined || this.#byUnit.has(unit)) return known;
    const rule = this.#compile(unit);
    if (this.#byUnit.size < KEPT_UNITS) this.#byUnit.set(unit, rule);
    return rule;
  }

  #compile(unit: string | undefined): ValueRule | undefined {
    const { definition } = this.state;
    const measured = definition?.type === "float" || definition?.type === "int" || definition?.type === "int64";
    if (unit === undefined || definition?.unit === undefined || !measured) return new ValueRule(definition, this.#scale, this.#longestText);
    const conversion = convert(unit, definition.unit);
    if ("problem" in conversion) return undefined;
    const { factor, offset } = this.#scale ?? { factor: 1, offset: 0 };
    const linear = { factor: factor * conversion.factor, offset: offset * conversion.factor + conversion.offset };
    return new ValueRule(definition, linear, this.#longestText);
  }
}
