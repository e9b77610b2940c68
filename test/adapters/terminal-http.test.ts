import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { TerminalPorts } from "../../adapters/terminal/index.ts";
import type { Person, Token } from "../../core/govern/identity/index.ts";
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
  const audit = () =>
    desk.ledger.entries.flatMap(({ kind, author, data }) =>
      kind === "terminal.identification.v1" ? [[author, data["outcome"], data["person"]]] : [],
    );
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

  it("takes nothing about a shift that was signed, before it is opened again", async () => {
    const part = (await view()).queue.at(1) ?? assert.fail();
    const line = FILLER.slice(0, FILLER.lastIndexOf("."));
    const period = { asset: line, start: NOON - 300 * MINUTE, end: NOON - 90 * MINUTE };
    const by = { author: "carla", reason: "signed" };
    await desk.ledger.record([{ ...period, kind: "period.closed.v1", data: { report_revision: 1, made: NOON } }], by, NOON);
    assert.deepEqual(
      (await view()).queue.map(({ start }) => (NOON - start) / MINUTE),
      [8],
      "nor does it wait for a reason",
    );
    const entry = { ...about(part), action: "assign", reason: "jam" };
    await desk.stood(310, 295);
    const early = { stop: NOON - 310 * MINUTE, from: NOON - 310 * MINUTE, to: null };
    const short = { ...entry, ...early, id: "short-001", seen_end: early.stop + 1 };
    assert.equal((await post(short)).status, 409, "it reaches into the shift, whatever end it says it saw");
    const refused = await post(entry);
    assert.equal(refused.status, 409);
    const { code, message } = (await refused.json()) as { code: string; message: string };
    assert.equal(code, "PERIOD_CLOSED");
    assert.match(message, /^The shift from Tue 07:47 to Tue 11:17 was signed by carla and is closed\./);
    assert.equal((await post({ id: "count-0009", made: NOON - 91 * MINUTE, action: "count", good: 1, scrap: 0 })).status, 409);
    assert.equal((await post({ ...about(await first()), action: "assign", reason: "jam" })).status, 200);
    await desk.ledger.record([{ ...period, kind: "period.reopened.v1", data: { reason: "wrong", made: NOON } }], by, NOON);
    assert.equal((await post(entry)).status, 200);
  });

  it("takes back nothing in a signed shift under a stop of an open one, though it has the same id", async () => {
    const [open, signed] = (await view()).queue;
    assert.ok(open !== undefined && signed !== undefined);
    const entry = { ...about(signed), action: "assign", reason: "jam" };
    assert.equal((await post(entry)).status, 200);
    const period = { asset: FILLER.slice(0, FILLER.lastIndexOf(".")), start: NOON - 300 * MINUTE, end: NOON - 90 * MINUTE };
    const by = { author: "carla", reason: "signed" };
    await desk.ledger.record([{ ...period, kind: "period.closed.v1", data: { report_revision: 1, made: NOON } }], by, NOON);
    const back = { made: NOON, stop: open.stop, seen_end: open.stop_end, action: "revert", target: entry.id };
    const refused = await post({ ...back, id: "back-0009" });
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [409, "UNKNOWN_ENTRY"]);
    assert.equal((await post({ ...about(open), id: entry.id, action: "assign", reason: "jam" })).status, 200);
    assert.equal((await post({ ...back, id: "back-0010" })).status, 200);
    const { stops } = await heldEffective(desk.ledger, FILLER, NOON - 180 * MINUTE, NOON);
    const reasons = [signed, open].map(({ stop }) => stops.find((one) => one.stop.start === stop)?.parts[0]?.reason);
    assert.deepEqual(reasons, ["jam", null]);
  });

  it("takes an entry from nobody but its author, and sends no name of its own into the ledger", async () => {
    const entry = { ...about(await first()), action: "assign", reason: "jam" };
    const refused = await post({ ...entry, by: "ben" });
    assert.equal(refused.status, 409);
    assert.equal(((await refused.json()) as { code: string }).code, "NOT_THE_AUTHOR");
    assert.equal((await post({ ...entry, by: "anna" })).status, 200);
    assert.equal(desk.ledger.entries.at(-1)?.data["by"], undefined);
  });

  it("offers a reason only for stops that begin while it holds", async () => {
    const model = await demoModel();
    const jam = model.reasons.get("jam") ?? assert.fail();
    const ended = { ...model, reasons: new Map([...model.reasons, ["jam", { ...jam, until: NOON - 30 * MINUTE }]]) };
    const later = await startBoardSite({ now: () => NOON, terminal: { ...desk.ports, model: () => ended } });
    try {
      const headers = { cookie: await later.signIn(), "content-type": "application/json" };
      const answers: number[] = [];
      for (const part of (await view()).queue) {
        const body = JSON.stringify({ ...about(part), action: "assign", reason: "jam" });
        answers.push((await fetch(`${later.url}/terminal/${FILLER}`, { method: "POST", headers, body })).status);
      }
      assert.deepEqual(answers, [409, 200]);
    } finally {
      await later.stop();
    }
  });

  describe("that is shared", () => {
    const BEN: Person = { name: "ben", label: "Ben Healy", roles: ["supervisor"], scope: ["*"] };
    const CORK: Person = { ...BEN, name: "cora", scope: ["acme.cork"] };
    let now = NOON;
    let waitMs = 0;
    let people: Person[];
    let hall: TestSite;
    let session: string;
    const send = (rest: string, body: unknown) =>
      fetch(`${hall.url}/terminal/${FILLER}${rest}`, {
        method: "POST",
        headers: { cookie: session, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const seen = async (rest = ""): Promise<TerminalView> =>
      (await (await fetch(`${hall.url}/terminal/${FILLER}/data.json${rest}`, { headers: { cookie: session } })).json()) as TerminalView;
    const pin = (name: string, said = "1234") => send("/identify", { how: "pin", name, pin: said });

    beforeEach(async () => {
      now = NOON;
      waitMs = 0;
      const screen: Person = { ...ANNA, roles: ["terminal"] };
      people = [screen, BEN, CORK];
      hall = await startBoardSite({
        now: () => now,
        terminal: { ...desk.ports, now: () => now },
        identity: {
          ...oneAccount(screen),
          find: async (name) => people.find((one) => one.name === name) ?? null,
          atTerminal: {
            identify: async (token: Token) =>
              token.how === "pin" && token.pin === "1234" ? (people.find(({ name }) => name === token.name) ?? null) : null,
            retryAfterMs: () => waitMs,
            withPin: async () => [BEN, CORK],
          },
        },
      });
      session = await hall.signIn();
    });
    afterEach(() => hall.stop());

    it("takes entries from whoever has identified, with that person as author and the terminal beside", async () => {
      const entry = { ...about(await first()), action: "assign", reason: "jam" };
      assert.equal((await send("", entry)).status, 403, "nobody has identified");
      const { person: nobody, shared } = await seen();
      assert.deepEqual([nobody.enters, nobody.since], [false, null]);
      assert.deepEqual(shared, { account: "anna", people: [{ name: "ben", label: "Ben Healy" }], releaseSeconds: 120 });
      assert.equal((await pin("ben")).status, 200);
      assert.deepEqual((await seen()).person, { name: "ben", label: "Ben Healy", enters: true, decides: true, since: NOON });
      assert.equal((await send("", entry)).status, 200);
      const said = desk.ledger.entries.at(-1);
      assert.deepEqual([said?.author, said?.data["terminal"]], ["ben", "anna"]);
      assert.deepEqual(
        (await seen()).entries.map(({ author, terminal }) => [author, terminal]),
        [["ben", "anna"]],
      );
      assert.equal((await send("/release", {})).status, 200);
      assert.equal((await send("", { ...entry, id: "entry-9999" })).status, 403);
      assert.deepEqual(audit(), [
        ["anna", "identified", "ben"],
        ["anna", "released", "ben"],
      ]);
    });

    it("refuses a wrong PIN, whoever does not cover the machine, and everybody while it has to wait; all of it is in the ledger", async () => {
      assert.equal((await pin("ben")).status, 200);
      assert.equal((await pin("ben", "9999")).status, 403);
      assert.equal((await seen()).person.since, null, "a wrong one releases whoever was there");
      assert.equal((await pin("cora")).status, 403);
      assert.equal((await pin("nobody", "9999")).status, 403);
      assert.deepEqual(audit().slice(1), [
        ["anna", "refused", "ben"],
        ["anna", "unfit", "cora"],
        ["anna", "refused", null],
      ]);
      waitMs = 5_000;
      assert.equal((await pin("ben")).status, 429);
      assert.doesNotMatch(JSON.stringify(desk.ledger.entries), /9999|1234/);
    });

    it("releases when nothing is touched for two minutes, and keeps whoever touches", async () => {
      await pin("ben");
      now += 100_000;
      assert.equal((await seen("?touched=2000")).person.name, "ben");
      now += 119_000;
      assert.equal((await seen("?touched=119000")).person.since, null, "touched 121 s ago");
      assert.equal((await seen("?touched=0")).person.since, null, "a touch brings nobody back");
    });

    it("forgets who identified at once when their account is removed, and keeps terminals apart", async () => {
      await pin("ben");
      const other = session;
      session = await hall.signIn();
      assert.equal((await seen()).person.since, null);
      session = other;
      assert.equal((await seen()).person.name, "ben");
      people = people.filter(({ name }) => name !== "ben");
      assert.equal((await seen()).person.enters, false);
      assert.equal((await send("", { ...about(await first()), action: "assign", reason: "jam" })).status, 403);
    });

    it("identifies nobody at a terminal of one's own, and nobody while the ledger does not take it", async () => {
      const own = await fetch(url("/identify"), {
        method: "POST",
        headers: { cookie, "content-type": "application/json" },
        body: JSON.stringify({ how: "pin", name: "ben", pin: "1234" }),
      });
      assert.equal(own.status, 409);
      const ports: TerminalPorts = {
        ...desk.ports,
        state: async () => ({ entries: [], rejects: [{ code: "INTERNAL", input: null, message: "The disk is full." }] }),
      };
      const full = await startBoardSite({
        now: () => now,
        terminal: ports,
        identity: { ...oneAccount(people[0]), atTerminal: { identify: async () => BEN, retryAfterMs: () => 0, withPin: async () => [] } },
      });
      try {
        const headers = { cookie: await full.signIn(), "content-type": "application/json" };
        const body = JSON.stringify({ how: "badge", badge: "BADGE-00017" });
        const at = `${full.url}/terminal/${FILLER}`;
        assert.equal((await fetch(`${at}/identify`, { method: "POST", headers, body })).status, 500);
        assert.equal(((await (await fetch(`${at}/data.json`, { headers })).json()) as TerminalView).person.since, null);
      } finally {
        await full.stop();
      }
    });
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
