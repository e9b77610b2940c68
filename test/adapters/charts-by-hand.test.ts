import assert from "node:assert/strict";
import type { Person } from "../../core/govern/identity/index.ts";
import type { ChartListView, ChartView, MeasureView, StudyView } from "../../core/model/charting/index.ts";
import { SPC_MEASUREMENT } from "../../core/model/limits/index.ts";
import { ANNA, demoModel, oneAccount, startBoardSite, type TestSite } from "../support/board-site.ts";
import { answered, FILLER, type TestChart, testChart } from "../support/chart-desk.ts";

const MINUTE = 60_000;
/** A Tuesday of March in Dublin: the early shift runs from 06:00 to 14:00, with a break at 10:00. */
const NOON = Date.UTC(2026, 2, 10, 12);
const TORQUE = `${FILLER}.cap-torque`;
const HAND = {
  chart: "cap-torque",
  tag: "",
  kinds: ["xbar", "r"] as const,
  size: 3,
  everyMs: 30 * MINUTE,
  graceMs: 10 * MINUTE,
  unit: "N.cm",
  byProduct: false,
  given: { centre: 50, sigma: 1.5 },
};

describe("measurements by hand over HTTP", function () {
  this.timeout(20_000);
  let site: TestSite;
  let desk: TestChart;
  let cookie: string;
  let person: Person;
  let now: number;
  let sent = 0;

  beforeEach(async () => {
    await site?.stop();
    now = NOON + 5 * MINUTE;
    person = ANNA;
    desk = testChart(await demoModel(), () => now, { request: HAND });
    const identity = { ...oneAccount(), find: async () => person };
    site = await startBoardSite({ now: () => now, identity, charts: desk.ports });
    cookie = await site.signIn();
  });
  after(() => site?.stop());

  interface Said {
    readonly code?: string;
    readonly message?: string;
    readonly at?: number;
    readonly doubts?: unknown;
  }
  async function post(body: object, headers: Record<string, string> = {}): Promise<{ status: number; body: Said }> {
    const answer = await fetch(`${site.url}/charts/${TORQUE}/measure`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Said };
  }
  const get = async <T>(rest: string): Promise<T> =>
    (await (await fetch(`${site.url}/charts${rest}`, { headers: { cookie } })).json()) as T;
  const view = (): Promise<MeasureView> => get(`/${TORQUE}/measure.json`);
  const id = (): string => `entry-${String((sent += 1)).padStart(4, "0")}`;
  const measure = (values: readonly number[], over: object = {}) => post({ action: "measure", id: id(), made: now, values, ...over });

  it("are due by the plan, shown in the list and on the page of the chart, and answered by what is entered", async () => {
    const [listed] = (await get<ChartListView>("/data.json")).charts;
    assert.deepEqual([listed?.byHand, listed?.unit], [{ state: "due", at: NOON, missed: 11 }, "N.cm"]);
    const before = await view();
    assert.deepEqual(
      [before.entry, before.plan?.graceMs, before.round?.open?.due, before.round?.next, before.units, before.person.enters],
      [{ of: "values", size: 3, part: false }, 10 * MINUTE, NOON, NOON + 30 * MINUTE, ["N.cm", "N·cm"], true],
    );
    assert.equal((await measure([50.2, 49.8, 51], { instrument: "torque tester 2" })).status, 200);
    const { round, last, chart } = await view();
    assert.deepEqual([round?.open, round?.shifts[0]?.due.find(({ due }) => due === NOON)?.state], [null, "taken"]);
    assert.deepEqual(
      last.map(({ at, by, values, due, instrument, withdraws }) => [at, by, values, due, instrument, withdraws]),
      [[now, "anna", [50.2, 49.8, 51], NOON, "torque tester 2", true]],
    );
    assert.deepEqual(
      chart.points.level.map(({ at, value, centre, version }) => [at, Number(value.toFixed(6)), centre, version]),
      [[now, 50.333333, 50, 0]],
    );
    now += MINUTE;
    await measure([50, 50, 50]);
    assert.equal((await view()).last[0]?.due, null, "besides the plan");
  });

  it("sent twice are one, and two of one millisecond are two; each stands in the ledger by its author", async () => {
    const one = { id: id(), made: now };
    const [first, again] = [await measure([50, 50, 50], one), await measure([50, 50, 50], one)];
    assert.deepEqual([first.body.at, again.body.at], [now, now]);
    assert.equal((await measure([51, 51, 51])).body.at, now + 1);
    const stated = desk.ledger.entries.filter(({ kind }) => kind === SPC_MEASUREMENT);
    assert.deepEqual(
      stated.map(({ author, start, revision }) => [author, start - now, revision]),
      [
        ["anna", 0, 1],
        ["anna", 1, 1],
      ],
    );
  });

  it("are of the size of the plan, of now, by who has the role, and nothing else", async () => {
    const wrong = await measure([50, 50]);
    assert.deepEqual([wrong.status, wrong.body.message], [422, "The subgroup has 2 usable values; the chart takes 3."]);
    assert.equal((await measure([50, 50, 50], { count: 1 })).status, 422);
    assert.equal((await measure([50, 50, 50], { extra: 1 })).status, 400);
    assert.equal(
      (await post(JSON.parse(`{"action":"measure","id":"entry-9999","made":${now},"__proto__":{"values":[1]}}`) as object)).status,
      400,
    );
    assert.equal((await measure([50, 50, 50], { made: now + 6 * MINUTE })).body.code, "FUTURE");
    assert.equal((await measure([50, 50, 50], { made: now - 6 * MINUTE })).body.code, "TOO_OLD");
    assert.equal((await measure([50, 50, 50], { by: "ben" })).body.code, "NOT_THE_AUTHOR");
    person = { ...ANNA, roles: ["viewer"] };
    assert.equal((await measure([50, 50, 50])).status, 403);
    assert.equal((await view()).person.enters, false);
    assert.equal((await post({ action: "measure" }, { "content-type": "text/plain" })).status, 415);
    const url = `${site.url}/charts/${TORQUE}/measure`;
    assert.equal((await fetch(url, { method: "POST", headers: { cookie, origin: "http://other.example" } })).status, 403);
    assert.equal((await fetch(url, { method: "POST" })).status, 401);
    const asked = await fetch(url, { redirect: "manual" });
    assert.equal(asked.headers.get("location"), `/boards/login?to=${encodeURIComponent(`/charts/${TORQUE}/measure`)}`);
    assert.equal(desk.ledger.entries.length, 0);
  });

  it("of a time when the server was away keep that time, and say so", async () => {
    now += 120 * MINUTE;
    cookie = await site.signIn();
    assert.equal((await measure([50, 50, 50], { made: NOON + 5 * MINUTE, queued: true })).status, 200);
    const { last, round } = await view();
    assert.deepEqual([last[0]?.queued, last[0]?.at, last[0]?.due], [true, NOON + 5 * MINUTE, NOON]);
    assert.equal(round?.shifts[1]?.due.find(({ due }) => due === NOON)?.state, "taken");
    assert.equal((await measure([50, 50, 50], { made: now - 8 * 24 * 60 * MINUTE, queued: true })).body.code, "TOO_OLD");
  });

  it("that were probably mistyped are asked for, and recorded once somebody says that they are right", async () => {
    const mistyped = { id: id(), made: now };
    const asked = await measure([50.1, 502, 49.9], mistyped);
    assert.deepEqual([asked.status, asked.body.code, asked.body.doubts], [409, "DOUBTFUL", [{ index: 1, value: 502, meant: 50.2 }]]);
    assert.equal(desk.ledger.entries.length, 0);
    assert.equal((await measure([50.1, 502, 49.9], { ...mistyped, confirmed: true })).status, 200);
    assert.equal(desk.ledger.entries.find(({ kind }) => kind === SPC_MEASUREMENT)?.data["confirmed"], true);
    const { chart } = await view();
    assert.ok(chart.lasting && chart.signals[0]?.reactionPlan === "Check filling valve 7, then call quality");
  });

  it("are taken back with a reason by their author, a supervisor or quality: shown as such, due again, and in no baseline", async () => {
    const at: number[] = [];
    for (const [i, value] of [50, 51, 49, 50.5, 49.5].entries()) {
      now = NOON + (5 + i) * MINUTE;
      at.push((await measure([value, value + 0.5, value - 0.5])).body.at ?? 0);
    }
    const target = (await view()).last.at(-1)?.id;
    const back = { action: "withdraw", id: id(), made: now, at: at[0], target, reason: "wrong cap" };
    person = { ...ANNA, name: "ben", roles: ["operator"] };
    assert.match((await post(back)).body.message ?? "", /by who made it, or by somebody with the role supervisor or quality/);
    person = { ...person, roles: ["operator", "supervisor"] };
    assert.equal((await post({ ...back, reason: " " })).status, 400);
    assert.equal((await post({ ...back, target: "entry-none" })).body.code, "NO_MEASUREMENT");
    assert.equal((await post(back)).status, 200);
    assert.equal((await post({ ...back, id: id() })).status, 200, "taken back twice is taken back");
    assert.equal(desk.ledger.entries.filter(({ start }) => start === at[0]).length, 2);
    const { last, round } = await view();
    assert.deepEqual(
      [last.at(-1)?.withdrawn, last.at(-1)?.by, last.at(-1)?.withdraws],
      [{ by: "ben", reason: "wrong cap" }, "anna", false],
    );
    assert.equal(round?.open?.due, NOON, "nobody else measured for it");
    const shown = await get<ChartView>(`/${TORQUE}/data.json?hours=2`);
    assert.deepEqual([shown.withdrawn.map((one) => one.at), shown.points.level.length], [[at[0]], 5], "what was judged stays, marked");
    person = { ...ANNA, roles: ["engineer"] };
    const study = await answered(() =>
      fetch(`${site.url}/charts/${TORQUE}`, {
        method: "POST",
        headers: { cookie, "content-type": "application/json" },
        body: JSON.stringify({ action: "study", from: NOON, to: now + 1, scope: {}, exclusions: [] }),
      }),
    );
    const { subgroups, level } = (await study.json()) as StudyView;
    assert.deepEqual([subgroups, level.centre], [4, 50]);
  });

  it("count for limits of the product that was made then", async () => {
    desk = testChart(await demoModel(), () => now, { request: { ...HAND, byProduct: true } });
    await site.stop();
    site = await startBoardSite({ now: () => now, identity: { ...oneAccount(), find: async () => person }, charts: desk.ports });
    cookie = await site.signIn();
    await desk.fill(60 * MINUTE, 60 * MINUTE);
    for (const value of [50, 51, 49, 50]) {
      now += MINUTE;
      await measure([value, value + 1, value - 1]);
    }
    person = { ...ANNA, roles: ["engineer"] };
    const studied = async (product: string): Promise<unknown> => {
      const body = { action: "study", from: NOON, to: now + 1, scope: { product }, exclusions: [] };
      const headers = { cookie, "content-type": "application/json" };
      const answer = await answered(() => fetch(`${site.url}/charts/${TORQUE}`, { method: "POST", headers, body: JSON.stringify(body) }));
      return ((await answer.json()) as StudyView).subgroups;
    };
    assert.deepEqual([await studied("still-500"), await studied("lemon-330")], [4, undefined]);
  });

  it("are seen as they were measured while no limits judge them", async () => {
    desk = testChart(await demoModel(), () => now, { request: { ...HAND, given: null } });
    await site.stop();
    site = await startBoardSite({ now: () => now, identity: { ...oneAccount(), find: async () => person }, charts: desk.ports });
    cookie = await site.signIn();
    await measure([10, 11, 12]);
    const { chart } = await view();
    assert.deepEqual([chart.version, chart.points.level.map(({ value, centre }) => [value, centre])], [null, [[11, null]]]);
  });
});
