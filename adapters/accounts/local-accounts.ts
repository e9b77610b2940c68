/** Local accounts: the first implementation of the identity port. One JSON file that only its owner can read. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, mkdir, open, rename, stat } from "node:fs/promises";
import path from "node:path";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { hasRole, type Identity, type Person, ROLES, type TerminalIdentity } from "../../core/govern/identity/index.ts";
import { Lines } from "./lines.ts";
import { fitsHash, fittingHash, hashSecret, isHash } from "./secret.ts";
import { TerminalTokens } from "./terminal-tokens.ts";
import { Throttle } from "./throttle.ts";

const NAME = "^[a-z][a-z0-9._-]{0,63}$";
const Account = Type.Object(
  {
    name: Type.String({ pattern: NAME }),
    label: Type.String({ minLength: 1, maxLength: 128 }),
    roles: Type.Array(Type.Union(ROLES.map((role) => Type.Literal(role))), { uniqueItems: true }),
    scope: Type.Array(Type.String({ minLength: 1, maxLength: 512 })),
    secret: Type.String(),
    /** Hashes too. Badges have one salt in common: a badge is looked up by itself, with nobody's name. */
    pin: Type.Optional(Type.String()),
    badge: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const AccountFile = Type.Object(
  { version: Type.Literal(1), accounts: Type.Array(Account, { maxItems: 10_000 }) },
  { additionalProperties: false },
);
type Account = Static<typeof Account>;

export class AccountFault extends Error {
  override readonly name = "AccountFault";
}

/** Compared against when the name is unknown, so that the answer takes as long as for a known one. */
const NOBODY = hashSecret("nobody has this password");

/** Names that nobody has wait in one line: whoever tries many of them gets no more turns than one account. */
const NO_ACCOUNT = "";

const PIN = /^\d{4,12}$/;
const BADGE = /^[\x21-\x7e]{6,64}$/;

export class LocalAccounts implements Identity {
  readonly #file: string;
  readonly #now: () => number;
  readonly #throttle = new Throttle();
  readonly #lines = new Lines();
  readonly atTerminal: TerminalIdentity;
  #accounts: ReadonlyMap<string, Account>;
  #readAt: number;

  private constructor(file: string, accounts: ReadonlyMap<string, Account>, readAt: number, now: () => number) {
    this.#file = file;
    this.#now = now;
    this.#accounts = accounts;
    this.#readAt = readAt;
    const held = async () => {
      await this.#refresh();
      return [...this.#accounts.values()].map(({ pin, badge, ...account }) => ({ person: personOf(account), pin, badge }));
    };
    const hasPin = (name: string): boolean => this.#accounts.get(name)?.pin !== undefined;
    this.atTerminal = new TerminalTokens(held, hasPin, this.#lines, now);
  }

  /**
   * Reads the file; a missing file is a site without accounts. Throws `AccountFault` with a sentence when it is not usable.
   * Synchronous, because Node-RED's settings file is.
   */
  static open(file: string, now: () => number = Date.now): LocalAccounts {
    const { accounts, readAt } = read(file);
    return new LocalAccounts(file, accounts, readAt, now);
  }

  get configured(): boolean {
    return this.#accounts.size > 0;
  }

  /** Takes its place in the line at once, by the accounts known now; whether there is one is read when its turn has come. */
  async authenticate(name: string, secret: string, address = ""): Promise<Person | null> {
    if (name.length > 64 || this.retryAfterMs(name, address) > 0) return null;
    const line = this.#accounts.has(name) ? name : NO_ACCOUNT;
    return (await this.#lines.turn(line, address, () => this.#check(name, secret, address))) ?? null;
  }

  retryAfterMs(name: string, address = ""): number {
    return this.#throttle.waitMs(name, address, this.#now());
  }

  /** While it waited, others may have failed, or the account may have been removed. */
  async #check(name: string, secret: string, address: string): Promise<Person | null> {
    await this.#refresh();
    if (this.retryAfterMs(name, address) > 0) return null;
    const account = this.#accounts.get(name);
    const fits = await fitsHash(secret, account?.secret ?? (await NOBODY));
    if (account && fits) {
      this.#throttle.succeeded(name, address);
      return personOf(account);
    }
    this.#throttle.failed(name, address, this.#now());
    return null;
  }

  async find(name: string): Promise<Person | null> {
    await this.#refresh();
    const account = this.#accounts.get(name);
    return account ? personOf(account) : null;
  }

  /** Creates the account or changes it (password, roles, scope). */
  async put(person: Person, secret: string): Promise<void> {
    if (secret.length < 10 || secret.length > 1024) throw new AccountFault("The password must have 10 to 1024 characters.");
    const account = { ...person, roles: [...person.roles], scope: [...person.scope], secret: await hashSecret(secret) };
    if (!Value.Check(Account, account)) throw new AccountFault(describe(account, "the new account"));
    if (hasRole(person, "terminal") && person.roles.length > 1)
      throw new AccountFault("A shared terminal has no other role: the people who identify there have theirs.");
    await this.#refresh();
    await this.#save([
      ...[...this.#accounts.values()].filter((other) => other.name !== person.name),
      { ...this.#tokensOf(person), ...account },
    ]);
  }

  /** Gives a person a PIN for shared terminals, or with null takes it away. */
  async setPin(name: string, pin: string | null): Promise<void> {
    if (pin !== null && !PIN.test(pin)) throw new AccountFault("A PIN has 4 to 12 digits.");
    await this.#setToken(name, "pin", pin === null ? undefined : await hashSecret(pin));
  }

  /** Gives a person a badge for shared terminals, or with null takes it away. Throws when somebody else has it. */
  async setBadge(name: string, badge: string | null): Promise<void> {
    if (badge !== null && !BADGE.test(badge)) throw new AccountFault("A badge has 6 to 64 characters without spaces.");
    await this.#refresh();
    const others = [...this.#accounts.values()].flatMap((other) => (other.name === name ? [] : (other.badge ?? [])));
    if (badge !== null && (await fittingHash(badge, others)) !== undefined)
      throw new AccountFault("Somebody else has this badge; take it away from them first.");
    await this.#setToken(name, "badge", badge === null ? undefined : await hashSecret(badge, others[0]));
  }

  /** Only people: a shared terminal does not identify at another one. */
  async #setToken(name: string, kind: "pin" | "badge", hash: string | undefined): Promise<void> {
    await this.#refresh();
    const account = this.#accounts.get(name);
    if (account === undefined) throw new AccountFault(`There is no account "${name}".`);
    if (hasRole(personOf(account), "terminal")) throw new AccountFault(`"${name}" is a shared terminal and has neither PIN nor badge.`);
    const { [kind]: _old, ...rest } = account;
    const changed = hash === undefined ? rest : { ...rest, [kind]: hash };
    await this.#save([...this.#accounts.values()].map((other) => (other.name === name ? changed : other)));
  }

  /** A new password or role leaves PIN and badge as they are. */
  #tokensOf(person: Person): Pick<Account, "pin" | "badge"> {
    const { pin, badge } = (hasRole(person, "terminal") ? undefined : this.#accounts.get(person.name)) ?? {};
    return { ...(pin !== undefined && { pin }), ...(badge !== undefined && { badge }) };
  }

  async remove(name: string): Promise<boolean> {
    await this.#refresh();
    if (!this.#accounts.has(name)) return false;
    await this.#save([...this.#accounts.values()].filter((account) => account.name !== name));
    return true;
  }

  async #save(accounts: readonly Account[]): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const temporary = `${this.#file}.new`;
    const handle = await open(temporary, "w", 0o600);
    await handle.writeFile(`${JSON.stringify({ version: 1, accounts }, null, 2)}\n`);
    await handle.sync();
    await handle.close();
    await chmod(temporary, 0o600);
    await rename(temporary, this.#file);
    this.#accounts = new Map(accounts.map((account) => [account.name, account]));
    this.#readAt = (await stat(this.#file)).mtimeMs;
  }

  /** Another process may have changed the file (an account removed must not sign in any more). */
  async #refresh(): Promise<void> {
    const changedAt = await stat(this.#file).then(
      (stats) => stats.mtimeMs,
      () => 0,
    );
    if (changedAt === this.#readAt) return;
    const { accounts, readAt } = read(this.#file);
    this.#accounts = accounts;
    this.#readAt = readAt;
  }
}

function read(file: string): { accounts: ReadonlyMap<string, Account>; readAt: number } {
  if (!existsSync(file)) return { accounts: new Map(), readAt: 0 };
  const stats = statSync(file);
  if ((stats.mode & 0o077) !== 0) throw new AccountFault(`${file} can be read by others; run: chmod 600 ${file}`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new AccountFault(`${file} is not JSON; restore it from a backup or remove it and create the accounts again.`);
  }
  if (!Value.Check(AccountFile, content)) throw new AccountFault(describe(content, file));
  const accounts = new Map(content.accounts.map((account) => [account.name, account]));
  if (accounts.size !== content.accounts.length) throw new AccountFault(`${file} names an account twice.`);
  for (const { name, secret, pin, badge } of content.accounts) {
    if (!isHash(secret)) throw new AccountFault(`${file}: the account "${name}" has no usable password hash; set its password again.`);
    if ([pin, badge].some((hash) => hash !== undefined && !isHash(hash)))
      throw new AccountFault(`${file}: the account "${name}" has a PIN or badge that is no hash; set it again.`);
  }
  return { accounts, readAt: stats.mtimeMs };
}

function describe(content: unknown, what: string): string {
  const schema = typeof content === "object" && content !== null && "accounts" in content ? AccountFile : Account;
  const first = Value.Errors(schema, content)[0];
  return `${what} is not valid${first ? ` at ${first.instancePath || "the top"}: ${first.message}` : ""}.`;
}

function personOf(account: Pick<Account, "name" | "label" | "roles" | "scope">): Person {
  return { name: account.name, label: account.label, roles: account.roles, scope: account.scope };
}
