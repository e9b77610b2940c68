import assert from "node:assert/strict";
import * as fc from "fast-check";
import { HistorianUnavailable, type Query, type QueryResult } from "../../../core/connect/history/index.ts";
import {
  applied,
  type Board,
  boardFaults,
  BoardServer,
  bucketLength,
  DataEdgeWatch,
  type DataPanel,
  difference,
  type Field,
  gridFault,
  inDisplayUnits,
  layout,
  type PanelMessage,
  parseRange,
  parseView,
  resolveRange,
  type Scope,
  seriesLooks,
  shownBoard,
} from "../../../core/see/board/index.ts";
import { filled } from "../../../nodes/see/twin-boards/browser/alarm-texts.ts";
import { placesOf } from "../../../nodes/see/twin-boards/browser/chart-places.ts";
import { reachOf, sharedDecimals } from "../../../nodes/see/twin-boards/browser/decimals.ts";
import { printedFields } from "../../../nodes/see/twin-boards/browser/printed.ts";
import { aligned, type Line } from "../../../nodes/see/twin-boards/browser/series.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 10, 12);
const PERSON = { name: "anna", label: "Anna", roles: ["viewer"], scope: ["*"] } as const;

function panel(id: string, extra: Partial<DataPanel> = {}): DataPanel {
  return {
    id,
    kind: "stat",
    title: id,
    width: 6,
    query: (scope) => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset")],
      columns: [{ as: "v", field: "v", aggregate: "mean" }],
      bucket: { everyMs: scope.everyMs },
    }),
    fields: [{ column: "v", label: "Value", unit: "count" }],
    ...extra,
  };
}

function board(panels: readonly DataPanel[], extra: Partial<Board> = {}): Board {
  return {
    id: "test",
    title: "Test",
    description: "",
    asset: "acme.galway",
    zone: "Europe/Dublin",
    range: "1h",
    refreshMs: 5_000,
    variables: [
      {
        name: "asset",
        label: "Machine",
        default: "a.b",
        options: [
          { value: "a.b", label: "B" },
          { value: "a.c", label: "C" },
        ],
      },
    ],
    labels: {},
    rows: [{ height: 4, panels }],
    ...extra,
  };
}

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
const result = (...rows: [number, ...(number | null)[]][]): QueryResult => ({ columns: ["v"], series: [{ tags: { asset: "a.b" }, rows }] });

const of = (scope: Scope, as: string): Query => ({ measurement: as, from: scope.from, to: scope.to, columns: [{ as, field: "v" }] });

describe("a board", () => {
  it("places its panels from left to right, without overlap and inside 24 columns", () => {
    const cells = layout(board([panel("a"), panel("b", { width: 18 })], {}));
    assert.deepEqual(
      cells.map(({ x, y, w, h }) => [x, y, w, h]),
      [
        [0, 0, 6, 4],
        [6, 0, 18, 4],
      ],
    );
    assert.throws(() => layout(board([panel("a"), panel("b", { width: 19 })])), /column 25/);
    assert.match(
      gridFault([
        { x: 0, y: 0, w: 6, h: 4 },
        { x: 5, y: 3, w: 2, h: 2 },
      ]) ?? "",
      /overlap/,
    );
  });

  it("is refused with a sentence for each fault", () => {
    assert.deepEqual(boardFaults(board([panel("a")])), []);
    assert.match(boardFaults(board([panel("a"), panel("a")])).join(), /used twice/);
    const twice: Partial<DataPanel> = {
      beside: ({ from, to }) => [{ query: { measurement: "m", from, to, columns: [{ as: "v", field: "w" }] } }],
    };
    assert.match(boardFaults(board([panel("a", twice)])).join(), /Two of its questions have a column v/);
    assert.match(boardFaults(board([panel("a")], { id: "login" })).join(), /cannot be the id/);
    assert.match(boardFaults(board([panel("a", { fields: [{ column: "x", label: "X", unit: "count" }] })])).join(), /no column x/);
    assert.match(boardFaults(board([panel("a", { link: "javascript:alert(1)" })])).join(), /link/);
    const falling = [
      { from: null, name: "low", colour: "critical" },
      { from: 2, name: "ok", colour: "good" },
      { from: 1, name: "x", colour: "good" },
    ] as const;
    assert.match(
      boardFaults(board([panel("a", { fields: [{ column: "v", label: "V", unit: "count", thresholds: falling }] })])).join(),
      /rise/,
    );
    assert.match(
      boardFaults(
        board([panel("a", { query: (s) => ({ measurement: "", from: s.from, to: s.to, columns: [{ as: "v", field: "v" }] }) })]),
      ).join(),
      /not a name/,
    );
  });

  it("tells series of a tag apart by the order of its labels, and dashes them when the colours come again", () => {
    const names = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`line.m${i}`, `M${i}`]));
    const looks = seriesLooks({ asset: names }, "asset");
    assert.deepEqual(looks[0], { value: "line.m0", label: "M0", colour: "series-1", dashed: false });
    assert.deepEqual(looks[8], { value: "line.m8", label: "M8", colour: "series-1", dashed: true });
    assert.equal(new Set(looks.map(({ colour, dashed }) => `${colour} ${dashed}`)).size, 9);
    assert.deepEqual(seriesLooks({ asset: names }, "toString"), []);
    const bare: Query = { measurement: "telemetry", from: 0, to: 1, columns: [{ as: "v", field: "v" }] };
    const apart = { kind: "time-series", seriesBy: "asset" } as const;
    assert.deepEqual(boardFaults(board([panel("p", { ...apart, query: () => ({ ...bare, by: ["asset"] }) })])), []);
    assert.deepEqual(boardFaults(board([panel("p", { ...apart, query: () => bare })])), ["p: Its query has no series by asset."]);
  });

  it("shows the page everything but its queries", () => {
    assert.doesNotMatch(JSON.stringify(shownBoard(board([panel("a")]))), /measurement|query/);
  });
});

const field = (extra: Partial<Field>): Field => ({ column: "v", label: "V", unit: "", digits: 4, ...extra });

describe("figures on a board", () => {
  it("share the decimals that tell them apart, and none that no figure has", () => {
    assert.equal(sharedDecimals([-0.19, 9.9, 7.1, 4.3, -32.22], 4), 2, "what spans 42.12 is told to a hundredth");
    assert.equal(sharedDecimals([7.9335, 3.1595, 10.32], 4), 3, "what spans 7.16 to a thousandth, though one has more");
    assert.equal(sharedDecimals([1, 5, 12], 4), 0);
    assert.equal(sharedDecimals([0.1 + 0.2, Math.fround(0.1)], 6), 1, "how a sum or a sensor stores 0.1 is no digit of it");
    assert.equal(sharedDecimals([1_000.000_1, 1_000.000_2], 4), 4, "even far from 0");
    assert.equal(sharedDecimals([12_345.678, 20_000], 4), 0);
  });

  it("are measured by the limits where those are known, and alone by their own size", () => {
    assert.equal(sharedDecimals([501.234, 498.765, -8_000], 4, 16.8), 2, "one wild point takes no digit from the others");
    assert.deepEqual([reachOf([-6.9, 1.5, 9.9]), reachOf([3.16, 10.32]), reachOf([500, 510]), reachOf([])], [16.8, 10.32, 10, 0]);
    assert.equal(sharedDecimals([1 / 3], 4), 4);
    assert.equal(sharedDecimals([501.3, 501.3], 5), 1);
    assert.deepEqual([sharedDecimals([], 4), sharedDecimals([0], 4), sharedDecimals([Number.NaN, 0.5], 4)], [0, 0, 1]);
  });

  it("have 0 to 6 of them, whatever they are", () => {
    const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 6 }),
        fc.option(finite),
        (all, digits, reach) => {
          const decimals = sharedDecimals(all, digits, reach === null ? undefined : Math.abs(reach));
          assert.ok(Number.isInteger(decimals) && decimals >= 0 && decimals <= 6);
        },
      ),
    );
  });

  it("of one scale are printed alike, those on a scale of their own by themselves", () => {
    const fields = [field({}), field({ thin: true }), field({ thin: true }), field({ ownScale: true }), field({ digits: 2, decimals: 1 })];
    const printed = printedFields(fields, [[0.5, -900.25], [9.9], [-6.9], [0.001], [1]]);
    assert.deepEqual(
      printed.map(({ decimals, digits }) => [decimals, digits]),
      [
        [2, undefined],
        [1, undefined],
        [1, undefined],
        [3, undefined],
        [0, undefined],
      ],
    );
  });

  it("count one thing in the singular", () => {
    const text = "__n__ [point|points] of this time [is|are] not shown";
    assert.equal(filled(text, 1), "1 point of this time is not shown");
    assert.equal(filled(text, 2), "2 points of this time are not shown");
    assert.equal(filled("[It|Each of the __n__] is recorded", 3), "Each of the 3 is recorded");
  });
});

const point = (at: number) => ({ centre: 1, lower: -2, upper: 4, sigma: 1, value: 7, rules: ["beyond"], at });

const shown = (...all: number[]) =>
  placesOf(all.map(point), { from: 0, to: 9 }).map(({ at: when, value, upper, rules }) => [when, value, upper, rules.length]);

describe("limits in a picture", () => {
  it("hold to its end, and beside a single point all over it", () => {
    assert.deepEqual(shown(3, 5), [
      [3, 7, 4, 1],
      [5, 7, 4, 1],
      [9, null, 4, 0],
    ]);
    assert.deepEqual(shown(3), [
      [0, null, 4, 0],
      [3, 7, 4, 1],
      [9, null, 4, 0],
    ]);
    assert.deepEqual(shown(), []);
  });

  it("of a panel end where the data of the line ends", () => {
    const upper = { column: "upper", label: "Upper", unit: "", draw: "steps", thin: true } as const;
    const line: Line = { label: "Upper", colour: "", field: upper, rows: [[3, 4]] };
    const state = { status: "ok", newest: 3, answeredAt: 9, from: 0, to: 9, edge: null, truncated: false } as const;
    const drawn = (edge: { at: number; moving: boolean } | null) => aligned({ columns: ["upper"], series: [] }, [line], { ...state, edge });
    assert.deepEqual(drawn(null), { times: [0, 3, 9], columns: [[4, 4, 4]] });
    assert.deepEqual(drawn({ at: 5, moving: true }).times, [0, 3, 5]);
    const two = aligned(
      { columns: ["upper"], series: [] },
      [
        {
          ...line,
          rows: [
            [3, 4],
            [4, 5],
          ],
        },
      ],
      state,
    );
    assert.deepEqual(two, { times: [3, 4, 9], columns: [[4, 5, 5]] });
  });
});

describe("the range of a board", () => {
  const shift = { name: "early", start: NOON - 6 * HOUR, end: NOON + 2 * HOUR };
  const shiftAt = (t: number) =>
    t >= shift.start && t < shift.end
      ? shift
      : t >= shift.start - 8 * HOUR && t < shift.start
        ? { name: "night", start: shift.start - 8 * HOUR, end: shift.start }
        : null;

  it("is the last hours, this shift so far, the previous shift whole, or two instants", () => {
    assert.deepEqual(resolveRange("1h", NOON, shiftAt), { from: NOON - HOUR, to: NOON, live: true });
    assert.deepEqual(resolveRange("this-shift", NOON, shiftAt), { from: shift.start, to: NOON, live: true, shift: "early" });
    assert.deepEqual(resolveRange("previous-shift", NOON, shiftAt), {
      from: shift.start - 8 * HOUR,
      to: shift.start,
      live: false,
      shift: "night",
    });
    assert.equal(resolveRange("this-shift", NOON + 9 * HOUR, shiftAt), null);
  });

  it("follows the data while it lags: this shift is the one at its edge, and the previous one the one before", () => {
    const eight = (t: number) => {
      const start = Math.floor((t - 6 * HOUR) / (8 * HOUR)) * 8 * HOUR + 6 * HOUR;
      return { name: ["night", "early", "late"][((start / HOUR + 2) / 8) % 3] ?? "", start, end: start + 8 * HOUR };
    };
    const now = NOON;
    const edge = { at: NOON - 8 * HOUR, moving: true };
    const night = NOON - 14 * HOUR;
    assert.deepEqual(resolveRange("this-shift", now, eight, edge), { from: night, to: edge.at + 1_000, live: true, shift: "night" });
    assert.deepEqual(resolveRange("previous-shift", now, eight, edge), { from: night - 8 * HOUR, to: night, live: false, shift: "late" });
    assert.deepEqual(resolveRange("latest-8h", now, eight, edge), { from: edge.at + 1_000 - 8 * HOUR, to: edge.at + 1_000, live: true });
    assert.deepEqual(resolveRange("8h", now, eight, edge), { from: now - 8 * HOUR, to: now, live: true });
    assert.equal(resolveRange("this-shift", now, eight, { at: now - 5_000, moving: true })?.to, now);
  });

  it("keeps the last shift when data stopped at a time without one", () => {
    const edge = { at: shift.end + HOUR, moving: false };
    assert.deepEqual(resolveRange("this-shift", NOON + 48 * HOUR, shiftAt, edge), {
      from: shift.start,
      to: shift.end,
      live: true,
      shift: "early",
    });
  });

  it("is read from an address or refused", () => {
    assert.equal(parseRange("8h", undefined, undefined), "8h");
    assert.deepEqual(parseRange(undefined, "1000", "2000"), { from: 1000, to: 2000 });
    for (const bad of [["9h"], ["1h", "5", "1"], [undefined, "1e3", "2000"], [undefined, "0", "99999999999999"], ["__proto__"]] as const) {
      assert.ok("fault" in Object(parseRange(bad[0], bad[1], bad[2])), String(bad));
    }
    const view = parseView(board([panel("a")]), new URLSearchParams("asset=a.zzz"), PERSON);
    assert.ok("fault" in view);
  });

  it("never gives more buckets than the panel takes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 31 * 24 * HOUR }),
        fc.integer({ min: 40, max: 1_000 }),
        fc.constantFrom(1_000, 5_000, 60_000, HOUR),
        (span, points, least) => {
          const every = bucketLength(span, points, least);
          assert.ok(span / every <= points);
          assert.equal(every % least, 0);
        },
      ),
    );
  });
});

const sorted = (rows: [number, number | null][]): [number, number | null][] => rows.toSorted((x, y) => x[0] - y[0]);

describe("the difference of two results", () => {
  const rowsOf = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.option(fc.integer({ min: 0, max: 3 }))), {
    selector: ([t]) => t,
  });
  it("applied to the first gives the second", () => {
    fc.assert(
      fc.property(rowsOf, rowsOf, fc.integer({ min: 0, max: 20 }), (a, b, from) => {
        const [before, after] = [result(...sorted(a)), result(...sorted(b.filter(([t]) => t >= from)))];
        const delta = difference(before, after, from);
        if (delta) assert.deepEqual(applied(before, delta), after);
        else assert.ok(a.some(([t]) => t >= from && !b.some(([u]) => u === t)));
      }),
    );
  });
});

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

const edgeQuery = ({ from, to }: { from: number; to: number }): Query => ({
  measurement: "telemetry",
  from,
  to,
  columns: [{ as: "v", field: "v" }],
  limit: 1,
});

describe("the edge of a line's data", () => {
  it("moves while data comes, however old it is, and stands still two minutes after the last", async () => {
    let now = NOON;
    let at = NOON - 5 * HOUR;
    const watch = new DataEdgeWatch({ query: async () => result([at, 1]), now: () => now }, edgeQuery);
    assert.deepEqual(await watch.read(), { at, moving: true });
    for (let i = 0; i < 10; i += 1) {
      now += 60_000;
      at += HOUR / 10;
      assert.deepEqual(await watch.read(), { at, moving: true });
    }
    now += 119_000;
    assert.equal((await watch.read())?.moving, true);
    now += 2_000;
    assert.equal((await watch.read())?.moving, false);
    at += 1;
    now += 1_000;
    assert.equal((await watch.read())?.moving, true);
  });

  it("is in doubt for half a minute when the first look finds old data", async () => {
    let now = NOON;
    const watch = new DataEdgeWatch({ query: async () => result([NOON - HOUR, 1]), now: () => now }, edgeQuery);
    assert.equal((await watch.read())?.moving, true);
    now += 31_000;
    assert.equal((await watch.read())?.moving, false);
  });

  it("is asked for once by panels that refresh together, looks back further when today has nothing, and is unknown without data", async () => {
    const asked: Query[] = [];
    const watch = new DataEdgeWatch(
      {
        query: async (query) => {
          asked.push(query);
          return { columns: ["v"], series: [] };
        },
        now: () => NOON,
      },
      edgeQuery,
    );
    assert.deepEqual(await Promise.all([watch.read(), watch.read(), watch.read()]), [null, null, null]);
    assert.deepEqual(
      asked.map(({ from, to }) => [(NOON - from) / HOUR, to]),
      [
        [24, NOON],
        [192, NOON],
      ],
    );
  });
});

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
