import assert from "node:assert/strict";
import {
  bucketRuns,
  bucketStarts,
  evaluate,
  type Point,
  type Query,
  queryFault,
  resultOfTerms,
  TermFold,
  toAtomStatements,
  toGrafana,
  toStatements,
} from "../../../core/connect/history/index.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const utc = (text: string) => Date.parse(`${text}Z`);

const base: Query = { measurement: "oee", from: 0, to: DAY, columns: [{ as: "run", field: "run_ms", aggregate: "sum" }] };

const starts = (from: string, to: string, bucket: NonNullable<Query["bucket"]>) =>
  bucketStarts(bucketRuns({ ...base, from: utc(from), to: utc(to), bucket })).map(iso);
const atom = (minute: number, revision: number, run: number, planned: number): Point => ({
  measurement: "oee",
  tags: { asset: "m1", shift: minute < 2 ? "early" : "late" },
  time: minute * 60_000,
  revision,
  fields: { run_ms: run, planned_ms: planned },
});
/** The latest revisions of the atoms, as Grafana asks for them. */
const latest = (fields: string) =>
  `FROM (SELECT ${fields} FROM "oee" WHERE "asset" =~ /^\${asset:regex}$/ AND $timeFilter GROUP BY time(60000ms), * fill(none)) WHERE $timeFilter`;
const atomRows = (from: number, to: number): string =>
  `SELECT last("rev") AS "rev", "run_ms" AS "run_ms" FROM "oee" WHERE time >= ${from}ms AND time < ${to}ms GROUP BY time(60000ms), * fill(none)`;
const total = (field: string) => ({ field, aggregate: "sum" }) as const;
const perUnit = (offset: number): Query => ({
  measurement: "energy",
  from: 0,
  to: 60_000,
  columns: [
    {
      as: "wh",
      numerator: { field: "kwh", aggregate: "sum" },
      denominator: { field: "good", aggregate: "sum" },
      conversion: { factor: 1_000, offset },
    },
  ],
});
const fault = (aggregate: "count" | "sum" | "mean", factor: number, offset: number): string | undefined =>
  queryFault({ ...base, columns: [{ as: "v", field: "v", aggregate, conversion: { factor, offset } }] });

describe("time buckets", () => {
  it("begin before from and end after to", () => {
    assert.deepEqual(starts("2026-01-05T10:30", "2026-01-05T12:01", { everyMs: HOUR }), [
      "2026-01-05T10:00",
      "2026-01-05T11:00",
      "2026-01-05T12:00",
    ]);
  });

  it("follow the local clock: production days from 06:00 in Galway across the change to summer time", () => {
    const day = { everyMs: DAY, offsetMs: 6 * HOUR, zone: "Europe/Dublin" };
    assert.deepEqual(starts("2026-03-28T06:00", "2026-03-31T00:00", day), ["2026-03-28T06:00", "2026-03-29T05:00", "2026-03-30T05:00"]);
    assert.deepEqual(starts("2026-10-24T12:00", "2026-10-26T12:00", day), ["2026-10-24T05:00", "2026-10-25T06:00", "2026-10-26T06:00"]);
    assert.deepEqual(starts("2026-03-29T04:59", "2026-03-29T05:01", day), ["2026-03-28T06:00", "2026-03-29T05:00"]);
  });

  it("restart at each local midnight when shorter than a day", () => {
    assert.deepEqual(starts("2026-03-29T00:00", "2026-03-30T08:00", { everyMs: 8 * HOUR, zone: "Europe/Dublin" }), [
      "2026-03-29T00:00",
      "2026-03-29T08:00",
      "2026-03-29T16:00",
      "2026-03-29T23:00",
      "2026-03-30T07:00",
    ]);
  });

  it("need few runs: a year of local days is two changes of the clocks", () => {
    const runs = bucketRuns({
      ...base,
      from: utc("2026-01-01T00:00"),
      to: utc("2027-01-01T00:00"),
      bucket: { everyMs: DAY, zone: "Europe/Dublin" },
    });
    assert.deepEqual(
      runs.map((run) => [iso(run.start), run.everyMs / HOUR]),
      [
        ["2026-01-01T00:00", 24],
        ["2026-03-29T00:00", 23],
        ["2026-03-29T23:00", 24],
        ["2026-10-24T23:00", 25],
        ["2026-10-26T00:00", 24],
      ],
    );
  });
});

describe("queries", () => {
  const points = [atom(0, 1, 10, 60), atom(0, 2, 30, 60), atom(1, 1, 60, 60), atom(3, 1, 5, 0)];
  const ratio: Query = {
    ...base,
    columns: [{ as: "A", numerator: { field: "run_ms", aggregate: "sum" }, denominator: { field: "planned_ms", aggregate: "sum" } }],
    latestRevision: { atomMs: 60_000 },
  };

  it("use the latest revision only, sum first and divide last", () => {
    assert.deepEqual(evaluate(points, ratio).series, [{ tags: {}, rows: [[0, 95 / 120]] }]);
    const { latestRevision: _, ...all } = ratio;
    assert.deepEqual(evaluate(points, all).series[0]?.rows, [[0, 105 / 180]]);
  });

  it("give null for a ratio without a positive denominator, also where earlier values fill gaps", () => {
    const filled: Query = { ...ratio, to: 5 * 60_000, bucket: { everyMs: 60_000 }, fill: "previous" };
    assert.deepEqual(
      evaluate(points, filled).series[0]?.rows.map(([, a]) => a),
      [0.5, 1, 1, null, null],
    );
  });

  it("take a negative denominator for no denominator", () => {
    const odd = [atom(0, 1, 10, -60), atom(1, 1, 10, 20)];
    assert.deepEqual(evaluate(odd.slice(0, 1), ratio).series[0]?.rows, [[0, null]]);
    assert.deepEqual(evaluate(odd, ratio).series[0]?.rows, [[0, null]]);
  });

  it("group by tags, filter by tags and keep rows without the field out", () => {
    const query: Query = { ...base, by: ["shift"], columns: [{ as: "n", field: "run_ms", aggregate: "count" }] };
    assert.deepEqual(evaluate(points, query).series, [
      { tags: { shift: "early" }, rows: [[0, 3]] },
      { tags: { shift: "late" }, rows: [[0, 1]] },
    ]);
    assert.deepEqual(evaluate(points, { ...query, where: [{ tag: "shift", in: ["late"] }] }).series.length, 1);
    assert.deepEqual(evaluate(points, { ...query, columns: [{ as: "x", field: "absent", aggregate: "last" }] }).series, []);
  });

  it("say in one sentence what is wrong with them", () => {
    const faults: [Partial<Query>, RegExp][] = [
      [{ columns: [] }, /no column/],
      [{ columns: [...base.columns, ...base.columns] }, /same name/],
      [{ columns: [...base.columns, { as: "v", field: "v" }] }, /either only bare/],
      [{ columns: [{ as: "v", field: "v", aggregate: "drop" as never }] }, /no aggregate drop/],
      [{ measurement: "a\nb" }, /not a name/],
      [{ from: 2, to: 1 }, /after to/],
      [{ from: Number.NaN }, /integer ms/],
      [{ limit: 0 }, /limit/],
      [{ fill: "null" }, /needs buckets/],
      [{ bucket: { everyMs: 0 } }, /everyMs/],
      [{ bucket: { everyMs: 2 * DAY } }, /everyMs/],
      [{ bucket: { everyMs: 1 }, to: 1e9 }, /100000 buckets/],
      [{ bucket: { everyMs: 7 * HOUR, zone: "Europe/Dublin" } }, /divide the day/],
      [{ bucket: { everyMs: HOUR, zone: "Mars/Olympus" } }, /no time zone/],
      [{ bucket: { everyMs: 1000 }, latestRevision: { atomMs: 60_000 } }, /multiples of atomMs/],
      [{ bucket: { everyMs: HOUR }, columns: [{ as: "v", field: "v" }] }, /need aggregates/],
    ];
    for (const [change, expected] of faults) assert.match(queryFault({ ...base, ...change }) ?? "no fault", expected);
    assert.equal(queryFault(base), undefined);
  });
});

describe("a fold of rows", () => {
  const query: Query = {
    ...base,
    by: ["shift"],
    bucket: { everyMs: 2 * 60_000 },
    columns: (["sum", "mean", "min", "max", "first", "last", "count"] as const).map((aggregate) => ({
      as: aggregate,
      field: "run_ms",
      aggregate,
    })),
  };

  it("gives every aggregate as the plain reading of the points does, in whatever order the rows come", () => {
    const points = [atom(0, 1, 10, 60), atom(1, 1, 60, 60), atom(2, 1, 7, 0), atom(3, 1, 5, 0), atom(3, 2, 9, 0)];
    const distinct = points.filter(({ revision }) => revision === 1);
    const fold = new TermFold(query);
    for (const { tags, time, fields } of distinct.toReversed())
      fold.take(tags, ["time", "rev", "run_ms"], [[time, 1, fields["run_ms"] ?? null]]);
    assert.deepEqual(resultOfTerms(query, fold.series()), evaluate(distinct, query));
  });

  it("takes the greatest of several values at one instant, and nothing for a null", () => {
    const fold = new TermFold({ ...query, bucket: { everyMs: HOUR } });
    fold.take(
      { shift: "early" },
      ["time", "run_ms"],
      [
        [0, 3],
        [60_000, null],
        [0, 8],
        [0, 5],
      ],
    );
    assert.deepEqual([...(fold.series()[0]?.rows.values() ?? [])], [[16, 16 / 3, 3, 8, 8, 8, 3]]);
  });
});

describe("InfluxQL", () => {
  it("asks for the latest revisions a day at a time, in whole atoms", () => {
    const query: Query = { ...base, from: 90_000, to: DAY + 120_000, latestRevision: { atomMs: 60_000 } };
    assert.deepEqual(toAtomStatements(query), [atomRows(60_000, DAY + 60_000), atomRows(DAY + 60_000, DAY + 120_000)]);
    assert.deepEqual(toAtomStatements({ ...query, to: 90_000 }), [atomRows(60_000, 90_000)]);
  });

  it("quotes every identifier and value, and asks for runs of buckets with literal times", () => {
    const query: Query = {
      ...base,
      from: 60_000,
      to: DAY,
      by: ["asset"],
      where: [{ tag: "asset", in: ["it's", "back\\slash"] }],
      bucket: { everyMs: 6 * HOUR, offsetMs: 2 * HOUR },
    };
    assert.deepEqual(
      toStatements(query).map((s) => s.text),
      [
        `SELECT sum("run_ms") AS "sum(run_ms)" FROM "oee" WHERE ("asset" = 'it\\'s' OR "asset" = 'back\\\\slash') AND time >= 60000ms AND time < 86400000ms GROUP BY time(21600000ms, 7200000ms), "asset" fill(none)`,
      ],
    );
  });

  it("for Grafana has its macros and one target per denominator", () => {
    const query: Query = {
      ...base,
      by: ["asset"],
      where: [{ tag: "asset", in: [], variable: "asset" }],
      bucket: { everyMs: DAY, zone: "Europe/Dublin" },
      fill: "null",
      latestRevision: { atomMs: 60_000 },
      columns: [
        { as: "A", numerator: { field: "run_ms", aggregate: "sum" }, denominator: { field: "planned_ms", aggregate: "sum" } },
        { as: "run", field: "run_ms", aggregate: "sum" },
      ],
    };
    const rows = latest(`last("rev") AS "rev", "run_ms" AS "run_ms", "planned_ms" AS "planned_ms"`);
    assert.deepEqual(toGrafana(query), [
      `SELECT "sum(run_ms)" / "sum(planned_ms)" AS "A" FROM (SELECT sum("run_ms") AS "sum(run_ms)", sum("planned_ms") AS "sum(planned_ms)" ${rows} GROUP BY time(86400000ms), "asset" fill(none)) WHERE "sum(planned_ms)" > 0 AND $timeFilter GROUP BY "asset" tz('Europe/Dublin')`,
      `SELECT sum("run_ms") AS "run" ${rows} GROUP BY time(86400000ms), "asset" fill(null) tz('Europe/Dublin')`,
    ]);
    assert.match(toGrafana(query, { autoInterval: true })[1] ?? "", /GROUP BY time\(\$__interval\), "asset"/);
  });

  it("carry a conversion in the statement, without exponents and with a point in every number", () => {
    const of = (factor: number, offset: number): string | undefined =>
      toGrafana({ ...base, columns: [{ as: "v", field: "v", aggregate: "mean", conversion: { factor, offset } }] })[0]?.split(" FROM ")[0];
    assert.equal(of(1.8, 32), 'SELECT mean("v") * 1.8 + 32.0 AS "v"');
    assert.equal(of(5 / 9, -17.5), 'SELECT mean("v") * 0.5555555555555556 - 17.5 AS "v"');
    assert.equal(of(60, 0), 'SELECT mean("v") * 60.0 AS "v"');
    assert.equal(of(1e-7, 0), 'SELECT mean("v") * 0.0000001 AS "v"');
    assert.equal(of(1e21, 0), 'SELECT mean("v") * 1000000000000000000000.0 AS "v"');
    const bare = toGrafana({ ...base, columns: [{ as: "v", field: "v", conversion: { factor: 2, offset: 0 } }] });
    assert.match(bare[0] ?? "", /^SELECT "v" \* 2\.0 AS "v" FROM/);
  });
});

describe("a balance", () => {
  const left: Query = { ...base, columns: [{ as: "left", plus: [total("a"), total("b")], less: [total("c")] }] };
  const of = (fields: Point["fields"]) => evaluate([{ measurement: "oee", tags: {}, time: 0, fields }], left).series[0]?.rows[0]?.[1];

  it("is what it adds less what it takes away; nothing stored counts as 0 only where it is taken away", () => {
    assert.equal(of({ a: 5, b: 1, c: 2 }), 4);
    assert.equal(of({ a: 5, b: 1 }), 6);
    assert.equal(of({ a: 5, c: 2 }), null);
    assert.match(toGrafana(left)[0] ?? "", /^SELECT sum\("a"\) \+ sum\("b"\) - sum\("c"\) AS "left" FROM /);
    assert.match(queryFault({ ...base, columns: [{ as: "left", plus: [], less: [total("c")] }] }) ?? "", /adds at least one/);
  });
});

describe("a conversion of a column", () => {
  it("is by a positive factor and a finite offset", () => {
    assert.equal(fault("mean", 1.8, 32), undefined);
    for (const [factor, offset] of [
      [0, 0],
      [-1, 0],
      [Number.NaN, 0],
      [Infinity, 0],
      [1, Number.NaN],
    ] as const)
      assert.match(fault("mean", factor, offset) ?? "", /positive factor/);
  });

  it("is refused where it has no meaning: of a count, and of a sum on a scale with an offset", () => {
    assert.match(fault("count", 2, 0) ?? "", /a count has no unit/);
    assert.match(fault("sum", 1.8, 32) ?? "", /a sum, balance or ratio takes no offset/);
    assert.equal(fault("sum", 2, 0), undefined);
  });

  it("of a ratio is of the quotient, in every store and in Grafana", () => {
    const points = [3, 5].map((kwh, time) => ({ measurement: "energy", tags: {}, time, fields: { kwh, good: 400 } }));
    assert.deepEqual(evaluate(points, perUnit(0)).series[0]?.rows, [[0, 10]]);
    assert.match(toGrafana(perUnit(0))[0] ?? "", /^SELECT "sum\(kwh\)" \/ "sum\(good\)" \* 1000\.0 AS "wh" FROM \(/);
    assert.match(queryFault(perUnit(1)) ?? "", /ratio takes no offset/);
  });
});
