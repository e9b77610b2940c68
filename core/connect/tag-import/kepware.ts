import { parseCsv, type CsvRecord } from "../csv/index.ts";
import { Findings, nearest, type Spot } from "../model/problem.ts";
import type { TagRow } from "../tag-sheet/row.ts";
import { failed, MAX_ROWS, type ImportOptions, type Note, type TagImport } from "./import.ts";
import { Cells, COLUMNS, type Column } from "./kepware-cells.ts";
import { KepwareRow } from "./kepware-row.ts";
import { Placement, segmentOf } from "./place.ts";

export interface KepwareOptions extends ImportOptions {
  /**
   * Where the twin reads the values: from Kepware's own OPC UA server, with its scaling applied, or from the device
   * itself, by `Address`, with the scaling in the row.
   */
  readonly via: "kepware" | "source";
  /** What stands before each tag name on the server, as the CSV is exported below a device or group: `Channel1.Device1`. */
  readonly prefix?: string;
  /** Namespace URI of the server; `KEPServerEX` without it. */
  readonly namespace?: string;
}

const REQUIRED: readonly Column[] = ["Tag Name", "Address", "Data Type"];
/**
 * Imports the tag CSV of KEPServerEX and Kepware Server (Export CSV on a device or group; columns and scaling as in the
 * manual's pages on CSV import and export and on tag scaling), with comma, semicolon or tab and the columns in any order;
 * name, address and type are required. Groups are the dotted part of the tag name. Addresses via Kepware are
 * `nsu=KEPServerEX;s=<prefix>.<Tag Name>`, by namespace URI rather than the usual index 2; via the source they are the
 * device address as written.
 *
 * Tag Name → tag, Scaled Data Type where it scales, else Data Type → type, Eng Units → unit, Description →
 * description, linear scaling and negation → scale (via the source only). All else is noted.
 */
export function importKepware(text: string, options: KepwareOptions): TagImport {
  const findings = new Findings();
  const placement = new Placement(options, findings);
  checkServer(options, findings);
  const { records, problems } = parseCsv(text, { file: options.file });
  findings.problems.push(...problems);
  const [header, ...rest] = records;
  const columns = readHeader(header, options.file, findings);
  if (columns === undefined) return failed(findings.all());
  const rows: TagRow[] = [];
  const notes: Note[] = [];
  for (const record of rest) {
    // Cells of an uneven record stand below the wrong columns.
    if (record.fields.length !== columns.length || record.fields.every((field) => field.trim() === "")) continue;
    const cells = new Cells(record, columns, options.file, findings);
    const row = readRow(cells, placement, options);
    notes.push(...cells.notes());
    if (row !== undefined) rows.push(row);
  }
  if (rows.length === 0 && findings.problems.length === 0) {
    findings.problem({ file: options.file, line: 1, column: 1, field: "(file)" }, "The file holds no tag that a row can carry.");
  }
  if (rows.length > MAX_ROWS) {
    const why = `The file has ${rows.length} tags; at most ${MAX_ROWS} are allowed. Export it in parts.`;
    findings.problem({ file: options.file, line: 1, column: 1, field: "(file)" }, why);
  }
  const all = findings.all();
  return all.length > 0 ? failed(all) : { rows, notes, problems: [] };
}

function readRow(cells: Cells, placement: Placement, options: KepwareOptions): TagRow | undefined {
  if (cells.name === "") return cells.problem("Tag Name", "The tag has no name.", "a text");
  const names = cells.name.split(".");
  const address = `nsu=${options.namespace ?? "KEPServerEX"};s=${options.prefix}.${cells.name}`;
  const fields = new KepwareRow(cells, options.via).read(address);
  if (fields === undefined) return undefined;
  const place = placement.place(names, cells.name, cells.spot("Tag Name"));
  if (place === undefined) return undefined;
  if (options.via === "kepware" || names.every((name) => segmentOf(name) === name)) cells.carry("Tag Name");
  else cells.because("The tag has the name in snake case.", "Tag Name");
  return { ...place, ...fields };
}

function checkServer({ file, via, prefix, namespace }: KepwareOptions, findings: Findings): void {
  const spot = (field: string): Spot => ({ file, line: 1, column: 1, field: `(options).${field}` });
  if (via === "kepware" && (prefix === undefined || !/^[^.]+(?:\.[^.]+)+$/.test(prefix))) {
    findings.problem(spot("prefix"), "Reading from Kepware needs the channel and the device of these tags.", {
      seen: prefix,
      allowed: "a text as in Channel1.Device1",
    });
  }
  if (namespace !== undefined && !/^[^;]+$/.test(namespace)) {
    findings.problem(spot("namespace"), "This is no namespace URI.", { seen: namespace, allowed: 'a text without ";"' });
  }
}

/** The header's names as ours where they are known; upper and lower case are the same to people who edit in spreadsheets. */
function readHeader(header: CsvRecord | undefined, file: string, findings: Findings): readonly string[] | undefined {
  const start = { file, line: header?.line ?? 1, column: 1, field: "(header)" };
  if (header === undefined) return findings.problem(start, "The file is empty.", { allowed: `a header with ${REQUIRED.join(", ")}` });
  const names = header.fields.map((field) => {
    const name = field.trim();
    return COLUMNS.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name;
  });
  let right = true;
  for (const [index, name] of names.entries()) {
    if (name === "" || names.indexOf(name) === index) continue;
    findings.problem({ ...start, column: header.columns[index] ?? 1 }, `The column "${name}" is given twice; keep one of them.`, {
      seen: name,
    });
    right = false;
  }
  for (const column of REQUIRED.filter((column) => !names.includes(column))) {
    const suggestion = nearest(
      column,
      names.filter((name) => !COLUMNS.some((known) => known === name)),
    );
    const meant = suggestion === undefined ? "" : ` "${suggestion}" stands there instead.`;
    findings.problem(start, `The column "${column}" is missing; this is no tag CSV of Kepware.${meant}`, { allowed: COLUMNS.join(", ") });
    right = false;
  }
  return right ? names : undefined;
}
