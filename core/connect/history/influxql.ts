/**
 * Queries as InfluxQL: only what InfluxDB 1.x, 2.x and 3.x all understand. Identifiers are always quoted, values
 * always escaped; names with control characters never get here (`queryFault`).
 */
import { type BucketRun, bucketRuns, modulo } from "./buckets.ts";
import { type Column, distinctFields, distinctTerms, type Query, type TagFilter, type Term, termKey, termsOf } from "./query.ts";

/** Every derived row says its revision. */
const REVISION = "rev";

export function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

export function literal(value: string): string {
  return `'${value.replace(/['\\]/g, "\\$&").replace(/\n/g, "\\n")}'`;
}

/** One statement and what its rows are: aggregates of one run of buckets, or the rows themselves. */
export interface Statement {
  readonly text: string;
  readonly run: BucketRun | undefined;
}

/**
 * Statements with literal times. Aggregates come back as one column per distinct term, named by its key; ratios, fill
 * and order are `resultOfTerms`'s, so that all stores do them alike. Time zones are resolved into runs of buckets.
 */
export function toStatements(query: Query): Statement[] {
  const terms = distinctTerms(query);
  if (terms.length === 0) return [{ text: bareStatement(query), run: undefined }];
  const select = terms.map((term) => `${call(term)} AS ${identifier(termKey(term))}`).join(", ");
  if (!query.bucket) return [{ text: `SELECT ${select} ${source(query, query.from, query.to)}${groupBy(query)}`, run: undefined }];
  return bucketRuns(query).map((run) => {
    const from = Math.max(run.start, query.from);
    const text = `SELECT ${select} ${source(query, from, Math.min(run.end, query.to))}${groupBy(query, everyClause(run))} fill(none)`;
    return { text, run };
  });
}

function bareStatement(query: Query): string {
  const select = query.columns.map((c) => `${identifier("field" in c ? c.field : "")} AS ${identifier(c.as)}`).join(", ");
  return `SELECT ${select} ${source(query, query.from, query.to)}${groupBy(query)}${orderAndLimit(query)}`;
}

function orderAndLimit(query: Query): string {
  return ` ORDER BY time ${query.order === "desc" ? "DESC" : "ASC"}${query.limit === undefined ? "" : ` LIMIT ${query.limit}`}`;
}

function source(query: Query, from: number, to: number): string {
  const atomMs = query.latestRevision?.atomMs ?? 1;
  return latest(query, `time >= ${from - modulo(from, atomMs)}ms AND time < ${to}ms`);
}

const DAY = 86_400_000;

/**
 * The latest revisions that a query aggregates, a day per statement, for `TermFold`: InfluxDB 1.x runs a subquery again for each
 * aggregate of it, so eighteen sums over the minutes of an hour took it thirty times as long as handing these out.
 */
export function toAtomStatements(query: Query): string[] {
  const atomMs = query.latestRevision?.atomMs ?? 1;
  const step = Math.max(1, Math.floor(DAY / atomMs)) * atomMs;
  const statements: string[] = [];
  for (let from = query.from - modulo(query.from, atomMs); from < query.to; from += step)
    statements.push(rowsInForce(query, `time >= ${from}ms AND time < ${Math.min(from + step, query.to)}ms`));
  return statements;
}

/**
 * FROM and WHERE: the measurement, or for derived rows its latest revisions. One selector takes the whole row: with a `last`
 * for each field InfluxDB 1.x needs time that grows with the square of their number, seconds for a shift.
 */
function latest(query: Query, time: string): string {
  return query.latestRevision ? `FROM (${rowsInForce(query, time)}) WHERE ${time}` : measured(query, time);
}

function measured(query: Query, time: string): string {
  const conditions = [...(query.where ?? []).map(condition), time].join(" AND ");
  return `FROM ${identifier(query.measurement)} WHERE ${conditions}`;
}

function rowsInForce(query: Query, time: string): string {
  const others = distinctFields(query).filter((field) => field !== REVISION);
  const row = [
    `last(${identifier(REVISION)}) AS ${identifier(REVISION)}`,
    ...others.map((field) => `${identifier(field)} AS ${identifier(field)}`),
  ];
  return `SELECT ${row.join(", ")} ${measured(query, time)} GROUP BY time(${query.latestRevision?.atomMs ?? 1}ms), * fill(none)`;
}

function condition(filter: NonNullable<Query["where"]>[number]): string {
  const tag = identifier(filter.tag);
  // No stored tag has a control character, so such a value matches nothing.
  const values = filter.in.filter((value) => value !== "" && !/\p{Cc}/u.test(value));
  if (values.length === 0) return `(${tag} = 'a' AND ${tag} = 'b')`;
  return `(${values.map((value) => `${tag} = ${literal(value)}`).join(" OR ")})`;
}

function groupBy(query: Query, every?: string): string {
  const parts = [...(every === undefined ? [] : [every]), ...(query.by ?? []).map(identifier)];
  return parts.length === 0 ? "" : ` GROUP BY ${parts.join(", ")}`;
}

function everyClause(run: BucketRun): string {
  const offset = modulo(run.start, run.everyMs);
  return offset === 0 ? `time(${run.everyMs}ms)` : `time(${run.everyMs}ms, ${offset}ms)`;
}

function call(term: Term): string {
  return `${term.aggregate}(${identifier(term.field)})`;
}

// --- Grafana -----------------------------------------------------------------------------------------------------

/** Grafana fills in the dashboard's time range and, where asked, its interval. */
export interface GrafanaOptions {
  /** Take Grafana's `$__interval` instead of the query's `everyMs`. */
  readonly autoInterval?: boolean;
}

/**
 * The query as targets of a Grafana panel: one statement for the plain columns and one per denominator, because a row
 * whose denominator is not positive must vanish for its ratio (InfluxDB 1.x answers x/0 with 0) and for no other.
 */
export function toGrafana(query: Query, options: GrafanaOptions = {}): string[] {
  const time = "$timeFilter";
  const every = query.bucket || options.autoInterval ? grafanaEvery(query, options) : undefined;
  const zone = query.bucket?.zone && query.bucket.zone !== "UTC" ? ` tz(${literal(query.bucket.zone)})` : "";
  const from = grafanaVariables(query, latest(query, time));
  if (distinctTerms(query).length === 0) {
    const select = query.columns.map((c) => `${inUnit(c, identifier("field" in c ? c.field : ""))} AS ${identifier(c.as)}`).join(", ");
    return [`SELECT ${select} ${from}${groupBy(query)}${orderAndLimit(query)}${zone}`];
  }
  return grafanaGroups(query.columns).map((columns) => {
    if (!columns.some((column) => "numerator" in column)) {
      const select = columns.map((c) => `${inUnit(c, callOf(c))} AS ${identifier(c.as)}`).join(", ");
      return `SELECT ${select} ${from}${groupBy(query, every)}${every === undefined ? "" : ` fill(${query.fill ?? "none"})`}${zone}`;
    }
    const terms = distinctTerms({ ...query, columns });
    const inner = terms.map((term) => `${call(term)} AS ${identifier(termKey(term))}`).join(", ");
    const ratios = columns.map((c) => {
      const quotient = termsOf(c).map((term) => identifier(termKey(term)));
      return `${inUnit(c, quotient.join(" / "))} AS ${identifier(c.as)}`;
    });
    const denominator = identifier(termKey(termsOf(columns[0] as Column)[1] as Term));
    const sums = `SELECT ${inner} ${from}${groupBy(query, every)}${every === undefined ? "" : " fill(none)"}`;
    return `SELECT ${ratios.join(", ")} FROM (${sums}) WHERE ${denominator} > 0 AND ${time}${groupBy(query)}${zone}`;
  });
}

/** Grafana asks InfluxDB itself, so here the conversion is part of the statement. */
function inUnit(column: Column, expression: string): string {
  if (column.conversion === undefined) return expression;
  const { factor, offset } = column.conversion;
  const shift = offset === 0 ? "" : ` ${offset < 0 ? "-" : "+"} ${decimal(Math.abs(offset))}`;
  return `${expression} * ${decimal(factor)}${shift}`;
}

/** InfluxQL knows no exponents, and a whole number without a point would be an integer. */
function decimal(value: number): string {
  const text = String(value);
  const plain = text.includes("e") ? value.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 17 }) : text;
  return plain.includes(".") ? plain : `${plain}.0`;
}

function grafanaEvery(query: Query, options: GrafanaOptions): string {
  if (options.autoInterval) return "time($__interval)";
  const { everyMs, offsetMs = 0 } = query.bucket as NonNullable<Query["bucket"]>;
  return offsetMs === 0 ? `time(${everyMs}ms)` : `time(${everyMs}ms, ${offsetMs}ms)`;
}

function callOf(column: Column): string {
  if (!("plus" in column)) return call(termsOf(column)[0] as Term);
  const sum = `${column.plus.map(call).join(" + ")}${column.less.map((term) => ` - ${call(term)}`).join("")}`;
  return column.conversion === undefined ? sum : `(${sum})`;
}

/** Plain columns and balances together, ratios by their denominator. */
function grafanaGroups(columns: readonly Column[]): Column[][] {
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const key = "numerator" in column ? termKey(column.denominator) : "";
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  return [...groups.values()];
}

/** Puts the dashboard's variables in place of fixed values: Grafana quotes each selected value for a regular expression. */
function grafanaVariables(query: Query, from: string): string {
  return (query.where ?? []).reduce((text, filter) => {
    if (filter.variable === undefined) return text;
    return text.replace(condition(filter), () => variableCondition(filter, filter.variable as string));
  }, from);
}

function variableCondition({ tag, around }: TagFilter, variable: string): string {
  const { before, after } = around ?? { before: "", after: "" };
  return `${identifier(tag)} =~ /^${expression(before)}$\{${variable}:regex}${expression(after)}$/`;
}

/** Text as it stands in a regular expression of InfluxQL. */
function expression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** The stored values of a tag as the query of a Grafana variable; `like` is a regular expression without slashes. */
export function toGrafanaValues(stored: {
  readonly measurement: string;
  readonly tag: string;
  readonly where: readonly TagFilter[];
  readonly like: { readonly tag: string; readonly pattern: string };
}): string {
  const filters = stored.where.map((filter) =>
    filter.variable === undefined ? condition(filter) : variableCondition(filter, filter.variable),
  );
  const conditions = [...filters, `${identifier(stored.like.tag)} =~ /${stored.like.pattern}/`].join(" AND ");
  return `SHOW TAG VALUES FROM ${identifier(stored.measurement)} WITH KEY = ${identifier(stored.tag)} WHERE ${conditions}`;
}
