/**
 * Units: the part of UCUM (the Unified Code for Units of Measure) that plants use, from our own table, because the
 * common UCUM library carries a licence that is not permissive. Conversions are linear: `to = from * factor + offset`.
 */
export { convert, type Conversion, knownUnits } from "./convert.ts";
export { aliasOf } from "./aliases.ts";
export { inShownUnit } from "./linear.ts";
export { type DisplayUnits, type ShownUnit, shownUnit } from "./shown.ts";
export { unitSymbol } from "./symbol.ts";
export { parseUnit, type Unit } from "./unit.ts";
export { type EngineeringUnit, ucumOf } from "./unece.ts";
