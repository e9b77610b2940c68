/** The identity port: who a person is, what they may do, and for which part of the plant. */
export * from "./at-screen.ts";
export * from "./identification.ts";

export const ROLES = ["viewer", "operator", "engineer", "supervisor", "quality", "ot-admin", "auditor", "terminal"] as const;
/** `terminal` is no person but a shared screen: whoever enters something there identifies by badge or PIN, and is its author. */
export type Role = (typeof ROLES)[number];

export interface Person {
  /** Stable account name; authorship in the ledger and the audit trail. */
  readonly name: string;
  readonly label: string;
  readonly roles: readonly Role[];
  /** Equipment paths this person may see or act on; `["*"]` for all. A path covers everything below it. */
  readonly scope: readonly string[];
}

export interface Identity {
  /** False when nobody can sign in: every protected endpoint must then refuse. */
  readonly configured: boolean;
  /** Null when name or secret is wrong; takes the same time either way. `address`: where the attempt comes from, for throttling. */
  authenticate(name: string, secret: string, address?: string): Promise<Person | null>;
  /** How long an account has to wait from an address after failed attempts, ms. */
  retryAfterMs?(name: string, address?: string): number;
  find(name: string): Promise<Person | null>;
  /** Absent: nobody can identify at a shared terminal. */
  readonly atTerminal?: TerminalIdentity;
}

/** What a person shows at a shared terminal instead of a password. */
export type Token =
  | { readonly how: "badge"; readonly badge: string }
  | { readonly how: "pin"; readonly name: string; readonly pin: string };

/** Identification by badge or PIN. It opens no session and nothing but the terminal at which it is done. */
export interface TerminalIdentity {
  /** Null when it fits nobody, or too many wrong ones came before. `terminal`: the account of the shared terminal, for throttling. */
  identify(token: Token, terminal: string): Promise<Person | null>;
  /** How long to wait after wrong ones, ms. */
  retryAfterMs(token: Token, terminal: string): number;
  /** Everybody that has a PIN. */
  withPin(): Promise<readonly Person[]>;
}

export function covers(person: Person, asset: string): boolean {
  return person.scope.some((path) => path === "*" || asset === path || asset.startsWith(`${path}.`));
}

export function hasRole(person: Person, ...anyOf: readonly Role[]): boolean {
  return anyOf.some((role) => person.roles.includes(role));
}
