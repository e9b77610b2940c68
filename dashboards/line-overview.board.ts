/** The first board: how one line is doing, for operators and supervisors. Made from the plant model, so a second line is one call. */
import type { Query } from "../core/connect/history/index.ts";
import type { Equipment, PlantModel, StateMap } from "../core/connect/model/index.ts";
import { lossesByCulprit, OUTSIDE, stationGraph, UNKNOWN } from "../core/operate/line/index.ts";
import { currentShift, lossesByBucket, oeeByHour, oeeByShift } from "../core/operate/oee/index.ts";
import { PACKML_STATES, type PackmlState } from "../core/operate/packml/index.ts";
import { meaningsOf, type StateBucket, stateOf, UMH_CODES } from "../core/operate/state/index.ts";
import {
  type Board,
  type BoardRow,
  type Colour,
  type Field,
  inDisplayUnits,
  type NamedValue,
  type Panel,
  type Scope,
  type Threshold,
} from "../core/see/board/index.ts";
import { measuredPanels } from "./measured-panels.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Boards of all lines of a plant that have machines, in the units that the site shows. */
export function lineOverviews(model: PlantModel): Board[] {
  const lines = [...model.equipment.values()].filter((equipment) => equipment.kind === "ProductionLine");
  return lines.filter((line) => machinesOf(model, line).length > 0).map((line) => inDisplayUnits(lineOverview(model, line), model.display));
}

function lineOverview(model: PlantModel, line: Equipment): Board {
  const machines = machinesOf(model, line);
  const constraint =
    machines.find(({ path }) => path === line.line?.constraint) ??
    machines.reduce((slowest, machine) => ((machine.idealRate ?? Infinity) < (slowest.idealRate ?? Infinity) ? machine : slowest));
  const calendar = line.calendar === undefined ? undefined : model.calendars.get(line.calendar);
  const oee = (scope: Scope) => ({
    from: scope.from,
    to: scope.to,
    assets: scope.chosen("asset", "asset").in,
    zone: model.zone,
    ...(calendar ? { dayStartMs: clockMs(calendar.dayStart) } : {}),
  });
  // One query for all tiles of the shift: they ask together and share the answer.
  const shiftSoFar = (scope: Scope): Query => ofVariable(withoutShift(currentShift({ ...oee(scope), shift: "~" })));
  const shiftRatio = (column: string, label: string, targets: readonly Threshold[]) => ({
    kind: "gauge" as const,
    width: 6,
    range: "this-shift" as const,
    min: 0,
    max: 1,
    explained: true as const,
    query: shiftSoFar,
    fields: [{ column, label, unit: "ratio", decimals: 1, thresholds: targets }],
  });
  const lastHeard = ({ from, to }: { readonly from: number; readonly to: number }): Query => ({
    measurement: "telemetry",
    from,
    to,
    where: [
      { tag: "asset", in: machines.map((machine) => machine.path) },
      { tag: "signal", in: [...new Set(machines.flatMap((machine) => heardBy(model, machine)))] },
    ],
    columns: [
      { as: "heartbeat", field: "v" },
      { as: "quality", field: "q" },
    ],
    by: ["asset"],
    order: "desc",
    limit: 1,
  });

  return {
    id: `${line.path.split(".").at(-1)}-overview`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${line.label ?? line.path} overview`,
    description: `OEE, states, counts and data health of ${line.path}.`,
    asset: line.path,
    zone: model.zone,
    range: "latest-8h",
    refreshMs: 5_000,
    shiftReports: true,
    edge: lastHeard,
    variables: [
      {
        name: "asset",
        label: "Machine",
        default: constraint.path,
        options: machines.map((machine) => ({ value: machine.path, label: machine.label ?? machine.path })),
      },
    ],
    labels: {
      asset: Object.fromEntries(machines.map((machine) => [machine.path, machine.label ?? machine.path])),
      shift: { "~": "no shift" },
    },
    rows: [
      {
        height: 5,
        panels: [
          {
            id: "oee",
            title: "OEE",
            description:
              "Ideal time for the good units made, as a share of planned busy time (ISO 22400-2). Breaks and unknown time do not count as planned.",
            ...shiftRatio("oee", "OEE", OEE_TARGETS),
          },
          {
            id: "availability",
            title: "Availability",
            description: "Production time as a share of planned busy time.",
            ...shiftRatio("availability", "Availability", PART_TARGETS),
          },
          {
            id: "performance",
            title: "Performance",
            description:
              "Ideal time for all units made as a share of production time. Above 100 % the ideal cycle time is wrong; it is not cut off.",
            ...shiftRatio("performance", "Performance", PART_TARGETS),
          },
          {
            id: "quality",
            title: "Quality",
            description: "Ideal time for the good units as a share of the ideal time for all units.",
            ...shiftRatio("quality", "Quality", QUALITY_TARGETS),
          },
        ],
      },
      {
        height: 3,
        panels: [
          {
            id: "counts",
            kind: "stat",
            title: "Made",
            width: 12,
            range: "this-shift",
            query: shiftSoFar,
            fields: [
              { column: "good", label: "Good", unit: "count", colour: "good" },
              { column: "scrap", label: "Scrap", unit: "count", colour: "critical" },
              { column: "total", label: "Total", unit: "count" },
            ],
          },
          {
            id: "lost-time",
            kind: "stat",
            title: "Time",
            width: 12,
            range: "this-shift",
            query: shiftSoFar,
            fields: [
              { column: "producing_ms", label: "Producing", unit: "duration", colour: "good" },
              { column: "failure_ms", label: "Failed", unit: "duration", colour: "critical" },
              { column: "unknown_ms", label: "Unknown", unit: "duration", colour: "muted" },
            ],
          },
        ],
      },
      ...byNumbering(machines.filter(saysState)).map(({ values, own }, index, all) => ({
        height: all.length === 1 ? 8 : 3 + own.length,
        panels: [
          {
            id: index === 0 ? "states" : `states-${index + 1}`,
            kind: "state-timeline" as const,
            title: "Machine states",
            description: "PackML state of every machine of the line. Gaps are times without good data.",
            width: 24,
            carryInMs: 24 * HOUR,
            query: (scope: Scope): Query => ({
              measurement: "telemetry",
              from: scope.from,
              to: scope.to,
              where: [
                { tag: "asset", in: own.map((machine) => machine.path) },
                { tag: "signal", in: [...new Set(own.flatMap((machine) => machine.roles.state ?? []))] },
              ],
              columns: [
                { as: "state", field: "v" },
                { as: "quality", field: "q" },
              ],
              by: ["asset"],
              order: "desc",
              limit: 3_000,
            }),
            fields: [{ column: "state", label: "State", unit: "text", values }] satisfies Field[],
          },
        ],
      })),
      {
        height: 8,
        panels: [
          {
            id: "oee-by-hour",
            kind: "time-series",
            title: "OEE by hour",
            description: `Sums of numerators divided by sums of denominators in each clock hour; hours are never averaged. ${REVISED}`,
            width: 12,
            leastEveryMs: HOUR,
            min: 0,
            max: 1,
            query: (scope) => ofVariable(withRevisions(oeeByHour(oee(scope)))),
            difference: CORRECTIONS,
            fields: [
              { column: "oee", label: "OEE", unit: "ratio", draw: "bars", colour: "info", thresholds: OEE_TARGETS },
              { column: "availability", label: "Availability", unit: "ratio", colour: "good", draw: "steps" },
              { column: "performance", label: "Performance", unit: "ratio", colour: "warning", draw: "steps" },
              { column: "quality", label: "Quality", unit: "ratio", colour: "plum", draw: "steps" },
              { column: CORRECTIONS.as, label: "Revised", unit: "count", colour: "muted", draw: "none" },
            ],
          },
          {
            id: "counts-over-time",
            kind: "time-series",
            title: "Good and scrap",
            description: "Units per interval. Scrap has the scale at the right, so that a few units can be seen beside hundreds.",
            width: 12,
            leastEveryMs: MINUTE,
            maxPoints: 100,
            min: 0,
            query: (scope) =>
              ofVariable({
                measurement: "oee",
                from: scope.from,
                to: scope.to,
                where: [scope.chosen("asset", "asset")],
                columns: [
                  { as: "good", field: "good", aggregate: "sum" },
                  { as: "scrap", field: "scrap", aggregate: "sum" },
                ],
                bucket: { everyMs: scope.everyMs },
                latestRevision: { atomMs: MINUTE },
              }),
            fields: [
              { column: "good", label: "Good", unit: "count", draw: "bars", colour: "good" },
              { column: "scrap", label: "Scrap (right scale)", unit: "count", draw: "bars", colour: "critical", ownScale: true },
            ],
          },
        ],
      },
      {
        height: 5,
        panels: [
          {
            id: "shifts",
            kind: "table",
            title: "OEE by shift",
            description: `Production days of the last three days; a shift over midnight belongs to the day on which it started. ${REVISED}`,
            width: 24,
            range: "3d",
            newestFirst: true,
            explained: true,
            query: (scope) => ofVariable(withRevisions(oeeByShift(oee(scope)))),
            difference: CORRECTIONS,
            fields: [
              { column: "time", label: "Day", unit: "date" },
              { column: "tag:shift", label: "Shift", unit: "text" },
              { column: "oee", label: "OEE", unit: "ratio", decimals: 1, bar: true, thresholds: OEE_TARGETS },
              { column: "availability", label: "A", unit: "ratio", decimals: 1 },
              { column: "performance", label: "P", unit: "ratio", decimals: 1 },
              { column: "quality", label: "Q", unit: "ratio", decimals: 1 },
              { column: "good", label: "Good", unit: "count" },
              { column: "scrap", label: "Scrap", unit: "count" },
              { column: "total", label: "Total", unit: "count" },
              { column: CORRECTIONS.as, label: "Revised", unit: "count", thresholds: CORRECTED },
            ],
          },
        ],
      },
      ...sideBySide(measuredPanels(model, machines)),
      {
        height: 9,
        panels: [
          {
            id: "losses",
            kind: "table",
            title: "Where the time went",
            description: "Every millisecond of the range belongs to exactly one of these. The last three are not planned time.",
            width: 8,
            fieldsAsRows: true,
            shareOf: { column: "planned_ms", label: "% of planned time" },
            query: (scope) => ofVariable(withPlanned(lossesByBucket(oee(scope)))),
            fields: LOSS_FIELDS,
          },
          {
            id: "data-health",
            kind: "table",
            title: "Data",
            description: "The last heartbeat of each machine. While the plant's data catches up with the present, it is older than now.",
            width: 10,
            range: "3d",
            staleAfterMs: 2 * MINUTE,
            query: lastHeard,
            fields: [
              { column: "tag:asset", label: "Machine", unit: "text" },
              { column: "time", label: "Last heard", unit: "time" },
              { column: "time", label: "Age", unit: "age" },
              { column: "quality", label: "Quality", unit: "quality", values: QUALITY_VALUES },
            ],
          },
          {
            id: "reading",
            kind: "text",
            title: "Reading this board",
            width: 6,
            text: [
              `OEE is measured at ${constraint.label ?? constraint.path}, the slowest machine of the line; choose another above.`,
              "Figures marked with a shift cover that shift so far. A dash means that a figure is not estimable, which is not zero.",
            ],
          },
        ],
      },
      ...culprits(model, line, machines),
    ],
  };
}

/** What stopped the line, where the model says which station feeds which. */
function culprits(model: PlantModel, line: Equipment, machines: readonly Equipment[]): BoardRow[] {
  if ("fault" in stationGraph(model, line.path, 0)) return [];
  const names = new Map(machines.map(({ path, label }) => [path.slice(line.path.length + 1), label ?? path]));
  names.set(OUTSIDE, "Before or after the line").set(UNKNOWN, "Not known");
  const shares = [...names].map(([station, label]): Field => {
    const colour = station === UNKNOWN || station === OUTSIDE ? "muted" : "critical";
    return { column: `lost:${station}`, label, unit: "duration", bar: true, colour };
  });
  return [
    {
      height: 8,
      panels: [
        {
          id: "culprits",
          kind: "table",
          title: "What stopped the line",
          description:
            "Time in which the line stood still, by the station that caused it: blocked is followed downstream and starved upstream to a station that stands still by itself. It adds up to the line's down time.",
          width: 12,
          fieldsAsRows: true,
          largestFirst: true,
          shareOf: { column: "line_down", label: "% of the line's down time" },
          query: ({ from, to }) => lossesByCulprit({ from, to, line: line.path, stations: [...names.keys()] }),
          fields: shares,
        },
        {
          id: "stations",
          kind: "table",
          title: "Where each station's time went",
          description: "Own stops are the station's; waiting is for the stations before and after it.",
          width: 12,
          query: ({ from, to }) => lossesByBucket({ from, to, assets: machines.map(({ path }) => path) }),
          fields: [
            { column: "tag:asset", label: "Station", unit: "text" },
            { column: "producing_ms", label: "Producing", unit: "duration" },
            { column: "micro_ms", label: "Micro-stops", unit: "duration" },
            { column: "stop_ms", label: "Stopped", unit: "duration" },
            { column: "hold_ms", label: "Held", unit: "duration" },
            { column: "failure_ms", label: "Failed", unit: "duration" },
            { column: "external_ms", label: "Waiting", unit: "duration" },
            { column: "setup_ms", label: "Set-up", unit: "duration" },
          ],
        },
      ],
    },
  ];
}

const CORRECTIONS = { as: "corrections", of: "revisions", less: "atoms" } as const;
const REVISED =
  "Revised: how often a minute in it was calculated again because data came late, and came out different. The figure shown is always the latest.";
const CORRECTED: readonly Threshold[] = [
  { from: null, name: "as first calculated", colour: "muted" },
  { from: 1, name: "revised after late data", colour: "warning" },
];

/** A machine cannot beat its ideal time: the ideal cycle time or a counter is wrong. Rounding may reach a little above. */
const IMPLAUSIBLE: Threshold = { from: 1.05, name: "above 100 %: check", colour: "warning" };

const OEE_TARGETS: readonly Threshold[] = [
  { from: null, name: "low", colour: "critical" },
  { from: 0.6, name: "fair", colour: "warning" },
  { from: 0.8, name: "good", colour: "good" },
  IMPLAUSIBLE,
];
const PART_TARGETS: readonly Threshold[] = [
  { from: null, name: "low", colour: "critical" },
  { from: 0.75, name: "fair", colour: "warning" },
  { from: 0.9, name: "good", colour: "good" },
  IMPLAUSIBLE,
];
const QUALITY_TARGETS: readonly Threshold[] = [
  { from: null, name: "low", colour: "critical" },
  { from: 0.95, name: "fair", colour: "warning" },
  { from: 0.99, name: "good", colour: "good" },
];

const LOSS_FIELDS: readonly Field[] = [
  ["producing_ms", "Producing", "good"],
  ["micro_ms", "Micro-stops", "warning"],
  ["external_ms", "Starved or blocked", "sky"],
  ["stop_ms", "Stopped", "warning"],
  ["hold_ms", "Held", "warning"],
  ["failure_ms", "Failed", "critical"],
  ["setup_ms", "Set-up", "plum"],
  ["no_order_ms", "No order", "muted"],
  ["planned_down_ms", "Planned down", "muted"],
  ["not_planned_ms", "Not planned", "muted"],
  ["unknown_ms", "Unknown", "muted"],
].map(([column, label, colour]) => ({
  column: column as string,
  label: label as string,
  unit: "duration",
  bar: true,
  colour: colour as Colour,
  noShare: ["planned_down_ms", "not_planned_ms", "unknown_ms"].includes(column as string),
}));

export const QUALITY_VALUES: Readonly<Record<string, NamedValue>> = {
  192: { text: "Good", colour: "good" },
  64: { text: "Uncertain", colour: "warning" },
  0: { text: "Bad", colour: "critical" },
  216: { text: "Good, no data", colour: "muted" },
};

export const STATE_COLOURS: Readonly<Record<PackmlState, Colour>> = {
  Execute: "good",
  Starting: "info",
  Resetting: "info",
  Idle: "info",
  Completing: "info",
  Complete: "info",
  Holding: "warning",
  Held: "warning",
  Unholding: "warning",
  Suspending: "sky",
  Suspended: "sky",
  Unsuspending: "sky",
  Stopping: "muted",
  Stopped: "muted",
  Aborting: "critical",
  Aborted: "critical",
  Clearing: "plum",
};

const BUCKET_COLOURS: Readonly<Record<StateBucket, Colour>> = {
  run: "good",
  external: "sky",
  stop: "muted",
  hold: "warning",
  failure: "critical",
  setup: "plum",
  plannedDown: "info",
  noOrder: "muted",
  unknown: "muted",
};

/** Two in a row of 24 columns, one alone over all of them. */
function sideBySide(panels: readonly Panel[]): BoardRow[] {
  const rows = panels.flatMap((_panel, index) => (index % 2 === 0 ? [panels.slice(index, index + 2)] : []));
  return rows.map((row) => ({ height: 8, panels: row.map((panel) => ({ ...panel, width: 24 / row.length })) }));
}

/** Machines that count their states alike, with name and colour of each number. */
function byNumbering(
  machines: readonly Equipment[],
): { readonly values: Readonly<Record<string, NamedValue>>; readonly own: readonly Equipment[] }[] {
  const groups = Map.groupBy(machines, (machine) => JSON.stringify(stateValues(machine)));
  return [...groups].map(([values, own]) => ({ values: JSON.parse(values) as Record<string, NamedValue>, own }));
}

function stateValues({ stateMap }: Equipment): Record<string, NamedValue> {
  if (stateMap === undefined) return {};
  const values: Record<string, NamedValue> = {};
  const numbers = [...PACKML_STATES.keys(), PACKML_STATES.length, ...UMH_CODES, ...Object.keys(stateMap.states ?? {}).map(Number)];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const text = stateOf(number, stateMap);
    if (typeof text === "string") values[number] = { text, colour: stateColour(text, stateMap) };
  }
  return values;
}

function stateColour(name: string, stateMap: StateMap): Colour {
  const { state = name, bucket } = meaningsOf(stateMap).get(name) ?? {};
  if (bucket !== undefined) return BUCKET_COLOURS[bucket];
  return Object.hasOwn(STATE_COLOURS, state) ? STATE_COLOURS[state as PackmlState] : "muted";
}

/** The signals that tell that a machine is alive: its heartbeat where it has one, else what OEE reads of it. */
function heardBy(model: PlantModel, { path, roles }: Equipment): readonly string[] {
  const { heartbeat, state, speed, processed } = roles;
  const beats = heartbeat !== undefined && model.tags.get(`${path}.${heartbeat}`)?.address !== undefined;
  return beats ? [heartbeat] : [state ?? speed, processed].filter((signal) => signal !== undefined);
}

function machinesOf(model: PlantModel, line: Equipment): Equipment[] {
  return [...model.equipment.values()].filter(
    (equipment) => equipment.parent === line.path && (saysState(equipment) || isDerived(equipment)),
  );
}

function saysState(machine: Equipment): boolean {
  return machine.roles.state !== undefined && !isDerived(machine);
}

function isDerived({ stateMap }: Equipment): boolean {
  return stateMap?.profile === "derived";
}

/** The shift's own window is the range, so its name is no filter; time of other shifts cannot lie in it. */
function withoutShift(query: Query): Query {
  return { ...query, where: (query.where ?? []).filter((filter) => filter.tag !== "shift") };
}

/** With what tells how often atoms were corrected: the first statement of each has revision 1. */
function withRevisions(query: Query): Query {
  const columns: Query["columns"] = [
    { as: CORRECTIONS.of, field: "rev", aggregate: "sum" },
    { as: CORRECTIONS.less, field: "rev", aggregate: "count" },
  ];
  return { ...query, columns: [...query.columns, ...columns] };
}

function withPlanned(query: Query): Query {
  return { ...query, columns: [...query.columns, { as: "planned_ms", field: "planned_ms", aggregate: "sum" }] };
}

/** In Grafana the chosen machine is the dashboard's variable. */
function ofVariable(query: Query): Query {
  return { ...query, where: (query.where ?? []).map((filter) => (filter.tag === "asset" ? { ...filter, variable: "asset" } : filter)) };
}

function clockMs(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * HOUR + minutes * MINUTE;
}
