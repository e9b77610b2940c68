/**
 * Revisions of the plant files: who changed what, when and why, with all texts, so that any of them can come back.
 * They lie in `.history` beside the files. A change is staged (read, checked, compared, nothing written) and then
 * applied; one that does not load or breaks a golden pair cannot be applied.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Change, diffPlants, type PlantFile, type PlantReading } from "../../core/connect/model/index.ts";
import { replaceDurably, syncDirectory } from "./durable.ts";
import { isPlantFile, type PlantTexts, readPlant, readPlantTexts } from "./plant-files.ts";

export interface PlantRevision {
  /** From 1. */
  readonly number: number;
  /** Recorded time, ms UTC. */
  readonly recorded: number;
  readonly author: string;
  readonly reason: string;
  /** SHA-256 of the texts. */
  readonly fingerprint: string;
}

/** New text per file name; null removes the file. */
export type FileChange = ReadonlyMap<string, string | null>;

export interface StagedChange {
  readonly change: FileChange;
  /** Fingerprint of the texts on which it is based. */
  readonly base: string;
  readonly before: PlantReading;
  readonly after: PlantReading;
  /** Undefined when one of the two does not load. */
  readonly changes: readonly Change[] | undefined;
}

export interface Authored {
  readonly author: string;
  readonly reason: string;
  /** ms UTC. */
  readonly now: number;
}

type Texts = Readonly<Record<string, string>>;
interface Stored extends PlantRevision {
  readonly schema: 1;
  readonly files: Texts;
}

const FOLDER = ".history";
/** Number of the last revision whose files are all in place. */
const APPLIED = "applied";
const BY_HAND = { author: "(unknown)", reason: "files edited by hand" };

export class PlantHistory {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Newest first. */
  async revisions(): Promise<readonly PlantRevision[]> {
    const stored: PlantRevision[] = [];
    for (const number of (await this.#numbers()).toReversed()) {
      const { recorded, author, reason, fingerprint } = await this.#read(number);
      stored.push({ number, recorded, author, reason, fingerprint });
    }
    return stored;
  }

  /** The plant files of a revision. */
  async files(number: number): Promise<readonly PlantFile[]> {
    const { files } = await this.#read(number);
    return Object.entries(files).map(([name, text]) => ({ name, text }));
  }

  /** The plant files as they are on disk. */
  async present(): Promise<PlantTexts> {
    await this.recover();
    return readPlantTexts(this.#directory);
  }

  /** What a change would do. Writes nothing. */
  async stage(change: FileChange): Promise<StagedChange> {
    for (const name of change.keys())
      if (!isPlantFile(name) || name !== path.basename(name)) throw new RangeError(`"${name}" is no name of a plant file.`);
    const { files, problems } = await this.present();
    const old = textsOf(files);
    const before: PlantReading = problems.length > 0 ? { problems, warnings: [] } : readPlant(files);
    const after = readPlant(Object.entries(changed(old, change)).map(([name, text]) => ({ name, text })));
    const changes = "model" in before && "model" in after ? diffPlants(before.model, after.model) : undefined;
    return { change, base: fingerprintOf(old), before, after, changes };
  }

  /** The change that brings the files of a revision back. */
  async changeBackTo(number: number): Promise<FileChange> {
    const [{ files }, { files: present }] = [await this.#read(number), await readPlantTexts(this.#directory)];
    const gone = present.filter(({ name }) => !Object.hasOwn(files, name)).map(({ name }) => [name, null] as const);
    return new Map<string, string | null>([...Object.entries(files), ...gone]);
  }

  /** Writes a staged change as the next revision; or says why not, and then nothing was written. */
  async apply(staged: StagedChange, by: Authored): Promise<PlantRevision | { readonly refused: string }> {
    if ("problems" in staged.after) return { refused: "The changed plant files have problems; nothing was written." };
    const texts = textsOf((await readPlantTexts(this.#directory)).files);
    if (fingerprintOf(texts) !== staged.base)
      return { refused: "The plant files changed after the difference was shown. Look at it again, then apply." };
    await mkdir(path.join(this.#directory, FOLDER), { recursive: true });
    await this.#keepHandEdits(texts, by.now);
    const next = await this.#append(changed(texts, staged.change), by);
    if (next === undefined) return { refused: "Somebody else is changing the plant files at this moment. Look again, then apply." };
    await this.#place(next);
    const { number, recorded, author, reason, fingerprint } = next;
    return { number, recorded, author, reason, fingerprint };
  }

  /** Finishes a change that a crash interrupted between its record and its files. */
  async recover(): Promise<void> {
    const last = (await this.#numbers()).at(-1);
    if (last === undefined) return;
    const applied = Number(await readFile(path.join(this.#directory, FOLDER, APPLIED), "utf8").catch(() => "0"));
    if (last > applied) await this.#place(await this.#read(last));
  }

  /** What stands in the files but in no revision would be lost by a rollback. */
  async #keepHandEdits(texts: Texts, now: number): Promise<void> {
    const last = (await this.#numbers()).at(-1);
    if (Object.keys(texts).length === 0) return;
    if (last !== undefined && (await this.#read(last)).fingerprint === fingerprintOf(texts)) return;
    await this.#append(texts, { ...BY_HAND, now });
  }

  /** Undefined when the number was taken by another process meanwhile. */
  async #append(files: Texts, { author, reason, now }: Authored): Promise<Stored | undefined> {
    const number = ((await this.#numbers()).at(-1) ?? 0) + 1;
    const stored: Stored = { schema: 1, number, recorded: now, author, reason, fingerprint: fingerprintOf(files), files };
    const handle = await open(this.#file(number), "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      return undefined;
    });
    if (handle === undefined) return undefined;
    try {
      await handle.writeFile(gzipSync(JSON.stringify(stored)));
      await handle.sync();
    } catch (error) {
      await rm(this.#file(number), { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await syncDirectory(path.join(this.#directory, FOLDER));
    return stored;
  }

  /** Puts the files of a revision in place; done twice it changes nothing. */
  async #place({ number, files }: Stored): Promise<void> {
    const present = textsOf((await readPlantTexts(this.#directory)).files);
    for (const [name, text] of Object.entries(files))
      if (present[name] !== text) await replaceDurably(path.join(this.#directory, name), text);
    for (const name of Object.keys(present)) if (!Object.hasOwn(files, name)) await rm(path.join(this.#directory, name), { force: true });
    await replaceDurably(path.join(this.#directory, FOLDER, APPLIED), `${number}\n`);
  }

  async #numbers(): Promise<readonly number[]> {
    const names = await readdir(path.join(this.#directory, FOLDER)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
      return [];
    });
    return names
      .flatMap((name) => /^(\d{6})\.json\.gz$/.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
  }

  async #read(number: number): Promise<Stored> {
    const bytes = await readFile(this.#file(number)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      throw new RangeError(`There is no revision ${number} of these plant files.`);
    });
    try {
      return JSON.parse(gunzipSync(bytes).toString("utf8")) as Stored;
    } catch (cause) {
      throw new Error(`Revision ${number} of the plant files is damaged; put ${path.basename(this.#file(number))} aside.`, { cause });
    }
  }

  #file(number: number): string {
    return path.join(this.#directory, FOLDER, `${String(number).padStart(6, "0")}.json.gz`);
  }
}

function textsOf(files: readonly PlantFile[]): Texts {
  return Object.fromEntries(files.map(({ name, text }) => [name, text]));
}

function changed(texts: Texts, change: FileChange): Texts {
  const result = new Map(Object.entries(texts));
  for (const [name, text] of change) {
    if (text === null) result.delete(name);
    else result.set(name, text);
  }
  return Object.fromEntries([...result].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function fingerprintOf(texts: Texts): string {
  const ordered = Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(ordered)).digest("hex");
}
