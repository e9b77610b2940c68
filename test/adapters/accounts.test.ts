import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { changeAccount, createAccount, LocalAccounts, nodeRedAdminAuth, Sessions } from "../../adapters/accounts/index.ts";
import { Throttle } from "../../adapters/accounts/throttle.ts";

const CHEAP = { N: 1024, r: 1, p: 1 };
const person = (name: string) => ({ name, label: name, roles: [name === "eve" ? "engineer" : "supervisor"], scope: ["*"] }) as const;
const ANNA = { name: "anna", label: "Anna", roles: ["operator"], scope: ["acme.galway"], password: "correct horse battery" } as const;

describe("local accounts", () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-accounts-"));
    file = path.join(dir, "accounts.json");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("let in who knows the password, and nobody else", async () => {
    await createAccount(file, ANNA, CHEAP);
    const accounts = new LocalAccounts(file);
    const { password, ...anna } = ANNA;
    assert.deepEqual(await accounts.authenticate("anna", password), anna);
    assert.equal(await accounts.authenticate("anna", `${password} `), null);
    assert.equal(await accounts.authenticate("bob", password), null);
    assert.equal(await accounts.authenticate("__proto__", password), null);
    assert.equal(await accounts.authenticate("anna", "x".repeat(1_000_000)), null);
  });

  it("store no password, and nothing that others on the machine can read", async () => {
    await createAccount(file, ANNA, CHEAP);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.doesNotMatch(readFileSync(file, "utf8"), /correct horse/);
    chmodSync(file, 0o644);
    const accounts = new LocalAccounts(file);
    assert.equal(accounts.configured, false);
    assert.match(accounts.fault ?? "", /chmod 600/);
    assert.equal(await accounts.authenticate("anna", ANNA.password), null);
  });

  it("hash the same password differently each time and accept it typed in any Unicode form", async () => {
    await createAccount(file, { ...ANNA, password: "caf\u00e9 caf\u00e9 caf\u00e9" }, CHEAP);
    await createAccount(file, { ...ANNA, name: "ben", password: "caf\u00e9 caf\u00e9 caf\u00e9" }, CHEAP);
    const [a, b] = (JSON.parse(readFileSync(file, "utf8")) as { accounts: { password: { hash: string } }[] }).accounts;
    assert.notEqual(a?.password.hash, b?.password.hash);
    assert.ok(await new LocalAccounts(file).authenticate("ben", "cafe\u0301 cafe\u0301 cafe\u0301"));
  });

  it("are not configured without a file, with a malformed file, or with all accounts disabled", async () => {
    assert.equal(new LocalAccounts(file).configured, false);
    for (const text of ["", "[]", "{", '{"version":1,"accounts":[{"name":"x"}]}', '{"version":2,"accounts":[]}', '{"__proto__":{}}']) {
      writeFileSync(file, text, { mode: 0o600 });
      assert.equal(new LocalAccounts(file).configured, false, text);
    }
    rmSync(file);
    await createAccount(file, ANNA, CHEAP);
    await changeAccount(file, "anna", { disabled: true });
    assert.equal(new LocalAccounts(file).configured, false);
  });

  it("never overwrite a file they do not understand", async () => {
    writeFileSync(file, "{ half", { mode: 0o600 });
    await assert.rejects(createAccount(file, ANNA, CHEAP), /not JSON/);
    assert.equal(readFileSync(file, "utf8"), "{ half");
  });

  it("refuse short passwords, taken names, unknown roles and empty scopes, naming the field", async () => {
    await assert.rejects(createAccount(file, { ...ANNA, password: "short" }, CHEAP), /at least 12/);
    await assert.rejects(createAccount(file, { ...ANNA, scope: [] }, CHEAP), /scope/);
    await assert.rejects(createAccount(file, { ...ANNA, roles: ["root" as "viewer"] }, CHEAP), /roles/);
    await assert.rejects(createAccount(file, { ...ANNA, name: "../x" }, CHEAP), /name/);
    await createAccount(file, ANNA, CHEAP);
    await assert.rejects(createAccount(file, ANNA, CHEAP), /already/);
  });

  it("take a change of role or password into account at once", async () => {
    await createAccount(file, ANNA, CHEAP);
    const accounts = new LocalAccounts(file);
    assert.ok(await accounts.find("anna"));
    await changeAccount(file, "anna", { roles: ["viewer"], password: "another long password" }, CHEAP);
    assert.deepEqual((await accounts.find("anna"))?.roles, ["viewer"]);
    assert.equal(await accounts.authenticate("anna", ANNA.password), null);
    assert.ok(await accounts.authenticate("anna", "another long password"));
  });

  it("slow down guessing from one address without keeping the person out elsewhere", async () => {
    await createAccount(file, ANNA, CHEAP);
    let now = 1_000_000;
    const accounts = new LocalAccounts(file, () => now);
    for (let i = 0; i < 5; i += 1) assert.equal(await accounts.authenticate("anna", "wrong wrong wrong", "10.0.0.9"), null);
    assert.equal(await accounts.authenticate("anna", ANNA.password, "10.0.0.9"), null);
    assert.ok(accounts.retryAfterMs("anna", "10.0.0.9") > 0);
    assert.ok(await accounts.authenticate("anna", ANNA.password, "10.0.0.7"));
    now += 1_001;
    assert.ok(await accounts.authenticate("anna", ANNA.password, "10.0.0.9"));
  });

  it("never make a pair of account and address wait longer than a minute", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 60 }), (pauses) => {
        const throttle = new Throttle();
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          throttle.failed("a", "b", now);
        }
        assert.ok(throttle.waitMs("a", "b", now) <= 60_000);
        assert.equal(throttle.waitMs("a", "c", now), 0);
      }),
    );
  });

  it("answer many sign-ins at once, each rightly", async () => {
    await createAccount(file, ANNA, CHEAP);
    const accounts = new LocalAccounts(file);
    const answers = await Promise.all(Array.from({ length: 20 }, () => accounts.authenticate("anna", ANNA.password)));
    assert.ok(answers.every((person) => person?.name === "anna"));
  });
});

describe("Node-RED sign-in", () => {
  it("gives engineers all of Node-RED and others reading, but nobody a wildcard", async () => {
    const auth = nodeRedAdminAuth({ configured: true, find: async (name) => person(name), authenticate: async (name) => person(name) });
    assert.deepEqual(await auth.users("eve"), { username: "eve", permissions: ["read", "write"] });
    assert.deepEqual(await auth.authenticate("sue", "x"), { username: "sue", permissions: ["read"] });
  });
});

describe("sessions", () => {
  const limits = { idleMs: 1_000, absoluteMs: 5_000 };

  it("end when idle, when too old, and when closed", () => {
    const sessions = new Sessions(limits);
    const token = sessions.open("anna", 0);
    assert.equal(sessions.use(token, 900), "anna");
    assert.equal(sessions.use(token, 1_800), "anna");
    assert.equal(sessions.use(token, 2_801), undefined);
    const old = sessions.open("anna", 0);
    for (let t = 0; t <= 5_000; t += 500) assert.equal(sessions.use(old, t), "anna");
    assert.equal(sessions.use(old, 5_001), undefined);
    const closed = sessions.open("anna", 0);
    sessions.close(closed);
    assert.equal(sessions.use(closed, 1), undefined);
  });

  it("are not opened by a token that was altered in any place", () => {
    const sessions = new Sessions(limits);
    const token = sessions.open("anna", 0);
    for (let i = 0; i < token.length - 1; i += 1) {
      const other = token[i] === "A" ? "B" : "A";
      assert.equal(sessions.use(token.slice(0, i) + other + token.slice(i + 1), 1), undefined);
    }
    for (const bad of ["", "__proto__", `${token}x`, undefined]) assert.equal(sessions.use(bad, 1), undefined);
  });
});
