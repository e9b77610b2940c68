/** The worker side of `study-thread.ts`: what is computed of recorded values, and what is simulated. */
import { type ChartDefinition, RecordedStudy } from "../../core/model/charting/index.ts";
import { expectedFalseAlarmsPerDay, type Limits, type RuleSet } from "../../core/model/spc/index.ts";
import type { ThreadRequest } from "../threads/remote-thread.ts";
import { callMethod, type Methods, serve } from "../threads/serve.ts";

export type Opening = readonly ["study", ChartDefinition, number] | readonly ["simulation"];

const SIMULATION = {
  /** False alarms of a chart with these rules, in so many points. */
  falseAlarms(limits: Limits, rules: RuleSet, points: number): number {
    return expectedFalseAlarmsPerDay(limits, rules, points);
  },
};
export type Simulation = typeof SIMULATION;

const opened = new Map<number, Methods>();
let last = 0;

function open([what, ...rest]: Opening): Methods {
  if (what === "simulation") return SIMULATION as unknown as Methods;
  const [definition, from] = rest as [ChartDefinition, number];
  return new RecordedStudy(definition, from) as unknown as Methods;
}

serve((request: ThreadRequest) => {
  if (request.object === 0) {
    opened.set((last += 1), open(request.args as Opening));
    return last;
  }
  if (request.method === "close") return void opened.delete(request.object);
  const object = opened.get(request.object);
  if (!object) throw new Error("This study was closed.");
  return callMethod(object, request);
});
