import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { hardenedSettings } from "../../settings/profile.ts";

describe("the hardened profile", () => {
  const userDir = mkdtempSync(path.join(tmpdir(), "twinline-profile-"));
  after(() => rmSync(userDir, { recursive: true, force: true }));
  const site = {
    userDir,
    port: 1880,
    credentialSecret: "a secret of the test",
    identity: { configured: true, authenticate: async () => null, find: async () => null },
    adminAuth: {},
  };
  const audit = (): ((entry: unknown) => void) =>
    (hardenedSettings(site)["logging"] as { audit: { handler: () => (entry: unknown) => void } }).audit.handler();

  it("keeps an audit log, and catches up where it could not be written", () => {
    const { error } = console;
    const said: string[] = [];
    console.error = (text: string) => said.push(text);
    const append = audit();
    try {
      append({ event: "first" });
    } finally {
      console.error = error;
    }
    assert.match(said.join(), /audit log .* cannot be written/, "its folder is not there");
    mkdirSync(path.join(userDir, "twinline"));
    append({ event: "second" });
    assert.equal(readFileSync(path.join(userDir, "twinline", "editor-audit.jsonl"), "utf8"), '{"event":"first"}\n{"event":"second"}\n');
  });

  it("refuses to start without an account", () => {
    assert.throws(() => hardenedSettings({ ...site, identity: { ...site.identity, configured: false } }), /at least one account/);
  });
});
