/** Our identity as Node-RED's editor sign-in (`adminAuth` of its settings file). */
import { hasRole, type Identity, type Person } from "../../core/govern/identity/index.ts";

interface NodeRedUser {
  readonly username: string;
  readonly permissions: readonly string[];
}

export interface NodeRedAdminAuth {
  readonly type: "credentials";
  readonly users: (name: string) => Promise<NodeRedUser | null>;
  readonly authenticate: (name: string, secret: string) => Promise<NodeRedUser | null>;
}

export function nodeRedAdminAuth(identity: Identity): NodeRedAdminAuth {
  return {
    type: "credentials",
    users: async (name) => userOf(await identity.find(name)),
    authenticate: async (name, secret) => userOf(await identity.authenticate(name, secret, "editor")),
  };
}

/**
 * `read` and `write` are all of Node-RED's own permissions. Never `*`: a wildcard would also grant permissions that
 * our own endpoints may ask for, such as approvals, which only a role gives.
 */
export function nodeRedPermissions(person: Person): readonly string[] {
  return hasRole(person, "engineer") ? ["read", "write"] : ["read"];
}

function userOf(person: Person | null): NodeRedUser | null {
  return person && { username: person.name, permissions: nodeRedPermissions(person) };
}
