/**
 * The Historian port over InfluxDB. Proved on 1.x; 2.x and 3.x by the same documented API (database = bucket or
 * database of that name, password = API token).
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  distinctTerms,
  fromRow,
  type Historian,
  identifier,
  joinTag,
  type LineBatch,
  literal,
  type Query,
  queryFault,
  type QueryResult,
  resultOfRows,
  resultOfTerms,
  type Retention,
  type Series,
  type Statement,
  splitTag,
  type TagRange,
  type TelemetryRow,
  TermFold,
  type TermSeries,
  toAtomStatements,
  toStatements,
  type WriteReport,
} from "../../core/connect/history/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { InfluxSeries } from "./answer.ts";
import { InfluxClient, type InfluxSettings } from "./client.ts";
import { writeBatch } from "./writer.ts";

const DAY_MS = 86_400_000;
/** Tags per statement of `readSamples`, so that no statement grows without bound. */
const TAGS_PER_STATEMENT = 50;
const MAX_SAMPLES = 1_000_000;
/** After so many rows others get their turn. */
const ROWS_PER_TURN = 5_000;

export class InfluxHistorian implements Historian {
  readonly #client: InfluxClient;
  #version = "";
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(settings: InfluxSettings) {
    this.#client = new InfluxClient(settings);
  }

  get title(): string {
    return `InfluxDB${this.#version === "" ? "" : ` ${this.#version}`} at ${this.#client.origin}`;
  }

  async prepare(): Promise<void> {
    const { version = "" } = await this.#client.ping();
    this.#version = version.replace(/^v/, "");
    await this.#createDatabase();
  }

  /** One write at a time: InfluxDB is not faster with more, and the order stays. */
  write(batch: LineBatch): Promise<WriteReport> {
    const write = this.#lastWrite.then(() => writeBatch(this.#client, batch, () => this.#createDatabase()));
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  async query(query: Query): Promise<QueryResult> {
    const fault = queryFault(query);
    if (fault !== undefined) throw new RangeError(fault);
    if (query.latestRevision && distinctTerms(query).length > 0) return this.#folded(query);
    const statements = toStatements(query);
    const found = statements.length === 0 ? [] : await this.#client.query(statements.map((statement) => statement.text));
    const bare = statements.length === 1 && query.columns.every((column) => "field" in column && column.aggregate === undefined);
    return bare
      ? resultOfRows(
          query,
          found.map((series) => rowsOf(query, series)),
        )
      : resultOfTerms(query, termsOf(query, statements, found));
  }

  async #folded(query: Query): Promise<QueryResult> {
    const fold = new TermFold(query);
    for (const statement of toAtomStatements(query)) {
      for (const { tags, columns, values } of await this.#client.query([statement])) fold.take(tags, columns, values);
      await nextTurn();
    }
    return resultOfTerms(query, fold.series());
  }

  async readSamples(range: TagRange): Promise<Sample[]> {
    const types = new Map(range.tags.map(({ id, type }) => [id, type]));
    const found = new Map<string, Sample[]>();
    let count = 0;
    for (let at = 0; at < range.tags.length; at += TAGS_PER_STATEMENT) {
      const tags = range.tags.slice(at, at + TAGS_PER_STATEMENT).map((tag) => tag.id);
      for (const series of await this.#client.query(sampleStatements(tags, range))) {
        const tag = joinTag(series.tags["asset"] ?? "", series.tags["signal"] ?? "");
        const type = types.get(tag);
        const known = found.get(tag) ?? [];
        found.set(tag, known);
        for (const [time, v, s, q, sc] of series.values) {
          known.push(fromRow(tag, { time, v, s, q, sc } as TelemetryRow, type));
          count += 1;
          if (count % ROWS_PER_TURN === 0) await nextTurn();
        }
        if (count > MAX_SAMPLES) throw new RangeError(`More than ${MAX_SAMPLES} samples; read a shorter range or fewer tags.`);
      }
    }
    return range.tags.flatMap(({ id }) => found.get(id) ?? []);
  }

  /**
   * On 1.x raw telemetry is deleted by age; a retention policy would delete the OEE and events of the same database
   * with it. On 2.x and 3.x the API shared by all versions cannot delete: there the bucket's or database's own
   * retention period rules, and this returns null. InfluxDB has no bound by size.
   */
  async enforceRetention(retention: Retention, now: number): Promise<{ readonly deletedBefore: number | null }> {
    if (retention.rawDays === null || !(await this.#isVersion1())) return { deletedBefore: null };
    const before = now - retention.rawDays * DAY_MS;
    await this.#client.query([`DELETE FROM "telemetry" WHERE time < ${before}ms`]);
    return { deletedBefore: before };
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    this.#client.close();
  }

  async #isVersion1(): Promise<boolean> {
    if (this.#version === "") this.#version = ((await this.#client.ping()).version ?? "").replace(/^v/, "");
    return this.#version.startsWith("1.");
  }

  /** 2.x and 3.x know no such statement: there the bucket or database is made beforehand, or by the first write. */
  async #createDatabase(): Promise<void> {
    if (await this.#isVersion1()) await this.#client.query([`CREATE DATABASE ${identifier(this.#client.database)}`]);
  }
}

function sampleStatements(tags: readonly string[], range: TagRange): string[] {
  const wanted = tags
    .map((tag) => splitTag(tag))
    .filter((id) => id !== undefined && !/\p{Cc}/u.test(id.asset + id.signal))
    .map((id) => `("asset" = ${literal(id?.asset ?? "")} AND "signal" = ${literal(id?.signal ?? "")})`);
  if (wanted.length === 0) return [];
  const select = `SELECT "v", "s", "q", "sc" FROM "telemetry" WHERE (${wanted.join(" OR ")})`;
  const inside = `${select} AND time >= ${range.from}ms AND time < ${range.to}ms GROUP BY "asset", "signal" LIMIT ${MAX_SAMPLES + 1}`;
  const before = `${select} AND time < ${range.from}ms GROUP BY "asset", "signal" ORDER BY time DESC LIMIT 1`;
  return range.carryIn ? [before, inside] : [inside];
}

function rowsOf(query: Query, series: InfluxSeries): Series {
  const rows = series.values.map(([time, ...values]) => [time as number, ...values] as const);
  return { tags: series.tags, rows: query.order === "desc" ? rows.toReversed() : rows };
}

function termsOf(query: Query, statements: readonly Statement[], found: readonly InfluxSeries[]): TermSeries[] {
  const groups = new Map<string, { tags: InfluxSeries["tags"]; rows: Map<number, InfluxSeries["values"][number]> }>();
  for (const series of found) {
    const name = JSON.stringify((query.by ?? []).map((tag) => series.tags[tag] ?? ""));
    const group = groups.get(name) ?? { tags: series.tags, rows: new Map() };
    groups.set(name, group);
    const bucketed = statements[series.statement]?.run !== undefined;
    for (const [time, ...cells] of series.values) group.rows.set(bucketed ? (time as number) : query.from, cells);
  }
  return [...groups.values()];
}
