import assert from "node:assert/strict";
import { ongoingCapability } from "../../adapters/charts/ongoing-capability.ts";
import { Readings } from "../../adapters/charts/readings.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { Person } from "../../core/govern/identity/index.ts";
import type {
  CapabilityAnswer,
  CapabilityView,
  ChartDefinition,
  ChartListView,
  ChartView,
  ReviewView,
  StudyView,
} from "../../core/model/charting/index.ts";
import { ANNA, demoModel, oneAccount, startBoardSite, type TestSite } from "../support/board-site.ts";
import { answered, FILL_WEIGHT, FILLER, fillWeek, type TestChart, testChart } from "../support/chart-desk.ts";

/** Of a capability that is stated. */
const ppk = ({ stated }: CapabilityView) => stated.indices.find(({ name }) => name === "Ppk");
const NOON = Date.UTC(2026, 2, 10, 12);
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

const baseline = (exclusions: { at: number; cause: string }[] = []) => ({ from: NOON - WEEK, to: NOON, scope: {}, exclusions });

/** Of single values of a tag. */
const definition = (tag: string): ChartDefinition => ({
  asset: FILLER,
  chart: "weight",
  kinds: ["i"],
  source: { from: "values", tag, subgrouping: { by: "count", size: 1, everyMs: 0 } },
  unit: null,
  circumstances: {},
  heartbeat: null,
  latenessMs: 0,
  spanMs: 0,
  given: null,
  reactionPlan: null,
});

describe("what is read for control charts", () => {
  const WINDOW = { from: NOON - HOUR, to: NOON };
  /** The mean of what was read, as the limits of a baseline have it. */
  const centre = async (readings: Readings, key: string, of = definition("a")): Promise<number> => {
    const asked = { key, question: "study", definition: of, window: WINDOW };
    for (;;) {
      const answer = await readings.ask(asked, (study) => study.study({ ...WINDOW, scope: {}, exclusions: [] }, {}));
      if ("found" in answer) return "level" in answer.found ? answer.found.level.centre : Number.NaN;
    }
  };
  const MEANS: Readonly<Record<string, number>> = { a: 10, b: 20 };

  it("is all read in the end, however many ask at once, and no more is begun than was asked for", async () => {
    let begun = 0;
    const readings = new Readings({
      ledger: () => ({}) as never,
      now: () => NOON,
      async *pieces([tag = ""]) {
        begun += 1;
        for (let piece = 0; piece < 4; piece += 1) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          yield Array.from(
            { length: 25 },
            (_, i): Sample => ({
              tag,
              value: (MEANS[tag] ?? 0) + (i % 2) - 0.5,
              quality: "Good",
              timestamp: WINDOW.from + (piece * 25 + i) * 1_000,
            }),
          );
        }
      },
    });
    const found = await Promise.all(Array.from({ length: 9 }, (_, i) => centre(readings, `chart ${i}`)));
    assert.deepEqual([begun, found.every((one) => Math.abs(one - 10) < 0.1)], [9, true]);
    assert.ok(Math.abs((await centre(readings, "chart 8", definition("b"))) - 20) < 0.1, "another tag under the same name is read anew");
    assert.equal(begun, 10);
    await centre(readings, "chart 8", definition("b"));
    assert.equal(begun, 10, "and kept for the next question");
    readings.close();
  });
});

describe("control charts over HTTP", function () {
  this.timeout(20_000);
  let site: TestSite;
  let desk: TestChart;
  let cookie: string;
  let person: Person;
  let now: number;
  let sent = 0;

  async function start(options: Parameters<typeof testChart>[2] = {}): Promise<void> {
    await site?.stop();
    now = NOON;
    person = { ...ANNA, roles: ["engineer", "quality"] };
    desk = testChart(await demoModel(), () => now, options);
    await fillWeek(desk);
    site = await startBoardSite({ now: () => now, identity: { ...oneAccount(), find: async () => person }, charts: desk.ports });
    cookie = await site.signIn();
  }
  beforeEach(() => start());
  after(() => site?.stop());

  /** As the page does: asks again while the answer is being read and computed. */
  const post = <T = { message: string }>(body: object, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> =>
    answered(() => once<T>(body, headers));
  async function once<T = { message: string }>(body: object, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
    const answer = await fetch(`${site.url}/charts/${FILL_WEIGHT}`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }
  const get = async <T>(rest: string): Promise<T> =>
    (await (await fetch(`${site.url}/charts${rest}`, { headers: { cookie } })).json()) as T;
  const list = (): Promise<ChartListView> => get("/data.json");
  const view = (hours = 168): Promise<ChartView> => get(`/${FILL_WEIGHT}/data.json?hours=${hours}`);
  async function later(ms: number): Promise<void> {
    now += ms;
    cookie = await site.signIn();
  }
  const id = () => `deed-${String((sent += 1)).padStart(4, "0")}`;

  /** The week without the hour that had a cause. */
  async function proposed(): Promise<StudyView> {
    const { body: first } = await post<StudyView>({ action: "study", ...baseline() });
    const left = baseline(first.signals.map(({ at }) => ({ at, cause: "valve 7 leaked" })));
    const { body } = await post<StudyView>({ action: "study", ...left });
    await post({ action: "propose", ...left, comment: "a week after the service" });
    return body;
  }
  async function approved(): Promise<void> {
    await proposed();
    await post({ action: "review", version: 1 });
    assert.equal((await post({ action: "approve", version: 1, comment: "in control", effective_from: null })).status, 200);
  }

  it("lists the charts at work that an account covers, and how far one without limits has collected", async () => {
    const { charts } = await list();
    assert.deepEqual(
      charts.map(({ path, label, kinds, version, collected, open }) => [path, label, kinds, version, collected, open]),
      [[FILL_WEIGHT, "Filler", ["xbar", "r"], null, 334, 0]],
    );
    person = { ...person, scope: ["acme.galway.bottling.line01.capper01"] };
    assert.deepEqual((await list()).charts, []);
    assert.equal((await fetch(`${site.url}/charts/${FILL_WEIGHT}/data.json`, { headers: { cookie } })).status, 404);
    assert.equal((await post({ action: "study", ...baseline() })).status, 404);
  });

  it("shows beside each chart its limits with their age, its last point and what waits, and a capability that is computed meanwhile", async () => {
    await approved();
    await later(2 * HOUR);
    await desk.fill(2 * HOUR, 0);
    const first = await list();
    assert.deepEqual([first.charts[0]?.capability, first.computed], [null, 0], "nobody waits for it");
    let listed = first;
    while (listed.computed < 1) listed = await list();
    const [one] = listed.charts;
    assert.deepEqual([one?.version, one?.limitsFrom, one?.making, one?.line?.label], [1, NOON, ["Still water 500 ml"], "Line 1"]);
    const { points } = await view(2);
    assert.deepEqual([one?.last?.at, one?.last?.value], [points.level.at(-1)?.at, points.level.at(-1)?.value]);
    const asked = { from: now - WEEK, to: now, scope: { product: "still-500" }, lower: 485, upper: 515, target: 500 };
    const { body: page } = await post<CapabilityView>({ action: "capability", ...asked });
    assert.deepEqual([one?.capability?.n, one?.capability?.indices.Ppk], [page.stated.n, ppk(page)?.value]);
    await later(2 * HOUR);
    await desk.fill(2 * HOUR, 0, 9);
    const [signalling] = (await list()).charts;
    assert.deepEqual([signalling?.lasting, signalling?.oldest], [true, (await view()).signals.at(-1)?.start]);
    assert.deepEqual(signalling?.capability, one?.capability, "kept for a while");
    while ((await list()).charts[0]?.capability?.refused?.code !== "OUT_OF_CONTROL") now += HOUR / 4;
  });

  it("shows a baseline with its signals; what is left out needs a cause, and the limits are estimated again", async () => {
    const { body: first } = await post<StudyView>({ action: "study", ...baseline() });
    assert.equal(first.subgroups, 335, "the last half hour of the range is whole");
    assert.ok(first.signals.length >= 2 && first.signals.length < 12, JSON.stringify(first.signals));
    assert.deepEqual((await post({ action: "study", ...baseline([{ at: first.signals[0]?.at ?? 0, cause: " " }]) })).status, 422);
    const again = await proposed();
    assert.ok(again.level.sigma <= first.level.sigma && again.excluded.length === first.signals.length);
    assert.ok(Math.abs(again.level.centre - 501) < 0.2 && Math.abs(again.level.sigma - 2) < 0.15, JSON.stringify(again.level));
    assert.ok((again.spread?.upper ?? 0) > 7);
    const [version] = (await view()).versions;
    assert.deepEqual(
      [version?.version, version?.status, version?.proposed.by, version?.baseline?.excluded.length, version?.baseline?.unexplained],
      [1, "proposed", "anna", first.signals.length, again.signals.length],
    );
  });

  it("leaves out any point for a recorded cause, takes it back while nothing is approved, and says who left out which and why", async () => {
    const { body: whole } = await post<StudyView>({ action: "study", ...baseline() });
    const calm = whole.points.level.find(({ rules, at }) => rules.length === 0 && whole.signals.every((one) => one.at !== at))?.at ?? 0;
    const left = { at: calm, cause: "Gauge drifted", code: "gauge-drifted" };
    const { body: without } = await post<StudyView>({ action: "study", ...baseline([left]) });
    assert.deepEqual([without.excluded, without.level.centre === whole.level.centre], [[left], false]);
    assert.deepEqual((await post<StudyView>({ action: "study", ...baseline() })).body, whole, "taken back it is as before");
    await post({ action: "propose", ...baseline([left]), comment: "a first look" });
    // Another one goes on from it and takes the time that was looked at from the version.
    person = { ...person, name: "ben" };
    const [first] = (await view()).versions;
    const more = { at: whole.signals[0]?.at ?? 0, cause: "valve 7 leaked" };
    await post({ action: "propose", ...first?.baseline?.asked, scope: {}, exclusions: [left, more], comment: "one more" });
    const said = (await view()).versions.map(({ baseline: of }) => [of?.asked, of?.excluded]);
    const asked = { from: NOON - WEEK, to: NOON };
    assert.deepEqual(said, [
      [
        asked,
        [
          { ...left, by: "anna" },
          { ...more, by: "ben" },
        ],
      ],
      [asked, [{ ...left, by: "anna" }]],
    ]);
    assert.equal((await post({ action: "study", ...baseline([{ ...left, cause: " " }]) })).status, 422, "none without a cause");
    assert.equal((await post({ action: "propose", ...baseline([{ ...left, by: "eve" } as never]), comment: "x" })).status, 400);
  });

  it("tells how far it has read while that takes long, and answers when it has", async () => {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    desk.holding = promise;
    const ask = () => once<{ progress: number }>({ action: "study", ...baseline() });
    let first = await ask();
    // The thread that computes takes its time to start.
    while (first.body.progress === 0) first = await ask();
    assert.equal(first.status, 202);
    assert.ok(first.body.progress > 0.4 && first.body.progress < 0.6, String(first.body.progress));
    assert.equal((await once({ action: "propose", ...baseline(), comment: "too soon" })).status, 202);
    release();
    assert.equal((await post({ action: "study", ...baseline() })).status, 200);
  });

  it("approves nothing unseen, and judges by it from then on", async () => {
    await proposed();
    const unseen = await post({ action: "approve", version: 1, comment: "fine", effective_from: null });
    assert.deepEqual([unseen.status, unseen.body.message], [409, "Look at what these limits would have said of the last 7 days first."]);
    const { body: review } = await post<ReviewView>({ action: "review", version: 1 });
    assert.deepEqual([review.before, review.summary.signals_before, review.summary.subgroups], [null, null, 335]);
    assert.ok(review.onlyAfter.length >= 2);
    assert.equal((await post({ action: "approve", version: 1, comment: "fine", effective_from: NOON - HOUR })).status, 400);
    assert.equal((await post({ action: "approve", version: 1, comment: "fine", effective_from: null })).status, 200);
    const [version] = (await view()).versions;
    assert.deepEqual([version?.inForce, version?.selfApproved, version?.from, version?.review?.subgroups], [true, true, NOON, 335]);
    await later(8 * HOUR);
    await desk.fill(8 * HOUR, 0);
    const { points, version: judging } = await view(8);
    assert.deepEqual([judging, points.level.length, points.spread.length], [1, 15, 15]);
    assert.ok(points.level.every(({ centre, upper, version: by }) => centre !== null && upper !== null && by === 1));
  });

  it("asks a second person where that is set, and the right role always", async () => {
    await start({ secondPerson: true });
    await proposed();
    await post({ action: "review", version: 1 });
    const approve = { action: "approve", version: 1, comment: "fine", effective_from: null };
    assert.match((await post(approve)).body.message, /somebody else approves it/);
    person = { ...person, name: "quinn", label: "Quinn", roles: ["operator"] };
    assert.match((await post(approve)).body.message, /role quality or supervisor/);
    assert.match((await post({ action: "propose", ...baseline(), comment: "x" })).body.message, /role engineer or quality/);
    person = { ...person, roles: ["quality"] };
    assert.equal((await post(approve)).status, 200);
    assert.equal((await view()).versions[0]?.selfApproved, false);
  });

  it("rejects with a comment, retires what is in force, and decides nothing twice", async () => {
    await proposed();
    assert.equal((await post({ action: "reject", version: 1, comment: "two weeks, please" })).status, 200);
    assert.equal((await post({ action: "reject", version: 1, comment: "again" })).status, 403);
    await proposed();
    await post({ action: "review", version: 2 });
    await post({ action: "approve", version: 2, comment: "in control", effective_from: null });
    await later(HOUR);
    assert.equal((await post({ action: "retire", version: 2, comment: "new nozzles" })).status, 200);
    assert.deepEqual(
      (await view()).versions.map(({ version, status, inForce }) => [version, status, inForce]),
      [
        [2, "retired", false],
        [1, "rejected", false],
      ],
    );
  });

  it("states a capability with intervals once the chart vouches for the values, and otherwise says why not", async () => {
    const asked = { action: "capability", from: NOON - 48 * HOUR, to: NOON, scope: {}, lower: 490, upper: 512, target: null };
    const unvouched = (await post<CapabilityView>(asked)).body;
    assert.ok(unvouched.refused === null && unvouched.stated.warnings.some(({ code }) => code === "NO_CHART"));
    await approved();
    assert.equal(
      (await post<CapabilityAnswer>({ ...asked, from: NOON - WEEK })).body.refused,
      null,
      "what limits were made without has a cause",
    );
    const { body: calm } = await post<CapabilityView>({ ...asked, from: NOON - 24 * HOUR });
    const { value = 0, interval = null } = ppk(calm) ?? {};
    assert.ok(interval !== null && value > 1.4 && value < 2.2, JSON.stringify(calm.stated.indices));
    assert.equal(
      calm.histogram.counts.reduce((sum, count) => sum + count, 0),
      calm.stated.n,
    );
    assert.ok(
      Math.abs((calm.histogram.expected ?? []).reduce((sum, count) => sum + count, 0) / calm.stated.n - 1) < 0.05,
      "the curve of the distribution has the area of the bars",
    );
    assert.equal((await post({ ...asked, lower: 520 })).body.message, undefined);
    assert.match((await post<CapabilityAnswer>({ ...asked, lower: 520 })).body.refused?.message ?? "", /lower below the upper/);
  });

  it("states of a period by itself what the page states of it, or refuses it for the same reason", async () => {
    await approved();
    await later(25 * HOUR);
    await desk.fill(24 * HOUR, HOUR);
    const [one] = desk.ports.charts();
    assert.ok(one);
    const bare = new Map([...desk.ports.model().products].map(([id, product]) => [id, { ...product, properties: {} }]));
    const ports = { ...desk.ports, model: () => ({ ...desk.ports.model(), products: bare }), dropped: () => false };
    const specification = { lower: 490, target: 501 };
    for (const [from, refused] of [
      [now - 24 * HOUR, "OUT_OF_CONTROL"],
      [now - 12 * HOUR, null],
    ] as const) {
      const period = { from, to: now, key: from, shift: null, productionDay: "2026-03-10" };
      const { answer, product, limitsVersion } = await ongoingCapability({ period, subgroups: 100, specification }, one, ports);
      assert.deepEqual([product, limitsVersion, "code" in answer ? answer.code : null], ["still-500", 1, refused]);
      const asked = { action: "capability", from, to: now, scope: {}, lower: 490, upper: null, target: 501 };
      assert.deepEqual(JSON.parse(JSON.stringify(answer)), (await post<CapabilityAnswer>(asked)).body);
    }
  });

  it("lists the signals that nobody has explained, and states the capability once each has a cause, which the record keeps", async () => {
    await approved();
    await later(2 * HOUR);
    await desk.fill(2 * HOUR, 0, 9);
    const asked = { from: NOON - 24 * HOUR, to: now, scope: {}, lower: 485, upper: 520, target: null };
    const of = async (law: object) => (await post<CapabilityAnswer>({ action: "capability", ...asked, ...law })).body;
    const refused = await of({});
    assert.ok(refused.refused !== null && /The control chart has signals/.test(refused.refused.message));
    assert.ok(refused.signals.length >= 3 && refused.signals.every(({ at, parts }) => at >= NOON && parts.includes("level")));
    const explained = refused.signals.map(({ at }) => ({ at, cause: "valve 7 leaks" }));
    const rest = await of({ explained: explained.slice(1) });
    assert.deepEqual(rest.refused === null ? null : rest.signals.map(({ at }) => at), [explained[0]?.at]);
    assert.match((await of({ explained: explained.map(({ at }) => ({ at, cause: " " })) })).refused?.message ?? "", /name it/);
    assert.equal((await of({ explained })).refused, null);
    assert.equal((await post({ action: "record-capability", id: id(), made: now, ...asked, explained, comment: "first day" })).status, 200);
    assert.deepEqual((await view()).capabilities[0]?.explained, explained);
  });

  it("states it for values that are not normal by the distribution and method that are chosen, and records which", async () => {
    await approved();
    const study = { from: NOON - 24 * HOUR, to: NOON, scope: {}, lower: 490, upper: 512, target: null };
    const of = async (law: object) => (await post<CapabilityView>({ action: "capability", ...study, ...law })).body;
    const [normal, byPercentile, byScore] = [
      await of({}),
      await of({ model: "johnson" }),
      await of({ model: "johnson", method: "z-score" }),
    ];
    assert.deepEqual([normal.stated.method, byPercentile.stated.method, byScore.stated.method], [null, "percentile", "z-score"]);
    assert.equal(byPercentile.stated.model.name, "johnson");
    assert.notEqual(ppk(byPercentile)?.value, ppk(byScore)?.value);
    assert.deepEqual([ppk(byScore)?.interval, byScore.stated.indices.some(({ name }) => name === "Cpk")], [null, false]);
    assert.deepEqual(byScore.fits, normal.fits);
    assert.equal(byScore.fits.find(({ model }) => model === "johnson")?.statistic, byScore.stated.fit?.statistic);
    assert.equal((await of({ model: "empirical" })).histogram.expected, null);
    assert.equal((await post({ action: "capability", ...study, model: "cauchy" })).status, 400);
    const record = { action: "record-capability", id: id(), made: now, ...study, model: "johnson", method: "z-score", comment: "skewed" };
    assert.equal((await post(record)).status, 200);
    const [recorded] = (await view()).capabilities;
    assert.deepEqual(recorded?.method, { study: "process", model: "johnson", by: "z-score" });
    assert.deepEqual([recorded?.fit, recorded?.indices], [byScore.stated.fit, byScore.stated.indices]);
  });

  it("records a study under the name of who stands for it, with the server's own figures, once", async () => {
    await approved();
    const study = { from: NOON - 24 * HOUR, to: NOON, scope: {}, lower: 490, upper: 512, target: null };
    const record = { action: "record-capability", id: id(), made: now, ...study, comment: "for the customer" };
    person = { ...person, roles: ["supervisor"] };
    assert.match((await post(record)).body.message, /role engineer or quality/);
    person = { ...person, roles: ["quality"] };
    assert.equal((await post({ ...record, comment: " " })).status, 400);
    assert.equal((await post({ ...record, indices: [] })).status, 400, "figures come from the server");
    assert.equal((await post({ ...record, lower: 520 })).status, 422, "what is refused is nothing to stand for");
    const { body: stated } = await post<CapabilityView>({ action: "capability", ...study });
    assert.equal((await post(record)).status, 200);
    assert.equal((await post(record)).status, 200, "sent twice it is one");
    const { capabilities } = await view();
    assert.equal(capabilities.length, 1);
    const [recorded] = capabilities;
    assert.deepEqual(
      [recorded?.by, recorded?.at, recorded?.limits_version, recorded?.comment, recorded?.unit],
      ["anna", NOON, 1, "for the customer", "g"],
    );
    assert.deepEqual(recorded?.indices, stated.stated.indices);
    assert.deepEqual([recorded?.n, recorded?.observed], [stated.stated.n, stated.stated.observed.total]);
    assert.ok(recorded?.indices.every(({ name, interval }) => interval !== null || name.startsWith("Cpm")));
    assert.equal(recorded?.within?.estimator, "R/d2");
    assert.ok(Math.abs((recorded?.within?.degrees ?? 0) - 3.623 * (stated.stated.n / 5)) < 1);
  });

  it("closes a signal with cause and action by name, once, and only some may open it again", async () => {
    await approved();
    await later(8 * HOUR);
    await desk.fill(8 * HOUR, 0, 9);
    const { signals, open, lasting } = await view();
    assert.deepEqual([open, lasting], [signals.length, true]);
    const signal = signals.find(({ part }) => part === "level");
    assert.equal(signal?.reactionPlan, "Check filling valve 7, then call quality");
    const about = { made: now, signal: signal?.start, part: "level" };
    const close = { action: "close", id: id(), ...about, cause: "valve 7 leaks", done: "seal changed" };
    person = { ...person, roles: ["operator"] };
    assert.equal((await post({ ...close, done: " " })).status, 400);
    assert.equal((await post(close)).status, 200);
    assert.equal((await post(close)).status, 200, "sent twice it is one");
    const { closed } = await view();
    assert.deepEqual([closed[0]?.closed?.by, closed[0]?.closed?.cause, closed[0]?.closed?.done], ["anna", "valve 7 leaks", "seal changed"]);
    assert.match((await post({ ...close, id: id() })).body.message, /closed by anna already/);
    const { pareto, versions } = await view();
    const left = versions[0]?.baseline?.excluded.length ?? 0;
    assert.deepEqual(
      pareto.map(({ days, causes }) => [days, causes.map(({ text, count }) => [text, count])]),
      [7, 30, 90].map((days) => [
        days,
        [
          ["valve 7 leaked", left],
          ["valve 7 leaks", 1],
        ],
      ]),
    );
    const reopen = { action: "reopen", id: id(), ...about, comment: "it leaks again" };
    assert.equal((await post(reopen)).status, 403);
    person = { ...person, roles: ["engineer"] };
    assert.equal((await post(reopen)).status, 200);
    assert.equal((await list()).charts[0]?.open, signals.length);
    assert.equal((await post({ ...close, id: id(), signal: 12 })).status, 404);
  });

  it("takes cause and action by the ids of the plant's lists, and none that this machine is not offered", async () => {
    await approved();
    await later(8 * HOUR);
    await desk.fill(8 * HOUR, 0, 9);
    const before = await view();
    assert.ok(before.offered.causes.some(({ id }) => id === "valve-leaks") && !before.offered.causes.some(({ id }) => id === "chuck-worn"));
    const signal = before.signals.find(({ part }) => part === "level")?.start;
    const close = { action: "close", id: id(), made: now, signal, part: "level", cause: "Filling valve leaks: 7", done: "Readjusted" };
    assert.equal((await post({ ...close, cause_code: "chuck-worn" })).status, 422);
    assert.equal((await post({ ...close, done_code: "valve-leaks" })).status, 422);
    assert.equal((await post({ ...close, cause_code: "../x" })).status, 400);
    assert.equal((await post({ ...close, cause_code: "valve-leaks", done_code: "readjusted" })).status, 200);
    const { closed, pareto } = await view();
    assert.deepEqual([closed[0]?.closed?.cause, closed[0]?.closed?.causeCode], ["Filling valve leaks: 7", "valve-leaks"]);
    assert.deepEqual(pareto[0]?.causes.find(({ code }) => code === "valve-leaks")?.labels, {
      en: "Filling valve leaks",
      de: "Füllventil undicht",
    });
    const left = baseline([{ at: NOON, cause: "x", code: "machine" } as never]);
    assert.equal((await post({ action: "study", ...left })).status, 422, "a group is no cause");
  });

  it("answers nothing but JSON of the same site from somebody who signed in", async () => {
    const study = { action: "study", ...baseline() };
    assert.equal((await post(study, { "content-type": "text/plain" })).status, 415);
    assert.equal((await post({ ...study, extra: 1 })).status, 400);
    assert.equal((await post(JSON.parse('{"action":"study","__proto__":{"from":1}}') as object)).status, 400);
    const url = `${site.url}/charts/${FILL_WEIGHT}`;
    assert.equal((await fetch(url, { method: "POST", headers: { cookie, origin: "http://other.example" } })).status, 403);
    assert.equal((await fetch(url, { method: "POST" })).status, 401);
    assert.equal((await fetch(`${url}/data.json`)).status, 401);
    assert.equal((await fetch(`${url}/data.json?hours=9`, { headers: { cookie } })).status, 400);
  });
});
