import assert from "node:assert/strict";
import { HistorianUnavailable, type Query, type QueryResult } from "../../../core/connect/history/index.ts";
import { boardFaults, BoardServer, type DataPanel, inDisplayUnits, type PanelMessage, type Scope } from "../../../core/see/board/index.ts";
import { board, edgeQuery, HOUR, NOON, panel, result } from "../../support/test-board.ts";

const twoSums: DataPanel["query"] = ({ from, to }) => ({
  measurement: "oee",
  from,
  to,
  columns: [
    { as: "v", field: "v", aggregate: "sum" },
    { as: "w", field: "w", aggregate: "sum" },
  ],
  by: ["asset"],
});
const of = (scope: Scope, as: string): Query => ({ measurement: as, from: scope.from, to: scope.to, columns: [{ as, field: "v" }] });

class FakeClock {
  time = NOON;
  #jobs: { at: number; job: () => void }[] = [];
  now = (): number => this.time;
  after = (ms: number, job: () => void): (() => void) => {
    const entry = { at: this.time + ms, job };
    this.#jobs.push(entry);
    return () => {
      this.#jobs = this.#jobs.filter((other) => other !== entry);
    };
  };
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    for (;;) {
      const next = this.#jobs.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#jobs = this.#jobs.filter((other) => other !== next);
      this.time = next.at;
      next.job();
      await settle();
    }
    this.time = until;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i += 1) await Promise.resolve();
}

const outlet = (room = () => true) => {
  const messages: PanelMessage[] = [];
  return { messages, send: (message: PanelMessage) => (messages.push(message), room()) };
};
const view = (extra: Partial<DataPanel> = {}) => ({ board: board([panel("a", extra)]), range: "1h", choices: { asset: "a.b" } }) as const;

describe("the board server", () => {
  let clock: FakeClock;
  let asked: Query[];
  let answer: (query: Query) => Promise<QueryResult>;
  let faults: string[];
  let server: BoardServer;
  beforeEach(() => {
    clock = new FakeClock();
    asked = [];
    faults = [];
    answer = async () => result([NOON - HOUR, 1], [NOON - 60_000, 2]);
    server = new BoardServer({
      clock,
      shiftsOf: () => () => null,
      fault: (sentence) => faults.push(sentence),
      historian: {
        query: (query) => {
          asked.push(query);
          return answer(query);
        },
      },
    });
  });

  it("asks once per panel and refresh, however many look at it", async () => {
    const pages = Array.from({ length: 50 }, () => outlet());
    const shared = view();
    for (const page of pages) server.open(shared, page);
    await clock.advance(14_000);
    assert.equal(asked.length, 3);
    assert.ok(pages.every(({ messages }) => messages.length === 3));
  });

  it("asks once for panels that ask the same, and again for each refresh", async () => {
    const page = outlet();
    server.open({ ...view(), board: board([panel("a"), panel("b"), panel("c", { maxPoints: 60 })]) }, page);
    await clock.advance(6_000);
    assert.equal(asked.length, 4);
    assert.equal(page.messages.length, 6);
  });

  it("gives who comes later what is known at once, and stops asking when the last one leaves", async () => {
    const [first, second] = [outlet(), outlet()];
    const shared = view();
    const one = server.open(shared, first);
    await clock.advance(1_000);
    const two = server.open(shared, second);
    assert.equal(second.messages.length, 1);
    one?.close();
    await clock.advance(5_000);
    assert.equal(asked.length, 2);
    two?.close();
    await clock.advance(60_000);
    assert.equal(asked.length, 2);
    assert.equal(server.feeds, 0);
  });

  it("asks for a board that took the place of another itself: its figures may have another unit", async () => {
    const fahrenheit = new Map([["Cel", "[degF]"]]);
    const before = board([panel("a", { fields: [{ column: "v", label: "Value", unit: "Cel" }] })]);
    server.open({ ...view(), board: before }, outlet());
    server.open({ ...view(), board: inDisplayUnits(before, fahrenheit) }, outlet());
    await clock.advance(1);
    assert.deepEqual(
      asked.map(({ columns: [column] }) => column && "field" in column && column.conversion?.factor),
      [undefined, 1.8],
    );
  });

  it("sends what changed instead of everything", async () => {
    const page = outlet();
    server.open(view(), page);
    await clock.advance(1_000);
    answer = async () => result([NOON - HOUR, 1], [NOON - 60_000, 2], [NOON, 3]);
    await clock.advance(5_000);
    const last = page.messages.at(-1);
    assert.ok(last && "delta" in last);
    assert.deepEqual(
      last.delta.series.map(({ rows }) => rows),
      [[[NOON, 3]]],
    );
  });

  it("sends nothing to a full connection, and the newest state once it has room", async () => {
    let room = false;
    const page = outlet(() => room);
    const viewer = server.open(view(), page);
    await clock.advance(21_000);
    assert.equal(page.messages.length, 1);
    room = true;
    viewer?.resume();
    assert.equal(page.messages.length, 2);
    assert.ok("result" in (page.messages[1] as object), "after a gap it is whole");
  });

  it("says that the historian is away, keeps the data, and retries ever more slowly up to 30 s", async () => {
    const page = outlet();
    server.open(view(), page);
    await clock.advance(1_000);
    answer = async () => Promise.reject(new HistorianUnavailable("no"));
    await clock.advance(300_000);
    assert.equal(page.messages.at(-1)?.state.status, "unreachable");
    assert.ok(asked.length > 8 && asked.length < 18, String(asked.length));
    answer = async () => result([NOON, 5]);
    await clock.advance(30_000);
    assert.equal(page.messages.at(-1)?.state.status === "unreachable", false);
    assert.deepEqual(faults, []);
  });

  it("does not wait for ever for a historian that never answers", async () => {
    const page = outlet();
    answer = () => new Promise(() => {});
    server.open(view(), page);
    await clock.advance(21_000);
    assert.equal(page.messages.at(-1)?.state.status, "unreachable");
    answer = async () => result([NOON, 5]);
    await clock.advance(10_000);
    assert.equal(page.messages.at(-1)?.state.status, "ok");
  });

  it("reports a refused query once, without its details to the page", async () => {
    const page = outlet();
    answer = async () => Promise.reject(new Error("secret detail"));
    server.open(view(), page);
    await clock.advance(60_000);
    assert.equal(page.messages.at(-1)?.state.status, "failed");
    assert.equal(faults.length, 1);
    assert.doesNotMatch(JSON.stringify(page.messages), /secret/);
  });

  it("calls data stale that is older than the panel allows, and empty where there is none", async () => {
    const page = outlet();
    server.open(view({ staleAfterMs: 120_000 }), page);
    await clock.advance(0);
    assert.equal(page.messages.at(-1)?.state.status, "ok");
    await clock.advance(300_000);
    assert.equal(page.messages.at(-1)?.state.status, "stale");
    answer = async () => ({ columns: ["v"], series: [] });
    await clock.advance(5_000);
    assert.equal(page.messages.at(-1)?.state.status, "empty");
  });

  it("shows nothing beyond the edge of the data, whatever a filled query answers", async () => {
    const page = outlet();
    const edge = NOON - 30 * 60_000;
    answer = async (query) =>
      query.fill === "previous" ? result([NOON - HOUR, 1], [edge, 2], [edge + 60_000, 2], [NOON - 60_000, 2]) : result([edge, 1]);
    const filled = panel("a", { query: (s) => ({ ...panel("a").query(s), fill: "previous" }) });
    server.open({ ...view(), board: board([filled], { edge: edgeQuery }) }, page);
    await clock.advance(0);
    const message = page.messages[0];
    assert.ok(message && "result" in message);
    assert.deepEqual(message.result?.main.series[0]?.rows, [
      [NOON - HOUR, 1],
      [edge, 2],
    ]);
    assert.deepEqual(message.state.edge, { at: edge, moving: true });
  });

  it("calls a panel stale by the data's own present while it catches up, and a shift stale once the data has stopped", async () => {
    const [page, shiftPage] = [outlet(), outlet()];
    const edge = NOON - 5 * HOUR;
    answer = async (query) => (query.limit === 1 ? result([edge, 1]) : result([edge - 60_000, 2]));
    const shifts = new BoardServer({
      clock,
      shiftsOf: () => (t) => ({
        name: "all",
        start: Math.floor(t / (8 * HOUR)) * 8 * HOUR,
        end: (Math.floor(t / (8 * HOUR)) + 1) * 8 * HOUR,
      }),
      fault: () => {},
      historian: { query: (query) => answer(query) },
    });
    const live = board([panel("a", { staleAfterMs: 120_000 })], { edge: edgeQuery });
    shifts.open({ ...view(), board: live, range: "latest-8h" }, page);
    shifts.open({ ...view(), board: board([panel("a", { range: "this-shift" })], { edge: edgeQuery }) }, shiftPage);
    await clock.advance(0);
    assert.equal(page.messages.at(-1)?.state.status, "ok");
    assert.equal(shiftPage.messages.at(-1)?.state.status, "ok");
    assert.equal(shiftPage.messages.at(-1)?.state.from, Math.floor(edge / (8 * HOUR)) * 8 * HOUR);
    await clock.advance(60_000);
    assert.equal(page.messages.at(-1)?.state.status, "stale");
    const { status, newest } = shiftPage.messages.at(-1)?.state ?? {};
    assert.deepEqual([status, newest], ["stale", edge]);
  });

  it("reads a shift by the calendar of the board's own line", async () => {
    const pages = [outlet(), outlet()] as const;
    const hours: Readonly<Record<string, number>> = { "a.b.line1": 8, "a.b.line2": 12 };
    const both = new BoardServer({
      clock,
      shiftsOf: (asset) => (t) => {
        const length = (hours[asset] ?? 0) * HOUR;
        return { name: asset, start: Math.floor(t / length) * length, end: (Math.floor(t / length) + 1) * length };
      },
      fault: () => {},
      historian: { query: (query) => answer(query) },
    });
    for (const [at, asset] of Object.keys(hours).entries()) {
      const [first, second] = pages;
      const own = board([panel("a", { range: "previous-shift" })], { id: `board${at}`, asset });
      both.open({ ...view(), board: own }, at === 0 ? first : second);
    }
    await clock.advance(0);
    for (const [at, length] of Object.values(hours).entries()) {
      const { from, to } = pages[at]?.messages.at(-1)?.state ?? { from: 0, to: 0 };
      assert.equal(to - from, length * HOUR);
    }
  });

  it("answers the same question over more ranges side by side, and names the largest of several columns", async () => {
    const page = outlet();
    const asked: [from: number, to: number][] = [];
    answer = async (query) => {
      asked.push([query.from, query.to]);
      const hour = query.to - query.from === HOUR;
      const row = (asset: string, v: number, w: number) => ({ tags: { asset }, rows: [[query.from, v, w] as const] });
      return { columns: ["v", "w"], series: hour ? [row("a.b", 1, 0)] : [row("a.b", 20, 30), row("a.c", 0, 0)] };
    };
    const largest = { as: "top", of: ["v@day", "w@day"] };
    const more = panel("a", { kind: "table", range: "1h", query: twoSums, alsoOver: [{ range: "24h", as: "day" }], largest });
    assert.deepEqual(boardFaults(board([more])), []);
    server.open({ ...view(), board: board([more]) }, page);
    await clock.advance(0);
    assert.deepEqual(
      asked.map(([from, to]) => to - from).toSorted((a, b) => a - b),
      [HOUR, 24 * HOUR],
    );
    const message = page.messages[0];
    assert.ok(message && "result" in message);
    assert.deepEqual(message.result?.main.columns, ["v", "w", "v@day", "w@day", "top"]);
    assert.deepEqual(
      message.result?.main.series.map(({ tags, rows }) => [tags["asset"], ...(rows[0]?.slice(1) ?? [])]),
      [
        ["a.b", 1, 0, 20, 30, "w@day"],
        ["a.c", null, null, 0, 0, null],
      ],
    );
  });

  it("ranks series by their size, with the running share of the sum, before it cuts to what a panel can show", async () => {
    const page = outlet();
    const sizes = [...Array.from({ length: 70 }, () => 1), 100, 0, 30];
    const series = sizes.map((size, i) => ({ tags: { reason: `r${i}` }, rows: [[NOON, size, 1] as const] }));
    answer = async () => ({ columns: ["ms", "stops"], series });
    server.open(view({ kind: "table", cumulative: { of: "ms", as: "so_far" } }), page);
    await clock.advance(0);
    const message = page.messages[0];
    assert.ok(message && "result" in message);
    assert.deepEqual(message.result?.main.columns, ["ms", "stops", "so_far"]);
    assert.deepEqual(message.result?.main.series.slice(0, 2), [
      { tags: { reason: "r70" }, rows: [[NOON, 100, 1, 0.5]] },
      { tags: { reason: "r72" }, rows: [[NOON, 30, 1, 0.65]] },
    ]);
    assert.equal(message.result?.main.series.length, 60);
    assert.equal(message.state.truncated, true);
  });

  it("shows a state that began before the range from the range's start", async () => {
    const page = outlet();
    const states: Partial<DataPanel> = {
      kind: "state-timeline",
      carryInMs: 24 * HOUR,
      query: (s) => ({
        measurement: "telemetry",
        from: s.from,
        to: s.to,
        columns: [{ as: "v", field: "v" }],
        by: ["asset"],
        order: "desc",
        limit: 100,
      }),
    };
    answer = async (query) => (query.limit === 1 ? result([NOON - 9 * HOUR, 6]) : result([NOON - 1_000, 9], [NOON - 2_000, 5]));
    server.open(view(states), page);
    await clock.advance(0);
    const message = page.messages[0];
    assert.ok(message && "result" in message);
    assert.deepEqual(message.result?.main.series[0]?.rows, [
      [NOON - HOUR, 6],
      [NOON - 2_000, 5],
      [NOON - 1_000, 9],
    ]);
  });

  it("puts further questions beside the rows of the first: of the same instant, or held, also from before the range", async () => {
    const asked: Query[] = [];
    const page = outlet();
    const tags = {};
    const rows: Record<string, QueryResult["series"]> = {
      v: [
        {
          tags,
          rows: [
            [NOON - 3_000, 3],
            [NOON - 4_000, 2],
            [NOON - 5_000, 1],
          ],
        },
      ],
      limit: [
        {
          tags,
          rows: [
            [NOON - 2 * HOUR, 10],
            [NOON - 4_000, null],
            [NOON - 3_500, 12],
          ],
        },
      ],
      mark: [
        {
          tags,
          rows: [
            [NOON - 4_000, 2],
            [NOON - 3_999, 9],
          ],
        },
      ],
      none: [],
    };
    answer = async (query) => {
      asked.push(query);
      return { columns: query.columns.map(({ as }) => as), series: rows[query.measurement] ?? [] };
    };
    const besides: Partial<DataPanel> = {
      kind: "time-series",
      query: (scope) => ({ ...of(scope, "v"), order: "desc" }),
      beside: (scope) => [
        { query: of(scope, "limit"), heldMs: HOUR },
        { query: of(scope, "mark") },
        { query: of(scope, "none"), heldMs: 0 },
      ],
    };
    server.open(view(besides), page);
    await clock.advance(0);
    const message = page.messages[0];
    assert.ok(message && "result" in message);
    assert.deepEqual(message.result?.main, {
      columns: ["v", "limit", "mark", "none"],
      series: [
        {
          tags,
          rows: [
            [NOON - 5_000, 1, 10, null, null],
            [NOON - 4_000, 2, null, 2, null],
            [NOON - 3_000, 3, 12, null, null],
          ],
        },
      ],
    });
    const starts = Object.fromEntries(asked.map(({ measurement, from }) => [measurement, NOON - from]));
    assert.deepEqual(starts, { v: HOUR, limit: 2 * HOUR, mark: HOUR, none: HOUR });
  });

  it("never sends more rows than a panel can show", async () => {
    const page = outlet();
    answer = async () => result(...Array.from({ length: 50_000 }, (_, i): [number, number] => [i, i]));
    server.open(view(), page);
    await clock.advance(0);
    const message = page.messages[0];
    assert.ok(message && "result" in message);
    assert.equal(message.result?.main.series[0]?.rows.length, 20_000);
    assert.equal(message.state.truncated, true);
  });

  it("refuses a view when too many different ones are open", async () => {
    const opened = Array.from({ length: 700 }, (_, i) => server.open({ ...view(), range: { from: i, to: i + 1_000 } }, outlet()));
    assert.equal(opened.filter((viewer) => viewer === undefined).length, 100);
  });
});
