/** The OEE of the demo plant's filler at work in Node-RED, and a recording of forty minutes for it. */
import type { TwinEvent } from "../../core/connect/event/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { DOWNTIME_PART, DOWNTIME_STOP, type DowntimePartEvent, type DowntimeStopEvent } from "../../core/operate/downtime/index.ts";
import type { OeeAtomEvent } from "../../core/operate/oee/index.ts";
import twinOee from "../../nodes/operate/twin-oee/twin-oee.ts";
import { NodeBench, plannedHour } from "./node-bench.ts";

export const [MINUTE, HOUR] = [60_000, 3_600_000];
export const LINE = "acme.galway.bottling.line01";
export const FILLER = `${LINE}.filler01`;
/** The node refuses samples from the future and does not state history beyond a month. */
export const T0 = plannedHour(5);

export function sample(name: string, time: number, value: Sample["value"], asset = FILLER): Sample {
  return { tag: `${asset}._${asset.endsWith("filler01") ? "filler" : "capper"}_v1.${name}`, value, quality: "Good", timestamp: time };
}

/** 40 minutes of a machine: production with a stop of 4 minutes, counts every 10 s, a product change. */
export function recording(asset = FILLER): Sample[] {
  const samples: Sample[] = [sample("state", T0, 6, asset), sample("unit_mode", T0, 1, asset), sample("product", T0, "still-500", asset)];
  for (let time = T0; time <= T0 + 40 * MINUTE; time += 5000) {
    const made = Math.round((time - T0) / 550);
    samples.push(sample("heartbeat", time, ((time - T0) / 5000) % 65_536, asset));
    if (time % 10_000 === 0)
      samples.push(sample("processed_count", time, made, asset), sample("defective_count", time, Math.floor(made / 50), asset));
    if (time === T0 + 15 * MINUTE) samples.push(sample("state", time + 1234, 9, asset));
    if (time === T0 + 19 * MINUTE) samples.push(sample("state", time + 1234, 6, asset));
    if (time === T0 + 25 * MINUTE) samples.push(sample("product", time + 777, "lemon-330", asset));
  }
  return samples;
}

export const bench = new NodeBench<{ readonly events: TwinEvent[]; readonly samples: Sample[]; readonly rejects: Reject[] }>(
  { id: "oee", type: "twin-oee", version: 2, target: FILLER },
  ["events", "samples", "rejects"],
  twinOee,
);

/** Minutes, stops and their parts as they have left the node so far. */
export interface OeeGot {
  readonly events: readonly OeeAtomEvent[];
  readonly stops: readonly DowntimeStopEvent[];
  readonly parts: readonly DowntimePartEvent[];
  readonly samples: readonly Sample[];
  readonly rejects: readonly Reject[];
}

export const deploy = (config: object = {}, ...more: readonly object[]): Promise<OeeGot> => bench.deploy(config, ...more).then(sorted);

export const deployWith = (historian: unknown, config: object = {}, ...more: readonly object[]): Promise<OeeGot> =>
  bench.deployWith(historian, config, ...more).then(sorted);

function sorted({
  events,
  samples,
  rejects,
}: {
  readonly events: TwinEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}): OeeGot {
  const of = <E extends TwinEvent>(kinds: (kind: string) => boolean): E[] => events.filter(({ kind }) => kinds(kind)) as E[];
  return {
    samples,
    rejects,
    get events() {
      return of<OeeAtomEvent>((kind) => kind !== DOWNTIME_STOP && kind !== DOWNTIME_PART);
    },
    get stops() {
      return of<DowntimeStopEvent>((kind) => kind === DOWNTIME_STOP);
    },
    get parts() {
      return of<DowntimePartEvent>((kind) => kind === DOWNTIME_PART);
    },
  };
}

/** Of every minute what was stated of it last. */
export function latest(events: readonly OeeAtomEvent[]): unknown[] {
  const rows = new Map(
    events.map((event) => [`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event] as const),
  );
  return [...rows.values()]
    .filter((event) => event.end !== event.start)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, data }) => ({ start, end, data }));
}
