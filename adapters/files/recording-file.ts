/** One file of a recording: lines are appended in order, in batches, without blocking anybody. */
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import path from "node:path";

/** So much may wait for a slow disk, characters. */
export const MOST_WAITING = 16 * 1024 * 1024;
/** A batch is written as soon as it is so long, characters. */
const BATCH = 64 * 1024;

export type AppendHandle = Pick<FileHandle, "appendFile" | "sync" | "close">;
/** Creates a file for appending; rejects with EEXIST when there is one. */
export type CreateFile = (file: string) => Promise<AppendHandle>;

const createFile: CreateFile = (file) => open(file, "ax", 0o600);

export class RecordingFile {
  readonly path: string;
  /** Written and waiting, with the header. */
  bytes = 0;
  /** Messages written and waiting. */
  lines = 0;
  readonly #handle: AppendHandle;
  #waiting: string[] = [];
  #waitingChars = 0;
  #waitingLines = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;

  private constructor(file: string, handle: AppendHandle) {
    this.path = file;
    this.#handle = handle;
  }

  /** Never writes into a file that exists: `<stem>.jsonl`, else `<stem>-2.jsonl` and so on. Rejects when the disk refuses the header. */
  static async create(folder: string, stem: string, header: string, createOne = createFile): Promise<RecordingFile> {
    await mkdir(folder, { recursive: true });
    for (let copy = 1; ; copy += 1) {
      const file = path.join(folder, `${stem}${copy === 1 ? "" : `-${copy}`}.jsonl`);
      const handle = await createOne(file).catch(taken);
      if (handle === undefined) continue;
      const text = `${header}\n`;
      try {
        await handle.appendFile(text);
      } catch (error) {
        await handle.close().catch(() => undefined);
        await rm(file, { force: true });
        throw error;
      }
      const created = new RecordingFile(file, handle);
      created.bytes = Buffer.byteLength(text);
      return created;
    }
  }

  /** Why nothing more is written: the file may end in the middle of a line. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Messages that were accepted and could not be written. */
  get lost(): number {
    return this.#failure === undefined ? 0 : this.#waitingLines;
  }

  /** Takes a line without its end; false when too much waits already or writing has failed. */
  append(line: string): boolean {
    if (this.#failure !== undefined || this.#waitingChars + line.length > MOST_WAITING) return false;
    this.#waiting.push(line, "\n");
    this.#waitingChars += line.length + 1;
    this.#waitingLines += 1;
    this.lines += 1;
    this.bytes += Buffer.byteLength(line) + 1;
    if (this.#waitingChars >= BATCH) void this.flush();
    return true;
  }

  /** Resolves when everything appended so far is with the operating system, or has failed. Never rejects. */
  async flush(): Promise<void> {
    while (this.#waitingChars > 0 && this.#failure === undefined) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
    await this.#writing;
  }

  /** Flushed, and on the disk if that can be had. Never rejects. */
  async close(): Promise<void> {
    await this.flush();
    await this.#handle.sync().catch((error: Error) => (this.#failure ??= error));
    await this.#handle.close().catch(() => undefined);
  }

  async #write(): Promise<void> {
    const [batch, chars, lines] = [this.#waiting.join(""), this.#waitingChars, this.#waitingLines];
    this.#waiting = [];
    try {
      await this.#handle.appendFile(batch);
      this.#waitingChars -= chars;
      this.#waitingLines -= lines;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#writing = undefined;
    }
  }
}

function taken(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "EEXIST") throw error;
}
