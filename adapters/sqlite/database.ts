/** What every SQLite file of the twin has in common: durable settings, one schema version, an integrity check after a crash. */
import { existsSync, mkdirSync, renameSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StorageDamaged, StorageUnavailable } from "../../core/connect/queue/index.ts";

export interface DatabaseShape {
  /** For people: `queue`, `ledger`. */
  readonly title: string;
  /** Stored in the file header (`PRAGMA application_id`), so that one kind of file is never opened as another. */
  readonly applicationId: number;
  /** Statements that bring a file from version n to n + 1; their number is the schema version. */
  readonly migrations: readonly string[];
  readonly synchronous?: "FULL" | "NORMAL";
  /** One process only; a second one waits `busyMs` for the file and then gets `IN_USE`. */
  readonly exclusive?: boolean;
  readonly busyMs?: number;
  readonly pageSize?: number;
  readonly maxFileBytes?: number;
}

const MEMORY = ":memory:";

// Result codes of SQLite (https://sqlite.org/rescode.html); node:sqlite reports the extended code.
const BUSY = 5;
const LOCKED = 6;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** The error that callers can act on, for an error of SQLite; anything else stays as it is. */
export function storageError(error: unknown, file: string): Error {
  const fault = error instanceof Error ? error : new Error(String(error));
  switch (resultCode(error)) {
    case FULL:
      return new StorageUnavailable(`No space left for ${file}. Free disk space; writing resumes by itself.`, "DISK_FULL");
    case IO_ERROR:
    case CANNOT_OPEN:
      return new StorageUnavailable(
        `The disk refused access to ${file} (${fault.message}). Check the disk and its permissions.`,
        "DISK_FAULT",
      );
    case BUSY:
    case LOCKED:
      return new StorageUnavailable(`Another process uses ${file}. Give each Node-RED its own data directory.`, "IN_USE");
    case CORRUPT:
    case NOT_A_DATABASE:
      return new StorageDamaged(`${file} is damaged (${fault.message}). Reopening moves it aside and starts a new file.`);
    default:
      return fault;
  }
}

/** Throws `DISK_FULL` when the file system of `file` has fewer free bytes than `minFreeBytes`. */
export function guardFreeSpace(file: string, minFreeBytes: number): void {
  if (minFreeBytes <= 0 || file === MEMORY) return;
  const { bavail, bsize } = statfsSync(dirname(file));
  if (bavail * bsize < minFreeBytes) {
    const free = Math.floor((bavail * bsize) / 2 ** 20);
    throw new StorageUnavailable(
      `Only ${free} MiB free for ${file}; writing stops below ${Math.ceil(minFreeBytes / 2 ** 20)} MiB. Free disk space; writing resumes by itself.`,
      "DISK_FULL",
    );
  }
}

/** Opens or creates a file. After an unclean end the integrity is checked; a damaged file is moved aside and `StorageDamaged` says where. */
export function openDatabase(file: string, shape: DatabaseShape): DatabaseSync {
  if (file !== MEMORY) mkdirSync(dirname(file), { recursive: true });
  // The last connection to close removes the write-ahead log: a log left behind means that the process died.
  const unclean = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: shape.busyMs ?? 2_000 });
    configure(database, shape);
    if (unclean) checkIntegrity(database);
    migrate(database, file, shape);
    return database;
  } catch (error) {
    database?.close();
    if (isDamage(error)) throw moveAside(file, shape.title, (error as Error).message);
    throw storageError(error, file);
  }
}

function configure(database: DatabaseSync, shape: DatabaseShape): void {
  if (shape.exclusive) database.exec("PRAGMA locking_mode=EXCLUSIVE");
  if (shape.pageSize) database.exec(`PRAGMA page_size=${shape.pageSize}`);
  database.exec("PRAGMA auto_vacuum=INCREMENTAL");
  database.exec("PRAGMA journal_mode=WAL");
  database.exec(`PRAGMA synchronous=${shape.synchronous ?? "FULL"}`);
  database.exec("PRAGMA journal_size_limit=67108864");
  if (shape.maxFileBytes) {
    const { page_size } = database.prepare("PRAGMA page_size").get() as { page_size: number };
    database.exec(`PRAGMA max_page_count=${Math.ceil(shape.maxFileBytes / page_size)}`);
  }
}

class Damage extends Error {
  readonly errcode = CORRUPT;
}

function checkIntegrity(database: DatabaseSync): void {
  const { quick_check } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (quick_check !== "ok") throw new Damage(quick_check);
}

function migrate(database: DatabaseSync, file: string, shape: DatabaseShape): void {
  const { application_id } = database.prepare("PRAGMA application_id").get() as { application_id: number };
  const { user_version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (user_version > 0 && application_id !== shape.applicationId) throw new Error(`${file} is not a ${shape.title} of Twinline.`);
  if (user_version > shape.migrations.length) {
    throw new Error(`${file} has schema version ${user_version}; this release reads up to ${shape.migrations.length}. Update Twinline.`);
  }
  shape.migrations.slice(user_version).forEach((statements, index) => {
    transaction(database, () => {
      database.exec(statements);
      database.exec(`PRAGMA user_version=${user_version + index + 1}`);
      database.exec(`PRAGMA application_id=${shape.applicationId}`);
    });
  });
}

function moveAside(file: string, title: string, cause: string): StorageDamaged {
  let serial = 1;
  while (existsSync(`${file}.damaged-${serial}`)) serial += 1;
  const aside = `${file}.damaged-${serial}`;
  for (const suffix of ["", "-wal", "-shm"]) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  return new StorageDamaged(`The ${title} ${file} is damaged (${cause}). It was moved to ${aside}; the next opening starts a new file.`);
}

/** All or nothing; the work's own error survives a failing rollback. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
