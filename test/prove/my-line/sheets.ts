/** Sheets and revisions by the command line that users have. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createHash } from "node:crypto";
import { PlantHistory } from "../../../adapters/files/plant-history.ts";
import { TagMap } from "../../../core/connect/tag-map/index.ts";
import { BROKEN_SHEETS, GOOD_SHEET } from "../../support/broken-sheets.ts";
import { twinline } from "../../support/command-line.ts";
import { plantFiles } from "../../core/connect/plant-files.ts";
import type { Proof } from "../proof.ts";

const BY = ["--apply", "--author", "proof", "--reason", "proof"];
const GOLDEN = `golden:
  - { address: "ns=2;s=PLC1.Wt", value: 13824, expect: { tag: hall.line.filler._filler_v1.weight, value: 0.6, unit: kg } }
`;
const READINGS = 10_000;

export const sheets: Proof = {
  title: "sheets, golden pairs and rollback",
  async run() {
    const dir = mkdtempSync(path.join(tmpdir(), "twinline-sheets-"));
    const plant = path.join(dir, "plant");
    try {
      const files = [...plantFiles(), { name: "golden.yaml", text: GOLDEN }, { name: "tags.csv", text: GOOD_SHEET }];
      const put = (name: string, text: string): void => writeFileSync(path.join(dir, name), text);
      mkdirSync(plant);
      for (const { name, text } of files) writeFileSync(path.join(plant, name), text);
      const untouched = fingerprint(plant);

      let exact = 0;
      for (const { text, at, says } of BROKEN_SHEETS) {
        put("tags.csv", text);
        const { code, err } = await twinline(dir, "model", "import", "tags.csv", ...BY);
        if (code === 1 && at.every((place) => err.includes(`tags.csv:${place} `)) && says.test(err)) exact += 1;
      }
      const unchanged = fingerprint(plant) === untouched;

      put("tags.csv", GOOD_SHEET.replace("27648", "32767"));
      const refused = await twinline(dir, "model", "import", "tags.csv", ...BY);
      const kept = refused.code === 1 && refused.err.includes("The golden pair is broken") && fingerprint(plant) === untouched;

      const first = await replay(plant);
      put("tags.csv", GOOD_SHEET.replace("PLC1.Lvl", "PLC9.Lvl").replace("0,27648,0,1200", "0,13824,0,600"));
      const changed = await twinline(dir, "model", "import", "tags.csv", ...BY);
      const between = await replay(plant);
      const back = await twinline(dir, "model", "rollback", "1", ...BY);
      const last = await replay(plant);
      return [
        {
          claim: "broken spreadsheets give row-exact errors and change nothing",
          figure: `${exact} of ${BROKEN_SHEETS.length} named at every faulty cell; plant files ${unchanged ? "unchanged" : "changed"}`,
          bound: "50 of 50, unchanged",
          pass: exact === 50 && BROKEN_SHEETS.length === 50 && unchanged,
        },
        {
          claim: "a mapping revision that breaks a golden pair is refused",
          figure: kept ? "refused with file and line; plant files unchanged" : refused.err || "accepted",
          bound: "refused, nothing written",
          pass: kept,
        },
        {
          claim: "a rollback gives byte-identical output on replay",
          figure: `${READINGS} readings replayed: sha256 ${first.slice(0, 12)} before, ${between.slice(0, 12)} after a change, ${last.slice(0, 12)} after the rollback`,
          bound: "first = last, changed in between",
          pass: changed.code === 0 && back.code === 0 && first === last && first !== between,
        },
      ];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

function fingerprint(folder: string): string {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return JSON.stringify(names.toSorted().map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}

/** What the mapping of the plant files makes of a recording, as one digest. */
async function replay(plant: string): Promise<string> {
  const { before } = await new PlantHistory(plant).stage(new Map());
  if ("problems" in before) throw new Error("the plant does not load");
  const map = new TagMap([], before.model);
  const readings = Array.from({ length: READINGS }, (_, at) => ({
    protocol: "opcua",
    address: ["ns=2;s=PLC1.Wt", "ns=2;s=PLC1.Lvl", "ns=2;s=PLC1.Tq", "ns=2;s=PLC9.Lvl"][at % 4],
    value: (at * 37) % 300,
    sourceTimestamp: 1_700_000_000_000 + at,
    received: 1_700_000_000_000 + at,
  }));
  const { samples, rejects } = map.map(readings, 1_700_000_000_000 + READINGS);
  return createHash("sha256")
    .update(JSON.stringify([samples, rejects]))
    .digest("hex");
}
