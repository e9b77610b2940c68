/**
 * What people say of a signal: `spc.response.v1`, statements in the ledger under the path of the chart and the start of the
 * signal. A signal is open until somebody names its cause and what was done; who does so stands for it by name.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import { covers, hasRole, type Person } from "../../govern/identity/index.ts";
import { sayLimits } from "./texts.ts";
import { CAUSE_CODE } from "./version.ts";

export const SPC_RESPONSE = "spc.response.v1";

const strict = { additionalProperties: false } as const;
const id = Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Given by the sender: sent twice, it is one response." });
const made = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const said = Type.String({ minLength: 1, maxLength: 1_000, pattern: "\\S" });
const code = Type.Optional(CAUSE_CODE);

export const RESPONSE_DATA = Type.Union([
  /** Words, and the ids of cause and action in the plant's lists where they were chosen there. */
  Type.Object({ id, made, action: Type.Literal("close"), cause: said, cause_code: code, done: said, done_code: code }, strict),
  Type.Object({ id, made, action: Type.Literal("reopen"), comment: said }, strict),
  Type.Object({ id, made, action: Type.Literal("comment"), comment: said }, strict),
]);
export type ResponseData = Static<typeof RESPONSE_DATA>;

export interface SignalResponse {
  readonly path: string;
  /** Start of the signal. */
  readonly signal: number;
  readonly author: string;
  readonly recorded: number;
  readonly sequence: number;
  readonly data: ResponseData;
}

/** The response of a ledger entry; undefined where it is none. */
export function signalResponseOf(entry: LedgerEntry): SignalResponse | undefined {
  if (entry.kind !== SPC_RESPONSE || !Value.Check(RESPONSE_DATA, entry.data)) return undefined;
  const { asset: path, start: signal, author, recorded, id: sequence } = entry;
  return { path, signal, author, recorded, sequence, data: entry.data };
}

export interface Closing {
  readonly by: string;
  readonly at: number;
  readonly cause: string;
  /** Id in the plant's list; undefined of words of one's own. */
  readonly causeCode?: string;
  readonly done: string;
}

export interface SignalHistory {
  /** Null while the signal waits for cause and action. */
  readonly closed: Closing | null;
  readonly comments: readonly { readonly by: string; readonly at: number; readonly text: string }[];
}

/** What the responses to one signal come to, in whatever order they are handed over. */
export function historyOf(responses: readonly SignalResponse[]): SignalHistory {
  const once = new Map(responses.toSorted((a, b) => b.sequence - a.sequence).map((one) => [one.data.id, one]));
  let closed: Closing | null = null;
  const comments: { by: string; at: number; text: string }[] = [];
  for (const { author: by, recorded: at, data } of [...once.values()].toSorted((a, b) => a.sequence - b.sequence)) {
    if (data.action === "close") {
      const { cause, cause_code: causeCode, done } = data;
      closed = { by, at, cause, ...(causeCode !== undefined && { causeCode }), done };
    } else {
      if (data.action === "reopen") closed = null;
      comments.push({ by, at, text: data.comment });
    }
  }
  return { closed, comments };
}

/** Why this person may not say this of a signal of `asset` now; undefined when they may. */
export function responseFault(asset: string, data: ResponseData, { closed }: SignalHistory, person: Person): Said | undefined {
  if (!covers(person, asset)) return sayLimits("noPart", { person: person.label, asset });
  if (!hasRole(person, "operator", "engineer", "supervisor", "quality")) return sayLimits("answerRole");
  if (data.action === "close" && closed !== null) return sayLimits("closedAlready", { by: closed.by });
  if (data.action !== "reopen") return undefined;
  if (closed === null) return sayLimits("signalOpen");
  return hasRole(person, "engineer", "supervisor", "quality") ? undefined : sayLimits("reopenRole");
}
