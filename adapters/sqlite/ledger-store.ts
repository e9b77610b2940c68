/**
 * The context ledger on one SQLite file: append-only (triggers refuse UPDATE, DELETE and rewritten revisions),
 * bitemporal, with the outbox cursor beside it. Synchronous methods for the SQLite thread; `ledger.ts` is the port.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import {
  checkAuthorship,
  checkStatement,
  LEDGER_LIMITS,
  LedgerRefusal,
  type Authorship,
  type CheckedStatement,
  type LedgerEntry,
  type LedgerFilter,
  type Statement,
} from "../../core/connect/ledger/index.ts";
import { guardFreeSpace, openDatabase, storageError, transaction } from "./database.ts";
import { entryOf, type LedgerRow } from "./ledger-row.ts";

export interface LedgerStoreOptions {
  /** Refuse to record when the file system has fewer free bytes than this. */
  readonly minFreeBytes?: number;
}

const SCHEMA = `
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, asset TEXT NOT NULL, start INTEGER NOT NULL, revision INTEGER NOT NULL CHECK (revision >= 1),
    "end" INTEGER CHECK ("end" >= start), data TEXT NOT NULL, evidence TEXT,
    author TEXT NOT NULL, reason TEXT NOT NULL, recorded INTEGER NOT NULL,
    UNIQUE (kind, asset, start, revision)
  ) STRICT;
  CREATE INDEX entry_by_start ON entry (kind, start);
  CREATE TABLE outbox (one INTEGER PRIMARY KEY CHECK (one = 1), projected INTEGER NOT NULL) STRICT;
  INSERT INTO outbox VALUES (1, 0);

  CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: record a new revision.'); END;
  CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: record a new revision.'); END;
  -- INSERT OR REPLACE deletes without firing the trigger above; this one comes first.
  CREATE TRIGGER entry_only_next_revision BEFORE INSERT ON entry
  WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)
    OR NEW.revision <> 1 + coalesce((SELECT max(revision) FROM entry WHERE kind = NEW.kind AND asset = NEW.asset AND start = NEW.start), 0)
    OR NEW.recorded < coalesce((SELECT recorded FROM entry WHERE id = (SELECT max(id) FROM entry)), NEW.recorded)
  BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: only the next revision may follow.'); END;
`;

/** What has no end yet, and what ended when: among all revisions neither could be found without looking at every one. */
const FINDING = `
  CREATE TABLE open_entry (
    kind TEXT NOT NULL, start INTEGER NOT NULL, asset TEXT NOT NULL, PRIMARY KEY (kind, start, asset)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO open_entry SELECT kind, start, asset FROM entry e WHERE "end" IS NULL
    AND revision = (SELECT max(revision) FROM entry n WHERE n.kind = e.kind AND n.asset = e.asset AND n.start = e.start);
  CREATE TRIGGER entry_opens AFTER INSERT ON entry WHEN NEW."end" IS NULL
  BEGIN INSERT OR IGNORE INTO open_entry VALUES (NEW.kind, NEW.start, NEW.asset); END;
  CREATE TRIGGER entry_ends AFTER INSERT ON entry WHEN NEW."end" IS NOT NULL
  BEGIN DELETE FROM open_entry WHERE kind = NEW.kind AND start = NEW.start AND asset = NEW.asset; END;
  CREATE INDEX entry_by_end ON entry (kind, "end", start) WHERE "end" IS NOT NULL;
`;

/** With asset and revision: which revision of an entry is its last is then read from the index, and of the others nothing else. */
const SUCCESSION = `
  DROP INDEX entry_by_start;
  CREATE INDEX entry_by_start ON entry (kind, start, asset, revision);
`;

const COLUMNS = `id, kind, asset, start, "end", revision, data, evidence, author, reason, recorded`;
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 100_000;

export class LedgerStore {
  readonly #file: string;
  #options: LedgerStoreOptions;
  readonly #database: DatabaseSync;
  readonly #latestOfKey: StatementSync;
  readonly #insert: StatementSync;

  constructor(file: string, options: LedgerStoreOptions) {
    this.#file = file;
    this.#options = options;
    this.#database = openDatabase(file, { title: "ledger", applicationId: 0x74_77_4c_31, migrations: [SCHEMA, FINDING, SUCCESSION] });
    this.#latestOfKey = this.#database.prepare(
      `SELECT ${COLUMNS} FROM entry WHERE kind = ? AND asset = ? AND start = ? ORDER BY revision DESC LIMIT 1`,
    );
    this.#insert = this.#database.prepare(
      `INSERT INTO entry (kind, asset, start, "end", revision, data, evidence, author, reason, recorded)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    );
  }

  configure(options: LedgerStoreOptions): void {
    this.#options = options;
  }

  record(statements: readonly Statement[], by: Authorship, now: number): (LedgerEntry & { readonly fresh: boolean })[] {
    const problem = checkAuthorship(by);
    if (problem !== undefined) throw new LedgerRefusal(problem);
    if (!Number.isSafeInteger(now)) throw new LedgerRefusal(`The recorded time ${now} is not an integer number of ms UTC.`);
    if (statements.length > LEDGER_LIMITS.statements) {
      throw new LedgerRefusal(`${statements.length} statements at once; at most ${LEDGER_LIMITS.statements} are recorded in one call.`);
    }
    const checked = statements.map((statement, index) => checkedOrRefused(statement, index));
    return this.#guarded(() => {
      guardFreeSpace(this.#file, this.#options.minFreeBytes ?? 0);
      return transaction(this.#database, () => {
        const recorded = Math.max(now, this.#lastRecorded());
        return checked.map((statement) => this.#record(statement, by, recorded));
      });
    });
  }

  latest(filter: LedgerFilter): LedgerEntry[] {
    return this.latestRows(filter).map(entryOf);
  }

  latestRows(filter: LedgerFilter): LedgerRow[] {
    // What was open at an earlier recorded time, no table keeps.
    const listed = filter.only === "open" && filter.asOf === undefined;
    const [source, key] = listed ? ["open_entry o CROSS JOIN entry e USING (kind, start, asset)", "o"] : ["entry e", "e"];
    const { where, values } = conditions(filter, key);
    const known = filter.asOf === undefined ? "" : "AND n.recorded <= ?";
    const newest = `(SELECT max(n.revision) FROM entry n WHERE n.kind = e.kind AND n.asset = e.asset AND n.start = e.start ${known})`;
    const order = ["start", "kind", "asset"].map((column) => `${key}.${column}${filter.newest === true ? " DESC" : ""}`).join(", ");
    const sql = `SELECT ${COLUMNS} FROM ${source} WHERE ${where} AND e.revision = ${newest} ORDER BY ${order} LIMIT ?`;
    const parameters = [...values, ...(filter.asOf === undefined ? [] : [filter.asOf]), boundedLimit(filter.limit)];
    const rows = this.#rows(sql, parameters);
    return filter.newest === true ? rows.toReversed() : rows;
  }

  revisions(kind: string, asset: string, start: number): LedgerEntry[] {
    return this.#entries(`SELECT ${COLUMNS} FROM entry WHERE kind = ? AND asset = ? AND start = ? ORDER BY revision`, [kind, asset, start]);
  }

  outbox(limit: number): LedgerEntry[] {
    return this.#entries(`SELECT ${COLUMNS} FROM entry WHERE id > (SELECT projected FROM outbox) ORDER BY id LIMIT ?`, [
      boundedLimit(limit),
    ]);
  }

  /** The cursor only moves forward, and never past the last entry. */
  projected(upToId: number): void {
    this.#guarded(() =>
      this.#database.prepare("UPDATE outbox SET projected = max(projected, min(?, coalesce((SELECT max(id) FROM entry), 0)))").run(upToId),
    );
  }

  newest(): number {
    return this.#guarded(() => (this.#database.prepare("SELECT coalesce(max(id), 0) AS id FROM entry").get() as { id: number }).id);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #record(statement: CheckedStatement, by: Authorship, recorded: number): LedgerEntry & { fresh: boolean } {
    const { kind, asset, start, end, data, evidence } = statement;
    const latest = this.#latestOfKey.get(kind, asset, start) as LedgerRow | undefined;
    if (latest && latest.end === end && latest.data === data && latest.evidence === evidence) return { ...entryOf(latest), fresh: false };
    const revision = (latest?.revision ?? 0) + 1;
    const { author, reason } = by;
    const { id } = this.#insert.get(kind, asset, start, end, revision, data, evidence, author, reason, recorded) as { id: number };
    return { ...entryOf({ id, kind, asset, start, end, revision, data, evidence, author, reason, recorded }), fresh: true };
  }

  #lastRecorded(): number {
    const last = this.#database.prepare("SELECT recorded FROM entry ORDER BY id DESC LIMIT 1").get() as { recorded: number } | undefined;
    return last?.recorded ?? Number.MIN_SAFE_INTEGER;
  }

  #entries(sql: string, parameters: readonly SQLInputValue[]): LedgerEntry[] {
    return this.#rows(sql, parameters).map(entryOf);
  }

  #rows(sql: string, parameters: readonly SQLInputValue[]): LedgerRow[] {
    return this.#guarded(() => this.#database.prepare(sql).all(...parameters) as unknown as LedgerRow[]);
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }
}

function checkedOrRefused(statement: Statement, index: number): CheckedStatement {
  const checked = checkStatement(statement);
  if ("code" in checked) throw new LedgerRefusal(`Statement ${index + 1}: ${checked.message} (field ${checked.field ?? "payload"})`);
  return checked;
}

/** The end of a key may change with its revision, so these hold for the row that is the newest. `key`: the table that kind, start and asset are read from. */
function conditions(
  { kind, asset, from, to, only, after, newest }: LedgerFilter,
  key: string,
): { readonly where: string; readonly values: SQLInputValue[] } {
  const parts: string[] = ["TRUE"];
  const values: SQLInputValue[] = [];
  const add = (part: string, ...given: SQLInputValue[]): void => {
    parts.push(part);
    values.push(...given);
  };
  const since = from ?? Number.MIN_SAFE_INTEGER;
  if (kind !== undefined) add(`${key}.kind = ?`, kind);
  if (asset !== undefined) add(`${key}.asset = ?`, asset);
  const least = [...(only === "starting" ? [since] : []), ...(after !== undefined && newest !== true ? [after.start] : [])];
  const below = [to ?? [], only === "ending" ? since : [], after !== undefined && newest === true ? after.start + 1 : []].flat();
  // One bound to each side: of two an index takes the first, and every page would begin where the first one did.
  if (least.length > 0) add(`${key}.start >= ?`, Math.max(...least));
  if (below.length > 0) add(`${key}.start < ?`, Math.min(...below));
  if (only === "open") add(`e."end" IS NULL`);
  else if (only === "ending") add(`e."end" > ?`, since);
  // An instant (end = start) overlaps where it lies inside.
  else if (only === undefined && from !== undefined) add(`(e."end" IS NULL OR e."end" > ? OR e.start >= ?)`, from, from);
  if (after !== undefined)
    add(`(${key}.start, ${key}.kind, ${key}.asset) ${newest === true ? "<" : ">"} (?, ?, ?)`, after.start, after.kind, after.asset);
  return { where: parts.join(" AND "), values };
}

function boundedLimit(limit: number | undefined): number {
  return Math.max(0, Math.min(MAX_LIMIT, Math.trunc(limit ?? DEFAULT_LIMIT)));
}
