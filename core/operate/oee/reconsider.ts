/** What was said under the cycle times and the calendar of before, where the plant model now says otherwise. */
import { MINUTE, onGrid, type Stretch } from "../minutes/index.ts";
import { type OeeRules, type PlannedWindow } from "./atoms.ts";
import type { OeeMachine } from "./machine.ts";

/** An ideal cycle time in whole microseconds; `from` null: it always held. */
export interface ValidCycle {
  readonly from: number | null;
  readonly us: number;
}

/** The rules of before, as far as they differ. Plain JSON. */
export interface RulesWas {
  readonly cycles: Readonly<Record<string, readonly ValidCycle[]>>;
  /** Windows of the calendar, in order of time, that replace those of now. */
  readonly windows: readonly PlannedWindow[];
}

/** Where rules differ, and how they were. */
export interface RulesDifference {
  readonly stretches: readonly Stretch[];
  readonly was: RulesWas;
}

/** Where in [from, to) the rules of two machines differ, and how they were; null where they do not. */
export function differenceOf(was: OeeMachine, now: OeeMachine, from: number, to: number): RulesDifference | null {
  const cycles = changedCycles(was, now);
  const since = Math.min(...Object.entries(cycles).map(([product, old]) => firstDifference(old, now.cycles?.get(product) ?? [])));
  const windows = changedWindows(was.rules, now.rules, from, to);
  const all = [...windows.map(({ start, end }) => ({ from: start, to: end })), ...(since < to ? [{ from: since, to }] : [])];
  const stretches = onGrid(all, MINUTE, from, to);
  return stretches.length === 0 ? null : { stretches, was: { cycles, windows } };
}

function changedCycles({ cycles: old = new Map() }: OeeMachine, { cycles: young = new Map() }: OeeMachine): RulesWas["cycles"] {
  const products = [...new Set([...old.keys(), ...young.keys()])];
  const changed = products.filter((product) => JSON.stringify(old.get(product) ?? []) !== JSON.stringify(young.get(product) ?? []));
  return Object.fromEntries(changed.map((product) => [product, old.get(product) ?? []]));
}

function firstDifference(a: readonly ValidCycle[], b: readonly ValidCycle[]): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i]?.from === b[i]?.from && a[i]?.us === b[i]?.us) i += 1;
  return Math.min(
    ...[a[i], b[i]].map((cycle) => (cycle === undefined ? Number.POSITIVE_INFINITY : (cycle.from ?? Number.NEGATIVE_INFINITY))),
  );
}

/** Windows of before, cut where those of now are cut, that differ from them. */
function changedWindows(was: OeeRules, now: OeeRules, from: number, to: number): PlannedWindow[] {
  const changed: PlannedWindow[] = [];
  if (was.plannedWindows === now.plannedWindows) return changed;
  const young = now.plannedWindows(from, to);
  let y = 0;
  for (const old of was.plannedWindows(from, to)) {
    for (let at = old.start; at < old.end; ) {
      while ((young[y]?.end ?? Number.POSITIVE_INFINITY) <= at) y += 1;
      const next = young[y];
      const until = Math.min(old.end, next?.end ?? old.end);
      if (next === undefined || !sameWindow(old, next)) changed.push({ ...windowOf(old), start: at, end: until });
      at = until;
    }
  }
  return changed;
}

function windowOf({ start, end, planned, shift, productionDay }: PlannedWindow): PlannedWindow {
  return { start, end, planned, shift, productionDay };
}

function sameWindow(a: PlannedWindow, b: PlannedWindow): boolean {
  return a.planned === b.planned && a.shift === b.shift && a.productionDay === b.productionDay;
}

/** The rules with the latest differences taken back; the earliest has the last word. */
export function rulesBefore(rules: OeeRules, changes: readonly RulesWas[]): OeeRules {
  return changes.toReversed().reduce(rulesWith, rules);
}

function rulesWith(rules: OeeRules, { cycles, windows }: RulesWas): OeeRules {
  return {
    ...rules,
    idealCycleUs: (product, at) => (Object.hasOwn(cycles, product) ? cycleAt(cycles[product] ?? [], at) : rules.idealCycleUs(product, at)),
    plannedWindows: (from, to) => overlaid(rules.plannedWindows(from, to), windows),
  };
}

/** The cycle time that holds at an instant. */
export function cycleAt(cycles: readonly ValidCycle[], at: number): number | null {
  return cycles.findLast(({ from }) => from === null || from <= at)?.us ?? null;
}

function overlaid(all: readonly PlannedWindow[], over: readonly PlannedWindow[]): PlannedWindow[] {
  const result: PlannedWindow[] = [];
  let o = 0;
  for (const window of all) {
    for (let at = window.start; at < window.end; ) {
      while ((over[o]?.end ?? Number.POSITIVE_INFINITY) <= at) o += 1;
      const next = over[o];
      const covers = next !== undefined && next.start <= at;
      const end = Math.min(window.end, covers ? next.end : (next?.start ?? window.end));
      result.push({ ...(covers ? next : window), start: at, end });
      at = end;
    }
  }
  return result;
}
