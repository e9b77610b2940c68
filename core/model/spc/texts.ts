/** What control charts say to people: of baselines that limits should not rest on, and of subgroups that they cannot take. */
import { type Reject, type Said, saidBy } from "../../connect/sample/index.ts";

/** In English; names of words stand between underscores. */
export const SPC_TEXTS = {
  fewPoints: "__n__ points make uncertain limits; __wanted__ are usual. Estimate again when there are more.",
  alikeNeighbours:
    "Neighbouring points are alike (lag-1 autocorrelation __r__, bound __bound__), so they say less than as many " +
    "independent ones: limits from moving ranges come out too narrow, and runs come without a cause. Sample less often, chart the " +
    "means of longer intervals, or look for what drifts between subgroups.",
  alternatingNeighbours:
    "Neighbouring points alternate (lag-1 autocorrelation __r__, bound __bound__), as when something is adjusted too often.",
  notNormal:
    "The values are not normal (Anderson–Darling __statistic__, p __p__), so false alarms may be more frequent than said. Subgroups, or a " +
    "transformation, help.",
  smallCounts:
    "A subgroup counts __counted__ on average: so few are far from symmetric about their mean, so limits at σ alarm " +
    "more often than said above and miss what lies below. Inspect more units per subgroup, or chart the units between two of them (g).",
  fewVectors:
    "__m__ vectors of __p__ variables are few: means and covariances are so uncertain that a limit of T² is __wider__ % wider than it " +
    "need be, and a MEWMA alarms more often than asked for. Estimate again when there are more.",
  fewVectorSubgroups:
    "__m__ subgroups of __n__ vectors of __p__ variables are few: means and covariances are so uncertain that a limit of T² is __wider__ % " +
    "wider than it need be, and a MEWMA alarms more often than asked for. Estimate again when there are more.",
  dependentVectors:
    "Neighbouring values hang together (lag-1 autocorrelation up to __r__): __names__. False alarms may be more frequent than said and come in " +
    "groups, of a MEWMA most of all. Longer intervals help.",
  baselineTooLarge: "A baseline has at most __most__ subgroups, not __n__.",
  otherEstimator: "A __kind__ chart is not estimated by __sigma__; choose __choice__.",
  tooFewSubgroups: "__used__ usable subgroups; a __kind__ chart needs __least__ at the least, and 25 to mean something.",
  tooFewTaken:
    "__used__ usable subgroups; a __kind__ chart needs __least__ at the least, and 25 to mean something. __refused__ were refused: __first__",
  noVariation: "The baseline does not vary, so it does not say how much variation is usual. Is the signal alive and fine enough?",
  noLimitOfRate: "There is no limit for this rate of false alarms and this λ; λ is 0.01 to 1.",
  tooFewVectors: "There are too few observations for so many variables.",
  unfitVectors: "The vectors of the baseline cannot be used: their numbers, their sizes or what they depend on.",
  stillVariable: "__name__ does not vary; leave it out, or choose a baseline in which it does.",
  sameVariables: "__one__ and __other__ say the same (correlation __r__); leave one of them out.",
  dependentVariable: "__name__ follows from __others__; leave one of them out.",
  noShare: "The mean proportion is __centre__; between 0 and 1 there must be something to control.",
  noCount: "The mean is __centre__; counts and intervals vary only about a mean above 0.",
  unfitLimits: "The control limits are not what their kind of chart needs.",
  noSubgroup: "A subgroup is an object {values} or {count, size}.",
  badQuality: "The subgroup has quality Bad or no data; it is neither plotted nor part of any limit.",
  noValues: "The subgroup has no `values`; send an array of numbers.",
  tooManyValues: "The subgroup has __n__ values; __most__ is the most.",
  valueMissing: "A value of the subgroup is missing; a subgroup of fixed size is taken whole or not at all.",
  vectorIncomplete: "No usable value of __names__; a vector is taken whole or not at all. Longer intervals help where a tag comes seldom.",
  valueType: "A value of the subgroup is a __type__, not a number.",
  valueNotFinite: "A value of the subgroup is __value__.",
  valueTooLarge: "A value of the subgroup is __value__; a chart computes with no more than __most__.",
  otherSize: "The subgroup has __n__ usable values; the chart takes __size__.",
  otherSizes: "The subgroup has __n__ usable values; the chart takes __least__ to __most__.",
  noUnits: "__value__ is no number of units; it must be 0 or more.",
  noInterval: "__value__ is no interval; it must be 0 or more.",
  unknownPart: "The limits know no part __part__; add its nominal value.",
  countMissing: "The count is missing.",
  countNotWhole: "The count is __count__; it must be a whole number, 0 or more.",
  sizeMissing: "The subgroup has no `size`: how many units were inspected?",
  sizeTooSmall: "The size is __size__; nothing can be divided by so little.",
  sizeNone: "The size is __size__; nothing was inspected, so nothing can be said.",
  moreThanInspected: "__count__ defective of __size__ inspected units cannot be.",
  sizeOther: "The size is __size__; the limits are for __wanted__.",
  fieldType: "The __field__ is a __type__, not a number.",
  fieldNotFinite: "The __field__ is __value__.",
  fieldTooLarge: "The __field__ is __value__; a chart computes with no more than __most__.",
} as const;
export type SpcTextKey = keyof typeof SPC_TEXTS;

export const saySpc: (key: SpcTextKey, values?: Readonly<Record<string, string | number | Said>>) => Said = saidBy(SPC_TEXTS);

/** What a reject says; what has no words of its own is a matter of limits. */
export function saidOf({ message, says = { key: "unfitLimits", values: {} } }: Pick<Reject, "message" | "says">): Said {
  return { message, says };
}
