/** Step 1 and 2 of the page: a server, its certificate, the survey and what is ticked. */
import type { OpcUaEndpoint } from "../../adapters/opcua/index.ts";
import { type AdminEndpoint, AdminRefusal, type AdminRequest } from "../../nodes/kit/node.ts";
import type { Expiring } from "./expiring.ts";
import { Fingerprint, readBody, Server, SurveyStart, Tick } from "./input.ts";
import { Visit } from "./visit.ts";

export type Endpoint = Omit<AdminEndpoint, "roles">;

export interface ServerEndpointsOptions {
  readonly visits: Expiring<Visit>;
  readonly pkiDir: string;
  readonly now: () => number;
}

const LISTED = 200;

export function serverEndpoints({ visits, pkiDir, now }: ServerEndpointsOptions): readonly Endpoint[] {
  const visitOf = (request: AdminRequest): Visit => visitIn(visits, request, request.params["id"] ?? "");
  return [
    {
      method: "post",
      path: "server",
      handle: ({ person, body }) => {
        const { url, securityMode, securityPolicy, user, password } = readBody(Server, body);
        const identity = user === "" ? {} : { user: { name: user, password } };
        return { server: visits.add(person.name, Visit.to({ url, securityMode, securityPolicy, pkiDir, now, ...identity })) };
      },
    },
    {
      method: "post",
      path: "server/deployed/:node",
      handle: ({ person, params }, find) => ({
        server: visits.add(person.name, Visit.through(find<OpcUaEndpoint>(params["node"] ?? ""))),
      }),
    },
    { method: "post", path: "server/:id/test", handle: (request) => visitOf(request).test() },
    {
      method: "post",
      path: "server/:id/trust",
      handle: async (request) => {
        const { fingerprint } = readBody(Fingerprint, request.body);
        if (await visitOf(request).trust(fingerprint)) return { done: true };
        throw new AdminRefusal(404, "NOT_PENDING", "No such certificate is waiting to be trusted. Test the connection again.");
      },
    },
    {
      method: "post",
      path: "server/:id/leave",
      handle: (request) => {
        visitOf(request);
        visits.drop(request.params["id"] ?? "");
        return { done: true };
      },
    },
    { method: "get", path: "server/:id/browse", handle: (request) => visitOf(request).browse(request.query["address"] ?? "") },
    {
      method: "post",
      path: "server/:id/survey",
      handle: (request) => {
        const visit = visitOf(request);
        visit.start(readBody(SurveyStart, request.body));
        return visit.survey;
      },
    },
    { method: "get", path: "server/:id/survey", handle: (request) => visitOf(request).survey },
    {
      method: "post",
      path: "server/:id/survey/cancel",
      handle: (request) => {
        const visit = visitOf(request);
        visit.cancel();
        return visit.survey;
      },
    },
    {
      method: "get",
      path: "server/:id/tree",
      handle: (request) => {
        const { choice } = visitOf(request);
        return { entries: choice.below(pathIn(request.query["path"] ?? "[]")), ticked: choice.ticked.length };
      },
    },
    {
      method: "get",
      path: "server/:id/variables",
      handle: (request) => {
        const visit = visitOf(request);
        const words = (request.query["search"] ?? "").slice(0, 200);
        const offset = Math.max(0, Math.trunc(Number(request.query["offset"] ?? 0)) || 0);
        const { total, found } = visit.choice.search(words, offset, LISTED);
        return {
          total,
          ticked: visit.choice.ticked.length,
          found: found.map((variable) => ({ ...visit.found(variable.address), ticked: visit.choice.isTicked(variable.address) })),
        };
      },
    },
    {
      method: "post",
      path: "server/:id/tick",
      handle: (request) => ({ ticked: visitOf(request).choice.tick(readBody(Tick, request.body)) }),
    },
  ];
}

/** The visit of the person who asks; others do not see it. */
export function visitIn(visits: Expiring<Visit>, { person }: AdminRequest, id: string): Visit {
  const visit = visits.get(person.name, id);
  if (visit === undefined) throw new AdminRefusal(404, "NOT_FOUND", "This visit to the server has ended. Press Connect in step 1 again.");
  return visit;
}

/** Names may hold any character, so the path travels as JSON. */
function pathIn(text: string): readonly string[] {
  try {
    const path: unknown = text.length > 8192 ? null : JSON.parse(text);
    if (Array.isArray(path) && path.length <= 32 && path.every((name) => typeof name === "string")) return path;
  } catch {
    // answered below
  }
  throw new AdminRefusal(400, "BAD_REQUEST", "path: send a list of names as JSON.");
}
