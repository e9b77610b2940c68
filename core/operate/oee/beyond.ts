/** Minutes that are no longer in memory, computed again from recorded samples. */
import type { Sample } from "../../connect/sample/index.ts";
import { MINUTE, pieces, READ_AT_ONCE, type Recomputed, type Stretch } from "../minutes/index.ts";
import { type AssignedStretch, AssignedTime, type Reassigned } from "./assigned.ts";
import { type Atom, atoms, type OeeRules } from "./atoms.ts";
import { CHANGEOVER_REACH } from "./changeover.ts";
import { interpret, type OeeMachine, rolesByTag } from "./machine.ts";
import { type RulesWas, rulesBefore } from "./reconsider.ts";
import { LONGEST_COUNT, Production, type ProductionChange, type StatedProduction } from "./production.ts";
import { type Reading, Readings } from "./readings.ts";
import { lookBackMs } from "./timeline.ts";

/** Stated minutes that are no longer in memory, and what changes them; hand it to `recompute`. Plain JSON. */
export interface Beyond {
  readonly stretches: readonly Stretch[];
  /** Nothing had been stated before this instant. */
  readonly begin: number;
  /** Late samples. */
  readonly samples: readonly Sample[];
  /** Assignments of time, in the order in which they were made. */
  readonly reassigned?: readonly Reassigned[];
  /** What was stated of orders and counts, in the order in which it was. */
  readonly restated?: readonly ProductionChange[];
  /** Rules under which it was stated, where the plant model has changed since; the earliest first. */
  readonly rulesWere?: readonly RulesWas[];
}

/** Reads recorded samples back, as `Historian.readSamples` does; `carryIn` adds the last one before `from` of each tag. */
export type SampleReader = (range: {
  readonly tags: readonly { readonly id: string }[];
  readonly from: number;
  readonly to: number;
  readonly carryIn: true;
}) => Promise<readonly Sample[]>;

/** Reads the stretches that are assigned now in [from, to), from wherever assignments are kept for good. */
export type AssignedReader = (from: number, to: number) => Promise<readonly AssignedStretch[]>;

/** Reads what is stated of production now: orders within [from, to), clipped or not, and counts that end in it. */
export type ProductionReader = (from: number, to: number) => Promise<StatedProduction>;

/** Where what people say is kept for good. */
export interface SaidReaders {
  readonly assigned: AssignedReader;
  readonly production: ProductionReader;
}

/** The samples of a machine as readings, without those that cannot be read. */
export function interpreted(machine: OeeMachine, samples: readonly Sample[]): Reading[] {
  const roles = rolesByTag(machine);
  return samples.flatMap((sample) => {
    const role = roles.get(sample.tag);
    return (role === undefined ? undefined : interpret(sample, role, machine))?.reading ?? [];
  });
}

/** How far after a stretch readings decide what is in it, ms. */
export function marginAfterOf(rules: OeeRules): number {
  const { silenceMs, startUpMs = 0 } = rules;
  return lookBackMs(rules) + (silenceMs ?? 0) + startUpMs + 1;
}

/** How far before a stretch readings decide what is in it, ms. */
export function marginOf(rules: OeeRules): number {
  return marginAfterOf(rules) + (rules.changeovers === undefined ? 0 : CHANGEOVER_REACH + MINUTE);
}

/** As `marginOf`, for counts: they are the most, and only where the state follows from them do they tell of a changeover. */
export function countMarginOf(rules: OeeRules): number {
  return rules.quietMs === undefined ? marginAfterOf(rules) : marginOf(rules);
}

/** Piece by piece, so that memory stays small however much there is to compute. */
export async function* recomputed(
  machine: OeeMachine,
  beyond: Beyond,
  read: SampleReader,
  said: SaidReaders,
): AsyncGenerator<Recomputed<Atom>> {
  const { rules, tags } = machine;
  const [margin, after] = [marginOf(rules), marginAfterOf(rules)];
  const rulesWere = rulesBefore(rules, beyond.rulesWere ?? []);
  const late = interpreted(machine, beyond.samples);
  const isLate = new Set(late.map(key));
  const ids = Object.values(tags).map((id) => ({ id }));
  for (const { from, to } of pieces(beyond.stretches)) {
    const samples = await read({ tags: ids, from: from - margin, to: to + after, carryIn: true });
    const carried = await usableCarryIn(machine, samples, from - margin, read, isLate);
    const recorded = interpreted(machine, [...samples, ...carried]);
    const without = filled(
      rules.silenceMs,
      recorded.filter((one) => !isLate.has(key(one))),
    );
    const withLate = filled(rules.silenceMs, [...recorded, ...late]);
    const assigned = around(new AssignedTime(await said.assigned(from - margin, to + after)), beyond.reassigned ?? []);
    const production = around(new Production(await said.production(from - margin, to + LONGEST_COUNT)), beyond.restated ?? []);
    const stated = to <= beyond.begin ? [] : atoms(without, Math.max(from, beyond.begin), to, rulesWere, assigned.was, production.was);
    yield { before: stated, after: atoms(withLate, from, to, rules, assigned.now, production.now) };
  }
}

/** What people said before these changes, and what they made of it. */
export function around<S, T extends { replaced(from: number, to: number, by: S): T }>(
  present: T,
  changes: readonly { readonly from: number; readonly to: number; readonly was: S; readonly now: S }[],
): { was: T; now: T } {
  return {
    was: changes.toReversed().reduce((all, { from, to, was }) => all.replaced(from, to, was), present),
    now: changes.reduce((all, { from, to, now }) => all.replaced(from, to, now), present),
  };
}

/** See `carriedIn`. */
export async function usableCarryIn(
  machine: OeeMachine,
  samples: readonly Sample[],
  from: number,
  read: SampleReader,
  isLate: ReadonlySet<string> = new Set(),
): Promise<Sample[]> {
  const roles = rolesByTag(machine);
  const tells = (sample: Sample): boolean =>
    interpreted(machine, [sample]).some((one) => one.role === roles.get(sample.tag) && !isLate.has(key(one)));
  return carriedIn(roles, samples, from, read, tells);
}

/**
 * Per tag, where the last sample before `from` says nothing of its role (a count or product of quality Bad, a speed at which
 * the state stays what it was), or nothing of what was known before the late ones, the last one before that which does:
 * `tells`. Heartbeats are not sought.
 */
export async function carriedIn(
  roles: ReadonlyMap<string, string>,
  samples: readonly Sample[],
  from: number,
  read: SampleReader,
  tells: (sample: Sample) => boolean,
): Promise<Sample[]> {
  const result: Sample[] = [];
  for (const [id, role] of roles) {
    if (role === "heartbeat") continue;
    let carried = samples.filter(({ tag, timestamp }) => tag === id && timestamp < from).at(-1);
    for (let back = 0; carried !== undefined && !tells(carried); back = Math.min(READ_AT_ONCE, back * 2 + MINUTE)) {
      const { timestamp } = carried;
      const before = await read({ tags: [{ id }], from: timestamp - back, to: timestamp, carryIn: true });
      const older = before.filter((one) => one.timestamp < timestamp).toSorted((a, b) => a.timestamp - b.timestamp);
      carried = older.findLast(tells) ?? older[0];
    }
    if (carried !== undefined) result.push(carried);
  }
  return result;
}

function key(reading: Reading): string {
  return `${reading.role} ${reading.time}`;
}

function filled(silenceMs: number | null, readings: readonly Reading[]): Readings {
  const result = new Readings(silenceMs);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}
