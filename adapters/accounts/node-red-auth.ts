/** Node-RED's sign-in on the identity port. */
import { hasRole, type Identity, type Person, type Role } from "../../core/govern/identity/index.ts";

/**
 * What each role may do in the editor. Only engineers deploy. No role gets "*" or a pattern that could match an approval:
 * Twinline's own permissions are asked from the identity, never from Node-RED's list.
 */
const PERMISSIONS: Readonly<Record<Role, readonly string[]>> = {
  viewer: ["read"],
  operator: ["read"],
  engineer: ["read", "flows.write", "nodes.write", "context.write", "library.write", "settings.write", "inject.write", "debug.write"],
  supervisor: ["read"],
  quality: ["read"],
  "ot-admin": ["read", "settings.write"],
  auditor: ["read"],
  terminal: [],
};

interface NodeRedUser {
  readonly username: string;
  readonly permissions: readonly string[];
}

export interface NodeRedAdminAuth {
  readonly type: "credentials";
  users(name: string): Promise<NodeRedUser | null>;
  authenticate(name: string, secret: string): Promise<NodeRedUser | null>;
  readonly sessionExpiryTime: number;
}

const ONE_HOUR_S = 3600;

export function nodeRedAdminAuth(identity: Identity): NodeRedAdminAuth {
  return {
    type: "credentials",
    users: async (name) => user(await identity.find(name)),
    authenticate: async (name, secret) => user(await identity.authenticate(name, secret, "editor")),
    sessionExpiryTime: 12 * ONE_HOUR_S,
  };
}

function user(person: Person | null): NodeRedUser | null {
  // A shared screen is no place to edit flows from, and has nobody behind it.
  if (person === null || hasRole(person, "terminal")) return null;
  return { username: person.name, permissions: [...new Set(person.roles.flatMap((role) => PERMISSIONS[role]))] };
}
