/** Mapping rules as people write them, checked and compiled into lookups. */
import type { PlantModel, Scale, TagDefinition } from "../model/index.ts";
import { areVersions, parseTag } from "../tag-id/index.ts";
import { convert } from "../units/index.ts";
import { normaliseAddress } from "./address.ts";
import { compileExpression, type TagExpression } from "./expression.ts";
import { type AddressPattern, compilePattern, isPattern } from "./pattern.ts";
import { show } from "./show.ts";
import type { Linear } from "./value.ts";

/** One row of a tag map. */
export interface MapRule {
  /** Names the rule in provenance; `row1`, `row2`, … by default. */
  readonly id?: string;
  /** Only readings of this protocol; none: any. */
  readonly protocol?: string;
  /** How `address` is meant. By default a pattern if it holds `*` or `{name}`, else exact. */
  readonly match?: "exact" | "pattern" | "expression";
  /** An address, a pattern over addresses, or a JSONata expression over the reading. */
  readonly address: string;
  /** Canonical tag, or a template with `{name}`, `{name:lower}` or `{name:snake}`; none for expressions and exclusions. */
  readonly tag?: string;
  /** Matching readings are counted and go nowhere. */
  readonly exclude?: boolean;
  /** Linear scaling, applied before the unit: by two points, or by factor and offset. */
  readonly scale?: Scale | Linear;
  /** Unit at the source (after scaling), where the protocol does not carry one. */
  readonly unit?: string;
  /** Longest time without a new value before the tag is stale, ms; wins over the plant model's. */
  readonly expectedEveryMs?: number;
}

export interface RuleProblem {
  /** Row number from 1; 0 for the plant model. */
  readonly row: number;
  readonly field: string;
  readonly message: string;
}

export interface CompiledRule {
  readonly id: string;
  readonly row: number;
  readonly protocol: string;
  readonly tag: string;
  readonly exclude: boolean;
  readonly linear: Linear | undefined;
  readonly unit: string | undefined;
  readonly expectedEveryMs: number | undefined;
}

export interface CompiledRules {
  /** By address, then by protocol ("" for any). */
  readonly exact: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly patterns: readonly { readonly rule: CompiledRule; readonly pattern: AddressPattern }[];
  readonly expressions: readonly { readonly rule: CompiledRule; readonly expression: TagExpression }[];
  /** Tags of the plant model by their address: one, or one per version of a contract. */
  readonly model: ReadonlyMap<string, readonly TagDefinition[]>;
}

/** Compiles all rules or says everything that is wrong with them. */
export function compileRules(
  rules: readonly MapRule[],
  model: PlantModel | undefined,
  namespaces: readonly string[],
): CompiledRules | { readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const exact = new Map<string, CompiledRule[]>();
  const patterns: { rule: CompiledRule; pattern: AddressPattern }[] = [];
  const expressions: { rule: CompiledRule; expression: TagExpression }[] = [];
  for (const [index, row] of rules.entries()) {
    const at = index + 1;
    const refuse = (field: string, message: string): void => void problems.push({ row: at, field, message });
    const rule = compileRow(row, at, model, refuse);
    const kind = row.match ?? (isPattern(row.address) ? "pattern" : "exact");
    if (row.address === "") refuse("address", "The address is empty.");
    else if (kind === "expression") {
      const expression = compileExpression(row.address);
      if ("problem" in expression) refuse("address", expression.problem);
      else if (rule.exclude) refuse("exclude", "An expression cannot exclude; use an exact address or a pattern.");
      else expressions.push({ rule, expression });
    } else if (kind === "pattern") {
      const pattern = compilePattern(row.address, rule.tag);
      if ("problem" in pattern) refuse("address", pattern.problem);
      else patterns.push({ rule, pattern });
    } else {
      const address = normaliseAddress(row.address, namespaces);
      const same = exact.get(address) ?? [];
      const rival = same.find((other) => other.protocol === rule.protocol);
      if (rival !== undefined) refuse("address", `Row ${rival.row} maps the same address; one address has one tag.`);
      exact.set(address, [...same, rule]);
    }
    if (kind !== "expression" && !rule.exclude) checkTarget(rule.tag, kind, model, refuse);
  }
  const byAddress = indexModel(model, namespaces, problems);
  return problems.length > 0 ? { problems } : { exact, patterns, expressions, model: byAddress };
}

type Refuse = (field: string, message: string) => void;

function compileRow(row: MapRule, at: number, model: PlantModel | undefined, refuse: Refuse): CompiledRule {
  const unit = row.unit === "" ? undefined : row.unit;
  const target = row.tag === undefined ? undefined : model?.tags.get(row.tag)?.unit;
  const conversion = unit === undefined ? undefined : convert(unit, target ?? unit);
  if (conversion !== undefined && "problem" in conversion) refuse("unit", conversion.problem);
  return {
    id: row.id === undefined || row.id === "" ? `row${at}` : row.id,
    row: at,
    protocol: row.protocol ?? "",
    tag: row.tag ?? "",
    exclude: row.exclude === true,
    linear: row.scale && linearOf(row.scale, refuse),
    unit,
    expectedEveryMs: row.expectedEveryMs,
  };
}

function linearOf(scale: NonNullable<MapRule["scale"]>, refuse: Refuse): Linear {
  const linear = "factor" in scale ? scale : throughPoints(scale);
  const usable = Number.isFinite(linear.factor) && Number.isFinite(linear.offset) && linear.factor !== 0;
  if (!usable) refuse("scale", "The scaling needs two different raw values and two different engineering values, all finite.");
  return usable ? linear : { factor: 1, offset: 0 };
}

/** The line through two points; not finite when the raw values are equal. */
export function throughPoints(scale: Scale): Linear {
  const factor = (scale.high - scale.low) / (scale.rawHigh - scale.rawLow);
  return { factor, offset: scale.low - scale.rawLow * factor };
}

function checkTarget(tag: string, kind: "exact" | "pattern", model: PlantModel | undefined, refuse: Refuse): void {
  if (tag === "") return refuse("tag", "No tag is chosen. Choose one, or mark the row as exclusion.");
  if (kind === "pattern" && tag.includes("{")) return; // known only when an address has matched
  const problem = tagProblem(tag, model);
  if (problem !== undefined) refuse("tag", problem);
}

/** What is wrong with a tag as a target: its grammar, or a contract tag that the plant model does not know. */
export function tagProblem(tag: string, model: PlantModel | undefined): string | undefined {
  if (model?.tags.has(tag) === true) return undefined;
  const parsed = parseTag(tag);
  if ("problem" in parsed) return parsed.problem;
  if (model === undefined || parsed.value.contract === "_raw") return undefined;
  return `The plant model has no tag ${show(tag)}. Add it to the equipment class or use the _raw contract.`;
}

function indexModel(model: PlantModel | undefined, namespaces: readonly string[], problems: RuleProblem[]): Map<string, TagDefinition[]> {
  const byAddress = new Map<string, TagDefinition[]>();
  for (const tag of model?.tags.values() ?? []) {
    if (tag.address === undefined) continue;
    const address = normaliseAddress(tag.address, namespaces);
    const here = byAddress.get(address);
    const rival = here?.find(({ id }) => !areVersions(id, tag.id));
    if (here === undefined) byAddress.set(address, [tag]);
    else if (rival === undefined) here.push(tag);
    else
      problems.push({
        row: 0,
        field: "address",
        message: `The plant model gives the address ${show(address)} to both ${rival.id} and ${tag.id}.`,
      });
  }
  return byAddress;
}
