/**
 * The process that runs the flow: gets one job, runs Node-RED on the recorded time, sends the recorded messages in and
 * writes down what enters the captured nodes. A process of its own, because Node-RED runs once per process.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { entryLine, headerLine, readRecording, type NumberedEntry } from "../../core/connect/recording/index.ts";
import { ReplayClock } from "../../core/connect/replay/index.ts";
import type { Job, Report } from "./job.ts";
import { type EmbeddedRed, startNodeRed } from "./node-red.ts";
import { Rest } from "./rest.ts";

const PROGRESS_MS = 500;
/** Nodes may read files and open stores while they start. */
const START_PATIENCE_MS = 30_000;
const STOP_MS = 5_000;

process.removeAllListeners("warning"); // that stripping types is experimental means nothing to whoever tests a flow
process.once("message", (job: Job) => void work(job));
// The command has ended: nobody reads what comes out any more.
process.once("disconnect", () => process.exit(2));
// A terminal sends Ctrl-C to this process too; the command decides.
process.on("SIGINT", () => undefined);

async function work(job: Job): Promise<void> {
  try {
    await tell(await replay(job));
  } catch (error) {
    await tell({ kind: "failed", text: error instanceof Error ? error.message : String(error) });
  }
  process.disconnect();
  process.exit(0);
}

async function replay(job: Job): Promise<Report> {
  const reading = readRecording(readFileSync(job.inputs, "utf8"), (bytes) => Buffer.from(bytes));
  if (!("recording" in reading)) throw new Error("The messages to send in cannot be read.");
  const { header, entries } = reading.recording;
  const clock = new ReplayClock(job.start);
  const said = new Set<string>();
  const warn = (text: string, node?: string): void => {
    const key = `${node ?? ""} ${text}`;
    if (said.has(key) || said.size >= 100) return;
    said.add(key);
    void tell({ kind: "warning", text, ...(node === undefined ? {} : { node }) });
  };
  const RED = await startNodeRed(job, clock, warn);
  const lines: string[] = [headerLine(header)];
  const kept: Record<string, number> = {};
  const rest = new Rest(RED, clock, (nodes, afterMs) => {
    const after = `after ${afterMs / 1000} s; the replay goes on without it`;
    for (const node of nodes) warn(`is not done with a message ${after}`, node);
    if (nodes.length === 0) warn(`Work that a twin node began is not done ${after}.`);
  });
  RED.hooks.add("onReceive.twinline", ({ msg, destination }) => {
    rest.received(destination.node);
    // A node of a subflow has an id of its own in each instance.
    const origin = destination.node._alias ?? destination.id;
    if (job.closed.includes(origin)) kept[origin] = (kept[origin] ?? 0) + 1;
    const fields = Object.hasOwn(job.captured, destination.id) ? job.captured[destination.id] : undefined;
    if (fields === undefined) return;
    try {
      lines.push(entryLine(clock.now(), destination.id, msg, fields));
    } catch (error) {
      warn(`A message cannot be compared: ${(error as Error).message}`, destination.id);
    }
  });
  await rest.settle(START_PATIENCE_MS);
  const done = await run(job, RED, entries, clock, rest, lines);
  writeFileSync(job.outputs, `${lines.join("\n")}\n`);
  await Promise.race([RED.stop(), new Promise((resolve) => setTimeout(resolve, STOP_MS))]);
  return { kind: "finished", done, kept };
}

/** Sends the messages in, each at its time; answers how many. */
async function run(
  job: Job,
  RED: EmbeddedRed,
  entries: readonly NumberedEntry[],
  clock: ReplayClock,
  rest: Rest,
  lines: string[],
): Promise<number> {
  const settle = (): Promise<void> => rest.settle();
  let told = performance.now();
  let done = 0;
  const progress = (): void => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    void tell({ kind: "progress", done, at: clock.now() });
  };
  const settleAndTell = async (): Promise<void> => {
    await settle();
    progress();
  };
  for (const { at, node: id, message } of entries) {
    await clock.advance(at, settleAndTell);
    const node = RED.nodes.getNode(id);
    if (node === null) throw new Error(`Node ${id} was not started, so nothing can be sent in there.`);
    lines.push(entryLine(at, id, message, Object.keys(message)));
    node.send({ ...message });
    await settleAndTell();
    done += 1;
  }
  await clock.advance(clock.now() + job.tailMs, settleAndTell);
  return done;
}

async function tell(report: Report): Promise<void> {
  await new Promise<void>((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(report, undefined, undefined, () => resolve());
  });
}
