/** Fill weights: giveaway and average-weight counts of every package, against all at once and by hand, in bounded memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isRefusal } from "../../../core/model/capability/index.ts";
import { type FillWeight, FillStream, fillWeight } from "../../../core/model/fill-weight/index.ts";
import { beat, FILL_PROPERTIES, filled, filler, HOUR, product, weight, weights } from "../../support/fill-stream.ts";
import { noise, seeded } from "../../support/spc-charts.ts";
import { type Claim, specified } from "../../support/specification-proof.ts";
import type { Proof, ProofResult } from "../proof.ts";

const FILE = "test/core/model/fill-weight/stream.test.ts";
const CASES = 1_000;
const SERIES = 100;
const PACKAGES = 3_000;
const TOLERANCE = 1e-9;
const LONG = 1_000_000;
const GROWN_BYTES = 262_144;
const STILL = product(-60_000, "still-500");

const CLAIMS: readonly Claim[] = [
  {
    claim: "bad packages: NaN, infinities, texts, Bad, another unit, no content",
    file: FILE,
    only: /refused with a code/,
    bound: "refused with a code, counted nowhere",
  },
  { claim: "standard deviation of NIST's NumAcc4 and Michelso", file: FILE, only: /NumAcc4/, bound: "LRE ≥ 8 and ≥ 12" },
  {
    claim: "conditions of fill weights",
    file: FILE,
    only: /^is |goes on into/,
    bound: "begin where chance explains it no longer, and do not chatter",
  },
  {
    claim: "the confidence of fill weights holds for the whole interval, asked at every package",
    file: "test/core/model/fill-weight/sequential.test.ts",
    only: /says that a/,
    bound: "share: exact, at most 1 − confidence; mean: of 400 seeded hours at most 5 % at 95 %",
  },
];

export const fillWeights: Proof = {
  title: "fill weights: giveaway and average-weight counts, package by package",
  async run(progress) {
    const results: ProofResult[] = [byHand(), ofSeries()];
    for (const property of FILL_PROPERTIES) {
      progress(property.name);
      const fault = await faultOf(() => property.check(CASES));
      results.push({
        claim: `fill weights ${property.name}`,
        figure: fault === undefined ? `held in ${CASES} cases` : `does not hold: ${fault}`,
        bound: `all of ${CASES}`,
        pass: fault === undefined,
      });
    }
    for (const claim of CLAIMS) results.push(await specified(claim));
    progress("a million packages");
    results.push(memory());
    return results;
  },
};

/** 500 + 503 + 484.9 + 469.9 + 485 + 470 + 510 + 505 = 3927.8 g for 8 · 500 g: three below 485, one of them below 470. */
function byHand(): ProofResult {
  const [event] = filled(filler(), STILL, ...weights(0, 500, 503, 484.9, 469.9, 485, 470, 510, 505), beat(2 * HOUR)).events;
  if (event === undefined) throw new Error("The hour was not stated.");
  const { packages, below_t1: t1, below_t2: t2, giveaway_total: total, giveaway } = event.data;
  return {
    claim: "eight packages of nominally 500 g, TNE 15 g, by hand",
    figure: `${packages} packages, ${t1} below T1, ${t2} below T2, ${giveaway} g each, ${total} kg in total`,
    bound: "8, 3, 1, −9.025 g, −0.0722 kg",
    pass: packages === 8 && t1 === 3 && t2 === 1 && giveaway === -9.025 && total === -0.0722,
  };
}

function ofSeries(): ProofResult {
  let [right, farthest, below] = [0, 0, 0];
  for (let seed = 1; seed <= SERIES; seed += 1) {
    const random = seeded(seed);
    const contents = Array.from({ length: PACKAGES }, () => Number((501 + 6 * noise(random)).toFixed(1)));
    const [event] = filled(filler(), STILL, ...weights(0, ...contents), beat(2 * HOUR)).events;
    const all = fillWeight(contents, 500);
    if (event === undefined || isRefusal(all)) continue;
    const { data } = event;
    const apart = Math.max(...differences(all, data.mean, data.sd, data.giveaway));
    farthest = Math.max(farthest, apart);
    below += all.belowT1;
    if (apart <= TOLERANCE && data.packages === all.n && data.below_t1 === all.belowT1 && data.below_t2 === all.belowT2) right += 1;
  }
  return {
    claim: `${SERIES} seeded series of ${PACKAGES} packages, package by package and all at once`,
    figure: `${right} of ${SERIES} have the same counts (${below} below T1 in all), figures at most ${farthest.toExponential(1)} apart`,
    bound: `all, counts exact, mean, standard deviation and giveaway within ${TOLERANCE}`,
    pass: right === SERIES && below > 0,
  };
}

function differences(all: FillWeight, mean: number, sd: number | null, giveaway: number): number[] {
  return [Math.abs(all.mean - mean), Math.abs((all.sd ?? Number.NaN) - (sd ?? Number.NaN)), Math.abs(all.giveaway - giveaway)];
}

function memory(): ProofResult {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const stream = new FillStream(filler());
  const push = (from: number, count: number): void => {
    for (let i = from; i < from + count; i += 1) stream.push([weight(i * 500, 500 + (i % 7))]);
  };
  stream.push([STILL]);
  push(0, 10_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  push(10_000, LONG);
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  const state = JSON.stringify(stream.state()).length;
  return {
    claim: `memory after ${LONG.toLocaleString("en")} further packages of ${Math.round((LONG * 500) / HOUR)} hours`,
    figure: `${(grown / 1_024).toFixed(1)} KiB more, ${(state / 1_024).toFixed(1)} KiB of snapshot`,
    bound: `≤ ${GROWN_BYTES / 1_024} KiB`,
    pass: grown <= GROWN_BYTES,
  };
}

async function faultOf(check: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await check();
  } catch (error) {
    return error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error);
  }
  return undefined;
}
