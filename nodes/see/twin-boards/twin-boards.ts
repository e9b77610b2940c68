import path from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeAPI } from "node-red";
import { AlarmList, deployedAlarms } from "../../../adapters/alarms/index.ts";
import { BoardSite, readAssets } from "../../../adapters/boards/index.ts";
import { alarmingCharts, ChartDesk, deployedCharts } from "../../../adapters/charts/index.ts";
import { SharedScreens } from "../../../adapters/shared-screen/index.ts";
import { Terminal, type TerminalPorts } from "../../../adapters/terminal/index.ts";
import { splitTag } from "../../../core/connect/history/index.ts";
import { type MachineRoles, type PlantModel, roleTag } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { WorkCalendar } from "../../../core/operate/calendar/index.ts";
import { explain } from "../../../core/operate/explanation/index.ts";
import { OEE_ATOM } from "../../../core/operate/oee/index.ts";
import { type Board, boardFaults, BoardServer, type ShiftAt } from "../../../core/see/board/index.ts";
import { alarmBoards } from "../../../dashboards/alarms.board.ts";
import { boardsOf } from "../../../dashboards/boards.ts";
import { controlChartBoards } from "../../../dashboards/control-chart.board.ts";
import { fillBoards } from "../../../dashboards/fill-weight.board.ts";
import { packmlBoards } from "../../../dashboards/packml.board.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { NodeBehaviour, TwinlineSettings } from "../../kit/node.ts";
import { readerOf, recordedPieces } from "../../operate/bound/recorded.ts";
import { mount } from "./mount.ts";
import { BoardReports } from "./shift-reports.ts";
import { sessionsAt } from "./sign-ins.ts";
import declaration from "./twin-boards.node.ts";

const MINUTE_MS = 60_000;
/** Three days of one machine, with the cuts of product and shift. */
const MOST_ATOMS = 10_000;
/** What figures of a machine are made from. */
const ROLES: readonly (keyof MachineRoles)[] = ["state", "unitMode", "product", "processed", "defective", "heartbeat"];
/** Every sample has one. */
const QUALITY = [{ as: "q", field: "q" }];
const PUBLIC = path.join(path.dirname(fileURLToPath(import.meta.url)), "public");

function behaviour(RED: NodeAPI): NodeBehaviour<typeof declaration> {
  return (node) => {
    const { config } = node;
    const plant = node.api<PlantService>(config.plant, "twin-plant");
    const storage = node.api<HistorianService>(config.historian, "twin-historian");
    const { historian } = storage;
    const identity = (RED.settings as { twinline?: TwinlineSettings }).twinline?.identity;
    const app = RED.httpNode as NodeAPI["httpNode"] | null;
    if (!app) throw new Error(node.text("noHttp"));

    let of: PlantModel | undefined;
    let boards: readonly Board[] = [];
    let shifts: ReadonlyMap<string, ShiftAt> = new Map();
    let charted = "";
    const follow = (): void => {
      const atWork = deployedCharts(storage).map(({ chart: { definition } }) => {
        const { asset, chart, unit } = definition;
        return { asset, chart, unit };
      });
      const known = JSON.stringify(atWork);
      if (of === plant.model && known === charted) return;
      const { model } = plant;
      const byName = [...packmlBoards(model), ...alarmBoards(model), ...fillBoards(model), ...controlChartBoards(model, atWork)];
      boards = chosen(boardsOf(plant.model), byName);
      shifts = shiftsByLine(plant.model);
      [of, charted] = [plant.model, known];
    };
    const chosen = (always: readonly Board[], byName: readonly Board[]): readonly Board[] => {
      const all = [...always, ...byName];
      for (const board of all) {
        const [fault] = boardFaults(board);
        if (fault !== undefined) throw new Error(node.text("faulty", { board: board.id, fault }));
      }
      const names = (config.boards ?? "")
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
      const added = names.filter((name) => name.startsWith("+")).map((name) => name.slice(1).trim());
      const only = names.filter((name) => !name.startsWith("+"));
      const unknown = [...only, ...added].find((name) => !all.some(({ id }) => id === name));
      if (unknown !== undefined) throw new Error(node.text("unknown", { board: unknown, known: all.map(({ id }) => id).join(", ") }));
      const usual = only.length === 0 ? always.map(({ id }) => id) : only;
      return all.filter(({ id }) => usual.includes(id) || added.includes(id));
    };
    follow();

    const clock = {
      now: () => node.now(),
      after(ms: number, job: () => void) {
        const timer = setTimeout(node.guard(job), ms);
        return () => clearTimeout(timer);
      },
    };
    const server = new BoardServer({
      historian,
      clock,
      shiftsOf: (asset) => (instant) => shifts.get(asset)?.(instant) ?? null,
      fault: (sentence) => node.log.error(sentence),
    });
    const reports = new BoardReports(
      storage,
      () => plant.model,
      () => node.now(),
    );
    const desk: TerminalPorts = {
      model: () => plant.model,
      ledger: () => storage.ledger,
      state: (statements, by) => storage.state(statements, by),
      lastSamples: (tags, now) => lastSamples(storage, plant.model, tags, now),
      now: () => node.now(),
      promptMinutes: config.promptMinutes,
      shortestSeconds: config.shortestSeconds,
      asksExternal: config.asksExternal,
    };
    const screens = identity && new SharedScreens({ ...desk, identity, releaseSeconds: config.releaseSeconds });
    const charts =
      screens &&
      new ChartDesk(
        {
          ...desk,
          charts: () => deployedCharts(storage),
          samples: (tags, from, to) => historian.readSamples({ tags: typed(plant.model, tags), from, to, carryIn: true }),
          pieces: (tags, from, to) =>
            recordedPieces(
              readerOf(storage, () => plant.model),
              tags,
              from,
              to,
            ),
          secondPerson: config.secondPerson,
        },
        screens,
      );
    const alarms = new AlarmList({
      ...desk,
      deployed: () => deployedAlarms(storage),
      reviewAfterMs: config.reviewDays * 24 * 60 * MINUTE_MS,
      charts: () => alarmingCharts(deployedCharts(storage)),
      firstSample: (tags, before) => firstSample(storage, tags, before),
      subscribe: (listener) => storage.subscribe(listener),
    });
    const site = new BoardSite({
      alarms,
      ...(screens && { screens, terminal: new Terminal(desk, screens) }),
      ...(charts && { charts }),
      identity,
      boards: () => boards,
      server,
      assets: readAssets(PUBLIC),
      sessions: sessionsAt(app, config.path, {
        idleMs: config.idleMinutes * MINUTE_MS,
        absoluteMs: config.signInHours * 60 * MINUTE_MS,
      }),
      why: {
        explain: async (window) => {
          const { asset, from, to } = window;
          return explain(await storage.ledger.latest({ kind: OEE_ATOM, asset, from, to, limit: MOST_ATOMS }), window);
        },
        samples: ({ asset, from, to }) => {
          const tags = ROLES.flatMap((role) => roleTag(plant.model, asset, role) ?? []);
          return historian.readSamples({ tags: typed(plant.model, [...new Set(tags)]), from, to, carryIn: true });
        },
      },
      reports,
      now: () => node.now(),
      fault: (sentence) => node.log.error(sentence),
    });
    const unmount = mount(app, config.path, (request, response, base, rest) => void site.handle(request, response, base, rest));
    if (!unmount) throw new Error(node.text("taken", { path: config.path }));
    const show = (): void => {
      follow();
      site.renew();
      if (identity?.configured) node.status("ok", node.text("serving", { boards: boards.length, viewers: site.viewers }));
      else node.status("fault", node.text("noAccounts"));
    };
    show();
    node.every(2_000, show);
    node.every(MINUTE_MS, () => reports.renew(boards));
    return {
      onClose() {
        unmount();
        site.close();
        charts?.close();
        alarms.close();
        server.close();
      },
    };
  };
}

/** Of each line, the shifts of its calendar. */
function shiftsByLine(model: PlantModel): ReadonlyMap<string, ShiftAt> {
  const shifts = new Map<string, ShiftAt>();
  for (const { path: line, kind, calendar: name } of model.equipment.values()) {
    const calendar = kind === "ProductionLine" && name !== undefined ? model.calendars.get(name) : undefined;
    if (calendar === undefined) continue;
    const planned = new WorkCalendar(calendar);
    shifts.set(line, (instant) => planned.shiftAt(instant));
  }
  return shifts;
}

/** Of each tag by itself: its first row is found by an index, however long it has been recorded. */
async function firstSample({ historian }: HistorianService, tags: readonly string[], before: number): Promise<number | undefined> {
  const first = await Promise.all(
    tags.map(async (id) => {
      const { asset = "", signal = "" } = splitTag(id) ?? {};
      const where = [
        { tag: "asset", in: [asset] },
        { tag: "signal", in: [signal] },
      ];
      const { series } = await historian.query({ measurement: "telemetry", from: 0, to: before, where, columns: QUALITY, limit: 1 });
      return series.flatMap(({ rows }) => rows.map(([time]) => time));
    }),
  );
  const times = first.flat();
  return times.length === 0 ? undefined : Math.min(...times);
}

async function lastSamples({ historian }: HistorianService, model: PlantModel, ids: readonly string[], now: number): Promise<Sample[]> {
  return historian.readSamples({ tags: typed(model, ids), from: now, to: now + 1, carryIn: true });
}

/** The historian needs the type of a tag to give its value back as it was. */
function typed(model: PlantModel, ids: readonly string[]): { readonly id: string; readonly type?: string }[] {
  return ids.map((id) => {
    const type = model.tags.get(id)?.type;
    return type === undefined ? { id } : { id, type };
  });
}

export default (RED: NodeAPI): void => defineNode(declaration, behaviour(RED))(RED);
