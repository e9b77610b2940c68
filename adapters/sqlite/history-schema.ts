/** The catalogue of the history file: measurements, their fields and their series; kept in memory while open. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { FieldType, SqlTable } from "../../core/connect/history/index.ts";
import type { DatabaseShape } from "./database.ts";

export const HISTORY_SHAPE: DatabaseShape = {
  title: "history",
  /** "TWLH" */
  applicationId: 0x54574c48,
  migrations: [
    `CREATE TABLE measurement (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
     CREATE TABLE field (measurement INTEGER NOT NULL, name TEXT NOT NULL, col TEXT NOT NULL, type TEXT NOT NULL,
       PRIMARY KEY (measurement, name)) STRICT, WITHOUT ROWID;
     CREATE TABLE series (id INTEGER PRIMARY KEY, measurement INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, tags TEXT NOT NULL) STRICT;`,
  ],
};

/** Guards against a source that invents names; a plant stays far below. */
const MAX_SERIES = 500_000;
const MAX_FIELDS = 500;
const MAX_MEASUREMENTS = 2000;

const AFFINITY: Readonly<Record<FieldType, string>> = { float: "REAL", integer: "INTEGER", boolean: "INTEGER", string: "TEXT" };

export interface StoredSeries {
  readonly id: number;
  readonly table: Table;
  readonly tags: Readonly<Record<string, string>>;
}

/** One measurement. */
export class Table implements SqlTable {
  readonly measurement: string;
  readonly table: string;
  readonly series: StoredSeries[] = [];
  readonly fields = new Map<string, { readonly column: string; readonly type: FieldType }>();
  readonly #database: DatabaseSync;
  readonly #inserts = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, id: number, measurement: string) {
    this.#database = database;
    this.measurement = measurement;
    this.table = `m${id}`;
  }

  readonly column = (field: string): string | undefined => this.fields.get(field)?.column;
  readonly typeOf = (field: string): FieldType | undefined => this.fields.get(field)?.type;
  readonly numeric = (field: string): boolean => ["float", "integer"].includes(this.typeOf(field) ?? "");

  /** Inserts or merges a row: (series, t, rev, ...values of these fields). */
  insert(names: readonly string[]): StatementSync {
    const key = names.join("\n");
    const known = this.#inserts.get(key);
    if (known) return known;
    const columns = names.map((name) => this.fields.get(name)?.column as string);
    const update = columns.map((column) => `${column} = excluded.${column}`).join(", ");
    const statement = this.#database.prepare(
      `INSERT INTO ${this.table} (series, t, rev, ${columns.join(", ")}) VALUES (?, ?, ?${", ?".repeat(columns.length)})
       ON CONFLICT DO UPDATE SET ${update}`,
    );
    if (this.#inserts.size > 1000) this.#inserts.clear();
    this.#inserts.set(key, statement);
    return statement;
  }
}

export class HistorySchema {
  readonly #database: DatabaseSync;
  #tables = new Map<string, Table>();
  #series = new Map<string, StoredSeries>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000");
    this.reload();
  }

  /** Reads the catalogue again, as after a rolled-back transaction. */
  reload(): void {
    this.#tables = new Map();
    this.#series = new Map();
    const byId = new Map<number, Table>();
    for (const { id, name } of this.#database.prepare("SELECT id, name FROM measurement").all() as { id: number; name: string }[]) {
      const table = new Table(this.#database, id, name);
      byId.set(id, table);
      this.#tables.set(name, table);
    }
    type FieldRow = { measurement: number; name: string; col: string; type: FieldType };
    for (const { measurement, name, col, type } of this.#database.prepare("SELECT * FROM field").all() as FieldRow[]) {
      byId.get(measurement)?.fields.set(name, { column: col, type });
    }
    type SeriesRow = { id: number; measurement: number; key: string; tags: string };
    for (const row of this.#database.prepare("SELECT * FROM series").all() as SeriesRow[]) {
      const table = byId.get(row.measurement);
      if (table) this.#remember(row.key, { id: row.id, table, tags: JSON.parse(row.tags) as Record<string, string> });
    }
  }

  seriesByKey(key: string): StoredSeries | undefined {
    return this.#series.get(key);
  }

  tableOf(measurement: string): Table | undefined {
    return this.#tables.get(measurement);
  }

  /** The series of a canonical key, created where missing; a sentence when a limit is reached. */
  addSeries(key: string, measurement: string, tags: Readonly<Record<string, string>>): StoredSeries | string {
    const known = this.#series.get(key);
    if (known) return known;
    if (this.#series.size >= MAX_SERIES) return `The history has ${MAX_SERIES} series, the most it takes.`;
    const table = this.#tables.get(measurement) ?? this.#addTable(measurement);
    if (typeof table === "string") return table;
    const id = this.#insert(
      "INSERT INTO series (measurement, key, tags) VALUES (?, ?, ?)",
      Number(table.table.slice(1)),
      key,
      JSON.stringify(tags),
    );
    const series = { id, table, tags };
    this.#remember(key, series);
    return series;
  }

  /** Adds a column; a sentence when the measurement has too many. */
  addField(table: Table, name: string, type: FieldType): string | undefined {
    if (table.fields.size >= MAX_FIELDS) return `${table.measurement} has ${MAX_FIELDS} fields, the most it takes.`;
    const column = `f${table.fields.size + 1}`;
    this.#database.exec(`ALTER TABLE ${table.table} ADD COLUMN ${column} ${AFFINITY[type]}`);
    this.#insert("INSERT INTO field (measurement, name, col, type) VALUES (?, ?, ?, ?)", Number(table.table.slice(1)), name, column, type);
    table.fields.set(name, { column, type });
    return undefined;
  }

  #addTable(measurement: string): Table | string {
    if (this.#tables.size >= MAX_MEASUREMENTS) return `The history has ${MAX_MEASUREMENTS} measurements, the most it takes.`;
    const id = this.#insert("INSERT INTO measurement (name) VALUES (?)", measurement);
    const table = new Table(this.#database, id, measurement);
    this.#database.exec(
      `CREATE TABLE ${table.table} (series INTEGER NOT NULL, t INTEGER NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY (series, t, rev)) WITHOUT ROWID`,
    );
    this.#tables.set(measurement, table);
    return table;
  }

  #insert(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.prepare(sql).run(...values).lastInsertRowid);
  }

  #remember(key: string, series: StoredSeries): void {
    this.#series.set(key, series);
    series.table.series.push(series);
  }
}
