/** The recordings of this process: nodes that name the same file share one. */
import path from "node:path";
import { Recorder } from "../../../adapters/files/recorder.ts";

const recorders = new Map<string, Recorder>();

export function recorderOf(folder: string, name: string): Recorder {
  const key = path.join(folder, name);
  const known = recorders.get(key);
  if (known !== undefined) return known;
  const recorder = new Recorder(folder, name, Intl.DateTimeFormat().resolvedOptions().timeZone);
  recorders.set(key, recorder);
  return recorder;
}

/** Resolves when the node's messages are on disk; the last node takes the recording with it. */
export async function leaveRecorder(folder: string, name: string, id: string): Promise<void> {
  const key = path.join(folder, name);
  const recorder = recorders.get(key);
  await recorder?.leave(id);
  if (recorder?.idle === true && recorders.get(key) === recorder) recorders.delete(key);
}
