/** Child processes of a site: started in order, restarted with back-off when they die, stopped in reverse. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";

export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  /** A function is asked anew at every start. */
  readonly args: readonly string[] | (() => readonly string[]);
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A Node process of ours: it gets a channel to the supervisor and ends by itself when the supervisor is gone. */
  readonly followsSupervisor?: boolean;
  /** Everything the process prints goes here. */
  readonly logFile: string;
  /** Resolves when the process can be used; called after every start. */
  ready(child: ChildProcess, lines: LineSource): Promise<void>;
}

/** Lines that the process prints, as they come. */
export interface LineSource {
  onLine(listener: (line: string) => void): void;
}

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** A process that lived this long starts its back-off anew. */
const STEADY_MS = 60_000;
const STOP_GRACE_MS = 12_000;

export class Supervised {
  readonly #plan: ProcessPlan;
  readonly #say: (line: string) => void;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stopping = false;
  #startedAt = 0;
  #delay = FIRST_RESTART_MS;
  #restarts = 0;
  #pause: NodeJS.Timeout | undefined;
  #isReady = false;
  #lastLines: string[] = [];

  constructor(plan: ProcessPlan, say: (line: string) => void) {
    this.#plan = plan;
    this.#say = say;
    this.#log = createWriteStream(plan.logFile, { flags: "a", mode: 0o600 });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it had to be started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** The last lines printed, for an error message. */
  get tail(): string {
    return this.#lastLines.join("\n");
  }

  async start(): Promise<void> {
    this.#startedAt = Date.now();
    const { command, args, env, cwd } = this.#plan;
    const child = spawn(command, [...(typeof args === "function" ? args() : args)], {
      cwd,
      env: { ...process.env, ...env },
      stdio: this.#plan.followsSupervisor ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
      // Its own group: Ctrl-C in the terminal reaches the supervisor only, which then stops the processes in order.
      detached: true,
    });
    this.#child = child;
    const listeners: ((line: string) => void)[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        this.#log.write(`${line}\n`);
        this.#lastLines = [...this.#lastLines.slice(-19), line];
        for (const listener of listeners) listener(line);
      });
    }
    const exit = Promise.withResolvers<void>();
    this.#exited = exit.promise;
    const died = new Promise<never>((_resolve, reject) => {
      child.once("error", (error) => reject(new Error(`${this.#plan.name} could not be started: ${error.message}`)));
      child.once("exit", (code, signal) => {
        exit.resolve();
        reject(new Error(`${this.#plan.name} ended (${signal ?? `code ${code}`}).\n${this.tail}`));
        this.#restartUnlessStopping(code, signal);
      });
    });
    died.catch(() => {}); // after the start nobody waits for it any more; the restart handles it
    this.#isReady = false;
    await Promise.race([this.#plan.ready(child, { onLine: (listener) => listeners.push(listener) }), died]);
    this.#isReady = true;
  }

  #restartUnlessStopping(code: number | null, signal: NodeJS.Signals | null): void {
    // A process that never became ready is the starter's error to handle, not one to start again.
    if (this.#stopping || (!this.#isReady && this.#restarts === 0)) return;
    if (Date.now() - this.#startedAt > STEADY_MS) this.#delay = FIRST_RESTART_MS;
    this.#restarts += 1;
    this.#say(`${this.#plan.name} ended (${signal ?? `code ${code}`}); starting it again in ${this.#delay / 1000} s.`);
    this.#pause = setTimeout(() => {
      this.start().then(
        () => this.#say(`${this.#plan.name} is back.`),
        (error: Error) => this.#say(error.message.split("\n", 1)[0] ?? ""),
      );
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_RESTART_MS);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Stops it in good order and starts it again. */
  async restart(): Promise<void> {
    await this.#end();
    this.#stopping = false;
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#end();
    await new Promise<void>((resolve) => {
      this.#log.end(resolve);
    });
  }

  async #end(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#pause);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
      await this.#exited;
      clearTimeout(force);
    }
  }
}
