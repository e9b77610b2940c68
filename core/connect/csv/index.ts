/**
 * Separated values as RFC 4180 writes them, with the delimiters that spreadsheets use. Fields stay exactly as they are
 * written: nothing is trimmed, no number is read, no formula is disarmed.
 */
import { Findings, type Problem } from "../model/problem.ts";

export type Delimiter = "," | ";" | "\t";

export interface CsvOptions {
  /** Without it, the one that stands most often in the first line. */
  readonly delimiter?: Delimiter;
  /** Name for problems. */
  readonly file?: string;
  /** Records may have more or fewer fields than the first. */
  readonly uneven?: boolean;
}

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line on which the record begins, from 1; a quoted field may hold more lines. */
  readonly line: number;
  /** Column at which each field begins, from 1, in the line where it begins. */
  readonly columns: readonly number[];
}

export interface CsvReading {
  /** The header, where there is one, is the first. Lines without any character are no records. */
  readonly records: readonly CsvRecord[];
  readonly delimiter: Delimiter;
  readonly problems: readonly Problem[];
}

const LIMITS = { characters: 32 * 1024 * 1024, records: 250_000, fields: 256, field: 65_536 } as const;
const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];

/** Reads a whole text and reports everything in it that is no such text; records with a problem are listed all the same. */
export function parseCsv(text: string, options: CsvOptions = {}): CsvReading {
  const findings = new Findings();
  const file = options.file ?? "(csv)";
  const refuse = (why: string, line = 1): CsvReading => {
    findings.problem({ file, line, column: 1, field: "(file)" }, why);
    return { records: [], delimiter: options.delimiter ?? ",", problems: findings.all() };
  };
  if (text.length > LIMITS.characters) {
    return refuse(`The file has ${text.length} characters; at most ${LIMITS.characters} are allowed. Split it.`);
  }
  const foreign = text.search(/[\0\uFFFD]/);
  if (foreign >= 0) return refuse("The file is not UTF-8 text; save it again as UTF-8.", text.slice(0, foreign).split(/\r\n|\r|\n/).length);
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const delimiter = options.delimiter ?? detected(body);
  const records = new CsvReader(body, delimiter, file, findings).read();
  const width = records[0]?.fields.length ?? 0;
  for (const { fields, line } of records) {
    if (fields.length === width || options.uneven === true) continue;
    const spot = { file, line, column: 1, field: "(record)" };
    findings.problem(spot, `This record has ${fields.length} fields, but the first one has ${width}.`, { allowed: `${width} fields` });
  }
  return { records, delimiter, problems: findings.all() };
}

/** What stands in quotes does not count. */
function detected(text: string): Delimiter {
  const end = text.search(/[\r\n]/);
  const line = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, "");
  const count = (delimiter: Delimiter): number => line.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

class CsvReader {
  private readonly text: string;
  private readonly delimiter: Delimiter;
  private readonly file: string;
  private readonly findings: Findings;
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(text: string, delimiter: Delimiter, file: string, findings: Findings) {
    this.text = text;
    this.delimiter = delimiter;
    this.file = file;
    this.findings = findings;
  }

  read(): readonly CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.at < this.text.length) {
      if (this.takeNewline()) continue;
      if (records.length === LIMITS.records) {
        this.problem(`The file has more than ${LIMITS.records} records; split it.`);
        break;
      }
      records.push(this.record());
    }
    return records;
  }

  private record(): CsvRecord {
    const { line } = this;
    const fields: string[] = [];
    const columns: number[] = [];
    do {
      columns.push(this.at - this.lineStart + 1);
      fields.push(this.field());
      if (fields.length === LIMITS.fields + 1) this.problem(`The record has more than ${LIMITS.fields} fields; is the delimiter right?`);
    } while (this.takeDelimiter() && fields.length <= LIMITS.fields);
    if (fields.length > LIMITS.fields) this.bare();
    else this.takeNewline();
    return { fields: fields.slice(0, LIMITS.fields), line, columns };
  }

  private field(): string {
    const start = this.at;
    const value = this.text[start] === '"' ? this.quoted() : this.bare(this.delimiter);
    if (value.length > LIMITS.field) {
      this.problem(`The field has ${value.length} characters; at most ${LIMITS.field} are allowed.`);
      return value.slice(0, LIMITS.field);
    }
    return value;
  }

  private bare(delimiter?: Delimiter): string {
    const start = this.at;
    for (; this.at < this.text.length; this.at += 1) {
      const character = this.text[this.at];
      if (character === "\n" || character === "\r" || character === delimiter) break;
    }
    const value = this.text.slice(start, this.at);
    if (delimiter !== undefined && value.includes('"')) {
      this.problem(`A quote stands in a field that does not begin with one; quote the whole field and double the quotes in it.`, start);
    }
    return value;
  }

  private quoted(): string {
    const opening = { line: this.line, column: this.at - this.lineStart + 1 };
    const start = this.at + 1;
    let end = start;
    for (;;) {
      end = this.text.indexOf('"', end);
      if (end < 0) break;
      if (this.text[end + 1] !== '"') break;
      end += 2;
    }
    const closed = end >= 0;
    const inner = this.text.slice(start, closed ? end : undefined);
    this.at = closed ? end + 1 : this.text.length;
    this.countLines(inner, start);
    if (!closed) {
      this.findings.problem({ file: this.file, ...opening, field: "(record)" }, "The quote that opens this field is never closed.");
    } else if (!this.atFieldEnd()) {
      this.problem("Text follows the quote that closes this field; double the quotes that belong to it.");
      this.bare(this.delimiter);
    }
    return inner.replaceAll('""', '"');
  }

  private countLines(inner: string, start: number): void {
    for (const newline of inner.matchAll(/\r\n|\r|\n/g)) {
      this.line += 1;
      this.lineStart = start + newline.index + newline[0].length;
    }
  }

  private atFieldEnd(): boolean {
    const next = this.text[this.at];
    return next === undefined || next === this.delimiter || next === "\n" || next === "\r";
  }

  private takeDelimiter(): boolean {
    if (this.text[this.at] !== this.delimiter) return false;
    this.at += 1;
    return true;
  }

  private takeNewline(): boolean {
    const next = this.text[this.at];
    if (next !== "\n" && next !== "\r") return false;
    this.at += next === "\r" && this.text[this.at + 1] === "\n" ? 2 : 1;
    this.line += 1;
    this.lineStart = this.at;
    return true;
  }

  private problem(why: string, at = this.at): void {
    const column = Math.max(1, at - this.lineStart + 1);
    this.findings.problem({ file: this.file, line: this.line, column, field: "(record)" }, why);
  }
}
