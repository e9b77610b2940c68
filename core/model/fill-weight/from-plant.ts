/** Fill weights of the machines of a plant: what somebody asks for, with the tags and products that the plant model has for it. */
import {
  type Binding,
  boundEquipment,
  type PlantModel,
  type Product,
  roleTag,
  tagNamed,
  tagsOf as tagsOfAsset,
} from "../../connect/model/index.ts";
import { convert } from "../../connect/units/index.ts";
import type { FillDefinition, FillTerms } from "./definition.ts";
import { type IntervalKind, Intervals } from "./intervals.ts";
import { fillLimits, type FillWeightRules, tolerableNegativeErrorOf, weighed } from "./rules.ts";

/** In words that hold for every machine that it is bound to. Contents in g, of a volume in ml. */
export interface FillRequest {
  /** Name of the tag within the machine, as in `fill_weight`. */
  readonly tag: string;
  /** The property of a product that is its nominal content; where it has none, `nominal`. */
  readonly nominalProperty: string;
  readonly nominal?: number;
  /** `tolerableNegativeError` before the property of the product before the bands. */
  readonly errorProperty: string;
  readonly tolerableNegativeError?: number;
  readonly rules: FillWeightRules;
  /** The property of a product that is its tare; where it has none, `tare`. */
  readonly tareProperty: string;
  readonly tare: number;
  readonly price?: number;
  readonly interval: IntervalKind;
  readonly confidence: number;
  readonly least: number;
  readonly latenessMs: number;
}

export interface BoundFills {
  readonly definitions: readonly FillDefinition[];
  /** A sentence for each machine that cannot have it. */
  readonly faults: readonly string[];
}

export function fillsOf(model: PlantModel, binding: Binding, request: FillRequest): BoundFills {
  const made = boundEquipment(model, binding).map(({ path }) => fillOf(model, path, request));
  return {
    definitions: made.filter((one) => typeof one !== "string"),
    faults: made.filter((one) => typeof one === "string"),
  };
}

function fillOf(model: PlantModel, asset: string, request: FillRequest): FillDefinition | string {
  const tag = tagNamed(model, asset, request.tag);
  if (tag === undefined) {
    const names = tagsOfAsset(model, asset).map(({ signal }) => signal.split(".").at(-1));
    return `${asset} has no tag ${JSON.stringify(request.tag)}; it has ${names.slice(0, 20).join(", ") || "none"}.`;
  }
  if (tag.type !== "float" && tag.type !== "int") return `${tag.id} is no number; weights need a float or an int.`;
  const measured = tag.unit === undefined ? undefined : contentUnit(tag.unit);
  if (tag.unit === undefined || measured === undefined)
    return `${tag.id} is in ${tag.unit === undefined ? "no unit" : JSON.stringify(tag.unit)}; contents need one of mass or volume, such as g or mL.`;
  const calendarName = model.equipment.get(asset)?.calendar;
  const calendar = calendarName === undefined ? undefined : model.calendars.get(calendarName);
  if (calendar === undefined && request.interval === "shift") return `${asset} has no shift calendar; give it one, or count by the hour.`;
  const terms = (product?: Product): FillTerms | string => termsOfProduct(product, measured.unit, request);
  const productTag = roleTag(model, asset, "product") ?? null;
  return {
    asset,
    name: tag.signal.split(".").at(-1) as string,
    tag: tag.id,
    tagUnit: tag.unit,
    ...measured,
    productTag,
    heartbeat: roleTag(model, asset, "heartbeat") ?? null,
    products: new Map([...model.products].map(([id, product]) => [id, terms(product)])),
    otherwise: terms(),
    intervals: new Intervals(request.interval, model.zone, calendar),
    rules: {
      belowT1Share: request.rules.belowT1Share,
      belowT2Share: request.rules.belowT2Share,
      confidence: request.confidence,
      least: request.least,
    },
    latenessMs: request.latenessMs,
    modelRevision: model.revision,
  };
}

/** Mass in g and volume in ml, and how to get there; undefined for anything else. */
export function contentUnit(unit: string): Pick<FillDefinition, "unit" | "factor"> | undefined {
  for (const target of ["g", "mL"] as const) {
    const conversion = convert(unit, target);
    if (!("problem" in conversion)) return { unit: target, factor: conversion.factor };
  }
  return undefined;
}

function termsOfProduct(product: Product | undefined, unit: "g" | "mL", request: FillRequest): FillTerms | string {
  const who = product === undefined ? "What is being made" : `Product ${product.id}`;
  const nominal = property(product, request.nominalProperty, unit) ?? request.nominal;
  if (typeof nominal === "string") return nominal;
  if (nominal === undefined)
    return `${who} has no nominal content: give the product the property ${JSON.stringify(request.nominalProperty)}, or the node a nominal content.`;
  const tare = property(product, request.tareProperty, unit) ?? request.tare;
  if (typeof tare === "string") return tare;
  const ofProduct = property(product, request.errorProperty, unit);
  if (request.tolerableNegativeError === undefined && typeof ofProduct === "string") return ofProduct;
  const error =
    request.tolerableNegativeError ??
    (typeof ofProduct === "number" ? ofProduct : undefined) ??
    tolerableNegativeErrorOf(nominal, request.rules);
  const limits = error === undefined ? undefined : fillLimits(nominal, error);
  if (limits === undefined)
    return `${who} has no tolerable negative error between 0 and its content of ${nominal} ${unit}: give one, or a row of the table that reaches so far.`;
  const errorFrom = request.tolerableNegativeError !== undefined ? "given" : ofProduct !== undefined ? "product" : "table";
  return { limits, errorFrom, tare, price: request.price ?? null };
}

/** A property of a product in g or ml; one without a unit is taken to be in it. A sentence where its unit does not convert. */
function property(product: Product | undefined, name: string, unit: "g" | "mL"): number | string | undefined {
  const { properties } = product ?? {};
  const found = name !== "" && properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (product === undefined || found === undefined) return undefined;
  const conversion = found.unit === undefined ? { factor: 1, offset: 0 } : convert(found.unit, unit);
  if ("problem" in conversion)
    return `The property ${JSON.stringify(name)} of product ${product.id} is in ${JSON.stringify(found.unit)}, its packages are weighed in ${unit}: give what it is in ${unit} too.`;
  return weighed(found.value * conversion.factor);
}
