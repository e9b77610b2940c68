/**
 * OEE's core beside the plain function body of `oee-function.ts`: samples per second as they arrive, a year of one-second
 * samples of one machine recomputed, and whether a long history costs anything. Prints one JSON row per comparison.
 */
import { MINUTE, OeeCalculator, OeeMachines } from "../core/operate/oee/index.ts";
import type { Sample } from "../core/connect/sample/index.ts";
import { CYCLE_MS, machine, ROLES, samplesBetween } from "./oee-machine.ts";
import { plainOee, plainStart } from "./oee-function.ts";
import { benchRow } from "./row.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2025, 0, 1);
const HOURS = Number(process.env["BENCH_HOURS"] ?? 48);
const DAYS = Number(process.env["BENCH_DAYS"] ?? 365);
const ROUNDS = 7;
const PER_MESSAGE = 100;
const ASKED_PER_SECOND = 100_000;
/** "In seconds". */
const ASKED_DAYS_PER_SECOND = 365 / 120;

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
const seconds = (work: () => void): number => {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1_000;
};

function messages(from: number, to: number): Sample[][] {
  const samples = samplesBetween(from, to);
  return Array.from({ length: Math.ceil(samples.length / PER_MESSAGE) }, (_, i) => samples.slice(i * PER_MESSAGE, (i + 1) * PER_MESSAGE));
}

function arriving(machines: OeeMachines, all: readonly Sample[][]): number {
  let stated = 0;
  for (const payload of all) {
    stated += machines.push(payload).events.length;
    machines.current();
  }
  return stated;
}

const plain = () => plainStart(ROLES, { still: CYCLE_MS, lemon: CYCLE_MS });

const ours: number[] = [];
const theirs: number[] = [];
const all = messages(FROM, FROM + HOURS * HOUR);
const count = all.reduce((sum, one) => sum + one.length, 0);
for (let round = 0; round < ROUNDS; round += 1) {
  const machines = new OeeMachines([machine]);
  const state = plain();
  let [stated, rows] = [0, 0];
  const ourSeconds = seconds(() => (stated = arriving(machines, all)));
  const theirSeconds = seconds(() => {
    for (const payload of all) rows += plainOee(state, payload).rows.length;
  });
  if (Math.min(stated, rows) < HOURS * 60 - 2) throw new Error(`Stated ${stated} and ${rows} minutes of ${HOURS * 60}.`);
  // The first round warms the compiler up.
  if (round > 0) {
    ours.push(count / ourSeconds);
    theirs.push(count / theirSeconds);
  }
}
const value = Math.round(median(ours));
benchRow({ bench: `OEE core, messages of ${PER_MESSAGE} samples`, value, unit: "samples/s", bound: ASKED_PER_SECOND });
const peerValue = Math.round(median(theirs));
benchRow({ bench: `OEE core, messages of ${PER_MESSAGE} samples`, value, unit: "samples/s", peer: "plain function body", peerValue });

// A month at a time, so that what is measured is the computing and not the memory for half a million events.
let read = 0;
const reader = ({ from, to }: { readonly from: number; readonly to: number }) => {
  const samples = samplesBetween(Math.ceil(from / 1_000) * 1_000, Math.ceil(to / 1_000) * 1_000);
  read += samples.length;
  return Promise.resolve(samples);
};
const began = performance.now();
let minutes = 0;
for (let day = 0; day < DAYS; day += 30) {
  const [from, to] = [FROM + day * DAY, FROM + Math.min(day + 30, DAYS) * DAY];
  const { events } = await new OeeCalculator(machine).recompute({ stretches: [{ from, to }], begin: to, samples: [] }, reader, null);
  minutes += events.filter(({ end, start }) => end !== start).length;
}
const took = (performance.now() - began) / 1_000;
if (minutes < DAYS * 24 * 60) throw new Error(`Recomputed ${minutes} minutes of ${DAYS * 24 * 60}.`);
const plainState = plain();
let plainSeconds = 0;
for (let day = 0; day < DAYS; day += 1) {
  const samples = samplesBetween(FROM + day * DAY, FROM + (day + 1) * DAY);
  plainSeconds += seconds(() => void plainOee(plainState, samples));
}
const bench = `OEE of ${DAYS} days of one-second samples recomputed (${(read / 1e6).toFixed(1)} million samples in ${took.toFixed(1)} s)`;
benchRow({ bench, value: Math.round((DAYS / took) * 10) / 10, unit: "days/s", bound: ASKED_DAYS_PER_SECOND });
benchRow({ bench, value: DAYS / took, unit: "days/s", peer: "plain function body, from memory", peerValue: DAYS / plainSeconds });

// Rounds alternate between a machine that has just filled its memory and one that has run for weeks.
const WEEKS = 3;
const FULL = 28 * HOUR;
const start = FROM + WEEKS * 7 * DAY;
const old = new OeeMachines([machine]);
arriving(old, messages(FROM, start));
const young = new OeeMachines([machine]);
arriving(young, messages(start - FULL, start));
const [aged, fresh]: [number[], number[]] = [[], []];
let arrived = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const part = messages(start + round * 8 * HOUR, start + (round + 1) * 8 * HOUR);
  arrived = part.reduce((sum, one) => sum + one.length, 0);
  aged.push(seconds(() => arriving(old, part)));
  fresh.push(seconds(() => arriving(young, part)));
}
benchRow({
  bench: `OEE core after ${WEEKS} weeks of history`,
  value: Math.round(arrived / median(aged)),
  unit: "samples/s",
  peer: `OEE core after ${FULL / HOUR} hours`,
  peerValue: Math.round(arrived / median(fresh)),
  bound: 0.8,
});
