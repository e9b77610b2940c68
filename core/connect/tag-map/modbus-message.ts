/** The messages of node-red-contrib-modbus. */
import type { SourceReading } from "./reading.ts";
import { AREAS, type TypedRegister, valueOf } from "./registers.ts";

/** What was asked and what came back. */
export interface ModbusAnswer {
  readonly unit: number;
  readonly area: string;
  /** Of the first register or coil. */
  readonly address: number;
  readonly values: readonly unknown[];
}

interface ModbusMessage {
  readonly payload?: unknown;
  /** Getter, flex-getter and sequencer. */
  readonly modbusRequest?: unknown;
  /** Modbus-Read says what it asked for in `input.payload`. */
  readonly input?: unknown;
  readonly responseBuffer?: unknown;
  readonly values?: unknown;
}

interface Request {
  readonly unitid?: unknown;
  readonly fc?: unknown;
  readonly address?: unknown;
  readonly quantity?: unknown;
}

/** The answer in a message of either output; undefined when it is no such message. */
export function modbusAnswer(message: ModbusMessage, payload: unknown): ModbusAnswer | undefined {
  const request = requestIn(message);
  if (request === undefined) return undefined;
  const values = Array.isArray(payload) ? payload : isObject(payload) ? payload["data"] : undefined;
  if (!Array.isArray(values)) return undefined;
  // Modbus answers coils in whole bytes: what lies behind the quantity was not asked for and is no value.
  const quantity = wholeNumber(request.quantity) ?? values.length;
  return {
    unit: unitIn(message) ?? wholeNumber(request.unitid) ?? 1,
    area: AREAS.get(wholeNumber(request.fc) ?? 0) ?? "unknown",
    address: wholeNumber(request.address) ?? 0,
    values: quantity > 0 && values.length > quantity ? values.slice(0, quantity) : values,
  };
}

/** One reading per register or coil; registers that a typed address takes make one reading together. */
export function registerReadings(answer: ModbusAnswer, typed: ReadonlyMap<string, TypedRegister>, now: number): SourceReading[] {
  const { unit, area, address, values } = answer;
  const type = area === "holding" || area === "input" ? "UInt16" : "Boolean";
  const readings: SourceReading[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const single = `${unit}/${area}/${address + at}`;
    const wide = typed.get(single);
    const value = wide === undefined ? undefined : valueOf(values.slice(at, at + wide.words), wide);
    if (wide === undefined || value === undefined)
      readings.push({ protocol: "modbus", address: single, value: values[at], received: now, type });
    else {
      readings.push({
        protocol: "modbus",
        address: wide.address,
        value,
        received: now,
        type: wide.type === "uint64" ? "int64" : wide.type,
      });
      at += wide.words - 1;
    }
  }
  return readings;
}

function requestIn(message: ModbusMessage): Request | undefined {
  if (isObject(message.modbusRequest)) return message.modbusRequest;
  if (message.responseBuffer === undefined && !Array.isArray(message.values)) return undefined;
  const asked = isObject(message.input) ? message.input["payload"] : undefined;
  return isObject(asked) && asked["fc"] !== undefined ? asked : undefined;
}

/** The unit that the client really asked; the configured one may be empty, which means the client's own. */
function unitIn({ input }: ModbusMessage): number | undefined {
  return isObject(input) ? wholeNumber(input["unitId"]) : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
