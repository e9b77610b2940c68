import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isSample, type Sample } from "../../core/connect/sample/index.ts";
import { type FlowNode, type Runtime, startRuntime } from "../support/runtime.ts";

const LINE = "acme.galway.bottling.line01";
const QUARTER = 900_000;
const START = Math.floor(Date.now() / QUARTER) * QUARTER - 8 * QUARTER;

interface Wired {
  on(event: "input", hear: (message: { readonly payload: unknown }) => void): void;
  receive(message: object): void;
}

interface Template {
  readonly file: string;
  /** Of the ids of its nodes. */
  readonly prefix: string;
  /** Limits that people would approve. */
  readonly centre: number;
  readonly sigma: number;
  /** What a machine sends. */
  readonly sent: readonly Sample[];
  /** Statistics that leave for the historian, by chart. */
  readonly drawn: Readonly<Record<string, readonly number[]>>;
  /** Charts with a signal. */
  readonly signals: readonly string[];
}

const sample = (machine: string, tag: string, at: number, value: number | string): Sample => {
  return { tag: `${LINE}.${machine}.${tag}`, value, quality: "Good", timestamp: START + at * 1_000 };
};
const filler = (tag: string, at: number, value: number | string): Sample => sample("filler01._filler_v1", tag, at, value);
const pusher = (tag: string, at: number, value: number): Sample => sample("rejectpusher01._reject_pusher_v1", tag, at, value);
const PRODUCT = filler("product", -1, "still-500");

/** Five bottles in a row in each of four intervals of 5 min; the third is 12 g too heavy. */
const FIVES = [500, 501, 514, 500].flatMap((mean, interval) =>
  [-2, -1, 0, 1, 2].map((off, i) => filler("fill_weight", 300 * interval + i + 1, mean + off)),
);
const WEIGHED = [PRODUCT, ...FIVES, filler("heartbeat", 1_300, 1)];

const TEMPLATES: readonly Template[] = [
  {
    file: "spc-fill-weight",
    prefix: "fw",
    centre: 500,
    sigma: 2,
    sent: WEIGHED,
    drawn: { "fill-weight": [500, 501, 514, 500] },
    signals: ["fill-weight"],
  },
  {
    file: "spc-slow-drift",
    prefix: "sd",
    centre: 500,
    sigma: 2,
    sent: WEIGHED,
    drawn: { "fill-weight-ewma": [500, 500.2, 502.96, 502.368] },
    signals: ["fill-weight-cusum", "fill-weight-ewma"],
  },
  {
    file: "spc-reject-share",
    prefix: "rs",
    centre: 0.02,
    sigma: 1,
    sent: [0, 1, 2, 3, 4].flatMap((quarter) => [
      pusher("processed_count", 900 * quarter + 1, 1_000 * quarter),
      pusher("defective_count", 900 * quarter + 1, [0, 20, 40, 120, 140][quarter] ?? 0),
      pusher("heartbeat", 900 * quarter + 60, quarter),
    ]),
    drawn: { "reject-share": [0.02, 0.02, 0.08] },
    signals: ["reject-share"],
  },
  {
    file: "spc-short-run",
    prefix: "sr",
    centre: 1.5,
    sigma: 2.8,
    sent: [
      PRODUCT,
      ...[501, 503, 520].map((weight, i) => filler("fill_weight", 60 * i + 1, weight)),
      filler("product", 200, "still-750"),
      filler("fill_weight", 241, 752),
      filler("heartbeat", 400, 1),
    ],
    drawn: { "fill-deviation": [1, 3, 20, 2] },
    signals: ["fill-deviation"],
  },
];

/** What somebody gets who imports a template: the statistics of what their machine sends, and signals. */
describe("control chart templates at work in a real Node-RED", function () {
  this.timeout(60_000);
  let runtime: Runtime;

  before(async () => {
    runtime = await startRuntime();
  });
  after(() => runtime.stop());

  for (const { file, prefix, centre, sigma, sent, drawn, signals } of TEMPLATES)
    it(`draw and signal what they are sent: ${file}`, async () => {
      const flow = JSON.parse(readFileSync(`flows/${file}.json`, "utf8")) as FlowNode[];
      const here: Readonly<Record<string, object>> = {
        "twin-plant": { directory: path.resolve("plant/site") },
        "twin-historian": { store: "embedded", folder: file },
        "twin-spc": { limits: "given", centre, sigma },
      };
      await runtime.deploy(flow.map((node) => ({ ...node, ...here[node.type] })));
      const stored: unknown[] = [];
      runtime.node<Wired>(`${prefix}-store`).on("input", ({ payload }) => stored.push(...[payload].flat()));
      const values = (chart: string): number[] =>
        stored.flatMap((one) => (isSample(one) && one.tag.endsWith(`._spc_v1.${chart}.value`) ? [Number(one.value)] : []));
      const signalled = (): string[] => {
        const told = stored as readonly { readonly kind?: string; readonly data?: { readonly chart: string } }[];
        return [...new Set(told.flatMap(({ kind, data }) => (kind === "spc.signal.v1" && data ? [data.chart] : [])))].toSorted();
      };
      const whole = (): boolean => Object.entries(drawn).every(([chart, expected]) => values(chart).length >= expected.length);
      for (const node of flow.filter(({ type }) => type === "twin-spc")) runtime.node<Wired>(node.id).receive({ payload: [...sent] });
      for (const deadline = Date.now() + 30_000; !whole() && Date.now() < deadline; ) await pause(10);
      for (const [chart, expected] of Object.entries(drawn))
        assert.deepEqual(
          values(chart).map((value) => Number(value.toFixed(9))),
          expected,
          chart,
        );
      assert.deepEqual(signalled(), signals);
    });
});
