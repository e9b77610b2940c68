/** What a twin-multivariate's form asks for, in the words of the core. */
import type { ChartRequest } from "../../../core/model/charting/index.ts";
import { DEFAULT_RULE_OPTIONS, type RuleSet } from "../../../core/model/spc/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import type declaration from "./twin-multivariate.node.ts";

type Config = ConfigOf<typeof declaration>;

/** A vector beyond the limit; vectors that are correlated or have no centre have no other rules. */
const BEYOND: RuleSet = { rules: [{ id: "beyond-limits", test: "limits" }], options: DEFAULT_RULE_OPTIONS };

export function multivariateRequest(config: Config): ChartRequest {
  const { kind, alpha, lambda, runLength } = config;
  const tags = config.tags.split(/[\n,;]/).map((name) => name.trim());
  return {
    chart: config.chart,
    kinds: [kind],
    tag: "",
    vectors: { tags: tags.filter((name) => name !== ""), of: config.taken },
    sizeTag: "",
    size: config.size,
    everyMs: Math.round(config.everySeconds * 1000),
    graceMs: null,
    unit: "",
    byProduct: config.byProduct,
    recipeTag: config.recipeTag.trim(),
    stageTag: config.stageTag.trim(),
    latenessMs: Math.round(config.latenessSeconds * 1000),
    spanMs: 0,
    rules: BEYOND,
    given: null,
    width: { probability: kind === "t2" ? alpha : 1 / runLength },
    parameters: kind === "t2" ? {} : { lambda },
    nominal: "",
    nominalSigma: "",
    estimator: null,
    reactionPlan: config.reactionPlan,
  };
}
