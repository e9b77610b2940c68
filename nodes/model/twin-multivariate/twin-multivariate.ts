import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { RecordedSamples } from "../../operate/bound/recorded.ts";
import { chartsAtWork } from "../charts/charts-at-work.ts";
import { blamedIn, blamingConditions } from "./conditions.ts";
import { multivariateRequest } from "./multivariate-request.ts";
import declaration from "./twin-multivariate.node.ts";

export default defineNode(declaration, (node) => {
  const { config } = node;
  const raising = { priority: config.priority, onDelayMs: Math.round(config.onDelaySeconds * 1000), over: new Set<string>() };
  return chartsAtWork(node, {
    plant: node.api<PlantService>(config.plant, "twin-plant"),
    recorded: node.api<RecordedSamples>(config.historian, "twin-historian"),
    binding: { bind: config.bind, target: config.target },
    request: multivariateRequest(config),
    conditions: (events) => blamingConditions(events, raising, node),
    lasting: (signals) =>
      node.text(signals.length === 1 ? "oneSignal" : "signal", { count: signals.length, blamed: blamedIn(node, signals[0].data) }),
  });
});
