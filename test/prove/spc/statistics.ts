/** Statistics over many recorded values: computed in another thread, while this one does what it has to do. */
import { ChartDesk } from "../../../adapters/charts/index.ts";
import { type CapabilityAnswer, type ReviewView, type StudyView } from "../../../core/model/charting/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { ANNA, demoModel, screensOf } from "../../support/board-site.ts";
import { answered, FILL_WEIGHT, FILLER, testChart } from "../../support/chart-desk.ts";
import { row, seeded } from "../../support/proof-row.ts";
import { noise } from "../../support/spc-charts.ts";
import { timed } from "../../support/turn-of-the-loop.ts";
import type { Proof, ProofResult } from "../proof.ts";

const [SECOND, HOUR] = [1_000, 3_600_000];
const NOW = Date.UTC(2026, 2, 10, 12);
const DAYS = 4;
/** As a store gives them. */
const PIECE = 5_000;

export const statistics: Proof = {
  title: "statistics over many values",
  async run() {
    const begin = NOW - DAYS * 24 * HOUR;
    const random = seeded(3);
    const values = Float64Array.from({ length: (NOW - begin) / SECOND }, () => 501 + 2 * noise(random));
    const tag = `${FILLER}._filler_v1.fill_weight`;
    async function* pieces(_tags: readonly string[], from: number, to: number): AsyncIterable<readonly Sample[]> {
      for (let at = Math.max(begin, from); at < Math.min(NOW, to); at += PIECE * SECOND) {
        await new Promise((resolve) => setImmediate(resolve));
        yield Array.from({ length: Math.min(PIECE, (to - at) / SECOND) }, (_, i): Sample => {
          const timestamp = at + i * SECOND;
          return { tag, value: values[(timestamp - begin) / SECOND] ?? null, quality: "Good", timestamp };
        });
      }
    }
    const { ports } = testChart(await demoModel(), () => NOW, { request: { kinds: ["i", "mr"], size: 1, everyMs: 0, byProduct: false } });
    const desk = new ChartDesk({ ...ports, pieces }, screensOf(ports));
    const person = { ...ANNA, roles: ["engineer", "quality"] as const };
    const ask = async <T>(body: object): Promise<T> => (await answered(() => desk.act(person, FILL_WEIGHT, body))).body as T;
    const window = { from: begin, to: NOW, scope: {} };
    // A baseline has at most 100,000 subgroups.
    const day = { ...window, from: NOW - 24 * HOUR };
    const specification = { lower: 490, upper: 512, target: null };
    try {
      // The middle of three days: the first also pays for the compiler, and any of them for the rest of this process.
      const studies = [];
      for (const ago of [2, 1, 0]) {
        const to = NOW - ago * 24 * HOUR;
        studies.push(await timed(() => ask<StudyView>({ action: "study", ...day, from: to - 24 * HOUR, to, exclusions: [] })));
      }
      const [, study = studies[0]] = studies.toSorted((one, other) => one.block - other.block);
      if (study === undefined) throw new Error("nothing was studied");
      await ask({ action: "propose", ...day, exclusions: [], comment: "a day" });
      const review = await timed(() => ask<ReviewView>({ action: "review", version: 1 }));
      const johnson = { ...window, ...specification, model: "johnson" };
      const capability = await timed(() => ask<CapabilityAnswer>({ action: "capability", ...johnson }));
      const stated = "stated" in capability.result ? capability.result.stated.n : 0;
      return [
        told("a baseline is studied", { seen: study.result.subgroups, of: 86_400 }, study),
        told("limits are reviewed against those in force", { seen: review.result.summary.subgroups, of: values.length }, review),
        told("a capability by a fitted distribution is stated", { seen: stated, of: values.length }, capability),
      ];
    } finally {
      desk.close();
    }
  },
};

function told(
  what: string,
  { seen, of }: { readonly seen: number; readonly of: number },
  { ms, block }: { readonly ms: number; readonly block: number },
): ProofResult {
  return row(
    `${what} from ${of.toLocaleString("en")} values without keeping Node-RED waiting`,
    `${seen.toLocaleString("en")} values in ${(ms / 1000).toFixed(1)} s, longest turn of the loop ${block.toFixed(1)} ms`,
    "all of them, ≤ 20 ms",
    seen === of && block <= 20,
  );
}
