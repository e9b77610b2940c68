/**
 * The read request: what may pass to a protocol node that only reads.
 *
 * Such nodes take orders from the message as well: an action, another server, a value. `readRequest` does not filter a
 * message, it builds a new one from checked primitives, so that what nobody has thought of is left behind too.
 */
import { compilePattern, isPattern, normaliseAddress } from "../../connect/tag-map/index.ts";
import { FORBIDDEN_KEYS, type Reject, reject } from "../../connect/sample/index.ts";

/** What the node behind understands: nothing but a start, a node id of OPC UA, or a Modbus read. */
export type RequestKind = "trigger" | "opcua" | "modbus";

export interface ReadRule {
  readonly kind: RequestKind;
  /** Addresses that may be read; none: any of the right form. */
  readonly allows: (address: string) => boolean;
}

/** What passes: the fields of a read and no other. */
export type ReadRequest =
  | { readonly payload: true }
  | { readonly topic: string; readonly datatype?: string; readonly interval?: number }
  | { readonly topic: "readmultiple"; readonly payload: readonly string[] }
  | { readonly payload: { readonly fc: number; readonly unitid: number; readonly address: number; readonly quantity: number } };

export type Verdict =
  | { readonly request: ReadRequest /** Names of fields that were left behind. */; readonly dropped: readonly string[] }
  | { readonly reject: Reject };

/** Fields with which node-red-contrib-opcua, -modbus and -s7 are told to do something else than read, or elsewhere. */
const STEERING = new Set("action OpcUaEndpoint methodId inputArguments fileName eventId sequences variable function".split(" "));
/** … and those inside `payload`. */
const STEERING_PAYLOAD = new Set("action value connectorType tcpHost tcpPort serialPort unitId".split(" "));
const OWN = new Set(["_msgid", "topic", "payload", "datatype", "interval"]);
const NODE_ID = /^(?:ns=\d{1,5};|nsu=[^;]{1,512};)?(?:i=\d{1,10}|s=.{1,512}|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/=]{1,512})$/;
const DATATYPE = /;datatype=/;
const WORD = /^\w{1,64}$/;
const MOST_NODES = 1_000;
/** Modbus Application Protocol V1.1b3: most bits and registers in one request. */
const MOST = { 1: 2_000, 2: 2_000, 3: 125, 4: 125 } as const;
const AREA = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" } as const;
const SHORTEST_INTERVAL_MS = 1;
const LONGEST_INTERVAL_MS = 86_400_000;

/** Compiles the allowed addresses, one per line, exact or with `*` and `**`; the sentence when a line cannot be read. */
export function readRule(kind: RequestKind, addresses: readonly string[]): ReadRule | { readonly problem: string } {
  const lines = addresses.map((line) => line.trim()).filter((line) => line !== "");
  const exact = new Set(lines.filter((line) => !isPattern(line)).map((line) => normaliseAddress(line)));
  const patterns: { tagOf(address: string): string | undefined }[] = [];
  for (const line of lines.filter(isPattern)) {
    const pattern = compilePattern(line, "");
    if ("problem" in pattern) return { problem: `${line}: ${pattern.problem}` };
    patterns.push(pattern);
  }
  const any = lines.length === 0;
  return { kind, allows: (address) => any || exact.has(address) || patterns.some((pattern) => pattern.tagOf(address) !== undefined) };
}

/**
 * Turns a message into a read request or says why not. Never throws.
 *
 * readRequest({ topic: "ns=2;s=Speed", payload: 1700000000000, _msgid: "a" }, rule)
 *   → { request: { topic: "ns=2;s=Speed" }, dropped: [] }
 * readRequest({ topic: "ns=2;s=Speed", action: "write", payload: 5 }, rule) → { reject: { code: "CONTROL_FIELD", … } }
 */
export function readRequest(message: object, rule: ReadRule): Verdict {
  try {
    return judge(message as Readonly<Record<string, unknown>>, rule);
  } catch {
    return refused("NOT_A_READ", message, "The message could not be read; one of its properties throws.");
  }
}

function judge(message: Readonly<Record<string, unknown>>, rule: ReadRule): Verdict {
  const names = fieldsOf(message);
  const hostile = names.find((name) => FORBIDDEN_KEYS.has(name));
  if (hostile !== undefined) return refused("FORBIDDEN_KEY", message);
  const payload = payloadOf(message["payload"], rule.kind);
  const steering = steeringField(message, names, payload);
  if (steering !== undefined)
    return refused(
      "CONTROL_FIELD",
      message,
      `msg.${steering} steers the node behind this one; it takes a plain read request only.`,
      steering,
    );
  const dropped = names.filter((name) => !OWN.has(name));
  if (rule.kind === "trigger") return { request: { payload: true }, dropped };
  const request = rule.kind === "opcua" ? nodeRequest(message, payload, rule) : modbusRequest(payload, rule);
  return typeof request === "string" ? refused("NOT_A_READ", message, request) : { request, dropped };
}

function steeringField(message: Readonly<Record<string, unknown>>, names: readonly string[], payload: unknown): string | undefined {
  // An empty text is how nodes themselves clear such a field.
  const outer = names.find((name) => STEERING.has(name) && message[name] !== "" && message[name] !== undefined);
  if (outer !== undefined) return outer;
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return undefined;
  const inner = fieldsOf(payload).find((name) => STEERING_PAYLOAD.has(name) || FORBIDDEN_KEYS.has(name));
  return inner === undefined ? undefined : `payload.${inner}`;
}

/** Inherited names count: a node reads them like its own. */
function fieldsOf(value: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) if (at === value || name !== "constructor") names.add(name);
  }
  return [...names];
}

/** Modbus nodes read text as JSON, so it is read here first. */
function payloadOf(payload: unknown, kind: RequestKind): unknown {
  if (kind !== "modbus" || typeof payload !== "string" || payload.length > 1_024) return payload;
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return undefined;
  }
}

function nodeRequest(message: Readonly<Record<string, unknown>>, payload: unknown, rule: ReadRule): ReadRequest | string {
  const { topic } = message;
  if (typeof topic !== "string") return "msg.topic must be the node id to read, as text.";
  if (topic === "readmultiple") return severalNodes(payload, rule);
  const [address = "", suffix] = topic.split(DATATYPE, 2);
  const problem = nodeProblem(address, rule);
  if (problem !== undefined) return problem;
  const datatype = suffix ?? message["datatype"];
  const interval = Number(message["interval"]);
  return {
    topic: address,
    ...(typeof datatype === "string" && WORD.test(datatype) ? { datatype } : {}),
    ...(interval >= SHORTEST_INTERVAL_MS && interval <= LONGEST_INTERVAL_MS ? { interval } : {}),
  };
}

function severalNodes(payload: unknown, rule: ReadRule): ReadRequest | string {
  if (!Array.isArray(payload) || payload.length === 0 || payload.length > MOST_NODES)
    return `To read several nodes, msg.payload must list 1 to ${MOST_NODES} node ids.`;
  const nodes: string[] = [];
  for (let at = 0; at < payload.length; at += 1) {
    const node: unknown = payload[at];
    if (typeof node !== "string") return `Entry ${at + 1} of msg.payload is no node id.`;
    const problem = nodeProblem(node, rule);
    if (problem !== undefined) return problem;
    nodes.push(node);
  }
  return { topic: "readmultiple", payload: nodes };
}

function nodeProblem(address: string, rule: ReadRule): string | undefined {
  if (!NODE_ID.test(address)) return `${shown(address)} is no node id such as ns=2;s=Line01.Speed.`;
  return rule.allows(normaliseAddress(address)) ? undefined : `${shown(address)} is not among the allowed addresses.`;
}

function modbusRequest(payload: unknown, rule: ReadRule): ReadRequest | string {
  if (typeof payload !== "object" || payload === null) return "msg.payload must be { fc, unitid, address, quantity }.";
  const { fc, unitid = 1, address = 0, quantity = 1 } = payload as Readonly<Record<string, unknown>>;
  const [code, unit, first, count] = [fc, unitid, address, quantity].map(whole);
  if (code !== 1 && code !== 2 && code !== 3 && code !== 4) return `Function code ${shown(String(fc))} does not read; use 1, 2, 3 or 4.`;
  if (unit === undefined || unit > 255) return "The unit id must be a whole number from 0 to 255.";
  if (first === undefined || first > 65_535) return "The address must be a whole number from 0 to 65535.";
  if (count === undefined || count < 1 || count > MOST[code]) return `The quantity must be from 1 to ${MOST[code]}.`;
  for (let at = first; at < first + count; at += 1) {
    const one = `${unit}/${AREA[code]}/${at}`;
    if (!rule.allows(one)) return `${one} is not among the allowed addresses.`;
  }
  return { payload: { fc: code, unitid: unit, address: first, quantity: count } };
}

function whole(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}

function refused(code: "CONTROL_FIELD" | "NOT_A_READ" | "FORBIDDEN_KEY", input: unknown, message?: string, field?: string): Verdict {
  return { reject: reject(code, input, { ...(message === undefined ? {} : { message }), ...(field === undefined ? {} : { field }) }) };
}
