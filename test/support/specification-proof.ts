/** Tests as a proof: the specifications of a file, each with the figures that it compared. What was skipped proves nothing. */
import Mocha from "mocha";
import type { ProofResult } from "../prove/proof.ts";
import { comparisonsSince } from "./comparisons.ts";

export interface Claim {
  readonly claim: string;
  readonly file: string;
  /** Which tests of the file; all of them where it is left out. */
  readonly only?: RegExp;
  readonly bound: string;
  /** So many figures must have been compared; tests that compare exactly count none. */
  readonly figures?: number;
}

interface Specification {
  readonly title: string;
  readonly passed: boolean;
  readonly fault: string | undefined;
  readonly figures: number;
  readonly farthest: number;
}

const TIMEOUT_MS = 120_000;
/** What is to be said, the proof says. */
function Silent(): void {}
/** A test file can be loaded once in a process. */
const ran = new Map<string, Promise<readonly Specification[]>>();

export async function specified({ claim, file, only, bound, figures: least = 0 }: Claim): Promise<ProofResult> {
  const running = ran.get(file) ?? run(file);
  ran.set(file, running);
  const all = (await running).filter(({ title }) => only === undefined || only.test(title));
  const right = all.filter(({ passed }) => passed);
  const figures = all.reduce((sum, one) => sum + one.figures, 0);
  const farthest = Math.max(0, ...all.map((one) => one.farthest));
  const fault = all.find(({ passed }) => !passed);
  return {
    claim,
    figure: [
      `${right.length} of ${all.length} specifications hold`,
      ...(figures === 0 ? [] : [`${figures} figures compared, the farthest at ${farthest.toPrecision(1)} of its tolerance`]),
      ...(fault === undefined ? [] : [`"${fault.title}": ${fault.fault ?? "skipped"}`]),
    ].join("; "),
    bound,
    pass: all.length > 0 && right.length === all.length && figures >= least,
  };
}

async function run(file: string): Promise<readonly Specification[]> {
  const mocha = new Mocha({ ui: "bdd", timeout: TIMEOUT_MS, reporter: Silent as unknown as Mocha.ReporterConstructor });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const all: Specification[] = [];
  const add = (test: Mocha.Test, passed: boolean, fault?: string): void => {
    const { count, farthest } = comparisonsSince();
    all.push({ title: test.fullTitle(), passed, fault, figures: count, farthest });
  };
  comparisonsSince();
  await new Promise<void>((ended) => {
    mocha
      .run(() => ended())
      .on("pass", (test) => add(test, true))
      .on("pending", (test) => add(test, false))
      .on("fail", (test: Mocha.Test, error: Error) => add(test, false, error.message.split("\n")[0] ?? ""));
  });
  return all;
}
