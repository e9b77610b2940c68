/** `npm run account`: what it writes is what people sign in with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalAccounts } from "../../adapters/accounts/index.ts";
import { accountsFile } from "../../settings/profile.ts";

describe("the account command", function () {
  this.timeout(60_000);
  const userDir = mkdtempSync(path.join(tmpdir(), "twinline-account-"));
  after(() => rmSync(userDir, { recursive: true, force: true }));

  function account(args: readonly string[], input = ""): { status: number | null; said: string } {
    const script = path.resolve(import.meta.dirname, "../../scripts/account.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args, "--user-dir", userDir], { input, encoding: "utf8" });
    return { status, said: stdout + stderr };
  }

  it("adds a person who can then sign in, in a file that only its owner reads", async () => {
    const { status, said } = account(["add", "anna", "--roles", "engineer, viewer", "--scope", "acme.galway"], "a long password\n");
    assert.equal(status, 0, said);
    const person = await LocalAccounts.open(accountsFile(userDir)).authenticate("anna", "a long password");
    assert.deepEqual(person, { name: "anna", label: "anna", roles: ["engineer", "viewer"], scope: ["acme.galway"] });
    assert.equal(statSync(accountsFile(userDir)).mode & 0o077, 0);
    assert.doesNotMatch(said, /a long password/);
  });

  it("says what is wrong, and changes nothing", async () => {
    for (const [args, input, sentence] of [
      [["add", "bob", "--roles", "king"], "a long password\n", /"king" is none of viewer/],
      [["add", "bob"], "a long password\n", /--roles: name at least one/],
      [["add", "bob", "--roles", "viewer"], "short\n", /10 to 1024 characters/],
      [["add", "bob", "--roles", "viewer"], "", /standard input/],
      [["add", "Bob Smith", "--roles", "viewer"], "a long password\n", /not valid at \/name/],
      [["remove", "bob"], "", /no account "bob"/],
      [["add", "--password", "x"], "", /Unknown option '--password'/],
    ] as const) {
      const { status, said } = account(args, input);
      assert.equal(status, 2, said);
      assert.match(said, sentence);
      assert.doesNotMatch(said, /at .*\.ts:/);
    }
    assert.equal(await LocalAccounts.open(accountsFile(userDir)).find("bob"), null);
  });

  it("removes a person", async () => {
    assert.equal(account(["remove", "anna"]).status, 0);
    assert.equal(await LocalAccounts.open(accountsFile(userDir)).find("anna"), null);
  });
});
