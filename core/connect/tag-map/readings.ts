/** The shapes in which messages arrive, turned into what `TagMap.map` takes. */
import { readFace } from "../local-time/index.ts";
import { FORBIDDEN_KEYS, type Reject, reject } from "../sample/index.ts";
import { modbusAnswer, registerReadings } from "./modbus-message.ts";
import { dataValueReading, datatypeOf, instantOf, isDataValue, nodeIdOf, plainValue, timesAndStatus } from "./opcua-message.ts";
import type { SourceReading } from "./reading.ts";
import type { TypedRegister } from "./registers.ts";

export interface MessageOptions {
  /** Protocol of bare values whose message does not show it. */
  readonly protocol?: string;
  /** Address of bare values in messages without a topic. */
  readonly address?: string;
  /** Most values in one message. */
  readonly maxValues?: number;
  /** Most bytes or characters of a text payload. */
  readonly maxText?: number;
  /** Times as text without a zone are taken, as what a local clock shows; else they are refused. */
  readonly localTimes?: boolean;
  /** Modbus values over several registers, by the address of the first; see `TagMap.registers`. */
  readonly registers?: ReadonlyMap<string, TypedRegister>;
}

export interface Readings {
  /** `SourceReading`s and canonical samples; not yet checked, `TagMap.map` does that. */
  readonly inputs: readonly unknown[];
  /** Messages that are no readings at all. */
  readonly rejects: readonly Reject[];
  /** The payload was one reading, not a list. */
  readonly single: boolean;
}

/** What of a message matters here. */
interface Message {
  readonly payload?: unknown;
  readonly topic?: unknown;
  /** node-red-contrib-opcua. */
  readonly statusCode?: unknown;
  readonly sourceTimestamp?: unknown;
  readonly serverTimestamp?: unknown;
  readonly datatype?: unknown;
  /** Node ids of several values read at once. */
  readonly items?: unknown;
  /** Core MQTT. */
  readonly qos?: unknown;
  /** node-red-contrib-modbus. */
  readonly modbusRequest?: unknown;
  readonly input?: unknown;
  readonly responseBuffer?: unknown;
  readonly values?: unknown;
  /** What a node sends with an empty payload when its read failed. */
  readonly error?: unknown;
}

const DEFAULTS = { protocol: "message", maxValues: 100_000, maxText: 1_048_576 } as const satisfies MessageOptions;
const NONE: readonly never[] = Object.freeze([]);
const FORBIDDEN = [...FORBIDDEN_KEYS];
const NO_REGISTERS: ReadonlyMap<string, TypedRegister> = new Map();
const TIME_KEYS = ["sourceTimestamp", "timestamp_ms", "timestamp", "ts", "time"] as const;
/** Where every other key is a value, only these two can be meant as time. */
const NAMED_TIME_KEYS = ["timestamp_ms", "timestamp"] as const;

/**
 * Understands, in this order:
 *
 * | message | becomes |
 * |---|---|
 * | a sample or reading, or an array of them | as it is |
 * | node-red-contrib-opcua: `topic` node id, `statusCode`, `sourceTimestamp` | `opcua` + node id |
 * | … several at once: DataValues with their node ids in `topic` or `items` | `opcua` + node id per value |
 * | node-red-contrib-modbus: its request, and registers or coils | `modbus` + `unit/holding/address` per element or typed address |
 * | an object with `value` (and `timestamp_ms`, `timestamp`, `quality`, `unit`) | `topic` |
 * | any other object, such as node-red-contrib-s7 sends: name → value | `topic/name`, or `name` without a topic |
 * | an array of numbers or booleans | `topic[0]`, `topic[1]`, … |
 * | a bare value | `topic` |
 *
 * Text and buffers that hold a JSON object or array are read as such; other text is a value and stays text. The
 * protocol is `mqtt` when the message carries `qos`, else the option's. Never throws.
 */
export function readings(message: Message, now: number, options: MessageOptions = {}): Readings {
  try {
    return understand(message, now, options);
  } catch {
    return refused(reject("NOT_A_SAMPLE", message, { message: "The message could not be read; one of its properties throws." }));
  }
}

function understand(message: Message, now: number, options: MessageOptions): Readings {
  const { payload } = message;
  if (payload === "" && typeof message.error === "object" && message.error !== null) return refused(failure(message));
  // What an OPC UA server calls a string is one, whatever it looks like.
  if ((typeof payload !== "string" || isOpcua(message)) && !(payload instanceof Uint8Array)) return shaped(message, payload, now, options);
  const decoded = decode(payload, options);
  return "refusal" in decoded ? refused(decoded.refusal) : shaped(message, decoded.payload, now, options);
}

function shaped(message: Message, received: unknown, now: number, options: MessageOptions): Readings {
  const { maxValues = DEFAULTS.maxValues } = options;
  // Arrays of OPC UA come as typed arrays.
  const payload = ArrayBuffer.isView(received) ? Array.from(received as unknown as ArrayLike<unknown>) : received;
  if (Array.isArray(payload) && payload.length > maxValues)
    return refused(tooLarge(payload, `${payload.length} values`, `${maxValues} values`));
  const answer = modbusAnswer(message, payload);
  if (answer !== undefined)
    return { inputs: registerReadings(answer, options.registers ?? NO_REGISTERS, now), rejects: NONE, single: false };
  if (isOpcua(message)) {
    const value = plainValue(payload, datatypeOf(message));
    if (typeof value !== "object" || value === null) return one(bare(message, value, now, options), message);
  }
  if (Array.isArray(payload))
    return { inputs: dataValues(message, payload, now) ?? listed(message, payload, now, options), rejects: NONE, single: false };
  if (typeof payload !== "object" || payload === null) return one(bare(message, payload, now, options), message);
  // `TagMap.map` looks for forbidden keys in these itself.
  if (Object.hasOwn(payload, "address") || Object.hasOwn(payload, "tag")) return { inputs: [payload], rejects: NONE, single: true };
  if (FORBIDDEN.some((key) => Object.hasOwn(payload, key))) return refused(reject("FORBIDDEN_KEY", payload));
  const address = nodeIdOf(message.topic);
  if (address !== undefined && isDataValue(payload)) return one(dataValueReading(address, payload, now), message);
  if (payload instanceof Date)
    return refused(reject("WRONG_TYPE", payload, { message: "The payload is a date; send its milliseconds as number." }));
  return Object.hasOwn(payload, "value")
    ? one(stamped(message, payload as Record<string, unknown>, now, options), message)
    : named(message, payload as Record<string, unknown>, now, options);
}

/** Text and bytes become text or JSON. */
function decode(
  payload: string | Uint8Array,
  { maxText = DEFAULTS.maxText }: MessageOptions,
): { readonly payload: unknown } | { readonly refusal: Reject } {
  let text: string;
  if (typeof payload === "string") text = payload;
  else {
    if (payload.byteLength > maxText) return { refusal: tooLarge(payload, `${payload.byteLength} bytes`, `${maxText} bytes`) };
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    } catch {
      const message = "The payload is a buffer, but not UTF-8 text. Decode it before the tag map.";
      return { refusal: reject("WRONG_TYPE", payload, { message, field: "payload" }) };
    }
  }
  if (text.length > maxText) return { refusal: tooLarge(payload, `${text.length} characters`, `${maxText} characters`) };
  if (!/^\s*[{[]/.test(text)) return { payload: text };
  try {
    return { payload: JSON.parse(text) as unknown };
  } catch {
    return { payload: text };
  }
}

function listed(message: Message, payload: readonly unknown[], now: number, options: MessageOptions): readonly unknown[] {
  const [first] = payload;
  if (typeof first === "object" && first !== null) return payload;
  const address = addressOf(message, options);
  if (address === undefined) return payload;
  const protocol = protocolOf(message, options);
  return payload.map((value, index) =>
    typeof value === "object" && value !== null ? value : { protocol, address: `${address}[${index}]`, value, received: now },
  );
}

/** DataValues with their node ids beside them; undefined when the list is something else. */
function dataValues(message: Message, payload: readonly unknown[], now: number): SourceReading[] | undefined {
  const items = Array.isArray(message.topic) ? (message.topic as unknown[]) : Array.isArray(message.items) ? message.items : undefined;
  if (items === undefined || items.length !== payload.length) return undefined;
  const found: SourceReading[] = [];
  for (const [index, value] of payload.entries()) {
    const address = nodeIdOf((items[index] as { nodeId?: unknown } | null | undefined)?.nodeId);
    if (address === undefined || !isDataValue(value)) return undefined;
    found.push(dataValueReading(address, value, now));
  }
  return found;
}

/** `{ value, timestamp_ms | timestamp, quality, unit }` under the message's topic. */
function stamped(
  message: Message,
  payload: Readonly<Record<string, unknown>>,
  now: number,
  options: MessageOptions,
): SourceReading | undefined {
  const reading = bare(message, payload["is_null"] === true || payload["isNull"] === true ? null : payload["value"], now, options);
  if (reading === undefined) return undefined;
  const time = timeIn(payload, options);
  return {
    ...reading,
    ...(payload["quality"] === undefined ? {} : { quality: payload["quality"] as NonNullable<SourceReading["quality"]> }),
    ...(payload["unit"] === undefined ? {} : { unit: payload["unit"] as string }),
    ...(payload["status"] === undefined ? {} : { status: payload["status"] as number }),
    ...time,
  };
}

/** Name → value; a time among the names belongs to all of them. */
function named(message: Message, payload: Readonly<Record<string, unknown>>, now: number, options: MessageOptions): Readings {
  const names = Object.keys(payload);
  const { maxValues = DEFAULTS.maxValues } = options;
  if (names.length > maxValues) return refused(tooLarge(payload, `${names.length} values`, `${maxValues} values`));
  if (names.length === 0)
    return refused(reject("NOT_A_SAMPLE", payload, { message: "The payload is an empty object; there is nothing to map." }));
  const prefix = typeof message.topic === "string" && message.topic !== "" ? `${message.topic}/` : "";
  const timeKey = NAMED_TIME_KEYS.find((key) => Object.hasOwn(payload, key));
  const time = timeKey === undefined ? {} : timed(payload[timeKey], options);
  const protocol = protocolOf(message, options);
  const inputs = names
    .filter((name) => name !== timeKey)
    .map((name) => ({
      protocol,
      address: prefix + name,
      value: payload[name],
      received: now,
      ...time,
    }));
  if (inputs.length === 0)
    return refused(reject("NOT_A_SAMPLE", payload, { message: "The payload holds no values; there is nothing to map." }));
  return { inputs, rejects: [], single: false };
}

function bare(message: Message, value: unknown, now: number, options: MessageOptions): SourceReading | undefined {
  const address = addressOf(message, options);
  if (address === undefined) return undefined;
  return {
    protocol: protocolOf(message, options),
    address,
    value: value === undefined ? null : value,
    received: now,
    ...timesAndStatus(message),
    ...timed(message.sourceTimestamp, options),
  };
}

function one(reading: SourceReading | undefined, message: Message): Readings {
  if (reading !== undefined) return { inputs: [reading], rejects: [], single: true };
  const text = "The message has a bare value but no topic that says which. Set msg.topic, or the address of bare values in the node.";
  return refused(reject("NOT_A_SAMPLE", message.payload, { message: text, field: "topic" }));
}

function addressOf(message: Message, options: MessageOptions): string | undefined {
  if (typeof message.topic === "string" && message.topic !== "") return message.topic;
  return (isOpcua(message) ? nodeIdOf(message.topic) : undefined) ?? (options.address === "" ? undefined : options.address);
}

function protocolOf(message: Message, options: MessageOptions): string {
  if (message.qos !== undefined) return "mqtt";
  return isOpcua(message) ? "opcua" : (options.protocol ?? DEFAULTS.protocol);
}

function isOpcua(message: Message): boolean {
  if (message.qos !== undefined) return false;
  return message.statusCode !== undefined || message.sourceTimestamp !== undefined || message.serverTimestamp !== undefined;
}

/** node-red-contrib-modbus can be told to send an empty payload and the error when a read fails. */
function failure(message: Message): Reject {
  const { message: why } = message.error as { message?: unknown };
  const text = `The node before the tag map reports a failed read: ${typeof why === "string" ? why.slice(0, 200) : "no reason given"}.`;
  return reject("NOT_A_SAMPLE", message.payload, { message: text, field: "error" });
}

type Timed = Pick<SourceReading, "sourceTimestamp" | "zoneless">;

function timeIn(payload: Readonly<Record<string, unknown>>, options: MessageOptions): Timed {
  const key = TIME_KEYS.find((name) => Object.hasOwn(payload, name));
  return key === undefined ? {} : timed(payload[key], options);
}

/** A source time; text without a zone only where local times are expected. */
function timed(time: unknown, { localTimes = false }: MessageOptions): Timed {
  const face = localTimes && typeof time === "string" ? readFace(time) : Number.NaN;
  if (!Number.isNaN(face)) return { sourceTimestamp: face, zoneless: true };
  const sourceTimestamp = instantOf(time);
  return sourceTimestamp === undefined ? {} : { sourceTimestamp };
}

function tooLarge(input: unknown, seen: string, allowed: string): Reject {
  return reject("TOO_LARGE", input, {
    message: `The payload has ${seen}; at most ${allowed} are allowed in one message.`,
    field: "payload",
  });
}

function refused(...rejects: Reject[]): Readings {
  return { inputs: [], rejects, single: true };
}
