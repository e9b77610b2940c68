/** The clock of the twin nodes: the computer's, or the one of a replay. */
import type { NodeAPI } from "node-red";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { TwinlineSettings } from "./node.ts";

export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, job) {
    const timer = setTimeout(job, ms);
    return () => clearTimeout(timer);
  },
  every(ms, job) {
    const timer = setInterval(job, ms);
    return () => clearInterval(timer);
  },
};

/**
 * `settings.twinline.clock` is honoured only beside `replay: true`, which the test bench sets in a Node-RED of its own: a
 * plant lives by the computer's clock.
 */
export function clockOf(RED: Pick<NodeAPI, "settings">): Clock {
  const { clock, replay } = (RED.settings as { twinline?: TwinlineSettings }).twinline ?? {};
  return replay === true && clock !== undefined ? clock : REAL_CLOCK;
}
