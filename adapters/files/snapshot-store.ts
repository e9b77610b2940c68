/**
 * State of nodes that survives restart, redeploy and kill -9: one JSON file per node below one directory.
 * A write is atomic (temporary file, fsync, rename, fsync of the directory): after a crash the file holds either the
 * old state or the new one, never half of one.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { replaceDurably } from "./durable.ts";

const SCHEMA_VERSION = 1;
const KEEP_RETIRED_MS = 30 * 24 * 3_600_000;

interface SnapshotFile {
  readonly schema: number;
  readonly state: unknown;
}

export class SnapshotStore {
  readonly #dir: string;
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * The last state written under `id`, or undefined when there is none.
   * A file that cannot be read as a snapshot is renamed aside (`.corrupt-<time>`), `warn` gets a sentence, and the
   * answer is undefined: the node starts fresh and the evidence stays.
   */
  async read(id: string, warn: (sentence: string) => void): Promise<unknown> {
    return this.#inTurn(id, async () => {
      const file = this.#file(id);
      const text = (await textOf(file)) ?? (await this.#restore(id));
      if (text === undefined) return undefined;
      const snapshot = parse(text);
      if (typeof snapshot !== "string") return snapshot.state;
      const aside = `${file}.corrupt-${Date.now()}`;
      await rename(file, aside);
      warn(`The saved state ${path.basename(file)} ${snapshot}. It was put aside as ${path.basename(aside)}; this node starts without it.`);
      return undefined;
    });
  }

  /** Rejects when the state holds something that JSON would change silently (NaN, Infinity, a Map, a typed array). */
  async write(id: string, state: unknown): Promise<void> {
    const text = JSON.stringify({ schema: SCHEMA_VERSION, state } satisfies SnapshotFile, refuseLossy);
    return this.#inTurn(id, async () => {
      await mkdir(this.#dir, { recursive: true });
      await replaceDurably(this.#file(id), text, 0o600);
    });
  }

  /**
   * Called when a node leaves the flow. Node-RED reports disabling a node or its tab as removal too, so the state is
   * kept aside for 30 days and found again when the node comes back.
   */
  async retire(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      const retired = path.join(this.#dir, "removed");
      await mkdir(retired, { recursive: true });
      const aside = path.join(retired, path.basename(this.#file(id)));
      const moved = await rename(this.#file(id), aside).then(() => true, missing);
      if (moved === true) await utimes(aside, new Date(), new Date());
      await purge(retired, Date.now() - KEEP_RETIRED_MS);
    });
  }

  async #restore(id: string): Promise<string | undefined> {
    const file = this.#file(id);
    const found = await rename(path.join(this.#dir, "removed", path.basename(file)), file).then(() => true, missing);
    return found === true ? textOf(file) : undefined;
  }

  /** Ids come from flow files, so they may try to leave the directory. */
  #file(id: string): string {
    const name = /^[A-Za-z0-9_-]{1,120}$/.test(id) ? id : createHash("sha256").update(id).digest("hex");
    return path.join(this.#dir, `${name}.json`);
  }

  #inTurn<T>(id: string, job: () => Promise<T>): Promise<T> {
    const before = this.#writing.get(id) ?? Promise.resolve();
    const turn = before.then(job, job);
    this.#writing.set(id, turn);
    const forget = (): void => {
      if (this.#writing.get(id) === turn) this.#writing.delete(id);
    };
    turn.then(forget, forget);
    return turn;
  }
}

/** The state, or why the text is not a snapshot. */
function parse(text: string): SnapshotFile | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not valid JSON";
  }
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "schema") || !Object.hasOwn(value, "state"))
    return "is not a snapshot";
  const snapshot = value as SnapshotFile;
  return snapshot.schema === SCHEMA_VERSION
    ? snapshot
    : `has schema version ${String(snapshot.schema)}, but ${SCHEMA_VERSION} is known here`;
}

function refuseLossy(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new TypeError(`The state field "${key}" is ${value}, which JSON cannot keep.`);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) {
    throw new TypeError(`The state field "${key}" is a ${value.constructor.name}; turn it into a plain array or object first.`);
  }
  return value;
}

async function purge(dir: string, before: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const file = path.join(dir, name);
    if ((await stat(file)).mtimeMs < before) await rm(file, { force: true });
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(missing);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}
