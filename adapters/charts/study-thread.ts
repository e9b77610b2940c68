/** Statistics over recorded values run in a thread of their own: limits of a month of a fast line take seconds. */
import type { ChartDefinition, RecordedStudy } from "../../core/model/charting/index.ts";
import { type Remote, RemoteThread } from "../threads/remote-thread.ts";

export type RemoteStudy = Remote<RecordedStudy & { close(): void }>;

class StudyThread extends RemoteThread {
  constructor() {
    super(new URL("./study-worker", import.meta.url), "statistics");
  }

  open(definition: ChartDefinition, from: number): Promise<RemoteStudy> {
    return this.openRemote([definition, from]);
  }
}

let shared: StudyThread | undefined;

/** One thread for all charts of this process; a new one when the last has ended. `from`: see `RecordedStudy`. */
export function openStudy(definition: ChartDefinition, from: number): Promise<RemoteStudy> {
  if (!shared?.alive) shared = new StudyThread();
  return shared.open(definition, from);
}
