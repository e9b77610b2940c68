import type { CsvRecord } from "../csv/index.ts";
import type { Findings, Spot } from "../model/problem.ts";
import { NO_PLACE_IN_ROW, type Note } from "./import.ts";

export const COLUMNS = [
  "Tag Name",
  "Address",
  "Data Type",
  "Respect Data Type",
  "Client Access",
  "Scan Rate",
  "Scaling",
  "Raw Low",
  "Raw High",
  "Scaled Low",
  "Scaled High",
  "Scaled Data Type",
  "Clamp Low",
  "Clamp High",
  "Eng Units",
  "Description",
  "Negate Value",
] as const;
export type Column = (typeof COLUMNS)[number];

const WHY: ReadonlyMap<string, string> = new Map<Column, string>([
  ["Client Access", "The twin only reads."],
  ["Scan Rate", "How often the server polls; how long a value stays good is another question."],
  ["Clamp Low", "A row does not clamp."],
  ["Clamp High", "A row does not clamp."],
]);

/** The cells of one tag: whatever of them is not carried into its row is noted. */
export class Cells {
  readonly name: string;
  private readonly record: CsvRecord;
  private readonly columns: readonly string[];
  private readonly file: string;
  private readonly findings: Findings;
  private readonly carried = new Set<string>();
  private readonly reasons = new Map<string, string>();

  constructor(record: CsvRecord, columns: readonly string[], file: string, findings: Findings) {
    this.record = record;
    this.columns = columns;
    this.file = file;
    this.findings = findings;
    this.name = this.text("Tag Name");
  }

  /** Without the blanks around it; empty when the cell is, or the column is missing. */
  text(column: Column): string {
    return this.record.fields[this.columns.indexOf(column)]?.trim() ?? "";
  }

  carry(...columns: readonly Column[]): void {
    for (const column of columns) this.carried.add(column);
  }

  because(why: string, ...columns: readonly Column[]): void {
    for (const column of columns) this.reasons.set(column, why);
  }

  spot(column: Column): Spot {
    const at = Math.max(0, this.columns.indexOf(column));
    return { file: this.file, line: this.record.line, column: this.record.columns[at] ?? 1, field: column };
  }

  problem(column: Column, why: string, allowed?: string, suggestion?: string): undefined {
    return this.findings.problem(this.spot(column), why, {
      seen: this.text(column),
      ...(allowed === undefined ? {} : { allowed }),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  notes(): readonly Note[] {
    const { fields, line } = this.record;
    return this.columns.flatMap((property, index) => {
      const value = fields[index] ?? "";
      if (value === "" || this.carried.has(property)) return [];
      const why = this.reasons.get(property) ?? WHY.get(property) ?? NO_PLACE_IN_ROW;
      return [{ path: this.name, property, value, line, why }];
    });
  }
}
