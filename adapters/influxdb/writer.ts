/** Writes batches to InfluxDB and finds out which lines it will never take. */
import {
  HistorianUnavailable,
  joinLines,
  type LineBatch,
  parseLine,
  splitLines,
  type WriteReport,
} from "../../core/connect/history/index.ts";
import { type Answer, errorIn, type InfluxClient } from "./client.ts";

/** InfluxDB 1.x takes bodies up to 25 MB. */
const MAX_BODY_BYTES = 8 * 1_048_576;

type Refused = { line: string; reason: string };

/** `createDatabase` runs when InfluxDB says that it is missing. */
export async function writeBatch(client: InfluxClient, batch: LineBatch, createDatabase: () => Promise<void>): Promise<WriteReport> {
  if (batch.count === 0) return { written: 0, refused: [] };
  if (batch.lines.byteLength <= MAX_BODY_BYTES) {
    const answer = await writeOrCreate(client, batch.lines, createDatabase);
    if (isWritten(answer)) return { written: batch.count, refused: [] };
    if (answer.status === 404) throw missing(client, answer);
  }
  const lines = splitLines(batch.lines);
  const { good, refused } = readable(lines);
  await writePieces(client, good, refused, createDatabase);
  return { written: lines.length - refused.length, refused };
}

/** Lines that are no line protocol at all need no server to refuse them. */
function readable(lines: readonly string[]): { good: string[]; refused: Refused[] } {
  const good: string[] = [];
  const refused: Refused[] = [];
  for (const line of lines) {
    const point = parseLine(line);
    if (typeof point === "string") refused.push({ line, reason: point });
    else good.push(line);
  }
  return { good, refused };
}

/** Halves what is refused until only bad lines are left; a half that is refused as a whole is not halved further. */
async function writePieces(
  client: InfluxClient,
  lines: readonly string[],
  refused: Refused[],
  createDatabase: () => Promise<void>,
): Promise<void> {
  if (lines.length === 0) return;
  const { lines: body } = joinLines(lines);
  if (body.byteLength <= MAX_BODY_BYTES || lines.length === 1) {
    const answer = await writeOrCreate(client, body, createDatabase);
    if (isWritten(answer)) return;
    if (answer.status === 404) throw missing(client, answer);
    const reason = errorIn(answer);
    if (lines.length === 1 || droppedOf(reason) === lines.length) {
      for (const line of lines) refused.push({ line, reason });
      return;
    }
  }
  const middle = Math.ceil(lines.length / 2);
  await writePieces(client, lines.slice(0, middle), refused, createDatabase);
  await writePieces(client, lines.slice(middle), refused, createDatabase);
}

async function writeOrCreate(client: InfluxClient, body: Uint8Array, createDatabase: () => Promise<void>): Promise<Answer> {
  const answer = await client.write(body);
  if (answer.status !== 404) return answer;
  await createDatabase();
  return client.write(body);
}

function isWritten(answer: Answer): boolean {
  return answer.status === 204 || answer.status === 200;
}

/** InfluxDB 1.x: `partial write: … dropped=3`. */
function droppedOf(reason: string): number | undefined {
  const found = /^partial write: .* dropped=(\d+)$/s.exec(reason);
  return found ? Number(found[1]) : undefined;
}

function missing(client: InfluxClient, answer: Answer): HistorianUnavailable {
  return new HistorianUnavailable(`InfluxDB at ${client.origin} has no database ${client.database}: ${errorIn(answer)}; create it.`, {
    retryAfterMs: 30_000,
  });
}
