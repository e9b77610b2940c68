import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fixturePackage, FIXTURE_PACKAGE, remove, type RunningNodeRed, startNodeRed } from "./node-red.ts";

const require = createRequire(import.meta.url);
const bcrypt = require("bcryptjs") as { hashSync(text: string, rounds: number): string };

/** Drives the pump over HTTP and answers with what it sent. */
const FLOW = [
  { id: "f", type: "tab", label: "kit" },
  { id: "in", z: "f", type: "http in", url: "/do/:what", method: "get", x: 1, y: 1, wires: [["set"]] },
  {
    id: "set",
    z: "f",
    type: "change",
    rules: [{ t: "set", p: "do", pt: "msg", to: "req.params.what", tot: "msg" }],
    x: 1,
    y: 1,
    wires: [["pump"]],
  },
  { id: "pump", z: "f", type: "twin-kit-pump", name: "P1", version: 3, x: 1, y: 1, wires: [["out"], ["out"]] },
  { id: "catch", z: "f", type: "catch", scope: ["pump"], x: 1, y: 1, wires: [["say"]] },
  {
    id: "say",
    z: "f",
    type: "debug",
    active: true,
    console: true,
    tosidebar: false,
    complete: "error.message",
    targetType: "msg",
    x: 1,
    y: 1,
    wires: [],
  },
  { id: "out", z: "f", type: "http response", x: 1, y: 1, wires: [] },
];

interface Catalogue {
  readonly fields: { readonly interval: { readonly allowed: string } };
}
const catalogue = async (base: string, language: string): Promise<Catalogue | undefined> => {
  const answer = await fetch(`${base}/locales/${FIXTURE_PACKAGE}/twin-kit-pump?lng=${language}`);
  return ((await answer.json()) as Record<string, Catalogue>)["twin-kit-pump"];
};

describe("the kit in a real Node-RED", function () {
  this.timeout(60_000);
  let packageDir = "";
  let red: RunningNodeRed;

  before(async () => {
    packageDir = await fixturePackage();
    red = await startNodeRed(packageDir, FLOW);
  });
  after(async () => {
    await red.kill("SIGTERM");
    remove(packageDir, red.userDir);
  });

  it("loads every node of the package without an error", async () => {
    const sets = (await (await fetch(`${red.base}/nodes`, { headers: { accept: "application/json" } })).json()) as {
      module: string;
      types: string[];
      err?: string;
    }[];
    const own = sets.filter((set) => set.module === FIXTURE_PACKAGE);
    assert.deepEqual(
      own.flatMap((set) => set.err ?? []),
      [],
    );
    assert.deepEqual(own.flatMap((set) => set.types).sort(), ["twin-kit-link", "twin-kit-pump"]);
  });

  it("stays alive when a handler, a timer, a promise and an emitter fail", async () => {
    for (const what of ["timer", "timer-rejects", "emitter", "throw"]) void fetch(`${red.base}/do/${what}`).catch(() => {});
    for (const sentence of [/the timer threw/, /the timer rejected/, /the emitter threw/, /the handler threw/]) await red.logged(sentence);
    assert.equal(await (await fetch(`${red.base}/do/stroke`)).text(), "1");
    assert.doesNotMatch(red.log(), /Uncaught Exception|at .*twin-kit-pump\.ts/);
  });

  it("finds its state again after kill -9", async () => {
    assert.equal(await (await fetch(`${red.base}/do/stroke`)).text(), "2");
    await red.kill("SIGKILL");
    red = await startNodeRed(packageDir, FLOW, {}, red.userDir);
    assert.equal(await (await fetch(`${red.base}/do/stroke`)).text(), "3");
  });

  it("keeps the state of a disabled node and finds it again when it is enabled", async () => {
    const deploy = async (flow: readonly object[]): Promise<void> => {
      const lines = red.log().split("Started ").length;
      const answer = await fetch(`${red.base}/flows`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(flow),
      });
      assert.equal(answer.status, 204);
      await red.logged(new RegExp(`(Started [^]*){${lines}}`));
    };
    await deploy(FLOW.map((node) => (node.id === "pump" ? { ...node, d: true } : node)));
    await deploy(FLOW);
    assert.equal(await (await fetch(`${red.base}/do/stroke`)).text(), "4");
  });

  it("refuses its endpoints with a sentence when no sign-in is configured", async () => {
    const answer = await fetch(`${red.base}/twinline/kit-link/link`);
    assert.equal(answer.status, 403);
    assert.match(((await answer.json()) as { message: string }).message, /No sign-in is configured\. Set adminAuth/);
  });

  it("serves the catalogues, so that labels appear in German", async () => {
    assert.equal((await catalogue(red.base, "en-US"))?.fields.interval.allowed, "Must be a whole number from 10 to 60000 ms.");
    assert.equal((await catalogue(red.base, "de"))?.fields.interval.allowed, "Erlaubt ist eine ganze Zahl ab 10 bis 60000 ms.");
  });
});

describe("endpoints of a Node-RED with sign-in", function () {
  this.timeout(60_000);
  const password = bcrypt.hashSync("secret", 4);
  let packageDir = "";
  let red: RunningNodeRed;
  const tokens = new Map<string, string>();

  before(async () => {
    packageDir = await fixturePackage();
    const users = [
      { username: "ana", password, permissions: "*" },
      { username: "vic", password, permissions: ["read"] },
      { username: "ned", password, permissions: ["other"] },
    ];
    const link = { id: "link", type: "twin-kit-link", name: "L1", host: "10.0.0.7" };
    red = await startNodeRed(packageDir, [link, ...FLOW], { adminAuth: { type: "credentials", users, default: { permissions: "read" } } });
    for (const { username } of users) {
      const form = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password: "secret" };
      const answer = await fetch(`${red.base}/auth/token`, { method: "POST", body: new URLSearchParams(form) });
      tokens.set(username, ((await answer.json()) as { access_token: string }).access_token);
    }
  });
  after(async () => {
    await red.kill("SIGTERM");
    remove(packageDir, red.userDir);
  });

  const ask = async (who: string | undefined, url: string, body?: string): Promise<{ status: number; answer: Record<string, unknown> }> => {
    const headers = { "content-type": "application/json", ...(who === undefined ? {} : { authorization: `Bearer ${tokens.get(who)}` }) };
    const response = await fetch(`${red.base}/twinline/${url}`, body === undefined ? { headers } : { method: "POST", headers, body });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };

  it("answers a person who has the role", async () => {
    assert.deepEqual(await ask("vic", "kit-link/link"), { status: 200, answer: { host: "10.0.0.7" } });
  });

  it("refuses anonymous visitors even when Node-RED lets them look", async () => {
    const { status, answer } = await ask(undefined, "kit-link/link");
    assert.deepEqual([status, answer["code"]], [403, "FORBIDDEN"]);
  });

  it("refuses a person without the role and names the role", async () => {
    const { status, answer } = await ask("vic", "kit-link/link", "{}");
    assert.equal(status, 403);
    assert.match(String(answer["message"]), /role engineer/);
    assert.equal((await ask("ned", "kit-link/link")).status, 403);
    assert.equal((await ask("ana", "kit-link/link", '{"a":1}')).status, 200);
  });

  it("refuses keys that reach a prototype, bodies that are too large, and repeated query values", async () => {
    assert.equal((await ask("ana", "kit-link/link", '{"a":{"__proto__":{"x":1}}}')).answer["code"], "FORBIDDEN_KEY");
    assert.equal((await ask("ana", "kit-link/link", JSON.stringify({ a: "x".repeat(300_000) }))).status, 413);
    assert.equal((await ask("ana", "kit-link/link?a=1&a=2")).status, 400);
  });

  it("answers 404 with a sentence for a configuration that is not deployed, and tells nothing about an inner fault", async () => {
    const missing = await ask("vic", "kit-link/nowhere");
    assert.equal(missing.status, 404);
    assert.match(String(missing.answer["message"]), /Deploy first/);
    const broken = await ask("vic", "kit-link-broken");
    assert.equal(broken.status, 500);
    assert.doesNotMatch(JSON.stringify(broken.answer), /secret detail/);
  });

  it("writes each access with the person and the outcome to the audit log", async () => {
    await ask("vic", "kit-link/link");
    const line = await red.logged(/.*"event":"twinline\.get".*"status":200.*/);
    assert.match(line, /"username":"vic"/);
  });

  it("hands a secret to the behaviour and never stores it in the flow file", async () => {
    const link = { id: "link", type: "twin-kit-link", name: "L1", host: "10.0.0.7", credentials: { password: "p4ssw0rd" } };
    const headers = { "content-type": "application/json", authorization: `Bearer ${tokens.get("ana")}` };
    const deployed = await fetch(`${red.base}/flows`, { method: "POST", headers, body: JSON.stringify([link, ...FLOW]) });
    assert.equal(deployed.status, 204);
    await red.logged(/(Started [^]*){2}/);
    assert.equal((await ask("vic", "kit-link/link")).answer["password"], "p4ssw0rd");
    assert.doesNotMatch(readFileSync(path.join(red.userDir, "flows.json"), "utf8"), /p4ssw0rd/);
  });
});
