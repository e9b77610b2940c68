import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-record",
  module: "connect",
  kind: "node",
  version: 1,
  label: "record",
  summary: "Records the messages that pass, so that the flow can be tested on them again with `twinline replay`.",
  details:
    "Messages pass unchanged. Put one node behind the source and one where results leave, and give both the same recording: then the first is what a replay sends in, and the second what its results are compared with.\n\n" +
    "**What is recorded.** `topic`, `payload` and the properties that you name, with the time. Nothing else: `req`, `res`, `credentials` and what Node-RED keeps on a message are never recorded. A recording holds what your plant said; treat it like that.\n\n" +
    "**Files.** Each start makes a new file `<recording>-<time>.jsonl` of JSON Lines. What waits is written every second and when the node closes. A full disk stops the recording, not the flow: messages pass on, and the rejects say what was not recorded.",
  inputs: [{ property: "payload", type: "any", help: "what to record: plain values, numbers of any kind, dates, buffers." }],
  outputs: [
    { name: "messages", label: "messages", help: "every message, unchanged." },
    { name: "rejects", label: "rejects", help: "what could not be recorded, with the reason. It was passed on all the same." },
  ],
  icon: "font-awesome/fa-dot-circle-o",
  config: Type.Object({
    recording: Type.String({
      label: "Recording",
      help: "Nodes with the same recording and folder write into one file, in order. Letters, digits, - and _.",
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      default: "recording",
    }),
    start: Type.Boolean({
      label: "Start",
      help: "Record as soon as the flow runs. Otherwise recording starts with the button below.",
      default: true,
    }),
    fields: Type.String({
      label: "More properties",
      help: "Message properties to record beside topic and payload, separated by commas.",
      maxLength: 512,
      placeholder: "reason, parts",
      default: "",
    }),
    folder: Type.String({
      label: "Folder",
      help: "Where the files are written: an absolute path, or one below Twinline's data folder. Empty: recordings.",
      maxLength: 1024,
      default: "",
      advanced: true,
    }),
    maxMb: Type.Number({
      label: "Largest file",
      help: "A file that has reached this size is full. Of nodes with the same recording, the strictest limits count.",
      unit: "MB",
      minimum: 0.01,
      maximum: 10_000,
      default: 50,
      advanced: true,
    }),
    maxHours: Type.Number({
      label: "Longest time",
      help: "A file is full when it was begun so long ago.",
      unit: "h",
      minimum: 0.01,
      maximum: 8784,
      default: 24,
      advanced: true,
    }),
    whenFull: Type.Union([Type.Literal("stop"), Type.Literal("rotate")], {
      label: "When full",
      help: "Stop, or begin the next file and delete the oldest ones.",
      choices: { stop: "stop recording", rotate: "begin the next file" },
      default: "stop",
      advanced: true,
    }),
    keep: Type.Integer({
      label: "Files to keep",
      help: "So many files of this recording stay when the next one is begun.",
      minimum: 1,
      maximum: 1000,
      default: 3,
      advanced: true,
    }),
  }),
  texts: {
    recording: "recording, __lines__ messages, __mb__ MB",
    stopped: "not recording",
    full: "full, __lines__ messages, __mb__ MB",
    failing: "not recording: __problem__",
    lost: "recording, __lines__ messages, __lost__ lost",
    slow: "The disk does not keep up with the messages; this one was not recorded. Record fewer properties or fewer nodes.",
    diskFull: "The disk is full; this message was not recorded. Free some space: recording begins again by itself.",
    unwritable: "This message was not recorded: __problem__. Recording begins again by itself when the file can be written.",
    control: "Recording",
    startNow: "Start",
    stopNow: "Stop",
    deploy: "Deploy this node first, then start and stop here.",
    role: "Starting and stopping needs a sign-in with the role engineer or ot-admin.",
    away: "Node-RED does not answer.",
  },
});
