/**
 * Endpoints of nodes under `<admin root>/twinline/…`. They fail closed: without a configured sign-in, without a
 * signed-in person, or without the right role the answer is 403 with a sentence that says what to do.
 */
import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { hasRole, type Person, type Role } from "../../core/govern/identity/index.ts";
import { FORBIDDEN_KEYS } from "../../core/connect/sample/index.ts";
import { AdminRefusal, type AdminEndpoint, type AdminRequest, type TwinlineSettings } from "./node.ts";
import { sentence } from "./guard.ts";
import { behind } from "./running.ts";

const LARGEST_BODY = 256 * 1024;
const DEEPEST_BODY = 32;

interface SignedIn {
  readonly username?: string;
  readonly anonymous?: boolean;
  readonly permissions?: string | readonly string[];
}

/** Endpoints already served, so that a type registered twice is not served twice. */
const served = new WeakMap<object, Set<string>>();

export function serveEndpoints(RED: NodeAPI, type: string, endpoints: readonly AdminEndpoint[]): void {
  const app = RED.httpAdmin as NodeAPI["httpAdmin"] | null;
  if (app === null || endpoints.length === 0) return;
  const known = served.get(app) ?? new Set<string>();
  served.set(app, known);
  for (const endpoint of endpoints) {
    const name = `${endpoint.method} ${endpoint.path}`;
    if (known.has(name)) continue;
    known.add(name);
    // The empty permission only asks who is there; what they may do is decided by role below.
    app[endpoint.method](`/twinline/${endpoint.path}`, RED.auth.needsPermission(""), (request: Request, response: Response) => {
      answer(RED, type, endpoint, request, response)
        .catch((error: unknown) => {
          // The audit log could not be written, or the answer is no JSON.
          if (response.headersSent) response.destroy();
          else response.status(500).json(INTERNAL);
          RED.log.error(`twinline/${endpoint.path}: ${sentence(error)}`);
        })
        .catch(() => undefined); // nor could that be logged: nobody is left to tell, and the process must live
    });
  }
}

async function answer(RED: NodeAPI, type: string, endpoint: AdminEndpoint, request: Request, response: Response): Promise<void> {
  const gone = goneOf(response);
  let status = 200;
  let body: unknown;
  try {
    const person = await signedIn(RED, request);
    if (!hasRole(person, ...endpoint.roles))
      throw forbidden(`This needs the role ${endpoint.roles.join(" or ")}. Ask an administrator for it.`);
    const asked = { ...read(request, person, endpoint.largestBody ?? LARGEST_BODY), gone };
    body = (await endpoint.handle(asked, (id) => find(RED, id))) ?? null;
  } catch (error) {
    status = error instanceof AdminRefusal ? error.status : 500;
    if (status === 500) RED.log.error(`twinline/${endpoint.path}: ${sentence(error)}`);
    body = error instanceof AdminRefusal ? { code: error.code, message: error.message, ...error.said } : INTERNAL;
  }
  const record = { level: RED.log.AUDIT, event: `twinline.${endpoint.method}`, type, endpoint: endpoint.path, status };
  RED.log.audit(record, request);
  response.status(status).set("Cache-Control", "no-store").json(body);
}

/** A page that asks something else has closed its request. */
function goneOf(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

const INTERNAL = { code: "INTERNAL", message: "The request failed inside Twinline. The log of Node-RED says why." };

function forbidden(text: string): AdminRefusal {
  return new AdminRefusal(403, "FORBIDDEN", text);
}

/** The person behind a request; throws a 403 when nobody is signed in. */
async function signedIn(RED: NodeAPI, request: Request): Promise<Person> {
  const settings = RED.settings as { adminAuth?: unknown; twinline?: TwinlineSettings };
  if (settings.adminAuth === undefined || settings.adminAuth === null) {
    throw forbidden("No sign-in is configured. Set adminAuth in the Node-RED settings file; until then this is closed to everybody.");
  }
  const user = (request as { user?: SignedIn }).user;
  if (user?.username === undefined || user.anonymous === true) throw forbidden("Sign in first: this is not open to anonymous visitors.");
  const identity = settings.twinline?.identity;
  if (identity === undefined) return fromPermissions(user.username, user.permissions);
  const person = await identity.find(user.username);
  if (person === null) throw forbidden(`The account "${user.username}" has no role in this plant. Ask an administrator for one.`);
  return person;
}

/**
 * Node-RED's permissions as roles, for installations without an identity store. Approving stays out on purpose:
 * supervisor and quality are given to named people only.
 */
function fromPermissions(name: string, permissions: SignedIn["permissions"]): Person {
  const held = [permissions ?? []].flat();
  const roles = new Set<Role>();
  for (const permission of held) {
    if (permission === "*") for (const role of ["viewer", "operator", "engineer", "ot-admin"] as const) roles.add(role);
    if (/(^|\.)write$/.test(permission)) roles.add("engineer");
    if (/(^|\.)(read|write)$/.test(permission)) roles.add("viewer");
  }
  return { name, label: name, roles: [...roles], scope: ["*"] };
}

function read(request: Request, person: Person, largest: number): AdminRequest {
  const length = Number(request.headers["content-length"] ?? 0);
  const body: unknown = request.body;
  if (length > largest || JSON.stringify(body ?? null).length > largest) {
    throw new AdminRefusal(413, "TOO_LARGE", `The request body is larger than ${largest / 1024} KiB.`);
  }
  return { person, params: texts(request.params), query: texts(request.query), body: ownProperties(body, 0) };
}

/** A copy that holds own properties only; refuses keys that could reach a prototype. */
function ownProperties(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST_BODY) throw new AdminRefusal(400, "TOO_LARGE", `The request body is nested deeper than ${DEEPEST_BODY} levels.`);
  if (Array.isArray(value)) return value.map((item) => ownProperties(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    refuseForbidden(key);
    copy[key] = ownProperties(item, depth + 1);
  }
  return copy;
}

function texts(given: object): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    refuseForbidden(key);
    if (typeof value !== "string") throw new AdminRefusal(400, "BAD_REQUEST", `"${key}" is given more than once or is not a text.`);
    copy[key] = value;
  }
  return copy;
}

function refuseForbidden(key: string): void {
  if (FORBIDDEN_KEYS.has(key)) throw new AdminRefusal(400, "FORBIDDEN_KEY", `The key "${key}" is never accepted.`);
}

function find<T>(RED: NodeAPI, id: string): T {
  const outcome = behind(RED.nodes.getNode(id))?.outcome;
  if (outcome === undefined)
    throw new AdminRefusal(404, "NOT_FOUND", "There is no such deployed configuration. Deploy first, then try again.");
  if (!outcome.ok) throw new AdminRefusal(409, "NOT_RUNNING", `This configuration does not run: ${outcome.fault}`);
  return outcome.api as T;
}
