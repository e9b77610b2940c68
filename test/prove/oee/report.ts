/** The shift report beside the ledger it is made from, before and after corrections. */
import { atomOf, NOTHING, OEE_ATOM, type OeeAtomEvent, ratios, sumMeasures, timeElements } from "../../../core/operate/oee/index.ts";
import { SHIFT_REPORT } from "../../../core/operate/shift-report/index.ts";
import { END, LINE, MINUTE, ReportedPlant, said, shiftOfSamples, START } from "../../support/reported-plant.ts";
import { row } from "../../support/proof-row.ts";
import type { Proof } from "../proof.ts";

export const report: Proof = {
  title: "shift report",
  async run() {
    const plant = new ReportedPlant();
    await plant.push(shiftOfSamples());
    const apart: number[] = [];
    const sheets = [await plant.sheet()];
    apart.push(await deviation(plant));
    for (let times = 0; times < 5; times += 1) sheets.push(await plant.sheet());
    const recordedFirst = JSON.stringify((await plant.ledger.revisions(SHIFT_REPORT, LINE, START))[0]?.data ?? {});
    const once = sheets.every(({ revision }) => revision === 1);

    const stop = START + 60 * MINUTE;
    const jam = { action: "assign", from: stop, to: null, reason: "jam", bucket: "failure" } as const;
    await plant.say(stop, { id: "said-0001", made: plant.now, seen_end: null, ...jam });
    const named = await plant.sheet();
    apart.push(await deviation(plant));
    await plant.push([said("state", 90, 6)]);
    const shorter = await plant.sheet();
    apart.push(await deviation(plant));
    const kept = await plant.ledger.revisions(SHIFT_REPORT, LINE, START);
    const unchanged = JSON.stringify(kept[0]?.data ?? {}) === recordedFirst;
    return [
      row(
        "every figure of the report is what the latest minutes in the ledger add up to, also after corrections",
        `largest deviation of OEE, A, P, Q, planned time, units and losses in 3 revisions: ${Math.max(...apart)}`,
        "1e-12",
        Math.max(...apart) <= 1e-12,
      ),
      row("asked again it is the same revision", once ? "6 × revision 1" : "more revisions", "revision 1", once),
      row(
        "a named stop and a late sample each make the next revision, and the first one stays as it was",
        `revisions ${named.revision} and ${shorter.revision}, ${kept.length} kept, the first ${unchanged ? "unchanged" : "changed"}`,
        "2 and 3, 3 kept, unchanged",
        named.revision === 2 && shorter.revision === 3 && kept.length === 3 && unchanged,
      ),
    ];
  },
};

/** Of the sheet from what is added up here, relative to its size. */
async function deviation(plant: ReportedPlant): Promise<number> {
  const { report: shown } = await plant.sheet();
  const [machine] = shown.machines;
  if (machine === undefined) return Number.POSITIVE_INFINITY;
  const entries = await plant.ledger.latest({ kind: OEE_ATOM, asset: machine.asset, from: START, to: END, limit: 10_000 });
  const inShift = entries.filter(({ start, data }) => start >= START && start < END && data["shift"] === "early");
  const sum = sumMeasures(inShift.map((entry) => atomOf(entry as unknown as OeeAtomEvent).measures));
  const { availability, performance, quality, oee } = ratios(sum);
  const { pbt } = timeElements(sum);
  const good = sum.total - sum.scrap - sum.rework;
  const lost = shown.losses.reduce((all, { ms }) => all + ms, 0);
  const pairs: [number | null, number | null][] = [
    [machine.oee, oee],
    [machine.availability, availability],
    [machine.performance, performance],
    [machine.quality, quality],
    [machine.planned_ms, pbt],
    [machine.total, sum.total],
    [machine.good, good],
    [machine.scrap, sum.scrap],
    [lost, pbt - (sum.idealTotalUs - sum.idealScrapUs - sum.idealReworkUs) / 1000],
  ];
  if (sum === NOTHING || pairs.some(([a, b]) => a === null || b === null)) return Number.POSITIVE_INFINITY;
  return Math.max(...pairs.map(([a, b]) => Math.abs(Number(a) - Number(b)) / Math.max(1, Math.abs(Number(b)))));
}
