/** What an `OeeCalculator` answers and stores. */
import type { MinutesState, PushedMinutes, RestatedMinutes } from "../minutes/index.ts";
import type { AssignedStretch } from "./assigned.ts";
import type { OeeAtomEvent } from "./atom-event.ts";
import type { StatedProduction } from "./production.ts";
import type { ReadingsState } from "./readings.ts";
import type { RunningState } from "./running.ts";

export type Pushed = PushedMinutes<OeeAtomEvent>;
export type Reassignment = RestatedMinutes<OeeAtomEvent>;

export interface CalculatorState extends MinutesState {
  readonly version: 1;
  readonly dataTime: number | null;
  readonly readings: ReadingsState;
  readonly running: RunningState;
  /** Absent in snapshots from before time could be assigned. */
  readonly assigned?: readonly AssignedStretch[];
  /** Assigned time before this has been forgotten. */
  readonly assignedFrom?: number | null;
  /** Absent in snapshots from before production could be stated. */
  readonly production?: StatedProduction;
  /** Production stated of before this has been forgotten. */
  readonly productionFrom?: number | null;
}
