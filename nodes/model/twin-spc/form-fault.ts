/** What a form lacks for rates and preview, in words that the dialog has in its language. */
import { CHARTS, type ChartKind } from "../../../core/model/spc/index.ts";
import type { Reject } from "../../../core/connect/sample/index.ts";
import { fill, type Values } from "../../kit/texts.ts";
import declaration from "./twin-spc.node.ts";

/** The key of a sentence among the texts of the node with its words, and the sentence in English. */
export interface FormFault {
  readonly text: string;
  readonly values: Values;
  readonly message: string;
}

/** `text`: a key among the texts of the node. */
export function formFault(text: string, values: Values = {}): FormFault {
  return { text, values, message: fill(declaration.texts?.[text] ?? text, values) };
}

/** Of what the core refused: limits that cannot be, or values that give none. */
export function refusedFault({ code, field, message }: Reject, kind: ChartKind, centre: number): FormFault {
  if (code === "TOO_FEW") return formFault("tooFew", { least: CHARTS[kind].least });
  if (code === "NO_VARIATION") return formFault("noVariation");
  if (field !== "centre") return formFault("noLimits", { fault: message });
  return formFault(CHARTS[kind].subgroup === "defectives" ? "centreShare" : "centreAbove", { centre });
}
