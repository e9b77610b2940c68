import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";
import { plantField } from "../../operate/bound/fields.ts";

const MINIMUM = "Minimum";
const SPECIFICATION = "Products without a specification of their own";

export default declareNode({
  type: "twin-capability",
  module: "model",
  kind: "node",
  version: 1,
  label: "capability",
  summary: "States the capability of what a control chart charts, by shift, day, week or number of subgroups, and says when it is too low.",
  details:
    "Name a chart of measured values that a `twin-spc` makes with the same historian. Wire the samples and events into a `twin-store`, and the conditions into a `twin-alarm` if somebody is to be called.\n\n" +
    "**What counts** are the recorded values of the period, the specification of the product (its properties `<tag>_lower`, `<tag>_upper` and `<tag>_target`), and the limits in force at the end of the period. It is the same study as *Capability* on the page of the chart.\n\n" +
    "**Refused**, with the reason and without a number: signals without a cause (`OUT_OF_CONTROL`), no limits in force (`NO_LIMITS_IN_FORCE`), fewer than 25 values (`TOO_FEW`), several products (`SEVERAL_PRODUCTS`), no specification (`NO_LIMITS`), values that do not vary (`CONSTANT`).\n\n" +
    "**Events** are `capability.v1`, one per chart and period: figures with their confidence intervals, method, limits version, product, whether the minimum is met, or the refusal.\n\n" +
    "**Samples** are `<machine>._capability_v1.<chart>.<period>.ppk`, `cpk`, `pp`, `cp`, `cpm`, those of one side (`ppl`, `ppu`, `cpl`, `cpu`), `ppk_lower` and `cpk_lower` (the lower ends of the intervals), `n`, `ppm_expected`, `ppm_observed`, `minimum`, `meets` (0 or 1), `method` and `refused`, at the end of the period. An index that does not exist has no value.\n\n" +
    "**Conditions.** Below the minimum the alarm `spc_<chart>_capability` holds until a later period meets it. A refusal changes nothing: it is no finding.\n\n" +
    "**Time.** What ended while the node was not there is stated after its start. A period is stated once more, as the next revision, when values of it come late (wire the chart's samples in to notice them), are taken back, or one of its signals is closed with a cause; what comes out the same is not said again.\n\n" +
    "**A message** that is no sample states the running period as far as it has come.",
  inputs: [
    {
      property: "payload",
      type: "Sample | Sample[]",
      help: "samples of the chart, to notice those that come late; anything else states the running period now.",
    },
  ],
  outputs: [
    { name: "samples", label: "samples", help: "the indices and what belongs to them, at the end of each period." },
    { name: "events", label: "events", help: "`capability.v1`, one per chart and period, and its revisions." },
    { name: "conditions", label: "conditions", help: "`alarm.condition.v1` below the minimum, for a `twin-alarm`." },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-bullseye",
  config: Type.Object({
    plant: plantField,
    historian: Type.String({
      label: "Historian",
      help: "That of the `twin-spc`: it has the chart, its limits and the recorded values.",
      widget: "config",
      refers: "twin-historian",
    }),
    chart: Type.String({
      label: "Name of the chart",
      help: "As the `twin-spc` calls it; a chart of measured values.",
      pattern: "^(?!spread$)[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$",
      maxLength: 64,
      placeholder: "fill-weight",
    }),
    machine: Type.String({
      label: "Machine",
      help: "Whose chart. Empty: every machine that has it.",
      widget: "asset",
      maxLength: 512,
      default: "",
      placeholder: "acme.galway.bottling.line01.filler01",
    }),
    period: Type.Union([Type.Literal("subgroups"), Type.Literal("shift"), Type.Literal("day"), Type.Literal("week")], {
      label: "Period",
      help: "Of which values. Shifts and the start of the day are those of the machine's calendar; a week begins on Monday.",
      choices: { subgroups: "the last subgroups", shift: "shift", day: "day", week: "week" },
      default: "shift",
    }),
    subgroups: Type.Integer({
      label: "Subgroups",
      help: "How many, where the period is the last subgroups; of the last 31 days.",
      minimum: 5,
      maximum: 100_000,
      default: 100,
    }),
    when: Type.Union([Type.Literal("shift"), Type.Literal("day"), Type.Literal("message")], {
      label: "State it",
      help: "Of a period that is over. A message states the running one in any case.",
      choices: { shift: "at the end of each shift", day: "at the end of each day", message: "on a message only" },
      default: "shift",
    }),
    index: Type.Union([Type.Literal("Ppk"), Type.Literal("Cpk"), Type.Literal("Pp"), Type.Literal("Cp")], {
      label: "Index",
      help: "What the customer requires. P: of all values; C: of the variation within subgroups; k: of the nearer limit.",
      choices: { Ppk: "Ppk", Cpk: "Cpk", Pp: "Pp", Cp: "Cp" },
      default: "Ppk",
      section: MINIMUM,
    }),
    minimum: Type.Number({
      label: "At least",
      help: "1.33 is usual, 1.67 for what is critical.",
      exclusiveMinimum: 0,
      maximum: 100,
      default: 1.33,
      section: MINIMUM,
    }),
    by: Type.Union([Type.Literal("value"), Type.Literal("bound")], {
      label: "Compare",
      help: "The index itself, or the lower end of its 95 % interval: then few values are no excuse.",
      choices: { value: "the index", bound: "its lower confidence bound" },
      default: "value",
      section: MINIMUM,
    }),
    priority: Type.Union([Type.Literal("none"), Type.Literal("low"), Type.Literal("medium"), Type.Literal("high")], {
      label: "Alarm",
      help: "Priority of the condition below the minimum; none: nobody is called.",
      choices: { none: "none", low: "low", medium: "medium", high: "high" },
      default: "low",
      section: MINIMUM,
    }),
    lower: Type.Optional(
      Type.Number({ label: "Lower limit", help: "In the unit of the chart.", section: SPECIFICATION, minimum: -1e15, maximum: 1e15 }),
    ),
    upper: Type.Optional(
      Type.Number({ label: "Upper limit", help: "In the unit of the chart.", section: SPECIFICATION, minimum: -1e15, maximum: 1e15 }),
    ),
    aim: Type.Optional(
      Type.Number({
        label: "Target",
        help: "What is aimed at; without it there is no Cpm.",
        section: SPECIFICATION,
        minimum: -1e15,
        maximum: 1e15,
      }),
    ),
    model: Type.Union(
      [
        Type.Literal("normal"),
        Type.Literal("lognormal"),
        Type.Literal("weibull"),
        Type.Literal("gamma"),
        Type.Literal("johnson"),
        Type.Literal("box-cox"),
        Type.Literal("empirical"),
      ],
      {
        label: "Distribution",
        help: "Of the values. All but the normal one give P indices by percentiles, without intervals.",
        choices: {
          normal: "normal",
          lognormal: "lognormal",
          weibull: "Weibull",
          gamma: "gamma",
          johnson: "Johnson",
          "box-cox": "normal after Box-Cox",
          empirical: "none: percentiles as measured",
        },
        default: "normal",
        advanced: true,
      },
    ),
    latenessSeconds: Type.Number({
      label: "Wait for late values",
      unit: "s",
      help: "How long after its end a period is stated.",
      minimum: 0,
      maximum: 3_600,
      default: 60,
      advanced: true,
    }),
  }),
  texts: {
    shiftByDay: "A shift is over at its own end: state it at the end of each shift, or choose the day as the period.",
    intervals: "Only normal values have a confidence bound; compare the index itself, or choose the normal distribution.",
    within: "__index__ needs normal values; require Ppk or Pp of this distribution.",
    limits: "The lower limit lies below the upper one.",
    away: "historian away, catching up later",
    computing: "computing …",
    noChart: "no chart __chart__ is at work; a twin-spc with this historian makes it",
    counts: "chart __chart__ counts; capability is of measured values",
    noShifts: "__asset__ has no shift calendar; give it one, or state the day",
    noShift: "no shift is running now",
    waiting: "waiting for the end of the period",
    onMessage: "states on a message",
    met: "__index__ __value__, at least __minimum__",
    missed: "__index__ __value__ is below __minimum__",
    noIndex: "no __index__ to compare",
    refused: "not stated: __code__",
    many: "__count__ charts meet __index__ __minimum__",
    below: "__chart__: __index__ __value__ of __n__ values is below the minimum of __minimum__.",
    belowBound: "__chart__: the lower confidence bound of __index__, __value__ of __n__ values, is below the minimum of __minimum__.",
  },
});
