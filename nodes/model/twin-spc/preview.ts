/** What the dialog shows before anything is deployed: how often a chart would alarm for nothing, and how it would look. */
import type { FalseAlarms } from "../../../adapters/charts/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { type ChartRequest, chartsOf, givenAs, inScope, isShortRun, subgroupsOf, tagsOf } from "../../../core/model/charting/index.ts";
import { studyBaseline, type TimedSubgroup } from "../../../core/model/limits/index.ts";
import {
  applicableRules,
  type ChartKind,
  type ChartParameters,
  type ChartPoint,
  CHARTS,
  ControlChart,
  isLimits,
  type Limits,
  limitsOf,
} from "../../../core/model/spc/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import { readerOf, recordedPieces, type RecordedSamples } from "../../operate/bound/recorded.ts";
import { chartRequest, rulesOf } from "./chart-request.ts";
import { type FormFault, formFault, refusedFault } from "./form-fault.ts";
import type declaration from "./twin-spc.node.ts";

export type SpcForm = ConfigOf<typeof declaration>;

export interface Rates {
  /** False alarms of one chart with its spread, in 1,000 points; null where nobody can say. */
  readonly perThousand: number | null;
  /** What it depends on that the form does not know: the mean count, how many are inspected; or it is too seldom to be computed. */
  readonly unknown: "centre" | "size" | "tooLong" | null;
  /** Null too where subgroups follow one another, so that it depends on how often values come. */
  readonly perDay: number | null;
  /** Machines that have the chart. */
  readonly machines: number;
  /** Chosen rules that mean nothing on this kind of chart. */
  readonly passedOver: readonly string[];
}

export interface Preview {
  readonly level: readonly Drawn[];
  readonly spread: readonly Drawn[];
  readonly centre: number;
  readonly sigma: number;
  /** From these values; false: those of the form. */
  readonly estimated: boolean;
}

export interface Drawn {
  readonly value: number;
  readonly centre: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly rules: readonly string[];
}

const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;
const POINTS_READ = 60;
const MOST_DRAWN = 200;

/** The request of a form, with limits of some kind so that it can be made before anybody knows any. */
function asked(form: SpcForm): ChartRequest | FormFault {
  const rules = rulesOf(form);
  if ("message" in rules) return rules;
  const { centre = 0, sigma = 1 } = form.limits === "given" ? form : {};
  const request = chartRequest({ ...form, limits: "given", centre, sigma, historian: form.historian ?? "preview" }, rules);
  return typeof request === "string" ? formFault(request) : request;
}

/** Undefined where whoever asked has gone. */
export async function rates(
  form: SpcForm,
  model: PlantModel | undefined,
  falseAlarms: Pick<FalseAlarms, "perThousand">,
  gone?: AbortSignal,
): Promise<Rates | FormFault | undefined> {
  const request = asked(form);
  if ("message" in request) return request;
  const { kinds, rules, width, parameters, everyMs } = request;
  const applied = applicableRules(kinds[0], rules).rules;
  let perThousand = 0;
  let unknown: Rates["unknown"] = null;
  for (const kind of kinds) {
    if (kind === undefined) continue;
    const { subgroup } = CHARTS[kind];
    const { centre, sigma, ...median } = givenAs(kind, { centre: centreOf(kind, form), sigma: 1 });
    const size = subgroup === "measured" || subgroup === "spread" ? { size: request.size } : {};
    const limits = limitsOf(kind, { centre, sigma, width, parameters: { ...parameters, ...size, ...PARTS[kind], ...median } });
    if (!isLimits(limits)) {
      unknown = "centre";
      continue;
    }
    if (applicableRules(kind, rules).rules.length === 0) continue;
    const found = await falseAlarms.perThousand(limits, rules, gone);
    if (found === undefined) return undefined;
    perThousand += found;
    if (Number.isNaN(found)) unknown ??= subgroup === "defectives" || subgroup === "defects" ? "size" : "tooLong";
  }
  const found = model === undefined ? 0 : chartsOf(model, form, { ...request, given: null }).charts.length;
  return {
    perThousand: unknown === null ? perThousand : null,
    unknown,
    perDay: unknown === null && everyMs > 0 && !isRare(request) ? (perThousand * DAY) / everyMs / 1_000 : null,
    machines: Math.max(1, found),
    passedOver: rules.rules.filter(({ id }) => !applied.some((one) => one.id === id)).map(({ id }) => id),
  };
}

const NO_PARTS = { parts: {} };
const PARTS: Readonly<Record<string, Pick<ChartParameters, "parts">>> = {
  dnom: NO_PARTS,
  "dnom-mr": NO_PARTS,
  z: NO_PARTS,
  "z-mr": NO_PARTS,
};
/** Good units between two events, where nobody has said how rare they are. */
const RARE = 100;

/** How often counts leave limits depends on their mean; for all else any centre will do that the kind can have. */
function centreOf(kind: ChartKind, { limits, centre }: SpcForm): number {
  if (kind === "g") return centre ?? RARE;
  if (kind !== "c") return 0.5;
  return limits === "given" ? (centre ?? Number.NaN) : Number.NaN;
}

/** Its points come when something happens. */
function isRare({ kinds: [kind], tag }: ChartRequest): boolean {
  return tag !== "" && (kind === "g" || kind === "t");
}

/** `subgroups`: pasted ones; null: the last that were recorded. */
export async function preview(
  form: SpcForm,
  subgroups: readonly TimedSubgroup[] | null,
  model: PlantModel | undefined,
  recorded: RecordedSamples | undefined,
  now: number,
): Promise<Preview | FormFault> {
  const request = asked(form);
  if ("message" in request) return request;
  if (subgroups !== null) return drawn(form, request, subgroups, {});
  if (model === undefined || recorded === undefined) return formFault("deployFirst");
  if (request.tag === "") return formFault("pasteHand");
  const { charts, faults } = chartsOf(model, form, form.limits === "given" ? request : { ...request, given: { centre: 0.5, sigma: 1 } });
  const [definition] = charts;
  if (definition === undefined) return formFault("nothing", { bind: form.bind, target: form.target, fault: faults[0] ?? "" });
  const from = now - (isRare(request) ? DAY : Math.min(DAY, Math.max(HOUR, POINTS_READ * request.everyMs)));
  const samples = [];
  for await (const piece of recordedPieces(
    readerOf(recorded, () => model),
    tagsOf(definition),
    from,
    now,
  ))
    samples.push(...piece);
  const { parts } = definition.given?.limits.parameters ?? {};
  const found = subgroupsOf(definition, samples);
  // Limits are of one product, so those of the one that is being made; a short run compares all of them.
  const product = isShortRun(request) ? undefined : found.stages.at(-1)?.circumstances.product;
  const { subgroups: shown } = product === undefined ? found : inScope(found, { product });
  return drawn(form, request, shown, parts === undefined ? {} : { parts });
}

function drawn(
  form: SpcForm,
  request: ChartRequest,
  subgroups: readonly TimedSubgroup[],
  parts: Pick<ChartParameters, "parts">,
): Preview | FormFault {
  const { kinds, rules, width, given } = request;
  const parameters = { ...request.parameters, ...parts };
  if (form.limits === "given" && given !== null) {
    const [level, spread] = kinds.map((kind) => {
      if (kind === undefined) return null;
      const { centre, sigma, ...median } = givenAs(kind, given);
      return limitsOf(kind, { centre, sigma, width, parameters: { ...parameters, ...median } });
    });
    if (level === undefined || level === null) return formFault("noLimits", { fault: "" });
    if (!isLimits(level)) return refusedFault(level, kinds[0], given.centre);
    const judge = (limits: Limits): (ChartPoint | null)[] => {
      const chart = new ControlChart(limits, rules);
      return subgroups.map(({ subgroup, gap }) => {
        if (gap === true) chart.missing();
        const taken = chart.take(subgroup);
        return "point" in taken ? taken.point : null;
      });
    };
    const other = spread === undefined || spread === null || !isLimits(spread) ? [] : judge(spread);
    return { ...given, level: lines(judge(level)), spread: lines(other), estimated: false };
  }
  const { estimator } = request;
  const study = studyBaseline(kinds, subgroups, [], { width, rules, parameters, ...(estimator === null ? {} : { sigma: estimator }) });
  if ("reject" in study) return refusedFault(study.reject, kinds[0], given?.centre ?? 0);
  const { centre, sigma } = study.limits;
  return { centre, sigma, level: lines(study.points), spread: lines(study.spreadPoints), estimated: true };
}

function lines(points: readonly (ChartPoint | null)[]): Drawn[] {
  return points
    .filter((point) => point !== null)
    .slice(-MOST_DRAWN)
    .map(({ statistic: value, centre, lower, upper, hits }) => ({ value, centre, lower, upper, rules: hits.map(({ id }) => id) }));
}
