import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { RecordedSamples } from "../../operate/bound/recorded.ts";
import { chartsAtWork } from "../charts/charts-at-work.ts";
import { conditionsOf, ruleIn } from "../charts/conditions.ts";
import { OverdueMeasurements } from "../charts/overdue.ts";
import { chartRequest, rulesOf } from "./chart-request.ts";
import { endpoints } from "./endpoints.ts";
import declaration from "./twin-spc.node.ts";

export default defineNode(
  declaration,
  (node) => {
    const { config } = node;
    const rules = rulesOf(config);
    if ("message" in rules) throw new Error(node.text(rules.text, rules.values));
    const request = chartRequest(config, rules);
    if (typeof request === "string") throw new Error(node.text(request));
    const raising = { priority: config.priority, onDelayMs: Math.round(config.onDelaySeconds * 1000), over: new Set<string>() };
    return chartsAtWork(node, {
      plant: node.api<PlantService>(config.plant, "twin-plant"),
      recorded: config.historian === undefined ? undefined : node.api<RecordedSamples>(config.historian, "twin-historian"),
      binding: { bind: config.bind, target: config.target },
      request,
      conditions: (events, unit) => conditionsOf(events, raising, node, unit),
      lasting: (signals) => {
        const [rule] = signals[0].data.rules;
        const said = rule === undefined ? "" : ruleIn(node, rule);
        return node.text(signals.length === 1 ? "oneSignal" : "signal", { count: signals.length, rule: said });
      },
      overdue: new OverdueMeasurements({
        priority: config.priority,
        text: (chart, time, size) => node.text("overdue", { chart, time, size }),
      }),
    });
  },
  endpoints,
);
