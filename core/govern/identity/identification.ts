/** Identification at a shared screen: what is asked, and the event that every attempt leaves in the ledger. */
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { Statement } from "../../connect/ledger/index.ts";
import type { Refusal } from "./at-screen.ts";
import type { Token } from "./index.ts";

export const IDENTIFICATION = "terminal.identification.v1";

const strict = { additionalProperties: false } as const;
const TOKEN = Type.Union([
  Type.Object({ how: Type.Literal("badge"), badge: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
  Type.Object(
    { how: Type.Literal("pin"), name: Type.String({ minLength: 1, maxLength: 64 }), pin: Type.String({ minLength: 1, maxLength: 64 }) },
    strict,
  ),
]);

export function readToken(body: unknown): Token | Refusal {
  if (Value.Check(TOKEN, body)) return body;
  return { status: 400, code: "BAD_REQUEST", message: "People identify by a badge, or by a name and a PIN." };
}

/** `outcome`: `unfit` where the person may not enter anything at this machine. `person`: null where nobody is known by it. */
export interface Identification {
  readonly outcome: "identified" | "refused" | "unfit" | "released";
  readonly how: Token["how"] | null;
  readonly person: string | null;
}

/** At the machine of the page. It holds neither badge nor PIN. */
export function identificationEvent(asset: string, now: number, { outcome, how, person }: Identification): Statement {
  return { kind: IDENTIFICATION, asset, start: now, end: now, data: { outcome, how, person } };
}
