/** What twin-packml says of the PackML machines of a line: states and modes over time, and the time spent in each. */
import { type Query, TRANSITION_VERDICTS } from "../core/connect/history/index.ts";
import { type Equipment, type PlantModel } from "../core/connect/model/index.ts";
import { PACKML_STATES } from "../core/operate/packml/index.ts";
import { packmlMachine, packtagsContract } from "../core/operate/packtags/index.ts";
import type { Board, Field, NamedValue, Panel, Scope } from "../core/see/board/index.ts";
import { STATE_COLOURS } from "./line/states.ts";

const HOUR = 3_600_000;
const STATE_FIELD: Field = {
  column: "state",
  label: "State",
  unit: "text",
  values: Object.fromEntries(PACKML_STATES.map((state, i) => [i + 1, { text: state, colour: STATE_COLOURS[state] }])),
};

const VERDICTS: Readonly<Record<string, NamedValue>> = {
  [TRANSITION_VERDICTS.legal]: { text: "allowed", colour: "good" },
  [TRANSITION_VERDICTS.illegal]: { text: "not allowed", colour: "critical" },
  [TRANSITION_VERDICTS.takenBack]: { text: "taken back by late data", colour: "muted" },
};

/** Boards of all lines that have PackML machines. They show what a twin-packml has stored, so they are served by choice. */
export function packmlBoards(model: PlantModel): Board[] {
  const lines = [...model.equipment.values()].filter(({ kind }) => kind === "ProductionLine");
  return lines.flatMap((line) => {
    const [first, ...others] = machinesOf(model, line);
    return first === undefined ? [] : [packmlBoard(model, line, [first, ...others])];
  });
}

function machinesOf(model: PlantModel, line: Equipment): Equipment[] {
  const below = [...model.equipment.values()].filter(({ parent }) => parent === line.path);
  return below.filter(({ path }) => !("fault" in packmlMachine(model, path, "opcua")));
}

function packmlBoard(model: PlantModel, line: Equipment, machines: readonly [Equipment, ...Equipment[]]): Board {
  const { name, tags } = packtagsContract(model);
  const assets = machines.map(({ path }) => path);
  const timesOf = (kind: "state" | "mode"): string[] =>
    [...tags.keys()].filter((path) => path.startsWith(`${kind}_cumulative_time.`)).map((path) => `${name}.${path}`);
  return {
    id: `${line.path.split(".").at(-1)}-packml`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${line.label ?? line.path} PackML`,
    description: `PackML states, unit modes and the time spent in each, of the machines of ${line.label ?? line.path}.`,
    asset: line.path,
    zone: model.zone,
    range: "8h",
    refreshMs: 5_000,
    variables: [
      {
        name: "asset",
        label: "Machine",
        default: machines[0].path,
        options: machines.map(({ path, label }) => ({ value: path, label: label ?? path })),
      },
    ],
    labels: {
      asset: Object.fromEntries(machines.map(({ path, label }) => [path, label ?? path])),
      signal: Object.fromEntries([...timesOf("state"), ...timesOf("mode")].map((signal) => [signal, spoken(signal)])),
    },
    rows: [
      {
        height: Math.max(6, 3 + machines.length),
        panels: [
          {
            id: "states",
            kind: "state-timeline",
            title: "PackML states",
            description:
              "StateCurrent of every machine, by the numbers of OPC 30050 whatever the source numbers. Gaps are times without a known state.",
            width: 24,
            carryInMs: 24 * HOUR,
            query: ({ from, to }) => ({
              measurement: "telemetry",
              from,
              to,
              where: [
                { tag: "asset", in: assets },
                { tag: "signal", in: [`${name}.state_current`] },
              ],
              columns: [
                { as: "state", field: "v" },
                { as: "quality", field: "q" },
              ],
              by: ["asset"],
              order: "desc",
              limit: 3_000,
            }),
            fields: [STATE_FIELD],
          },
        ],
      },
      {
        height: 9,
        panels: [
          {
            id: "transitions",
            kind: "table",
            title: "Latest transitions",
            description:
              "Changes of state as they were seen, the newest first, and whether the state model that twin-packml is given allows them. One that late data took back is followed by a line that says so.",
            width: 24,
            newestFirst: true,
            query: ({ from, to }) => ({
              measurement: "transition",
              from,
              to,
              where: [{ tag: "asset", in: assets }],
              columns: [
                { as: "from_state", field: "from_state" },
                { as: "to_state", field: "to_state" },
                { as: "mode", field: "mode" },
                { as: "verdict", field: "verdict" },
              ],
              by: ["asset"],
              order: "desc",
              limit: 50,
            }),
            fields: [
              { column: "time", label: "Time", unit: "time" },
              { column: "tag:asset", label: "Machine", unit: "text" },
              { column: "from_state", label: "From", unit: "text" },
              { column: "to_state", label: "To", unit: "text" },
              { column: "verdict", label: "State model", unit: "text", values: VERDICTS },
              { column: "mode", label: "Unit mode", unit: "text", values: { "~": { text: "not known", colour: "muted" } } },
            ],
          },
        ],
      },
      {
        height: 10,
        panels: [
          times("state-times", "Time by state", "StateCumulativeTime since the last reset, of the chosen machine.", timesOf("state")),
          times("mode-times", "Time by mode", "ModeCumulativeTime since the last reset, of the chosen machine.", timesOf("mode")),
        ],
      },
    ],
  };
}

function times(id: string, title: string, description: string, signals: readonly string[]): Panel {
  return {
    id,
    kind: "table",
    title,
    description,
    width: 12,
    query: (scope: Scope): Query => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset"), { tag: "signal", in: signals }],
      columns: [{ as: "ms", field: "v", aggregate: "last" }],
      by: ["signal"],
    }),
    fields: [
      { column: "tag:signal", label: "Name", unit: "text" },
      { column: "ms", label: "Time", unit: "duration", bar: true },
    ],
  };
}

/** `_packtags_v1.mode_cumulative_time.set_up` → `Set up`. */
function spoken(signal: string): string {
  const word = signal.slice(signal.lastIndexOf(".") + 1).replaceAll("_", " ");
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
