import assert from "node:assert/strict";
import { type Author, notTheAuthor, readToken } from "../../../core/govern/identity/index.ts";

const BEN: Author = { person: { name: "ben", label: "Ben Healy", roles: ["operator"], scope: ["*"] }, terminal: "hall2" };

describe("an entry at a screen", () => {
  it("is taken from its author, also where it does not say whose it is, and from nobody else", () => {
    assert.equal(notTheAuthor(BEN, undefined), undefined);
    assert.equal(notTheAuthor(BEN, "ben"), undefined);
    for (const other of ["eva", "", "Ben", "hall2"]) assert.equal(notTheAuthor(BEN, other)?.code, "NOT_THE_AUTHOR");
    assert.ok((notTheAuthor(BEN, "x".repeat(5_000))?.message.length ?? 0) < 200);
  });

  it("is made after a badge, or a name with a PIN, and nothing else", () => {
    assert.ok(!("status" in readToken({ how: "badge", badge: "BADGE-00017" })));
    for (const body of [null, {}, { how: "badge" }, { how: "pin", pin: "1234" }, { how: "badge", badge: "x".repeat(65) }])
      assert.equal("status" in readToken(body) && (readToken(body) as { status: number }).status, 400);
    const hostile: unknown = JSON.parse('{"how":"badge","__proto__":{"badge":"BADGE-00017"}}');
    assert.ok("status" in readToken(hostile));
  });
});
