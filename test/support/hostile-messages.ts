/** Messages that try to make a reading node write, call a method or talk to another server. */
import * as fc from "fast-check";

/** Actions of node-red-contrib-opcua that change something, and those that leave the server. */
const ACTIONS = ["write", "writemultiple", "method", "writefile", "acknowledge", "connect", "disconnect", "reconnect"] as const;

export interface Target {
  /** A node id that the server would let anybody write. */
  readonly node: string;
  readonly datatype: string;
  /** Where a redirected client would go. */
  readonly elsewhere: string;
}

/** Messages for a node of node-red-contrib-opcua: every way of steering found in its source, alone, combined and disguised. */
export function hostileOpcua({ node, datatype, elsewhere }: Target): fc.Arbitrary<Record<string, unknown>> {
  const topic = fc.constantFrom(
    node,
    `${node};datatype=${datatype}`,
    "writemultiple",
    "readmultiple",
    "clearitems",
    "multiple",
    `br=/Objects`,
  );
  const item = { nodeId: node, datatype, value: 666 };
  const payload = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom<unknown>(666, "666", [item], [node], { action: "write", value: 666 }, { action: "writemultiple" }, { range: "0:1" }),
    fc.record({ action: fc.constantFrom(...ACTIONS), value: fc.integer() }),
    fc.anything({ maxDepth: 2 }),
  );
  const action = fc.oneof(fc.constantFrom<unknown>(...ACTIONS), fc.constantFrom<unknown>("WRITE", "write ", ["write"], { length: 5 }, ""));
  const steering = {
    action,
    datatype: fc.constantFrom(datatype, "ExtensionObject", "Int32"),
    OpcUaEndpoint: fc.constant({ endpoint: elsewhere, securityPolicy: "None", securityMode: "None", login: false }),
    methodId: fc.constant("ns=1;s=Reset"),
    inputArguments: fc.constant([]),
    fileName: fc.constant("/etc/hostname"),
    timestamp: fc.integer(),
    range: fc.constant("0"),
    interval: fc.oneof(fc.integer(), fc.string()),
  };
  const alone = Object.entries(steering).map(([name, value]) => fc.record({ topic, payload, [name]: value }));
  return fc.oneof(
    fc.record({ topic, payload, ...steering }, { requiredKeys: ["topic", "payload"] }),
    fc.record({ topic, payload }),
    ...alone,
  );
}

/** Requests for node-red-contrib-modbus that write or reach another device. */
export const hostileModbus: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    payload: fc.oneof(
      fc.record(
        {
          fc: fc.constantFrom<unknown>(3, 4, 5, 6, 15, 16, "6", "FC6", 22, 43),
          unitid: fc.constantFrom<unknown>(1, 2, "1"),
          address: fc.constantFrom<unknown>(0, 1, "0"),
          quantity: fc.constantFrom<unknown>(1, 2, 70_000),
          value: fc.constantFrom<unknown>(666, [1, 2], true),
          connectorType: fc.constant("TCP"),
          tcpHost: fc.constant("192.0.2.1"),
        },
        { requiredKeys: ["fc"] },
      ),
      fc.constantFrom<unknown>('{"fc":6,"unitid":1,"address":0,"quantity":1,"value":666}', [666], 666, null),
    ),
    topic: fc.string(),
    sequences: fc.constant([{ fc: "FC6", unitid: 1, address: 0, quantity: 1, value: 666 }]),
    action: fc.constant("write"),
  },
  { requiredKeys: ["payload"] },
);
