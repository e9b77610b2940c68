import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AccountFault, LocalAccounts, nodeRedAdminAuth } from "../../adapters/accounts/index.ts";
import type { Person } from "../../core/govern/identity/index.ts";

const ANA: Person = { name: "ana", label: "Ana", roles: ["supervisor"], scope: ["acme.galway.bottling.line01"] };
const PASSWORD = "correct horse battery";

describe("local accounts", function () {
  this.timeout(20_000);
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-accounts-"));
    file = path.join(dir, "accounts.json");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("are not configured while there is none, so that protected endpoints refuse", async () => {
    const accounts = LocalAccounts.open(file);
    assert.equal(accounts.configured, false);
    assert.equal(await accounts.authenticate("ana", PASSWORD), null);
  });

  it("sign in with the right password only", async () => {
    const accounts = LocalAccounts.open(file);
    await accounts.put(ANA, PASSWORD);
    assert.deepEqual(await accounts.authenticate("ana", PASSWORD), ANA);
    assert.equal(await accounts.authenticate("ana", `${PASSWORD} `), null);
    assert.equal(await accounts.authenticate("bob", PASSWORD), null);
    assert.equal(await accounts.authenticate("__proto__", PASSWORD), null);
  });

  it("keep no password, in a file only its owner can read", async () => {
    const accounts = LocalAccounts.open(file);
    await accounts.put(ANA, PASSWORD);
    assert.doesNotMatch(readFileSync(file, "utf8"), /horse/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it("refuse a file that others can read, naming the command that mends it", async () => {
    await LocalAccounts.open(file).put(ANA, PASSWORD);
    chmodSync(file, 0o644);
    assert.throws(
      () => LocalAccounts.open(file),
      (error) => error instanceof AccountFault && /chmod 600/.test(error.message),
    );
  });

  for (const [what, content] of [
    ["broken JSON", "{"],
    ["an unknown role", JSON.stringify({ version: 1, accounts: [{ ...ANA, roles: ["root"], secret: "scrypt$1" }] })],
    ["an extra key", JSON.stringify({ version: 1, accounts: [], admin: true })],
    ["a plain password instead of a hash", JSON.stringify({ version: 1, accounts: [{ ...ANA, secret: PASSWORD }] })],
  ] as const) {
    it(`refuse a file with ${what}`, () => {
      writeFileSync(file, content, { mode: 0o600 });
      assert.throws(() => LocalAccounts.open(file), AccountFault);
    });
  }

  it("forget at once an account that another process removed", async () => {
    const [here, there] = [LocalAccounts.open(file), LocalAccounts.open(file)];
    await here.put(ANA, PASSWORD);
    assert.ok(await there.find("ana"));
    await new Promise((resolve) => setImmediate(resolve));
    await here.remove("ana");
    assert.equal(await there.authenticate("ana", PASSWORD), null);
  });

  it("refuse short passwords and names that are not account names", async () => {
    const accounts = LocalAccounts.open(file);
    await assert.rejects(accounts.put(ANA, "short"), /10 to 1024/);
    await assert.rejects(accounts.put({ ...ANA, name: "Ana B" }, PASSWORD), AccountFault);
  });

  it("give Node-RED permissions by role, and none a wildcard", async () => {
    const accounts = LocalAccounts.open(file);
    await accounts.put(ANA, PASSWORD);
    await accounts.put({ ...ANA, name: "eva", roles: ["engineer"] }, PASSWORD);
    const auth = nodeRedAdminAuth(accounts);
    assert.deepEqual((await auth.authenticate("ana", PASSWORD))?.permissions, ["read"]);
    const engineer = (await auth.users("eva"))?.permissions ?? [];
    assert.ok(engineer.includes("flows.write"));
    assert.ok(!engineer.some((permission) => permission === "*" || permission === "write"));
    assert.equal(await auth.users("bob"), null);
  });
});
