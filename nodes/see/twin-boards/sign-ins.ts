/** Sign-ins outlive the node that made them, so that a deploy signs nobody out. They are bound to their path and rules. */
import { type SessionLimits, Sessions } from "../../../adapters/accounts/index.ts";

const kept = new WeakMap<object, Map<string, Sessions>>();

/** The sessions of a path on a server. Other limits are other sessions: who tightens them has everybody sign in again. */
export function sessionsAt(app: object, path: string, limits: SessionLimits): Sessions {
  const paths = kept.get(app) ?? new Map<string, Sessions>();
  kept.set(app, paths);
  const known = paths.get(path);
  if (known && known.limits.idleMs === limits.idleMs && known.limits.absoluteMs === limits.absoluteMs) return known;
  const sessions = new Sessions(limits);
  paths.set(path, sessions);
  return sessions;
}
