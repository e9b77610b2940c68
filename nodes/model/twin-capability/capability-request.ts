/** What a twin-capability's form asks for, in the words of the core. */
import type { OngoingAsked } from "../../../adapters/charts/ongoing-capability.ts";
import type { Minimum, OngoingRule } from "../../../core/model/charting/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import type declaration from "./twin-capability.node.ts";

type Config = ConfigOf<typeof declaration>;

export interface CapabilityRequest {
  readonly chart: string;
  /** Empty: every machine that has the chart. */
  readonly machine: string;
  readonly rule: OngoingRule;
  readonly minimum: Minimum;
  readonly asked: Omit<OngoingAsked, "period">;
}

/** What the form contradicts itself in: the key of the sentence that says so. */
export type Contradiction = "shiftByDay" | "intervals" | "within" | "limits";

export function capabilityRequest(config: Config): CapabilityRequest | Contradiction {
  const { chart, period, when, index, minimum: value, by, lower, upper, aim, model, subgroups } = config;
  if (period === "shift" && when === "day") return "shiftByDay";
  if (model !== "normal" && (index === "Cpk" || index === "Cp")) return "within";
  if (model !== "normal" && by === "bound") return "intervals";
  if (lower !== undefined && upper !== undefined && lower >= upper) return "limits";
  const specification = {
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
    ...(aim === undefined ? {} : { target: aim }),
  };
  return {
    chart,
    machine: config.machine.trim(),
    rule: { period, when, latenessMs: Math.round(config.latenessSeconds * 1000) },
    minimum: { index, value, by },
    asked: { subgroups, specification, model },
  };
}
