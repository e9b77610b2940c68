/** Creating and changing local accounts. Each call reads the file, changes one account and replaces the file. */
import type { Person } from "../../core/govern/identity/index.ts";
import { readAccounts, type StoredAccount, writeAccounts } from "./account-file.ts";
import { DEFAULT_COST, hashPassword, LONGEST_PASSWORD, type ScryptCost, SHORTEST_PASSWORD } from "./password.ts";

export interface NewAccount extends Person {
  readonly password: string;
}

/** Throws when the name is taken or a field is not valid. */
export async function createAccount(file: string, account: NewAccount, cost: ScryptCost = DEFAULT_COST): Promise<void> {
  const password = await hashPassword(acceptable(account.password), cost);
  change(file, (accounts) => {
    if (accounts.some(({ name }) => name === account.name)) throw new Error(`There is already an account ${account.name}.`);
    const { name, label, roles, scope } = account;
    return [...accounts, { name, label, roles: [...roles], scope: [...scope], password }];
  });
}

export interface AccountChange extends Partial<Omit<Person, "name">> {
  readonly password?: string;
  /** A disabled account keeps its name, which may stand in records, but cannot sign in. */
  readonly disabled?: boolean;
}

/** Throws when there is no such account or a field is not valid. */
export async function changeAccount(file: string, name: string, to: AccountChange, cost: ScryptCost = DEFAULT_COST): Promise<void> {
  const password = to.password === undefined ? undefined : await hashPassword(acceptable(to.password), cost);
  change(file, (accounts) => {
    if (!accounts.some((account) => account.name === name)) throw new Error(`There is no account ${name}.`);
    return accounts.map((account) => (account.name === name ? changed(account, to, password) : account));
  });
}

function changed(account: StoredAccount, to: AccountChange, password: StoredAccount["password"] | undefined): StoredAccount {
  return {
    ...account,
    ...(to.label === undefined ? {} : { label: to.label }),
    ...(to.roles === undefined ? {} : { roles: [...to.roles] }),
    ...(to.scope === undefined ? {} : { scope: [...to.scope] }),
    ...(to.disabled === undefined ? {} : { disabled: to.disabled }),
    ...(password === undefined ? {} : { password }),
  };
}

function change(file: string, to: (accounts: readonly StoredAccount[]) => readonly StoredAccount[]): void {
  const reading = readAccounts(file);
  // A file that cannot be understood is never overwritten: its accounts would be lost.
  if (!reading.ok && !reading.absent) throw new Error(reading.fault);
  writeAccounts(file, to(reading.ok ? reading.accounts : []));
}

function acceptable(password: string): string {
  if (password.length < SHORTEST_PASSWORD) throw new Error(`The password needs at least ${SHORTEST_PASSWORD} characters.`);
  if (password.length > LONGEST_PASSWORD) throw new Error(`The password may have at most ${LONGEST_PASSWORD} characters.`);
  return password;
}
