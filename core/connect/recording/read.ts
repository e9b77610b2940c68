import type { Bytes } from "./encoding.ts";
import { parseEntry, parseHeader, type RecordedEntry, type RecordingHeader } from "./line.ts";

export interface RecordingProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface NumberedEntry extends RecordedEntry {
  readonly line: number;
}

export interface Recording {
  readonly header: RecordingHeader;
  readonly entries: readonly NumberedEntry[];
  /** What was passed over: a last line that is cut off, lines of a kind that is not known here. */
  readonly warnings: readonly RecordingProblem[];
}

export type RecordingReading = { readonly recording: Recording } | { readonly problems: readonly RecordingProblem[] };

/** A person mends this many before looking again. */
const MOST_PROBLEMS = 20;

/**
 * Reads a whole recording. Strict: a line that is wrong is a problem and names itself; only the last line may be cut off
 * (the process was killed while writing it), which is a warning. Members and kinds of lines that are not known are passed over.
 */
export function readRecording(text: string, buffer?: Bytes): RecordingReading {
  const lines = text.split("\n");
  const torn = lines.at(-1) !== "";
  if (!torn) lines.pop();
  const header = parseHeader(withoutReturn(lines[0] ?? ""));
  if ("problem" in header) return { problems: [{ line: 1, message: header.problem }] };
  const entries: NumberedEntry[] = [];
  const problems: RecordingProblem[] = [];
  const warnings: RecordingProblem[] = [];
  for (let index = 1; index < lines.length && problems.length < MOST_PROBLEMS; index += 1) {
    const line = index + 1;
    const content = withoutReturn(lines[index] ?? "");
    const entry = parseEntry(content, buffer);
    if (entry === undefined) warnings.push({ line, message: "A kind of line that this version does not know was passed over." });
    else if (!("problem" in entry)) entries.push({ ...entry, line });
    else if (torn && line === lines.length && !isWhole(content))
      warnings.push({ line, message: "The last line is cut off, as after a crash, and was left out." });
    else problems.push({ line, message: entry.problem });
  }
  return problems.length > 0 ? { problems } : { recording: { header, entries, warnings } };
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** A line without its end may be whole all the same: somebody edited the file. */
function isWhole(content: string): boolean {
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}
