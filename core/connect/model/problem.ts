/** What is wrong with a plant file, precisely enough to jump to it and repair it. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Path inside the file, e.g. `classes.filler.tags.fill_weight.unit`. */
  readonly field: string;
  /** A whole sentence: what was seen, what is allowed, what was probably meant. */
  readonly message: string;
  /** The value as it was read, shortened. */
  readonly seen?: string;
  readonly allowed?: string;
  readonly suggestion?: string;
}

export interface Spot {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly field: string;
}

export interface Detail {
  readonly seen?: unknown;
  readonly allowed?: string;
  readonly suggestion?: string | undefined;
}

/** More than this helps nobody; the rest is counted. */
const MAX_PROBLEMS = 500;

/** Collects everything that is wrong, so that a person repairs a file once and not once per mistake. */
export class Findings {
  readonly problems: Problem[] = [];
  /** Legal but unusual; the model loads. */
  readonly warnings: Problem[] = [];
  /** Something could not be read at all; what depends on it would only bring follow-on problems. */
  incomplete = false;
  private unlisted = 0;

  problem(spot: Spot, why: string, detail: Detail = {}): undefined {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problemAt(spot, why, detail));
    else this.unlisted += 1;
    return undefined;
  }

  unreadable(spot: Spot, why: string): undefined {
    this.incomplete = true;
    this.problem(spot, why);
  }

  warning(spot: Spot, why: string, detail: Detail = {}): void {
    if (this.warnings.length < MAX_PROBLEMS) this.warnings.push(problemAt(spot, why, detail));
  }

  /** All problems in file and line order, with a last entry that counts those not listed. */
  all(): readonly Problem[] {
    const sorted = [...this.problems].sort(inFileOrder);
    const last = sorted.at(-1);
    if (this.unlisted === 0 || last === undefined) return sorted;
    return [...sorted, { ...last, message: `${this.unlisted} more problems are not listed; repair these first.` }];
  }
}

/** `line01.yaml:12:5 equipment["bottling.line01"].kind: …` */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column} ${problem.field}: ${problem.message}`;
}

/** A value as people should see it: quoted, on one line, at most 60 characters. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The candidate that was probably meant, if one is near enough to be worth saying. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 128) return undefined;
  const folded = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(folded, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function problemAt(spot: Spot, why: string, detail: Detail): Problem {
  const allowed = detail.allowed === undefined ? "" : ` Allowed: ${detail.allowed}.`;
  const meant = detail.suggestion === undefined ? "" : ` Did you mean "${detail.suggestion}"?`;
  return {
    ...spot,
    message: `${why}${allowed}${meant}`,
    ...(detail.seen === undefined ? {} : { seen: shown(detail.seen) }),
    ...(detail.allowed === undefined ? {} : { allowed: detail.allowed }),
    ...(detail.suggestion === undefined ? {} : { suggestion: detail.suggestion }),
  };
}

function inFileOrder(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** Edits between two words, where two neighbours that changed places are one: the optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
