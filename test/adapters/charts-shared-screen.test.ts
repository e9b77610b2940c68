import assert from "node:assert/strict";
import type { Person, Token } from "../../core/govern/identity/index.ts";
import type { MeasureView } from "../../core/model/charting/index.ts";
import { SPC_MEASUREMENT } from "../../core/model/limits/index.ts";
import type { TerminalView } from "../../core/operate/terminal/index.ts";
import { ANNA, demoModel, oneAccount, startBoardSite, type TestSite } from "../support/board-site.ts";
import { FILLER, type TestChart, testChart } from "../support/chart-desk.ts";
import { terminalLedger } from "../support/terminal.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 10, 12);
const TORQUE = `${FILLER}.cap-torque`;
const HAND = { chart: "cap-torque", tag: "", size: 3, everyMs: 30 * MINUTE, graceMs: 10 * MINUTE, given: { centre: 50, sigma: 1.5 } };
const SCREEN: Person = { ...ANNA, roles: ["terminal"] };
const BEN: Person = { name: "ben", label: "Ben Healy", roles: ["operator"], scope: ["*"] };
const EVA: Person = { ...BEN, name: "eva", label: "Eva Doyle" };
const QUINN: Person = { ...BEN, name: "quinn", roles: ["quality"] };
const CORA: Person = { ...BEN, name: "cora", scope: ["acme.cork"] };
const VERA: Person = { ...BEN, name: "vera", roles: ["viewer"] };

const at = (rest = ""): string => `charts/${TORQUE}/measure${rest}`;

describe("measurements by hand at a shared screen", function () {
  this.timeout(20_000);
  let site: TestSite;
  let desk: TestChart;
  let cookie: string;
  let now: number;
  let waitMs: number;
  let people: Person[];
  let sent = 0;

  beforeEach(async () => {
    [now, waitMs, people] = [NOON + 5 * MINUTE, 0, [SCREEN, BEN, EVA, QUINN, CORA, VERA]];
    const model = await demoModel();
    desk = testChart(model, () => now, { request: HAND });
    const { ledger, ports } = desk;
    site = await startBoardSite({
      now: () => now,
      charts: desk.ports,
      terminal: { ...terminalLedger(model, () => now).ports, state: (said, by) => ports.state(said, by), ledger: () => ledger },
      identity: {
        ...oneAccount(SCREEN),
        find: async (name) => people.find((one) => one.name === name) ?? null,
        atTerminal: {
          identify: async (token: Token) =>
            token.how === "pin" && token.pin === "1234" ? (people.find(({ name }) => name === token.name) ?? null) : null,
          retryAfterMs: () => waitMs,
          withPin: async () => [BEN, CORA, VERA],
        },
      },
    });
    cookie = await site.signIn();
  });
  afterEach(() => site.stop());

  interface Said {
    readonly status: number;
    readonly code?: string;
  }
  async function post(path: string, body: object): Promise<Said> {
    const headers = { cookie, "content-type": "application/json" };
    const answer = await fetch(`${site.url}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json().catch(() => ({}))) as { code?: string }) };
  }
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${site.url}/${path}`, { headers: { cookie } })).json()) as T;
  const view = (rest = ""): Promise<MeasureView> => get(`${at(".json")}${rest}`);
  const pin = (name: string, said = "1234") => post(at("/identify"), { how: "pin", name, pin: said });
  const entry = (over: object = {}) => {
    sent += 1;
    return { action: "measure", id: `entry-${String(sent).padStart(4, "0")}`, made: now, values: [50, 51, 49], ...over };
  };
  const measure = (over: object = {}) => post(at(), entry(over));
  const stated = () =>
    desk.ledger.entries.flatMap(({ kind, author, data }) => (kind === SPC_MEASUREMENT ? [[author, data["terminal"]]] : []));
  const audit = () =>
    desk.ledger.entries.flatMap(({ kind, asset, author, data }) =>
      kind === "terminal.identification.v1" ? [[asset, author, data["outcome"], data["person"]]] : [],
    );

  it("are those of whoever has identified, with the screen beside; of nobody there are none", async () => {
    assert.deepEqual(await measure(), {
      status: 403,
      code: "IDENTIFY",
      message: "Nobody has identified at this terminal. Show your badge or enter your PIN.",
    });
    const { person, shared } = await view();
    assert.deepEqual([person.enters, person.since], [false, null]);
    assert.deepEqual(shared, { account: "anna", people: [{ name: "ben", label: "Ben Healy" }], releaseSeconds: 120 });
    assert.equal((await pin("ben")).status, 200);
    assert.deepEqual((await view()).person, { name: "ben", label: "Ben Healy", enters: true, since: now });
    assert.equal((await measure({ by: "ben" })).status, 200);
    assert.deepEqual(stated(), [["ben", "anna"]]);
    assert.deepEqual(
      (await view()).last.map(({ by, withdraws }) => [by, withdraws]),
      [["ben", true]],
    );
    assert.equal((await post(at("/release"), {})).status, 200);
    assert.equal((await measure()).code, "IDENTIFY");
    assert.deepEqual(
      (await view()).last.map(({ withdraws }) => withdraws),
      [false],
    );
    assert.deepEqual(audit(), [
      [FILLER, "anna", "identified", "ben"],
      [FILLER, "anna", "released", "ben"],
    ]);
  });

  it("are not those of the next: what one person made is taken from nobody else, and taken back by its author or quality", async () => {
    await pin("eva");
    const made = entry({ by: "eva", queued: true });
    await pin("ben");
    assert.equal((await post(at(), made)).code, "NOT_THE_AUTHOR");
    assert.deepEqual(stated(), []);
    await pin("eva");
    assert.equal((await post(at(), made)).status, 200);
    const back = { action: "withdraw", made: now, at: now, target: made.id, reason: "wrong cap" };
    await pin("ben");
    assert.equal((await post(at(), { ...back, id: "back-0001" })).status, 403);
    await pin("quinn");
    assert.equal((await post(at(), { ...back, id: "back-0002" })).status, 200);
    assert.deepEqual(stated(), [
      ["eva", "anna"],
      ["quinn", "anna"],
    ]);
    assert.equal((await view()).last[0]?.by, "eva");
  });

  it("need the role and the machine, and a wrong PIN makes wait and releases whoever was there; all of it is in the ledger", async () => {
    await pin("ben");
    assert.equal((await pin("ben", "9999")).code, "NOT_KNOWN");
    assert.equal((await view()).person.since, null);
    assert.deepEqual([(await pin("cora")).code, (await pin("vera")).code], ["UNFIT", "UNFIT"]);
    assert.deepEqual(
      audit().map(([, , outcome, person]) => [outcome, person]),
      [
        ["identified", "ben"],
        ["refused", "ben"],
        ["unfit", "cora"],
        ["unfit", "vera"],
      ],
    );
    waitMs = 5_000;
    assert.deepEqual([(await pin("ben")).status, (await measure()).code], [429, "IDENTIFY"]);
    assert.equal((await post(at("/identify"), { how: "pin", name: "ben", pin: "1234", role: "quality" })).status, 400);
    assert.doesNotMatch(JSON.stringify(desk.ledger.entries), /9999|1234/);
    waitMs = 0;
    await pin("ben");
    people = people.map((one) => (one.name === "ben" ? { ...BEN, roles: ["viewer"] } : one));
    assert.equal((await measure()).code, "IDENTIFY", "a role that was taken away counts at once");
  });

  it("end when nothing is touched for two minutes, and a touch brings nobody back", async () => {
    await pin("ben");
    now += 100_000;
    assert.equal((await view("?touched=2000")).person.name, "ben");
    now += 119_000;
    assert.equal((await view("?touched=119000")).person.since, null);
    assert.equal((await view("?touched=0")).person.since, null);
    assert.equal((await measure()).code, "IDENTIFY");
  });

  it("and the operator terminal know one person at a screen: identified and released on one page is so on the other", async () => {
    const terminal = `terminal/${FILLER}`;
    await pin("ben");
    assert.equal((await get<TerminalView>(`${terminal}/data.json`)).person.name, "ben");
    await post(`${terminal}/release`, {});
    assert.equal((await view()).person.since, null);
    await post(`${terminal}/identify`, { how: "pin", name: "eva", pin: "1234" });
    assert.equal((await measure()).status, 200);
    assert.deepEqual(stated(), [["eva", "anna"]]);
  });

  it("open nothing else: limits and signals stay with who signs in, and there is no other page below", async () => {
    await pin("quinn");
    await measure({ values: [60, 61, 62], confirmed: true });
    const signal = (await view()).chart.signals[0] ?? assert.fail("no signal");
    const close = { action: "close", signal: signal.start, part: signal.part, cause: "valve 7", done: "seal changed" };
    assert.equal((await post(`charts/${TORQUE}`, { ...close, id: "deed-0001", made: now })).status, 403);
    assert.equal((await post(at("/other"), {})).status, 405);
    assert.equal((await post(at("/identify/more"), {})).status, 405);
    assert.equal((await post(`charts/${FILLER}.none/measure/identify`, { how: "badge", badge: "BADGE-00017" })).status, 404);
  });
});
