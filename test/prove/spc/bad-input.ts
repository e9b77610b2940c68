/** Bad input of control charts and alarms: a reject with a reason, and nothing of it in a limit or a run. */
import { type Claim, specified } from "../../support/specification-proof.ts";
import type { Proof } from "../proof.ts";

const [BAD, STREAM, CHARTING, UNUSABLE] = ["spc/bad-input", "spc/streaming", "charting/charting", "charting/unusable"].map(
  (name) => `test/core/model/${name}.test.ts`,
) as [string, string, string, string];
const ALARM = "test/core/operate/alarm.test.ts";
const REFUSED = "refused with a code and a sentence, and the chart as if nothing had come";

const CLAIMS: readonly Claim[] = [
  {
    claim: "bad input of every kind of chart: NaN, ±Infinity, texts, Bad, wrong sizes, d > n, n = 0, unknown parts",
    file: BAD,
    only: /whatever can be wrong|a number of values/,
    bound: REFUSED,
  },
  { claim: "whatever else may come to a chart", file: BAD, only: /whatever else/, bound: "nothing is thrown, nothing infinite is drawn" },
  {
    claim: "no limits are made of a constant series, of too little or of what contradicts itself",
    file: BAD,
    only: /limits|\bfor \w|leftover|read from outside/,
    bound: "refused with a sentence",
  },
  {
    claim: "a Bad sample neither enters a limit nor breaks a run, unless the option says so",
    file: STREAM,
    only: /Bad/,
    bound: "both specifications hold",
  },
  {
    claim: "a Bad value on every chart at work: refused with its reason, a missing point to both charts of a pair",
    file: UNUSABLE,
    only: /.*/,
    bound: "every specification holds",
  },
  {
    claim: "samples that are no number, come from the future or contradict what is there",
    file: CHARTING,
    only: /refuses what|puts values that come late|skip a Bad value/,
    bound: "refused with a code; late ones find their place in time and are refused after it",
  },
  {
    claim: "a value in another unit is refused, as the store refuses it; limits of another unit judge nothing",
    file: CHARTING,
    only: /another unit/,
    bound: "both specifications hold",
  },
  {
    claim: "bad input of an alarm: NaN, ±Infinity, texts, another unit",
    file: ALARM,
    only: /refuses NaN|refuses a number that is none/,
    bound: "refused with a code; neither raises nor clears, no sign of life",
  },
  {
    claim: "an alarm of a tag whose quality flickers comes all the same",
    file: ALARM,
    only: /flickers|delay anew|bad quality/,
    bound: "delays stand still while the condition is not known",
  },
];

export const badInput: Proof = {
  title: "bad input of control charts and alarms",
  async run() {
    const results = [];
    for (const claim of CLAIMS) results.push(await specified(claim));
    return results;
  },
};
