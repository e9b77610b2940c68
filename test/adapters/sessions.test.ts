import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { LocalAccounts, Sessions } from "../../adapters/accounts/index.ts";
import { Throttle } from "../../adapters/accounts/throttle.ts";

describe("guessing passwords", () => {
  it("slows down the address that guesses, and keeps nobody out elsewhere", async function () {
    this.timeout(20_000);
    const dir = mkdtempSync(path.join(tmpdir(), "twinline-accounts-"));
    try {
      let now = 1_000_000;
      const accounts = LocalAccounts.open(path.join(dir, "accounts.json"), () => now);
      await accounts.put({ name: "anna", label: "Anna", roles: ["operator"], scope: ["*"] }, "correct horse battery");
      for (let i = 0; i < 5; i += 1) assert.equal(await accounts.authenticate("anna", "wrong wrong wrong", "10.0.0.9"), null);
      assert.equal(await accounts.authenticate("anna", "correct horse battery", "10.0.0.9"), null);
      assert.ok(accounts.retryAfterMs("anna", "10.0.0.9") > 0);
      assert.equal((await accounts.authenticate("anna", "correct horse battery", "10.0.0.7"))?.name, "anna");
      now += 1_001;
      assert.equal((await accounts.authenticate("anna", "correct horse battery", "10.0.0.9"))?.name, "anna");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it("never makes a pair of account and address wait longer than a minute", () => {
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
