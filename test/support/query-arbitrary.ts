/** Random small histories and queries over them, for every test that holds a store to the reference evaluator. */
import * as fc from "fast-check";
import { type Aggregate, type Column, convertible, type Point, type Query, type QueryResult } from "../../core/connect/history/index.ts";

const HOUR = 3_600_000;
/** The night in which Europe's clocks go forward lies in the middle. */
export const FROM = Date.UTC(2026, 2, 27, 22);
export const TO = FROM + 72 * HOUR;

/** Quarters add up exactly in binary, whatever the order. */
const quarters = fc.integer({ min: -40, max: 40 }).map((n) => n / 4 + 0);

function pointArbitrary(measurement: string, complete: boolean): fc.Arbitrary<Point> {
  const fields = fc.record(
    { a: quarters, b: fc.constantFrom(0, 0, 1, 2.5), s: fc.constantFrom("x", "y", ""), ok: fc.boolean() },
    complete ? {} : { requiredKeys: [] },
  );
  return fc
    .record({
      asset: fc.constantFrom("p.l1.m1", "p.l1.m2", "p.l2.m3"),
      product: fc.constantFrom("~", 'Cola, 0.5 l="x"'),
      // Few distinct instants, so that revisions and ties happen; some 20 s later, within the same atom.
      time: fc
        .tuple(fc.oneof(fc.integer({ min: 0, max: 72 * 4 }), fc.constantFrom(1, 52)), fc.constantFrom(0, 0, 20_000))
        .map(([quarter, late]) => FROM + quarter * (HOUR / 4) + late),
      revision: fc.integer({ min: 0, max: 2 }),
      fields: fields.filter((f) => Object.keys(f).length > 0),
    })
    .map(({ asset, product, time, revision, fields }) => ({
      measurement,
      tags: { asset, product, line: asset.slice(0, 4) },
      time,
      ...(revision === 0 ? {} : { revision }),
      fields: {
        ...(Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as Point["fields"]),
        ...(complete ? { rev: revision } : {}),
      },
    }));
}

const numeric = fc.constantFrom<Aggregate>("sum", "mean", "min", "max", "last", "first", "count");
const ofText = fc.constantFrom<Aggregate>("last", "first", "count");
// `first` of booleans is left out: among series at the same instant InfluxDB takes false there, the greatest elsewhere.
const ofBooleans = fc.constantFrom<Aggregate>("last", "count");

const aggregatedColumn: fc.Arbitrary<Column> = fc.oneof(
  fc.record({ field: fc.constantFrom("a", "b"), aggregate: numeric }).map((c) => ({ ...c, as: `${c.aggregate}_${c.field}` })),
  fc.record({ field: fc.constant("s"), aggregate: ofText }).map((c) => ({ ...c, as: `${c.aggregate}_${c.field}` })),
  fc.record({ field: fc.constant("ok"), aggregate: ofBooleans }).map((c) => ({ ...c, as: `${c.aggregate}_${c.field}` })),
  fc.constant<Column>({
    as: "balance",
    plus: [{ field: "a", aggregate: "sum" }],
    less: [
      { field: "b", aggregate: "sum" },
      { field: "absent", aggregate: "sum" },
    ],
  }),
  fc.constant<Column>({ as: "ratio", numerator: { field: "a", aggregate: "sum" }, denominator: { field: "b", aggregate: "sum" } }),
);
const bareColumn: fc.Arbitrary<Column> = fc.constantFrom("a", "b", "s", "ok").map((field) => ({ as: `the ${field}`, field }));
/** Factors and offsets that are exact in binary, as the values are. */
const conversion = fc.constantFrom({ factor: 2, offset: 0 }, { factor: 0.25, offset: -16 });

/** Some of the columns that may be, in another unit, also beside the same column in its own. */
function inUnits(column: fc.Arbitrary<Column>): fc.Arbitrary<Column> {
  return fc
    .tuple(column, fc.option(conversion, { nil: undefined }))
    .map(([one, unit]) =>
      unit !== undefined && convertible(one, unit) ? { ...one, as: `${one.as} in ${unit.factor}`, conversion: unit } : one,
    );
}

function columns(column: fc.Arbitrary<Column>): fc.Arbitrary<Column[]> {
  return fc.uniqueArray(inUnits(column), { minLength: 1, maxLength: 4, selector: (c) => c.as });
}

function queryArbitrary(measurement: string, latest: boolean): fc.Arbitrary<Query> {
  const base = {
    from: fc.constantFrom(FROM, FROM + HOUR / 4 + 10_000, FROM + 13 * HOUR, TO - HOUR),
    to: fc.constantFrom(TO, FROM + 13 * HOUR + 1, FROM + 40 * HOUR, TO + 30 * HOUR),
    by: fc.constantFrom(undefined, [], ["asset"], ["line"], ["asset", "product", "line"], ["absent"]),
    where: fc.constantFrom(
      undefined,
      [{ tag: "asset", in: ["p.l1.m1", "p.l2.m3"] }],
      [{ tag: "line", in: ["p.l1"] }],
      [{ tag: "product", in: ["' OR 1=1", "~"] }],
      [{ tag: "asset", in: [] }],
    ),
    order: fc.constantFrom(undefined, "asc" as const, "desc" as const),
  };
  const bucket = fc.constantFrom(
    { everyMs: HOUR },
    { everyMs: 7 * HOUR },
    { everyMs: 24 * HOUR, zone: "Europe/Dublin" },
    { everyMs: 24 * HOUR, offsetMs: 6 * HOUR, zone: "Europe/Dublin" },
    { everyMs: 8 * HOUR, offsetMs: -2 * HOUR, zone: "Europe/Dublin" },
    { everyMs: 12 * HOUR, zone: "America/New_York" },
    { everyMs: 24 * HOUR, offsetMs: 30 * 60_000 },
  );
  const aggregated = fc.record({
    ...base,
    columns: columns(aggregatedColumn),
    bucket: fc.option(bucket, { nil: undefined }),
    fill: fc.constantFrom(undefined, "none" as const, "null" as const, "previous" as const),
    limit: fc.constantFrom(undefined, 1, 3),
  });
  const bare = fc.record({
    ...base,
    columns: columns(bareColumn),
    bucket: fc.constant(undefined),
    fill: fc.constant(undefined),
    limit: fc.constantFrom(undefined, 2),
  });
  return fc
    .oneof(aggregated, bare)
    .filter((q) => q.from <= q.to)
    .map(({ fill, limit, ...q }) => {
      // Which of two rows at the same instant a limit keeps is nobody's promise.
      const unique = q.bucket !== undefined || (q.by?.length === 3 && latest);
      const query = {
        measurement,
        ...q,
        fill: q.bucket ? fill : undefined,
        limit: unique ? limit : undefined,
        latestRevision: latest ? { atomMs: 60_000 } : undefined,
      };
      return Object.fromEntries(Object.entries(query).filter(([, v]) => v !== undefined)) as unknown as Query;
    });
}

/** A history and some queries. `latest` histories have revisions that state all their fields. */
export function historyArbitrary(measurement: string): fc.Arbitrary<{ points: Point[]; queries: Query[] }> {
  return fc.boolean().chain((latest) =>
    fc.record({
      points: fc.array(pointArbitrary(measurement, latest), { maxLength: 40 }),
      queries: fc.array(queryArbitrary(measurement, latest), { minLength: 5, maxLength: 5 }),
    }),
  );
}

/** The result in a form that compares: rows of one instant in any order, numbers to 12 digits. */
export function comparable(result: QueryResult): unknown {
  return {
    columns: result.columns,
    series: result.series.map(({ tags, rows }) => ({
      tags,
      rows: rows
        .map((row) => row.map((cell) => (typeof cell === "number" && !Number.isInteger(cell) ? Number(cell.toPrecision(12)) : cell)))
        .map((row) => [row[0], JSON.stringify(row)] as const)
        .sort(([a, x], [b, y]) => (a === b ? x.localeCompare(y) : 0))
        .map(([, row]) => row),
    })),
  };
}
