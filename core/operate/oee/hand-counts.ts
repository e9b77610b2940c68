/** Units that people counted: which of them count, and in which atom. */
import type { CountRules, CountSource } from "../../connect/model/index.ts";
import type { OpenAtom } from "./atoms.ts";
import { isCut, type StartUp } from "./counts.ts";
import type { OrdersInForce } from "./orders-in-force.ts";
import type { Production, StatedCount } from "./production.ts";

export const DEFAULT_COUNTS: CountRules = { source: "manualScrap" };

interface Known {
  readonly orders: OrdersInForce;
  readonly production: Production;
}

/** A count at an instant belongs where a counter's reading would; one over a period is spread over its atoms. */
export function countByHand(
  atoms: readonly OpenAtom[],
  { orders, production }: Known,
  startUps: readonly StartUp[],
  { source }: CountRules = DEFAULT_COUNTS,
): void {
  const [first, last] = [atoms[0], atoms.at(-1)];
  if (source === "tag" || first === undefined || last === undefined) return;
  for (const count of production.countsOver(first.start - 1, last.end)) {
    const { from, to } = count;
    const starts = from === to && isCut(orders, to);
    for (let i = firstReaching(atoms, starts ? from + 1 : from); i < atoms.length; i += 1) {
      const atom = atoms[i] as OpenAtom;
      if (starts ? atom.start > to : atom.start >= to) break;
      const whole = from === to && (starts ? atom.start === to : atom.start < to && to <= atom.end);
      const part = (units: number): number =>
        from === to ? (whole ? units : 0) : upTo(count, units, atom.end) - upTo(count, units, atom.start);
      const time = from === to ? to : atom.end;
      const startUp = startUps.some((one) => one.from < time && time <= one.to);
      add(atom, { good: part(count.good), scrap: part(count.scrap), rework: part(count.rework) }, source, startUp);
      if (from !== to || whole) atom.countsBy.push(count.by);
    }
  }
}

/** The first atom that ends at or after `t`. */
function firstReaching(atoms: readonly OpenAtom[], t: number): number {
  let [low, high] = [0, atoms.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((atoms[middle] as OpenAtom).end < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the units of a period had been made at `t`; the product of both is beyond a double's whole numbers. */
function upTo({ from, to }: StatedCount, units: number, t: number): number {
  if (t <= from) return 0;
  return t >= to ? units : Number((BigInt(t - from) * BigInt(units)) / BigInt(to - from));
}

function add(
  { measures, idealCycleUs }: OpenAtom,
  { good, scrap, rework }: Readonly<Record<"good" | "scrap" | "rework", number>>,
  source: Exclude<CountSource, "tag">,
  startUp: boolean,
): void {
  const cycle = idealCycleUs ?? 0;
  const total = source === "manualScrap" ? 0 : good + scrap + rework;
  measures.total += total;
  measures.scrap += scrap;
  measures.rework += rework;
  measures.idealTotalUs += total * cycle;
  measures.idealScrapUs += scrap * cycle;
  measures.idealReworkUs += rework * cycle;
  if (idealCycleUs === null) measures.unrated += total + scrap + rework;
  if (!startUp) return;
  measures.startUpScrap += scrap;
  measures.idealStartUpUs += scrap * cycle;
}
