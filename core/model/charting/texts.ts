/** What the pages of control charts tell people, and the catalogue of all that they can be told, which every language has words for. */
import { type Said, saidBy } from "../../connect/sample/index.ts";
import { REFUSALS, WARNINGS } from "../capability/index.ts";
import { LIMITS_TEXTS } from "../limits/index.ts";
import { SPC_TEXTS } from "../spc/index.ts";

/** In English; names of words stand between underscores. */
export const CHARTING_TEXTS = {
  recordRole: "To record a capability one needs the role engineer or quality.",
  notAsked: "This is nothing that a chart can be asked; an action with its own fields is.",
  noMeasurementSent: "This is no measurement: it has values, or a count, of its chart and nothing else, and an id of 8 to 64 characters.",
  otherParts: "A measurement has only what its chart takes: values, or a count and what was inspected.",
  noChart: "There is no such chart, or your account does not cover it.",
  otherCause: '"__code__" is not among the causes that are offered here now. Choose another, or use words of your own.',
  otherAction: '"__code__" is not among the actions that are offered here now. Choose another, or use words of your own.',
  noSignal: "There is no such signal.",
  noVersion: "There is no version __version__.",
  notMeasured: "Capability is of measured values; this chart counts.",
  capabilityWindow: "The time begins before it ends, at most 31 days later.",
  baselineWindow: "A baseline begins before it ends, at most 31 days later.",
  notReviewed: "Look at what these limits would have said of the last 7 days first.",
  past: "What has been judged stays as it was: limits hold from now on, or from a later instant.",
  historianAway: "The historian is away, so what was recorded cannot be read now.",
  threadEnded: "What computes has ended. Ask again, of a shorter time if it happens twice.",
  answerNotRecorded: "The answer was not recorded.",
  decisionNotRecorded: "The decision was not recorded.",
  studyNotRecorded: "The study was not recorded.",
  measurementNotRecorded: "The measurement was not recorded.",
  notByHand: "This chart is not measured by hand; its values come from a tag.",
  mayNotMeasure: "To measure one needs the role operator, engineer, supervisor or quality.",
  inFuture: "This would be measured in the future; the clock of the browser is wrong.",
  tooOld: "This was measured too long ago to be entered now.",
  doubtful: "Far from everything that is expected here. Correct it, or confirm that it is right.",
  noMeasurement: "There is no such measurement.",
} as const;

export const sayCharting: (key: keyof typeof CHARTING_TEXTS, values?: Readonly<Record<string, string | number | Said>>) => Said =
  saidBy(CHARTING_TEXTS);

/** Every sentence by the key that `says` has. */
export const CHART_SAYINGS = { ...SPC_TEXTS, ...LIMITS_TEXTS, ...CHARTING_TEXTS, ...REFUSALS, ...WARNINGS } as const;
export type ChartSayingKey = keyof typeof CHART_SAYINGS;
