/** A control chart of the demo plant's filler at work in Node-RED, and what is stated and recorded of it. */
import assert from "node:assert/strict";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { type LimitsVersion, type SignalEvent, SPC_LIMITS, SPC_MEASUREMENT } from "../../core/model/limits/index.ts";
import { isLimits, type Limits, limitsOf, ruleSet } from "../../core/model/spc/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinSpc from "../../nodes/model/twin-spc/twin-spc.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { NodeBench, turns } from "./node-bench.ts";

export const FILLER = "acme.galway.bottling.line01.filler01";
export const CHART = `${FILLER}.fill-weight`;
export const [SECOND, MINUTE] = [1_000, 60_000];
/** The node refuses samples from the future. */
export const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;

export function sample(name: string, second: number, value: Sample["value"]): Sample {
  return { tag: `${FILLER}._filler_v1.${name}`, value, quality: "Good", timestamp: T0 + second * SECOND };
}
export const weights = (from: number, ...values: number[]): Sample[] => values.map((value, i) => sample("fill_weight", from + i, value));
export const beat = (second: number): Sample => sample("heartbeat", second, second);

export interface SpcGot {
  readonly samples: Sample[];
  readonly events: SignalEvent[];
  readonly conditions: { asset: string; start: number; data: { alarm: string; active: boolean; message?: string; priority?: string } }[];
  readonly rejects: Reject[];
}

export const bench = new NodeBench<SpcGot>(
  {
    id: "spc",
    type: "twin-spc",
    version: 2,
    target: FILLER,
    chart: "fill-weight",
    kind: "i-mr",
    tag: "fill_weight",
    size: 1,
    everySeconds: 0,
    limits: "given",
    centre: 500,
    sigma: 2,
    rules: "1, 2",
    reactionPlan: "Check valve 7",
  },
  ["samples", "events", "conditions", "rejects"],
  twinSpc,
  twinAlarm,
);
export const send = (...payload: readonly unknown[]): Promise<void> => bench.send(payload);

function limits(kind: "i" | "mr", centre: number): Limits {
  const made = limitsOf(kind, { centre, sigma: 2 });
  assert.ok(isLimits(made));
  return made;
}

/** What the page of control charts states when somebody has approved limits. */
export function approved(number: number, second: number, centre: number, over: Partial<LimitsVersion> = {}): object {
  const deed = { by: "quinn", at: T0, comment: "as calibrated" };
  const data: LimitsVersion = {
    asset: FILLER,
    chart: "fill-weight",
    version: number,
    scope: {},
    limits: limits("i", centre),
    spread: limits("mr", centre),
    rules: ruleSet("nelson", ["N1"]),
    baseline: null,
    status: "approved",
    proposed: deed,
    decided: deed,
    effective_from: T0 + second * SECOND,
    retired: null,
    effective_to: null,
    review: null,
    ...over,
  };
  return { kind: SPC_LIMITS, asset: CHART, start: T0 + number, end: T0 + number, data };
}

export async function state(to: HistorianService, ...statements: object[]): Promise<void> {
  const { rejects } = await to.state(statements, { author: "quinn", reason: "control charts" });
  assert.deepEqual(rejects, []);
  await turns();
}

/** What the entry page states. */
export function measurement(second: number, value: number, over: object = {}): object {
  const at = T0 + second * SECOND;
  const data = { id: `measured-${second}`, asset: FILLER, chart: "fill-weight", due: null, values: [value], ...over };
  return { kind: SPC_MEASUREMENT, asset: CHART, start: at, end: at, data };
}

export const drawn = (samples: readonly Sample[], signal: string): unknown[] =>
  samples
    .filter(({ tag }) => tag === `${FILLER}._spc_v1.fill-weight.${signal}`)
    .map(({ timestamp, value }) => [(timestamp - T0) / SECOND, value]);
export const told = (events: readonly SignalEvent[]): unknown[] =>
  events.map(({ asset, start, end, revision, data }) => [
    asset.slice(FILLER.length + 1),
    (start - T0) / SECOND,
    end === null ? null : (end - T0) / SECOND,
    revision,
    data.rules.map(({ id }) => id).join(" "),
  ]);
