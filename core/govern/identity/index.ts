/** The identity port: who a person is, what they may do, and for which part of the plant. */

export const ROLES = ["viewer", "operator", "engineer", "supervisor", "quality", "ot-admin", "auditor"] as const;
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
}

export function covers(person: Person, asset: string): boolean {
  return person.scope.some((path) => path === "*" || asset === path || asset.startsWith(`${path}.`));
}

export function hasRole(person: Person, ...anyOf: readonly Role[]): boolean {
  return anyOf.some((role) => person.roles.includes(role));
}
