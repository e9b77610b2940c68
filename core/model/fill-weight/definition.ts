/** Of what fill weights are made: which tag carries the packages, what each product should weigh, and by which rules it is judged. */
import { fingerprint } from "../../connect/fingerprint/index.ts";
import type { Intervals } from "./intervals.ts";
import type { JudgingRules } from "./judge.ts";
import type { FillLimits } from "./rules.ts";

/** What holds for one product. */
export interface FillTerms {
  readonly limits: FillLimits;
  /** Where the tolerable negative error comes from. */
  readonly errorFrom: "given" | "product" | "table";
  /** Taken from every weight, g or ml. */
  readonly tare: number;
  /** Of a kg or litre, in the plant's currency; null: not given. */
  readonly price: number | null;
}

export interface FillDefinition {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Bare name of the tag within the machine; see `fillPath`. */
  readonly name: string;
  /** The weight of each package. */
  readonly tag: string;
  /** In which it comes. */
  readonly tagUnit: string;
  /** Everything that is made of it is in this unit: of a mass or of a volume. */
  readonly unit: "g" | "mL";
  /** From the tag's unit to that. */
  readonly factor: number;
  /** Says what is being made; null: always the same. */
  readonly productTag: string | null;
  /** Shows that time goes on while no package comes. */
  readonly heartbeat: string | null;
  /** By product; a sentence where it has no nominal content. */
  readonly products: ReadonlyMap<string, FillTerms | string>;
  /** Of a product that is not among them, and while none is known. */
  readonly otherwise: FillTerms | string;
  readonly intervals: Intervals;
  readonly rules: JudgingRules;
  /** How late a sample may come and still find its place, ms. */
  readonly latenessMs: number;
  readonly modelRevision: string;
}

/** Under which its events stand: `acme.galway.bottling.line01.filler01.fill_weight`. */
export function fillPath({ asset, name }: Pick<FillDefinition, "asset" | "name">): string {
  return `${asset}.${name}`;
}

export function tagsOf({ tag, productTag, heartbeat }: FillDefinition): readonly string[] {
  return [tag, productTag, heartbeat].filter((one) => one !== null);
}

/** The same for the same statements of the same packages: terms, shares that are let pass, intervals. */
export function rulesOf({ products, otherwise, rules, intervals, factor, unit }: FillDefinition): string {
  const { belowT1Share, belowT2Share } = rules;
  return fingerprint(JSON.stringify([[...products], otherwise, belowT1Share, belowT2Share, intervals.identity, factor, unit]));
}

export function termsOf({ products, otherwise }: FillDefinition, product: string | null): FillTerms | string {
  return product === null ? otherwise : (products.get(product) ?? otherwise);
}
