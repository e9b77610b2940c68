/** The worker side of `study-thread.ts`: what is computed of recorded values. */
import { type ChartDefinition, RecordedStudy } from "../../core/model/charting/index.ts";
import type { ThreadRequest } from "../threads/remote-thread.ts";
import { callMethod, type Methods, serve } from "../threads/serve.ts";

const studies = new Map<number, RecordedStudy>();
let last = 0;

serve((request: ThreadRequest) => {
  if (request.object === 0) {
    const [definition, from] = request.args as [ChartDefinition, number];
    studies.set((last += 1), new RecordedStudy(definition, from));
    return last;
  }
  if (request.method === "close") return void studies.delete(request.object);
  const study = studies.get(request.object);
  if (!study) throw new Error("This study was closed.");
  return callMethod(study as unknown as Methods, request);
});
