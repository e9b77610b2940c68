/**
 * HTTP to InfluxDB by the API that versions 1, 2 and 3 share: `/ping`, `/write`, `/query` with Basic authentication.
 * Keep-alive, one request at a time for writes, bounded answers. Credentials never appear in an error.
 */
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip as gzipCallback } from "node:zlib";
import { HistorianUnavailable } from "../../core/connect/history/index.ts";
import { AnswerFault, AnswerReader, type InfluxSeries } from "./answer.ts";

const gzip = promisify(gzipCallback);

export interface InfluxSettings {
  /** `http://host:8086`; a path is kept as a prefix. Credentials in the URL are refused. */
  readonly url: string;
  readonly database: string;
  readonly user?: string;
  /** Password, or the API token on 2.x and 3.x (with any user name). */
  readonly password?: string;
  /** Longest wait for one answer, ms (default 20 000). */
  readonly timeoutMs?: number;
  /** Compress writes: a tenth of the bytes, at some cost in speed. By default wherever a network is in between. */
  readonly compress?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly version: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

const MAX_ANSWER_BYTES = 256 * 1_048_576;
const MAX_ERROR_BYTES = 65_536;
/** So much of an answer is read before others get their turn: a few milliseconds on a slow machine. */
const BYTES_PER_TURN = 131_072;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export class InfluxClient {
  readonly origin: string;
  readonly database: string;
  readonly #base: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #authorization: string | undefined;
  readonly #timeoutMs: number;
  readonly #compress: boolean;

  constructor(settings: InfluxSettings) {
    this.#base = baseOf(settings.url);
    this.origin = this.#base.origin;
    this.database = settings.database;
    this.#timeoutMs = settings.timeoutMs ?? 20_000;
    this.#compress = settings.compress ?? !LOOPBACK.test(this.#base.hostname);
    const { user = "any", password } = settings;
    this.#authorization = password === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const keep = { keepAlive: true, maxSockets: 4 };
    this.#agent = this.#base.protocol === "https:" ? new HttpsAgent(keep) : new HttpAgent(keep);
  }

  ping(): Promise<Answer> {
    return this.#request("GET", "ping", {}, undefined, {});
  }

  /** Lines to the database; the answer is for the caller to judge, except for what is worth trying again. */
  async write(lines: Uint8Array): Promise<Answer> {
    const body = this.#compress ? await gzip(lines, { level: 1 }) : lines;
    const headers = { "content-type": "text/plain; charset=utf-8", ...(this.#compress ? { "content-encoding": "gzip" } : {}) };
    return this.#request("POST", "write", { db: this.database, precision: "ns" }, body, headers);
  }

  /** Runs statements; times in the answer are ms. Throws what InfluxDB says about a statement it refuses. */
  async query(statements: readonly string[]): Promise<InfluxSeries[]> {
    const parameters = { db: this.database, epoch: "ms", chunked: "true", chunk_size: "10000" };
    const body = Buffer.from(new URLSearchParams({ q: statements.join(";\n") }).toString());
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const reader = new AnswerReader();
    const answer = await this.#request("POST", "query", parameters, body, headers, reader);
    if (answer.status !== 200) throw new Error(`InfluxDB at ${this.origin} refused the query: ${errorIn(answer)}`);
    return reader.end();
  }

  close(): void {
    this.#agent.destroy();
  }

  async #request(
    method: string,
    path: string,
    parameters: Readonly<Record<string, string>>,
    body: Uint8Array | undefined,
    headers: Readonly<Record<string, string>>,
    reader?: AnswerReader,
  ): Promise<Answer> {
    const url = new URL(path, this.#base);
    url.search = new URLSearchParams(parameters).toString();
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      signal: AbortSignal.timeout(this.#timeoutMs),
      headers: {
        ...headers,
        ...(body ? { "content-length": body.byteLength } : {}),
        ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
      },
    };
    const answer = await this.#exchange(url, options, body, reader);
    this.#throwIfWorthRetrying(answer);
    return answer;
  }

  /** With a reader, what it was asked for goes to it instead of `body`. */
  async #exchange(url: URL, options: RequestOptions, body: Uint8Array | undefined, reader?: AnswerReader): Promise<Answer> {
    try {
      const response = await send(url, options, body);
      return {
        status: response.statusCode ?? 0,
        version: headerOf(response, "x-influxdb-version"),
        retryAfterMs: retryAfterOf(headerOf(response, "retry-after")),
        body: reader && response.statusCode === 200 ? await readInto(reader, response) : await textOf(response),
      };
    } catch (error) {
      if (error instanceof RangeError || error instanceof AnswerFault || error instanceof HistorianUnavailable) throw error;
      const { name, code } = error as Error & { code?: string };
      const what = name === "TimeoutError" || code === "ABORT_ERR" ? `no answer within ${this.#timeoutMs} ms` : (code ?? name);
      throw new HistorianUnavailable(`InfluxDB at ${this.origin} cannot be reached: ${what}.`);
    }
  }

  #throwIfWorthRetrying(answer: Answer): void {
    const { status, retryAfterMs } = answer;
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    if (status === 401 || status === 403) {
      throw new HistorianUnavailable(
        `InfluxDB at ${this.origin} refused the credentials (HTTP ${status}); check user, password and rights.`,
        {
          retryAfterMs: retryAfterMs ?? 30_000,
        },
      );
    }
    if (status >= 500 || status === 408 || status === 429) {
      throw new HistorianUnavailable(`InfluxDB at ${this.origin} is not ready (HTTP ${status}): ${errorIn(answer)}`, options);
    }
    if (status >= 300 && status < 400) {
      throw new HistorianUnavailable(
        `InfluxDB at ${this.origin} answered with a redirection (HTTP ${status}); enter the final URL.`,
        options,
      );
    }
  }
}

/** The sentence of an error answer, cut to a readable length. */
export function errorIn(answer: Answer): string {
  try {
    const { error, message } = JSON.parse(answer.body) as { error?: unknown; message?: unknown };
    const said = typeof error === "string" ? error : message;
    if (typeof said === "string") return said.slice(0, 500);
  } catch {
    // Not JSON, as from a proxy in between.
  }
  return `HTTP ${answer.status} ${answer.body.slice(0, 200)}`.trim();
}

function baseOf(text: string): URL {
  let url: URL;
  try {
    url = new URL(text.endsWith("/") ? text : `${text}/`);
  } catch {
    throw new RangeError("The InfluxDB URL is not a URL such as http://127.0.0.1:8086.");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new RangeError("The InfluxDB URL begins with http:// or https://.");
  if (url.username !== "" || url.password !== "")
    throw new RangeError("Enter user and password in their own fields, not in the InfluxDB URL.");
  return url;
}

function send(url: URL, options: RequestOptions, body: Uint8Array | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of bounded(response, MAX_ERROR_BYTES)) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** The text that is left for others to read: none. */
async function readInto(reader: AnswerReader, response: IncomingMessage): Promise<""> {
  let thisTurn = 0;
  for await (const part of bounded(response, MAX_ANSWER_BYTES)) {
    reader.take(part);
    thisTurn += part.length;
    if (thisTurn < BYTES_PER_TURN) continue;
    thisTurn = 0;
    await nextTurn();
  }
  return "";
}

async function* bounded(response: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new RangeError(`The answer of InfluxDB is larger than ${maxBytes} bytes; ask for a shorter range.`);
    yield part;
  }
}

function headerOf(response: IncomingMessage, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function retryAfterOf(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
