/** A machine that speaks every second, for the OEE benches: a count each second, a stop of a minute every quarter of an hour. */
import type { Sample } from "../core/connect/sample/index.ts";
import { DEFAULT_TIME_OPTIONS, MINUTE, type OeeMachine, PACKML_TIME_MODEL } from "../core/operate/oee/index.ts";

export const ASSET = "acme.bench.packing.line01.filler1";
const tag = (name: string): string => `${ASSET}._raw.${name}`;
const DAY = 24 * 60 * MINUTE;
const SHIFT = DAY / 3;

export const TAGS = {
  state: tag("state"),
  processed: tag("total"),
  defective: tag("bad"),
  product: tag("product"),
  heartbeat: tag("beat"),
};
/** The same as the function node knows it: tag to role. */
export const ROLES = Object.fromEntries(Object.entries(TAGS).map(([role, id]) => [id, role]));
export const CYCLE_MS = 500;

export const machine: OeeMachine = {
  asset: ASSET,
  tags: TAGS,
  numbering: { profile: "packml-opcua" },
  rules: {
    timeModel: PACKML_TIME_MODEL,
    microStopMs: 30_000,
    silenceMs: 60_000,
    maxima: { processed: 65_535, defective: 65_535 },
    idealCycleUs: () => CYCLE_MS * 1000,
    plannedWindows(from, to) {
      const first = Math.floor(from / SHIFT);
      return Array.from({ length: Math.ceil(to / SHIFT) - first }, (_, i) => {
        const start = (first + i) * SHIFT;
        return {
          start,
          end: start + SHIFT,
          planned: true,
          shift: `s${(first + i) % 3}`,
          productionDay: new Date(start).toISOString().slice(0, 10),
        };
      });
    },
  },
  options: DEFAULT_TIME_OPTIONS,
  modelRevision: "bench",
};

/** What the machine says from one whole second to another; 60 samples and more per minute. */
export function samplesBetween(from: number, to: number): Sample[] {
  const samples: Sample[] = [];
  const say = (id: string, timestamp: number, value: Sample["value"]): void =>
    void samples.push({ tag: id, value, quality: "Good", timestamp });
  for (let at = from; at < to; at += 1_000) {
    const second = at / 1_000;
    if (second % 28_800 === 0) say(TAGS.product, at, second % 57_600 === 0 ? "still" : "lemon");
    if (second % 900 === 0) say(TAGS.state, at, 6);
    if (second % 900 === 840) say(TAGS.state, at, second % 3_600 === 840 ? 9 : 11);
    if (second % 900 < 840) say(TAGS.processed, at, second % 65_536);
    if (second % 60 === 30) say(TAGS.defective, at, Math.floor(second / 60) % 65_536);
    if (second % 5 === 0) say(TAGS.heartbeat, at, (second / 5) % 65_536);
  }
  return samples;
}
