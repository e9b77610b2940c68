import type { RecordingStats } from "../../../adapters/files/recorder.ts";
import type { AdminEndpoint, AdminRequest } from "../../kit/node.ts";

/** What a running twin-record lets people do. */
export interface RecordControl {
  readonly stats: RecordingStats;
  start(): void;
  stop(): Promise<void>;
}

const roles = ["engineer", "ot-admin"] as const;
const control = (request: AdminRequest, find: <T>(id: string) => T): RecordControl => find<RecordControl>(request.params["id"] ?? "");

/** All answer the state of the recording; start and stop act on every node that shares it. */
export const endpoints: readonly AdminEndpoint[] = [
  { method: "get", path: "record/:id", roles, handle: (request, find) => control(request, find).stats },
  {
    method: "post",
    path: "record/:id/start",
    roles,
    handle: (request, find) => {
      const found = control(request, find);
      found.start();
      return found.stats;
    },
  },
  {
    method: "post",
    path: "record/:id/stop",
    roles,
    handle: async (request, find) => {
      const found = control(request, find);
      await found.stop();
      return found.stats;
    },
  },
];
