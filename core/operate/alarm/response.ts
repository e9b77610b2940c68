/**
 * What people do about alarms: `alarm.response.v1`. Each response is a statement in the ledger under the alarm's path
 * with author and recorded time; the alarm takes it from there. None is ever changed.
 */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import { hasRole, type Person } from "../../govern/identity/index.ts";
import type { AlarmPriority } from "./definition.ts";
import { sayAlarm } from "./response-texts.ts";

export const ALARM_RESPONSE = "alarm.response.v1";

export const RESPONSE_LIMITS = { commentChars: 500, shelveMs: 24 * 3_600_000, serviceMs: 366 * 24 * 3_600_000 } as const;

const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const common = {
  id: Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Given by the sender: sent twice, it is one response." }),
  /** When the person decided. */
  made: instant,
};
const comment = Type.String({ minLength: 1, maxLength: RESPONSE_LIMITS.commentChars });
/** Start of the annunciation that the person saw. */
const occurrence = instant;
const strict = { additionalProperties: false } as const;

export const ALARM_RESPONSE_DATA = Type.Union([
  Type.Object({ ...common, action: Type.Literal("acknowledge"), occurrence, comment: Type.Optional(comment) }, strict),
  /** Clears a latched alarm that is normal again. */
  Type.Object({ ...common, action: Type.Literal("reset"), occurrence, comment: Type.Optional(comment) }, strict),
  /** Keeps the alarm quiet until an instant; it comes back by itself. */
  Type.Object({ ...common, action: Type.Literal("shelve"), until: instant, comment }, strict),
  Type.Object({ ...common, action: Type.Literal("unshelve"), comment: Type.Optional(comment) }, strict),
  /** With a planned end it comes back by itself. */
  Type.Object({ ...common, action: Type.Literal("remove-from-service"), until: Type.Optional(instant), comment }, strict),
  Type.Object({ ...common, action: Type.Literal("return-to-service"), comment: Type.Optional(comment) }, strict),
]);

/** Compiled: a start after a month reads some ten thousand of them. */
const CHECKED = Compile(ALARM_RESPONSE_DATA);

export type AlarmResponseData = Static<typeof ALARM_RESPONSE_DATA>;

/** A response as it stands in the ledger. */
export interface AlarmResponse {
  /** See `alarmPath`. */
  readonly path: string;
  readonly author: string;
  readonly recorded: number;
  /** Order of recording. */
  readonly sequence: number;
  readonly data: AlarmResponseData;
}

/** The response of a ledger entry; undefined where it is none. */
export function responseOf(entry: LedgerEntry): AlarmResponse | undefined {
  if (entry.kind !== ALARM_RESPONSE || !CHECKED.Check(entry.data)) return undefined;
  const { asset: path, author, recorded, id: sequence } = entry;
  return { path, author, recorded, sequence, data: entry.data };
}

/** Acknowledges what a person was shown at once; each becomes a response of its own. */
export const ACKNOWLEDGE_ALL_DATA = Type.Object(
  {
    /** Room for the number of each response behind it. */
    id: Type.String({ pattern: "^[A-Za-z0-9_-]{8,58}$" }),
    made: instant,
    shown: Type.Array(Type.Object({ path: Type.String({ minLength: 1, maxLength: 1_000 }), occurrence }, strict), {
      minItems: 1,
      maxItems: 300,
    }),
    comment: Type.Optional(comment),
  },
  strict,
);

export type AcknowledgeAll = Static<typeof ACKNOWLEDGE_ALL_DATA>;

export interface ResponseRefusal extends Said {
  readonly status: 400 | 403 | 409;
  readonly code: string;
}

const CLOCK_AHEAD = 60_000;
const OLDEST = 3_600_000;

/** The response that a body asks for, or what is wrong with it. */
export function readResponse(body: unknown, now: number): AlarmResponseData | ResponseRefusal {
  if (!CHECKED.Check(body)) {
    const [wrong] = Value.Errors(ALARM_RESPONSE_DATA, body);
    const where = wrong?.instancePath ? ` (${wrong.instancePath.slice(1, 60)})` : "";
    return refusal(400, "BAD_REQUEST", sayAlarm("noResponse", { where }));
  }
  if (!isPresent(body.made, now)) return refusal(400, "BAD_TIME", sayAlarm("notPresent"));
  if (body.action === "shelve" && (body.until <= now || body.until > now + RESPONSE_LIMITS.shelveMs + CLOCK_AHEAD))
    return refusal(400, "BAD_TIME", sayAlarm("shelvedADay"));
  if (body.action === "remove-from-service" && body.until !== undefined && !isPlanned(body.until, now))
    return refusal(400, "BAD_TIME", sayAlarm("plannedEnd"));
  return body;
}

export function readAcknowledgeAll(body: unknown, now: number): AcknowledgeAll | ResponseRefusal {
  if (!Value.Check(ACKNOWLEDGE_ALL_DATA, body)) {
    const [wrong] = Value.Errors(ACKNOWLEDGE_ALL_DATA, body);
    const where = wrong?.instancePath ? ` (${wrong.instancePath.slice(1, 60)})` : "";
    return refusal(400, "BAD_REQUEST", sayAlarm("noAcknowledgement", { where }));
  }
  return isPresent(body.made, now) ? body : refusal(400, "BAD_TIME", sayAlarm("notPresent"));
}

/** Whether it may be among others that are acknowledged at once: what is critical is looked at by itself. */
export function isAcknowledgedWithOthers(priority: AlarmPriority): boolean {
  return priority !== "critical";
}

function isPlanned(until: number, now: number): boolean {
  return until > now && until <= now + RESPONSE_LIMITS.serviceMs + CLOCK_AHEAD;
}

function isPresent(made: number, now: number): boolean {
  return made <= now + CLOCK_AHEAD && made >= now - OLDEST;
}

/** Undefined where the person may respond so. */
export function mayRespond(person: Person, { action }: Pick<AlarmResponseData, "action">): ResponseRefusal | undefined {
  const service = action === "remove-from-service" || action === "return-to-service";
  if (service && !hasRole(person, "supervisor", "engineer")) return refusal(403, "FORBIDDEN", sayAlarm("serviceRole"));
  if (!hasRole(person, "operator", "supervisor", "engineer", "quality")) return refusal(403, "FORBIDDEN", sayAlarm("responseRole"));
  return undefined;
}

/** Undefined where the plant lets the alarm be shelved for so long; `atMostMs` is of its definition. */
export function mayShelve(until: number, now: number, atMostMs: number | undefined): ResponseRefusal | undefined {
  if (atMostMs === undefined || (atMostMs > 0 && until <= now + atMostMs + CLOCK_AHEAD)) return undefined;
  if (atMostMs === 0) return refusal(409, "NOT_SHELVED", sayAlarm("neverShelved"));
  return refusal(409, "NOT_SHELVED", sayAlarm("shelvedAtMost", { minutes: Math.floor(atMostMs / 60_000) }));
}

function refusal(status: ResponseRefusal["status"], code: string, said: Said): ResponseRefusal {
  return { status, code, ...said };
}
