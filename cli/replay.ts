/** `twinline replay`: runs an exported flow on recorded messages and compares what comes out with what was recorded. */
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  COMPARE_DEFAULTS,
  compareOutputs,
  type CompareOptions,
  entryLine,
  headerLine,
  readRecording,
  type Recording,
} from "../core/connect/recording/index.ts";
import { type FlowNode, flowFingerprint, readFlow } from "../core/connect/replay/index.ts";
import { type Command, Misuse, type Terminal } from "./command.ts";
import { locate } from "./replay/locate.ts";
import { type Plan, planReplay } from "./replay/plan.ts";
import { outcomeJson, showOutcome } from "./replay/report.ts";
import { type BenchResult, runBench } from "./replay/run-bench.ts";

const usage = `twinline replay FLOW RECORDING [options]

  FLOW         an exported flow, or a flow file of Node-RED
  RECORDING    a file of twin-record nodes

  --inject NODE      send in only what this node recorded (recorded nodes that no other one leads to)
  --capture NODE     compare what enters this node, too (every other twin-record node)
  --keep NODE|TYPE   leave this node, or every one of this type, as it is: it does not reach anything outside, or may
                     NODE is an id or a unique name; all three may be given several times
  --ignore FIELD     do not compare members of this name (received); may be given several times
  --tolerance N      numbers that are not whole may differ by N, above 1 by this share (0)
  --order ORDER      strict: messages of a node in order; tag: samples of each tag in order (strict)
  --differences N    describe so many differences (${COMPARE_DEFAULTS.most})
  --tail SECONDS     recorded time that passes after the last message (1)
  --update           write what comes out into the recording instead of comparing
  --json             the result as JSON
  --plant FOLDER     the plant model, for every twin-plant of the flow
  --user-dir FOLDER  Node-RED's user directory: its palettes, and what relative paths are below (the flow's folder)
  --node-red FOLDER  where Node-RED is installed

Exit code: 0 equal (or updated), 1 different, 2 it could not be run.
`;

/** A flow file or a recording larger than this is not read, bytes. */
const LARGEST_FILE = 512 * 1024 * 1024;
const PROGRESS_MS = 2_000;
/** Exit code after Ctrl-C. */
const STOPPED = 130;

interface Request {
  readonly flowFile: string;
  readonly recordingFile: string;
  readonly inject: readonly string[];
  readonly capture: readonly string[];
  readonly keep: readonly string[];
  readonly compare: CompareOptions;
  readonly tailMs: number;
  readonly update: boolean;
  readonly json: boolean;
  readonly plantDir: string | undefined;
  readonly userDir: string;
  readonly nodeRedDir: string | undefined;
}

export const replay: Command = {
  name: "replay",
  summary: "runs a flow on recorded messages and compares what comes out",
  usage,
  run: replayFlow,
};

async function replayFlow(args: readonly string[], io: Terminal): Promise<number> {
  const request = requestOf(args, io.cwd);
  const flow = readFlow(textOf(request.flowFile));
  if ("problem" in flow) throw new Misuse(`${request.flowFile}: ${flow.problem}`);
  const reading = readRecording(textOf(request.recordingFile), toBuffer);
  if ("problems" in reading)
    throw new Misuse(reading.problems.map(({ line, message }) => `${request.recordingFile}:${line}: ${message}`).join("\n"));
  const { recording } = reading;
  const plan = planReplay(flow, recording, request);
  if (plan.expected.length === 0 && !request.update)
    throw new Misuse("The recording holds no results to compare with. Look at what the flow puts out and keep it with --update.");
  const installation = locate(io.cwd, request.userDir, request.nodeRedDir);
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-replay-"));
  try {
    const bench = await runIn(dir, installation, request, recording, plan, io);
    const outputs = textOf(path.join(dir, "outputs.jsonl"));
    const replayed = readRecording(outputs, toBuffer);
    if (!("recording" in replayed)) throw new Error("What came out of the flow cannot be read back.");
    const actual = replayed.recording.entries.filter(({ node }) => plan.captured.includes(node));
    if (request.update) replaceFile(request.recordingFile, updated(flow, recording, plan, outputs));
    const comparison = request.update ? undefined : compareOutputs(plan.expected, actual, request.compare);
    const unchanged = recording.header.flow === undefined ? undefined : recording.header.flow === fingerprintOf(flow, plan);
    const outcome = { flow, plan, bench, skipped: recording.warnings, unchanged, comparison, actual: actual.length };
    io.out(request.json ? outcomeJson(outcome) : showOutcome(outcome));
    return comparison === undefined || comparison.different === 0 ? 0 : 1;
  } catch (error) {
    if (!io.signal.aborted) throw error;
    io.err("Stopped.\n");
    return STOPPED;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runIn(
  dir: string,
  { nodeRed, palettes, nodesDir }: ReturnType<typeof locate>,
  request: Request,
  { header }: Recording,
  plan: Plan,
  io: Terminal,
): Promise<BenchResult> {
  const flow = plan.nodes.map((node) => withPlant(node, request));
  writeFileSync(path.join(dir, "flows.json"), JSON.stringify(flow));
  if (palettes !== undefined) symlinkSync(palettes, path.join(dir, "node_modules"), "junction");
  const inputs = plan.inputs.map(({ at, node, message }) => entryLine(at, node, message, Object.keys(message)));
  writeFileSync(path.join(dir, "inputs.jsonl"), `${[headerLine(header), ...inputs].join("\n")}\n`);
  let told = Date.now();
  return runBench(
    {
      nodeRed,
      userDir: dir,
      nodesDir,
      inputs: path.join(dir, "inputs.jsonl"),
      outputs: path.join(dir, "outputs.jsonl"),
      captured: plan.fields,
      closed: plan.closed.map(({ id }) => id),
      start: plan.inputs[0]?.at ?? header.created,
      tailMs: request.tailMs,
    },
    {
      zone: header.zone,
      signal: io.signal,
      progress(done, at) {
        if (Date.now() - told < PROGRESS_MS) return;
        told = Date.now();
        io.err(`  ${done} of ${plan.inputs.length} messages, at ${new Date(at).toISOString()}\n`);
      },
    },
  );
}

/** Relative folders of a flow are below the user directory, which the bench does not run in; nor do plant files change meanwhile. */
function withPlant(node: FlowNode, { plantDir, userDir }: Request): FlowNode {
  if (node.type !== "twin-plant") return node;
  const directory = typeof node["directory"] === "string" ? node["directory"] : "";
  const inEnvironment = directory.includes("${");
  return { ...node, watch: false, directory: plantDir ?? (inEnvironment ? directory : path.resolve(userDir, directory)) };
}

/** The recording with new results: the header says which nodes and which flow they come from. */
function updated(flow: readonly FlowNode[], { header }: Recording, plan: Plan, outputs: string): string {
  const print = fingerprintOf(flow, plan);
  const nodes = [...plan.injected, ...plan.captured].map((id) => ({ id, name: flow.find((node) => node.id === id)?.name ?? "" }));
  const { flow: _, ...rest } = header;
  const first = headerLine({ ...rest, ...(print === undefined ? {} : { flow: print }), nodes });
  return `${first}${outputs.slice(outputs.indexOf("\n"))}`;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

function fingerprintOf(flow: readonly FlowNode[], { injected }: Plan): string | undefined {
  return flowFingerprint(flow, flow.find(({ id }) => id === injected[0])?.z);
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.writing`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}

function textOf(file: string): string {
  try {
    if (statSync(file).size > LARGEST_FILE) throw new Misuse(`${file} is larger than ${LARGEST_FILE / 1024 / 1024} MiB.`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Misuse) throw error;
    throw new Misuse(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function requestOf(args: readonly string[], cwd: string): Request {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      inject: { type: "string", multiple: true, default: [] },
      capture: { type: "string", multiple: true, default: [] },
      keep: { type: "string", multiple: true, default: [] },
      ignore: { type: "string", multiple: true, default: [...COMPARE_DEFAULTS.ignore] },
      tolerance: { type: "string", default: String(COMPARE_DEFAULTS.tolerance) },
      order: { type: "string", default: COMPARE_DEFAULTS.order },
      differences: { type: "string", default: String(COMPARE_DEFAULTS.most) },
      tail: { type: "string", default: "1" },
      update: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      plant: { type: "string" },
      "user-dir": { type: "string" },
      "node-red": { type: "string" },
    },
  });
  const [flow, recording, ...more] = positionals;
  if (flow === undefined || recording === undefined || more.length > 0) throw new Misuse("Name a flow and a recording.");
  const { order } = values;
  if (order !== "strict" && order !== "tag") throw new Misuse(`--order: "${order}" is neither strict nor tag.`);
  const flowFile = path.resolve(cwd, flow);
  return {
    flowFile,
    recordingFile: path.resolve(cwd, recording),
    inject: values.inject,
    capture: values.capture,
    keep: values.keep,
    compare: {
      ignore: values.ignore,
      tolerance: numberOf("--tolerance", values.tolerance),
      order,
      most: numberOf("--differences", values.differences),
    },
    tailMs: Math.round(numberOf("--tail", values.tail) * 1000),
    update: values.update,
    json: values.json,
    plantDir: values.plant === undefined ? undefined : path.resolve(cwd, values.plant),
    userDir: values["user-dir"] === undefined ? path.dirname(flowFile) : path.resolve(cwd, values["user-dir"]),
    nodeRedDir: values["node-red"],
  };
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < 0) throw new Misuse(`${option}: "${text}" is not a number from 0 up.`);
  return number;
}
