/** A site of 5,000 tags on 40 machines, all changing every second, from its sheet to live data after a restart. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { EmbeddedHistorian } from "../../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../../adapters/sqlite/thread.ts";
import { anyFreePort } from "../../../settings/ports.ts";
import { equipmentYaml, sheet, TAGS } from "../../support/large-plant.ts";
import type { Proof, ProofResult } from "../proof.ts";

const BIN = path.resolve("dist/cli/twinline.js");
const PASSWORD = "for this proof only";
const SEARCHES = ["machine07", "line03 signal_099", "hall.line04.machine10", "Signal 12 of", "nothing that exists"];
const MEASURED_MS = 60_000;
const DAY_MS = 86_400_000;
const LOOK_MS = 1_000;

export const scale: Proof = {
  title: "a site of 5,000 tags on 40 machines, all changing every second",
  async run(progress) {
    const parent = mkdtempSync(path.join(tmpdir(), "twinline-scale-"));
    const dir = path.join(parent, "site");
    let server: ChildProcess | undefined;
    let running: RunningSite | undefined;
    try {
      twinline(parent, ["init", "site", "--enterprise", "acme", "--site", "big"]);
      twinline(dir, ["account", "add", "anna", "--roles", "engineer"], `${PASSWORD}\n`);
      writeFileSync(path.join(dir, "plant", "hall.yaml"), equipmentYaml());
      writeFileSync(path.join(dir, "tags.csv"), sheet());
      const started = performance.now();
      twinline(dir, ["model", "import", "tags.csv", "--apply", "--reason", "proof"]);
      const importS = (performance.now() - started) / 1000;
      progress(`imported ${TAGS} tags in ${importS.toFixed(1)} s`);

      const endpoint = new Promise<string>((resolve, reject) => {
        server = spawn(process.execPath, ["test/support/large-plant-server.ts", path.join(parent, "pki")], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        server.once("exit", () => reject(new Error("the OPC UA server ended")));
        if (server.stdout)
          createInterface({ input: server.stdout }).once("line", (line) => resolve((JSON.parse(line) as { endpoint: string }).endpoint));
      });
      addSource(dir, await endpoint);
      running = await RunningSite.start(dir);
      await running.live(120_000);
      progress("all tags are live; measuring searches, memory and disk for a minute");
      const before = historyBytes(dir);
      const since = Date.now();
      const searchMs = await running.slowestSearch();
      await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
      const perDay = ((historyBytes(dir) - before) * DAY_MS) / (Date.now() - since);
      const memory = running.residentBytes();
      await running.stop();
      progress("restarting");
      const again = performance.now();
      running = await RunningSite.start(dir);
      await running.live(120_000);
      const restartS = (performance.now() - again) / 1000;
      return [
        row("a sheet of 5,000 tags for 40 machines is imported", `${importS.toFixed(1)} s`, "≤ 5 s", importS <= 5),
        row(
          "a tag is found among 5,000",
          `${searchMs.toFixed(0)} ms at most in ${SEARCHES.length} searches while all of them change`,
          "≤ 200 ms",
          searchMs <= 200,
        ),
        row(
          "after a restart every tag is stored again",
          `${restartS.toFixed(1)} s from the start of the process`,
          "≤ 30 s",
          restartS <= 30,
        ),
        row(
          "memory and disk are stated",
          `${(memory / 2 ** 20).toFixed(0)} MiB resident; ${(perDay / 2 ** 30).toFixed(1)} GiB a day in the embedded historian (${((perDay * 1000) / (TAGS * DAY_MS)).toFixed(1)} bytes a value)`,
          "both measured",
          memory > 0 && perDay > 0,
        ),
      ];
    } finally {
      await running?.stop();
      server?.removeAllListeners("exit");
      server?.kill("SIGTERM");
      rmSync(parent, { recursive: true, force: true });
    }
  },
};

function row(claim: string, figure: string, bound: string, pass: boolean): ProofResult {
  return { claim, figure, bound, pass };
}

function twinline(cwd: string, args: readonly string[], input = ""): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd, input, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`twinline ${args.join(" ")}: ${stdout}${stderr}`);
}

/** What the editor would add: the server, a source, a tag map and a store. */
function addSource(dir: string, endpoint: string): void {
  const file = path.join(dir, "flows.json");
  const flow = JSON.parse(readFileSync(file, "utf8")) as object[];
  const at = { z: "tw-tab", x: 100, y: 300 };
  const source = {
    asset: "acme.big",
    addresses: "",
    browseStart: "",
    include: "**",
    samplingInterval: 1000,
    publishingInterval: 500,
    queueSize: 10,
  };
  flow.push(
    {
      id: "server",
      type: "twin-opcua",
      name: "PLC",
      endpoint,
      securityMode: "None",
      securityPolicy: "Basic256Sha256",
      plainPassword: false,
      version: 2,
    },
    {
      id: "in",
      type: "twin-opcua-in",
      name: "in",
      server: "server",
      source: "plant",
      plant: "tw-plant",
      ...source,
      version: 1,
      ...at,
      wires: [["map"], []],
    },
    { id: "map", type: "twin-tag-map", name: "map", plant: "tw-plant", rows: [], version: 1, ...at, wires: [["store"], []] },
    { id: "store", type: "twin-store", name: "store", historian: "tw-historian", version: 1, ...at, wires: [[]] },
  );
  writeFileSync(file, JSON.stringify(flow));
}

class RunningSite {
  readonly #child: ChildProcess;
  readonly #dir: string;
  readonly #url: string;
  readonly #since = Date.now();
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, dir: string, url: string) {
    this.#child = child;
    this.#dir = dir;
    this.#url = url;
    this.#exited = new Promise((resolve) => child.once("exit", resolve));
  }

  static async start(dir: string): Promise<RunningSite> {
    const port = await anyFreePort();
    const child = spawn(process.execPath, [BIN, "run", "--port", String(port)], { cwd: dir, stdio: ["ignore", "ignore", "inherit"] });
    return new RunningSite(child, dir, `http://127.0.0.1:${port}/editor/`);
  }

  /** Every tag has a stored sample from after the start of this process. */
  async live(withinMs: number): Promise<void> {
    const file = path.join(this.#dir, "twinline", "historian", "history.sqlite");
    const deadline = Date.now() + withinMs;
    while (!(await this.#allStored(file))) {
      if (Date.now() > deadline) throw new Error(`not all ${TAGS} tags were stored within ${withinMs / 1000} s`);
      // Reading the history costs the machine as much as the twin does.
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #allStored(file: string): Promise<boolean> {
    const thread = new SqliteThread();
    try {
      const historian = new EmbeddedHistorian(await thread.open("history", file, {}));
      const { series } = await historian.query({
        measurement: "telemetry",
        from: this.#since,
        to: Date.now() + DAY_MS,
        columns: [{ as: "values", field: "v", aggregate: "count" }],
        by: ["asset", "signal"],
      });
      await historian.close();
      return series.filter(({ rows }) => Number(rows[0]?.[1] ?? 0) > 0).length >= TAGS;
    } finally {
      await thread.end();
    }
  }

  async slowestSearch(): Promise<number> {
    const signIn = await fetch(`${this.#url}auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: "node-red-editor", grant_type: "password", scope: "", username: "anna", password: PASSWORD }),
    });
    const { access_token: token } = (await signIn.json()) as { access_token: string };
    const times: number[] = [];
    for (const words of SEARCHES) {
      const started = performance.now();
      const answer = await fetch(`${this.#url}twinline/plant/tw-plant/tags?search=${encodeURIComponent(words)}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (!Array.isArray(await answer.json())) throw new Error(`the search for "${words}" answered ${answer.status}`);
      times.push(performance.now() - started);
    }
    return Math.max(...times);
  }

  /** Of Node-RED, the child of `twinline run`. */
  residentBytes(): number {
    const { pid = 0 } = this.#child;
    const [nodeRed = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    const [, kib = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${nodeRed}/status`, "utf8")) ?? [];
    return Number(kib) * 1024;
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGINT");
    await this.#exited;
  }
}

/** The file that grows; queue and write-ahead logs stay within their bounds. */
function historyBytes(dir: string): number {
  return statSync(path.join(dir, "twinline", "historian", "history.sqlite")).size;
}
