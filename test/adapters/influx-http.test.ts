import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { HistorianUnavailable, joinLines, splitLines } from "../../core/connect/history/index.ts";

interface Exchange {
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

const chunk = (values: unknown, partial: boolean) =>
  `${JSON.stringify({ results: [{ statement_id: 0, series: [{ name: "m", columns: ["time", "v"], values, partial }], partial }] })}\n`;

/** What influxd does not do on demand: the answers of proxies, of 2.x and 3.x, and broken ones. */
describe("InfluxDB historian over HTTP", () => {
  let server: Server;
  let answer: (exchange: Exchange, response: ServerResponse) => void;
  let seen: Exchange[];
  let historian: InfluxHistorian;

  before(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const raw = Buffer.concat(parts);
        const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
        const exchange = { url: new URL(request.url ?? "", "http://x"), headers: request.headers, body };
        seen.push(exchange);
        if (exchange.url.pathname === "/ping") response.writeHead(204, { "x-influxdb-version": "v2.7.0" }).end();
        else answer(exchange, response);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());
  beforeEach(() => {
    seen = [];
    historian = new InfluxHistorian({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      database: "twin",
      password: "s3cret-token",
      compress: true,
      timeoutMs: 2000,
    });
  });
  afterEach(() => historian.close());

  const status = (code: number, body = "", headers = {}) => {
    answer = (_exchange, response) => response.writeHead(code, headers).end(body);
  };
  const batch = joinLines(["m v=1 1", "m v=2 2", "m v=3 3", "m v=4 4"]);

  it("sends gzipped lines with nanosecond precision and the token as password", async () => {
    status(204);
    assert.deepEqual(await historian.write(batch), { written: 4, refused: [] });
    const [sent] = seen;
    assert.equal(sent?.url.pathname + (sent?.url.search ?? ""), "/write?db=twin&precision=ns");
    assert.equal(sent?.headers.authorization, `Basic ${Buffer.from("any:s3cret-token").toString("base64")}`);
    assert.deepEqual(sent?.body, Buffer.from(batch.lines));
  });

  it("does not compress for a server on the same machine", async () => {
    status(204);
    const near = new InfluxHistorian({ url: `http://localhost:${(server.address() as AddressInfo).port}`, database: "twin" });
    await near.write(batch);
    assert.deepEqual([seen[0]?.headers["content-encoding"], seen[0]?.headers.authorization], [undefined, undefined]);
    await near.close();
  });

  for (const code of [408, 429, 500, 502, 503, 504, 401, 403, 301]) {
    it(`asks to try again on HTTP ${code}`, async () => {
      status(code, '{"error":"not now"}', { "retry-after": "7", location: "http://example.invalid/" });
      await assert.rejects(historian.write(batch), (error: unknown) => {
        assert.ok(error instanceof HistorianUnavailable);
        assert.match(error.message, new RegExp(`HTTP ${code}`));
        assert.doesNotMatch(error.message, /s3cret/);
        if (code !== 301) assert.equal(error.retryAfterMs, 7000);
        return true;
      });
      assert.equal(seen.length, 1);
    });
  }

  it("finds the bad lines when the server does not count them, as 2.x and 3.x", async () => {
    answer = ({ body }, response) => {
      const bad = splitLines(body).some((line) => line.includes("v=3"));
      response.writeHead(bad ? 400 : 204).end(bad ? '{"code":"invalid","message":"no such thing"}' : "");
    };
    assert.deepEqual(await historian.write(batch), { written: 3, refused: [{ line: "m v=3 3", reason: "no such thing" }] });
  });

  it("sends less at once when the body is too large", async () => {
    answer = ({ body }, response) => response.writeHead(splitLines(body).length > 1 ? 413 : 204).end();
    assert.deepEqual(await historian.write(batch), { written: 4, refused: [] });
  });

  it("keeps a missing database for later where it cannot create one", async () => {
    status(404, '{"code":"not found","message":"bucket not found"}');
    await assert.rejects(
      historian.write(batch),
      (error: unknown) => error instanceof HistorianUnavailable && /no database twin: bucket not found/.test(error.message),
    );
  });

  it("asks to try again when the connection breaks in the middle of the answer", async () => {
    answer = (_exchange, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"results"');
      response.destroy();
    };
    await assert.rejects(historian.query({ measurement: "m", from: 0, to: 1, columns: [{ as: "v", field: "v" }] }), HistorianUnavailable);
  });

  it("joins a series that comes in several chunks", async () => {
    answer = (_exchange, response) => response.end(chunk([[1, 10]], true) + chunk([[2, 20]], false));
    const { series } = await historian.query({ measurement: "m", from: 0, to: 9, columns: [{ as: "v", field: "v" }] });
    assert.deepEqual(series, [
      {
        tags: {},
        rows: [
          [1, 10],
          [2, 20],
        ],
      },
    ]);
  });

  it("reads the whole of an answer whose server ignores `chunked`, in pieces", async () => {
    const values = Array.from({ length: 50_000 }, (_, index) => [index, `"x]}" ${index}`]);
    answer = (_exchange, response) => response.end(chunk(values, false));
    const { parse } = JSON;
    let longest = 0;
    JSON.parse = (text, ...more) => {
      longest = Math.max(longest, text.length);
      return parse(text, ...more) as unknown;
    };
    try {
      const { series } = await historian.query({ measurement: "m", from: 0, to: 1e6, columns: [{ as: "v", field: "v" }] });
      assert.deepEqual(series, [{ tags: {}, rows: values }]);
    } finally {
      JSON.parse = parse;
    }
    assert.ok(longest < 70_000, `${longest} characters were parsed in one turn`);
  });

  it("says what to check when another server answers, or one that breaks off in the middle of a document", async () => {
    const query = { measurement: "m", from: 0, to: 9, columns: [{ as: "v", field: "v" }] };
    for (const body of [
      "<html>{it works}</html>",
      "}",
      "[]]",
      '{"results":[{"series":[{"values":[[1,2],[1,',
      `${chunk([[1, 10]], true)}{`,
    ]) {
      answer = (_exchange, response) => response.end(body);
      await assert.rejects(historian.query(query), { name: "AnswerFault", message: /check that the URL names InfluxDB/ }, body);
    }
  });

  it("passes on what InfluxDB says about a query in an answer of status 200", async () => {
    for (const body of ['{"error":"no such field"}', '{"results":[{"statement_id":0,"error":"no such field"}]}']) {
      answer = (_exchange, response) => response.end(body);
      const query = historian.query({ measurement: "m", from: 0, to: 9, columns: [{ as: "v", field: "v" }] });
      await assert.rejects(query, /InfluxDB refused the query: no such field/);
    }
  });

  it("writes one batch after the other, in order", async () => {
    let running = 0;
    answer = (_exchange, response) => {
      assert.equal(++running, 1);
      setImmediate(() => {
        running--;
        response.writeHead(204).end();
      });
    };
    await Promise.all([1, 2, 3].map((i) => historian.write(joinLines([`m v=${i} ${i}`]))));
    assert.deepEqual(
      seen.map((s) => s.body.toString()),
      ["m v=1 1", "m v=2 2", "m v=3 3"],
    );
  });
});
