/** What is counted in the atoms: units from the counters, and the stops, failures and micro-stops that begin. */
import { NONE, type OeeRules, type OpenAtom, type PlannedWindow } from "./atoms.ts";
import { counterStep } from "./counter.ts";
import type { Bucket } from "./measures.ts";
import { DEFAULT_COUNTS } from "./hand-counts.ts";
import type { OrdersInForce } from "./orders-in-force.ts";
import type { Counter, Readings } from "./readings.ts";
import { OWN_STOP, type Segment } from "./timeline.ts";

/** What begins counts where it begins, whole, however far it reaches, planned or not. `segments` begin before the atoms. */
export function countBeginnings(atoms: readonly OpenAtom[], segments: readonly Segment[]): void {
  const first = atoms[0];
  if (first === undefined) return;
  let a = 0;
  for (let s = 1; s < segments.length; s += 1) {
    const { start, bucket } = segments[s] as Segment;
    if (start < first.start) continue;
    while ((atoms[a] as OpenAtom).end <= start) a += 1;
    const { measures } = atoms[a] as OpenAtom;
    if (bucket === "micro") measures.microStops += 1;
    if (bucket === "failure") measures.failures += 1;
    if (OWN_STOP.has(bucket) && !OWN_STOP.has((segments[s - 1] as Segment).bucket)) measures.stops += 1;
  }
}

const UNITS = { processed: "total", defective: "scrap", rework: "rework" } as const;
const IDEAL = { processed: "idealTotalUs", defective: "idealScrapUs", rework: "idealReworkUs" } as const;

/** What counters are read with. */
interface Known {
  readonly readings: Readings;
  readonly orders: OrdersInForce;
}

/** Units from the machine's counters, and from the second counter beside them. Returns when scrap is start-up scrap. */
export function countUnits(
  atoms: readonly OpenAtom[],
  known: Known,
  segments: readonly Segment[],
  windows: readonly PlannedWindow[],
  rules: OeeRules,
): readonly StartUp[] {
  const startUp = startUps(segments, windows, rules.startUpMs ?? 0);
  const { source, second } = rules.counts ?? DEFAULT_COUNTS;
  if (source !== "manual")
    for (const counter of ["processed", "defective", "rework"] as const) countSteps(atoms, known, counter, startUp, rules);
  const unitsPerCount = second?.unitsPerCount ?? 1;
  for (const { atom, step, time } of second === undefined ? [] : steps(atoms, known, "second", rules))
    if (!isLeftOut(known.readings, time, rules)) atom.measures.secondCount += step * unitsPerCount;
  return startUp;
}

/** (from, to]: the time in which scrap is start-up scrap. */
export interface StartUp {
  readonly from: number;
  readonly to: number;
}

function countSteps(
  atoms: readonly OpenAtom[],
  known: Known,
  counter: keyof typeof UNITS,
  startUp: readonly StartUp[],
  rules: OeeRules,
): void {
  let u = 0;
  for (const { atom, time, step } of steps(atoms, known, counter, rules)) {
    const { measures, idealCycleUs } = atom;
    if (isLeftOut(known.readings, time, rules)) {
      measures.leftOut += step;
      continue;
    }
    const ideal = step * (idealCycleUs ?? 0);
    measures[UNITS[counter]] += step;
    measures[IDEAL[counter]] += ideal;
    if (idealCycleUs === null) measures.unrated += step;
    while (u < startUp.length && (startUp[u] as StartUp).to < time) u += 1;
    if (counter !== "defective" || (startUp[u]?.from ?? time) >= time) continue;
    measures.startUpScrap += step;
    measures.idealStartUpUs += ideal;
  }
}

interface Step {
  readonly atom: OpenAtom;
  readonly time: number;
  readonly step: number;
}

function* steps(atoms: readonly OpenAtom[], { readings, orders }: Known, counter: Counter, { maxima }: OeeRules): Generator<Step> {
  const first = atoms[0];
  const last = atoms.at(-1);
  if (first === undefined || last === undefined) return;
  const column = readings[counter];
  let a = 0;
  for (let i = Math.max(1, column.at(first.start - 1) + 1); i < column.length && column.time(i) <= last.end; i += 1) {
    const time = column.time(i);
    const starts = isCut(orders, time);
    if (starts ? time === last.end : time === first.start) continue;
    while (starts ? (atoms[a] as OpenAtom).start < time : (atoms[a] as OpenAtom).end < time) a += 1;
    const step = counterStep(column.value(i - 1) as number, column.value(i) as number, maxima?.[counter]);
    yield { atom: atoms[a] as OpenAtom, time, step };
  }
}

/** Whether another product or order begins at this instant. */
export function isCut({ product, order }: OrdersInForce, time: number): boolean {
  return [product, order].some((column) => {
    const index = column.at(time);
    return column.time(index) === time && column.value(index) !== (column.value(index - 1) ?? NONE);
  });
}

/** By the mode before the reading, which tells of the time before it. */
function isLeftOut({ mode }: Readings, time: number, { timeModel: { uncounted } }: OeeRules): boolean {
  if (uncounted === undefined || uncounted.length === 0) return false;
  const name = mode.value(mode.at(time - 1));
  return name !== undefined && name !== null && uncounted.includes(name);
}

/** Uses of time after which production starts anew. */
const PREPARING: ReadonlySet<Bucket> = new Set(["setup", "plannedDown", "noOrder", "notPlanned"]);

/** While production is prepared, and for `length` after. In order of time, without overlap. */
function startUps(segments: readonly Segment[], windows: readonly PlannedWindow[], length: number): StartUp[] {
  if (length <= 0) return [];
  const preparing = [...segments.filter(({ bucket }) => PREPARING.has(bucket)), ...windows.filter(({ planned }) => !planned)];
  const result: StartUp[] = [];
  for (const { start, end } of preparing.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, end + length) };
    else result.push({ from: start, to: end + length });
  }
  return result;
}
