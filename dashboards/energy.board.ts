/** The energy board of a line: power and demand now, where the energy went, what a good unit costs. Made from the plant model. */
import type { Query } from "../core/connect/history/index.ts";
import type { Equipment, PlantModel } from "../core/connect/model/index.ts";
import {
  bucketField,
  energyByBucket,
  energyByShift,
  energyFigures,
  ENERGY_CONTRACT,
  powerOverTime,
  quarterHourDemand,
} from "../core/operate/energy/index.ts";
import { type Bucket, BUCKETS } from "../core/operate/oee/index.ts";
import { type Board, type Colour, type Field, inDisplayUnits, type Scope } from "../core/see/board/index.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const QUARTER = 15 * MINUTE;

/** Boards of all lines of a plant that have metered machines. */
export function energyBoards(model: PlantModel): Board[] {
  const lines = [...model.equipment.values()].filter((equipment) => equipment.kind === "ProductionLine");
  return lines.flatMap((line) => {
    const machines = [...model.equipment.values()].filter((one) => one.parent === line.path && one.roles.energyActive !== undefined);
    return machines.length === 0 ? [] : [inDisplayUnits(energyBoard(model, line, machines), model.display)];
  });
}

function energyBoard(model: PlantModel, line: Equipment, machines: readonly Equipment[]): Board {
  const calendar = line.calendar === undefined ? undefined : model.calendars.get(line.calendar);
  const slowest = machines.reduce((a, b) =>
    (b.idealRate ?? Number.POSITIVE_INFINITY) < (a.idealRate ?? Number.POSITIVE_INFINITY) ? b : a,
  );
  const paths = machines.map(({ path }) => path);
  const place = {
    zone: model.zone,
    ...(calendar ? { dayStartMs: clockMs(calendar.dayStart) } : {}),
  };
  const ofAll = ({ from, to }: Scope) => ({ from, to, assets: paths, ...place });
  const ofChosen = (scope: Scope) => ({ from: scope.from, to: scope.to, assets: scope.chosen("asset", "asset").in, ...place });
  const shiftSoFar = (scope: Scope): Query => ofVariable(energyFigures(ofChosen(scope)));
  const figure = (id: string, title: string, label: string, description: string, signal: string) => ({
    id,
    kind: "stat" as const,
    title,
    description,
    width: 4,
    staleAfterMs: 20 * MINUTE,
    query: (scope: Scope): Query => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset"), { tag: "signal", in: [`${ENERGY_CONTRACT.name}.${signal}`] }],
      columns: [{ as: "kw", field: "v" }],
      order: "desc",
      limit: 1,
    }),
    fields: [{ column: "kw", label, unit: "kW", decimals: 1, colour: "info" }] satisfies Field[],
  });
  const perShift = (id: string, title: string, description: string, field: Field) => ({
    id,
    kind: "stat" as const,
    title,
    description,
    width: 4,
    range: "this-shift" as const,
    query: shiftSoFar,
    fields: [field],
  });

  return {
    id: `${line.path.split(".").at(-1)}-energy`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${line.label ?? line.path} energy`,
    description: `Power, demand, energy by use and per good unit, and emissions of ${line.label ?? line.path}.`,
    asset: line.path,
    zone: model.zone,
    range: "latest-8h",
    refreshMs: 5_000,
    edge: ({ from, to }) => ({
      measurement: "telemetry",
      from,
      to,
      where: [
        { tag: "asset", in: paths },
        { tag: "signal", in: [...new Set(machines.flatMap(({ roles }) => roles.energyActive ?? []))] },
      ],
      columns: [
        { as: "register", field: "v" },
        { as: "quality", field: "q" },
      ],
      by: ["asset"],
      order: "desc",
      limit: 1,
    }),
    variables: [
      {
        name: "asset",
        label: "Machine",
        default: slowest.path,
        options: machines.map(({ path, label }) => ({ value: path, label: label ?? path })),
      },
    ],
    labels: {
      asset: Object.fromEntries(machines.map(({ path, label }) => [path, label ?? path])),
      shift: { "~": "no shift" },
    },
    rows: [
      {
        height: 4,
        panels: [
          figure("power", "Power now", "Last minute", "Mean power of the last minute that is known.", "power"),
          figure(
            "demand",
            "Demand",
            "Last whole block",
            "Mean power of the last whole block on the clock, as the tariff measures it.",
            "demand",
          ),
          figure(
            "peak",
            "Peak this month",
            "Highest whole block",
            "The highest demand of a whole block in this month.",
            "month.peak_demand",
          ),
          perShift("shift-energy", "Energy", "Active energy of the running shift.", {
            column: "active_kwh",
            label: "This shift",
            unit: "kWh",
            decimals: 1,
          }),
          perShift("energy-per-unit", "Energy per good unit", "All energy of the shift, idle time too, over its good units.", {
            column: "wh_per_unit",
            label: "This shift",
            unit: "Wh",
            digits: 3,
            colour: "good",
          }),
          perShift(
            "emissions-per-unit",
            "Emissions per good unit",
            "Each part of the energy with the emission factor of its time, over the good units. A dash where none were made.",
            { column: "g_per_unit", label: "This shift", unit: "g CO2e", decimals: 2, colour: "good" },
          ),
        ],
      },
      {
        height: 8,
        panels: [
          {
            id: "demand-limit",
            kind: "time-series",
            title: "Demand against its limit",
            description:
              "Demand of the chosen machine in each quarter of an hour, and the limit that its twin-energy is given. Nothing is switched off by it; the last bar is still growing.",
            width: 12,
            leastEveryMs: QUARTER,
            min: 0,
            query: (scope) => ofVariable(quarterHourDemand(ofChosen(scope))),
            fields: [
              { column: "demand_kw", label: "Demand", unit: "kW", decimals: 1, draw: "bars", colour: "info" },
              { column: "limit_kw", label: "Limit", unit: "kW", decimals: 1, draw: "steps", colour: "critical" },
            ],
          },
          {
            id: "line-demand",
            kind: "time-series",
            title: "Demand of the line by quarter hour",
            description:
              "All metered machines of the line together, in each quarter of an hour on the clock; the last one is still growing.",
            width: 12,
            leastEveryMs: QUARTER,
            min: 0,
            query: (scope) => quarterHourDemand(ofAll(scope)),
            fields: [{ column: "demand_kw", label: "Line", unit: "kW", decimals: 1, draw: "bars", colour: "info" }],
          },
        ],
      },
      {
        height: 8,
        panels: [
          {
            id: "power-over-time",
            kind: "time-series",
            title: "Power by machine",
            description: "Mean power of each metered machine per interval. A click on a name hides its line.",
            width: 24,
            leastEveryMs: MINUTE,
            min: 0,
            seriesBy: "asset",
            query: (scope) => powerOverTime({ ...ofAll(scope), everyMs: scope.everyMs }),
            fields: [{ column: "kw", label: "Power", unit: "kW", decimals: 1, draw: "line" }],
          },
        ],
      },
      {
        height: 10,
        panels: [
          {
            id: "by-use",
            kind: "table",
            title: "Where the energy went",
            description:
              "Energy of the chosen machine by what it was doing. Not placed: counted by the meter during a silence of its own, so nobody knows when.",
            width: 12,
            fieldsAsRows: true,
            shareOf: { column: "active_kwh", label: "% of energy" },
            query: (scope) => ofVariable(energyByBucket(ofChosen(scope))),
            fields: [
              ...USES.map(
                ([bucket, label, colour]): Field => ({
                  column: bucketField(bucket, "kwh"),
                  label,
                  unit: "kWh",
                  decimals: 2,
                  bar: true,
                  colour,
                }),
              ),
              { column: "unplaced_kwh", label: "Not placed", unit: "kWh", decimals: 2, bar: true, colour: "muted" },
            ],
          },
          {
            id: "power-by-use",
            kind: "table",
            title: "Mean power while",
            description: "What the chosen machine draws in each use of its time. Not planned is its base load.",
            width: 12,
            fieldsAsRows: true,
            query: (scope) => ofVariable(energyByBucket(ofChosen(scope))),
            fields: USES.map(
              ([bucket, label, colour]): Field => ({
                column: bucketField(bucket, "kwh").replace(/h$/, ""),
                label,
                unit: "kW",
                decimals: 2,
                bar: true,
                colour,
              }),
            ),
          },
        ],
      },
      {
        height: 5,
        panels: [
          {
            id: "shifts",
            kind: "table",
            title: "Energy by shift",
            description: "Sums of the shift divided; a shift over midnight belongs to the day on which it started.",
            width: 24,
            range: "3d",
            newestFirst: true,
            query: (scope) => ofVariable(energyByShift(ofChosen(scope))),
            fields: [
              { column: "time", label: "Day", unit: "date" },
              { column: "tag:shift", label: "Shift", unit: "text" },
              { column: "active_kwh", label: "Energy", unit: "kWh", decimals: 1 },
              { column: "wh_per_unit", label: "Per good unit", unit: "Wh", digits: 3 },
              { column: "g_per_unit", label: "Emissions per good unit", unit: "g CO2e", decimals: 2 },
              { column: "co2e_g", label: "Emissions", unit: "g CO2e", decimals: 0 },
              { column: "tan_phi", label: "kvarh per kWh", unit: "1", decimals: 2 },
              { column: "good", label: "Good", unit: "count" },
              { column: "without_factor_kwh", label: "Without factor", unit: "kWh", decimals: 1 },
            ],
          },
        ],
      },
      {
        height: 6,
        panels: [
          {
            id: "machines",
            kind: "table",
            title: "Machines",
            description: "All machines of the line over the chosen range. Base load: mean power in breaks and without a shift.",
            width: 24,
            query: (scope) => energyFigures(ofAll(scope)),
            fields: [
              { column: "tag:asset", label: "Machine", unit: "text" },
              { column: "active_kwh", label: "Energy", unit: "kWh", decimals: 1 },
              { column: "kw", label: "Mean power", unit: "kW", decimals: 2 },
              { column: "base_kw", label: "Base load", unit: "kW", decimals: 2 },
              { column: "wh_per_unit", label: "Per good unit", unit: "Wh", digits: 3 },
              { column: "tan_phi", label: "kvarh per kWh", unit: "1", decimals: 2 },
            ],
          },
        ],
      },
    ],
  };
}

const NAMES: Readonly<Record<Bucket, readonly [label: string, colour: Colour]>> = {
  run: ["Producing", "good"],
  micro: ["Micro-stops", "warning"],
  external: ["Starved or blocked", "sky"],
  stop: ["Stopped", "warning"],
  hold: ["Held", "warning"],
  failure: ["Failed", "critical"],
  setup: ["Set-up", "plum"],
  plannedDown: ["Planned down", "muted"],
  noOrder: ["Without an order", "muted"],
  notPlanned: ["Not planned", "muted"],
  unknown: ["Unknown", "muted"],
};
const USES = BUCKETS.map((bucket) => [bucket, ...NAMES[bucket]] as const);

/** In Grafana the chosen machine is the dashboard's variable. */
function ofVariable(query: Query): Query {
  return { ...query, where: (query.where ?? []).map((filter) => (filter.tag === "asset" ? { ...filter, variable: "asset" } : filter)) };
}

function clockMs(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * HOUR + minutes * MINUTE;
}
