import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-store",
  module: "connect",
  kind: "node",
  version: 1,
  label: "store",
  summary: "Stores samples and events for good: samples in the historian, events in the ledger and from there in the historian.",
  details:
    "A message is done when everything in it is on disk or refused; a Complete node can wait for that. While the historian is away, data waits on disk and the status says how much.\n\n" +
    "Identical samples are stored once. Another value for the same tag and time is rejected as `DUPLICATE_TIMESTAMP`. An event equal to its latest revision is recorded already; a changed one becomes the next revision.",
  inputs: [
    {
      property: "payload",
      type: "Sample | TwinEvent | array of both",
      help: "what to store. Whatever has a `kind` and no `tag` is an event.",
    },
    { property: "reason", type: "string", help: "why, for the ledger (events only)." },
  ],
  outputs: [{ name: "rejects", label: "rejects", help: "what was refused, each with code, reason and input." }],
  icon: "font-awesome/fa-archive",
  config: Type.Object({
    historian: Type.String({ label: "Historian", help: "Where to store.", widget: "config", refers: "twin-historian" }),
  }),
  texts: {
    idle: "nothing stored yet",
    storing: "__rate__/s, __waiting__ waiting",
    away: "historian away, __waiting__ waiting",
    failing: "not storing: __problem__",
    reason: "reported by the flow",
  },
});
