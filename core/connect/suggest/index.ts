/**
 * Proposals for a foreign server: `suggest(variables, classes)` says which parts of a survey are machines of which
 * class and which variable is which tag, with a confidence and reasons; `toRows` makes tag-sheet rows of what was accepted.
 *
 * suggest([{ address: "s=a", path: "DB10_Fueller/rGewichtIst", name: "rGewichtIst", dataType: "Float", unit: "kg" },
 *          { address: "s=b", path: "DB10_Fueller/rGewichtSoll", name: "rGewichtSoll", dataType: "Float", unit: "kg" },
 *          { address: "s=c", path: "DB10_Fueller/ST_MACH", name: "ST_MACH", dataType: "Int16" }],
 *         classes)                       // `filler` has state (enum) and fill_weight (float, g, "Net weight of …")
 *   → { machines: [{ place: "DB10_Fueller", class: "filler", tags: [
 *       { tag: "state", variable: { address: "s=c", … }, reasons: ["name: state", "type Int16 fits enum"], … },
 *       { tag: "fill_weight", variable: { address: "s=a", … },
 *         reasons: ["name: weight", "type Float fits float", "unit kg converts to g", "both are a present value"], … }], … }],
 *       unplaced: ["s=b"] }             // a set point is never proposed for a present value
 * toRows([{ equipment: "bottling.line02.filler01", class: filler, tags: [{ tag: "fill_weight", variable }] }])
 *   → [{ equipment: "bottling.line02.filler01", tag: "fill_weight", address: "s=a", sourceUnit: "kg" }]
 */
export { type Choice, type MachineProposal, suggest, type Suggestion, type TagProposal } from "./suggest.ts";
export { type AcceptedMachine, toRows } from "./rows.ts";
export type { SurveyedVariable } from "./variable.ts";
