/** What an operator terminal may ask to be recorded, and the ledger statement that each request becomes. */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { JsonObject } from "../../connect/event/index.ts";
import type { Statement } from "../../connect/ledger/index.ts";
import type { PlantModel } from "../../connect/model/index.ts";
import { type Author, hasRole, type Refusal } from "../../govern/identity/index.ts";
import { DOWNTIME_STATEMENT, LOSS_CLASS, lossOf, reachOf, STATEMENT_LIMITS, type StopStatement } from "../downtime/index.ts";
import { COUNT_MANUAL, MANUAL_FIRST, ORDER_MANUAL } from "./manual.ts";

const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const id = Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$" });
const comment = Type.Optional(Type.String({ maxLength: STATEMENT_LIMITS.commentChars }));
const reason = Type.String({ minLength: 1, maxLength: 256 });
const name = Type.String({ minLength: 1, maxLength: 128 });
/** `by`: the account of whoever made it, where that may be another one than the sender's. */
const entry = { id, made: instant, queued: Type.Optional(Type.Literal(true)), by: Type.Optional(Type.String({ maxLength: 64 })), comment };
const about = { ...entry, stop: instant, seen_end: Type.Union([instant, Type.Null()]) };
const range = { from: instant, to: Type.Union([instant, Type.Null()]) };
const units = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
const strict = { additionalProperties: false } as const;

export const TERMINAL_REQUEST = Type.Union([
  Type.Object({ ...about, ...range, action: Type.Literal("assign"), reason }, strict),
  Type.Object({ ...about, ...range, action: Type.Literal("override"), reason, bucket: LOSS_CLASS }, strict),
  Type.Object({ ...about, ...range, action: Type.Literal("comment") }, strict),
  Type.Object({ ...about, action: Type.Literal("split"), at: instant }, strict),
  Type.Object({ ...about, action: Type.Literal("merge"), from: instant, to: instant }, strict),
  Type.Object({ ...about, action: Type.Literal("revert"), target: id }, strict),
  Type.Object({ ...entry, action: Type.Literal("count"), good: units, scrap: units }, strict),
  Type.Object({ ...entry, action: Type.Literal("start-order"), order: name, product: name }, strict),
  Type.Object({ ...entry, action: Type.Literal("stop-order"), order: name }, strict),
]);
export type TerminalRequest = Static<typeof TERMINAL_REQUEST>;
type StopRequest = Extract<TerminalRequest, { readonly stop: number }>;

const HOUR = 3_600_000;
/** An entry may wait in a browser over a long weekend; a stop may be explained for a month. */
const OLDEST_ENTRY = 7 * 24 * HOUR;
const OLDEST_STOP = 31 * 24 * HOUR;
const CLOCK_AHEAD = 60_000;

/** The request, or what is wrong with it. Own properties only, none that is not named here. */
export function readRequest(body: unknown, now: number): TerminalRequest | Refusal {
  if (!Value.Check(TERMINAL_REQUEST, body)) {
    const action =
      typeof body === "object" && body !== null && Object.hasOwn(body, "action") ? (body as { action: unknown }).action : undefined;
    return refuse(
      400,
      "BAD_REQUEST",
      `This is no entry of a terminal${typeof action === "string" ? ` (action ${shown(action)})` : ""}: a field is missing, unknown or out of range.`,
    );
  }
  if (body.made > now + CLOCK_AHEAD || body.made < now - OLDEST_ENTRY)
    return refuse(400, "BAD_TIME", "The entry was made in the future or more than 7 days ago; set the clock of the terminal.");
  if ("stop" in body && (body.stop > now + CLOCK_AHEAD || body.stop < now - OLDEST_STOP))
    return refuse(400, "BAD_TIME", "The stop lies in the future or more than 31 days back.");
  if ("from" in body && body.to !== null && body.to <= body.from) return refuse(400, "BAD_RANGE", "The end must be after the beginning.");
  return body;
}

/** Everybody who works at machines gives reasons; another loss class than the reason's is a decision. */
export function mayRequest({ person }: Author, { action }: TerminalRequest): Refusal | undefined {
  if (action === "override" && !hasRole(person, "supervisor", "engineer", "quality"))
    return refuse(403, "ROLE", "Only supervisors, engineers and quality may give a stop another loss class.");
  if (!hasRole(person, "operator", "supervisor", "engineer", "quality"))
    return refuse(403, "ROLE", "Your account may look at this terminal; entries need the role operator.");
  return undefined;
}

export interface Recordable {
  readonly statement: Statement;
  readonly reason: string;
}

/** `before`: end of the latest ledger entry about the same stop, if there is one. */
export function statementFor(
  request: TerminalRequest,
  model: PlantModel,
  { asset, terminal }: { readonly asset: string; readonly terminal: string | null },
  before: number | null | undefined,
): Recordable | Refusal {
  const { by: _by, ...entered } = request;
  const said = terminal === null ? entered : { ...entered, terminal };
  if ("stop" in said) return stopStatement(said, model, asset, before);
  if (said.action === "count") {
    const { action: _action, ...data } = said;
    if (data.good === 0 && data.scrap === 0) return refuse(400, "BAD_COUNT", "Give at least one unit.");
    return at(COUNT_MANUAL, asset, data.made, data, "Counted by hand");
  }
  const starts = said.action === "start-order";
  if (starts && !model.products.has(said.product))
    return refuse(409, "UNKNOWN_PRODUCT", `The plant model has no product ${shown(said.product)}.`);
  const data = { ...said, action: starts ? "start" : "stop", precedence: MANUAL_FIRST };
  return at(ORDER_MANUAL, asset, said.made, data, starts ? "Order started by hand" : "Order ended by hand");
}

function stopStatement(
  request: StopRequest & { readonly terminal?: string },
  model: PlantModel,
  asset: string,
  before: number | null | undefined,
): Recordable | Refusal {
  const { stop, ...said } = request;
  let data: StopStatement["data"];
  if (said.action === "assign" || said.action === "override") {
    const loss = lossOf(model, asset, said.reason, said.from);
    if (loss === undefined)
      return refuse(409, "UNKNOWN_REASON", `The reason ${shown(said.reason)} is not offered for this machine at the time of the stop.`);
    data = said.action === "assign" ? { ...said, bucket: loss } : said;
  } else data = said;
  const end = reachOf(data, stop, before);
  return { statement: { kind: DOWNTIME_STATEMENT, asset, start: stop, end, data }, reason: `Terminal: ${said.action}` };
}

function at(kind: string, asset: string, start: number, data: JsonObject, reason: string): Recordable {
  return { statement: { kind, asset, start, end: start, data }, reason };
}

function refuse(status: Refusal["status"], code: string, message: string): Refusal {
  return { status, code, message };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
