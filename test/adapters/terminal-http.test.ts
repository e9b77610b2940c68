import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Person } from "../../core/govern/identity/index.ts";
import { heldEffective } from "../../core/operate/downtime/index.ts";
import type { TerminalView } from "../../core/operate/terminal/index.ts";
import { ANNA, demoModel, oneAccount, startBoardSite, type TestSite } from "../support/board-site.ts";
import { FILLER, type TerminalLedger, terminalLedger } from "../support/terminal.ts";

/** A Tuesday; the demo site's early shift has its break from 10:00 to 10:30. */
const NOON = Date.UTC(2026, 2, 10, 12, 47);
const MINUTE = 60_000;

describe("operator terminal over HTTP", function () {
  this.timeout(20_000);
  let site: TestSite;
  let desk: TerminalLedger;
  let cookie: string;
  let person: Person;
  let sent = 0;
  const url = (rest = ""): string => `${site.url}/terminal/${FILLER}${rest}`;
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(url(), {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const view = async (): Promise<TerminalView> => (await (await fetch(url("/data.json"), { headers: { cookie } })).json()) as TerminalView;
  const about = (part: { stop: number; stop_end: number | null; start: number; end: number | null }) => {
    sent += 1;
    const to = part.end === part.stop_end ? null : part.end;
    return { id: `entry-${String(sent).padStart(4, "0")}`, made: NOON, stop: part.stop, seen_end: part.stop_end, from: part.start, to };
  };
  const first = async () => (await view()).queue.at(0) ?? assert.fail("nothing waits");

  beforeEach(async () => {
    const model = await demoModel();
    desk = terminalLedger(model, () => NOON);
    person = ANNA;
    const identity = { ...oneAccount(), find: async () => person };
    site = await startBoardSite({ now: () => NOON, identity, terminal: desk.ports });
    cookie = await site.signIn();
    await desk.stood(120, 100);
    await desk.stood(60, 40, { bucket: "failure", state: "Aborted", text: "Drive fault", reason: "drive-fault" });
    await desk.stood(8, null, { bucket: "failure", state: "Aborted" });
  });
  afterEach(() => site.stop());

  it("shows the stops that wait for a reason, the latest first, and what the machine itself has named", async () => {
    const { queue, done, machine, reasons, station } = await view();
    assert.deepEqual(
      queue.map(({ start, end }) => [(NOON - start) / MINUTE, end === null ? null : (NOON - end) / MINUTE]),
      [
        [8, null],
        [120, 100],
      ],
    );
    assert.deepEqual(
      done.map(({ reason, by }) => [reason, by]),
      [["drive-fault", "automatic"]],
    );
    assert.deepEqual(machine, { state: "Aborted", bucket: "failure", since: NOON - 8 * MINUTE });
    assert.equal(station.label, "Filler");
    assert.ok(reasons.some(({ id }) => id === "fill-valve") && !reasons.some(({ id }) => id === "cap-feed"));
  });

  it("asks for no reason in a break, nor for a micro-stop", async () => {
    await desk.stood(160, 145); // 10:07 to 10:22
    await desk.stood(30, 29.9, { micro: true });
    const { queue, done } = await view();
    assert.equal(queue.length, 2);
    assert.equal(done.length, 3);
  });

  it("records a reason with its author and loss class, and takes it out of the queue", async () => {
    const part = await first();
    const answer = await post({ ...about(part), action: "assign", reason: "jam", comment: "at the star wheel" });
    assert.equal(answer.status, 200);
    const { queue, done, often } = await view();
    assert.equal(queue.length, 1);
    const { reason, bucket, author, comments } = done.at(0) ?? assert.fail();
    assert.deepEqual([reason, bucket, author, comments.at(0)?.text], ["jam", "failure", "anna", "at the star wheel"]);
    assert.deepEqual(often, ["jam"]);
    const entry = desk.ledger.entries.at(-1);
    assert.deepEqual([entry?.kind, entry?.asset, entry?.start, entry?.author], ["downtime.statement.v1", FILLER, part.stop, "anna"]);
  });

  it("splits, merges and takes back, and the ledger keeps all of it", async () => {
    const whole = (await view()).queue.at(1) ?? assert.fail();
    const { id, made, stop, seen_end } = about(whole);
    const middle = whole.start + 10 * MINUTE;
    assert.equal((await post({ id, made, stop, seen_end, action: "split", at: middle })).status, 200);
    assert.equal((await view()).queue.length, 3);
    const assign = { ...about(whole), from: middle, action: "assign", reason: "cleaning" };
    await post(assign);
    assert.equal((await view()).queue.length, 2);
    await post({ id: "back-0001", made, stop, seen_end, action: "revert", target: assign.id });
    assert.equal((await view()).queue.length, 3);
    await post({ id: "join-0001", made, stop, seen_end, action: "merge", from: whole.start, to: whole.end });
    assert.equal((await view()).queue.length, 2);
    assert.equal((await desk.ledger.revisions("downtime.statement.v1", FILLER, stop)).length, 4);
  });

  it("takes an entry that is sent twice once, also after others", async () => {
    const part = await first();
    const entry = { ...about(part), action: "assign", reason: "jam" };
    await post(entry);
    await post({ ...about(part), action: "assign", reason: "sensor" });
    const again = await post(entry);
    assert.equal(again.status, 200);
    assert.equal(((await again.json()) as { revision: number }).revision, 1);
    assert.equal((await view()).done.at(0)?.reason, "sensor");
  });

  it("records counts and orders by hand, and says that manual goes before MES and tag", async () => {
    const entry = { made: NOON - 1_000 };
    assert.equal((await post({ ...entry, id: "count-0001", action: "count", good: 12, scrap: 3 })).status, 200);
    assert.equal((await post({ ...entry, id: "count-0002", action: "count", good: 0, scrap: 2 })).status, 200);
    assert.equal((await post({ ...entry, id: "count-0001", action: "count", good: 12, scrap: 3 })).status, 200);
    assert.deepEqual((await view()).counted, { good: 12, scrap: 5, since: NOON - 24 * 60 * MINUTE });
    assert.equal((await post({ ...entry, id: "count-0003", action: "count", good: 0, scrap: 0 })).status, 400);
    assert.equal((await post({ ...entry, id: "order-0001", action: "start-order", order: "4711", product: "still-500" })).status, 200);
    assert.deepEqual((await view()).order, { order: "4711", product: "still-500", source: "manual", since: NOON - 1_000 });
    assert.deepEqual(desk.ledger.entries.at(-1)?.data["precedence"], ["manual", "mes", "tag"]);
    assert.equal((await post({ ...entry, id: "order-0002", action: "start-order", order: "1", product: "juice" })).status, 409);
    assert.equal((await post({ ...entry, made: NOON, id: "order-0003", action: "stop-order", order: "4711" })).status, 200);
    assert.equal((await view()).order.source, null);
  });

  it("keeps what was entered while the server was away, with the time at which it was made", async () => {
    const part = await first();
    await post({ ...about(part), made: NOON - 30 * MINUTE, queued: true, action: "assign", reason: "jam" });
    const { stops } = await heldEffective(desk.ledger, FILLER, NOON - 60 * MINUTE, NOON);
    assert.equal(stops.at(-1)?.parts[0]?.recorded, NOON);
    assert.deepEqual([desk.ledger.entries.at(-1)?.data["queued"], desk.ledger.entries.at(-1)?.data["made"]], [true, NOON - 30 * MINUTE]);
    assert.equal((await post({ ...about(part), made: NOON - 8 * 24 * 60 * MINUTE, action: "assign", reason: "jam" })).status, 400);
    assert.equal((await post({ ...about(part), made: NOON + 2 * MINUTE, action: "assign", reason: "jam" })).status, 400);
  });

  it("refuses whoever is not signed in, does not cover the machine, or may only look", async () => {
    const entry = { ...about(await first()), action: "assign", reason: "jam" };
    const before = desk.ledger.entries.length;
    assert.equal((await post(entry, { cookie: "" })).status, 401);
    assert.equal((await fetch(url("/data.json"))).status, 401);
    assert.equal(
      (await fetch(url(), { redirect: "manual" })).headers.get("location"),
      `/boards/login?to=${encodeURIComponent(`/terminal/${FILLER}`)}`,
    );
    person = { ...ANNA, roles: ["viewer"] };
    assert.equal((await post(entry)).status, 403);
    assert.equal((await view()).person.enters, false);
    person = { ...ANNA, scope: ["acme.galway.bottling.line02"] };
    assert.equal((await post(entry)).status, 404);
    assert.equal((await fetch(url(), { headers: { cookie } })).status, 404);
    assert.equal(desk.ledger.entries.length, before);
  });

  it("lets only those who decide give another loss class than the reason's", async () => {
    const override = { ...about(await first()), action: "override", reason: "jam", bucket: "plannedDown" };
    assert.equal((await post(override)).status, 403);
    person = { ...ANNA, roles: ["supervisor"] };
    assert.equal((await post(override)).status, 200);
    assert.equal((await view()).done.at(0)?.bucket, "plannedDown");
  });

  it("refuses everything while nobody can sign in", async () => {
    const closed = await startBoardSite({ now: () => NOON, identity: undefined, terminal: desk.ports });
    try {
      const at = `${closed.url}/terminal/${FILLER}`;
      assert.equal((await fetch(at)).status, 503);
      assert.equal((await fetch(at, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).status, 503);
    } finally {
      await closed.stop();
    }
  });

  it("takes nothing from another site, no form, nothing large and nothing that it does not know", async () => {
    const entry = { ...about(await first()), action: "assign", reason: "jam" };
    const before = desk.ledger.entries.length;
    assert.equal((await post(entry, { origin: "http://evil.example" })).status, 403);
    assert.equal((await post(entry, { "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await post(entry, { "content-type": "text/plain" })).status, 415);
    assert.equal((await post(entry, { "content-type": "application/x-www-form-urlencoded" })).status, 415);
    assert.equal((await post({ ...entry, comment: "x".repeat(501) })).status, 400);
    assert.equal((await post({ ...entry, comment: "x".repeat(9_000) })).status, 400);
    assert.equal((await post({ ...entry, bucket: "run" })).status, 400);
    assert.equal((await post({ ...entry, reason: "cap-feed" })).status, 409);
    assert.equal((await post({ ...entry, to: entry.from })).status, 400);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post(JSON.stringify(entry).replace("{", '{"__proto__":{"made":1},'))).status, 400);
    assert.equal(desk.ledger.entries.length, before);
  });

  it("answers any JSON with a sentence and records nothing of it", async () => {
    const before = desk.ledger.entries.length;
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), async (body) => {
        const answer = await post(body);
        assert.equal(answer.status, 400);
        assert.match(((await answer.json()) as { message: string }).message, /^[A-Z].*\.$/);
      }),
      { numRuns: 100 },
    );
    assert.equal(desk.ledger.entries.length, before);
  });
});
