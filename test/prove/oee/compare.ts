/** `twinline compare` against sheets whose differences are known beforehand. */
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { twinline } from "../../support/command-line.ts";
import { COMPARED, comparedPlant } from "../../support/compared-plant.ts";
import { row, seeded } from "../../support/proof-row.ts";
import type { Proof } from "../proof.ts";

/** The shift of `comparedPlant`, worked out by hand, with the step that its tolerance does not cover. */
const TRUE = [
  { name: "oee", is: 0.75, tolerated: 0.0009, wrong: 0.0011 },
  { name: "availability", is: 420 / 450, tolerated: 0.0009, wrong: 0.0011 },
  { name: "performance", is: 40_500 / 120 / 420, tolerated: 0.0009, wrong: 0.0011 },
  { name: "quality", is: 1, tolerated: -0.0009, wrong: -0.0011 },
  { name: "planned_min", is: 450, tolerated: 0.09, wrong: 0.11 },
  { name: "run_min", is: 420, tolerated: 0.09, wrong: 0.11 },
  { name: "down_min", is: 30, tolerated: 0.09, wrong: 0.11 },
  { name: "external_min", is: 0, tolerated: 0.09, wrong: 0.11 },
  { name: "setup_min", is: 0, tolerated: 0.09, wrong: 0.11 },
  { name: "unknown_min", is: 0, tolerated: 0.09, wrong: 0.11 },
  { name: "total", is: 40_500, tolerated: 0, wrong: 1 },
  { name: "good", is: 40_500, tolerated: 0, wrong: 1 },
  { name: "scrap", is: 0, tolerated: 0, wrong: 1 },
] as const;
const SHEETS = 60;

export const compare: Proof = {
  title: "twinline compare against sheets with known differences",
  async run() {
    const dir = await comparedPlant();
    try {
      const random = seeded(11);
      let [made, found, missed, invented, codes] = [0, 0, 0, 0, 0];
      for (let i = 0; i < SHEETS; i += 1) {
        const wrong = new Set(TRUE.filter(() => i > 0 && random() < 0.3).map(({ name }) => name));
        const values = TRUE.map(({ name, is, tolerated, wrong: step }) => is + (wrong.has(name) ? step : random() < 0.5 ? tolerated : 0));
        writeFileSync(
          path.join(dir, "sheet.csv"),
          `date,shift,${TRUE.map(({ name }) => name).join()}\n2026-03-10,early,${values.join()}\n`,
        );
        const { code, out } = await twinline(dir, "compare", "sheet.csv", "--equipment", COMPARED);
        const named = new Set([...out.matchAll(/ {2}(\w+): yours /g)].map(([, name]) => name));
        made += wrong.size;
        found += [...wrong].filter((name) => named.has(name)).length;
        missed += [...wrong].filter((name) => !named.has(name)).length;
        invented += [...named].filter((name) => !wrong.has(name as never)).length;
        if (code !== (wrong.size === 0 ? 0 : 1)) codes += 1;
      }
      return [
        row(
          "it names every figure that differs by more than its tolerance, and no other",
          `${SHEETS} sheets, ${made} differences made, ${found} found, ${missed} missed, ${invented} invented`,
          "0 missed, 0 invented",
          made > 100 && missed === 0 && invented === 0,
        ),
        row("its exit code tells a sheet that agrees from one that does not", `${codes} of ${SHEETS} wrong`, "0", codes === 0),
      ];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
