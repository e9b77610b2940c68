import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";
import { bindField, historianField, latenessField, microStopField, plantField, silenceField, targetField } from "../bound/fields.ts";

export default declareNode({
  type: "twin-energy",
  module: "operate",
  kind: "node",
  version: 1,
  label: "energy",
  summary:
    "Energy of machines on the timeline of their OEE: kWh by what they were doing, demand, power factor and emissions, per order and good unit.",
  details:
    "Wire the samples of one or more machines into it, in any order. Which tags carry the registers stands in the equipment class (`roles`): `energyActive`, optionally `energyReactive` and `order`, beside those that OEE reads. A meter of its own, without a machine state, works too: its time is unknown, its demand is not.\n\n" +
    "Every minute of a machine becomes one event `energy.atom.v1`, cut where the product, the order, the shift or the plan changes. Wire the events into a `twin-store`; boards sum the atoms and then divide.\n\n" +
    "**Registers.** They only grow. Energy between two readings is shared evenly over the time between them, in whole mWh that add up to the difference exactly, and each part belongs to what the machine was doing then. Across a silence of the meter longer than the gap below nobody knows when it was used: it is counted whole, without a bucket and without demand. A reading below the one before is a reset, or a roll-over at the range's maximum.\n\n" +
    "**Emissions.** Each part is charged with the emission factor of its time, never with a mean. The factor comes from a tag (g/(kW.h)), or from dates below; energy without a factor is counted as such, and makes emissions per unit not estimable.\n\n" +
    "**Demand** is the mean power of blocks on the clock of the site. Only blocks that were metered whole count.\n\n" +
    "A late sample states exactly the minutes it changes again, as the next revision. Samples older than 26 h, or than the restart, are read back from the historian. What people say of a stop takes its energy along into the other bucket, an order that they or an MES state takes it to that order, and a changed calendar states again up to 31 days; the statements come from the historian node. Micro-stop and silence are those of the `twin-oee` that stands for the machine, so that both divide time alike; the fields below hold where there is none. A change of them holds from then on.",
  inputs: [{ property: "payload", type: "Sample | Sample[]", help: "samples of the machines; those of other tags are passed over." }],
  outputs: [
    { name: "events", label: "events", help: "`energy.atom.v1`, first statements and corrections." },
    {
      name: "samples",
      label: "samples",
      help: "power, demand, peak demand of the month, energy and emissions per unit of the running shift, as `<asset>._energy_v1.power` and so on.",
    },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-bolt",
  config: Type.Object({
    plant: plantField,
    bind: bindField("machine"),
    target: targetField(),
    historian: historianField,
    demandMinutes: Type.Union([Type.Literal("5"), Type.Literal("10"), Type.Literal("15"), Type.Literal("30"), Type.Literal("60")], {
      label: "Demand over",
      help: "Length of the blocks whose mean power is the demand, as the tariff has it.",
      choices: { 5: "5 min", 10: "10 min", 15: "15 min", 30: "30 min", 60: "60 min" },
      default: "15",
      section: "Demand",
    }),
    demandLimitKw: Type.Optional(
      Type.Number({
        label: "Demand limit",
        help: "Published beside the demand of each machine, and shown on boards. It switches nothing.",
        unit: "kW",
        exclusiveMinimum: 0,
        maximum: 1_000_000,
        section: "Demand",
      }),
    ),
    factorTag: Type.Optional(
      Type.String({
        label: "Emission factor tag",
        help: "Tag of the plant model that carries the factor in g/(kW.h). With it the dates below are not used.",
        widget: "tag",
        maxLength: 512,
        section: "Emissions",
      }),
    ),
    factorHours: Type.Number({
      label: "A factor holds",
      help: "How long a factor of the tag is used when no new one comes.",
      unit: "h",
      exclusiveMinimum: 0,
      maximum: 168,
      default: 2,
      section: "Emissions",
      advanced: true,
    }),
    factors: Type.Array(
      Type.Object({
        from: Type.String({
          label: "From",
          help: "Local date as YYYY-MM-DD; the first row also holds before it.",
          pattern: "^\\d{4}-\\d{2}-\\d{2}$",
        }),
        gramsPerKwh: Type.Number({ label: "g CO2e per kWh", help: "Emission factor from that day on.", minimum: 0, maximum: 10_000 }),
      }),
      {
        label: "Emission factors",
        help: "By date, such as the yearly mean of a supplier. Without rows and without a tag there are no emissions.",
        widget: "table",
        default: [],
        maxItems: 1_000,
        section: "Emissions",
      },
    ),
    highestPowerKw: Type.Optional(
      Type.Number({
        label: "Highest power",
        help: "A step of a register that would need more than this is a faulty reading or another meter: it is left out and counted.",
        unit: "kW",
        exclusiveMinimum: 0,
        maximum: 1_000_000,
      }),
    ),
    gapSeconds: Type.Number({
      label: "Longest gap",
      help: "Energy between readings further apart is counted whole, without saying when it was used. Not less than the interval of the meter.",
      unit: "s",
      minimum: 1,
      maximum: 3600,
      default: 900,
      advanced: true,
    }),
    microStopSeconds: microStopField("For machines that no twin-oee stands for; else that node's value holds."),
    silenceSeconds: silenceField("For machines that no twin-oee stands for; else that node's value holds."),
    latenessSeconds: latenessField,
  }),
  texts: {
    waiting: "waiting for samples of __count__ meters",
    reading: "reading recorded samples",
    away: "historian away, catching up later",
    nothing: "No meter is bound: the plant model has no __bind__ __target__ with the role energyActive.",
    one: "__kw__ kW, month's peak __peak__ kW",
    many: "__count__ meters, __kw__ kW together",
    none: "no power metered",
  },
});
