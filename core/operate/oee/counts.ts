/** What is counted in the atoms: units from the counters, and the stops, failures and micro-stops that begin. */
import type { OeeRules, OpenAtom, PlannedWindow } from "./atoms.ts";
import { counterStep } from "./counter.ts";
import type { Bucket } from "./measures.ts";
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

export function countUnits(
  atoms: readonly OpenAtom[],
  readings: Readings,
  segments: readonly Segment[],
  windows: readonly PlannedWindow[],
  rules: OeeRules,
): void {
  const startUp = startUps(segments, windows, rules.startUpMs ?? 0);
  for (const counter of ["processed", "defective", "rework"] as const) countSteps(atoms, readings, counter, startUp, rules);
}

/** (from, to]: the time in which scrap is start-up scrap. */
interface StartUp {
  readonly from: number;
  readonly to: number;
}

function countSteps(atoms: readonly OpenAtom[], readings: Readings, counter: Counter, startUp: readonly StartUp[], rules: OeeRules): void {
  const first = atoms[0];
  const last = atoms.at(-1);
  if (first === undefined || last === undefined) return;
  const column = readings[counter];
  const maximum = rules.maxima?.[counter];
  let a = 0;
  let u = 0;
  for (let i = Math.max(1, column.at(first.start - 1) + 1); i < column.length && column.time(i) <= last.end; i += 1) {
    const time = column.time(i);
    const starts = isCut(readings, time);
    if (starts ? time === last.end : time === first.start) continue;
    while (starts ? (atoms[a] as OpenAtom).start < time : (atoms[a] as OpenAtom).end < time) a += 1;
    const { measures, idealCycleUs } = atoms[a] as OpenAtom;
    const step = counterStep(column.value(i - 1) as number, column.value(i) as number, maximum);
    if (isLeftOut(readings, time, rules)) {
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

/** Whether another product or order begins at this instant. */
function isCut(readings: Readings, time: number): boolean {
  return [readings.product, readings.order].some((column) => {
    const index = column.at(time);
    return column.time(index) === time && column.value(index) !== column.value(index - 1);
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
