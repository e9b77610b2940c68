import { Type } from "typebox";
import { MOST_TOGETHER, RULE_TEXTS } from "../../../core/model/spc/index.ts";
import { declareNode } from "../../kit/declaration.ts";
import { reactionPlanField, signalFields, stageFields } from "../charts/fields.ts";
import { bindField, plantField, targetField } from "../../operate/bound/fields.ts";

export default declareNode({
  type: "twin-multivariate",
  module: "model",
  kind: "node",
  version: 1,
  label: "multivariate chart",
  summary:
    "One control chart for several tags of a machine that belong together: it also finds what no chart of one tag can see, and names the tag to blame.",
  details:
    "Wire the samples of the machines into it, its samples and events into a `twin-store`, and its conditions into a `twin-alarm` if somebody is to be called.\n\n" +
    "**What it charts.** One vector per interval: the last value of every tag, or its mean. T² is how far a vector is from the means, measured in the correlations that the tags usually have; so pressure and fill time that are both where they often are, but not together, are a signal. MEWMA does the same with weighted means, for small shifts that last. Neighbouring vectors can be judged together, as subgroups.\n\n" +
    "**Limits** are governed as those of `twin-spc`: on the page *Control charts* of `twin-boards` somebody chooses a baseline, looks at its signals, leaves out what has a cause and proposes means and covariances; somebody approves them after a review of the last 7 days. Until then the node collects and says so. A version judges only the tags and units that it was made of; α, λ and run length count when limits are proposed, and the version keeps them.\n\n" +
    "**Who is to blame.** At a signal the event `spc.signal.v1` lists each tag with its share of the statistic and its own deviation, the most to blame first; the alarm names them. Shares of tags that only stand out together add up to more than 100 %.\n\n" +
    "**Incomplete vectors** are refused by the name of the tag that is missing. A Bad value enters nothing. So are the vectors of a machine that stands, where some of its tags go on and others do not. A tag that reports only changes needs an interval in which it does change.\n\n" +
    "**Samples** are `<machine>._spc_v1.<chart>.value`, `centre`, `upper`, `sigma`, `version`, and `signal` and `rules` at a signal.\n\n" +
    "**Time.** A value waits as long as late ones may take, then its vector is judged; one that comes later is refused and stays in the historian. So the same samples give the same signals, live, replayed and after a restart.",
  inputs: [
    {
      property: "payload",
      type: "Sample | Sample[]",
      help: "samples of the bound machines; those of other tags are passed over.",
    },
  ],
  outputs: [
    { name: "samples", label: "samples", help: "statistic and limit of every vector, to draw the chart." },
    { name: "events", label: "events", help: "`spc.signal.v1`, one revision per change, with what each tag contributed." },
    { name: "conditions", label: "conditions", help: "`alarm.condition.v1` while a signal lasts, for a `twin-alarm`." },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-crosshairs",
  config: Type.Object({
    plant: plantField,
    bind: bindField("machine"),
    target: targetField(),
    historian: Type.String({
      label: "Historian",
      help: "Whose ledger has the approved limits, and from which missed samples are read after a restart.",
      widget: "config",
      refers: "twin-historian",
    }),
    chart: Type.String({
      label: "Name of the chart",
      help: "Letters, digits, `_` and `-`. Limits and signals are kept under it.",
      pattern: "^(?!spread$)[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$",
      maxLength: 64,
      placeholder: "filling",
    }),
    tags: Type.String({
      label: "Tags",
      help: "2 to 10 names of tags within the machine, one per line. They should belong together: what one does, others feel.",
      widget: "multiline",
      minLength: 1,
      maxLength: 5_000,
      placeholder: "fill_weight\nfill_time\nbowl_pressure",
    }),
    kind: Type.Union([Type.Literal("t2"), Type.Literal("mewma")], {
      label: "Chart",
      help: "T² judges each vector alone and finds large changes; MEWMA remembers and finds small ones that last.",
      choices: { t2: "T²: each vector or subgroup alone", mewma: "MEWMA: weighted means, for small shifts" },
      default: "t2",
    }),
    everySeconds: Type.Number({
      label: "One vector every",
      unit: "s",
      help: "Interval of data time in which each tag must have come at least once. So long that neighbouring vectors are nearly independent; the page warns where they are not.",
      minimum: 1,
      maximum: 86_400,
      default: 300,
    }),
    taken: Type.Union([Type.Literal("last"), Type.Literal("mean")], {
      label: "Of each tag",
      help: "What of an interval enters the vector.",
      choices: { last: "the last value", mean: "the mean of the interval" },
      default: "last",
    }),
    size: Type.Integer({
      label: "Vectors in a subgroup",
      help: "1: each stands alone. More: so many neighbouring ones are one subgroup, whose means are judged by how vectors vary within subgroups; that finds smaller changes and is not deceived by slow drifts of the baseline. A vector that lacks leaves its subgroup out.",
      minimum: 1,
      maximum: MOST_TOGETHER,
      default: 1,
    }),
    alpha: Type.Number({
      label: "False alarms (α)",
      help: "T²: probability that a vector or subgroup signals although nothing has happened; 0.0027 is that of three σ.",
      exclusiveMinimum: 0,
      maximum: 0.2,
      default: 0.0027,
      section: "Limits",
    }),
    lambda: Type.Number({
      label: "λ",
      help: "MEWMA: weight of the newest vector. Smaller ones find smaller shifts, later.",
      minimum: 0.01,
      maximum: 1,
      default: 0.1,
      section: "Limits",
    }),
    runLength: Type.Number({
      label: "Run length",
      help: "MEWMA: so many vectors or subgroups between two false alarms, on average. The limit is computed from it.",
      minimum: 10,
      maximum: 100_000,
      default: 370,
      section: "Limits",
    }),
    ...stageFields,
    reactionPlan: reactionPlanField("Look at the tag that is named first; if it is right, at the second"),
    ...signalFields,
  }),
  texts: {
    nothing: "No machine has this chart: the plant model has no __bind__ __target__ with what it needs. __fault__",
    reading: "reading recorded samples",
    away: "historian away, catching up later",
    collecting: "no approved limits; __count__ points collected",
    control: "version __version__, in control",
    many: "__count__ charts, in control",
    oneSignal: "1 signal: __blamed__",
    signal: "__count__ signals: __blamed__",
    condition: "__chart__: __blamed__ (__rules__)",
    alone: "look at __tags__",
    together: "__tags__ do not go together as usual",
    unknown: "not one tag stands out",
    rule_limits: RULE_TEXTS.limits,
    rates:
      "About __day__ false alarms a day of each machine: __percent__ % of the about __most__ alarms that one operator can handle a day (ISA-18.2).",
    tooMany:
      "Too many: about __day__ false alarms a day of each machine; one operator can handle about __most__ alarms of all kinds (ISA-18.2). Choose a smaller α, a longer run length or longer intervals.",
  },
});
