/** A node that stands on the plant under test in Node-RED: the demo site's plant, a historian where one is wanted, and what leaves it. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { TagRange } from "../../core/connect/history/index.ts";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import { SITE_DIR } from "./demo-site.ts";
import { MemoryLedger } from "./memory-ledger.ts";

const require = createRequire(import.meta.url);

const TAB = { id: "f", type: "tab", label: "" };
const PLANT = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
export const HISTORIAN = {
  id: "hist",
  type: "twin-historian",
  name: "H",
  version: 1,
  store: "embedded",
  folder: "historian",
  plant: "galway",
};
const PLACED = { z: "f", x: 0, y: 0 };
/** Its rejects join those of the node. */
export const STORE = { ...PLACED, id: "store", type: "twin-store", name: "S", version: 1, historian: "hist", wires: [["rejects"]] };

/** What hears a wire. */
const sink = (id: string): object => ({ ...PLACED, id, type: "helper" });

interface Tested {
  readonly id: string;
  readonly type: string;
  /** The configuration from which that of a deploy differs. */
  readonly [field: string]: unknown;
}

/** `Got`: what has left the node, by port. */
export class NodeBench<Got extends { readonly [Port in keyof Got]: readonly unknown[] }> {
  /** With the files of the plant in `plant` and what twin nodes keep in `twinline`. */
  readonly userDir: string;
  /** By which the nodes of the next tests live; the computer's without one. */
  clock: Clock | undefined;
  readonly #types: readonly unknown[];
  readonly #tested: Tested;
  readonly #ports: readonly (string & keyof Got)[];

  /** `types`: beside those of plant and historian. */
  constructor(tested: Tested, ports: readonly (string & keyof Got)[], ...types: readonly unknown[]) {
    this.userDir = mkdtempSync(path.join(tmpdir(), `${tested.type}-`));
    this.#tested = tested;
    this.#ports = ports;
    this.#types = types;
  }

  /** In a `describe`: every test begins with a site on which nothing has ever run. */
  freshForEach(): void {
    beforeEach((done) => {
      rmSync(this.userDir, { recursive: true, force: true });
      cpSync(SITE_DIR, path.join(this.userDir, "plant"), { recursive: true });
      this.init(this.clock);
      helper.startServer(done);
    });
    afterEach(async () => {
      await helper.unload();
      await new Promise<void>((resolve) => helper.stopServer(resolve));
    });
    after(() => rmSync(this.userDir, { recursive: true, force: true }));
  }

  /** What is deployed from now on lives by this clock. */
  init(clock: Clock | undefined): void {
    const replay = clock === undefined ? {} : { replay: true, clock };
    const twinline = { dataDir: path.join(this.userDir, "twinline"), ...replay };
    const settings = { userDir: this.userDir, twinline, logging: { console: { level: "off" } } };
    helper.init(require.resolve("node-red"), settings as never);
  }

  /** The node on its flow, each port wired to what collects. */
  node(config: object = {}): object {
    return { ...PLACED, name: "", plant: "galway", bind: "asset", wires: this.#ports.map((port) => [port]), ...this.#tested, ...config };
  }

  /** Deploys the node among others and waits until it has started; throws the sentence with which it does not. */
  deploy(config: object = {}, ...more: readonly object[]): Promise<Got> {
    return this.deployWith(twinHistorian, config, ...more);
  }

  /** `historian`: the type to be a twin-historian, such as one of `answering`. */
  async deployWith(historian: unknown, config: object = {}, ...more: readonly object[]): Promise<Got> {
    const got = Object.fromEntries(this.#ports.map((port) => [port, [] as unknown[]]));
    const flow = [...this.around, this.node(config), ...more];
    await helper.load([twinPlant, historian, ...this.#types] as never, flow as never, () => {
      for (const port of this.#ports)
        helper.getNode(port).on("input", ({ payload }) => got[port]?.push(...((payload as unknown[] | undefined) ?? [])));
    });
    const started = await behind(helper.getNode(this.#tested.id))?.started;
    if (started?.ok !== true) throw new Error(started?.fault);
    await turns();
    return got as unknown as Got;
  }

  /** What every flow under test has beside the node. */
  get around(): readonly object[] {
    return [TAB, PLANT, ...this.#ports.map(sink)];
  }

  /** The sentence with which the node does not start; "" when it does. */
  async fault(config: object): Promise<string> {
    const failed = await this.deploy(config).then(
      () => "",
      (error: Error) => error.message,
    );
    await helper.unload();
    return failed;
  }

  async send(payload: unknown): Promise<void> {
    helper.getNode(this.#tested.id).receive({ payload });
    await turns();
  }

  /** What twin nodes keep is gone, as after a new installation. */
  forget(): void {
    rmSync(path.join(this.userDir, "twinline"), { recursive: true, force: true });
  }

  /** No snapshot was written before the process was killed. */
  forgetSnapshots(): void {
    rmSync(path.join(this.userDir, "twinline", "snapshots"), { recursive: true, force: true });
  }
}

/** What needs no time has happened then. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What a deployed configuration node gives to others. */
export async function apiOf<T>(id: string): Promise<T> {
  const outcome = await behind(helper.getNode(id))?.started;
  assert.ok(outcome?.ok, id);
  return outcome.api as T;
}

export const historianService = (): Promise<HistorianService> => apiOf("hist");

/** The next entry of the ledger that says this of an alarm, or of a notification. */
export function stated(service: HistorianService, word: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = service.subscribe((entries) => {
      if (!entries.some(({ data }) => data["state"] === word || data["outcome"] === word)) return;
      stop();
      resolve();
    });
  });
}

/** A twin-historian whose recorded samples a test answers itself. */
export function answering(readSamples: (range: TagRange) => Promise<Sample[]>, over: Partial<RecordedSamples> = {}): unknown {
  const api: RecordedSamples = {
    historian: { readSamples },
    ledger: new MemoryLedger(),
    subscribe: () => () => undefined,
    flush: async () => true,
    stats: async () => ({ deletedBefore: null }),
    ...over,
  };
  return defineNode(historianDeclaration, () => ({ api }));
}

/** The hour that began so many hours ago, or the one before where the calendar of the demo site has a break: at 2, 10 and 18 o'clock. */
export function plannedHour(ago: number): number {
  const hour = 3_600_000;
  const time = Math.floor(Date.now() / hour) * hour - ago * hour;
  const local = Number(new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Dublin", hour: "2-digit", hourCycle: "h23" }).format(time));
  return [2, 10, 18].includes(local) ? time - hour : time;
}

interface RungClock extends Clock {
  /** Runs the timers that were set for so many ms. */
  ring(ms: number): Promise<void>;
}

/** A clock whose timers of a second or more a test rings; `now` is the computer's unless it is given. */
export function rungClock(now = (): number => Date.now()): RungClock {
  const timers = new Set<{ readonly ms: number; readonly job: () => void }>();
  function set(ms: number, job: () => void): () => void {
    const timer = { ms, job };
    timers.add(timer);
    return () => void timers.delete(timer);
  }
  return {
    now,
    every: set,
    after(ms, job) {
      if (ms < 1_000) return REAL_CLOCK.after(ms, job);
      const cancel = set(ms, () => {
        cancel();
        job();
      });
      return cancel;
    },
    async ring(ms) {
      for (const { job } of [...timers].filter((timer) => timer.ms === ms)) job();
      await turns(50);
    },
  };
}
