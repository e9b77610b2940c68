/** The file that holds the accounts: strict schema, readable by its owner only, replaced atomically. */
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { type Static, Type } from "typebox";
import * as Value from "typebox/value";
import { type Role, ROLES } from "../../core/govern/identity/index.ts";

/** Upper bounds keep a tampered file from making every sign-in take minutes or all memory. */
const PasswordHash = Type.Object(
  {
    algorithm: Type.Literal("scrypt"),
    N: Type.Integer({ minimum: 1024, maximum: 1 << 20 }),
    r: Type.Integer({ minimum: 1, maximum: 16 }),
    p: Type.Integer({ minimum: 1, maximum: 16 }),
    salt: Type.String({ pattern: "^[A-Za-z0-9_-]{22,86}$" }),
    hash: Type.String({ pattern: "^[A-Za-z0-9_-]{43,86}$" }),
  },
  { additionalProperties: false },
);

const Account = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z][a-z0-9._-]{0,63}$" }),
    label: Type.String({ minLength: 1, maxLength: 100 }),
    roles: Type.Array(Type.Unsafe<Role>(Type.Union(ROLES.map((role) => Type.Literal(role)))), {
      minItems: 1,
      maxItems: ROLES.length,
      uniqueItems: true,
    }),
    scope: Type.Array(Type.String({ pattern: "^(\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)$", maxLength: 500 }), {
      minItems: 1,
      maxItems: 200,
    }),
    disabled: Type.Optional(Type.Boolean()),
    password: PasswordHash,
  },
  { additionalProperties: false },
);

const AccountFile = Type.Object(
  { version: Type.Literal(1), accounts: Type.Array(Account, { maxItems: 10_000 }) },
  { additionalProperties: false },
);

export type StoredHash = Static<typeof PasswordHash>;
export type StoredAccount = Static<typeof Account>;

export type Reading =
  | { readonly ok: true; readonly accounts: readonly StoredAccount[] }
  /** `absent`: there is no file yet. */
  | { readonly ok: false; readonly absent: boolean; readonly fault: string };

/** Never throws: what is wrong comes back as a sentence, and no account may sign in. */
export function readAccounts(file: string): Reading {
  let text: string;
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0) return fault(`${file} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${file}`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { ok: false, absent: true, fault: `There is no account file ${file}. Create an account first.` };
    return fault(`The account file ${file} cannot be read (${code ?? "unknown error"}).`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fault(`The account file ${file} is not JSON.`);
  }
  if (!Value.Check(AccountFile, parsed)) {
    const [first] = Value.Errors(AccountFile, parsed);
    return fault(`The account file ${file} is malformed at ${first?.instancePath || "/"}: ${first?.message ?? "not an account file"}.`);
  }
  if (new Set(parsed.accounts.map((account) => account.name)).size < parsed.accounts.length) {
    return fault(`The account file ${file} has two accounts of the same name.`);
  }
  return { ok: true, accounts: parsed.accounts };
}

/** Throws when an account breaks the schema; the sentence names the field. */
export function writeAccounts(file: string, accounts: readonly StoredAccount[]): void {
  const content = { version: 1, accounts };
  if (!Value.Check(AccountFile, content)) {
    const [first] = Value.Errors(AccountFile, content);
    throw new Error(`The account is not valid at ${first?.instancePath ?? "/"}: ${first?.message ?? "unknown fault"}.`);
  }
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "wx", flush: true });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}

function fault(sentence: string): Reading {
  return { ok: false, absent: false, fault: sentence };
}
