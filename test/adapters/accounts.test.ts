import assert from "node:assert/strict";
import { randomBytes, scryptSync } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AccountFault, LocalAccounts, nodeRedAdminAuth } from "../../adapters/accounts/index.ts";
import { PINS, Throttle } from "../../adapters/accounts/throttle.ts";
import type { Person } from "../../core/govern/identity/index.ts";

const ANA: Person = { name: "ana", label: "Ana", roles: ["supervisor"], scope: ["acme.galway.bottling.line01"] };
const PASSWORD = "correct horse battery";

/** As kept by a site of old, at a hundredth of the cost: rules about turns and waits do not hang on what one guess costs. */
function cheapHash(secret: string): string {
  const [N, r, p, salt] = [2 ** 8, 8, 1, randomBytes(16)];
  return ["scrypt", N, r, p, salt.toString("base64url"), scryptSync(secret, salt, 32, { N, r, p }).toString("base64url")].join("$");
}

describe("local accounts", function () {
  this.timeout(60_000);
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-accounts-"));
    file = path.join(dir, "accounts.json");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** All with `PASSWORD`. */
  function hold(...people: readonly (Person & { readonly pin?: string; readonly badge?: string })[]): void {
    const accounts = people.map((person) => ({ secret: cheapHash(PASSWORD), ...person }));
    writeFileSync(file, JSON.stringify({ version: 1, accounts }), { mode: 0o600 });
  }

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
    assert.match(readFileSync(file, "utf8"), /"scrypt\$32768\$8\$3\$/, "at what OWASP asks for at least");
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

  it("let a right password in while others flood another account and names that nobody has, before most of them are answered", async () => {
    hold(ANA, { ...ANA, name: "bob" });
    const accounts = LocalAccounts.open(file);
    const auth = nodeRedAdminAuth(accounts);
    let refused = 0;
    const count = (): void => void (refused += 1);
    const flood = Array.from({ length: 60 }, (_, guess) => [
      auth.authenticate("bob", `guess number ${guess}`).then(count),
      auth.authenticate(`nobody${guess}`, PASSWORD).then(count),
    ]).flat();
    await new Promise((resolve) => setImmediate(resolve));
    const signedIn = auth.authenticate("ana", PASSWORD).then((user) => [user?.username, refused] as const);
    await Promise.all(flood);
    const [who, before] = await signedIn;
    assert.equal(who, "ana");
    assert.ok(before < 120, "not after everybody else");
    assert.equal(refused, 120);
  });

  it("check five wrong passwords for an account from one address, however many come at once, and then make that address wait", async () => {
    let now = 0;
    hold(ANA);
    const accounts = LocalAccounts.open(file, () => now);
    const guesses = Array.from({ length: 5 }, (_, guess) => accounts.authenticate("ana", `guess number ${guess}`, "10.0.0.1"));
    const sixth = accounts.authenticate("ana", PASSWORD, "10.0.0.1");
    const elsewhere = accounts.authenticate("ana", PASSWORD, "10.0.0.2");
    assert.deepEqual(await Promise.all(guesses), [null, null, null, null, null]);
    assert.equal(await sixth, null, "it came before the fifth failure, and its turn after it");
    assert.deepEqual(await elsewhere, ANA);
    const wait = accounts.retryAfterMs("ana", "10.0.0.1");
    assert.ok(wait > 0 && wait <= 60_000);
    now += wait;
    assert.deepEqual(await accounts.authenticate("ana", PASSWORD, "10.0.0.1"), ANA);
  });

  it("are asked again after the wait: who was removed meanwhile does not get in", async () => {
    const [here, there] = [LocalAccounts.open(file), LocalAccounts.open(file)];
    await here.put(ANA, PASSWORD);
    const first = here.authenticate("ana", PASSWORD);
    const second = here.authenticate("ana", PASSWORD);
    await there.remove("ana");
    await first;
    assert.equal(await second, null);
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

  describe("at a shared terminal", () => {
    const HALL = "hall2";
    let now = 0;
    let accounts: LocalAccounts;
    const pin = (said: string, name = "ana") => accounts.atTerminal.identify({ how: "pin", name, pin: said }, HALL);
    const badge = (said: string, terminal = HALL) => accounts.atTerminal.identify({ how: "badge", badge: said }, terminal);
    const open = (more: { readonly pin?: string; readonly badge?: string } = {}): void => {
      now = 0;
      hold({ ...ANA, ...more });
      accounts = LocalAccounts.open(file, () => now);
    };
    beforeEach(() => open());

    it("identify by badge, or by name and PIN, which are kept as hashes and open nothing else", async () => {
      await accounts.put({ ...ANA, name: "bob" }, PASSWORD);
      assert.equal(await pin("0000"), null, "without a PIN none fits");
      await accounts.setPin("ana", "824613");
      await accounts.setBadge("ana", "BADGE-00017");
      await accounts.setBadge("bob", "BADGE-00018");
      assert.doesNotMatch(readFileSync(file, "utf8"), /824613|BADGE/);
      assert.deepEqual([await pin("824613"), await badge("BADGE-00017"), (await badge("BADGE-00018"))?.name], [ANA, ANA, "bob"]);
      assert.deepEqual([await pin("824614"), await pin("824613", "bob"), await badge("BADGE-00019")], [null, null, null]);
      assert.equal(await accounts.authenticate("ana", "824613"), null);
      assert.deepEqual(await accounts.atTerminal.withPin(), [ANA]);
      await accounts.put(ANA, "another long password");
      assert.deepEqual(await LocalAccounts.open(file).atTerminal.identify({ how: "badge", badge: "BADGE-00017" }, HALL), ANA);
      await accounts.setBadge("ana", null);
      assert.equal(await badge("BADGE-00017"), null);
    });

    it("refuse PINs and badges that are too short, taken, or of a shared terminal", async () => {
      await accounts.put({ ...ANA, name: "bob" }, PASSWORD);
      await accounts.put({ ...ANA, name: HALL, roles: ["terminal"] }, PASSWORD);
      await accounts.setBadge("ana", "BADGE-00017");
      await assert.rejects(accounts.setPin("ana", "12a4"), /4 to 12 digits/);
      await assert.rejects(accounts.setBadge("ana", "12345"), /6 to 64 characters/);
      await assert.rejects(accounts.setBadge("bob", "BADGE-00017"), /Somebody else/);
      await assert.rejects(accounts.setPin(HALL, "1234"), /shared terminal/);
      await assert.rejects(accounts.setPin("eva", "1234"), /no account/);
      await assert.rejects(accounts.put({ ...ANA, name: HALL, roles: ["terminal", "operator"] }, PASSWORD), /no other role/);
      assert.equal(await nodeRedAdminAuth(accounts).authenticate(HALL, PASSWORD), null, "and it does not sign in to the editor");
    });

    it("make wrong PINs of a person wait wherever they are tried; the badge goes on", async () => {
      open({ pin: cheapHash("8246"), badge: cheapHash("BADGE-00017") });
      for (let i = 0; i < 5; i += 1) await pin(`100${i}`);
      const wait = accounts.atTerminal.retryAfterMs({ how: "pin", name: "ana", pin: "" }, "another");
      assert.ok(wait > 0);
      assert.equal(await pin("8246"), null, "not even the right one");
      assert.deepEqual(await badge("BADGE-00017"), ANA);
      now += wait;
      assert.deepEqual(await pin("8246"), ANA);
    });

    it("check few PINs of names that have none, so that a flood of them keeps nobody from signing in", async () => {
      const ended: string[] = [];
      const flood = Array.from({ length: 60 }, (_, i) => pin("1234", `nobody${i}`).then(() => ended.push("flood")));
      const signedIn = accounts.authenticate("ana", PASSWORD).then((person) => {
        ended.push("sign-in");
        return person;
      });
      await Promise.all([...flood, signedIn]);
      assert.deepEqual(await signedIn, ANA);
      assert.ok(ended.indexOf("sign-in") <= 57, `after ${ended.indexOf("sign-in")}, of which 54 found no room in the one line`);
    });

    it("make a terminal wait after wrong PINs of whatever names, and forget no wrong PIN of a person for them", async () => {
      open({ pin: cheapHash("8246") });
      const wait = (name: string, terminal = HALL): number => accounts.atTerminal.retryAfterMs({ how: "pin", name, pin: "" }, terminal);
      for (let i = 0; i < 4; i += 1) await pin(`100${i}`);
      await pin("1234", "nobody");
      assert.ok(wait("ana") > 0 && wait("nobody") > 0);
      assert.equal(wait("ana", "hall3"), 0, "another terminal goes on");
      now += wait("ana");
      await accounts.atTerminal.identify({ how: "pin", name: "ana", pin: "1004" }, "hall3");
      assert.ok(wait("ana", "hall3") > 0, "the fifth of ana");
      now += 60_000;
      assert.deepEqual(await pin("8246"), ANA);
      assert.equal(wait("ana"), 0);
    });

    it("have an hour between wrong PINs in the end, so that half of 10,000 take half a year", () => {
      const throttle = new Throttle(PINS);
      let [at, tries] = [0, 0];
      for (; at < 182 * 24 * 3_600_000; tries += 1) {
        throttle.failed("ana", "", at);
        at += throttle.waitMs("ana", "", at);
      }
      assert.ok(tries < 5_000, `${tries}`);
      assert.equal(throttle.waitMs("ana", "", at - 3_600_000), 3_600_000);
    });

    it("make a terminal wait after wrong badges, and a good badge forgives none", async () => {
      open({ badge: cheapHash("BADGE-00017") });
      for (let i = 0; i < 4; i += 1) await badge(`BADGE-1000${i}`);
      assert.deepEqual(await badge("BADGE-00017"), ANA);
      await badge("BADGE-10009");
      assert.ok(accounts.atTerminal.retryAfterMs({ how: "badge", badge: "" }, HALL) > 0);
      assert.equal(await badge("BADGE-00017"), null);
      assert.deepEqual(await badge("BADGE-00017", "hall3"), ANA);
    });
  });
});
