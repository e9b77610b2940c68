/**
 * From a person's decisions about a line to plant files: `planLine(files, decisions, variables)` gives one YAML file with
 * the equipment and one tag sheet, what is wrong with them where it stands, and what OEE still lacks.
 */
import { loadPlant, type PlantFile, type Problem } from "../model/index.ts";
import { equipmentPathProblem, segmentProblem } from "../tag-id/index.ts";
import { type TagRow, writeSheet } from "../tag-sheet/index.ts";
import type { LineDecisions } from "./decisions.ts";
import { equipmentText } from "./equipment.ts";
import { type Missing, missing } from "./missing.ts";
import { lineRows, type Variables } from "./rows.ts";
import { classSlots } from "./slots.ts";

export { type ChoiceEntry, type Ticking, VariableChoice } from "./choice.ts";
export * from "./decisions.ts";
export type { Missing } from "./missing.ts";
export { freeName, snakeCase } from "./names.ts";
export { type ClassSlots, classSlots, PLAIN_SLOTS, type Slot } from "./slots.ts";

export interface PlannedLine {
  /** The files to write: `<line>.yaml` and, when a variable is read, `<line>.csv`. */
  readonly files: readonly PlantFile[];
  readonly rows: readonly TagRow[];
  /** Everything that stops the plant from loading with these files; also of decisions that make no file. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly missing: readonly Missing[];
}

/** `files`: the plant as it is. Nothing is guessed: what the decisions leave open is in `missing`. */
export function planLine(files: readonly PlantFile[], decisions: LineDecisions, variables: Variables): PlannedLine {
  const before = loadPlant(files);
  if ("problems" in before) return nothing(before.problems);
  const { model } = before;
  const root = `${model.enterprise}.${model.site}`;
  const wrong = misnamed(decisions, root);
  if (wrong.length > 0) return nothing(wrong.map((message) => decided(message)));
  const classes = classSlots(files);
  const slotsOf = (type: string) => classes.find(({ name }) => name === type)?.slots ?? [];
  const rows = lineRows(decisions, variables, slotsOf);
  const name = freeFileName(decisions.line, files);
  const planned = [
    { name: `${name}.yaml`, text: equipmentText(decisions, model, slotsOf) },
    ...(rows.length === 0 ? [] : [{ name: `${name}.csv`, text: writeSheet(rows) }]),
  ];
  const after = loadPlant([...files, ...planned]);
  const ours = ({ file }: Problem): boolean => planned.some((one) => one.name === file);
  return {
    files: planned,
    rows,
    problems: "problems" in after ? after.problems : [],
    warnings: after.warnings.filter(ours),
    missing: missing(decisions, classes, variables),
  };
}

/** What makes a file impossible, before there is one. */
function misnamed({ line, machines }: LineDecisions, root: string): readonly string[] {
  const place = equipmentPathProblem(`${root}.${line}`);
  if (place !== undefined) return [place];
  const names = machines.map(({ name }) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  return [
    ...names.flatMap(
      (name) => segmentProblem(name, "name of a machine") ?? (name.startsWith("_") ? `"${name}" must not start with "_".` : []),
    ),
    ...[...new Set(twice)].map((name) => `Two machines are called "${name}"; names on a line differ.`),
  ];
}

function nothing(problems: readonly Problem[]): PlannedLine {
  return { files: [], rows: [], problems, warnings: [], missing: [] };
}

function decided(message: string): Problem {
  return { file: "(decisions)", line: 1, column: 1, field: "line", message };
}

/** The line's own name where it is free, then its whole place, then numbered: files of the plant are never overwritten. */
function freeFileName(line: string, files: readonly PlantFile[]): string {
  const taken = new Set(files.map(({ name }) => name.toLowerCase().replace(/\.[^.]+$/, "")));
  const short = line.slice(line.lastIndexOf(".") + 1);
  for (const name of [short, line]) if (!taken.has(name.toLowerCase())) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`${line}_${number}`.toLowerCase())) return `${line}_${number}`;
}
