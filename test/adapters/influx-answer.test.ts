import assert from "node:assert/strict";
import * as fc from "fast-check";
import { AnswerReader, type InfluxSeries } from "../../adapters/influxdb/answer.ts";

/** What structure is made of, within texts, and characters of several bytes that a cut may divide. */
const text = fc.string({ unit: fc.constantFrom("[", "]", "{", "}", ",", '"', "\\", "\n", " ", "a", "é", "…", "𝄞"), maxLength: 8 });
const cell = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), text, fc.boolean(), fc.constant(null));
const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
const series = fc.record(
  {
    name: text,
    tags: fc.dictionary(fc.constantFrom("asset", "signal"), text),
    columns: fc.array(text, { minLength: 1, maxLength: 4 }),
    values: rows,
    partial: fc.boolean(),
  },
  { requiredKeys: ["name", "columns"] },
);
const document = fc.record({
  results: fc.array(
    fc.record(
      {
        statement_id: fc.nat(2),
        series: fc.array(series, { maxLength: 3 }),
        messages: fc.array(fc.record({ level: text, text })),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  ),
});

/** What the documents say, read whole: series of one statement with the same tags are one. */
function readWhole(documents: readonly { results: readonly unknown[] }[]): unknown[] {
  const found = new Map<string, { statement: number; tags: object; columns: unknown; values: unknown[] }>();
  for (const { results } of documents)
    for (const result of results as { statement_id?: number; series?: { tags?: object; columns: unknown; values?: unknown[] }[] }[])
      for (const { tags = {}, columns, values = [] } of result.series ?? []) {
        const statement = result.statement_id ?? 0;
        const name = JSON.stringify([statement, tags]);
        const known = found.get(name);
        if (known) known.values.push(...values);
        else found.set(name, { statement, tags, columns, values: [...values] });
      }
  return [...found.values()];
}

function read(body: Buffer, cuts: readonly number[]): InfluxSeries[] {
  const reader = new AnswerReader();
  const at = [0, ...cuts.map((cut) => cut % (body.length + 1)).toSorted((a, b) => a - b), body.length];
  for (const [index, to] of at.slice(1).entries()) reader.take(body.subarray(at[index], to));
  return reader.end();
}

describe("the answer of InfluxDB", () => {
  it("says the same however it is cut and spaced, in one document or many", () => {
    const layout = fc.constantFrom<string | number | undefined>(undefined, 1, "\t");
    const property = fc.property(
      fc.array(document, { maxLength: 4 }),
      layout,
      fc.array(fc.nat(), { maxLength: 12 }),
      (documents, space, cuts) => {
        const sent = JSON.parse(JSON.stringify(documents)) as typeof documents; // -0 is 0 on the wire
        const body = Buffer.from(sent.map((one) => `${JSON.stringify(one, null, space)}\n`).join(""));
        assert.deepEqual(read(body, cuts), readWhole(sent));
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });

  it("says the same when it comes byte by byte", () => {
    const body = Buffer.from(
      '{"results":[{"series":[{"name":"m","columns":["time","s"],"values":[[1,"]\\"\\\\"],[2,"é"] , [3,null]]}]}]}\n',
    );
    const values = [
      [1, ']"\\'],
      [2, "é"],
      [3, null],
    ];
    assert.deepEqual(
      read(
        body,
        Array.from(body, (_, index) => index),
      ),
      [{ statement: 0, tags: {}, columns: ["time", "s"], values }],
    );
  });

  it("says the same when one series is longer than a piece", () => {
    const values = Array.from({ length: 20_000 }, (_, index) => [index, index / 8, "x,]"]);
    const one = { results: [{ statement_id: 1, series: [{ name: "m", tags: { asset: "a" }, columns: ["time", "v", "s"], values }] }] };
    const body = Buffer.from(JSON.stringify(one, null, 1));
    const cuts = Array.from({ length: 40 }, (_, index) => index * 16_381);
    assert.deepEqual(read(body, cuts), [{ statement: 1, tags: { asset: "a" }, columns: ["time", "v", "s"], values }]);
  });
});
