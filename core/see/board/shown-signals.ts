/** Which signals the panels of a board read. */
import type { Query } from "../../connect/history/index.ts";
import { compile } from "./panel-query.ts";
import type { Board } from "./spec.ts";

export interface ShownSignals {
  /** Title of the panel. */
  readonly panel: string;
  /** `_contract[.path].name`, of equipment at or below the board's asset. */
  readonly signals: ReadonlySet<string>;
}

/** Panels that read telemetry of named signals; those of derived rows (OEE) name none. */
export function shownSignals({ rows, variables }: Board): readonly ShownSignals[] {
  const choices = Object.fromEntries(variables.map((variable) => [variable.name, variable.default]));
  return rows.flatMap(({ panels }) =>
    panels.flatMap((panel) => {
      if (panel.kind === "text") return [];
      const { main, beside } = compile(panel, { from: 0, to: 3_600_000, live: false }, choices);
      const signals = new Set([main, ...beside.map(({ query }) => query)].flatMap(signalsOf));
      return signals.size === 0 ? [] : [{ panel: panel.title, signals }];
    }),
  );
}

function signalsOf({ where = [] }: Query): readonly string[] {
  return where.filter(({ tag }) => tag === "signal").flatMap((filter) => filter.in);
}
