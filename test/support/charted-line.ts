/**
 * A chart of fill weights after a week: approved limits, a shift with a signal that somebody closed, a recorded capability, and two
 * periods of which it was stated by itself: the second has too few values.
 */
import assert from "node:assert/strict";
import { ChartDesk } from "../../adapters/charts/index.ts";
import { ongoingCapability } from "../../adapters/charts/ongoing-capability.ts";
import { HistorianUnavailable, type Historian, type Point, toPoint } from "../../core/connect/history/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import { rowOf } from "../../core/connect/spine/index.ts";
import { type ChartView, drawnTags, type OngoingCapabilityEvent, ongoingEvent, type StudyView } from "../../core/model/charting/index.ts";
import { type Board, BoardServer, type PanelState } from "../../core/see/board/index.ts";
import { controlChartBoards } from "../../dashboards/control-chart.board.ts";
import { ANNA, demoModel, screensOf } from "./board-site.ts";
import { answered, FILL_WEIGHT, FILLER, fillWeek, type TestChart, testChart } from "./chart-desk.ts";

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const NOON = Date.UTC(2026, 2, 10, 12);
const PLACE = { site: "galway", line: "bottling.line01" };

export interface ChartedLine {
  readonly model: PlantModel;
  readonly desk: TestChart;
  readonly board: Board;
  readonly now: number;
  /** What the page of the chart shows of the last 8 h. */
  readonly view: ChartView;
  readonly ongoing: readonly OngoingCapabilityEvent[];
  /** What the spine stores of the chart: its samples, and what is said in the ledger. */
  readonly points: readonly Point[];
}

export async function chartedLine(): Promise<ChartedLine> {
  const model = await demoModel();
  let now = NOON;
  const desk = testChart(model, () => now);
  const page = new ChartDesk(desk.ports, screensOf(desk.ports));
  const person = { ...ANNA, roles: ["engineer", "quality"] as const };
  let sent = 0;
  async function act<T>(said: object): Promise<T> {
    const { status, body } = await answered(() => page.act(person, FILL_WEIGHT, said));
    assert.equal(status, 200, JSON.stringify(body));
    return body as T;
  }
  const signed = (): { id: string; made: number } => ({ id: `deed-${String((sent += 1)).padStart(4, "0")}`, made: now });
  await fillWeek(desk);
  const week = { from: NOON - WEEK, to: NOON, scope: {} };
  const { signals } = await act<StudyView>({ action: "study", ...week, exclusions: [] });
  const exclusions = signals.map(({ at }) => ({ at, cause: "valve 7 leaked" }));
  await act({ action: "propose", ...week, exclusions, comment: "a week after the service" });
  await act({ action: "review", version: 1 });
  await act({ action: "approve", version: 1, comment: "in control", effective_from: null });
  const limits = { lower: 490, upper: 512, target: 501 };
  await act({ action: "record-capability", ...signed(), ...week, ...limits, from: NOON - 24 * HOUR, comment: "for the customer" });
  now = NOON + 8 * HOUR;
  await desk.fill(8 * HOUR, 2 * HOUR);
  await desk.fill(2 * HOUR, 0, 9);
  const before = await page.view(person, FILL_WEIGHT, 8);
  const signal = before?.signals.find(({ part }) => part === "level");
  const about = { ...signed(), signal: signal?.start, part: "level" };
  await act({ action: "close", ...about, cause: "valve 7 leaks", done: "seal changed" });
  await act({ action: "comment", ...about, ...signed(), comment: "ordered a spare" });
  const ongoing = await ongoingOf(desk, model, [NOON + 3.25 * HOUR, NOON + 6 * HOUR], [NOON + 7 * HOUR, NOON + 8 * HOUR]);
  const view = await page.view(person, FILL_WEIGHT, 8);
  assert.ok(view);
  const [board] = controlChartBoards(model, [{ asset: FILLER, chart: "fill-weight" }]);
  assert.ok(board);
  page.close();
  return { model, desk, board, now, view, ongoing, points: await storedOf(desk, NOON - WEEK, now + HOUR) };
}

/** What a twin-capability states of these periods; they are in the ledger, the first of them first as something else. */
async function ongoingOf(
  { ports, ledger }: TestChart,
  model: PlantModel,
  ...spans: readonly (readonly [from: number, to: number])[]
): Promise<readonly OngoingCapabilityEvent[]> {
  const [one] = ports.charts();
  assert.ok(one);
  const minimum = { index: "Ppk", value: 1.33, by: "value" } as const;
  const events: OngoingCapabilityEvent[] = [];
  for (const [from, to] of spans) {
    const period = { from, to, key: from, shift: "early", productionDay: "2026-03-10" };
    const asked = { period, subgroups: 100, specification: {} };
    const finding = await ongoingCapability(asked, one, { ...ports, model: () => model, dropped: () => false });
    events.push(ongoingEvent(one.chart.definition, "shift", minimum, finding));
  }
  const [first] = events;
  const by = { author: "node:twin-capability", reason: "end of the period" };
  await ledger.record(first === undefined ? [] : [{ ...first, data: { ...first.data, subgroups: 1 } }], by, ports.now());
  await ledger.record(events, by, ports.now());
  return events;
}

/** Rows as the spine stores them: samples of the chart, and all that the ledger has. */
export async function storedOf(desk: TestChart, from: number, to: number): Promise<Point[]> {
  const tags = (["level", "spread"] as const).flatMap((part) => drawnTags({ asset: FILLER, chart: "fill-weight" }, part));
  const samples = (await desk.ports.samples(tags, from, to)).map((one) => toPoint(one, () => PLACE));
  return [...samples.filter((one) => "fields" in one), ...desk.ledger.entries.map((entry) => rowOf(entry, () => PLACE))];
}

/** Every panel of a board as the viewer gets it from a store. */
export async function panelsOf(board: Board, historian: Pick<Historian, "query">, now: number): Promise<ReadonlyMap<string, PanelState>> {
  const clock = { now: () => now, after: () => () => undefined };
  const faults: string[] = [];
  const server = new BoardServer({ historian, clock, shiftsOf: () => () => null, fault: (sentence) => faults.push(sentence) });
  const panels = board.rows.flatMap((row) => row.panels);
  const states = new Map<string, PanelState>();
  const choices = Object.fromEntries(board.variables.map((variable) => [variable.name, variable.default]));
  await new Promise<void>((resolve) => {
    server.open(
      { board, range: board.range, choices },
      {
        send: (message) => {
          if ("result" in message) states.set(message.panel, { ...message.state, result: message.result });
          if (states.size === panels.length) resolve();
          return true;
        },
      },
    );
  });
  server.close();
  if (faults.length > 0) throw new HistorianUnavailable(faults.join(" "));
  return states;
}

/** The figures of a chart that page and board have in common, by instant. */
export function figuresOfPage(points: ChartView["points"]["level"]): unknown[] {
  return points.map(({ at, value, centre, lower, upper, rules }) => [at, value, centre, lower, upper, rules.length > 0 ? value : null]);
}

export function figuresOfBoard(state: PanelState | undefined): unknown[] {
  const result = state?.result?.main;
  const place = (name: string): number => (result?.columns.indexOf(name) ?? -1) + 1;
  return (result?.series[0]?.rows ?? []).map((row) => [
    row[0],
    ...["value", "centre", "lower", "upper", "signal"].map((name) => row[place(name)] ?? null),
  ]);
}
