/** The viewer on a plain HTTP server with points in memory: what tests of the boards look at. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync } from "node:fs";
import path from "node:path";
import { AlarmList, type AlarmListPorts } from "../../adapters/alarms/index.ts";
import { ChartDesk, type ChartPorts } from "../../adapters/charts/index.ts";
import { Sessions } from "../../adapters/accounts/index.ts";
import { asset, BoardSite, readAssets, type ReportSource, type WhySource } from "../../adapters/boards/index.ts";
import { type SharedScreenPorts, SharedScreens } from "../../adapters/shared-screen/index.ts";
import { Terminal, type TerminalPorts } from "../../adapters/terminal/index.ts";
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import { evaluate, HistorianUnavailable, type Point, type Query, type QueryResult } from "../../core/connect/history/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Identity, Person } from "../../core/govern/identity/index.ts";
import { WorkCalendar } from "../../core/operate/calendar/index.ts";
import { type Board, BoardServer } from "../../core/see/board/index.ts";
import { boardsOf } from "../../dashboards/boards.ts";
import { browserModule } from "../../scripts/build/browser.ts";

const NODE = "nodes/see/twin-boards";
export const ANNA: Person = { name: "anna", label: "Anna Byrne", roles: ["operator"], scope: ["*"] };
export const PASSWORD = "correct horse battery";

export interface TestSite {
  /** What the site wrote to the log. */
  readonly faults: string[];
  readonly url: string;
  readonly queries: Query[];
  readonly server: BoardServer;
  readonly boards: Board[];
  /** As after a change of the plant files: pages of boards that changed are told. */
  renew(): void;
  points: Point[];
  away: boolean;
  /** As while a flow is deployed again: open pages lose their streams, and the path is not there. */
  redeploying: boolean;
  /** Signs in and answers the cookie. */
  signIn(): Promise<string>;
  stop(): Promise<void>;
}

export async function demoModel(): Promise<PlantModel> {
  const reading = await readPlantDirectory("plant/site");
  if (!("model" in reading)) throw new Error("The demo plant model is faulty.");
  return reading.model;
}

function fail(): never {
  throw new Error("The demo plant has no calendar three-shift.");
}

export const oneAccount = (person: Person = ANNA): Identity => ({
  configured: true,
  find: async (name) => (name === person.name ? person : null),
  authenticate: async (name, secret) => (name === person.name && secret === PASSWORD ? person : null),
});

/** Whoever has identified is released after two minutes without touch. */
export function screensOf({ state, now }: Pick<SharedScreenPorts, "state" | "now">, identity = oneAccount()): SharedScreens {
  return new SharedScreens({ identity, state, now, releaseSeconds: 120 });
}

export async function startBoardSite(
  options: {
    identity?: Identity | undefined;
    now?: () => number;
    alter?: (board: Board) => Board;
    why?: WhySource;
    reports?: ReportSource;
    terminal?: TerminalPorts;
    alarms?: AlarmListPorts;
    charts?: ChartPorts;
  } = {},
): Promise<TestSite> {
  const model = await demoModel();
  const boards = boardsOf(model).map(options.alter ?? ((board) => board));
  const calendar = new WorkCalendar(model.calendars.get("three-shift") ?? fail());
  const now = options.now ?? Date.now;
  const queries: Query[] = [];
  const server = new BoardServer({
    clock: {
      now,
      after(ms, job) {
        const timer = setTimeout(job, ms);
        return () => clearTimeout(timer);
      },
    },
    historian: {
      async query(query): Promise<QueryResult> {
        queries.push(query);
        if (site.away) throw new HistorianUnavailable("away");
        return evaluate(
          site.points.filter((point) => point.measurement === query.measurement),
          query,
        );
      },
    },
    shiftsOf: () => (instant) => calendar.shiftAt(instant),
    fault: (sentence) => console.error(sentence),
  });
  const assets = readAssets(path.join(NODE, "public"));
  for (const file of readdirSync(path.join(NODE, "browser"))) {
    assets.set(
      file.replace(/\.ts$/, ".js"),
      asset("text/javascript; charset=utf-8", Buffer.from(browserModule(path.join(NODE, "browser", file)))),
    );
  }
  const identity = "identity" in options ? options.identity : oneAccount();
  const stated = options.terminal ?? options.charts;
  const screens = identity && stated && screensOf({ state: stated.state, now }, identity);
  const viewer = new BoardSite({
    identity,
    boards: () => boards,
    server,
    assets,
    ...(screens && { screens }),
    ...(options.terminal && screens && { terminal: new Terminal(options.terminal, screens) }),
    ...(options.alarms && { alarms: new AlarmList(options.alarms) }),
    ...(options.charts && screens && { charts: new ChartDesk(options.charts, screens) }),
    sessions: new Sessions({ idleMs: 3_600_000, absoluteMs: 36_000_000 }),
    ...(options.why === undefined ? {} : { why: options.why }),
    ...(options.reports === undefined ? {} : { reports: options.reports }),
    now,
    fault: (sentence) => site.faults.push(sentence),
  });
  let redeploying = false;
  const web = http.createServer((request, response) => {
    const rest = (request.url ?? "/").replace(/^\/boards/, "");
    if (site.redeploying) response.writeHead(404).end();
    else void viewer.handle(request, response, "/boards", rest);
  });
  await new Promise<void>((resolve) => {
    web.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/boards`;
  const site: TestSite = {
    faults: [],
    url,
    queries,
    server,
    boards,
    points: [],
    away: false,
    renew: () => viewer.renew(),
    get redeploying() {
      return redeploying;
    },
    set redeploying(value) {
      redeploying = value;
      if (value) viewer.close();
    },
    async signIn() {
      const body = new URLSearchParams({ name: ANNA.name, password: PASSWORD });
      const answer = await fetch(`${url}/login`, { method: "POST", body, redirect: "manual" });
      return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    },
    async stop() {
      viewer.close();
      server.close();
      web.closeAllConnections();
      await new Promise((resolve) => {
        web.close(resolve);
      });
    },
  };
  return site;
}

/** Reasons of the demo plant in turn, for the twenty failed and eighteen waiting seconds of a minute. */
function standing(time: number): (readonly [reason: string, loss: string, cut: number, duration: number])[] {
  const reason = ["jam", "jam", "drive-fault", "~", "jam", "fallen-bottle", "sensor"][(time / 60_000) % 7] ?? "~";
  return [
    [reason, "failure", 22_000, 20_000],
    ["~", "external", 42_000, 18_000],
  ];
}

/** Eight hours of a line that runs, stops, changes product and makes scrap; the same every time. */
export function shiftOfPoints(until: number): Point[] {
  const line = "acme.galway.bottling.line01";
  const place = { site: "galway", line: "bottling.line01" };
  const machines = {
    infeed01: "_rate_v1",
    filler01: "_filler_v1",
    capper01: "_capper_v1",
    checkweigher01: "_checkweigher_v1",
    labeller01: "_labeller_v1",
    rejectpusher01: "_reject_pusher_v1",
  };
  const points: Point[] = [];
  const start = Math.floor((until - 8 * 3_600_000) / 60_000) * 60_000;
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const add = (machine: string, name: string, time: number, fields: Point["fields"]): void => {
    const signal = `${machines[machine as keyof typeof machines]}.${name}`;
    points.push({ measurement: "telemetry", tags: { asset: `${line}.${machine}`, signal, ...place }, time, fields: { q: 192, ...fields } });
  };
  for (const machine of Object.keys(machines)) {
    for (let time = start; time < until; ) {
      add(machine, "state", time, { v: 6 });
      time += Math.round((6 + random() * 50) * 60_000);
      const stop = [5, 5, 11, 9, 2, 4][Math.floor(random() * 6)] ?? 5;
      if (time < until) add(machine, "state", time, { v: stop });
      time += Math.round((1 + random() * (stop === 9 ? 14 : 4)) * 60_000);
    }
    add(machine, "heartbeat", until - 2_000, { v: 4 });
  }
  const product = (time: number): string => (time < start + 5 * 3_600_000 ? "still-500" : "still-750");
  add("filler01", "product", start, { s: "still-500" });
  add("filler01", "product", start + 5 * 3_600_000, { s: "still-750" });
  for (let time = start; time < until; time += 60_000) {
    const stopped = random() < 0.12;
    const changeover = time > start + 5 * 3_600_000 && time < start + 5 * 3_600_000 + 900_000;
    const run = changeover ? 0 : stopped ? 22_000 : 60_000;
    const total = Math.round((run / 500) * (0.9 + random() * 0.08));
    const scrap = random() < 0.4 ? Math.round(random() * 4) : 0;
    const good = Math.max(0, total - scrap);
    const fields = {
      planned_ms: 60_000,
      run_ms: run,
      producing_ms: run,
      micro_ms: 0,
      external_ms: stopped && !changeover ? 18_000 : 0,
      stop_ms: 0,
      hold_ms: 0,
      failure_ms: stopped && !changeover ? 20_000 : 0,
      setup_ms: changeover ? 60_000 : 0,
      planned_down_ms: 0,
      not_planned_ms: 0,
      unknown_ms: 0,
      total,
      good,
      scrap,
      ideal_total_ms: total * 500,
      ideal_good_ms: good * 500,
      rev: 1,
    };
    const hour = new Date(time).getUTCHours();
    const shift = hour >= 6 && hour < 14 ? "early" : hour >= 14 && hour < 22 ? "late" : "night";
    points.push({
      measurement: "oee",
      tags: { asset: `${line}.filler01`, ...place, product: product(time), shift },
      time,
      revision: 1,
      fields,
    });
    const stood = changeover ? [["changeover", "setup", 0, 60_000] as const] : stopped ? standing(time) : [];
    for (const [reason, loss, cut, duration] of stood)
      points.push({
        measurement: "downtime",
        tags: { asset: `${line}.filler01`, ...place, reason, loss, cut: String(cut) },
        time: time + cut,
        revision: 1,
        fields: { duration_ms: duration, stops: 1, rev: 1 },
      });
    const down = changeover ? 0 : 60_000 - run;
    const stations = [...Object.keys(machines), "outside", "unknown"];
    const lost = stations.map((station, i) => [`${station}.lost_ms`, i === (time / 60_000) % 4 ? down : 0] as const);
    points.push({
      measurement: "oee",
      tags: { asset: line, ...place, product: product(time), shift },
      time,
      revision: 1,
      fields: { ...fields, line_down_ms: down, ...Object.fromEntries(lost) },
    });
    add("filler01", "cur_mach_speed", time, { v: changeover ? 0 : 108 + random() * 12 });
    if (!changeover)
      for (let i = 0; i < 4; i += 1)
        add("filler01", "fill_weight", time + i * 15_000, { v: (product(time) === "still-500" ? 501 : 752) + (random() - 0.5) * 9 });
  }
  return points;
}
