/** The running demo plant: line, clock, OPC UA server and the ground truth on a local HTTP port. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BottlingLine, type TagChange, readSite } from "../simulator/index.ts";
import { PlantClock } from "./pace.ts";
import { PlantServer, type PlantUser } from "./server.ts";

export interface PlantOptions {
  readonly seed: number;
  /** First instant of the simulation, ms UTC. */
  readonly from: number;
  /** Live values begin here; everything before is history only. `from` by default. */
  readonly liveFrom?: number;
  readonly speed: number;
  readonly port: number;
  readonly truthPort: number;
  readonly users: Readonly<Record<string, PlantUser>>;
  readonly allowAnonymous?: boolean;
  readonly pkiDir: string;
  readonly siteDir: string;
  readonly historyLength?: number;
  readonly rolloverAt?: number;
  /** How long the ground truth is kept, ms of plant time. */
  readonly truthKeptMs?: number;
  /** Called with every batch of live changes; for tests that compare streams. */
  readonly onChanges?: (changes: readonly TagChange[]) => void;
  readonly onCaughtUp?: () => void;
}

const STEP_MS = 50;
const DAY_MS = 86_400_000;

export interface RunningPlant {
  readonly endpoint: string;
  readonly truthUrl: string;
  readonly line: BottlingLine;
  /** Stops plant time and publishes nothing more, while the server stays up. */
  pause(): void;
  stop(): Promise<void>;
}

export async function startPlant(options: PlantOptions): Promise<RunningPlant> {
  const line = new BottlingLine({
    seed: options.seed,
    start: options.from,
    ...readSite(options.siteDir),
    ...(options.rolloverAt === undefined ? {} : { rolloverAt: options.rolloverAt }),
  });
  const liveFrom = Math.max(options.liveFrom ?? options.from, options.from);
  // Refuses a wrong speed or instant before anything is started; plant time begins when the server is up.
  new PlantClock(liveFrom, Date.now(), options.speed).at(Date.now());
  const server = await PlantServer.start(options);
  const past = line.advanceTo(liveFrom);
  const present = latestOf(past);
  const isPresent = new Set(present);
  server.remember(past.filter((change) => !isPresent.has(change)));
  server.publish(present);
  options.onChanges?.(present);
  const clock = new PlantClock(liveFrom, Date.now(), options.speed);
  const keptMs = options.truthKeptMs ?? 3 * DAY_MS;

  let caughtUp = false;
  const step = (): void => {
    const now = Date.now();
    const changes = line.advanceTo(clock.at(now));
    server.publish(changes);
    options.onChanges?.(changes);
    if (line.time - line.truth.knownFrom > keptMs + DAY_MS) line.truth.forgetBefore(line.time - keptMs);
    if (!caughtUp && clock.caughtUp(now)) {
      caughtUp = true;
      options.onCaughtUp?.();
    }
  };
  const timer = setInterval(step, STEP_MS);
  const http = await serveTruth(line, options.truthPort, () => caughtUp);
  return {
    endpoint: server.endpoint,
    truthUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    line,
    pause: () => clearInterval(timer),
    stop: async () => {
      clearInterval(timer);
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await server.stop();
    },
  };
}

/** `/clock`, and `/truth?asset=…&from=…&to=…` in milliseconds UTC of plant time; loopback only, read-only. */
function serveTruth(line: BottlingLine, port: number, caughtUp: () => boolean): Promise<Server> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body, infinityAsNull));
    };
    if (url.pathname === "/clock") return reply(200, { time: line.time, caughtUp: caughtUp(), assets: line.truth.assets });
    if (url.pathname !== "/truth") return reply(404, { error: "Ask for /clock or /truth?asset=&from=&to=" });
    const [from, to] = [Number(url.searchParams.get("from") ?? NaN), Number(url.searchParams.get("to") ?? NaN)];
    if (!(from < to)) return reply(400, { error: "from and to: milliseconds UTC with from < to" });
    const asset = url.searchParams.get("asset") ?? "";
    if (!line.truth.assets.includes(asset)) return reply(404, { error: `asset: known are ${line.truth.assets.join(", ")}` });
    if (from < line.truth.knownFrom) return reply(410, { error: `from: the truth before ${line.truth.knownFrom} is no longer kept` });
    return reply(200, line.truth.summary(asset, from, to));
  };
  const http = createServer(answer);
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, "127.0.0.1", () => resolve(http));
  });
}

function infinityAsNull(_key: string, value: unknown): unknown {
  return value === Infinity ? null : value;
}

/** The present value of each tag, in time order. */
function latestOf(changes: readonly TagChange[]): TagChange[] {
  const latest = new Map<string, TagChange>();
  for (const change of changes) latest.set(change.nodeId, change);
  return [...latest.values()].sort((a, b) => a.timestamp - b.timestamp);
}
