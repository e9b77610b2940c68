/** The check on the way into the historian: a sample keeps the contract in its tag, or is refused with what is valid. */
import { nearest, type PlantModel, shown, type TagDefinition } from "../model/index.ts";
import { type Reject, reject, type Sample } from "../sample/index.ts";
import { parseTag } from "../tag-id/index.ts";
import { type Contract, versionOf } from "./contract.ts";

/** Whose tag needs no entry in the model. */
const RAW = "_raw";
/** Tags whose verdict is remembered. */
const REMEMBERED = 50_000;
const LISTED = 20;

type Check = (sample: Sample) => Reject | undefined;
const FINE: Check = () => undefined;

/**
 * Holds samples to the contracts of a plant and to those that the twin itself publishes (`_oee_v1`). `_raw` is always
 * accepted. One check per tag, compiled at its first sample; make a new one when the model changes.
 */
export class ContractCheck {
  readonly #model: PlantModel;
  readonly #own: ReadonlyMap<string, Contract>;
  readonly #checks = new Map<string, Check>();

  constructor(model: PlantModel, own: readonly Contract[] = []) {
    this.#model = model;
    this.#own = new Map(own.map((contract) => [contract.name, contract]));
  }

  /** Undefined when the sample may be written. */
  violation(sample: Sample): Reject | undefined {
    let check = this.#checks.get(sample.tag);
    if (check === undefined) {
      check = this.#compile(sample.tag);
      if (this.#checks.size < REMEMBERED) this.#checks.set(sample.tag, check);
    }
    return check(sample);
  }

  #compile(tag: string): Check {
    const definition = this.#model.tags.get(tag);
    if (definition !== undefined) return holdTo(definition);
    const parsed = parseTag(tag);
    // What is no tag at all is refused elsewhere, with that reason.
    if ("problem" in parsed || parsed.value.contract === RAW) return FINE;
    const { asset, contract } = parsed.value;
    const signal = tag.slice(asset.length + 1);
    const path = signal.slice(contract.length + 1);
    const own = this.#own.get(contract)?.tags;
    if (own !== undefined && this.#model.equipment.has(asset)) {
      const promised = own.get(path);
      const named = promised === undefined ? own.get(path.replace(/^[^.]+/, "*")) : undefined;
      if (named !== undefined) return inAnyUnit(holdTo({ ...named, id: tag, asset, signal }));
      return promised === undefined
        ? refusing(tag, noPath(contract, path, [...own.keys()]))
        : holdTo({ ...promised, id: tag, asset, signal });
    }
    return refusing(tag, this.#unknown(asset, contract, path));
  }

  #unknown(asset: string, contract: string, path: string): string {
    const { equipment, tags } = this.#model;
    if (!equipment.has(asset)) return `There is no equipment ${shown(asset)} in the plant model.${meant(asset, equipment.keys())}`;
    const here = [...tags.values()].filter((tag) => tag.asset === asset).map(({ signal }) => signal);
    const paths = here.filter((signal) => signal.startsWith(`${contract}.`)).map((signal) => signal.slice(contract.length + 1));
    if (paths.length > 0) return noPath(contract, path, paths);
    const contracts = [...new Set(here.map((signal) => signal.slice(0, signal.indexOf("."))))];
    const version = versionOf(contract);
    const sibling = contracts.find((name) => version !== undefined && versionOf(name)?.base === version.base);
    const keeps = contracts.filter((name) => name !== RAW).join(", ") || "no contract";
    const hint = sibling === undefined ? "" : ` Did you mean "${sibling}"?`;
    return `${shown(asset)} keeps ${keeps}, not ${contract}. Give it a class with that contract, or write to ${RAW}.${hint}`;
  }
}

function noPath(contract: string, path: string, paths: readonly string[]): string {
  const valid = paths.slice(0, LISTED).join(", ") + (paths.length > LISTED ? ", …" : "");
  return `${contract} has no ${shown(path)}. Valid paths: ${valid}.${meant(path, paths)}`;
}

function meant(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

function refusing(tag: string, message: string): Check {
  return (sample) => reject("CONTRACT_VIOLATION", sample, { message, field: "tag", tag });
}

/** The type and unit of the tag. Its range is the tag map's to judge, which may let a value pass as Uncertain. */
function holdTo({ id, type, unit, values }: TagDefinition): Check {
  const fits = FITS[type];
  const numbers = type === "enum" && values !== undefined ? new Set(Object.keys(values).map(Number)) : undefined;
  return (sample) => {
    const { value } = sample;
    if (value !== null && !fits(value)) {
      const message = `${id} is of type ${type}; ${shown(value)} is not.`;
      return reject("CONTRACT_VIOLATION", sample, { message, field: "value", tag: id });
    }
    if (numbers !== undefined && value !== null && sample.quality === "Good" && !numbers.has(value as number)) {
      const message = `${id} is one of ${[...numbers].slice(0, LISTED).join(", ")}; ${shown(value)} is not.`;
      return reject("CONTRACT_VIOLATION", sample, { message, field: "value", tag: id });
    }
    if (sample.unit === undefined || sample.unit === unit) return undefined;
    const message = `${id} is stored in ${unit ?? "no unit"}, not in ${shown(sample.unit)}. Convert it in a tag map.`;
    return reject("CONTRACT_VIOLATION", sample, { message, field: "unit", tag: id });
  };
}

function inAnyUnit(check: Check): Check {
  return ({ unit: _unit, ...sample }) => check(sample);
}

const INT64 = /^-?\d{1,19}$/;
const FITS: Readonly<Record<TagDefinition["type"], (value: number | string | boolean) => boolean>> = {
  float: (value) => typeof value === "number",
  int: (value) => Number.isSafeInteger(value),
  int64: (value) => Number.isSafeInteger(value) || (typeof value === "string" && INT64.test(value)),
  bool: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  enum: (value) => Number.isSafeInteger(value),
};
