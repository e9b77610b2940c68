import assert from "node:assert/strict";
import type { Person } from "../../core/govern/identity/index.ts";
import { type AlarmHistory, type AlarmListView, mayShelve } from "../../core/operate/alarm/index.ts";
import { type AlarmDesk, alarmDesk } from "../support/alarm-desk.ts";
import { ANNA, demoModel, oneAccount, startBoardSite, type TestSite } from "../support/board-site.ts";

const NOON = Date.UTC(2026, 2, 10, 12, 47);
const LABELS = "acme.galway.bottling.line01.labeller01.labels_low";

const thrice = (...figures: number[]): number[][] => [figures, figures, figures];

describe("alarm list over HTTP", function () {
  this.timeout(20_000);
  let site: TestSite;
  let desk: AlarmDesk;
  let cookie: string;
  let person: Person;
  let sent = 0;
  let now = NOON;
  const post = (body: unknown, headers: Record<string, string> = {}, path = LABELS) =>
    fetch(`${site.url}/alarms/${path}`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const get = (what: string) => fetch(`${site.url}/alarms/${what}`, { headers: { cookie }, redirect: "manual" });
  const view = async (): Promise<AlarmListView> => (await (await get("data.json")).json()) as AlarmListView;
  const acknowledge = async (over: object = {}) => {
    sent += 1;
    const occurrence = (await view()).open.find(({ path }) => path === LABELS)?.start ?? 0;
    return { id: `response-${sent}`, made: NOON, action: "acknowledge", occurrence, ...over };
  };
  const responses = () => desk.ledger.entries.filter(({ kind }) => kind === "alarm.response.v1");

  beforeEach(async () => {
    now = NOON;
    desk = alarmDesk(await demoModel(), () => now);
    person = ANNA;
    site = await startBoardSite({ now: () => NOON, identity: { ...oneAccount(), find: async () => person }, alarms: desk.ports });
    cookie = await site.signIn();
    await desk.value("labels_low", 31, 12);
    await desk.value("bowl_pressure_H", 5, 12);
  });
  afterEach(() => site.stop());

  it("records who acknowledged, once, however often it is sent", async () => {
    const body = await acknowledge({ comment: "reel is coming" });
    const [first, second] = [await post(body), await post(body)];
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.deepEqual(await second.json(), await first.json());
    assert.deepEqual(
      responses().map(({ author, reason, asset }) => [author, reason, asset]),
      [["anna", "reel is coming", LABELS]],
    );
    const shown = (await view()).open.find(({ path }) => path === LABELS);
    assert.deepEqual([shown?.state, shown?.acknowledged?.by, shown?.label], ["acknowledged", "anna", "Labeller"]);
  });

  it("keeps two responses of one millisecond apart", async () => {
    await post(await acknowledge());
    await post(await acknowledge({ action: "shelve", occurrence: undefined, until: NOON + 60_000, comment: "c" }));
    assert.deepEqual(
      responses().map(({ start, revision }) => [start - NOON, revision]),
      [
        [0, 1],
        [1, 1],
      ],
    );
  });

  it("acknowledges what was shown at once: each recorded by itself and by name, none that is critical, sent twice once", async () => {
    await desk.value("link", 4, 99);
    await desk.value("torque_L", 3, 12);
    const shown = (await view()).open.map(({ path, start }) => ({ path, occurrence: start }));
    const body = { id: "all-at-once", made: NOON, shown: [...shown, { path: LABELS, occurrence: 1 }] };
    const first = await post(body, {}, "");
    assert.deepEqual([first.status, await first.json()], [200, { acknowledged: 3, critical: 1, passed: 1 }]);
    assert.deepEqual(
      responses().map(({ author, reason, data }) => [author, reason, data["action"]]),
      Array.from({ length: 3 }, () => ["anna", "Alarm: acknowledge, one of 3 at once", "acknowledge"]),
    );
    const states = new Map((await view()).open.map(({ alarm, state }) => [alarm, state]));
    assert.deepEqual([states.get("link"), states.get("labels_low")], ["unacknowledged", "acknowledged"]);
    assert.deepEqual(await (await post(body, {}, "")).json(), { acknowledged: 0, critical: 1, passed: 4 });
    assert.equal(responses().length, 3);
  });

  it("acknowledges many only for who may, strictly, and within what their account covers", async () => {
    const [one] = (await view()).open.map(({ path, start }) => ({ path, occurrence: start }));
    const body = { id: "all-at-once", made: NOON, shown: [one] };
    assert.equal((await post({ ...body, shown: [] }, {}, "")).status, 400);
    assert.equal((await post({ ...body, action: "shelve" }, {}, "")).status, 400);
    assert.equal((await post({ ...body, shown: Array.from({ length: 301 }, () => one) }, {}, "")).status, 400);
    assert.equal((await post({ ...body, made: NOON - 7_200_000 }, {}, "")).status, 400);
    person = { ...ANNA, scope: ["acme.cork"] };
    assert.deepEqual(await (await post(body, {}, "")).json(), { acknowledged: 0, critical: 0, passed: 1 });
    person = { ...ANNA, roles: ["viewer"] };
    assert.equal((await post(body, {}, "")).status, 403);
    assert.equal(responses().length, 0);
  });

  it("gives the master alarm table of what is at work as CSV, to who covers it; the list shows what to do", async () => {
    const table = await get("alarms.csv");
    assert.match(table.headers.get("content-disposition") ?? "", /attachment; filename="alarms\.csv"/);
    const [heading = "", ...rows] = (await table.text()).trim().split("\n");
    assert.equal(heading.split(",").length, 24);
    const line = "acme.galway.bottling.line01";
    const weight = rows.find((row) => row.includes("fill_weight_HH")) ?? "";
    assert.match(
      weight,
      new RegExp(`^${line}\\.filler01,fill_weight_HH,high,${line}\\.filler01\\._raw\\.fill_weight_HH,10,g,0,,,0,0,high,`),
    );
    assert.match(weight, /"A valve sticks, or the scale has drifted",.*,10,,,true,,,plant model$/);
    assert.match(rows.find((row) => row.includes("labels_low")) ?? "", /,Line alarms$/);
    await desk.value("fill_weight_HH", 3, 12);
    const shown = (await view()).open.find(({ alarm }) => alarm === "fill_weight_HH");
    assert.deepEqual([shown?.rationale?.response, shown?.rationale?.respondWithinMs], ["Stop the filler; check valve and scale", 600_000]);
    person = { ...ANNA, scope: ["acme.cork"] };
    assert.equal((await (await get("alarms.csv")).text()).trim().split("\n").length, 1);
  });

  it("answers nobody who is not signed in, no form of another site, and nothing but JSON", async () => {
    const body = await acknowledge();
    assert.equal((await post(body, { cookie: "" })).status, 401);
    assert.equal((await post(body, { "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await post(body, { "content-type": "text/plain" })).status, 415);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post("x".repeat(10_000))).status, 400);
    assert.equal((await fetch(`${site.url}/alarms/data.json`)).status, 401);
    assert.equal((await fetch(`${site.url}/alarms`, { redirect: "manual" })).headers.get("location"), "/boards/login?to=%2Falarms");
    assert.equal(responses().length, 0);
  });

  it("shelves for as long as the plant lets an alarm be shelved", async () => {
    const shelve = async (path: string, minutes: number): Promise<unknown> => {
      const body = { id: `shelve-${path.length}-${minutes}`, made: NOON, action: "shelve", until: NOON + minutes * 60_000, comment: "c" };
      const answer = await post(body, {}, path);
      return [answer.status, ((await answer.json()) as { message?: string }).message];
    };
    assert.deepEqual(await shelve(LABELS, 480), [409, "The plant model lets this alarm be shelved for 60 min at a time."]);
    assert.deepEqual(await shelve(LABELS, 60), [200, undefined]);
    assert.deepEqual(
      await shelve("acme.galway.bottling.line01.filler01.bowl_pressure_H", 1_440),
      [200, undefined],
      "a day without a limit",
    );
    assert.match(mayShelve(NOON + 1, NOON, 0)?.message ?? "", /is not shelved/);
    assert.equal(responses().length, 2);
  });

  it("takes out of service until a planned end or without one, and lists what is out for longer than the site wants, the longest first", async () => {
    const day = 24 * 3_600_000;
    const weight = "acme.galway.bottling.line01.filler01.fill_weight_HH";
    await desk.value("fill_weight_HH", 3, 12);
    person = { ...ANNA, roles: ["engineer"] };
    const out = { made: NOON, action: "remove-from-service", comment: "permit 17" };
    assert.equal((await post({ ...out, id: "too-far-away", until: NOON + 400 * day })).status, 400);
    assert.equal((await post({ ...out, id: "with-an-end", until: NOON + 60 * day })).status, 200);
    now = NOON + 1_000;
    assert.equal((await post({ ...out, id: "without-end" }, {}, weight)).status, 200);
    const ends = new Map((await view()).inhibited.map(({ path, inhibited }) => [path, inhibited?.until]));
    assert.deepEqual([ends.get(LABELS), ends.get(weight)], [NOON + 60 * day, null]);
    const long = async (days: number): Promise<unknown> => {
      now = NOON + days * day;
      const { outOfService, labels } = (await (await get("history.json?hours=8")).json()) as AlarmHistory;
      return outOfService.map(({ alarm, since, until }) => [labels[alarm], since - NOON, until]);
    };
    assert.deepEqual(await long(30), []);
    assert.deepEqual(await long(31), [
      ["Labeller, labels_low", 0, NOON + 60 * day],
      ["Filler, fill_weight_HH", 1_000, null],
    ]);
    person = { ...ANNA, scope: ["acme.galway.bottling.line01.filler01"] };
    assert.deepEqual(await long(31), [["Filler, fill_weight_HH", 1_000, null]], "nobody sees what their account does not cover");
  });

  it("lets a viewer look and not respond, and shows nobody what their account does not cover", async () => {
    const body = await acknowledge();
    person = { ...ANNA, roles: ["viewer"] };
    assert.equal((await view()).person.responds, false);
    assert.equal((await post(body)).status, 403);
    person = { ...ANNA, scope: ["acme.galway.bottling.line01.filler01"] };
    assert.deepEqual(
      (await view()).open.map(({ alarm }) => alarm),
      ["bowl_pressure_H"],
    );
    assert.equal((await post(body)).status, 404);
    const history = (await (await get("history.json?hours=24")).json()) as AlarmHistory;
    assert.equal(history.performance.annunciated, 1);
    assert.deepEqual(history.defined, { critical: 0, high: 1, medium: 1, low: 0 }, "how urgent the plant says its alarms are");
    assert.equal(responses().length, 0);
  });

  it("asks the ledger once, however often the list is asked for, and shows at once what is recorded", async () => {
    const asked: unknown[] = [];
    const latest = desk.ledger.latest.bind(desk.ledger);
    desk.ledger.latest = (filter) => {
      asked.push(filter.kind);
      return latest(filter);
    };
    await Promise.all([view(), view()]);
    await desk.value("torque_L", 1, 12);
    await desk.value("bowl_pressure_H", 1, 5);
    const body = await acknowledge();
    asked.length = 0;
    assert.deepEqual(
      (await view()).open.map(({ alarm, state }) => [alarm, state]),
      [
        ["bowl_pressure_H", "rtn-unacknowledged"],
        ["torque_L", "unacknowledged"],
        ["labels_low", "unacknowledged"],
      ],
    );
    assert.deepEqual(asked, []);
    desk.running = false;
    await post(body);
    assert.deepEqual((await view()).open.at(-1)?.pending, { action: "acknowledge", by: "anna" });
    desk.running = true;
  });

  it("divides by the time since something was recorded, whatever time is asked for, and says from when the figures are", async () => {
    const figures = async (): Promise<unknown[]> =>
      Promise.all(
        [8, 24, 168].map(async (hours) => {
          const { from, performance } = (await (await get(`history.json?hours=${hours}`)).json()) as AlarmHistory;
          return [NOON - from, performance.averagePer10min];
        }),
      );
    const minutes = 60_000;
    assert.deepEqual(await figures(), thrice(31 * minutes, 2 / 3.1), "from the first alarm, where no sample is kept");
    desk.first = NOON - 50 * minutes;
    assert.deepEqual(await figures(), thrice(50 * minutes, 2 / 5));
    desk.first = NOON - 20 * 60 * minutes;
    assert.deepEqual(await figures(), [
      [480 * minutes, 2 / 48],
      [1_200 * minutes, 2 / 120],
      [1_200 * minutes, 2 / 120],
    ]);
    desk.ports.firstSample = () => Promise.reject(new Error("away"));
    assert.deepEqual(await figures(), thrice(31 * minutes, 2 / 3.1), "while the historian is away");
  });

  it("names the chart whose signal raised an alarm while it is at work, with the chart's unit, and the state that raised one", async () => {
    const filler = "acme.galway.bottling.line01.filler01";
    const stated = (alarm: string, source: string, value: number | string, tag: string | null = null) => {
      const entry = desk.ledger.entries.find(({ data }) => data["alarm"] === "bowl_pressure_H") ?? assert.fail();
      const data = { ...entry.data, asset: filler, alarm, source, value, tag, limit: null, unit: null };
      desk.ledger.entries.push({ ...entry, asset: `${filler}.${alarm}`, data });
    };
    stated("spc_weight", "condition", -8.39);
    stated("spc_other", "condition", 1);
    stated("spc_weight_spread", "high", 1);
    stated("constructor", "condition", 1);
    stated("aborted", "state", 9, `${filler}._filler_v1.state`);
    stated("jam", "state", 1, `${filler}._filler_v1.stop_reason`);
    stated("odd", "state", "constructor", `${filler}._filler_v1.stop_reason`);
    desk.charts.push({ asset: filler, path: `${filler}.weight`, unit: "g", alarms: ["spc_weight", "spc_weight_spread"] });
    const shown = new Map((await view()).open.map((one) => [one.alarm, one]));
    const said = (alarm: string): unknown[] => {
      const { chart, unit, meaning } = shown.get(alarm) ?? assert.fail(alarm);
      return [chart, unit, meaning];
    };
    assert.deepEqual(said("spc_weight"), [`${filler}.weight`, "g", null]);
    assert.deepEqual(said("spc_other"), [null, null, null], "a chart that is not at work has no page");
    assert.deepEqual(said("spc_weight_spread"), [null, null, null], "an alarm of that name that watches a tag");
    assert.deepEqual(said("constructor"), [null, null, null]);
    assert.deepEqual(said("aborted"), [null, null, "Aborted"]);
    assert.deepEqual(said("jam"), [null, null, "Jam"]);
    assert.deepEqual(said("odd"), [null, null, null]);
    const history = (await (await get("history.json?hours=8")).json()) as AlarmHistory;
    assert.equal(history.alarms.find(({ alarm }) => alarm === "aborted")?.meaning, "Aborted");
  });

  it("shows the newest of a history that is too long to read", async () => {
    const [one] = desk.ledger.entries.filter(({ asset }) => asset === LABELS);
    assert.ok(one);
    const { start } = one;
    for (let i = 1; i <= 20_000; i += 1) desk.ledger.entries.push({ ...one, start: start - i * 1_000, end: start - i * 1_000 });
    const { alarms, cut } = (await (await get("history.json?hours=8")).json()) as AlarmHistory;
    assert.deepEqual([alarms[0]?.alarm, alarms[1]?.start, alarms.length, cut], ["bowl_pressure_H", start, 200, true]);
  });

  it("knows no alarm that never was, and shows history of the times that are offered only", async () => {
    assert.equal((await post(await acknowledge(), {}, "acme.galway.bottling.line01.labeller01.nothing")).status, 404);
    assert.equal((await get("history.json?hours=1e9")).status, 400);
    assert.equal((await get("elsewhere")).status, 404);
    const history = (await (await get("history.json?hours=8")).json()) as AlarmHistory;
    assert.deepEqual(
      history.alarms.map(({ alarm }) => alarm),
      ["bowl_pressure_H", "labels_low"],
    );
    assert.deepEqual(site.faults, []);
  });
});
