import type { Sample } from "../../../core/connect/sample/index.ts";
import { ASSETS, EDGE_UNITS, GroundTruth, type Published } from "../../support/ground-truth.ts";
import { openHistorian } from "../../support/open-historian.ts";
import { eventually, TestSite } from "../../support/site.ts";
import { newestAtom, storedSamples, storedSums } from "../../support/stored.ts";
import type { Proof } from "../proof.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SEED = 5;
const SPEED = 100;
const DEPLOYS = 10;
/** Plant time that one hand-over may cost, and what the design allows in all. */
const HAND_OVER_MS = 2000;

/** One shift of plant time, while everything that can be killed is killed. */
export const chaos: Proof = {
  title: "kill -9 of Node-RED and InfluxDB and ten Full deploys, mid-shift",
  async run(progress) {
    const from = Math.floor((Date.now() - 4 * HOUR) / MINUTE) * MINUTE;
    const window = { from: from + 25 * MINUTE, to: from + 3 * HOUR + 30 * MINUTE };
    const site = await TestSite.start({ historian: "influxdb", hours: 4, speed: SPEED, seed: SEED, from }, progress);
    try {
      const { nodeRed, influxd } = site.site.processes;
      await site.plantReaches(from + 30 * MINUTE);
      progress("kill -9 of InfluxDB");
      influxd?.kill("SIGKILL");
      await site.plantReaches(from + 45 * MINUTE);
      progress("kill -9 of Node-RED");
      nodeRed.kill("SIGKILL");
      await site.plantReaches(from + 80 * MINUTE);
      await eventually(60_000, async () => ((await site.admin("GET", "settings")).ok ? true : undefined));
      for (let deploy = 1; deploy <= DEPLOYS; deploy += 1) {
        progress(`Full deploy ${deploy}`);
        await site.fullDeploy();
        await site.plantReaches(from + (80 + 8 * deploy) * MINUTE);
      }
      progress("kill -9 of InfluxDB again");
      influxd?.kill("SIGKILL");
      await site.plantReaches(window.to + 10 * MINUTE);

      const opened = await openHistorian(site);
      const { historian } = opened;
      try {
        await eventually(120_000, async () => {
          const newest = await Promise.all(ASSETS.map((asset) => newestAtom(historian, asset, from, Date.now())));
          return newest.every((start) => (start ?? 0) > window.to + 2 * MINUTE) ? true : undefined;
        });
        const truth = await GroundTruth.of({ seed: SEED, from, to: window.to });
        const machines = await Promise.all(
          ASSETS.map(async (asset) => ({
            stored: await storedSums(historian, asset, window.from, window.to),
            truth: truth.figures(asset, window.from, window.to),
          })),
        );
        const unknown = Math.max(...machines.map(({ stored }) => stored.unknown_ms));
        const producing = Math.max(...machines.map((machine) => Math.abs(machine.stored.producing_ms - machine.truth.producingMs)));
        const units = Math.max(...machines.map((machine) => Math.abs(machine.stored.total - machine.truth.processed)));
        const oee = Math.max(...machines.map(({ stored, truth: real }) => Math.abs(stored.ideal_good_ms / stored.planned_ms - real.oee)));
        const samples = compare(truth.published, await storedSamples(historian, truth.model, window.from, window.to), window);
        const allowed = (DEPLOYS + 1) * HAND_OVER_MS;
        return [
          {
            claim: "after kill -9 of Node-RED, two of InfluxDB and ten Full deploys, OEE of every machine is the simulator's",
            figure: `largest difference ${(oee * 100).toFixed(4)} points; producing time differs by at most ${producing} ms`,
            bound: "≤ 0.05 points; producing time ≤ unknown time",
            pass: oee <= 0.0005 && producing <= unknown,
          },
          {
            claim: "no unit lost or doubled",
            figure: `largest difference ${units} of ${machines[0]?.truth.processed}`,
            bound: `≤ ${EDGE_UNITS} (edges of the window)`,
            pass: units <= EDGE_UNITS,
          },
          {
            claim: "produced samples = stored samples",
            figure: `${samples.produced} produced, ${samples.lost} lost, ${samples.altered} altered, ${samples.added} added by the source (gap markers and assertions), ${samples.foreign} unexplained`,
            bound: "0 lost, 0 altered, 0 unexplained",
            pass: samples.lost === 0 && samples.altered === 0 && samples.foreign === 0 && samples.produced > 10_000,
          },
          {
            claim: "no unknown time beyond the hand-over",
            figure: `${unknown} ms of plant time on the worst machine`,
            bound: `≤ ${allowed} ms (${HAND_OVER_MS} ms for each of ${DEPLOYS + 1} interruptions)`,
            pass: unknown <= allowed,
          },
        ];
      } finally {
        await opened.close();
      }
    } finally {
      await site.stop();
    }
  },
};

interface Comparison {
  produced: number;
  lost: number;
  altered: number;
  added: number;
  foreign: number;
}

/** Every published value must be stored once and unaltered; what is stored beyond must be a gap marker or repeat the value held. */
function compare(
  published: readonly Published[],
  stored: ReadonlyMap<string, readonly Sample[]>,
  window: { from: number; to: number },
): Comparison {
  const result: Comparison = { produced: 0, lost: 0, altered: 0, added: 0, foreign: 0 };
  const byTag = Map.groupBy(published, ({ tag }) => tag);
  for (const [tag, samples] of stored) {
    const values = byTag.get(tag) ?? [];
    const expected = new Map(
      values.filter(({ timestamp }) => timestamp >= window.from && timestamp < window.to).map(({ timestamp, value }) => [timestamp, value]),
    );
    result.produced += expected.size;
    const seen = new Set<number>();
    for (const { timestamp, value, quality } of samples) {
      if (expected.has(timestamp)) {
        seen.add(timestamp);
        if (!same(expected.get(timestamp), value)) result.altered += 1;
      } else if (value === null && quality === "Bad") result.added += 1;
      else if (same(values.findLast((earlier) => earlier.timestamp <= timestamp)?.value, value)) result.added += 1;
      else result.foreign += 1;
    }
    result.lost += expected.size - seen.size;
  }
  return result;
}

function same(published: unknown, stored: unknown): boolean {
  return (
    published === stored ||
    (typeof published === "boolean" && stored === Number(published)) ||
    (typeof published === "number" && typeof stored === "number" && Math.abs(published - stored) <= 1e-9 * Math.abs(published))
  );
}
