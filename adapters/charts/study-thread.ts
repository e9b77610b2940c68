/**
 * Statistics run in a thread of their own: limits of a month of a fast line take seconds, and how often rules alarm for nothing is
 * simulated.
 */
import type { ChartDefinition, RecordedStudy } from "../../core/model/charting/index.ts";
import { type Remote, RemoteThread } from "../threads/remote-thread.ts";
import type { Opening, Simulation } from "./study-worker.ts";

export type RemoteStudy = Remote<RecordedStudy & { close(): void }>;
export type RemoteSimulation = Remote<Simulation & { close(): void }>;

class StudyThread extends RemoteThread {
  constructor() {
    super(new URL("./study-worker", import.meta.url), "statistics");
  }

  open<S>(...opening: Opening): Promise<S> {
    return this.openRemote(opening) as Promise<S>;
  }
}

let shared: StudyThread | undefined;

/** One thread for all charts of this process; a new one when the last has ended. */
function thread(): StudyThread {
  if (!shared?.alive) shared = new StudyThread();
  return shared;
}

/** `from`: see `RecordedStudy`. */
export function openStudy(definition: ChartDefinition, from: number): Promise<RemoteStudy> {
  return thread().open("study", definition, from);
}

export function openSimulation(): Promise<RemoteSimulation> {
  return thread().open("simulation");
}
