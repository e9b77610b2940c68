import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-opcua-in",
  module: "connect",
  kind: "node",
  version: 1,
  label: "OPC UA in",
  summary: "Subscribes to an OPC UA server and sends its values with status and source time.",
  details:
    "Wire it into `twin-tag-map`, which turns the readings into samples.\n\n" +
    "**Gaps.** When the connection is lost, every tag gets one reading of quality Bad, 1 ms after the newest source time seen. After reconnecting, the gap is read from the server's history where it has one (`historical: true`), and each present value is asserted again. Meanwhile at most 100,000 live readings wait; when there are more, the newest of each tag stays, marked Uncertain, and the others are read from history too.\n\n" +
    "**Restart.** The node remembers the last source time of each tag and resumes a few seconds before it; identical duplicates are normal and the tag map drops them.\n\n" +
    "**Overflow.** When the server's queue for a tag overflows, the reading is marked Uncertain, counted, and what was dropped is read from history. What the history does not give back is lost: the status says how often and why, the log once. Raise the queue size or shorten the publishing interval.",
  icon: "font-awesome/fa-sign-in",
  outputs: [
    {
      name: "samples",
      label: "readings",
      help: "an array of raw readings `{protocol, address, value, status, sourceTimestamp, received, type}`.",
    },
    { name: "rejects", label: "rejects", help: "nodes that the server does not have or does not give." },
  ],
  config: Type.Object({
    server: Type.String({ label: "Server", help: "The OPC UA server.", widget: "config", refers: "twin-opcua" }),
    source: Type.Union([Type.Literal("plant"), Type.Literal("list"), Type.Literal("browse")], {
      label: "Tags from",
      help: "Where the list of nodes comes from.",
      choices: { plant: "plant model", list: "list of node ids", browse: "browse path" },
      default: "plant",
    }),
    plant: Type.Optional(
      Type.String({ label: "Plant", help: "The plant model whose addresses are read.", widget: "config", refers: "twin-plant" }),
    ),
    asset: Type.String({
      label: "Asset",
      help: "Equipment path; everything below it belongs to it. * stands for one segment, empty for the whole plant.",
      widget: "asset",
      maxLength: 1024,
      default: "",
    }),
    addresses: Type.String({
      label: "Node ids",
      help: "One per line, best as nsu=…;s=….",
      widget: "multiline",
      maxLength: 1_000_000,
      default: "",
      placeholder: "nsu=urn:twinline:demo-plant;s=Line01.Filler01.State",
    }),
    browseStart: Type.String({
      label: "Start",
      help: "Path of browse names below Objects, or a node id.",
      maxLength: 4096,
      default: "",
      placeholder: "Line01/Filler01",
    }),
    include: Type.String({
      label: "Include",
      help: "Which paths below the start: * within a name, ** for any depth.",
      maxLength: 1024,
      default: "**",
    }),
    samplingInterval: Type.Number({
      label: "Sampling",
      help: "How often the server looks at a value; 0: it reports every change.",
      unit: "ms",
      minimum: 0,
      maximum: 3_600_000,
      default: 0,
      advanced: true,
    }),
    publishingInterval: Type.Number({
      label: "Publishing",
      help: "How often the server sends what has changed.",
      unit: "ms",
      minimum: 20,
      maximum: 60_000,
      default: 250,
      advanced: true,
    }),
    queueSize: Type.Integer({
      label: "Queue size",
      help: "Changes per tag that the server keeps between two publishes.",
      minimum: 1,
      maximum: 100_000,
      default: 1000,
      advanced: true,
    }),
  }),
  texts: {
    connecting: "connecting",
    live: "__items__ tags, __rate__/s",
    gaps: "__items__ tags, __rate__/s, __gaps__ gaps",
    overflow: "__overflows__ overflows: raise the queue size",
    unrecovered: "overflows whose values are lost: __times__ (__reason__). Raise the queue size.",
    browse: "Browse …",
    tree: "Nodes of the server",
    nothing: "Nothing to choose below.",
    chooseServer: "Choose a server first.",
    deployServer: "Deploy the server first, then its nodes appear here.",
    role: "Browsing needs a sign-in with the role engineer or ot-admin.",
    away: "Node-RED does not answer.",
  },
});
