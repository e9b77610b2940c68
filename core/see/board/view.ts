/** Which view of a board an address asks for. */
import { unitSymbol } from "../../connect/units/index.ts";
import { type Person, covers } from "../../govern/identity/index.ts";
import type { View } from "./board-server.ts";
import { parseRange } from "./range.ts";
import { type SeriesLook, seriesLooks } from "./series.ts";
import type { Board, Panel, TextPanel, DataPanel } from "./spec.ts";

/** Own properties of the query string; anything not known is ignored. */
export function parseView(board: Board, query: URLSearchParams, person: Person): View | { readonly fault: string } {
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  const range = parseRange(text("range"), text("from"), text("to"));
  if (typeof range === "object" && "fault" in range) return range;
  const choices: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const variable of board.variables) {
    const asked = text(variable.name) ?? variable.default;
    const offered = variable.options.filter(({ where }) => where === undefined || where.in.includes(choices[where.variable] ?? ""));
    if (!variable.options.some((option) => option.value === asked)) return { fault: `${variable.label} has no such choice.` };
    // Another machine was chosen, which has no such chart: the first that it has.
    const value = offered.some((option) => option.value === asked) ? asked : (offered[0]?.value ?? asked);
    if (variable.name === "asset" && !covers(person, value)) return { fault: "Your account does not cover this equipment." };
    choices[variable.name] = value;
  }
  return { board, range: range ?? board.range, choices };
}

type Shown<P> = P extends unknown ? Omit<P, "query" | "limitsBy" | "beside"> : never;
export type ShownPanel =
  | (Shown<DataPanel> & {
      readonly limits?: NonNullable<DataPanel["limitsBy"]>["limits"];
      /** With `seriesBy`. */
      readonly looks?: readonly SeriesLook[];
    })
  | Shown<TextPanel>;
export interface ShownBoard extends Omit<Board, "rows" | "edge"> {
  readonly rows: readonly { readonly title?: string; readonly height: number; readonly panels: readonly ShownPanel[] }[];
}

/** A board as JSON for the page: everything but the queries, which never leave the server; units are the symbols that are printed. */
export function shownBoard(board: Board): ShownBoard {
  const { edge: _edge, ...rest } = board;
  return { ...rest, rows: board.rows.map((row) => ({ ...row, panels: row.panels.map((panel) => shownPanel(panel, board.labels)) })) };
}

function shownPanel(panel: Panel, labels: Board["labels"]): ShownPanel {
  if (panel.kind === "text") return panel;
  const { query: _query, beside: _beside, limitsBy, ...rest } = panel;
  const fields = rest.fields.map((field) => ({ ...field, unit: unitSymbol(field.unit) }));
  const { seriesBy } = panel;
  return {
    ...rest,
    fields,
    ...(limitsBy ? { limits: limitsBy.limits } : {}),
    ...(seriesBy === undefined ? {} : { looks: seriesLooks(labels, seriesBy) }),
  };
}
