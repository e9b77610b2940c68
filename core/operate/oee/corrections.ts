/**
 * Corrections that wait for the historian: those of one machine that overlap are one, and no more are held than fit. The
 * historian may have a late sample before the machine is told of it, and a correction that is made meanwhile takes it for
 * stated. So one that overlaps a correction that was made is made once more together with it, against neither.
 */
import type { Sample } from "../../connect/sample/index.ts";
import { MINUTE, onGrid, type Stretch } from "../minutes/index.ts";
import type { Reassigned } from "./assigned.ts";
import type { Beyond } from "./beyond.ts";
import type { ProductionChange } from "./production.ts";
import type { RulesWas } from "./reconsider.ts";

export interface Correction {
  readonly asset: string;
  readonly beyond: Beyond;
  /** Samples of the asset that came since: they are none of its own, and it is made as if they had not come. */
  readonly since?: readonly Sample[];
}

export interface CorrectionLimits {
  readonly corrections: number;
  /**
   * Late samples, assigned stretches, stated orders and counts, and changed windows of all corrections together. What came
   * since takes no room from them: as many samples again are held.
   */
  readonly samples: number;
}

interface Waiting {
  readonly asset: string;
  stretches: readonly Stretch[];
  begin: number;
  readonly samples: Map<string, Sample>;
  readonly since: Map<string, Sample>;
  reassigned: readonly Reassigned[];
  restated: readonly ProductionChange[];
  rulesWere: readonly RulesWas[];
  /** Made already, each by itself. */
  readonly again: boolean;
}

/** Of those that were made, what is remembered: a sample is on two ways, not for long. */
const REMEMBERED = { corrections: 100, samples: 1_000 };

export class Corrections {
  readonly #limits: CorrectionLimits;
  #waiting: Waiting[];
  /** Late samples that were stated, those that overlap together. */
  #made: Waiting[] = [];
  #underWay: Waiting | undefined;

  constructor(limits: CorrectionLimits, from: readonly Correction[] = []) {
    this.#limits = limits;
    this.#waiting = from.map(({ asset, beyond, since }) => waiting(asset, beyond, { since }));
  }

  /**
   * Holds a correction; false, with nothing changed, when it does not fit. It joins those that it overlaps, but none under way,
   * in the place of the first of them: what came after that one was judged with its samples.
   */
  add(asset: string, beyond: Beyond): boolean {
    const joined = this.#waiting.filter(
      (one) => one !== this.#underWay && !one.again && one.asset === asset && overlap(one.stretches, beyond.stretches),
    );
    const added = waiting(asset, beyond);
    for (const name of added.samples.keys()) if (joined.some(({ samples }) => samples.has(name))) added.samples.delete(name);
    if (this.#waiting.length - joined.length + 1 > this.#limits.corrections) return false;
    if (this.#size() + sizeOf(added) > this.#limits.samples) return false;
    const reassigned = [...joined, added].flatMap((one) => one.reassigned);
    const restated = [...joined, added].flatMap((one) => one.restated);
    const rulesWere = [...joined, added].flatMap((one) => one.rulesWere);
    const [into, ...others] = [...joined, added].toSorted((a, b) => b.samples.size - a.samples.size) as [Waiting, ...Waiting[]];
    for (const other of others) merge(into, other);
    into.reassigned = reassigned;
    into.restated = restated;
    into.rulesWere = rulesWere;
    // "Before" is still without what came since the first of them, "after" is with it.
    for (const [name, sample] of into.since) into.samples.set(name, sample);
    into.since.clear();
    const place = joined[0] === undefined ? this.#waiting.length : this.#waiting.indexOf(joined[0]);
    this.#waiting = this.#waiting
      .toSpliced(place, joined.length === 0 ? 0 : 1, into)
      .filter((one, i) => i === place || !joined.includes(one));
    return true;
  }

  /**
   * Takes what came while corrections wait and is none, because with their samples it changes nothing beyond the memory.
   * Without them it might: a correction made with it would take for stated what never was. What finds no room is not held.
   */
  meanwhile(asset: string, samples: readonly Sample[], marginMs: number): void {
    let room = this.#limits.samples - this.#waiting.reduce((sum, { since }) => sum + since.size, 0);
    for (const sample of samples) {
      const around = [{ from: sample.timestamp - marginMs, to: sample.timestamp + marginMs }];
      for (const one of this.#waiting) {
        if (one.asset !== asset || room <= 0 || !overlap(one.stretches, around)) continue;
        one.since.set(nameOf(sample), sample);
        room -= 1;
      }
    }
  }

  /** The oldest correction, to be worked on until `settled` or `postponed` says how that ended. */
  next(): Correction | undefined {
    this.#underWay = this.#waiting[0];
    return this.#underWay && correction(this.#underWay);
  }

  /** What the correction that is worked on is made without: late samples of the asset's others, and what came since. */
  *others(): Iterable<Sample> {
    for (const one of this.#waiting)
      if (one === this.#underWay) yield* one.since.values();
      else if (one.asset === this.#underWay?.asset) yield* one.samples.values();
  }

  /** `made`: what it says is stated, against what it took for stated; false where it is refused. */
  settled(made: boolean): void {
    const done = this.#underWay;
    this.#waiting = this.#waiting.filter((one) => one !== done);
    this.#underWay = undefined;
    if (made && done !== undefined && done.samples.size > 0) this.#remember(done);
  }

  postponed(): void {
    this.#underWay = undefined;
  }

  /** For storing; also what is under way. */
  state(): readonly Correction[] {
    return this.#waiting.filter(({ again }) => !again).map(correction);
  }

  #remember({ asset, stretches, begin, samples, again }: Waiting): void {
    const together = waiting(asset, { stretches, begin, samples: [...samples.values()] }, { again: true });
    const joined = this.#made.filter((one) => one.asset === asset && overlap(one.stretches, stretches));
    const sizes = joined.map((one) => one.samples.size);
    for (const one of joined) merge(together, one);
    this.#made = this.#made.filter((one) => !joined.includes(one));
    if (together.samples.size > REMEMBERED.samples) return;
    this.#made = [...this.#made, together].slice(-REMEMBERED.corrections);
    // Where one of them had the samples of all, nothing new is to be learnt.
    const most = Math.max(samples.size, ...sizes);
    if (together.samples.size > most && !again) this.#waiting.unshift(together);
  }

  #size(): number {
    return this.#waiting.reduce((sum, one) => sum + sizeOf(one), 0);
  }
}

function waiting(
  asset: string,
  beyond: Beyond,
  { since = [], again = false }: { readonly since?: readonly Sample[] | undefined; readonly again?: boolean } = {},
): Waiting {
  const { stretches, begin, samples, reassigned = [], restated = [], rulesWere = [] } = beyond;
  return { asset, stretches, begin, samples: named(samples), since: named(since), reassigned, restated, rulesWere, again };
}

function correction({ asset, stretches, begin, samples, since, reassigned, restated, rulesWere }: Waiting): Correction {
  const assignments = { ...(reassigned.length > 0 && { reassigned }), ...(restated.length > 0 && { restated }) };
  const rules = rulesWere.length === 0 ? {} : { rulesWere };
  const beyond = { stretches, begin, samples: [...samples.values()], ...assignments, ...rules };
  return { asset, beyond, ...(since.size > 0 && { since: [...since.values()] }) };
}

function sizeOf({ samples, reassigned, restated, rulesWere }: Waiting): number {
  const stated = restated.flatMap(({ was, now }) => [was.orders, was.counts, now.orders, now.counts]);
  const assigned = reassigned.reduce((sum, { was, now }) => sum + was.length + now.length, 0);
  const said = assigned + stated.reduce((sum, all) => sum + all.length, 0);
  return samples.size + said + rulesWere.reduce((sum, { windows }) => sum + windows.length, 0);
}

/** Before the later `begin` nothing had been stated when the first of them came, and none of them has been stated since. */
function merge(into: Waiting, other: Waiting): void {
  into.stretches = onGrid([...into.stretches, ...other.stretches], MINUTE, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  into.begin = Math.max(into.begin, other.begin);
  for (const held of [other.samples, other.since]) for (const [name, sample] of held) into.samples.set(name, sample);
}

/** Both in order of time. */
function overlap(some: readonly Stretch[], others: readonly Stretch[]): boolean {
  let at = 0;
  for (const { from, to } of some) {
    while ((others[at]?.to ?? Number.POSITIVE_INFINITY) < from) at += 1;
    const other = others[at];
    if (other === undefined) return false;
    if (other.from <= to) return true;
  }
  return false;
}

function named(samples: readonly Sample[]): Map<string, Sample> {
  return new Map(samples.map((sample) => [nameOf(sample), sample]));
}

/** The same sample, received again, is held once. */
function nameOf({ tag, timestamp, value, quality }: Sample): string {
  return JSON.stringify([tag, timestamp, value, quality]);
}
