import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

const mappingRow = Type.Object({
  protocol: Type.Optional(
    Type.String({ label: "Protocol", help: "Only readings of this protocol; empty: any.", maxLength: 64, placeholder: "opcua" }),
  ),
  match: Type.Optional(
    Type.Union([Type.Literal("auto"), Type.Literal("exact"), Type.Literal("pattern"), Type.Literal("expression")], {
      label: "Match",
      help: "auto: a pattern if the address holds * or {name}, else exact.",
      default: "auto",
    }),
  ),
  address: Type.String({
    label: "Address",
    help: "An address, a pattern such as Line{n}/*, or a JSONata expression over the reading.",
    minLength: 1,
    maxLength: 4096,
    placeholder: "ns=2;s=Line01.Filler01.FillWeight",
  }),
  tag: Type.Optional(
    Type.String({
      label: "Tag",
      help: "Canonical tag; with a pattern also {name}, {name:lower} or {name:snake}. Empty for expressions and exclusions.",
      widget: "tag",
      maxLength: 512,
      placeholder: "acme.galway.bottling.line01._raw.speed",
    }),
  ),
  rawLow: Type.Optional(Type.Number({ label: "Raw low", help: "Scaling: this raw value …" })),
  rawHigh: Type.Optional(Type.Number({ label: "Raw high", help: "… to this raw value …" })),
  low: Type.Optional(Type.Number({ label: "Low", help: "… becomes this engineering value …" })),
  high: Type.Optional(Type.Number({ label: "High", help: "… to this one. Fill in all four or none." })),
  unit: Type.Optional(
    Type.String({
      label: "Unit",
      help: "UCUM unit at the source; converted to the unit of the tag.",
      maxLength: 64,
      placeholder: "[degF]",
    }),
  ),
  expectedEverySeconds: Type.Optional(
    Type.Number({
      label: "Expected every",
      help: "Longest silence in seconds before the tag is STALE; empty: as the plant model says.",
      exclusiveMinimum: 0,
      maximum: 31_536_000,
    }),
  ),
  exclude: Type.Optional(Type.Boolean({ label: "Exclude", help: "Drop what matches; it is counted, not rejected.", default: false })),
});

export default declareNode({
  type: "twin-tag-map",
  module: "connect",
  kind: "node",
  version: 1,
  label: "tag map",
  summary: "Turns what any source delivers into canonical samples, and rejects with a reason what it cannot map.",
  details:
    "Wire any source into it: `twin-opcua-in`, node-red-contrib-opcua, core MQTT, node-red-contrib-modbus, node-red-contrib-s7, or a function node. " +
    "Tags whose address stands in the plant model are mapped without a row.\n\n" +
    "**Order.** Exact rows, then exclusion patterns, then the plant model, then pattern rows from top to bottom, then expression rows.\n\n" +
    "**Addresses of messages.**\n\n" +
    "- OPC UA: the node id, as `nsu=…;s=…` or `ns=…;s=…`\n" +
    "- MQTT: the topic; an object `{value, timestamp_ms, quality}` is one value, any other object is one value per name at `topic/name`\n" +
    "- Modbus: `unit/area/address` with area `coil`, `discrete`, `holding` or `input`, e.g. `1/holding/100`; a value that is no UInt16 as " +
    "`1/holding/100/float32`, with type `int16`, `uint32`, `int32`, `float32`, `uint64`, `int64` or `float64`, and for devices that send the " +
    "low word first `/CDAB` (`BADC`: low byte first, `DCBA`: both) behind it\n" +
    "- S7 and other objects of names without a topic: the name\n\n" +
    "**Patterns.** `*` stands for anything within a level (no `/` and no `.`), `**` for anything, `{name}` for something within a level that the tag uses: " +
    "`Line{n}/{signal}` with the tag `acme.galway.bottling.line{n}._raw.{signal:snake}` makes `FillWeight` of `Line01` `….line01._raw.fill_weight`.\n\n" +
    '**Expressions** see the reading (`protocol`, `address`, `value`, `unit`, …) and answer a tag, `{"tag": …, "value": …}` or nothing. ' +
    "They are limited in time and steps; regular expressions, `$eval`, `$now`, `$millis`, `$random` and `$shuffle` are not allowed.\n\n" +
    "**Values.** The type in the plant model wins: numeric-looking text stays text for a `string` tag. Scaling comes first, then the unit, then the range. " +
    "A reading of quality Bad becomes a sample with value `null`.\n\n" +
    "**Duplicates.** The identical sample again is dropped and counted; another value at the same time is rejected `DUPLICATE_TIMESTAMP`. " +
    "The last samples of each tag are remembered for this, also across restarts.\n\n" +
    "**Silence.** A tag with an expected interval, in the plant model or in its row, that brings no new value in time is rejected `STALE`, once, and shown in the status.",
  icon: "font-awesome/fa-tags",
  inputs: [
    { property: "payload", type: "any", help: "readings, samples, values or objects of names; arrays travel as one message." },
    { property: "topic", type: "string", help: "the address of a bare value." },
  ],
  outputs: [
    { name: "samples", label: "samples", help: "one sample, or an array of samples for an array." },
    { name: "rejects", label: "rejects", help: "an array of what was refused: code, sentence and the input itself." },
  ],
  config: Type.Object({
    plant: Type.Optional(
      Type.String({
        label: "Plant",
        help: "The plant model: its addresses, types, units and ranges. Without one only rows map, and nothing is checked.",
        widget: "config",
        refers: "twin-plant",
      }),
    ),
    rows: Type.Array(mappingRow, {
      label: "Rows",
      help: "Addresses that the plant model does not hold, and what differs from it.",
      widget: "table",
      maxItems: 10_000,
      default: [],
    }),
    outOfRange: Type.Union([Type.Literal("reject"), Type.Literal("uncertain")], {
      label: "Out of range",
      help: "What happens to a value outside the range or enumeration of its tag.",
      choices: { reject: "reject", uncertain: "pass as Uncertain" },
      default: "reject",
    }),
    protocol: Type.String({
      label: "Protocol of bare values",
      help: "For messages that do not show where they come from, e.g. s7.",
      maxLength: 64,
      default: "",
      advanced: true,
    }),
    address: Type.String({
      label: "Address of bare values",
      help: "For messages without a topic.",
      maxLength: 1024,
      default: "",
      advanced: true,
    }),
    namespaces: Type.String({
      label: "OPC UA namespaces",
      help: "The server's namespace table from index 0, one URI per line, so that ns=2 finds nsu=….",
      widget: "multiline",
      maxLength: 16_384,
      default: "",
      advanced: true,
    }),
    zone: Type.Optional(
      Type.String({
        label: "Time zone of the source",
        help: "Where its clock shows local time: the IANA zone, as Europe/Dublin; Etc/GMT-1 for UTC+1 without daylight saving. Empty: all times are UTC.",
        maxLength: 64,
        placeholder: "Europe/Dublin",
        advanced: true,
      }),
    ),
    localTimes: Type.Union([Type.Literal("text"), Type.Literal("all")], {
      label: "Local times",
      help: "Some controllers put local time where UTC belongs; then all source times are local.",
      choices: { text: "text without a zone", all: "all source times" },
      default: "text",
      advanced: true,
    }),
    repeatedHour: Type.Union(
      [Type.Literal("reception"), Type.Literal("order"), Type.Literal("first"), Type.Literal("second"), Type.Literal("reject")],
      {
        label: "Repeated hour",
        help: "Which showing of the hour that autumn repeats is meant. A time that spring skips is always rejected.",
        choices: {
          reception: "nearer to reception",
          order: "in order of the tag's values",
          first: "the first (daylight saving)",
          second: "the second (standard time)",
          reject: "none: reject",
        },
        default: "reception",
        advanced: true,
      },
    ),
    futureSeconds: Type.Number({
      label: "Future limit",
      help: "A source time may lie this far after reception.",
      unit: "s",
      minimum: 0,
      maximum: 86_400,
      default: 600,
      advanced: true,
    }),
    ancientDays: Type.Number({
      label: "Age limit",
      help: "A source time may lie this far before reception.",
      unit: "d",
      minimum: 1,
      maximum: 36_525,
      default: 3_652.5,
      advanced: true,
    }),
    recent: Type.Integer({
      label: "Remembered samples",
      help: "Per tag, to recognise duplicates.",
      minimum: 1,
      maximum: 10_000,
      default: 64,
      advanced: true,
    }),
    staleMarker: Type.Boolean({
      label: "Mark stale tags",
      help: "Also send one sample null, Bad, 1 ms after the newest source time of a stale tag. For sources that fall silent without saying so.",
      default: false,
      advanced: true,
    }),
  }),
  texts: {
    idle: "waiting for readings",
    rate: "__rate__/s",
    unmapped: "__rate__/s, __unmapped__ unmapped",
    stale: "__rate__/s, __stale__ stale",
    staleAndUnmapped: "__rate__/s, __stale__ stale, __unmapped__ unmapped",
    scaling: 'Row __row__: fill in "Raw low", "Raw high", "Low" and "High", or none of them.',
    kept: "The plant model changed, but this tag map does not fit it; the earlier one stays in use. __why__",
  },
});
