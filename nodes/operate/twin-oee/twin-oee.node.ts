import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-oee",
  module: "operate",
  kind: "node",
  version: 1,
  label: "oee",
  summary: "Overall equipment effectiveness after ISO 22400: availability, performance and quality from machine states and counts.",
  details:
    "Wire the samples of one or more machines into it, in any order. Which tags carry state, unit mode, counts, product and heartbeat stands in the equipment class (`roles`); its `stateMap` says what the states mean, or how they follow from speed or counts.\n\n" +
    "Every minute of a machine becomes one event `oee.atom.v1`, cut where the product, the shift or the plan changes: run, stop, hold, failure, external, set-up, planned-down, not planned and unknown time add up to it to the millisecond. Wire the events into a `twin-store`; boards sum the atoms and then divide.\n\n" +
    "A late sample states exactly the minutes it changes again, as the next revision. Samples older than 26 h, or than the restart, are read back from the historian.\n\n" +
    "**Time model.** Execute is run; Suspended is external (starved or blocked); Held is hold; Aborted and Clearing are failure; every other state is stop. The unit mode wins over the state: Maintenance and Clean are planned down, Manual, Setup and Changeover are set-up, and a mode without a name is unknown. Breaks are not planned whatever the machine does. Time without a usable state, or without a heartbeat for longer than the silence below, is unknown.\n\n" +
    "**Counts.** A step belongs to the minute of its reading. A count below the one before is a reset, or a roll-over at the range's maximum.",
  inputs: [{ property: "payload", type: "Sample | Sample[]", help: "samples of the machines; those of other tags are passed over." }],
  outputs: [
    { name: "events", label: "events", help: "`oee.atom.v1`, first statements and corrections." },
    {
      name: "samples",
      label: "samples",
      help: "availability, performance, quality and oee of the running hour and shift, as `<asset>._oee_v1.shift.oee` and so on.",
    },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-tachometer",
  config: Type.Object({
    plant: Type.String({ label: "Plant", help: "The plant model.", widget: "config", refers: "twin-plant" }),
    bind: Type.Union([Type.Literal("asset"), Type.Literal("class"), Type.Literal("pattern")], {
      label: "Bind to",
      help: "One machine, all machines of an equipment class, or all whose path matches a pattern.",
      choices: { asset: "one machine", class: "an equipment class", pattern: "a pattern" },
      default: "asset",
    }),
    target: Type.String({
      label: "Machine",
      help: "Equipment path, name of the class, or pattern such as `acme.galway.bottling.*.filler*`.",
      widget: "asset",
      minLength: 1,
      maxLength: 512,
      placeholder: "acme.galway.bottling.line01.filler01",
    }),
    historian: Type.Optional(
      Type.String({
        label: "Historian",
        help: "From which samples are read back after a restart and for corrections. Without it the node knows what its snapshot holds.",
        widget: "config",
        refers: "twin-historian",
      }),
    ),
    microStopSeconds: Type.Number({
      label: "Micro-stop below",
      help: "A stop shorter than this over its full length is a performance loss instead of an availability loss. OEE itself does not change. 0: none.",
      unit: "s",
      minimum: 0,
      maximum: 3600,
      default: 0,
    }),
    silenceSeconds: Type.Number({
      label: "Silence",
      help: "Without any sample of a machine that has a heartbeat for longer than this, its time is unknown.",
      unit: "s",
      minimum: 1,
      maximum: 3600,
      default: 60,
      advanced: true,
    }),
    latenessSeconds: Type.Number({
      label: "Wait for late samples",
      help: "How long after its end, in data time, a minute is first stated.",
      unit: "s",
      minimum: 0,
      maximum: 3600,
      default: 10,
      advanced: true,
    }),
    unknown: Type.Union([Type.Literal("exclude"), Type.Literal("loss")], {
      label: "Unknown time",
      help: "Leave it out of planned time, or count it as an availability loss.",
      choices: { exclude: "leave out", loss: "count as loss" },
      default: "exclude",
      advanced: true,
    }),
  }),
  texts: {
    waiting: "waiting for samples of __count__ machines",
    reading: "reading recorded samples",
    away: "historian away, catching up later",
    nothing: "No equipment is bound: the plant model has no __bind__ __target__.",
    one: "OEE __oee__ % this shift",
    many: "__count__ machines, OEE __low__ to __high__ % this shift",
    none: "OEE not estimable this shift",
  },
});
