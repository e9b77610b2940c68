/** What people are told who decide about limits, answer signals or measure by hand, and may not, or not in this way. */
import { type Said, saidBy } from "../../connect/sample/index.ts";

/** In English; names of words stand between underscores. */
export const LIMITS_TEXTS = {
  sameTime: "Two subgroups of the baseline have the same source time; which one would be left out?",
  notInOrder: "The subgroups of the baseline are not in order of time, and runs and ranges need that.",
  noneToLeaveOut: "There is no subgroup at __time__ that could be left out.",
  causeOwed: "A subgroup is left out only for a cause that was found; name it.",
  noPart: "__person__ has no part in __asset__.",
  proposeRole: "To propose limits one needs the role engineer or quality.",
  approveRole: "To approve limits one needs the role quality or supervisor.",
  rejectRole: "To reject limits one needs the role quality or supervisor.",
  retireRole: "To retire limits one needs the role quality or supervisor.",
  whyOwed: "Say why; the next person who looks at these limits will ask.",
  whyTooLong: "A comment has at most __most__ characters.",
  chartName: "The name of a chart is 1 to 64 letters, digits, _ and -, and does not begin with _.",
  noPair: "A __level__ chart and a __spread__ chart do not go together.",
  decidedAlready: "Version __version__ is __status__ already; propose a new one.",
  notProposed: "Version __version__ is __status__ already.",
  ownProposal: "__person__ proposed version __version__; somebody else approves it.",
  instantWhole: "The instant from which the limits hold is a whole number of ms UTC.",
  reviewBackwards: "The review ends before it begins.",
  notApproved: "Version __version__ is __status__; only an approved one can be retired.",
  endTooEarly: "A version cannot end before it came into effect.",
  baselineBackwards: "The baseline ends before it begins.",
  outsideBaseline: "A subgroup that is left out lies outside the baseline.",
  tooManyLeftOut: "More than __most__ subgroups are left out: choose another baseline.",
  unfitRules: "These run rules are none that a chart can be judged by.",
  answerRole: "To answer a signal one needs the role operator.",
  closedAlready: "The signal was closed by __by__ already; reopen it first.",
  signalOpen: "The signal is open.",
  reopenRole: "To reopen a signal one needs the role engineer, supervisor or quality.",
  measureRole: "To measure at __asset__ one needs the role operator, and a part in it.",
  withdrawRole: "A measurement is taken back by who made it, or by somebody with the role supervisor or quality.",
} as const;
export type LimitsTextKey = keyof typeof LIMITS_TEXTS;

export const sayLimits: (key: LimitsTextKey, values?: Readonly<Record<string, string | number | Said>>) => Said = saidBy(LIMITS_TEXTS);
