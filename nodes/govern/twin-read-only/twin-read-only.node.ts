import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-read-only",
  module: "govern",
  kind: "node",
  version: 1,
  label: "read only",
  summary: "Stands before a protocol node that reads, and lets nothing through that would make it write or talk to another server.",
  details:
    "Nodes such as node-red-contrib-opcua take orders from the message: `msg.action` turns a read into a write, `msg.OpcUaEndpoint` turns it to another server. " +
    "Whoever can send a message into the flow, over MQTT or HTTP, could write to the plant. Put this node directly before the reading node.\n\n" +
    "It builds a new message that holds a read request and nothing else:\n\n" +
    "- Trigger: only the start. For nodes whose own form says what to read, such as Modbus-Getter.\n" +
    "- OPC UA node id: `msg.topic`, with `msg.datatype` and `msg.interval`; or the topic `readmultiple` with a list of node ids.\n" +
    "- Modbus read: `msg.payload` with `fc` 1 to 4, `unitid`, `address` and `quantity`.\n\n" +
    "Other fields are left behind. A message that tries to steer is rejected `CONTROL_FIELD`, one that is no read request `NOT_A_READ`.\n\n" +
    "It cannot make a node read whose own form says write, and it guards only the wire it sits in: let no other wire lead into the reading node. " +
    "The sure way is an account at the server that may only read.",
  icon: "font-awesome/fa-eye",
  inputs: [
    { property: "topic", type: "string", help: "the node id, for OPC UA." },
    { property: "payload", type: "object | string[]", help: "the Modbus request, or the list of node ids." },
  ],
  outputs: [
    { name: "requests", label: "requests", help: "a new message that can only read." },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  config: Type.Object({
    request: Type.Union([Type.Literal("trigger"), Type.Literal("opcua"), Type.Literal("modbus")], {
      label: "Request",
      help: "What the node behind this one needs from the message.",
      choices: { trigger: "trigger only", opcua: "OPC UA node id", modbus: "Modbus read" },
      default: "trigger",
    }),
    addresses: Type.String({
      label: "Addresses",
      help: "What may be read, one address or pattern per line, e.g. ns=2;s=Line01.** or 1/holding/*; empty: everything.",
      widget: "multiline",
      maxLength: 65_536,
      default: "",
    }),
  }),
  texts: {
    idle: "waiting for a request",
    passed: "__passed__ passed",
    left: "__passed__ passed, __dropped__ fields left behind",
    addresses: "Addresses, __problem__",
  },
});
