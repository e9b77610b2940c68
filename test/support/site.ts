/** A whole demo site as `npm start` runs it, on free ports and in a temporary folder, with what tests do to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type DemoSite, type DemoSiteOptions, startDemoSite } from "../../settings/demo-site.ts";
import { anyFreePort, isFree } from "../../settings/ports.ts";
import type { TruthSummary } from "../../plant/simulator/index.ts";
import type { FlowNode } from "./runtime.ts";

export interface TestSiteOptions {
  readonly historian: "influxdb" | "embedded";
  readonly hours: number;
  readonly speed: number;
  readonly seed?: number;
  readonly from?: number;
}

export class TestSite {
  #site: DemoSite;
  readonly #options: DemoSiteOptions;
  readonly #parent: string;
  #token: string | undefined;

  private constructor(site: DemoSite, options: DemoSiteOptions, parent: string) {
    this.#site = site;
    this.#options = options;
    this.#parent = parent;
  }

  get site(): DemoSite {
    return this.#site;
  }

  static async start(options: TestSiteOptions, say: (line: string) => void = () => {}): Promise<TestSite> {
    const parent = mkdtempSync(path.join(tmpdir(), "twinline-site-"));
    const full: DemoSiteOptions = {
      port: await anyFreePort(),
      plantPort: await anyFreePort(),
      influxPort: await freePair(),
      dir: path.join(parent, "site"),
      historian: options.historian,
      hours: options.hours,
      speed: options.speed,
      seed: options.seed ?? 1,
      help: false,
      say,
      ...(options.from === undefined ? {} : { from: options.from }),
    };
    return new TestSite(await startDemoSite(full), full, parent);
  }

  /** Ctrl-C and `npm start` again, on the same files. */
  async restart(): Promise<void> {
    await this.#site.stop();
    this.#site = await startDemoSite(this.#options);
  }

  /** What really happened at the plant, from the simulator's own books. */
  async truth(asset: string, from: number, to: number): Promise<TruthSummary> {
    return this.#json(`${this.site.urls.truth}/truth?asset=${asset}&from=${from}&to=${to}`) as Promise<TruthSummary>;
  }

  /** Plant time, ms UTC. */
  async plantTime(): Promise<number> {
    return ((await this.#json(`${this.site.urls.truth}/clock`)) as { time: number }).time;
  }

  /** Waits until the plant's own clock has passed an instant. */
  async plantReaches(time: number, withinMs = 300_000): Promise<void> {
    await eventually(withinMs, async () => ((await this.plantTime()) >= time ? true : undefined));
  }

  /** Node-RED's admin API with the demo account's bearer token. */
  async admin(method: "GET" | "POST", route: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    this.#token ??= await this.#signIn();
    const call = async (): Promise<Response> =>
      fetch(`${this.site.urls.editor}${route}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token ?? ""}`,
          "content-type": "application/json",
          "node-red-api-version": "v2",
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const response = await call();
    if (response.status !== 401) return response;
    this.#token = await this.#signIn(); // Node-RED was killed before it had stored the session
    return call();
  }

  /** A Full deploy of the flows as they are. */
  async fullDeploy(): Promise<void> {
    const { flows, rev } = (await (await this.admin("GET", "flows")).json()) as { flows: FlowNode[]; rev: string };
    const response = await this.admin("POST", "flows", { flows, rev }, { "node-red-deployment-type": "full" });
    if (response.status !== 200) throw new Error(`deploy answered ${response.status}: ${await response.text()}`);
  }

  /** Sends a message into a node of the running flow, through an inject node deployed for the purpose. */
  async inject(target: string, payload: unknown): Promise<void> {
    const id = "test-inject";
    const { flows, rev } = (await (await this.admin("GET", "flows")).json()) as { flows: FlowNode[]; rev: string };
    const z = flows.find((node) => node.id === target)?.["z"];
    const node = {
      id,
      type: "inject",
      z,
      name: "",
      props: [{ p: "payload" }],
      repeat: "",
      crontab: "",
      once: false,
      payload: JSON.stringify(payload),
      payloadType: "json",
      x: 100,
      y: 700,
      wires: [[target]],
    };
    const deployed = await this.admin(
      "POST",
      "flows",
      { flows: [...flows.filter((other) => other.id !== id), node], rev },
      { "node-red-deployment-type": "nodes" },
    );
    if (deployed.status !== 200) throw new Error(`deploy answered ${deployed.status}: ${await deployed.text()}`);
    await eventually(10_000, async () => ((await this.admin("POST", `inject/${id}`, {})).ok ? true : undefined));
  }

  async stop(): Promise<void> {
    await this.site.stop();
    rmSync(this.#parent, { recursive: true, force: true });
  }

  async #signIn(): Promise<string> {
    const { name, password } = this.site.account;
    const response = await fetch(`${this.site.urls.editor}auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: "node-red-editor", grant_type: "password", scope: "", username: name, password }),
    });
    if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  async #json(url: string): Promise<unknown> {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}

/** Asks again every 200 ms until there is an answer. */
export async function eventually<T>(withinMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`did not come within ${withinMs / 1000} s${last instanceof Error ? `: ${last.message}` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePair(): Promise<number> {
  for (;;) {
    const port = await anyFreePort();
    if (port < 65_535 && (await isFree(port)) && (await isFree(port + 1))) return port;
  }
}
