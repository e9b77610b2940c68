import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Query } from "../../../core/connect/history/index.ts";
import {
  applied,
  boardFaults,
  bucketLength,
  DataEdgeWatch,
  type DataPanel,
  difference,
  type Field,
  gridFault,
  layout,
  parseRange,
  parseView,
  resolveRange,
  seriesLooks,
  shownBoard,
} from "../../../core/see/board/index.ts";
import { filled } from "../../../nodes/see/twin-boards/browser/alarm-texts.ts";
import { placesOf } from "../../../nodes/see/twin-boards/browser/chart-places.ts";
import { reachOf, sharedDecimals } from "../../../nodes/see/twin-boards/browser/decimals.ts";
import { printedFields } from "../../../nodes/see/twin-boards/browser/printed.ts";
import { aligned, type Line } from "../../../nodes/see/twin-boards/browser/series.ts";
import { board, edgeQuery, HOUR, NOON, panel, result } from "../../support/test-board.ts";

const PERSON = { name: "anna", label: "Anna", roles: ["viewer"], scope: ["*"] } as const;

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

/** Three shifts a day, from six o'clock on. */
const eight = (t: number) => {
  const start = Math.floor((t - 6 * HOUR) / (8 * HOUR)) * 8 * HOUR + 6 * HOUR;
  return { name: ["night", "early", "late"][((start / HOUR + 2) / 8) % 3] ?? "", start, end: start + 8 * HOUR };
};

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
