/** What is wrong with a board, found before anybody sees it. */
import { queryFault } from "../../connect/history/index.ts";
import { gridFault, layout } from "./layout.ts";
import { compile } from "./panel-query.ts";
import { type Board, COLOURS, type DataPanel, type Field, type Panel } from "./spec.ts";

/** Addresses of the viewer that are not boards. */
const RESERVED = new Set(["login", "logout", "assets", "session"]);
const ID = /^[a-z][a-z0-9-]{0,63}$/;

/** One sentence per fault, naming board and panel; empty for a good board. */
export function boardFaults(board: Board): string[] {
  const faults: string[] = [];
  if (!ID.test(board.id) || RESERVED.has(board.id)) faults.push(`"${board.id}" cannot be the id of a board.`);
  if (!(board.refreshMs >= 1_000)) faults.push("A board is refreshed at most once a second.");
  const panels = board.rows.flatMap((row) => row.panels);
  const ids = panels.map((panel) => panel.id);
  for (const id of ids.filter((id, index) => !ID.test(id) || ids.indexOf(id) !== index))
    faults.push(`Panel id "${id}" is malformed or used twice.`);
  for (const variable of board.variables) {
    if (!variable.options.some(({ value }) => value === variable.default))
      faults.push(`The default of ${variable.name} is none of its options.`);
  }
  try {
    faults.push(...[gridFault(layout(board))].filter((fault) => fault !== undefined));
  } catch (error) {
    faults.push((error as Error).message);
  }
  for (const panel of panels) faults.push(...panelFaults(board, panel).map((fault) => `${panel.id}: ${fault}`));
  return faults;
}

function panelFaults(board: Board, panel: Panel): string[] {
  const faults =
    panel.link !== undefined && !/^(https:\/\/|\/(?!\/))/.test(panel.link) ? ["A link is a path on this server or an https address."] : [];
  if (panel.kind === "text") return faults;
  if (panel.fields.length === 0) faults.push("It shows no field.");
  for (const field of panel.fields) faults.push(...fieldFaults(field));
  return [...faults, ...queryFaults(board, panel)];
}

function queryFaults(board: Board, panel: DataPanel): string[] {
  try {
    const range = { from: 1_700_000_000_000, to: 1_700_028_800_000, live: false };
    const { main, carryIn, limits, beside } = compile(panel, range, Object.fromEntries(board.variables.map((v) => [v.name, v.default])));
    const { cumulative, largest, shareOf, alsoOver = [] } = panel;
    const columns = main.columns.map(({ as }) => as);
    const others = beside.flatMap(({ query }) => query.columns.map(({ as }) => as));
    const names = new Set([
      "time",
      ...(cumulative ? [cumulative.as] : []),
      ...(largest ? [largest.as] : []),
      ...columns,
      ...others,
      ...alsoOver.flatMap(({ as }) => columns.map((column) => `${column}@${as}`)),
      ...(main.by ?? []).map((tag) => `tag:${tag}`),
    ]);
    const used = [
      ...panel.fields.map(({ column }) => column),
      ...(cumulative ? [cumulative.of] : []),
      ...(largest ? largest.of : []),
      ...(shareOf ? [shareOf.column] : []),
    ];
    const { seriesBy } = panel;
    const apart = seriesBy === undefined || (panel.kind === "time-series" && (main.by ?? []).includes(seriesBy));
    const missing = used.filter((column) => !names.has(column)).map((column) => `Its query has no column ${column}.`);
    const twice = others.find((column, index) => columns.includes(column) || others.indexOf(column) !== index);
    return [
      ...(twice === undefined ? [] : [`Two of its questions have a column ${twice}.`]),
      ...[main, carryIn, limits, ...beside.map(({ query }) => query)].flatMap((query) => (query && queryFault(query)) ?? []),
      ...missing,
      ...(apart ? [] : [`Its query has no series by ${seriesBy}.`]),
    ];
  } catch (error) {
    return [(error as Error).message];
  }
}

function fieldFaults({ column, thresholds = [], values = {}, decimals, digits }: Field): string[] {
  const faults: string[] = [];
  const steps = thresholds.map((threshold) => threshold.from);
  if (steps.some((from, i) => (i === 0 ? from !== null : from === null || from <= (steps[i - 1] ?? Number.NEGATIVE_INFINITY)))) {
    faults.push(`The thresholds of ${column} start at null and rise.`);
  }
  if (thresholds.some(({ name }) => name.trim() === "")) faults.push(`A threshold of ${column} has no name.`);
  if (decimals !== undefined && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 6))
    faults.push(`${column} has 0 to 6 decimals.`);
  if (digits !== undefined && !(Number.isInteger(digits) && digits >= 1 && digits <= 6)) faults.push(`${column} has 1 to 6 digits.`);
  const unknown = [...thresholds, ...Object.values(values)].find(({ colour }) => !COLOURS.includes(colour));
  if (unknown) faults.push(`There is no colour ${unknown.colour}.`);
  return faults;
}
