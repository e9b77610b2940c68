/** Machine states over time, each machine by its own numbering. */
import type { Query } from "../../core/connect/history/index.ts";
import type { Equipment, StateMap } from "../../core/connect/model/index.ts";
import { PACKML_STATES, type PackmlState } from "../../core/operate/packml/index.ts";
import { meaningsOf, type StateBucket, stateOf, UMH_CODES } from "../../core/operate/state/index.ts";
import type { BoardRow, Colour, Field, NamedValue, Scope } from "../../core/see/board/index.ts";
import { HOUR, type Line, saysState } from "./line.ts";

/** A row per numbering. What held when the range began is looked for in the day before it. */
export function stateRows({ machines }: Line): BoardRow[] {
  return byNumbering(machines.filter(saysState)).map(({ values, own }, index, all) => ({
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
  }));
}

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
