import path from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeAPI } from "node-red";
import { BoardSite, readAssets } from "../../../adapters/boards/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { WorkCalendar } from "../../../core/operate/calendar/index.ts";
import { type Board, boardFaults, BoardServer, type ShiftAt } from "../../../core/see/board/index.ts";
import { lineOverviews } from "../../../dashboards/line-overview.board.ts";
import { packmlBoards } from "../../../dashboards/packml.board.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { NodeBehaviour, TwinlineSettings } from "../../kit/node.ts";
import { mount } from "./mount.ts";
import { sessionsAt } from "./sign-ins.ts";
import declaration from "./twin-boards.node.ts";

const MINUTE_MS = 60_000;
const PUBLIC = path.join(path.dirname(fileURLToPath(import.meta.url)), "public");

function behaviour(RED: NodeAPI): NodeBehaviour<typeof declaration> {
  return (node) => {
    const { config } = node;
    const plant = node.api<PlantService>(config.plant, "twin-plant");
    const { historian } = node.api<HistorianService>(config.historian, "twin-historian");
    const identity = (RED.settings as { twinline?: TwinlineSettings }).twinline?.identity;
    const app = RED.httpNode as NodeAPI["httpNode"] | null;
    if (!app) throw new Error(node.text("noHttp"));

    let of: PlantModel | undefined;
    let boards: readonly Board[] = [];
    let shiftAt: ShiftAt = noShift;
    const follow = (): void => {
      if (of === plant.model) return;
      boards = chosen(lineOverviews(plant.model), packmlBoards(plant.model));
      shiftAt = shiftsOf(plant.model);
      of = plant.model;
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
      const unknown = names.find((name) => !all.some(({ id }) => id === name));
      if (unknown !== undefined) throw new Error(node.text("unknown", { board: unknown, known: all.map(({ id }) => id).join(", ") }));
      return names.length === 0 ? always : all.filter(({ id }) => names.includes(id));
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
      shiftAt: (instant) => shiftAt(instant),
      fault: (sentence) => node.log.error(sentence),
    });
    const site = new BoardSite({
      identity,
      boards: () => boards,
      server,
      assets: readAssets(PUBLIC),
      sessions: sessionsAt(app, config.path, {
        idleMs: config.idleMinutes * MINUTE_MS,
        absoluteMs: config.signInHours * 60 * MINUTE_MS,
      }),
      now: () => node.now(),
      fault: (sentence) => node.log.error(sentence),
    });
    const unmount = mount(app, config.path, (request, response, base, rest) => void site.handle(request, response, base, rest));
    if (!unmount) throw new Error(node.text("taken", { path: config.path }));
    const show = (): void => {
      follow();
      if (identity?.configured) node.status("ok", node.text("serving", { boards: boards.length, viewers: site.viewers }));
      else node.status("fault", node.text("noAccounts"));
    };
    show();
    node.every(2_000, show);
    return {
      onClose() {
        unmount();
        site.close();
        server.close();
      },
    };
  };
}

function noShift(): null {
  return null;
}

/** The calendar of the first line; boards of lines with other shifts come with the first such site. */
function shiftsOf(model: PlantModel): ShiftAt {
  const line = [...model.equipment.values()].find((equipment) => equipment.kind === "ProductionLine" && equipment.calendar !== undefined);
  const calendar = line?.calendar === undefined ? undefined : model.calendars.get(line.calendar);
  if (!calendar) return noShift;
  const shifts = new WorkCalendar(calendar);
  return (instant) => shifts.shiftAt(instant);
}

export default (RED: NodeAPI): void => defineNode(declaration, behaviour(RED))(RED);
