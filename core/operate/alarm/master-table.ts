/** The master alarm table of ISA-18.2: what is defined of every alarm, as a sheet. */
import { guardText, quoteCell } from "../../connect/tag-sheet/cells.ts";
import type { AlarmDefinition, AlarmSource } from "./definition.ts";

export interface DefinedAlarm {
  readonly definition: AlarmDefinition;
  /** Where it is defined: the plant model, or a node by its name. */
  readonly by: string;
}

type Cell = string | number | boolean | undefined;

/** Headings of the sheet and what stands under each. Delays in s, times of people in min. */
const COLUMNS: readonly (readonly [heading: string, cell: (alarm: DefinedAlarm) => Cell])[] = [
  ["equipment", ({ definition }) => definition.asset],
  ["alarm", ({ definition }) => definition.alarm],
  ["raised_by", ({ definition }) => definition.source.kind],
  ["tag", ({ definition: { source } }) => ("tag" in source ? source.tag : undefined)],
  ["limit", ({ definition: { source } }) => ("limit" in source ? source.limit : undefined)],
  ["unit", ({ definition }) => definition.unit],
  ["deadband", ({ definition: { source } }) => ("deadband" in source ? source.deadband : undefined)],
  ["values", ({ definition }) => valuesOf(definition.source)],
  ["after_s", ({ definition }) => secondsOf(definition.source)],
  ["on_delay_s", ({ definition }) => definition.onDelayMs / 1000],
  ["off_delay_s", ({ definition }) => definition.offDelayMs / 1000],
  ["priority", ({ definition }) => definition.priority],
  ["class", ({ definition }) => definition.class],
  ["message", ({ definition }) => definition.message],
  ["cause", ({ definition }) => definition.rationale?.cause],
  ["consequence", ({ definition }) => definition.rationale?.consequence],
  ["response", ({ definition }) => definition.rationale?.response],
  ["respond_within_min", ({ definition: { rationale } }) => minutesOf(rationale?.respondWithinMs)],
  ["shelve_at_most_min", ({ definition: { rationale } }) => minutesOf(rationale?.shelveAtMostMs)],
  ["realarm_after_min", ({ definition }) => minutesOf(definition.realarmMs)],
  ["latching", ({ definition }) => definition.latching],
  ["first_out_group", ({ definition }) => definition.group],
  ["suppressed_in", ({ definition }) => definition.suppressedIn.join(" ")],
  ["defined_by", ({ by }) => by],
];

/** In order of equipment and name, separated by commas; no text is run as a formula. */
export function masterTable(alarms: readonly DefinedAlarm[]): string {
  const ordered = alarms.toSorted(
    (a, b) => compare(a.definition.asset, b.definition.asset) || compare(a.definition.alarm, b.definition.alarm),
  );
  const rows = ordered.map((alarm) => COLUMNS.map(([, cell]) => written(cell(alarm))).join(","));
  return `${[COLUMNS.map(([heading]) => heading).join(","), ...rows].join("\n")}\n`;
}

function valuesOf(source: AlarmSource): string | undefined {
  if (source.kind === "state") return source.states.join(" ");
  return source.kind === "rejects" ? source.codes.join(" ") : undefined;
}

function minutesOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 60_000;
}

function secondsOf(source: AlarmSource): number | undefined {
  if (source.kind === "stale") return source.afterMs / 1000;
  return source.kind === "rejects" ? source.quietMs / 1000 : undefined;
}

function written(cell: Cell): string {
  return typeof cell === "string" ? quoteCell(guardText(cell), ",") : String(cell ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
