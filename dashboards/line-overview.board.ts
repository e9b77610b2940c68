/** The first board: how one line is doing, for operators and supervisors. Made from the plant model, so a second line is one call. */
import type { Query } from "../core/connect/history/index.ts";
import { type Equipment, type PlantModel, type StateMap, tagsOf } from "../core/connect/model/index.ts";
import { currentShift, lossesByBucket, oeeByHour, oeeByShift } from "../core/operate/oee/index.ts";
import { PACKML_STATES, type PackmlState } from "../core/operate/packml/index.ts";
import { meaningsOf, type StateBucket, stateOf, UMH_CODES } from "../core/operate/state/index.ts";
import type { Board, BoardRow, Colour, Field, NamedValue, Panel, Scope, Threshold } from "../core/see/board/index.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Boards of all lines of a plant that have machines. */
export function lineOverviews(model: PlantModel): Board[] {
  const lines = [...model.equipment.values()].filter((equipment) => equipment.kind === "ProductionLine");
  return lines.filter((line) => machinesOf(model, line).length > 0).map((line) => lineOverview(model, line));
}

function lineOverview(model: PlantModel, line: Equipment): Board {
  const machines = machinesOf(model, line);
  const constraint = machines.reduce((slowest, machine) =>
    (machine.idealRate ?? Infinity) < (slowest.idealRate ?? Infinity) ? machine : slowest,
  );
  const calendar = line.calendar === undefined ? undefined : model.calendars.get(line.calendar);
  const signals = (role: keyof Equipment["roles"]): string[] => [...new Set(machines.flatMap((m) => m.roles[role] ?? []))];
  const named = (name: string): string[] => [
    ...new Set(
      machines.flatMap((m) =>
        tagsOf(model, m.path)
          .filter((tag) => tag.address !== undefined && tag.signal.endsWith(`.${name}`))
          .map((tag) => tag.signal),
      ),
    ),
  ];
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
    query: shiftSoFar,
    fields: [{ column, label, unit: "ratio", decimals: 1, thresholds: targets }],
  });
  const fillWeight = named("fill_weight");
  const speed = machines.flatMap((machine) =>
    tagsOf(model, machine.path).filter(({ signal, address }) => address !== undefined && /\.(cur_mach_)?speed$/.test(signal)),
  );
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
      ...sideBySide([
        ...(speed.length === 0
          ? []
          : [
              {
                id: "speed",
                kind: "time-series" as const,
                title: "Speed",
                width: 12,
                leastEveryMs: 5_000,
                min: 0,
                staleAfterMs: 5 * MINUTE,
                query: (scope: Scope): Query => ({
                  ...ofMachine(scope, [...new Set(speed.map((tag) => tag.signal))], [{ as: "speed", field: "v", aggregate: "mean" }]),
                  bucket: { everyMs: scope.everyMs },
                  fill: "previous",
                }),
                fields: [
                  { column: "speed", label: "Speed", unit: plainUnit(speed[0]?.unit), decimals: 0, colour: "info" },
                ] satisfies Field[],
              },
            ]),
        ...(fillWeight.length === 0
          ? []
          : [
              {
                id: "fill-weight",
                kind: "time-series" as const,
                title: "Fill weight",
                description: `Mean, lowest and highest fill weight per interval. Limits by product: ${limitsText(model)}.`,
                width: 12,
                leastEveryMs: 5_000,
                query: (scope: Scope): Query => ({
                  measurement: "telemetry",
                  from: scope.from,
                  to: scope.to,
                  where: [
                    { tag: "asset", in: machines.map((machine) => machine.path) },
                    { tag: "signal", in: fillWeight },
                  ],
                  columns: (["mean", "min", "max"] as const).map((aggregate) => ({ as: aggregate, field: "v", aggregate })),
                  bucket: { everyMs: scope.everyMs },
                  fill: "null",
                }),
                fields: [
                  { column: "mean", label: "Mean", unit: "g", decimals: 1, colour: "info" },
                  { column: "min", label: "Lowest", unit: "g", decimals: 1, colour: "sky", draw: "band" },
                  { column: "max", label: "Highest", unit: "g", decimals: 1, colour: "sky", draw: "band" },
                ] satisfies Field[],
                limitsBy: {
                  query: (scope: Scope): Query => ({
                    measurement: "telemetry",
                    from: scope.from - 24 * HOUR,
                    to: scope.to,
                    where: [
                      {
                        tag: "asset",
                        in: machines.filter((m) => fillWeight.some((s) => model.tags.has(`${m.path}.${s}`))).map((m) => m.path),
                      },
                      { tag: "signal", in: signals("product") },
                    ],
                    columns: [{ as: "value", field: "s" }],
                    order: "desc",
                    limit: 500,
                  }),
                  limits: weightLimits(model),
                },
              },
            ]),
      ]),
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
    ],
  };
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
  unknown: "muted",
};

/** One row of 24 columns, none without a panel. */
function sideBySide(panels: readonly Panel[]): BoardRow[] {
  return panels.length === 0 ? [] : [{ height: 8, panels: panels.map((panel) => ({ ...panel, width: 24 / panels.length })) }];
}

/** UCUM annotations are for machines: `{bottles}/min` is shown as bottles/min. */
function plainUnit(unit = ""): string {
  return unit.replaceAll(/[{}]/g, "");
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

/** Telemetry of the chosen machine. */
function ofMachine(scope: Scope, signals: readonly string[], columns: Query["columns"]): Query {
  const where = [scope.chosen("asset", "asset"), { tag: "signal", in: signals }];
  return { measurement: "telemetry", from: scope.from, to: scope.to, where, columns };
}

/** In Grafana the chosen machine is the dashboard's variable. */
function ofVariable(query: Query): Query {
  return { ...query, where: (query.where ?? []).map((filter) => (filter.tag === "asset" ? { ...filter, variable: "asset" } : filter)) };
}

function weightLimits(model: PlantModel) {
  return Object.fromEntries(
    [...model.products.values()].flatMap((product) => {
      const nominal = product.properties?.["net_weight"]?.value;
      const error = product.properties?.["tolerable_negative_error"]?.value;
      if (nominal === undefined) return [];
      const lower = error === undefined ? [] : [{ label: "Lower limit", value: nominal - error, colour: "critical" as const }];
      return [[product.id, [{ label: "Nominal", value: nominal, colour: "muted" as const }, ...lower]]];
    }),
  );
}

function limitsText(model: PlantModel): string {
  return Object.entries(weightLimits(model))
    .map(
      ([id, limits]) =>
        `${model.products.get(id)?.label ?? id} ${limits.map(({ label, value }) => `${label.toLowerCase()} ${value} g`).join(", ")}`,
    )
    .join("; ");
}

function clockMs(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * HOUR + minutes * MINUTE;
}
