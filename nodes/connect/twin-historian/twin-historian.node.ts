import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-historian",
  module: "connect",
  kind: "config",
  version: 1,
  label: "historian",
  summary: "Where the twin keeps its history: InfluxDB or the embedded historian, behind a durable queue, and the ledger of events.",
  details:
    "Samples are written to a queue on disk first and go on to the historian from there. While the historian is away, everything waits on disk and follows in order when it is back.\n\n" +
    "With the choice `auto`, InfluxDB is used when its address is given here or in the environment variable `INFLUX_URL` (with `INFLUX_USER`, `INFLUX_PASSWORD` or `INFLUX_TOKEN`); otherwise the embedded historian, which needs nothing else.\n\n" +
    "Points that the historian refuses for good are kept as dead letters: the roles engineer and ot-admin can see, replay or discard them at `twinline/historian/<id>/dead-letters` below the editor's address.\n\n" +
    "What the queue must drop at its limits is counted and recorded as an event `queue.gap.v1`.",
  icon: "font-awesome/fa-database",
  config: Type.Object({
    plant: Type.Optional(
      Type.String({
        label: "Plant",
        help: "The plant model that names site and line of each row. Without one, rows carry `~` there.",
        widget: "config",
        refers: "twin-plant",
      }),
    ),
    store: Type.Union([Type.Literal("auto"), Type.Literal("influxdb"), Type.Literal("embedded")], {
      label: "Historian",
      help: "Which time-series store is used.",
      choices: { auto: "InfluxDB if there is an address, else embedded", influxdb: "InfluxDB", embedded: "embedded" },
      default: "auto",
    }),
    url: Type.Optional(
      Type.String({
        label: "InfluxDB address",
        help: "Address of InfluxDB 1.x, or of 2.x and 3.x by their 1.x API. No user or password here.",
        placeholder: "http://127.0.0.1:8086",
        maxLength: 1024,
        section: "InfluxDB",
      }),
    ),
    database: Type.String({
      label: "Database",
      help: "Name of the database (bucket on 2.x). It is created on 1.x when missing.",
      default: "twinline",
      minLength: 1,
      maxLength: 200,
      section: "InfluxDB",
    }),
    user: Type.Optional(Type.String({ label: "User", help: "User name; none for a token.", maxLength: 200, section: "InfluxDB" })),
    password: Type.Optional(
      Type.String({ label: "Password or token", help: "Password, or the API token of 2.x and 3.x.", secret: true, section: "InfluxDB" }),
    ),
    retentionDays: Type.Integer({
      label: "Keep raw values",
      help: "Raw samples older than this are deleted; OEE and events stay. 0 keeps everything.",
      unit: "d",
      minimum: 0,
      maximum: 36_500,
      default: 90,
      section: "Retention",
    }),
    maxSizeGb: Type.Number({
      label: "Largest size",
      help: "Upper bound of the embedded historian; the oldest raw samples go first. 0 for none.",
      unit: "GiB",
      minimum: 0,
      maximum: 100_000,
      default: 20,
      section: "Retention",
    }),
    minFreeMb: Type.Integer({
      label: "Free disk guard",
      help: "Writing stops, with a clear reject, when the disk has less free space than this.",
      unit: "MiB",
      minimum: 0,
      maximum: 10_000_000,
      default: 256,
      section: "Retention",
    }),
    queueMaxMb: Type.Integer({
      label: "Largest queue",
      help: "Size of what may wait on disk while the historian is away.",
      unit: "MiB",
      minimum: 16,
      maximum: 1_000_000,
      default: 500,
      section: "Queue",
    }),
    queueMaxDays: Type.Integer({
      label: "Oldest in the queue",
      help: "How long data may wait.",
      unit: "d",
      minimum: 1,
      maximum: 3_650,
      default: 31,
      section: "Queue",
    }),
    whenFull: Type.Union([Type.Literal("drop-oldest"), Type.Literal("refuse")], {
      label: "At the limit",
      help: "Drop the oldest data (counted, and recorded as a gap), or refuse new data as rejects.",
      choices: { "drop-oldest": "drop the oldest", refuse: "refuse new data" },
      default: "drop-oldest",
      section: "Queue",
    }),
    durability: Type.Union([Type.Literal("FULL"), Type.Literal("NORMAL")], {
      label: "Durability",
      help: "Full: a power cut loses nothing acknowledged. Normal: it may lose the last moments; a crash of Node-RED loses nothing.",
      choices: { FULL: "full (every commit reaches the disk)", NORMAL: "normal" },
      default: "FULL",
      advanced: true,
    }),
    folder: Type.String({
      label: "Folder",
      help: "Folder below the twin's data directory for queue, ledger and embedded history. Two historians need two folders.",
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      placeholder: "historian",
      default: "historian",
      advanced: true,
    }),
  }),
  texts: {
    opening: "opening",
    using: "__title__, __rate__/s, __waiting__ waiting",
    away: "historian away, __waiting__ waiting: __problem__",
    recovering: "storage failed, opening again: __problem__",
    noAddress: "InfluxDB is chosen but has no address. Give one here or in the environment variable INFLUX_URL.",
  },
});
