/** Minutes that are stated, and stated again with the next revision: what machines, lines and meters have in common. */
export { finite, MINUTE, onGrid, pieces, READ_AT_ONCE, type Stretch } from "./grid.ts";
export {
  type Accepts,
  type CalculatorOptions,
  DEFAULT_OPTIONS,
  type Meanwhile,
  type PushBounds,
  type PushedMinutes,
  type RestatedMinutes,
} from "./options.ts";
export type { Missing } from "./refused.ts";
export { type MinutesState, type Recomputed, RevisedMinutes } from "./revised-minutes.ts";
export type { Revisions } from "./statements.ts";
