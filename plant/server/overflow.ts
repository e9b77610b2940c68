/**
 * Keeps the server alive when the queue of a client that is gone overflows.
 *
 * node-opcua-server 2.186.4 sets the overflow bit only on values of status Good and asserts so; with any other status at
 * the head of the queue it throws out of the call that publishes the value, which ends the process and skips the clients
 * that are still there. OPC 10000-4 §7.20 lets the bit go with any status.
 */
import { type DataValue, StatusCode, StatusCodes } from "node-opcua-client";
import { MonitoredItem } from "node-opcua-server";

interface Notification {
  readonly value?: DataValue;
}
interface Overflowing {
  _setOverflowBit: (this: Overflowing, notification: Notification) => void;
}

let installed = false;

export function allowOverflowOfAnyStatus(): void {
  if (installed) return;
  installed = true;
  const items = MonitoredItem.prototype as unknown as Overflowing;
  const forGood = items._setOverflowBit;
  items._setOverflowBit = function setOverflowBit(this: Overflowing, notification: Notification): void {
    const { value } = notification;
    if (value === undefined || value.statusCode.equals(StatusCodes.Good)) forGood.call(this, notification);
    else value.statusCode = StatusCode.makeStatusCode(value.statusCode, "Overflow | InfoTypeDataValue");
  };
}
