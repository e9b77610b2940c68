/** Starts, watches and kills the process of `spine-process.ts`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

export const ASSET = "acme.galway.bottling.line01.filler01";
export const TAG = `${ASSET}._raw.fill_weight`;
export const START = 1_700_000_000_000;

export class SpineProcess {
  /** Everything below this number was acknowledged, over all lives of the process. */
  acked = 0;
  readonly #directory: string;
  readonly #batch: number;
  readonly #url: string | undefined;
  #child: ChildProcess | undefined;
  #onLine: (() => void) | undefined;
  #ended: string | undefined;
  #errors = "";

  constructor(directory: string, batch: number, url?: string) {
    this.#directory = directory;
    this.#batch = batch;
    this.#url = url;
  }

  /** Produces from the first number that was not acknowledged: what was on its way when it was killed is sent again. */
  start(): void {
    const file = path.join(import.meta.dirname, "spine-process.ts");
    const args = [file, this.#directory, String(this.acked), String(this.#batch), ...(this.#url === undefined ? [] : [this.#url])];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    this.#ended = undefined;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [word, number] = line.split(" ");
      if (word === "acked" || word === "done") this.acked = Number(number);
      this.#onLine?.();
    });
    child.stderr.on("data", (text: Buffer) => (this.#errors += text.toString()));
    child.once("exit", (code, signal) => {
      this.#ended = `ended with ${code ?? signal} ${this.#errors}`;
      this.#onLine?.();
    });
  }

  /** Resolves when `count` more numbers have been acknowledged. */
  async progress(count: number): Promise<void> {
    const goal = this.acked + count;
    while (this.acked < goal) {
      if (this.#ended !== undefined) throw new Error(`The producer ${this.#ended}`);
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** Flushes to the historian and ends by itself. */
  async finish(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    // After "close" every line has been read.
    const closed = once(child, "close");
    child.stdin?.write("finish\n");
    const [code] = (await closed) as [number | null];
    if (code !== 0) throw new Error(`The producer ${this.#ended}`);
  }
}
