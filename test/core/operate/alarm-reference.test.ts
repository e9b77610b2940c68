/** `alarm/isa18_2.json` of the reference data, reproduced: every transition, and every figure of the sample log. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  ALARM_STATES,
  ALARM_TARGETS,
  type AlarmPriority,
  type AlarmState,
  type AlarmTrigger,
  alarmPerformance,
  type Annunciation,
  FloodDetector,
  isInhibited,
  nextState,
} from "../../../core/operate/alarm/index.ts";

const FILE = new URL("../../../../shared/reference/alarm/isa18_2.json", import.meta.url);

interface Reference {
  readonly events: readonly (readonly [number, string, "ACT" | "RTN", ("L" | "M" | "H")?])[];
  readonly endSec: number;
  readonly expected: {
    readonly annunciated: number;
    readonly avgPer10min: number;
    readonly maxPer10minFixedBin: number;
    readonly binsOver10: number;
    readonly pctBinsOver10: number;
    readonly top: readonly (readonly [string, number])[];
    readonly chattering_3in60s: readonly string[];
    readonly stale_over24h: readonly string[];
    readonly priorityCounts: Readonly<Record<"L" | "M" | "H", number>>;
    readonly fleeting: string;
  };
  readonly definitions: { readonly targets: Readonly<Record<string, string | number>> };
  readonly states: Readonly<Record<string, string>>;
  readonly transitions: readonly (readonly [string, string, string])[];
}

const STATES = Object.keys(ALARM_STATES) as AlarmState[];
const PRIORITY = { L: "low", M: "medium", H: "high" } as const satisfies Record<string, AlarmPriority>;

/** The words of the reference as triggers of ours. */
const TRIGGERS: Readonly<Record<string, { readonly trigger: AlarmTrigger; readonly latching?: boolean; readonly active?: boolean }>> = {
  "alarm occurs": { trigger: "alarm" },
  acknowledge: { trigger: "acknowledge" },
  "re-alarm": { trigger: "alarm" },
  "process returns to normal (non-latching)": { trigger: "return" },
  "process returns to normal (latching)": { trigger: "return", latching: true },
  "alarm recurs": { trigger: "alarm" },
  "operator reset": { trigger: "reset" },
  shelve: { trigger: "shelve" },
  "unshelve (normal)": { trigger: "unshelve", active: false },
  "unshelve (in alarm)": { trigger: "unshelve", active: true },
  "suppress by design": { trigger: "suppress" },
  "remove from service": { trigger: "remove-from-service" },
};

const percent = (share: number): number => Math.round(share * 100);

function named(letter: string): AlarmState[] {
  if (letter === "any") return STATES;
  if (letter === "A..F") return STATES.filter((state) => !isInhibited(state));
  return STATES.filter((state) => ALARM_STATES[state] === letter);
}

describe("alarm: the reference of ISA-18.2", function () {
  let reference: Reference;
  before(function () {
    if (!existsSync(FILE)) this.skip();
    reference = JSON.parse(readFileSync(FILE, "utf8")) as Reference;
  });

  it("has its nine states by letter, and every transition of it leads where it says", () => {
    assert.deepEqual(Object.values(ALARM_STATES).toSorted(), Object.keys(reference.states).toSorted());
    let checked = 0;
    for (const [from, words, to] of reference.transitions) {
      const { trigger, latching = false, active = true } = TRIGGERS[words] ?? assert.fail(words);
      for (const state of named(from)) {
        const next = nextState(state, trigger, { latching, active });
        assert.equal(next === undefined ? undefined : ALARM_STATES[next], to, `${from} (${state}), ${words}`);
        checked += 1;
      }
    }
    assert.equal(checked, 13 + 6 + 9 + 9);
  });

  it("reproduces every figure of the sample log", () => {
    const all: { -readonly [K in keyof Annunciation]: Annunciation[K] }[] = [];
    for (const [seconds, alarm, what, priority] of reference.events) {
      if (what === "ACT") all.push({ alarm, priority: PRIORITY[priority ?? "L"], time: seconds * 1000, returned: null });
      else Object.assign(all.findLast((one) => one.alarm === alarm) ?? {}, { returned: seconds * 1000 });
    }
    const { expected, endSec } = reference;
    const figures = alarmPerformance(all, 0, endSec * 1000);
    assert.equal(figures.annunciated, expected.annunciated);
    assert.equal(figures.averagePer10min, expected.avgPer10min);
    assert.equal(figures.maximumPer10min, expected.maxPer10minFixedBin);
    assert.equal(figures.binsOver10, expected.binsOver10);
    assert.equal((figures.shareOfBinsOver10 ?? 0) * 100, expected.pctBinsOver10);
    assert.deepEqual(
      figures.badActors.slice(0, expected.top.length).map(({ alarm, count }) => [alarm, count]),
      expected.top,
    );
    assert.deepEqual(figures.chattering, expected.chattering_3in60s);
    assert.deepEqual(figures.stale, expected.stale_over24h);
    assert.deepEqual(figures.fleeting, [expected.fleeting]);
    const { low, medium, high, critical } = figures.byPriority;
    assert.deepEqual({ L: low, M: medium, H: high }, expected.priorityCounts);
    assert.equal(critical, 0);
  });

  it("is measured against its targets", () => {
    const { targets } = reference.definitions;
    const { averagePer10min, byPriority } = ALARM_TARGETS;
    assert.deepEqual(targets, {
      avgPer10min: `~${averagePer10min} (max manageable 2)`,
      perDay: `~150 (max ~300)`,
      perHour: `~${averagePer10min * 6} (max ~${2 * averagePer10min * 6})`,
      pctHoursOver30: "<1%",
      pct10minOver10: `<${percent(ALARM_TARGETS.shareOfBinsOver10)}%`,
      maxIn10min: `<=${ALARM_TARGETS.maximumPer10min}`,
      pctTimeFlood: `<${percent(ALARM_TARGETS.shareInFlood)}%`,
      top10Contribution: `<1% to ${percent(ALARM_TARGETS.shareOfBadActors)}%`,
      chattering: ALARM_TARGETS.chattering,
      stale: `<${ALARM_TARGETS.stale} per day`,
      priority: `${[byPriority.low, byPriority.medium, byPriority.high].map(percent).join("/")} (3 priorities) or 80/15/5/<1 (4)`,
    });
    // Per day it is the same rate in round numbers; hours over 30 are no figure here: 10 min over 10 tell the same sooner.
    assert.ok(Math.abs(averagePer10min * 6 * 24 - 150) < 10);
  });

  it("sees a flood end also where nobody looked until the next annunciation", () => {
    const detector = new FloodDetector();
    for (let i = 0; i < 12; i += 1) detector.annunciate(i * 1_000);
    assert.equal(detector.at(12_000).flood, true);
    for (let i = 0; i < 6; i += 1) detector.annunciate(36_000_000 + i * 1_000);
    assert.deepEqual(detector.at(36_006_000), { recent: 6, flood: false });
  });

  it("sees the flood of the log begin with the eleventh annunciation in 10 min and end below five, streaming and afterwards alike", () => {
    const times = reference.events.filter(([, , what]) => what === "ACT").map(([seconds]) => seconds * 1000);
    const figures = alarmPerformance(
      times.map((time, i) => ({ alarm: String(i), priority: "low", time, returned: null })),
      0,
      reference.endSec * 1000,
    );
    assert.deepEqual(figures.floods, [{ start: 4_000_000, end: 4_560_000 }]);
    assert.equal(figures.shareInFlood, 560 / reference.endSec);
    let detector = new FloodDetector();
    const seen: boolean[] = [];
    let next = 0;
    for (let second = 0; second <= 7200; second += 1) {
      while ((times[next] ?? Number.POSITIVE_INFINITY) <= second * 1000) detector.annunciate(times[next++] ?? 0);
      seen.push(detector.at(second * 1000).flood);
      detector = new FloodDetector(JSON.parse(JSON.stringify(detector.state())) as ReturnType<FloodDetector["state"]>);
    }
    assert.deepEqual([seen.indexOf(true), seen.lastIndexOf(true) + 1], [4000, 4560]);
  });
});
