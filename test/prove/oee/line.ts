/** Line OEE on the demo plant, whose simulator knows which station really kept the filler from working. */
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { LINE_DEFAULTS, LineCalculator, oeeLine, type OeeLine, type OeeLineEvent } from "../../../core/operate/line/index.ts";
import { SITE_DIR } from "../../support/demo-site.ts";
import { attributed, singleCauses, trueCulprits } from "../../support/plant-culprits.ts";
import type { Proof } from "../proof.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const FROM = Date.UTC(2026, 9, 5, 4);
const TO = FROM + 24 * HOUR;
const SEEDS = [7, 11, 23] as const;
/** Share of the line's down time given to the right station. */
const RIGHT = { flags: 0.999, silent: 0.99 } as const;
/** Of every thousand samples this many come late, by up to an hour. */
const LATE_PER_MILLE = 20;

export const lineCulprits: Proof = {
  title: "OEE of a line and the culprits of its stops, against the demo plant's ground truth",
  async run(progress) {
    const reading = await readPlantDirectory(SITE_DIR);
    if (!("model" in reading)) throw new Error("The demo site has problems.");
    const line = lineOf(reading.model);
    const sums = { flags: { down: 0, right: 0 }, single: { down: 0, right: 0 }, silent: { down: 0, right: 0 } };
    let [down, lost] = [0, 0];
    let late = { same: false, corrected: 0, minutes: 0 };
    let seconds = Number.POSITIVE_INFINITY;
    for (const seed of SEEDS) {
      progress(`a day of the line, seed ${seed}`);
      const truth = trueCulprits(reading.model, { seed, from: FROM, to: TO });
      const began = performance.now();
      const events = stated(line, [truth.samples]);
      seconds = Math.min(seconds, (performance.now() - began) / 1000);
      const silent = truth.samples.filter(({ tag }) => !/\.(?:blocked|starved)$/.test(tag));
      const found = {
        flags: attributed(events, truth, FILLER, LINE),
        single: singleCauses(events, truth, LINE, 3 * MINUTE),
        silent: attributed(stated(line, [silent]), truth, FILLER, LINE),
      };
      for (const how of ["flags", "single", "silent"] as const) {
        sums[how].down += found[how].down;
        sums[how].right += found[how].right;
      }
      for (const { data } of events) {
        down += data.line_down_ms;
        lost += data.stations.reduce((sum, { lost_ms }) => sum + lost_ms, 0);
      }
      if (seed === SEEDS[0]) {
        progress("the same with late samples");
        late = compareLate(line, truth.samples, events);
      }
    }
    return [
      {
        claim: "the station that really stopped the line is found, where machines say for which side they wait",
        figure: percent(sums.flags),
        bound: `≥ ${100 * RIGHT.flags} % of the line's down time over ${SEEDS.length} days`,
        pass: share(sums.flags) >= RIGHT.flags,
      },
      {
        claim: "where only one station had a fault in the three minutes before, it is the one (rests on faults alone)",
        figure: percent(sums.single),
        bound: `≥ ${100 * RIGHT.flags} %`,
        pass: share(sums.single) >= RIGHT.flags,
      },
      {
        claim: "the right station is found also where machines do not say for which side they wait",
        figure: percent(sums.silent),
        bound: `≥ ${100 * RIGHT.silent} %`,
        pass: share(sums.silent) >= RIGHT.silent,
      },
      {
        claim: "every lost millisecond of the line has exactly one culprit",
        figure: `${lost} ms of ${down} ms`,
        bound: "equal",
        pass: lost === down && down > 0,
      },
      {
        claim: `with ${LATE_PER_MILLE / 10} % of the samples up to an hour late, the line's latest minutes are those of the samples in order`,
        figure: `${late.same ? "equal" : "different"}; ${late.corrected} of ${late.minutes} minutes were stated again`,
        bound: "equal, with corrections",
        pass: late.same && late.corrected > 0,
      },
      {
        claim: "a day of a line of six stations is computed in seconds",
        figure: `${seconds.toFixed(1)} s`,
        bound: "≤ 10 s",
        pass: seconds <= 10,
      },
    ];
  },
};

const share = ({ down, right }: { down: number; right: number }): number => right / down;
const hours = (ms: number): string => `${(ms / HOUR).toFixed(1)} h`;
const percent = (one: { down: number; right: number }): string => `${(100 * share(one)).toFixed(2)} % of ${hours(one.down)} down`;
const latest = (all: readonly OeeLineEvent[]): string =>
  JSON.stringify(
    [...new Map(all.map((event) => [`${event.start}/${event.data.product}/${event.data.shift}`, event] as const)).values()]
      .filter(({ start, end }) => start !== end)
      .toSorted((a, b) => a.start - b.start)
      .map(({ start, end, data }) => [start, end, data]),
  );

function lineOf(model: PlantModel): OeeLine {
  const line = oeeLine(model, LINE, { ...LINE_DEFAULTS, microStopMs: 60_000, silenceMs: 60_000 });
  if ("fault" in line) throw new Error(line.fault);
  return line;
}

function stated(line: OeeLine, batches: readonly (readonly Sample[])[]): OeeLineEvent[] {
  const calculator = new LineCalculator(line);
  const events = batches.flatMap((batch) => [...calculator.push(batch).events, ...calculator.tick()]);
  return events.filter(({ start }) => start < TO - 5 * MINUTE);
}

function compareLate(
  line: OeeLine,
  samples: readonly Sample[],
  expected: readonly OeeLineEvent[],
): { same: boolean; corrected: number; minutes: number } {
  // Every 50th sample, by up to an hour, without chance: the same story each time.
  const arrival = samples.map((sample, i) => ({
    sample,
    at: sample.timestamp + (i % (1000 / LATE_PER_MILLE) === 0 ? ((i * 7919) % 60) * MINUTE : 0),
  }));
  arrival.sort((a, b) => a.at - b.at);
  const ordered = arrival.map(({ sample }) => sample);
  const batches = Array.from({ length: Math.ceil(ordered.length / 500) }, (_, i) => ordered.slice(i * 500, (i + 1) * 500));
  const events = stated(line, batches);
  const corrected = new Set(events.filter(({ revision }) => revision > 1).map(({ start }) => start)).size;
  return { same: latest(events) === latest(expected), corrected, minutes: expected.length };
}
