/** The board of control charts: its figures are those of the chart itself, from the embedded historian and from InfluxDB. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { InfluxHistorian } from "../../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../../adapters/sqlite/thread.ts";
import { encodeLine, type Historian, joinLines } from "../../../core/connect/history/index.ts";
import type { PanelState } from "../../../core/see/board/index.ts";
import { type ChartedLine, chartedLine, figuresOfBoard, figuresOfPage, panelsOf } from "../../support/charted-line.ts";
import { needInfluxd, startInfluxd } from "../../support/influxd.ts";
import type { Proof, ProofResult } from "../proof.ts";

export const boards: Proof = {
  title: "The board of control charts shows what the charts say",
  async run(progress) {
    const line = await chartedLine();
    progress("a week of subgroups, approved limits, a signal that was closed, a recorded capability");
    const results = [await embedded(line)];
    progress("the embedded historian has answered");
    if (!needInfluxd()) {
      const figure = "influxd is not installed";
      return [...results, { claim: "the same from InfluxDB", figure, bound: "the server runs", pass: false }];
    }
    return [...results, await influx(line)];
  },
};

async function embedded(line: ChartedLine): Promise<ProofResult> {
  const folder = await mkdtemp(path.join(tmpdir(), "twinline-board-proof-"));
  const thread = new SqliteThread();
  try {
    const historian = new EmbeddedHistorian(await thread.open("history", path.join(folder, "history.sqlite"), {}));
    return await held(line, historian, "points, limits, marks, signals and capability from the embedded historian");
  } finally {
    await thread.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function influx(line: ChartedLine): Promise<ProofResult> {
  const influxd = await startInfluxd();
  try {
    return await held(line, new InfluxHistorian({ url: influxd.url, database: "spc" }), "the same from InfluxDB");
  } finally {
    await influxd.stop();
  }
}

async function held(line: ChartedLine, historian: Historian, claim: string): Promise<ProofResult> {
  await historian.prepare();
  const lines = line.points.map(encodeLine).filter((one) => typeof one === "string");
  await historian.write(joinLines(lines));
  const panels = await panelsOf(line.board, historian, line.now);
  const counts = [
    equal(figuresOfBoard(panels.get("level")), figuresOfPage(line.view.points.level)),
    equal(figuresOfBoard(panels.get("spread")), figuresOfPage(line.view.points.spread)),
    equal(signalsOfBoard(panels.get("signals")), signalsOfPage(line)),
    equal(capabilityOfBoard(panels.get("capability")), capabilityOfLedger(line)),
  ];
  const [right, all] = [counts.reduce((sum, [same]) => sum + same, 0), counts.reduce((sum, [, of]) => sum + of, 0)];
  return {
    claim,
    figure: `${right} of ${all} rows equal to the last bit`,
    bound: "all, and some of each kind",
    pass: right === all && counts.every(([same]) => same > 0),
  };
}

/** How many of the rows are the same in both, and how many there are in the longer one. */
function equal(board: readonly unknown[], chart: readonly unknown[]): readonly [same: number, of: number] {
  const same = chart.filter((row, i) => JSON.stringify(row) === JSON.stringify(board[i])).length;
  return [same, Math.max(board.length, chart.length)];
}

function columnsOf(state: PanelState | undefined, names: readonly string[]): unknown[] {
  const { columns = [], series = [] } = state?.result?.main ?? {};
  const places = names.map((name) => columns.indexOf(name) + 1);
  return series.flatMap(({ tags, rows }) => rows.map((row) => [row[0], tags["part"] ?? "", ...places.map((place) => row[place] ?? null)]));
}

const byInstant = (rows: readonly unknown[]): unknown[] => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function signalsOfBoard(state: PanelState | undefined): unknown[] {
  return byInstant(columnsOf(state, ["state", "rules", "count", "limits_version", "by", "cause", "done"]));
}

function signalsOfPage({ view, now }: ChartedLine): unknown[] {
  const shown = [...view.signals, ...view.closed].filter(({ start }) => start >= now - 8 * 3_600_000);
  return byInstant(
    shown.map(({ start, part, end, rules, count, version, closed }) => [
      start,
      part,
      end === null ? "lasts" : "over",
      rules.map(({ text }) => text).join("; "),
      count,
      version,
      closed?.by ?? null,
      closed?.cause ?? null,
      closed?.done ?? null,
    ]),
  );
}

const INDICES = ["Cp", "Cpk", "Pp", "Ppk", "Ppm"] as const;

function capabilityOfBoard(state: PanelState | undefined): unknown[] {
  return columnsOf(state, [...INDICES.map((name) => `${name}_text`), "n", "ppm_observed", "ppm_expected", "limits_version", "by"]);
}

function capabilityOfLedger({ view }: ChartedLine): unknown[] {
  return view.capabilities.slice(0, 1).map(({ at, indices, n, observed, expected, limits_version: version, by }) => [
    at,
    "",
    ...INDICES.map((name) => {
      const { value, interval } = indices.find((one) => one.name === name) ?? { value: Number.NaN, interval: null };
      return `${value.toFixed(2)} (${interval?.lower.toFixed(2)} … ${interval?.upper.toFixed(2)})`;
    }),
    n,
    observed,
    expected,
    version,
    by,
  ]);
}
