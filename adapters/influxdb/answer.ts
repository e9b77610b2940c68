/**
 * The answer to a query, read while it arrives, so that an answer of any size keeps no event loop for long. InfluxDB sends
 * one JSON document, or with `chunked` one per chunk; a server that ignores `chunked` sends one large one. Rows are cut out
 * of the document at row ends and parsed by the piece; what is left of it, its skeleton, says whose rows they are.
 */
import { HistorianUnavailable } from "../../core/connect/history/index.ts";

export interface InfluxSeries {
  readonly statement: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: (number | string | boolean | null)[][];
}

/** What InfluxDB says about a statement that it refuses, or that its answer is no answer. Trying again does not help. */
export class AnswerFault extends Error {
  override readonly name = "AnswerFault";
}

type Rows = InfluxSeries["values"];

interface Skeleton {
  readonly error?: string;
  readonly results?: readonly {
    readonly statement_id?: number;
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: Record<string, string>;
      readonly columns: string[];
      /** The number of the cut of rows that was here. */
      readonly values?: readonly number[];
    }[];
  }[];
}

const PIECE_BYTES = 65_536;
/** `{ results: [ { series: [ { values: [` */
const ROWS_DEPTH = 6;
const QUOTE = 0x22;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

export class AnswerReader {
  readonly #found = new Map<string, InfluxSeries>();
  /** Of the document that is being read. */
  #skeleton: Buffer[] = [];
  #cuts: Rows[] = [];
  #depth = 0;
  #inText = false;
  #escaped = false;
  #inList = false;
  /** The rows of one series, while they are being read, and what of them is not parsed yet. */
  #rows: Rows | undefined;
  #piece: Buffer[] = [];
  #pieceBytes = 0;

  /** The next bytes, cut anywhere. Throws `AnswerFault`, or `HistorianUnavailable` for a database that is not there yet. */
  take(part: Buffer): void {
    let from = 0;
    for (let at = 0; at < part.length; at += 1) {
      if (this.#inText) {
        at = this.#endOfText(part, at);
        continue;
      }
      const byte = part[at];
      if (byte === QUOTE) this.#inText = true;
      else if (byte === LIST || byte === OBJECT) {
        if (this.#depth === ROWS_DEPTH && this.#inList && this.#rows === undefined) {
          this.#set(part.subarray(from, at));
          this.#beginRows();
          from = at;
        }
        this.#depth += 1;
        if (this.#depth === ROWS_DEPTH) this.#inList = byte === LIST;
      } else if (byte === LIST_END || byte === OBJECT_END) {
        this.#depth -= 1;
        if (this.#depth > ROWS_DEPTH) continue;
        if (this.#depth < 0) throw noAnswer();
        if (this.#depth === 0) {
          this.#set(part.subarray(from, at + 1));
          this.#endDocument();
          from = at + 1;
        } else if (this.#rows !== undefined && this.#depth < ROWS_DEPTH) {
          this.#set(part.subarray(from, at));
          this.#endRows();
          from = at;
        } else if (this.#rows !== undefined && this.#pieceBytes + at - from >= PIECE_BYTES) {
          this.#set(part.subarray(from, at + 1));
          this.#parsePiece();
          from = at + 1;
        }
      }
    }
    this.#set(part.subarray(from));
  }

  /** The series, in the order in which they came. Throws `AnswerFault` when the answer broke off. */
  end(): InfluxSeries[] {
    if (this.#depth > 0 || Buffer.concat(this.#skeleton).toString("utf8").trim() !== "") throw noAnswer();
    return [...this.#found.values()];
  }

  /** Where the text that is being read ends, or the last byte of this part. */
  #endOfText(part: Buffer, from: number): number {
    for (let at = from; at < part.length; at += 1) {
      const byte = part[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inText = false;
        return at;
      }
    }
    return part.length;
  }

  #set(bytes: Buffer): void {
    if (this.#rows === undefined) this.#skeleton.push(bytes);
    else {
      this.#piece.push(bytes);
      this.#pieceBytes += bytes.length;
    }
  }

  #beginRows(): void {
    this.#skeleton.push(Buffer.from(String(this.#cuts.length)));
    this.#rows = [];
    this.#cuts.push(this.#rows);
  }

  #endRows(): void {
    this.#parsePiece();
    this.#rows = undefined;
  }

  /** A piece after the first begins with the comma that follows the row before it. */
  #parsePiece(): void {
    const text = Buffer.concat(this.#piece).toString("utf8").trimStart();
    this.#piece = [];
    this.#pieceBytes = 0;
    for (const row of parsed(`[${text.startsWith(",") ? text.slice(1) : text}]`) as Rows) this.#rows?.push(row);
  }

  #endDocument(): void {
    const { error, results = [] } = parsed(Buffer.concat(this.#skeleton).toString("utf8")) as Skeleton;
    const cuts = this.#cuts;
    this.#skeleton = [];
    this.#cuts = [];
    if (error !== undefined) throw refused(error);
    for (const { statement_id: statement = 0, error: fault, series = [] } of results) {
      if (fault !== undefined) throw refused(fault);
      for (const { tags = {}, columns, values: [cut] = [] } of series) this.#add(statement, tags, columns, cuts[cut ?? -1] ?? []);
    }
  }

  /** A series may go on in the next document. */
  #add(statement: number, tags: Record<string, string>, columns: string[], rows: Rows): void {
    const name = JSON.stringify([statement, tags]);
    const known = this.#found.get(name);
    if (known === undefined) this.#found.set(name, { statement, tags, columns, values: rows });
    else for (const row of rows) known.values.push(row);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noAnswer();
  }
}

/** A database that is not there yet will be: on 1.x the historian makes it, and who reads may come before that. */
function refused(reason: string): Error {
  if (reason.startsWith("database not found"))
    return new HistorianUnavailable(`InfluxDB has no such database yet (${reason.slice(0, 200)}).`);
  return new AnswerFault(`InfluxDB refused the query: ${reason.slice(0, 500)}`);
}

function noAnswer(): AnswerFault {
  return new AnswerFault("The answer to the query is not InfluxDB's JSON; check that the URL names InfluxDB itself.");
}
