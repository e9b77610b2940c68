/** The history of one variable in memory: three columns in a ring, small enough to keep hours of every tag. */
import { DataValue, StatusCode, StatusCodes, Variant } from "node-opcua-client";
import type { DataType, ReadRawModifiedDetails } from "node-opcua-client";
import type { TagValue } from "../simulator/tags.ts";

export class Archive {
  readonly #dataType: DataType;
  readonly #capacity: number;
  #values: TagValue[] = [];
  #times: number[] = [];
  #statuses: number[] = [];

  constructor(dataType: DataType, capacity: number) {
    this.#dataType = dataType;
    this.#capacity = capacity;
  }

  add(value: TagValue, time: number, status: number): void {
    this.#values.push(value);
    this.#times.push(time);
    this.#statuses.push(status);
    if (this.#times.length >= 2 * this.#capacity) {
      this.#values = this.#values.slice(-this.#capacity);
      this.#times = this.#times.slice(-this.#capacity);
      this.#statuses = this.#statuses.slice(-this.#capacity);
    }
  }

  /** Called by the server for every live value of a historizing variable. */
  push(live: DataValue): Promise<void> {
    if (live.sourceTimestamp) this.add(live.value.value as TagValue, live.sourceTimestamp.getTime(), live.statusCode.value);
    return Promise.resolve();
  }

  /** HistoryRead raw: [start, end), the beginning or end of time where the client names none. */
  extractDataValues(
    details: ReadRawModifiedDetails,
    max: number,
    fromEnd: boolean,
    newestFirst: boolean,
    callback: (error: Error | null, values?: DataValue[]) => void,
  ): void {
    const first = indexAt(this.#times, limit(details.startTime, -Infinity));
    const end = indexAt(this.#times, limit(details.endTime, Infinity));
    const low = max > 0 && fromEnd ? Math.max(first, end - max) : first;
    const high = max > 0 && !fromEnd ? Math.min(end, first + max) : end;
    const values: DataValue[] = [];
    for (let index = low; index < high; index++) values.push(this.#at(index));
    callback(null, newestFirst ? values.toReversed() : values);
  }

  #at(index: number): DataValue {
    const time = new Date(this.#times[index] ?? 0);
    const status = this.#statuses[index] ?? 0;
    return new DataValue({
      value: new Variant({ dataType: this.#dataType, value: this.#values[index] }),
      sourceTimestamp: time,
      serverTimestamp: time,
      statusCode: statusCode(status),
    });
  }
}

export function statusCode(value: number): StatusCode {
  if (value === 0) return StatusCodes.Good;
  return value >= 0x80000000 ? StatusCodes.BadSensorFailure : StatusCodes.UncertainSensorNotAccurate;
}

/** The epoch of OPC UA (1601) stands for "not given". */
function limit(time: Date | null, otherwise: number): number {
  return time && time.getTime() > -11_000_000_000_000 ? time.getTime() : otherwise;
}

function indexAt(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
