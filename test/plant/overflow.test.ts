import assert from "node:assert/strict";
import { DataType, DataValue, type StatusCode, StatusCodes, Variant } from "node-opcua-client";
import { MonitoredItem } from "node-opcua-server";
import { allowOverflowOfAnyStatus } from "../../plant/server/overflow.ts";

/** The queue of a client that is gone must never end the plant's server. */
describe("overflow of a server queue", () => {
  allowOverflowOfAnyStatus();
  const setOverflowBit = (MonitoredItem.prototype as unknown as { _setOverflowBit: (this: object, notification: object) => void })
    ._setOverflowBit;

  function marked(statusCode: StatusCode): StatusCode {
    const notification = { value: new DataValue({ statusCode, value: new Variant({ dataType: DataType.Double, value: 1 }) }) };
    setOverflowBit.call({}, notification);
    return notification.value.statusCode;
  }

  for (const status of [StatusCodes.Good, StatusCodes.UncertainSensorNotAccurate, StatusCodes.BadSensorFailure]) {
    it(`marks a value of status ${status.name} and keeps its severity`, () => {
      const code = marked(status);
      assert.ok(code.hasOverflowBit);
      assert.equal(code.value >>> 30, status.value >>> 30);
    });
  }

  it("marks a value twice without complaint", () => assert.ok(marked(marked(StatusCodes.UncertainSensorNotAccurate)).hasOverflowBit));
});
