import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type ReadRule, type RequestKind, readRequest, readRule } from "../../../core/govern/read-request/index.ts";
import { REJECT_CODES } from "../../../core/connect/sample/index.ts";
import { hostileModbus, hostileOpcua } from "../../support/hostile-messages.ts";

const NODE = "ns=2;s=Line01.Speed";

function rule(kind: RequestKind, ...addresses: string[]): ReadRule {
  const compiled = readRule(kind, addresses);
  if ("problem" in compiled) throw new Error(compiled.problem);
  return compiled;
}

function passed(message: object, ...[kind, ...addresses]: [RequestKind, ...string[]]): unknown {
  const verdict = readRequest(message, rule(kind, ...addresses));
  return "request" in verdict ? verdict.request : verdict.reject.code;
}

describe("read request: what may pass to a node that only reads", () => {
  it("passes a trigger without anything that came with it", () => {
    assert.deepEqual(passed({ payload: 1_700_000_000_000, topic: "x", _msgid: "a" }, "trigger"), { payload: true });
    assert.deepEqual(passed({}, "trigger"), { payload: true });
  });

  it("passes a node id with its data type and interval, and leaves the payload behind", () => {
    assert.deepEqual(passed({ topic: NODE, payload: 42, datatype: "Double", interval: 500, browseName: "x" }, "opcua"), {
      topic: NODE,
      datatype: "Double",
      interval: 500,
    });
    assert.deepEqual(passed({ topic: `${NODE};datatype=Int64` }, "opcua"), { topic: NODE, datatype: "Int64" });
    assert.deepEqual(passed({ topic: NODE, action: "", interval: "soon" }, "opcua"), { topic: NODE });
  });

  it("passes a list of node ids for one read of several", () => {
    assert.deepEqual(passed({ topic: "readmultiple", payload: [NODE, "i=2258"] }, "opcua"), {
      topic: "readmultiple",
      payload: [NODE, "i=2258"],
    });
    for (const payload of [[], [7], ["Speed"], NODE]) assert.equal(passed({ topic: "readmultiple", payload }, "opcua"), "NOT_A_READ");
  });

  it("passes the four function codes of Modbus that read, within the protocol's limits", () => {
    const request = { fc: 3, unitid: 1, address: 100, quantity: 2 };
    assert.deepEqual(passed({ payload: request }, "modbus"), { payload: request });
    assert.deepEqual(passed({ payload: JSON.stringify(request) }, "modbus"), { payload: request });
    assert.deepEqual(passed({ payload: { fc: "1" } }, "modbus"), { payload: { fc: 1, unitid: 1, address: 0, quantity: 1 } });
    for (const wrong of [{ fc: 6 }, { quantity: 126 }, { quantity: 0 }, { unitid: 256 }, { address: -1 }, { address: 0.5 }])
      assert.equal(passed({ payload: { ...request, ...wrong } }, "modbus"), "NOT_A_READ", JSON.stringify(wrong));
  });

  it("rejects what steers the node behind, wherever the field hides", () => {
    assert.equal(passed({ topic: NODE, action: "write", payload: 1 }, "opcua"), "CONTROL_FIELD");
    assert.equal(passed({ topic: NODE, payload: { action: "write" } }, "opcua"), "CONTROL_FIELD");
    assert.equal(passed({ topic: NODE, OpcUaEndpoint: {} }, "opcua"), "CONTROL_FIELD");
    assert.equal(passed(Object.assign(Object.create({ action: "write" }) as object, { topic: NODE }), "opcua"), "CONTROL_FIELD");
    assert.equal(passed({ payload: '{"fc":5,"value":1}' }, "modbus"), "CONTROL_FIELD");
    assert.equal(passed({ payload: 1, variable: "Setpoint" }, "trigger"), "CONTROL_FIELD");
    assert.equal(passed(JSON.parse('{"topic":"ns=2;s=A","__proto__":{"action":"write"}}') as object, "opcua"), "FORBIDDEN_KEY");
  });

  it("reads only what is allowed, when addresses are named", () => {
    assert.deepEqual(passed({ topic: NODE }, "opcua", "ns=2;s=Line01.*"), { topic: NODE });
    assert.equal(passed({ topic: "ns=2;s=Line02.Speed" }, "opcua", "ns=2;s=Line01.*", NODE), "NOT_A_READ");
    assert.equal(passed({ topic: "readmultiple", payload: [NODE, "ns=2;s=Other"] }, "opcua", NODE), "NOT_A_READ");
    const two = { payload: { fc: 3, unitid: 1, address: 100, quantity: 2 } };
    assert.deepEqual(passed(two, "modbus", "1/holding/100", "1/holding/101"), two);
    assert.equal(passed(two, "modbus", "1/holding/100"), "NOT_A_READ");
  });

  it("names the fields that it leaves behind", () => {
    const verdict = readRequest({ topic: NODE, payload: 1, req: {}, colour: "red" }, rule("opcua"));
    assert.deepEqual("request" in verdict && verdict.dropped, ["req", "colour"]);
  });

  it("lets nothing but checked primitives of a read pass, whatever comes in", () => {
    const message = fc.oneof(
      hostileOpcua({ node: NODE, datatype: "Double", elsewhere: "opc.tcp://192.0.2.1:4840" }),
      hostileModbus,
      fc.dictionary(fc.string(), fc.anything({ withNullPrototype: true })),
    );
    const property = fc.property(message, fc.constantFrom<RequestKind>("trigger", "opcua", "modbus"), (input, kind) => {
      const verdict = readRequest(input, rule(kind));
      if ("reject" in verdict) return assert.ok(Object.hasOwn(REJECT_CODES, verdict.reject.code));
      const { request } = verdict;
      assert.ok(Object.keys(request).every((key) => ["topic", "payload", "datatype", "interval"].includes(key)));
      if (kind === "modbus") {
        const { payload } = request as { payload: Record<string, unknown> };
        assert.deepEqual(Object.keys(payload), ["fc", "unitid", "address", "quantity"]);
        assert.ok([1, 2, 3, 4].includes(payload["fc"] as number));
      } else if (kind === "trigger") assert.deepEqual(request, { payload: true });
      else
        assert.ok(!("payload" in request) || (Array.isArray(request.payload) && request.payload.every((node) => typeof node === "string")));
      return undefined;
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("survives messages that throw when they are read", () => {
    const throwing = Object.defineProperty({}, "topic", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    assert.equal(passed(throwing, "opcua"), "NOT_A_READ");
    assert.equal(passed(new Proxy({}, { ownKeys: () => assert.fail("no") }), "trigger"), "NOT_A_READ");
  });
});
