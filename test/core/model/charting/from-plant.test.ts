import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadPlant, type PlantModel } from "../../../../core/connect/model/index.ts";
import { type ChartRequest, chartsOf } from "../../../../core/model/charting/index.ts";
import { DEFAULT_RULES, mean, sd } from "../../../../core/model/spc/index.ts";
import { seeded } from "../../../support/spc-charts.ts";

const LINE = "acme.galway.bottling.line01";
const REQUEST: ChartRequest = {
  chart: "fill-weight",
  kinds: ["xbar", "r"],
  tag: "fill_weight",
  sizeTag: "",
  size: 5,
  everyMs: 300_000,
  graceMs: null,
  unit: "",
  byProduct: true,
  recipeTag: "",
  stageTag: "",
  latenessMs: 10_000,
  spanMs: 0,
  rules: DEFAULT_RULES,
  given: null,
  width: { sigmas: 3 },
  parameters: {},
  nominal: "",
  nominalSigma: "",
  estimator: null,
  reactionPlan: "",
};

function counter(name: string): object {
  return { tag: `${LINE}.filler01._filler_v1.${name}`, unit: "{bottles}", maximum: 4_294_967_295 };
}

describe("charts of the machines of a plant", () => {
  const files = globSync("plant/site/*.yaml").map((file) => ({ name: path.basename(file), text: readFileSync(file, "utf8") }));
  const reading = loadPlant(files);
  assert.ok("model" in reading);
  const model: PlantModel = reading.model;
  const bound = (request: Partial<ChartRequest>, target = `${LINE}.filler01`) =>
    chartsOf(model, { bind: "asset", target }, { ...REQUEST, ...request });
  const hand = (request: Partial<ChartRequest>) => bound({ tag: "", unit: "N.cm", ...request });

  it("take a tag by its name within the machine, and the product and the heartbeat from its roles", () => {
    const [chart] = bound({}).charts;
    assert.deepEqual(chart?.source, {
      from: "values",
      tag: `${LINE}.filler01._filler_v1.fill_weight`,
      subgrouping: { by: "count", size: 5, everyMs: 300_000 },
    });
    assert.deepEqual(chart.circumstances, { product: `${LINE}.filler01._filler_v1.product` });
    assert.deepEqual([chart.heartbeat, chart.unit], [`${LINE}.filler01._filler_v1.heartbeat`, "g"]);
  });

  it("count defective units among those that the machine has processed, with the roll-over of both counters", () => {
    const [chart] = bound({ kinds: ["p"], tag: "defective_count" }).charts;
    assert.deepEqual(chart?.source, {
      from: "counters",
      count: counter("defective_count"),
      size: counter("processed_count"),
      everyMs: 300_000,
    });
  });

  it("of rare events count good units from one to the next, or hours; neither needs an interval", () => {
    const [g, t] = [
      bound({ kinds: ["g"], tag: "defective_count", everyMs: 0, given: { centre: 99, sigma: 1 } }),
      bound({ kinds: ["t"], tag: "defective_count" }),
    ];
    assert.deepEqual(g.charts[0]?.source, { from: "events", count: counter("defective_count"), size: counter("processed_count") });
    assert.equal(g.charts[0]?.given?.limits.parameters.median, 68, "half of geometric counts with the mean 99 are 68 or less");
    assert.deepEqual([t.charts[0]?.source.from, t.charts[0]?.unit], ["events", "h"]);
  });

  it("of hours between events are given by their mean alone, of which the limits of the 3.6th root follow", () => {
    const [t] = bound({ kinds: ["t"], tag: "defective_count", given: { centre: 48, sigma: 1 } }).charts;
    const { centre = 0, sigma = 0 } = t?.given?.limits ?? {};
    const random = seeded(48);
    const roots = Array.from({ length: 50_000 }, () => (-48 * Math.log(1 - random())) ** (1 / 3.6));
    assert.ok(Math.abs(mean(roots) - centre) < (4 * sigma) / Math.sqrt(roots.length), `${mean(roots)} and ${centre}`);
    assert.ok(Math.abs(sd(roots) / sigma - 1) < 0.02, `${sd(roots)} and ${sigma}`);
  });

  it("of Z know each product by its nominal value and its standard deviation", () => {
    const z = { kinds: ["z", "z-mr"], nominal: "net_weight", given: { centre: 0, sigma: 1 } } as const;
    assert.match(bound({ ...z, nominalSigma: "net_weight_sigma" }).faults[0] ?? "", /"net_weight" and "net_weight_sigma"/);
    const [chart] = bound({ ...z, nominalSigma: "net_weight" }).charts;
    assert.deepEqual(chart?.given?.limits.parameters.parts?.["lemon-330"], { nominal: 337, sigma: 337 });
  });

  it("of short runs know every product by its nominal value", () => {
    const [chart] = bound({ kinds: ["dnom", "dnom-mr"], nominal: "net_weight", given: { centre: 1.5, sigma: 2 } }).charts;
    assert.deepEqual(chart?.given?.limits.parameters.parts?.["lemon-330"], { nominal: 337 });
    assert.equal(chart.given?.spread?.kind, "dnom-mr");
  });

  it("without a tag are measured by hand, after a plan where there is an interval", () => {
    assert.deepEqual(hand({ everyMs: 0 }).charts[0]?.source, { from: "hand", plan: null });
    const plan = { everyMs: 300_000, size: 5, graceMs: 75_000 };
    assert.deepEqual([hand({}).charts[0]?.source, hand({}).charts[0]?.unit], [{ from: "hand", plan }, "N.cm"]);
    assert.deepEqual(hand({ graceMs: 900_000, kinds: ["i", "mr"] }).charts[0]?.source, {
      from: "hand",
      plan: { ...plan, size: 1, graceMs: 300_000 },
    });
    assert.match(hand({ unit: "torques" }).faults[0] ?? "", /filler01: .*torques/);
  });

  it("say in one sentence what a machine lacks, and chart the others", () => {
    const all = chartsOf(model, { bind: "pattern", target: `${LINE}.*` }, REQUEST);
    assert.deepEqual(
      all.charts.map(({ asset }) => asset),
      [`${LINE}.filler01`],
    );
    assert.match(all.faults.find((fault) => fault.includes("capper01")) ?? "", /has no tag "fill_weight"; it has .*torque/);
    assert.match(bound({ tag: "product" }).faults[0] ?? "", /is no number/);
    assert.match(bound({ kinds: ["p"], tag: "defective_count", everyMs: 0 }).faults[0] ?? "", /needs the interval/);
    assert.match(bound({ recipeTag: "recipe" }).faults[0] ?? "", /has no tag "recipe"/);
    assert.match(bound({ kinds: ["p"], tag: "defective_count", given: { centre: 2, sigma: 1 } }).faults[0] ?? "", /mean proportion is 2/);
  });
});
