/** Minutes that are no longer in memory, from recorded samples: what was said of them, and what holds with the late samples. */
import type { Sample } from "../../connect/sample/index.ts";
import { pieces, type Recomputed } from "../minutes/index.ts";
import { AssignedTime } from "../oee/assigned.ts";
import { around, carriedIn } from "../oee/beyond.ts";
import { LONGEST_COUNT, Production } from "../oee/production.ts";
import type { Beyond, SaidReaders, SampleReader } from "../oee/index.ts";
import { rulesBefore } from "../oee/reconsider.ts";
import { reachOf } from "./affected.ts";
import { type EnergyAtom, energyAtoms } from "./atoms.ts";
import type { EnergyMeter } from "./meter.ts";
import { type EnergyReading, EnergyReadings } from "./readings.ts";

export interface Interpreter {
  readonly roles: ReadonlyMap<string, string>;
  readonly readingsOf: (samples: readonly Sample[]) => EnergyReading[];
}

/** Piece by piece, so that memory stays small. */
export async function* recomputed(
  meter: EnergyMeter,
  beyond: Beyond,
  read: SampleReader,
  { roles, readingsOf }: Interpreter,
  said: SaidReaders,
): AsyncGenerator<Recomputed<EnergyAtom>> {
  const { rules } = meter;
  const margin = reachOf(rules);
  const rulesWere = { ...rules, machine: rulesBefore(rules.machine, beyond.rulesWere ?? []) };
  const late = readingsOf(beyond.samples);
  const isLate = new Set(late.map(keyOf));
  const tells = (sample: Sample): boolean =>
    readingsOf([sample]).some((one) => one.role === roles.get(sample.tag) && !isLate.has(keyOf(one)));
  const tags = [...roles.keys()].map((id) => ({ id }));
  for (const { from, to } of pieces(beyond.stretches)) {
    const samples = await read({ tags, from: from - margin, to: to + margin + 1, carryIn: true });
    const recorded = readingsOf([...samples, ...(await carriedIn(roles, samples, from - margin, read, tells))]);
    const without = filled(
      rules.machine.silenceMs,
      recorded.filter((one) => !isLate.has(keyOf(one))),
    );
    const withLate = filled(rules.machine.silenceMs, [...recorded, ...late]);
    const assigned = around(new AssignedTime(await said.assigned(from - margin, to + margin)), beyond.reassigned ?? []);
    const production = around(new Production(await said.production(from - margin, to + LONGEST_COUNT)), beyond.restated ?? []);
    yield {
      before: to <= beyond.begin ? [] : energyAtoms(without, Math.max(from, beyond.begin), to, rulesWere, assigned.was, production.was),
      after: energyAtoms(withLate, from, to, rules, assigned.now, production.now),
    };
  }
}

function keyOf(reading: EnergyReading): string {
  return `${reading.role} ${reading.time}`;
}

function filled(silenceMs: number | null, readings: readonly EnergyReading[]): EnergyReadings {
  const result = new EnergyReadings(silenceMs);
  for (const reading of readings.toSorted((a, b) => a.time - b.time)) result.insert(reading);
  return result;
}
