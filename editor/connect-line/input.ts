/** What the page may send, as strict schemas: own properties only, every text and list bounded. */
import { type Static, type TSchema, Type } from "typebox";
import * as Value from "typebox/value";
import { PACKML_STATES } from "../../core/operate/packml/index.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";

const strict = { additionalProperties: false } as const;
const text = (maxLength: number, minLength = 1) => Type.String({ minLength, maxLength });
const address = text(4096);
const name = text(64);
const place = text(512);

const Plant = text(64, 0);
export const Server = Type.Object(
  {
    url: Type.String({ pattern: String.raw`^opc\.tcp://[^\s/]+(/\S*)?$`, maxLength: 1024 }),
    securityMode: Type.Union([Type.Literal("None"), Type.Literal("Sign"), Type.Literal("SignAndEncrypt")]),
    securityPolicy: Type.Union([
      Type.Literal("Basic256Sha256"),
      Type.Literal("Aes128_Sha256_RsaOaep"),
      Type.Literal("Aes256_Sha256_RsaPss"),
    ]),
    user: text(200, 0),
    password: text(1024, 0),
  },
  strict,
);
export const Fingerprint = Type.Object({ fingerprint: Type.String({ pattern: "^[0-9a-fA-F: ]{40,128}$" }) }, strict);
export const SurveyStart = Type.Object({ start: text(4096, 0), include: text(512) }, strict);
/** Ticks or unticks what lies below a folder, what a search finds, or one variable. */
export const Tick = Type.Object(
  {
    ticked: Type.Boolean(),
    under: Type.Optional(Type.Array(text(512), { maxItems: 32 })),
    search: Type.Optional(text(200)),
    address: Type.Optional(address),
  },
  strict,
);

const state = Type.Union([
  Type.Object({ profile: Type.Union([Type.Literal("packml-opcua"), Type.Literal("packml-tmc"), Type.Literal("packml-names")]) }, strict),
  Type.Object(
    {
      profile: Type.Literal("custom"),
      states: Type.Array(
        Type.Object(
          { value: text(200), text: Type.Optional(text(200)), state: Type.Union(PACKML_STATES.map((one) => Type.Literal(one))) },
          strict,
        ),
        { maxItems: 200 },
      ),
    },
    strict,
  ),
]);
const machine = Type.Object(
  {
    name,
    label: Type.Optional(text(200)),
    class: Type.Optional(text(64)),
    idealRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })),
    state: Type.Optional(state),
    tags: Type.Array(Type.Object({ tag: text(512), address }, strict), { maxItems: 1000 }),
    raw: Type.Array(Type.Object({ name: text(512), address }, strict), { maxItems: 20_000 }),
  },
  strict,
);
const Decisions = Type.Object(
  {
    line: place,
    label: Type.Optional(text(200)),
    calendar: Type.Optional(text(64)),
    constraint: Type.Optional(name),
    machines: Type.Array(machine, { maxItems: 200 }),
  },
  strict,
);

const sheet = text(2 * 1024 * 1024, 0);
export const Propose = Type.Object({ plant: Plant, server: text(64) }, strict);
export const ProposeTags = Type.Object(
  { plant: Plant, server: text(64), class: text(64, 0), addresses: Type.Array(address, { maxItems: 20_000 }) },
  strict,
);
/** `sheet`: the planned sheet as somebody edited it. */
export const Plan = Type.Object({ plant: Plant, server: text(64), decisions: Decisions, sheet: Type.Optional(sheet) }, strict);
const sheetName = Type.String({ pattern: String.raw`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}\.csv$` });
export const Import = Type.Object({ plant: Plant, name: sheetName, text: sheet }, strict);
export const Copy = Type.Object({ plant: Plant, from: place, to: place, map: sheet }, strict);
export const Back = Type.Object({ plant: Plant, number: Type.Integer({ minimum: 1, maximum: 999_999 }) }, strict);
export const Apply = Type.Object({ staged: text(64), reason: text(500) }, strict);

/** The body when it is as the schema says; otherwise a refusal that names the field. */
export function readBody<T extends TSchema>(schema: T, body: unknown): Static<T> {
  if (Value.Check(schema, body)) return body;
  const [first] = Value.Errors(schema, body);
  const field = first?.instancePath.split("/").slice(1).join(".") ?? "";
  throw new AdminRefusal(400, "BAD_REQUEST", `${field === "" ? "The request" : field}: ${first?.message ?? "not as expected"}.`);
}
