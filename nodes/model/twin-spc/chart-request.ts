/** What a twin-spc's form asks for, in the words of the core. */
import type { ChartRequest } from "../../../core/model/charting/index.ts";
import {
  type ChartKind,
  CHARTS,
  type NotationFault,
  readRules,
  RULE_EXAMPLES,
  RULE_SETS,
  type RuleSet,
  type RunRule,
  type SigmaEstimator,
} from "../../../core/model/spc/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import type declaration from "./twin-spc.node.ts";

type Config = ConfigOf<typeof declaration>;

const KINDS: Readonly<Record<Config["kind"], readonly [ChartKind, ChartKind?]>> = {
  "xbar-r": ["xbar", "r"],
  "xbar-s": ["xbar", "s"],
  "i-mr": ["i", "mr"],
  "dnom-mr": ["dnom", "dnom-mr"],
  "z-mr": ["z", "z-mr"],
  i: ["i"],
  ewma: ["ewma"],
  cusum: ["cusum"],
  ma: ["ma"],
  p: ["p"],
  "p-prime": ["p-prime"],
  np: ["np"],
  u: ["u"],
  "u-prime": ["u-prime"],
  c: ["c"],
  g: ["g"],
  t: ["t"],
};

/** What the form lacks: the key of the sentence that says so. */
export type Lacking = "given" | "ledger" | "size" | "often" | "estimator";

const LEAST_INTERVAL_S = 60;

export function chartRequest(config: Config, rules: RuleSet): ChartRequest | Lacking {
  const kinds = KINDS[config.kind];
  const measured = isMeasured(config.kind);
  const given = config.limits === "given";
  if (given && (config.centre === undefined || (measured && config.sigma === undefined))) return "given";
  if ((!given || config.tag.trim() === "") && config.historian === undefined) return "ledger";
  if (kinds[1] !== undefined && CHARTS[kinds[1]].subgroup === "spread" && config.size < 2) return "size";
  const [tag, grace] = [config.tag.trim(), config.graceMinutes];
  if (tag === "" && config.everySeconds > 0 && config.everySeconds < LEAST_INTERVAL_S) return "often";
  const estimator = config.estimator === "usual" ? null : config.estimator;
  if (estimator !== null && !estimates(kinds, config.size, estimator)) return "estimator";
  const { chart, lambda, cusumK: k, cusumH: h, headStart, afterSignal, window } = config;
  return {
    chart,
    kinds,
    tag,
    sizeTag: config.sizeTag.trim(),
    size: config.size,
    everyMs: Math.round(config.everySeconds * 1000),
    graceMs: grace === undefined ? null : Math.round(grace * 60_000),
    unit: config.unit.trim(),
    byProduct: config.byProduct,
    recipeTag: config.recipeTag.trim(),
    stageTag: config.stageTag.trim(),
    latenessMs: Math.round(config.latenessSeconds * 1000),
    spanMs: Math.round(config.spanSeconds * 1000),
    rules,
    given: given ? { centre: config.centre ?? 0, sigma: measured ? (config.sigma ?? 1) : 1 } : null,
    width: { sigmas: config.sigmas },
    parameters: {
      ...(kinds[0] === "ewma" ? { lambda } : {}),
      ...(kinds[0] === "cusum" ? { k, h, headStart, afterSignal } : {}),
      ...(kinds[0] === "ma" ? { window } : {}),
    },
    nominal: config.nominal.trim(),
    nominalSigma: config.nominalSigma.trim(),
    estimator,
    reactionPlan: config.reactionPlan,
  };
}

/** Subgroups of one value are estimated as single values are. */
function estimates(kinds: ChartRequest["kinds"], size: number, estimator: SigmaEstimator): boolean {
  return kinds.every((kind) => {
    if (kind === undefined) return true;
    const { sigmas, subgroup } = CHARTS[kind];
    return (subgroup === "measured" && size === 1 ? CHARTS.i.sigmas : sigmas).includes(estimator);
  });
}

/** Measured values, not counts. */
export function isMeasured(kind: Config["kind"]): boolean {
  return !["defectives", "defects", "count", "units", "interval"].includes(CHARTS[KINDS[kind][0]].subgroup);
}

/** Why a form has no rules: the key of the sentence that says so and its words, and the sentence in English. */
export interface RulesFault {
  readonly text: "rules" | "noRules" | `own_${NotationFault["code"]}`;
  readonly values: Readonly<Record<string, string | number>>;
  readonly message: string;
}

/** The rules that the form names by number, by id or all, then its own ones. */
export function rulesOf(config: Config): RuleSet | RulesFault {
  const { startUp, lastPoint, lengths, tie, onCentre, missing, afterSignal } = config;
  const named = namedRules(config);
  if ("message" in named) return named;
  const own = readRules(config.ownRules, named);
  if ("message" in own)
    return {
      text: `own_${own.code}`,
      values: { line: own.line, text: own.text, examples: RULE_EXAMPLES.join(", ") },
      message: own.message,
    };
  const rules = [...named, ...own];
  if (rules.length === 0) return { text: "noRules", values: {}, message: "Choose a rule of the set, or write one of your own." };
  return { rules, options: { startUp, lastPoint, lengths, tie, onCentre, missing, afterSignal } };
}

function namedRules({ ruleSet: name, rules, mixture, kind }: Config): readonly RunRule[] | RulesFault {
  const all = RULE_SETS[name].map((rule): RunRule => (rule.test === "outside" ? { ...rule, sides: mixture } : rule));
  // Their form shows no rules, so what it hides must not silence them.
  if (kind === "ewma" || kind === "cusum") return all.filter(({ test }) => test === "limits");
  const words = rules.split(/[\s,;]+/).filter((word) => word !== "");
  const only = words.length === 1 ? words[0]?.toLowerCase() : undefined;
  if (only === "all") return all;
  if (only === "none") return [];
  const chosen = words.map((word) => all.find(({ id }, i) => id === word || String(i + 1) === word));
  if (words.length > 0 && !chosen.includes(undefined)) return all.filter((rule) => chosen.includes(rule));
  const known = all.map(({ id }) => id).join(", ");
  return { text: "rules", values: { rules, known }, message: `The rules ${rules} are not of this set; it has ${known}.` };
}
