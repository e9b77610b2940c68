/** What can be chosen of a capability study. */
import type { Sigma } from "./indices.ts";
import { type ModelName, MODELS } from "./models.ts";
import type { Method } from "./non-normal.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** What a control chart said about the same values. */
export interface ControlEvidence {
  /** Which chart, with the version of its limits. */
  readonly chart: string;
  /** Signals that no recorded cause explains. */
  readonly signals: number;
}

export interface CapabilityOptions {
  /** "machine" names what a short run shows Cm and Cmk. */
  readonly study: "process" | "machine";
  /** Of the intervals, between 0.5 and 1. */
  readonly confidence: number;
  /** The standard deviation within subgroups or from moving ranges, as the control chart estimates it; null: no Cp and no Cpk. */
  readonly within: Sigma | null;
  /** Null: nobody has looked, and the result says so. */
  readonly control: ControlEvidence | null;
  readonly model: ModelName;
  /** For every model but the normal one. */
  readonly method: Method;
}

export const CAPABILITY_DEFAULTS: CapabilityOptions = {
  study: "process",
  confidence: 0.95,
  within: null,
  control: null,
  model: "normal",
  method: "percentile",
};

const STUDIES: readonly string[] = ["process", "machine"];
const METHODS: readonly string[] = ["percentile", "z-score"];

/** Undefined where the options can be followed. */
export function optionFault({ study, confidence, within, control, model, method }: CapabilityOptions): Refusal | undefined {
  if (!Object.keys(MODELS).includes(model)) return refuse("BAD_OPTIONS", { option: "model", value: model });
  if (!STUDIES.includes(study)) return refuse("BAD_OPTIONS", { option: "study", value: study });
  if (!METHODS.includes(method)) return refuse("BAD_OPTIONS", { option: "method", value: method });
  if (!(confidence >= 0.5 && confidence < 1)) return refuse("BAD_OPTIONS", { option: "confidence", value: confidence });
  if (within !== null) {
    if (!(within.value > 0 && within.value < Infinity))
      return refuse("BAD_OPTIONS", { option: "standard deviation within", value: within.value });
    if (within.degrees !== null && !(within.degrees > 0 && within.degrees < Infinity))
      return refuse("BAD_OPTIONS", { option: "degrees of freedom", value: within.degrees });
  }
  if (control === null) return undefined;
  if (!(control.signals >= 0)) return refuse("BAD_OPTIONS", { option: "signals", value: control.signals });
  return control.signals > 0 ? refuse("OUT_OF_CONTROL", { chart: control.chart, signals: control.signals }) : undefined;
}
