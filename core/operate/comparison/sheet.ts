/** Reading a plant's own figures: a sheet with one row per shift, as people export it from the spreadsheet they trust so far. */
import { parseCsv } from "../../connect/csv/index.ts";
import { nearest, type PlantFile, type Problem } from "../../connect/model/index.ts";
import { Findings, type Spot } from "../../connect/model/problem.ts";
import { readNumber } from "../../connect/tag-sheet/cells.ts";
import { type FigureName, FIGURES } from "./figures.ts";

export interface ShiftRow {
  readonly line: number;
  /** Local date of the production day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly shift: string;
  /** Equipment path or its end, as written; empty where the sheet is about one machine. */
  readonly equipment: string;
  /** Ratios as fractions. */
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
}

export type SheetReading = { readonly rows: readonly ShiftRow[] } | { readonly problems: readonly Problem[] };

interface Heading {
  readonly name: "date" | "shift" | "equipment" | FigureName;
  readonly percent: boolean;
}

const NAMES = ["date", "shift", "equipment", ...Object.keys(FIGURES)] as const;
/** A ratio above this is a percentage whose sign was forgotten. */
const LARGEST_FRACTION = 2;

/** Columns: `date`, `shift`, optionally `equipment`, and any of `FIGURES`; "oee %" holds percentages, so does a cell "78 %". */
export function readShiftSheet({ name, text }: PlantFile): SheetReading {
  const { records, delimiter, problems } = parseCsv(text, { file: name });
  if (problems.length > 0) return { problems };
  const findings = new Findings();
  const [first, ...lines] = records;
  const spot = (line: number, column: number, field: string): Spot => ({ file: name, line, column, field });
  const headings = (first?.fields ?? []).map((cell, at) => headingOf(cell) ?? unknownColumn(cell, spot(1, at + 1, "(heading)"), findings));
  for (const needed of ["date", "shift"] as const)
    if (!headings.some((heading) => heading?.name === needed))
      findings.problem(spot(1, 1, "(heading)"), `The sheet has no column "${needed}".`);
  if (!headings.some((heading) => heading !== undefined && Object.hasOwn(FIGURES, heading.name)))
    findings.problem(spot(1, 1, "(heading)"), "The sheet has no figure to compare.", { allowed: Object.keys(FIGURES).join(", ") });
  if (findings.problems.length > 0) return { problems: findings.all() };

  const rows: ShiftRow[] = [];
  const seen = new Map<string, number>();
  for (const { fields, line } of lines) {
    if (fields.every((field) => field.trim() === "")) continue;
    const cells = { date: "", shift: "", equipment: "" };
    const figures: Partial<Record<FigureName, number>> = {};
    for (const [at, heading] of headings.entries()) {
      const cell = fields[at]?.trim() ?? "";
      if (heading === undefined || cell === "") continue;
      const where = spot(line, at + 1, heading.name);
      if (heading.name === "date") cells.date = readDate(cell, where, findings) ?? "";
      else if (heading.name === "shift" || heading.name === "equipment") cells[heading.name] = cell;
      else {
        const value = readFigure(cell, heading, delimiter, where, findings);
        if (value !== undefined) figures[heading.name] = value;
      }
    }
    for (const needed of ["date", "shift"] as const)
      if ((fields[headings.findIndex((heading) => heading?.name === needed)] ?? "").trim() === "")
        findings.problem(spot(line, headings.findIndex((heading) => heading?.name === needed) + 1, needed), `The ${needed} is missing.`);
    const key = JSON.stringify(cells);
    const before = seen.get(key);
    if (before !== undefined) findings.problem(spot(line, 1, "(row)"), `This shift stands on line ${before} already; keep one of them.`);
    seen.set(key, line);
    rows.push({ line, ...cells, figures });
  }
  return findings.problems.length > 0 ? { problems: findings.all() } : { rows };
}

function headingOf(cell: string): Heading | undefined {
  const text = cell.trim().toLowerCase();
  const percent = /(?:%|_percent| percent)\)?$/.test(text);
  const bare = text
    .replace(/[ _(]*(?:%|percent)\)?$/, "")
    .replace(/ *\(min\)$/, "_min")
    .replaceAll(" ", "_");
  const name = NAMES.find((one) => one === bare) as Heading["name"] | undefined;
  if (name === undefined) return undefined;
  const isRatio = Object.hasOwn(FIGURES, name) && FIGURES[name as FigureName].kind === "ratio";
  return percent && !isRatio ? undefined : { name, percent };
}

function unknownColumn(cell: string, spot: Spot, findings: Findings): undefined {
  return findings.problem(spot, "This column is not known.", {
    seen: cell,
    allowed: `${NAMES.join(", ")}; ratios also as "oee %"`,
    suggestion: nearest(cell.trim().toLowerCase(), NAMES),
  });
}

/** `2026-03-10`, or with points `10.03.2026`. Slashes mean different days to different people. */
function readDate(cell: string, spot: Spot, findings: Findings): string | undefined {
  const points = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(cell);
  const iso = points ? `${points[3]}-${points[2]?.padStart(2, "0")}-${points[1]?.padStart(2, "0")}` : cell;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(time) && new Date(time).toISOString().startsWith(iso)) return iso;
  return findings.problem(spot, "This is no date of the calendar.", { seen: cell, allowed: "2026-03-10 or 10.03.2026" });
}

function readFigure(cell: string, { name, percent }: Heading, delimiter: string, spot: Spot, findings: Findings): number | undefined {
  const { kind } = FIGURES[name as FigureName];
  const signed = cell.endsWith("%");
  const number = readNumber(signed ? cell.slice(0, -1) : cell, delimiter);
  if (typeof number !== "number") return findings.problem(spot, number.problem);
  if (kind !== "ratio") {
    if (signed) return findings.problem(spot, "This column holds no percentages.", { seen: cell });
    return number;
  }
  if (signed || percent) return number / 100;
  if (Math.abs(number) <= LARGEST_FRACTION) return number;
  return findings.problem(spot, `A ratio without a sign is a fraction. Write "${cell} %", or name the column "${name} %".`, { seen: cell });
}
