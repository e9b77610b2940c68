import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

const alarmRow = Type.Object({
  kind: Type.Union(
    [
      Type.Literal("high-high"),
      Type.Literal("high"),
      Type.Literal("low"),
      Type.Literal("low-low"),
      Type.Literal("state"),
      Type.Literal("stale"),
      Type.Literal("rejects"),
      Type.Literal("condition"),
    ],
    {
      label: "Raised by",
      help: "A limit of a tag, a state, silence of a tag, refused inputs, or what another node says.",
      choices: {
        "high-high": "HH limit",
        high: "H limit",
        low: "L limit",
        "low-low": "LL limit",
        state: "state or value",
        stale: "stale tag",
        rejects: "rejects",
        condition: "another node",
      },
      default: "high",
    },
  ),
  tag: Type.Optional(
    Type.String({
      label: "Tag",
      help: "Its name within the machine, as in `fill_weight`. For a state: empty for the machine's own.",
      maxLength: 512,
      placeholder: "fill_weight",
    }),
  ),
  limit: Type.Optional(
    Type.Number({
      label: "Limit",
      help: "In the unit of the tag. Stale: silence in s (60 s, or what the model expects of the tag). Rejects: back after so many s without one (60).",
    }),
  ),
  deadband: Type.Optional(
    Type.Number({ label: "Deadband", help: "Back inside only by so much, in the unit of the tag; 0 without.", minimum: 0 }),
  ),
  values: Type.Optional(
    Type.String({
      label: "Values",
      help: "States or values that raise it, or codes of rejects, separated by commas.",
      maxLength: 500,
      placeholder: "Aborted, Held",
    }),
  ),
  priority: Type.Union([Type.Literal("low"), Type.Literal("medium"), Type.Literal("high"), Type.Literal("critical")], {
    label: "Priority",
    help: "About 80 % of all alarms are low, 15 % medium and 5 % high (ISA-18.2).",
    choices: { low: "low", medium: "medium", high: "high", critical: "critical" },
    default: "low",
  }),
  message: Type.Optional(
    Type.String({
      label: "Message",
      help: "What has happened and what to do.",
      maxLength: 500,
      placeholder: "Fill weight too low: check valve 3",
    }),
  ),
  onDelay: Type.Number({
    label: "On-delay (s)",
    help: "The condition must hold for so long.",
    minimum: 0,
    maximum: 86400,
    default: 0,
  }),
  offDelay: Type.Number({
    label: "Off-delay (s)",
    help: "The condition must be gone for so long.",
    minimum: 0,
    maximum: 86400,
    default: 0,
  }),
  realarm: Type.Optional(
    Type.Number({
      label: "Re-alarm (min)",
      help: "Acknowledged and still standing, it is annunciated again after so long. Empty: never.",
      minimum: 1,
      maximum: 10080,
    }),
  ),
  latching: Type.Optional(Type.Boolean({ label: "Latching", help: "Stays until it is acknowledged and reset.", default: false })),
  suppressedIn: Type.Optional(
    Type.String({
      label: "Not in states",
      help: "States of the machine in which it means nothing (suppressed by design), separated by commas.",
      maxLength: 500,
      placeholder: "Stopped, Idle",
    }),
  ),
  group: Type.Optional(
    Type.String({ label: "First-out group", help: "Of the alarms of a group it is kept which came first.", maxLength: 64 }),
  ),
  class: Type.Optional(Type.String({ label: "Class", help: "Alarm class in the plant's words; `process` without.", maxLength: 64 })),
  alarm: Type.Optional(
    Type.String({
      label: "Name",
      help: "Letters, digits, `_` and `-`. Empty: made of tag and limit, as in `fill_weight_HH`.",
      pattern: "^([A-Za-z0-9-][A-Za-z0-9_-]{0,63})?$",
      maxLength: 64,
    }),
  ),
});

export default declareNode({
  type: "twin-alarm",
  module: "operate",
  kind: "node",
  version: 1,
  label: "alarm",
  summary: "Alarms by ISA-18.2: limits, states, stale tags, rejects and conditions of other nodes, until somebody has acknowledged them.",
  details:
    "Wire the samples of one or more machines into it, the reject outputs of other nodes, and every node that raises alarms. Wire its events into a `twin-store`: the alarm list of `twin-boards` and `twin-notify` read them there.\n\n" +
    "**Statements.** Each annunciation is one event `alarm.state.v1`, from its start until it is over; every change in between is its next revision. So is each period in which an alarm was shelved, suppressed by design or out of service; at its planned end it is over by itself. The event's `asset` is the machine's path with the alarm's name behind it.\n\n" +
    "**People.** Acknowledging, shelving, taking out of service and resetting are done on the alarm list (`/boards/alarms`), by name and with a comment, and reach this node through the historian's ledger, also if it was not running then.\n\n" +
    "**Time** is that of the samples; while none come, it goes on by the clock of this computer. A value of bad quality neither raises nor clears an alarm: give tags that matter a row for *stale* too.\n\n" +
    '**Conditions.** Another node raises an alarm by the message `{kind: "alarm.condition.v1", asset, start, data: {alarm, active, message, priority, value, limit}}`; it needs no row, but with one the row decides on priority, delays and suppression.\n\n' +
    "**The plant model's.** Alarms under `alarms:` of a class or machine in the plant files are watched too, so a second machine of the class has them by itself. A row of the same name wins; a log line at the deploy names them. An alarm of the plant model that another node watches already is left to it.\n\n" +
    "**One name, one owner.** Where two nodes at one historian define the same alarm of the same machine, the second is refused at deploy and names the first. A condition under a name that another node has is refused too.\n\n" +
    "**Rejects** count for the machine that the reject's tag names, or else for what all bound machines have above them.",
  inputs: [
    {
      property: "payload",
      type: "Sample | Reject | TwinEvent | array of these",
      help: "samples, what other nodes refused, and `alarm.condition.v1`; samples of other machines are passed over.",
    },
  ],
  outputs: [
    { name: "events", label: "events", help: "`alarm.state.v1`, one revision per change." },
    {
      name: "samples",
      label: "samples",
      help: "`<asset>._alarm_v1.active`, `unacknowledged`, `inhibited`, `annunciated_10min` and `flood` of all alarms of this node, at every change and every minute.",
    },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-bell",
  config: Type.Object({
    plant: Type.String({ label: "Plant", help: "The plant model.", widget: "config", refers: "twin-plant" }),
    bind: Type.Union([Type.Literal("asset"), Type.Literal("class"), Type.Literal("pattern")], {
      label: "Bind to",
      help: "One machine, all machines of an equipment class, or all equipment whose path matches a pattern.",
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
        help: "Whose ledger has what people did, and from which missed samples are read after a restart. Without it alarms cannot be acknowledged.",
        widget: "config",
        refers: "twin-historian",
      }),
    ),
    modelAlarms: Type.Optional(
      Type.Boolean({
        label: "Alarms of the plant model",
        help: "Those that the plant files give to the bound machines or their classes, beside the list; a row of the same name stands in for one.",
        default: true,
      }),
    ),
    alarms: Type.Array(alarmRow, {
      label: "Alarms",
      help: "Each row is one alarm on every bound machine that has the tag. Leave out what needs no action by a person.",
      widget: "table",
      default: [],
      maxItems: 500,
    }),
  }),
  texts: {
    nothing: "No equipment is bound: the plant model has no __bind__ __target__.",
    replaced: "Own rows stand in for __count__ alarms of the plant model: __alarms__.",
    taken: "__alarm__ is an alarm of the node __node__ already. Give it another name or leave it out of one of the two, then deploy both.",
    reading: "reading recorded samples",
    away: "historian away, catching up later",
    normal: "__count__ alarms, none active",
    active: "__active__ active, __unacknowledged__ to acknowledge",
    flood: "alarm flood: __recent__ in 10 min, __unacknowledged__ to acknowledge",
  },
});
