import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";
import { bindField, plantField, targetField } from "../../operate/bound/fields.ts";

const PRODUCT = "Product and contents";
/** Seen by everybody who opens the form. */
const RULES = "Average weights (European defaults, check your regulation)";
const property = "Property of a product in the plant model";

export default declareNode({
  type: "twin-fill-weight",
  module: "model",
  kind: "node",
  version: 1,
  label: "fill weight",
  summary: "Fill weights of prepackages: giveaway, and the counts of the average-weight system, per product and hour or shift.",
  details:
    "Wire the samples of one or more machines into it that weigh every package, its samples and events into a `twin-store`, and its conditions into a `twin-alarm` if somebody is to be called. It counts what is weighed: on a checkweigher that pushes out, bind it to a weight of what stays on the line.\n\n" +
    "**Check your regulation.** The tolerable negative errors and the shares that are let pass are defaults, the European ones as commonly quoted (76/211/EEC); all can be changed. What a batch must meet and how it is sampled is decided by your regulation, not by this node.\n\n" +
    "**Contents** are the weight less the tare, in g, of a volume in mL. T1 is the nominal content less the tolerable negative error, T2 less twice that.\n\n" +
    "**Events.** The packages of one product in one hour or shift are one event `fill.weight.v1`: counts, mean, standard deviation, giveaway per package, as a share and in total, and the rules that were used. A change of product begins a new one.\n\n" +
    "**Samples** are the figures of the running interval, every 10 s: `<machine>._fill_v1.<tag>.giveaway`, `giveaway_share`, `giveaway_total`, `giveaway_cost`, `mean`, `sd`, `minimum`, `maximum`, `packages`, `below_t1`, `below_t2`, `nominal`, `t1`, `t2`.\n\n" +
    "**Conditions** begin only where chance explains it no longer: a mean further below the nominal content, or a share below T1 further above the one let pass, than chance brings in an interval with more than a probability of 1 − confidence, and any package below T2 where none is let pass, until the interval ends. They end when the rule is kept again, or with the product.\n\n" +
    "**Time.** A package waits as long as late ones may take, then it is counted. Of one that comes later the interval is counted again from the historian's samples once it is over, and stated as the next revision; without a historian it is refused with `ANCIENT_TIMESTAMP`. So the same samples give the same figures, live, replayed and after a restart.",
  inputs: [
    {
      property: "payload",
      type: "Sample | Sample[]",
      help: "samples of the bound machines; those of other tags are passed over.",
    },
  ],
  outputs: [
    { name: "samples", label: "samples", help: "figures of the running interval." },
    { name: "events", label: "events", help: "`fill.weight.v1`, one per product and interval, and its revisions." },
    { name: "conditions", label: "conditions", help: "`alarm.condition.v1` for a `twin-alarm`." },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-balance-scale",
  config: Type.Object({
    plant: plantField,
    bind: bindField("machine"),
    target: targetField(),
    historian: Type.Optional(
      Type.String({
        label: "Historian",
        help: "From which missed samples are read after a restart, and intervals are counted again of which packages came late. Without it the node knows what its snapshot holds.",
        widget: "config",
        refers: "twin-historian",
      }),
    ),
    tag: Type.String({
      label: "Weight",
      help: "Name within the machine of the tag that carries each package, as in `fill_weight`. In a unit of mass or volume.",
      minLength: 1,
      maxLength: 512,
      default: "fill_weight",
    }),
    interval: Type.Union([Type.Literal("hour"), Type.Literal("shift")], {
      label: "Count by",
      help: "Hours of the clock, cut where a shift begins or ends, or whole shifts of the machine's calendar.",
      choices: { hour: "hour", shift: "shift" },
      default: "hour",
    }),
    nominalProperty: Type.String({
      label: "Nominal content from",
      help: `${property} that is its nominal content, as in \`net_weight\`.`,
      maxLength: 200,
      default: "net_weight",
      section: PRODUCT,
    }),
    nominal: Type.Optional(
      Type.Number({
        label: "Nominal content",
        unit: "g, mL",
        help: "Of products without that property, and where no product is known.",
        exclusiveMinimum: 0,
        maximum: 50_000,
        section: PRODUCT,
      }),
    ),
    tare: Type.Number({
      label: "Tare",
      unit: "g, mL",
      help: "Taken from every weight; 0 where the tag is net already.",
      minimum: 0,
      maximum: 50_000,
      default: 0,
      section: PRODUCT,
    }),
    tareProperty: Type.String({
      label: "Tare from",
      help: `${property} that is its tare, where packages differ.`,
      maxLength: 200,
      default: "",
      section: PRODUCT,
      advanced: true,
    }),
    pricePerKg: Type.Optional(
      Type.Number({
        label: "Price",
        unit: "per kg, L",
        help: "What a kilogram or litre of the content costs, in your currency: then giveaway has a cost.",
        minimum: 0,
        maximum: 1_000_000,
        section: PRODUCT,
      }),
    ),
    errorProperty: Type.String({
      label: "Negative error from",
      help: `${property} that is its tolerable negative error. Where it has none, the table below.`,
      maxLength: 200,
      default: "tolerable_negative_error",
      section: RULES,
    }),
    negativeError: Type.Optional(
      Type.Number({
        label: "Negative error",
        unit: "g, mL",
        help: "The tolerable negative error of all products, instead of their property and the table.",
        exclusiveMinimum: 0,
        maximum: 50_000,
        section: RULES,
      }),
    ),
    bands: Type.Array(
      Type.Object({
        to: Type.Number({
          label: "Content up to (g, mL)",
          help: "Nominal contents up to this one.",
          exclusiveMinimum: 0,
          maximum: 1_000_000,
        }),
        error: Type.Number({
          label: "Negative error",
          help: "Shares are rounded up to a tenth of a g or mL.",
          exclusiveMinimum: 0,
          maximum: 100_000,
        }),
        as: Type.Union([Type.Literal("percent"), Type.Literal("amount")], {
          label: "As",
          help: "A share of the nominal content, or an amount.",
          choices: { percent: "%", amount: "g, mL" },
          default: "percent",
        }),
      }),
      {
        label: "Negative errors",
        help: "Tolerable negative error by nominal content, in order. The defaults are European figures as commonly quoted: check your regulation.",
        widget: "table",
        default: [
          { to: 50, error: 9, as: "percent" },
          { to: 100, error: 4.5, as: "amount" },
          { to: 200, error: 4.5, as: "percent" },
          { to: 300, error: 9, as: "amount" },
          { to: 500, error: 3, as: "percent" },
          { to: 1_000, error: 15, as: "amount" },
          { to: 10_000, error: 1.5, as: "percent" },
          { to: 15_000, error: 150, as: "amount" },
          { to: 50_000, error: 1, as: "percent" },
        ],
        maxItems: 100,
        section: RULES,
      },
    ),
    belowT1Percent: Type.Number({
      label: "Let pass below T1",
      unit: "%",
      help: "Share of the packages that may lie below nominal less the negative error.",
      minimum: 0,
      maximum: 50,
      default: 2.5,
      section: RULES,
    }),
    belowT2Percent: Type.Number({
      label: "Let pass below T2",
      unit: "%",
      help: "Share of the packages that may lie below nominal less twice the negative error.",
      minimum: 0,
      maximum: 50,
      default: 0,
      section: RULES,
    }),
    priority: Type.Union([Type.Literal("none"), Type.Literal("low"), Type.Literal("medium"), Type.Literal("high")], {
      label: "Alarm",
      help: "Priority of the conditions; none: nobody is called.",
      choices: { none: "none", low: "low", medium: "medium", high: "high" },
      section: "Alarms",
      default: "medium",
    }),
    confidencePercent: Type.Number({
      label: "Confidence",
      unit: "%",
      help: "How sure one must be that a mean is below nominal, or a share above what is let pass: of an interval, although it is asked at every package.",
      minimum: 90,
      maximum: 99.9999,
      default: 99.9,
      section: "Alarms",
      advanced: true,
    }),
    leastPackages: Type.Integer({
      label: "Packages at least",
      help: "The mean of fewer is not judged, and nothing is over with fewer.",
      minimum: 10,
      maximum: 100_000,
      default: 50,
      section: "Alarms",
      advanced: true,
    }),
    latenessSeconds: Type.Number({
      label: "Lateness",
      unit: "s",
      help: "How late a package may come and still find its place.",
      minimum: 0,
      maximum: 3_600,
      default: 10,
      advanced: true,
    }),
  }),
  texts: {
    nothing: "No machine is weighed here: the plant model has no __bind__ __target__ with what it needs. __fault__",
    reading: "reading recorded samples",
    away: "historian away, catching up later",
    productUnknown:
      "__asset__ does not know its product: nothing on __tag__ is recorded, or the historian is away. Until it is said, the node's nominal content holds.",
    waiting: "waiting for packages of __count__ machines",
    one: "__giveaway__ __unit__ (__percent__ %) given away each, __packages__ packages",
    many: "__count__ machines, __packages__ packages",
    lasts_below_t2: "__count__ conditions: a package below T2",
    lasts_below_t1: "__count__ conditions: too many below T1",
    lasts_mean: "__count__ conditions: mean below nominal",
    below_t2: "__tag__: package of __value__ __unit__, below T2 of __limit__ __unit__",
    share_t2: "__tag__: __count__ of __packages__ packages below T2, __limit__ % are let pass",
    below_t1: "__tag__: __count__ of __packages__ packages below T1, __limit__ % are let pass",
    mean: "__tag__: mean __value__ __unit__ of __packages__ packages is below the nominal __limit__ __unit__",
  },
});
