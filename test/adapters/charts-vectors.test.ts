import assert from "node:assert/strict";
import { ChartDesk, type ChartPorts } from "../../adapters/charts/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { Person } from "../../core/govern/identity/index.ts";
import { type Charted, ChartSamples, chartsOf, GovernedChart, type StudyView } from "../../core/model/charting/index.ts";
import { chartPath, versionOf } from "../../core/model/limits/index.ts";
import { fields } from "../../nodes/kit/configuration.ts";
import { multivariateRequest } from "../../nodes/model/twin-multivariate/multivariate-request.ts";
import declaration from "../../nodes/model/twin-multivariate/twin-multivariate.node.ts";
import { demoModel, screensOf } from "../support/board-site.ts";
import { answered } from "../support/chart-desk.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";
import { ASSET, MINUTE, sample, PRODUCT, T0 } from "../support/spc-stream.ts";
import { asSamples, filling, over, PRESSURE, TIME } from "../support/vector-stream.ts";

const PATH = `${ASSET}.filling`;
const person = (name: string, ...roles: Person["roles"][number][]): Person => ({ name, label: name, roles, scope: ["*"] });
const [OPERATOR, ENGINEER, QUALITY] = [person("olga", "operator"), person("erik", "engineer"), person("quinn", "quality")];
const BASELINE = { from: T0, to: T0 + 200 * MINUTE, scope: { product: "still-500" } };
/** What the form says of a new node. */
const FORM = Object.fromEntries(fields(declaration).flatMap(([key, field]) => (field.default === undefined ? [] : [[key, field.default]])));

async function deployed() {
  let now = T0 + 201 * MINUTE;
  const model = await demoModel();
  const tags = "bowl_pressure\nfill_time\nproduct_temperature";
  const request = multivariateRequest({ ...FORM, chart: "filling", tags, everySeconds: 60 } as Parameters<typeof multivariateRequest>[0]);
  const [definition] = chartsOf(model, { bind: "asset", target: ASSET }, request).charts;
  assert.ok(definition !== undefined);
  const [chart, made, ledger] = [new GovernedChart(definition), new ChartSamples(definition), new MemoryLedger()];
  const recorded: Sample[] = [];
  const within = (ids: readonly string[], from: number, to: number): Sample[] =>
    recorded.filter(({ tag, timestamp }) => ids.includes(tag) && timestamp >= from && timestamp < to);
  const take = async (samples: readonly Sample[]): Promise<Charted> => {
    const charted = chart.push(samples);
    recorded.push(...samples, ...made.samples(charted.points));
    await ledger.record(charted.events, { author: "node:twin-multivariate", reason: "signal" }, now);
    return charted;
  };
  const ports: ChartPorts = {
    model: () => model,
    charts: () => [{ chart, request, since: null }],
    ledger: () => ledger,
    now: () => now,
    secondPerson: true,
    samples: async (ids, from, to) => within(ids, from, to),
    async *pieces(ids, from, to) {
      yield within(ids, from, to);
    },
    state: async (statements, by) => {
      const entries = await ledger.record(statements as never, by, now);
      chart.govern((await ledger.latest({ asset: chartPath(definition) })).flatMap((entry) => versionOf(entry) ?? []));
      return { entries, rejects: [] };
    },
  };
  await take([sample(PRODUCT, 0, "still-500"), ...asSamples(filling(3, 200)), over(200)]);
  const desk = new ChartDesk(ports, screensOf(ports));
  return { desk, chart, take, later: (minute: number) => (now = T0 + minute * MINUTE) };
}

describe("a chart of several tags on the page of control charts", () => {
  it("is judged by means and covariances that one person proposed and another approved, and its signal says who is to blame", async () => {
    const { desk, chart, take, later } = await deployed();
    const study = await answered(() => desk.act(ENGINEER, PATH, { action: "study", ...BASELINE, exclusions: [] }));
    const { variables, warnings, level } = study.body as StudyView;
    assert.deepEqual(
      variables?.map(({ tag, unit, mean }) => [tag.split(".").at(-1), unit, Number(mean.toPrecision(2))]),
      [
        ["bowl_pressure", "bar", 1.6],
        ["fill_time", "ms", 4_000],
        ["product_temperature", "Cel", 6],
      ],
    );
    assert.deepEqual([warnings, level.lower], [[], null]);
    const proposal = { action: "propose", ...BASELINE, exclusions: [], comment: "after the service" };
    assert.equal((await desk.act(OPERATOR, PATH, proposal)).status, 403);
    assert.equal((await answered(() => desk.act(ENGINEER, PATH, proposal))).status, 200);
    const approval = { action: "approve", version: 1, comment: "in control", effective_from: null };
    assert.equal((await desk.act(QUALITY, PATH, approval)).status, 409, "nothing is approved unseen");
    assert.equal((await answered(() => desk.act(QUALITY, PATH, { action: "review", version: 1 }))).status, 200);
    assert.equal((await desk.act(ENGINEER, PATH, approval)).status, 403);
    assert.equal(chart.version, null);
    assert.equal((await desk.act(QUALITY, PATH, approval)).status, 200);
    later(206);
    await take([
      ...asSamples(
        [
          [1.6, 4_000, 6],
          [1.63, 4_030, 6],
        ],
        undefined,
        203,
      ),
      over(205),
    ]);
    const view = await desk.view(QUALITY, PATH, 8);
    assert.deepEqual([view?.version, view?.specifications, view?.versions[0]?.variables?.length], [1, null, 3]);
    assert.deepEqual(
      view?.points.level.map(({ rules }) => rules.join()),
      ["", "beyond-limits"],
    );
    const [signal] = view?.signals ?? [];
    assert.deepEqual(signal?.blamed?.variables.map(({ tag }) => tag).toSorted(), [PRESSURE, TIME]);
    assert.equal(signal?.blamed?.together, true);
  });

  it("states no capability: that is of one tag", async () => {
    const { desk } = await deployed();
    const asked = { action: "capability", from: T0, to: T0 + MINUTE, scope: {}, lower: 1, upper: 2, target: null };
    assert.equal((await desk.act(QUALITY, PATH, asked)).status, 422);
  });
});
