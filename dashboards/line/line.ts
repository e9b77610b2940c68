/** The line that a board is about: its machines, where its figures are taken, and the questions that its panels share. */
import type { Query } from "../../core/connect/history/index.ts";
import type { Equipment, PlantModel } from "../../core/connect/model/index.ts";
import type { OeeQueryScope } from "../../core/operate/oee/index.ts";
import type { Board, BoardVariable, Scope } from "../../core/see/board/index.ts";

export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export interface Line {
  readonly model: PlantModel;
  readonly line: Equipment;
  readonly machines: readonly Equipment[];
  /** Where the line's OEE is measured: its constraint, or else the machine with the lowest ideal rate. */
  readonly constraint: Equipment;
  /** Zone of the site, and when its production day begins. */
  readonly place: Pick<OeeQueryScope, "zone" | "dayStartMs">;
}

/** All lines of a plant that have machines of which OEE is known. */
export function linesOf(model: PlantModel): Line[] {
  const lines = [...model.equipment.values()].filter(({ kind }) => kind === "ProductionLine");
  return lines.flatMap((line) => {
    const machines = machinesOf(model, line);
    if (machines.length === 0) return [];
    const slowest = machines.reduce((a, b) => ((b.idealRate ?? Infinity) < (a.idealRate ?? Infinity) ? b : a));
    const constraint = machines.find(({ path }) => path === line.line?.constraint) ?? slowest;
    const calendar = line.calendar === undefined ? undefined : model.calendars.get(line.calendar);
    const place = { zone: model.zone, ...(calendar ? { dayStartMs: clockMs(calendar.dayStart) } : {}) };
    return [{ model, line, machines, constraint, place }];
  });
}

/** The choice among the machines of a line. */
export function machineVariable({ machines, constraint }: Line): BoardVariable {
  return {
    name: "asset",
    label: "Machine",
    default: constraint.path,
    options: machines.map(({ path, label }) => ({ value: path, label: label ?? path })),
  };
}

export function assetLabels(equipment: readonly Equipment[]): NonNullable<Board["labels"][string]> {
  return Object.fromEntries(equipment.map(({ path, label }) => [path, label ?? path]));
}

/** The id of a board of a line. */
export function boardId({ path }: Equipment, suffix: string): string {
  return `${path.split(".").at(-1)}-${suffix}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
}

/** What is asked of the OEE of the chosen machine. */
export function chosen({ place }: Line, scope: Scope): OeeQueryScope {
  return { from: scope.from, to: scope.to, assets: scope.chosen("asset", "asset").in, ...place };
}

/** In Grafana the chosen machine is the dashboard's variable. */
export function ofVariable(query: Query): Query {
  return { ...query, where: (query.where ?? []).map((filter) => (filter.tag === "asset" ? { ...filter, variable: "asset" } : filter)) };
}

export function saysState(machine: Equipment): boolean {
  return machine.roles.state !== undefined && !isDerived(machine);
}

function machinesOf(model: PlantModel, line: Equipment): Equipment[] {
  return [...model.equipment.values()].filter(
    (equipment) => equipment.parent === line.path && (saysState(equipment) || isDerived(equipment)),
  );
}

function isDerived({ stateMap }: Equipment): boolean {
  return stateMap?.profile === "derived";
}

/** Milliseconds after midnight of a clock's `hh:mm`. */
export function clockMs(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * HOUR + minutes * MINUTE;
}
