/** Endpoints of the page "Connect a line": thin; what they decide with is in `core/connect/line-plan` and the plant's history. */
import { certificateStore } from "../adapters/opcua/index.ts";
import type { AdminEndpoint } from "../nodes/kit/node.ts";
import { fileEndpoints } from "./connect-line/file-endpoints.ts";
import { lineEndpoints } from "./connect-line/line-endpoints.ts";
import { serverEndpoints } from "./connect-line/server-endpoints.ts";
import { StagedChanges } from "./connect-line/staged.ts";
import type { Visit } from "./connect-line/visit.ts";
import { Expiring } from "./connect-line/expiring.ts";

export interface ConnectLineHost {
  /** Node-RED's user directory; plants of a relative directory lie below it. */
  readonly userDir: string | undefined;
  /** Where twin nodes keep their files; the certificate store is there. */
  readonly dataDir: string;
  readonly now: () => number;
}

/** A person works on one server at a time; a few people may do so at once. */
const [MOST_VISITS, VISIT_IDLE_MS, SWEEP_MS] = [8, 30 * 60_000, 60_000];

const ROLES = ["engineer", "ot-admin"] as const;

export function connectLineEndpoints({ userDir, dataDir, now }: ConnectLineHost): readonly AdminEndpoint[] {
  const visits = new Expiring<Visit>({
    most: MOST_VISITS,
    idleMs: VISIT_IDLE_MS,
    now,
    end: (visit) => void visit.close().catch(() => undefined),
  });
  const staged = new StagedChanges(now);
  // Also when nobody asks any more: a visit holds a password.
  setInterval(() => visits.sweep(), SWEEP_MS).unref();
  return [
    ...serverEndpoints({ visits, pkiDir: certificateStore(dataDir), now }),
    ...lineEndpoints({ visits, staged, userDir }),
    ...fileEndpoints({ staged, userDir }),
  ].map((endpoint) => ({ ...endpoint, roles: ROLES, path: `connect-line/${endpoint.path}` }));
}
