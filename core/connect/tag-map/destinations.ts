/** Where every address leads: looked up once by the rules, then remembered. */
import type { PlantModel, TagDefinition } from "../model/index.ts";
import { type Reject, reject, type SampleSource } from "../sample/index.ts";
import { normaliseAddress } from "./address.ts";
import type { TagMapOptions } from "./options.ts";
import { Route, TagState } from "./route.ts";
import { type CompiledRule, type CompiledRules, tagProblem, throughPoints } from "./rules.ts";

export const UNMAPPED = Symbol("unmapped");
export const EXCLUDED = Symbol("excluded");
/** A reject here is a mapping that cannot work; it lacks the `input`, which the caller fills in. */
export type Destination = Route | Versions | Reject | typeof UNMAPPED | typeof EXCLUDED;

/** An address whose readings become one sample per version of a contract. */
export class Versions {
  readonly routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.routes = routes;
  }
}

const NO_ROW = { linear: undefined, unit: undefined, expectedEveryMs: undefined };
/** Unmapped, excluded and refused addresses that are remembered. */
const KEPT_NOWHERE = 10_000;
/** Hostile tags are shortened where they are quoted. */
const SHOWN = 64;

/** The lookup order is: exact rows, exclusion patterns, addresses of the plant model, pattern rows. */
export class Destinations {
  readonly tags = new Map<string, TagState>();
  readonly #rules: CompiledRules;
  readonly #model: PlantModel | undefined;
  readonly #options: TagMapOptions;
  readonly #revision: string;
  /** By protocol, then by address as received. */
  readonly #routes = new Map<string, Map<string, Destination>>();
  #kept = 0;
  #keptNowhere = 0;
  /** Of canonical samples, by their tag. */
  readonly #canonical = new Map<string, Route | Reject>();
  /** The bucket of the protocol seen last: readings of one message share it. */
  #lastProtocol = "";
  #lastBucket = new Map<string, Destination>();

  constructor(rules: CompiledRules, model: PlantModel | undefined, options: TagMapOptions, revision: string) {
    this.#rules = rules;
    this.#model = model;
    this.#options = options;
    this.#revision = revision;
    this.#routes.set(this.#lastProtocol, this.#lastBucket);
  }

  /** Where a reading of this protocol and address leads. */
  of(protocol: string, address: string): Destination {
    if (protocol !== this.#lastProtocol) {
      this.#lastBucket = this.#routes.get(protocol) ?? new Map<string, Destination>();
      this.#lastProtocol = protocol;
    }
    const known = this.#lastBucket.get(address);
    if (known !== undefined) return known;
    const found = this.#resolve(protocol, address);
    const leadsNowhere = !(found instanceof Route || found instanceof Versions);
    // A flood of senseless addresses must not take the room of those that matter.
    if (leadsNowhere ? this.#keptNowhere < KEPT_NOWHERE : this.#kept < this.#options.maxTags) {
      this.#lastBucket.set(address, found);
      this.#routes.set(protocol, this.#lastBucket);
      if (leadsNowhere) this.#keptNowhere += 1;
      else this.#kept += 1;
    }
    return found;
  }

  #resolve(protocol: string, received: string): Destination {
    const address = normaliseAddress(received, this.#options.namespaces);
    const rows = this.#rules.exact.get(address);
    const exact = rows?.find((rule) => rule.protocol === protocol) ?? rows?.find((rule) => rule.protocol === "");
    if (exact !== undefined) return exact.exclude ? EXCLUDED : this.route(exact.tag, protocol, received, exact);
    const here = this.#rules.patterns.filter(({ rule }) => rule.protocol === "" || rule.protocol === protocol);
    if (here.some(({ rule, pattern }) => rule.exclude && pattern.tagOf(address) !== undefined)) return EXCLUDED;
    const modelled = this.#rules.model.get(address);
    if (modelled !== undefined) return this.#versions(modelled.map((tag) => this.#modelled(tag, protocol, received)));
    for (const { rule, pattern } of here) {
      const tag = rule.exclude ? undefined : pattern.tagOf(address);
      if (tag !== undefined) return this.route(tag, protocol, received, rule);
    }
    return UNMAPPED;
  }

  /** The route to a tag through a row. */
  route(tag: string, protocol: string, address: string, rule: CompiledRule): Route | Reject {
    return this.#routeTo(tag, { protocol, address, mapping: `${rule.id}@${this.#revision}` }, rule);
  }

  /** The route, where there is one only. A version that leads nowhere is the address's fault as a whole. */
  #versions(routes: readonly (Route | Reject)[]): Destination {
    const [only] = routes;
    if (routes.length === 1 && only !== undefined) return only;
    const refused = routes.find((route) => !(route instanceof Route));
    return refused === undefined ? new Versions(routes.filter((route) => route instanceof Route)) : refused;
  }

  /** The route that the plant model itself lays, with the scaling and unit it states for the source. */
  #modelled({ id, source }: TagDefinition, protocol: string, address: string): Route | Reject {
    const mapping = `model@${this.#model?.revision ?? ""}`;
    return this.#routeTo(
      id,
      { protocol, address, mapping },
      { ...NO_ROW, linear: source?.scale && throughPoints(source.scale), unit: source?.unit },
    );
  }

  #routeTo(tag: string, source: SampleSource, row: Pick<CompiledRule, "linear" | "unit" | "expectedEveryMs">): Route | Reject {
    const problem = tagProblem(tag, this.#model);
    if (problem !== undefined) return reject("UNKNOWN_TAG", undefined, { message: problem, field: "tag", tag: tag.slice(0, SHOWN) });
    const state = this.stateOf(tag);
    if (state === undefined)
      return reject("TOO_LARGE", undefined, { message: `This tag map already holds ${this.#options.maxTags} tags.`, tag });
    return new Route(state, source, row, this.#options.longestText);
  }

  /** Every address that has fed a tag, by tag. Made anew each time, for people who look. */
  sources(): ReadonlyMap<string, readonly SampleSource[]> {
    const sources = new Map<string, SampleSource[]>();
    for (const bucket of this.#routes.values()) {
      for (const destination of bucket.values()) {
        const routes = destination instanceof Route ? [destination] : destination instanceof Versions ? destination.routes : [];
        for (const { state, source } of routes) {
          const known = sources.get(state.tag);
          if (known === undefined) sources.set(state.tag, [source]);
          else known.push(source);
        }
      }
    }
    return sources;
  }

  /** Where a canonical sample of this tag leads. */
  ofTag(tag: string): Route | Reject {
    const known = this.#canonical.get(tag);
    if (known !== undefined) return known;
    const route = this.#routeTo(tag, { protocol: "twin", address: tag.slice(0, SHOWN) }, NO_ROW);
    if (this.#canonical.size < this.#options.maxTags) this.#canonical.set(tag, route);
    return route;
  }

  /** What is remembered about a tag; undefined when no more tags can be remembered. */
  stateOf(tag: string): TagState | undefined {
    const known = this.tags.get(tag);
    if (known !== undefined) return known;
    if (this.tags.size >= this.#options.maxTags) return undefined;
    const definition: TagDefinition | undefined = this.#model?.tags.get(tag);
    const state = new TagState(tag, definition, this.#options.recent);
    this.tags.set(tag, state);
    return state;
  }
}
