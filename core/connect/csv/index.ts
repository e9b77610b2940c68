/** RFC 4180 and what spreadsheets make of it. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line on which it starts, from 1. */
  readonly line: number;
}
export interface Csv {
  readonly records: readonly CsvRecord[];
  readonly delimiter: string;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

export function parseCsv(text: string): Csv {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const heading = body.slice(0, body.search(/[\r\n]|$/));
  const delimiter = [",", ";", "\t"].toSorted((a, b) => heading.split(b).length - heading.split(a).length)[0] ?? ",";
  const records: CsvRecord[] = [];
  const problems: { line: number; message: string }[] = [];
  let [fields, field, line, start, quoted, at]: [string[], string, number, number, boolean, number] = [[], "", 1, 1, false, 0];
  for (; at < body.length; at += 1) {
    const c = body[at];
    if (quoted) {
      if (c === '"' && body[at + 1] === '"') {
        field += '"';
        at += 1;
      } else if (c === '"') quoted = false;
      else {
        field += c;
        if (c === "\n") line += 1;
      }
    } else if (c === '"' && field === "") quoted = true;
    else if (c === delimiter) {
      fields.push(field);
      field = "";
    } else if (c === "\n") {
      fields.push(field.replace(/\r$/, ""));
      records.push({ fields, line: start });
      fields = [];
      field = "";
      line += 1;
      start = line;
    } else field += c;
  }
  if (quoted) problems.push({ line: start, message: "A quote is opened and never closed." });
  if (field !== "" || fields.length > 0) records.push({ fields: [...fields, field.replace(/\r$/, "")], line: start });
  return { records, delimiter, problems };
}
