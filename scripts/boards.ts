/** `node scripts/boards.ts`: Grafana's files from the board specs; `--check` only says whether they are up to date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dashboardJson, datasourceYaml, providersYaml } from "../adapters/grafana/index.ts";
import { readPlantDirectory } from "../adapters/files/plant-files.ts";
import { boardFaults } from "../core/see/board/index.ts";
import { boardsOf } from "../dashboards/boards.ts";
import { alarmBoards } from "../dashboards/alarms.board.ts";
import { controlChartBoards } from "../dashboards/control-chart.board.ts";
import { fillBoards } from "../dashboards/fill-weight.board.ts";
import { packmlBoards } from "../dashboards/packml.board.ts";

const TARGET = "dashboards/grafana";

const reading = await readPlantDirectory("plant/site");
if (!("model" in reading)) throw new Error("The demo plant model is faulty; run the tests of the model.");
const boards = [
  ...boardsOf(reading.model),
  ...packmlBoards(reading.model),
  ...alarmBoards(reading.model),
  ...fillBoards(reading.model),
  ...controlChartBoards(reading.model),
];
const faults = boards.flatMap((board) => boardFaults(board).map((fault) => `${board.id}: ${fault}`));
const files = new Map([
  ["provisioning/datasources/twinline.yaml", datasourceYaml()],
  ["provisioning/dashboards/twinline.yaml", providersYaml()],
  ...boards.map((board) => [`dashboards/${board.id}.json`, `${JSON.stringify(dashboardJson(board), null, 2)}\n`] as const),
]);

const stale = [...files].filter(
  ([name, text]) => !existsSync(path.join(TARGET, name)) || readFileSync(path.join(TARGET, name), "utf8") !== text,
);
if (process.argv.includes("--check")) {
  for (const [name] of stale) console.error(`${TARGET}/${name} is not up to date; run: node scripts/boards.ts`);
} else {
  for (const [name, text] of stale) {
    mkdirSync(path.dirname(path.join(TARGET, name)), { recursive: true });
    writeFileSync(path.join(TARGET, name), text);
    console.log(`${TARGET}/${name}`);
  }
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 || (process.argv.includes("--check") && stale.length > 0) ? 1 : 0);
