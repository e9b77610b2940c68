import type { Person } from "../../../core/govern/identity/index.ts";
import type { AdminEndpoint } from "../../kit/node.ts";

/** What came of a test, per row of the node. */
export interface TestResult {
  readonly recipient: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What a running twin-notify lets people do. */
export interface NotifyControl {
  test(by: Person): Promise<readonly TestResult[]>;
}

/** A test leaves the building: the ledger keeps who sent it. */
export const endpoints: readonly AdminEndpoint[] = [
  {
    method: "post",
    path: "notify/:id/test",
    roles: ["engineer", "supervisor", "ot-admin"],
    handle: ({ params, person }, find) => find<NotifyControl>(params["id"] ?? "").test(person),
  },
];
