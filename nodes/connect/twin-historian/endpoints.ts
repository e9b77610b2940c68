import type { Role } from "../../../core/govern/identity/index.ts";
import { AdminRefusal, type AdminEndpoint, type AdminRequest } from "../../kit/node.ts";
import type { HistorianService } from "./historian-service.ts";

const ROLES: readonly Role[] = ["engineer", "ot-admin"];
const MOST_LETTERS = 1_000;

type Find = <T>(id: string) => T;

export const endpoints: readonly AdminEndpoint[] = [
  { method: "get", path: "historian/:id/stats", roles: ROLES, handle: (request, find) => service(request, find).stats() },
  {
    method: "get",
    path: "historian/:id/dead-letters",
    roles: ROLES,
    handle: (request, find) => service(request, find).queue.deadLetters(limitOf(request)),
  },
  { method: "post", path: "historian/:id/dead-letters/replay", roles: ROLES, handle: (request, find) => decide("replay", request, find) },
  { method: "post", path: "historian/:id/dead-letters/discard", roles: ROLES, handle: (request, find) => decide("discard", request, find) },
];

function service({ params }: AdminRequest, find: Find): HistorianService {
  return find<HistorianService>(params["id"] ?? "");
}

/** Giving data up, or sending it again, is a decision: the ledger keeps who took it. */
async function decide(action: "replay" | "discard", request: AdminRequest, find: Find): Promise<object> {
  const historian = service(request, find);
  const ids = idsOf(request.body);
  const now = Date.now();
  const count = await (action === "replay" ? historian.queue.replay(ids, now) : historian.queue.discard(ids));
  if (count > 0) {
    const statement = { kind: "queue.dead-letters.v1", asset: historian.asset, start: now, end: now, data: { action, count, ids } };
    await historian.state([statement], { author: request.person.name, reason: `Dead letters: ${action}` });
  }
  return { [action === "replay" ? "replayed" : "discarded"]: count };
}

function limitOf({ query }: AdminRequest): number {
  const limit = Number(query["limit"] ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LETTERS) {
    throw new AdminRefusal(400, "BAD_REQUEST", `"limit" must be a whole number from 1 to ${MOST_LETTERS}.`);
  }
  return limit;
}

function idsOf(body: unknown): readonly number[] {
  const ids = typeof body === "object" && body !== null ? (body as { ids?: unknown }).ids : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_LETTERS || !ids.every((id) => Number.isSafeInteger(id))) {
    throw new AdminRefusal(400, "BAD_REQUEST", `Send {"ids": [...]} with 1 to ${MOST_LETTERS} ids of dead letters.`);
  }
  return [...new Set(ids as number[])];
}
