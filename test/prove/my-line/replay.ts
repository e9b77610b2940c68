/** The test bench for flows: the demo plant's signals, recorded, through tag map and OEE in a real Node-RED. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { twinline } from "../../support/command-line.ts";
import { readRecording } from "../../../core/connect/recording/index.ts";
import type { FlowNode } from "../../../core/connect/replay/index.ts";
import { killedRecording } from "../../support/killed-recording.ts";
import { SITE_DIR } from "../../support/demo-site.ts";
import { plantRecording } from "../../support/plant-recording.ts";
import type { Proof } from "../proof.ts";

const MINUTE = 60_000;
const FROM = Date.UTC(2026, 2, 3, 8);
const RECORDED = 60 * MINUTE;
const KILLS = 5;
/** Times as fast as it was recorded, on two slow cores shared with others. */
const FASTER = 60;

export const replayBench: Proof = {
  title: "a flow replayed on an hour of the demo plant",
  async run(progress) {
    const dir = mkdtempSync(path.join(tmpdir(), "twinline-prove-replay-"));
    const file = (name: string): string => path.join(dir, name);
    const flow = JSON.parse(readFileSync("flows/record-and-test.json", "utf8")) as FlowNode[];
    const replay = async (flowFile: string, ...args: string[]): Promise<{ code: number; out: string }> => {
      const { code, out, err } = await twinline(dir, "replay", flowFile, "run.jsonl", "--plant", SITE_DIR, ...args);
      for (const line of err.split("\n")) if (line.trim() !== "") progress(line.trim());
      return { code, out };
    };
    try {
      const recording = plantRecording({ seed: 11, from: FROM, to: FROM + RECORDED, node: "rt-in" });
      const excluded = [{ match: "pattern", address: "**Filler01.DefectiveCount", exclude: true }];
      writeFileSync(file("flow.json"), JSON.stringify(flow));
      writeFileSync(file("changed.json"), JSON.stringify(flow.map((node) => (node.id === "rt-map" ? { ...node, rows: excluded } : node))));

      const runs: { readonly text: string; readonly seconds: number }[] = [];
      for (const run of [1, 2]) {
        progress(`run ${run} of an hour`);
        writeFileSync(file("run.jsonl"), recording);
        const began = performance.now();
        const { code, out } = await replay("flow.json", "--update");
        if (code !== 0) throw new Error(`the replay ended with ${code}: ${out}`);
        runs.push({ text: readFileSync(file("run.jsonl"), "utf8"), seconds: (performance.now() - began) / 1000 });
      }
      const [first, second] = runs;
      const results = (first?.text ?? "").split("\n").filter((line) => line.includes('"node":"rt-out"')).length;
      const slowest = Math.max(...runs.map(({ seconds }) => seconds));

      progress("with a changed mapping");
      const same = await replay("flow.json");
      const changed = await replay("changed.json", "--json");
      const { comparison } = JSON.parse(changed.out) as { comparison: { different: number; differences: { path?: string }[] } };

      progress("killing processes that record");
      const killed = await Promise.all(Array.from({ length: KILLS }, (_, index) => killedRecording(index + 1)));
      const cut = cuts(recording);
      return [
        {
          claim: "a flow replayed twice on a recording puts out the same bytes",
          figure: `${results} results from ${recording.split("\n").length - 2} messages, ${first?.text === second?.text ? "identical" : "different"}`,
          bound: "identical, more than 100 results",
          pass: first?.text === second?.text && results > 100,
        },
        {
          claim: "recorded time passes fast",
          figure: `${RECORDED / MINUTE} minutes in ${slowest.toFixed(1)} s, ${Math.round(RECORDED / 1000 / slowest)} × as fast`,
          bound: `≥ ${FASTER} × as fast as recorded`,
          pass: RECORDED / 1000 / slowest >= FASTER,
        },
        {
          claim: "an unchanged flow is equal to its recording, a changed mapping is found and shown",
          figure: `exit ${same.code} and ${changed.code}; ${comparison.different} differences, the first at ${comparison.differences[0]?.path ?? "a message"}`,
          bound: "exit 0 and 1; at least 1 difference",
          pass: same.code === 0 && changed.code === 1 && comparison.different > 0,
        },
        {
          claim: "a recording that ends anywhere (power failure, kill -9) is read up to its last whole line",
          figure: `${cut.right} of ${cut.all} cuts; ${killed.filter(({ read, written }) => read >= written && written > 0).length} of ${KILLS} killed processes lost nothing that was written`,
          bound: `all; ${KILLS} of ${KILLS}`,
          pass: cut.right === cut.all && killed.every(({ read, written, problems }) => written > 0 && read >= written && problems === 0),
        },
      ];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

/** Cuts the recording at every byte of its last lines. */
function cuts(recording: string): { readonly right: number; readonly all: number } {
  const lines = recording.split("\n").slice(0, 40);
  const whole = `${lines.join("\n")}\n`;
  const from = whole.lastIndexOf("\n", whole.length - 2) + 1;
  let right = 0;
  for (let end = from + 1; end < whole.length - 1; end += 1) {
    const reading = readRecording(whole.slice(0, end));
    if ("recording" in reading && reading.recording.entries.length === lines.length - 2 && reading.recording.warnings.length === 1)
      right += 1;
  }
  return { right, all: whole.length - 2 - from };
}
