/** One machine with alarms, its samples and what people do, in ms after `T0`. */
import assert from "node:assert/strict";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import { type Reject, reject, type Sample } from "../../core/connect/sample/index.ts";
import {
  ALARM_RESPONSE,
  type AlarmDefinition,
  type AlarmPlant,
  type AlarmResponseData,
  Alarms,
  type AlarmStateEvent,
  responseOf,
} from "../../core/operate/alarm/index.ts";

export const ASSET = "acme.galway.bottling.line01.filler01";
export const TAG = `${ASSET}._filler_v1.pressure`;
export const STATE_TAG = `${ASSET}._filler_v1.state`;
export const T0 = 1_760_000_000_000;
export const PLANT: AlarmPlant = {
  states: new Map([[ASSET, { tag: STATE_TAG, map: { profile: "packml-opcua" } }]]),
  knows: (asset) => asset.startsWith("acme.galway"),
  home: "acme.galway",
};

export function definition(over: Partial<AlarmDefinition> = {}): AlarmDefinition {
  return {
    asset: ASSET,
    alarm: "pressure_H",
    source: { kind: "high", tag: TAG, limit: 10, deadband: 0 },
    priority: "medium",
    class: "process",
    message: "Pressure high",
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    suppressedIn: [],
    ...over,
  };
}

export function value(time: number, v: Sample["value"], tag = TAG): Sample {
  return { tag, value: v, quality: v === null ? "Bad" : "Good", timestamp: T0 + time };
}

/** What happened, in short: `[start, end, state]` in ms after T0. */
export function told(events: readonly AlarmStateEvent[]): (readonly [number, number | null, string])[] {
  return events.map(({ start, end, data }) => [start - T0, end === null ? null : end - T0, data.state] as const);
}

let sequence = 0;
export function response(
  data: AlarmResponseData,
  at: number,
  alarm = "pressure_H",
  author = "mary",
): NonNullable<ReturnType<typeof responseOf>> {
  sequence += 1;
  const entry: LedgerEntry = {
    kind: ALARM_RESPONSE,
    asset: `${ASSET}.${alarm}`,
    start: T0 + at,
    end: T0 + at,
    revision: 1,
    data,
    author,
    reason: "seen",
    id: sequence,
    recorded: T0 + at,
  };
  return responseOf(entry) ?? assert.fail("no response");
}

export const ID = "abcdefgh";
export const ack = (occurrence: number, at: number, comment?: string): ReturnType<typeof response> =>
  response(
    { id: ID, made: T0 + at, action: "acknowledge", occurrence: T0 + occurrence, ...(comment === undefined ? {} : { comment }) },
    at,
  );
export const refused = (tag?: string): Reject => reject("STALE", {}, tag === undefined ? {} : { tag });
export const reset = (at: number): ReturnType<typeof response> => response({ id: ID, made: T0 + at, action: "reset", occurrence: T0 }, at);
export const shelve = (at: number, until: number): ReturnType<typeof response> =>
  response({ id: ID, made: T0 + at, action: "shelve", until: T0 + until, comment: "sensor is being changed" }, at);

export const entry = (event: AlarmStateEvent): LedgerEntry => ({ ...event, id: 1, recorded: 0, author: "node:x", reason: "r" });

export class Line {
  alarms: Alarms;
  readonly events: AlarmStateEvent[] = [];

  constructor(...definitions: AlarmDefinition[]) {
    this.alarms = new Alarms(definitions.length === 0 ? [definition()] : definitions, PLANT, { node: "n" });
  }

  /** Samples arrive when they are made. */
  push(...samples: readonly Sample[]): readonly AlarmStateEvent[] {
    const events = samples.flatMap((sample) => this.alarms.push([sample], sample.timestamp).events);
    this.events.push(...events);
    return events;
  }
  tick(time: number): readonly AlarmStateEvent[] {
    const events = this.alarms.tick(T0 + time);
    this.events.push(...events);
    return events;
  }
  respond(given: ReturnType<typeof response>): readonly AlarmStateEvent[] {
    const events = this.alarms.respond(given);
    this.events.push(...events);
    return events;
  }
}
