/** A machine for the downtime tests: a filler with state, mode, stop reason and heartbeat, and what it says. */
import type { Sample } from "../../../../core/connect/sample/index.ts";
import { DEFAULT_TIME_OPTIONS, type OeeMachine, PACKML_TIME_MODEL } from "../../../../core/operate/oee/index.ts";
import { type DowntimeStopEvent, type Stop, type StopMachine, stopOf } from "../../../../core/operate/downtime/index.ts";

export const ASSET = "acme.galway.hall.line.filler";
export const SECOND = 1_000;
export const MINUTE = 60_000;
/** 2026-03-10 08:00 UTC. */
export const T0 = Date.UTC(2026, 2, 10, 8);
export const NUMBER = { Stopped: 2, Idle: 4, Suspended: 5, Execute: 6, Aborted: 9, Held: 11 } as const;

const OEE: OeeMachine = {
  asset: ASSET,
  tags: { state: `${ASSET}._m.state`, mode: `${ASSET}._m.mode`, processed: `${ASSET}._m.count` },
  numbering: { profile: "packml-opcua" },
  modeNames: { 1: "Production", 3: "Manual" },
  rules: {
    timeModel: PACKML_TIME_MODEL,
    microStopMs: 0,
    silenceMs: null,
    plannedWindows: () => [],
    idealCycleUs: () => null,
  },
  options: DEFAULT_TIME_OPTIONS,
  modelRevision: "model-1",
};

export function machine(rules: Partial<OeeMachine["rules"]> = {}): StopMachine {
  return {
    oee: { ...OEE, rules: { ...OEE.rules, ...rules } },
    reasonTag: `${ASSET}._m.reason`,
    reasonTexts: { 0: "None", 1: "Jam", 4: "Drive fault" },
    reasons: new Map([
      ["Jam", "jam"],
      ["Drive fault", "drive-fault"],
      ["Suspended", "starved"],
    ]),
  };
}

/** As a machine that says nothing but counts, with a heartbeat. */
export function counted(quietMs: number, rules: Partial<OeeMachine["rules"]> = {}): StopMachine {
  const known = machine({ quietMs, ...rules });
  const tags = { processed: `${ASSET}._m.count`, heartbeat: `${ASSET}._m.beat` };
  return { ...known, oee: { ...known.oee, tags, numbering: { profile: "derived", from: "processed", quietMs } } };
}

function sample(name: string, at: number, value: Sample["value"], quality: Sample["quality"] = "Good"): Sample {
  return { tag: `${ASSET}._m.${name}`, value, quality, timestamp: T0 + at };
}

/** Times in ms after `T0`. */
export const state = (at: number, name: keyof typeof NUMBER): Sample => sample("state", at, NUMBER[name]);
export const badState = (at: number): Sample => sample("state", at, null, "Bad");
export const mode = (at: number, number: number): Sample => sample("mode", at, number);
export const reason = (at: number, number: number): Sample => sample("reason", at, number);
export const count = (at: number, value: number): Sample => sample("count", at, value);

/** The latest that was stated per start, without what was withdrawn, in order of start; times after `T0`. */
export function latest(events: readonly DowntimeStopEvent[]): Stop[] {
  const byStart = new Map(events.map((event) => [event.start, event]));
  return [...byStart.values()]
    .flatMap((event) => stopOf(event) ?? [])
    .map((stop) => ({ ...stop, start: stop.start - T0, end: stop.end === null ? null : stop.end - T0 }))
    .toSorted((a, b) => a.start - b.start);
}
