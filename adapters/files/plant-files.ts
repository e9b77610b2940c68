/** Plant files on disk: all YAML files of one directory, read with limits, and watched for change. */
import { createHash } from "node:crypto";
import { watch } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { brokenPairs } from "../../core/connect/golden/index.ts";
import { loadPlant, type PlantFile, type PlantReading, type Problem } from "../../core/connect/model/index.ts";

const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_FILES = 1000;
/** Editors write in several steps; one reload after the last of them. */
const SETTLE_MS = 300;

/** The plant files of a directory as text, and what is wrong with those that cannot be read. */
export interface PlantTexts {
  readonly files: readonly PlantFile[];
  readonly problems: readonly Problem[];
}

/**
 * Reads and checks the plant model in a directory (`*.yaml`, `*.yml` and tag sheets `*.csv`, not below it). Everything
 * that goes wrong, a missing directory included, is a problem in the answer. The revision is the SHA-256 of the model's
 * content.
 */
export async function readPlantDirectory(directory: string): Promise<PlantReading> {
  const { files, problems } = await readPlantTexts(directory);
  if (files.length === 0 && problems.length > 0) return { problems, warnings: [] };
  const reading = readPlant(files);
  if (problems.length === 0) return reading;
  // Without these files, what the others miss would be noise; only their own mistakes are worth telling.
  return { problems, warnings: reading.warnings };
}

export async function readPlantTexts(directory: string): Promise<PlantTexts> {
  const files: PlantFile[] = [];
  const problems: Problem[] = [];
  const names = await plantFiles(directory);
  if (typeof names === "string") return { files, problems: [problem(directory, names)] };
  for (const name of names) {
    const read = await readText(join(directory, name));
    if ("text" in read) files.push({ name, text: read.text });
    else problems.push(problem(name, read.problem, read.line));
  }
  return { files, problems };
}

/** As `loadPlant`, with the revision as evidence needs it. A model that breaks one of its golden pairs is refused. */
export function readPlant(files: readonly PlantFile[]): PlantReading {
  const reading = loadPlant(files, sha256);
  const broken = "model" in reading ? brokenPairs(reading.model) : [];
  return broken.length === 0 ? reading : { problems: broken, warnings: reading.warnings };
}

/**
 * Calls `changed` after files in the directory have changed and settled. Returns the function that stops watching.
 * `failed` hears of faults of the watch itself; reading again by hand still works then.
 */
export function watchPlantDirectory(directory: string, changed: () => void, failed: (fault: Error) => void): () => void {
  let settle: NodeJS.Timeout | undefined;
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => {
      if (name !== null && !isPlantFile(name)) return;
      clearTimeout(settle);
      settle = setTimeout(changed, SETTLE_MS);
    });
    watcher.on("error", failed);
    return () => {
      clearTimeout(settle);
      watcher.close();
    };
  } catch (fault) {
    failed(fault instanceof Error ? fault : new Error(String(fault)));
    return () => undefined;
  }
}

/** File names in order, or a sentence why there are none. */
async function plantFiles(directory: string): Promise<readonly string[] | string> {
  try {
    const names = (await readdir(directory)).filter(isPlantFile).sort();
    if (!names.some(isYaml)) return `The directory ${directory} holds no .yaml file. Put the plant model there or name another directory.`;
    if (names.length > MAX_FILES) return `The directory ${directory} holds ${names.length} plant files; at most ${MAX_FILES} are read.`;
    return names;
  } catch (fault) {
    const code = codeOf(fault);
    if (code === "ENOENT") return `There is no directory ${directory}. Create it with the plant model's YAML files, or name another one.`;
    if (code === "ENOTDIR") return `${directory} is a file. Name the directory that holds it.`;
    return `The directory ${directory} cannot be read (${code}).`;
  }
}

async function readText(path: string): Promise<{ readonly text: string } | { readonly problem: string; readonly line?: number }> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) return { problem: `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are allowed. Split it.` };
    const bytes = await readFile(path);
    try {
      return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
    } catch {
      return { problem: "The file is not UTF-8. Save it with that encoding.", line: lineOfBadByte(bytes) };
    }
  } catch (fault) {
    return { problem: `The file cannot be read (${codeOf(fault)}).` };
  }
}

/** The replacement character stands where the first byte is that is not UTF-8. */
function lineOfBadByte(bytes: Uint8Array): number {
  const [before = ""] = new TextDecoder("utf-8").decode(bytes).split("\uFFFD", 1);
  return before.split("\n").length;
}

function problem(file: string, message: string, line = 1): Problem {
  return { file, line, column: 1, field: "(file)", message };
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name) && !name.startsWith(".");
}

export function isPlantFile(name: string): boolean {
  return isYaml(name) || (/\.csv$/i.test(name) && !name.startsWith("."));
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && "code" in fault ? String(fault.code) : String(fault);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
