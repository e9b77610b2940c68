import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";
import { bindField, historianField, latenessField, microStopField, plantField, silenceField, targetField } from "../bound/fields.ts";

/** One of the two or three readings that a site may choose. */
const choice = <const V extends string>(values: readonly [V, ...V[]], label: string, help: string, texts: Record<V, string>) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { label, help, choices: texts, default: values[0], advanced: true },
  );

const USES = ["state", "run", "setup", "plannedDown", "stop", "external", "noOrder", "notPlanned", "unknown"] as const;
const modeRow = Type.Object({
  mode: Type.String({
    label: "Unit mode",
    help: "Its name, as the values of the tag name it.",
    minLength: 1,
    maxLength: 128,
    placeholder: "Clean",
  }),
  time: Type.Union(
    USES.map((use) => Type.Literal(use)),
    {
      label: "Time is",
      help: "state: the machine's state decides. notPlanned: left out of OEE.",
      default: "state",
    },
  ),
  uncounted: Type.Optional(Type.Boolean({ label: "Leave out counts", help: "Units made in this mode are not counted.", default: false })),
});

export default declareNode({
  type: "twin-oee",
  module: "operate",
  kind: "node",
  version: 2,
  label: "oee",
  summary: "Overall equipment effectiveness after ISO 22400: availability, performance and quality from machine states and counts.",
  details:
    "Wire the samples of one or more machines into it, in any order. Which tags carry state, unit mode, counts, rework, product, order and heartbeat stands in the equipment class (`roles`); its `stateMap` says what the states mean, or how they follow from speed or counts.\n\n" +
    "Every minute of a machine becomes one event `oee.atom.v1`, cut where the product, the order, the shift or the plan changes: run, micro-stop, stop, hold, failure, external, set-up, planned-down, no-order, not planned and unknown time add up to it to the millisecond. Wire the events into a `twin-store`; boards sum the atoms and then divide.\n\n" +
    "A late sample states exactly the minutes it changes again, as the next revision. Samples older than 26 h, or than the restart, are read back from the historian.\n\n" +
    "**Time model.** Execute is run; Suspended is external (starved or blocked); Held is hold; Aborted and Clearing are failure; every other state is stop. The unit mode wins over the state: Maintenance and Clean are planned down, Manual, Setup and Changeover are set-up, and a mode without a name is unknown. Breaks are not planned whatever the machine does. Where the machine names its order, standing still without one is no-order time. Time without a usable state, or without a heartbeat for longer than the silence below, is unknown. A table below changes single modes; the options say what counts as a loss.\n\n" +
    "**A line** as target stands for all its stations and for itself: its minutes leave as `oee.line.v1`, with OEE by the bottleneck method (time of the constraint, good units of the line's end) and by the weighted one, and with the culprit of every millisecond in which the line stood still. Which stations feed each other stands in the plant model.\n\n" +
    "**Counts.** A step belongs to the minute of its reading. A count below the one before is a reset, or a roll-over at the range's maximum. A performance above 100 % is shown as it is, with a warning once per shift: the ideal cycle time of the product is too long.\n\n" +
    "**What people state.** Orders, products, changeovers and counts that stand in the ledger of the historian (`order.manual.v1`, `order.mes.v1`, `count.manual.v1`) lie over the machine's tags: manual before MES before tag. Whose counts count, a second counter and standard times of changeovers stand in the plant model. A correction states exactly the minutes it changes again, of the machine and of its line.\n\n" +
    "**A change of the plant model** to an ideal cycle time or a calendar states again, from the date on at which it holds and up to 31 days back, exactly the minutes that it changes.",
  inputs: [{ property: "payload", type: "Sample | Sample[]", help: "samples of the machines; those of other tags are passed over." }],
  outputs: [
    { name: "events", label: "events", help: "`oee.atom.v1` and, of lines, `oee.line.v1`: first statements and corrections." },
    {
      name: "samples",
      label: "samples",
      help: "availability, performance, quality and oee of the running hour, shift, order and last minutes, as `<asset>._oee_v1.shift.oee` and so on; `….final` is true for the last figures of a window that has ended.",
    },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-tachometer",
  config: Type.Object({
    plant: plantField,
    bind: bindField("machine or line"),
    target: targetField("Equipment path of a machine or a line"),
    historian: historianField,
    microStopSeconds: microStopField(
      "A stop shorter than this over its full length is a performance loss instead of an availability loss. OEE itself does not change. 0: none.",
    ),
    silenceSeconds: silenceField("Without any sample of a machine that has a heartbeat for longer than this, its time is unknown."),
    latenessSeconds: latenessField,
    rollingMinutes: Type.Integer({
      label: "Last minutes",
      help: "Length of the rolling window whose figures are published. 0: none.",
      unit: "min",
      minimum: 0,
      maximum: 120,
      default: 0,
      advanced: true,
    }),
    startUpMinutes: Type.Number({
      label: "Start-up",
      help: "Scrap within this time after set-up, a planned stop or unplanned time is start-up loss. 0: none.",
      unit: "min",
      minimum: 0,
      maximum: 240,
      default: 0,
      advanced: true,
    }),
    unknown: choice(["exclude", "loss"], "Unknown time", "Leave it out of planned time, or count it as an availability loss.", {
      exclude: "leave out",
      loss: "count as loss",
    }),
    plannedStops: choice(
      ["exclude", "loss"],
      "Planned stops",
      "Leave them out of planned busy time, or count them as an availability loss.",
      {
        exclude: "leave out",
        loss: "count as loss",
      },
    ),
    setup: choice(["loss", "exclude"], "Set-up", "Count it as an availability loss, or leave it out of planned busy time.", {
      loss: "count as loss",
      exclude: "leave out",
    }),
    microStops: choice(["apt", "adet"], "Micro-stops", "A loss of performance, or of availability.", {
      apt: "performance loss",
      adet: "availability loss",
    }),
    noOrder: choice(["loss", "exclude"], "Without an order", "Count it as an availability loss, or leave it out of planned busy time.", {
      loss: "count as loss",
      exclude: "leave out",
    }),
    rework: choice(["bad", "good"], "Rework", "Units to be reworked are not good at first pass, or good.", {
      bad: "not good at first pass",
      good: "good",
    }),
    modes: Type.Array(modeRow, {
      label: "Unit modes",
      help: "What differs from the time model above, per unit mode.",
      widget: "table",
      maxItems: 100,
      default: [],
      advanced: true,
    }),
    detection: Type.Union([Type.Literal("constraint"), Type.Literal("any"), Type.Literal("keyReason"), Type.Literal("initial")], {
      label: "Line is down",
      help: "Of a line: when it is down, and whose stop is to blame. Usually while its constraint stands still, because of the station found by following blocked downstream and starved upstream.",
      choices: {
        constraint: "while its constraint stands still",
        any: "while any station stands still",
        keyReason: "by the constraint; blame the nearest own stop",
        initial: "by the constraint; blame who stopped it first",
      },
      default: "constraint",
      advanced: true,
    }),
    bufferDelaySeconds: Type.Number({
      label: "Buffer delay",
      help: "Of a line: how long a stop at one end of a buffer can take to be felt at the other, where the plant model does not say.",
      unit: "s",
      minimum: 0,
      maximum: 3600,
      default: 120,
      advanced: true,
    }),
  }),
  migrations: [
    {
      to: 2,
      change: "the choices of the time model have become options, set to what held before; planned stops are left out and set-up is a loss",
      up: (config) => ({
        ...config,
        plannedStops: "exclude",
        setup: "loss",
        microStops: "apt",
        noOrder: "loss",
        rework: "bad",
        rollingMinutes: 0,
        startUpMinutes: 0,
        modes: [],
      }),
    },
  ],
  texts: {
    waiting: "waiting for samples of __count__ machines",
    reading: "reading recorded samples",
    away: "historian away, catching up later",
    nothing: "No equipment is bound: the plant model has no __bind__ __target__.",
    line: "line OEE __oee__ % this shift",
    one: "OEE __oee__ % this shift",
    many: "__count__ machines, OEE __low__ to __high__ % this shift",
    none: "OEE not estimable this shift",
    tooFast: "__asset__: performance __performance__ %, ideal cycle time of __product__ too long",
    tooFastHelp:
      "__asset__ makes more than it ideally can: performance __performance__ % in shift __shift__. The ideal cycle time of __product__ is too long; correct idealCycleSeconds in the plant files.",
  },
});
