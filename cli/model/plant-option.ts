/** What the commands on a plant model share: where it is, how problems and differences are printed, how a change is applied. */
import path from "node:path";
import { userInfo } from "node:os";
import { type FileChange, PlantHistory, type StagedChange } from "../../adapters/files/plant-history.ts";
import { formatChange, formatProblem, type PlantModel, type Problem } from "../../core/connect/model/index.ts";
import { Misuse, type Terminal } from "../command.ts";

export const PLANT_OPTION = { plant: { type: "string", default: "plant" } } as const;
export const CHANGE_OPTIONS = {
  ...PLANT_OPTION,
  apply: { type: "boolean", default: false },
  author: { type: "string" },
  reason: { type: "string" },
} as const;

export const PLANT_USAGE = "  --plant DIR      directory of the plant files (plant)";
export const CHANGE_USAGE = `${PLANT_USAGE}
  --apply          write the change; without it only the difference is shown
  --author NAME    who answers for it (the user of this machine)
  --reason TEXT    why; needed with --apply`;

const SHOWN = 200;

export interface ChangeValues {
  readonly plant: string;
  readonly apply: boolean;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
}

export function historyOf(plant: string, { cwd }: Terminal): PlantHistory {
  return new PlantHistory(path.resolve(cwd, plant));
}

export function printProblems(problems: readonly Problem[], { err }: Terminal): void {
  for (const problem of problems) err(`${formatProblem(problem)}\n`);
}

/** The model of the plant directory, or undefined after its problems were printed. */
export async function modelOf(plant: string, terminal: Terminal): Promise<PlantModel | undefined> {
  const { before } = await historyOf(plant, terminal).stage(new Map());
  if ("model" in before) return before.model;
  printProblems(before.problems, terminal);
  return undefined;
}

/** Shows what a change does and, with `--apply`, writes it. The exit code. */
export async function carryOut(change: FileChange, values: ChangeValues, terminal: Terminal): Promise<number> {
  const history = historyOf(values.plant, terminal);
  const staged = await history.stage(change);
  if ("problems" in staged.after) return refuse(staged.after.problems, terminal);
  show(staged, terminal);
  if (!values.apply) {
    terminal.out('Nothing was written. Add --apply --reason "…" to write it.\n');
    return 0;
  }
  const reason = values.reason?.trim() ?? "";
  if (reason === "") throw new Misuse("Say why with --reason: it stands in the history of the plant files.");
  const done = await history.apply(staged, { author: values.author ?? userInfo().username, reason, now: terminal.now() });
  if ("refused" in done) {
    terminal.err(`${done.refused}\n`);
    return 1;
  }
  terminal.out(`Written as revision ${done.number}.\n`);
  return 0;
}

/** Says why a change is not made. The exit code. */
export function refuse(problems: readonly Problem[], terminal: Terminal): number {
  printProblems(problems, terminal);
  terminal.err(`${count(problems.length, "problem")}; nothing was written.\n`);
  return 1;
}

function show({ change, changes, after }: StagedChange, { out }: Terminal): void {
  for (const [name, text] of change) out(`${text === null ? "remove" : "write "} ${name}\n`);
  if (changes === undefined) return out("The present plant files have problems, so there is no difference to show.\n");
  for (const one of changes.slice(0, SHOWN)) out(`${formatChange(one)}\n`);
  if (changes.length > SHOWN) out(`… and ${changes.length - SHOWN} more\n`);
  const kinds = (["added", "changed", "removed"] as const).map((kind) => `${changes.filter((one) => one.kind === kind).length} ${kind}`);
  out(changes.length === 0 ? "The model does not change.\n" : `${kinds.join(", ")}.\n`);
  for (const warning of after.warnings) out(`warning: ${formatProblem(warning)}\n`);
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
