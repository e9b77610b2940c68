import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import { type CsvOptions, type Delimiter, parseCsv } from "../../../core/connect/csv/index.ts";

const DELIMITERS: readonly Delimiter[] = [",", ";", "\t"];

function fieldsOf(text: string, options?: CsvOptions): readonly (readonly string[])[] {
  const { records, problems } = parseCsv(text, options);
  assert.deepEqual(problems, []);
  return records.map(({ fields }) => fields);
}
function problemsOf(text: string): readonly string[] {
  return parseCsv(text, { file: "t.csv" }).problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

const quoted = (text: string): string => (/^[^",;\t\r\n\uFEFF]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);

describe("parseCsv", () => {
  it("reads records with any of the three line endings, with and without one at the end", () => {
    assert.deepEqual(fieldsOf("a,b\r\n1,2\n3,4\r5,6"), [
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
      ["5", "6"],
    ]);
    assert.deepEqual(fieldsOf("a,b\r\n"), [["a", "b"]]);
    assert.deepEqual(fieldsOf(""), []);
  });

  it("reads quoted fields with delimiters, doubled quotes and line breaks in them", () => {
    assert.deepEqual(fieldsOf('"a,1","say ""yes""","two\r\nlines",""'), [["a,1", 'say "yes"', "two\r\nlines", ""]]);
  });

  it("leaves fields as they are: blanks, numbers and formulas", () => {
    assert.deepEqual(fieldsOf(" a ,=1+1,007,+SUM(A1)"), [[" a ", "=1+1", "007", "+SUM(A1)"]]);
  });

  it("takes a byte order mark for none of the text", () => {
    assert.deepEqual(fieldsOf('\uFEFF"a",b'), [["a", "b"]]);
  });

  for (const [delimiter, header] of [
    [",", "a,b;c"],
    [";", 'a;"b,c,d";e'],
    ["\t", "a\tb,c\td"],
    [",", "only"],
  ] as const) {
    it(`finds ${JSON.stringify(delimiter)} in the header ${JSON.stringify(header)}`, () => {
      assert.equal(parseCsv(`${header}\nx;y;z;u;v`).delimiter, delimiter);
    });
  }

  it("takes the delimiter that it is told", () => {
    assert.deepEqual(fieldsOf("a,b;c,d", { delimiter: ";" }), [["a,b", "c,d"]]);
  });

  it("counts lines within quoted fields and skips empty ones, so that each record names its own", () => {
    const { records } = parseCsv('h,i\r\n"1\r\n2\r3\n4",x\r\n\r\ny,"z"\n');
    assert.deepEqual(
      records.map(({ line, columns }) => [line, ...columns]),
      [
        [1, 1, 3],
        [2, 1, 4],
        [7, 1, 3],
      ],
    );
  });

  it("reports every record that has more or fewer fields than the first", () => {
    assert.deepEqual(problemsOf("a,b\n1\n1,2\n1,2,3"), [
      "t.csv:2:1 This record has 1 fields, but the first one has 2. Allowed: 2 fields.",
      "t.csv:4:1 This record has 3 fields, but the first one has 2. Allowed: 2 fields.",
    ]);
  });

  it("reports quotes that are not RFC 4180, each where it stands", () => {
    assert.deepEqual(
      problemsOf('a,b\n5" pipe,x\n"y"z,w\nq,"never').map((text) => text.slice(0, 30)),
      ["t.csv:2:1 A quote stands in a ", "t.csv:3:4 Text follows the quo", "t.csv:4:3 The quote that opens"],
    );
  });

  it("refuses what is not UTF-8 text and says on which line", () => {
    for (const foreign of ["\0", "\uFFFD"]) {
      assert.deepEqual(problemsOf(`a\nb${foreign}`), ["t.csv:2:1 The file is not UTF-8 text; save it again as UTF-8."]);
      assert.deepEqual(parseCsv(`a\nb${foreign}`).records, []);
    }
  });

  it("is bounded in characters, fields and the length of a field", () => {
    assert.match(problemsOf("x".repeat(32 * 1024 * 1024 + 1))[0] ?? "", /at most 33554432/);
    assert.match(problemsOf(",".repeat(1000))[0] ?? "", /more than 256 fields/);
    assert.match(problemsOf("x".repeat(70_000))[0] ?? "", /at most 65536/);
    assert.match(problemsOf("x\n".repeat(250_001))[0] ?? "", /more than 250000 records/);
  });

  it("reads back whatever is written by RFC 4180, with any delimiter and line ending", () => {
    const field = fc
      .oneof(fc.string(), fc.string({ unit: fc.constantFrom(",", ";", "\t", '"', "\n", "\r", " ", "a", "ü") }))
      .filter((text) => !/[\0\uFFFD]/.test(text));
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1 }));
    fc.assert(
      fc.property(table, fc.constantFrom(...DELIMITERS), fc.constantFrom("\n", "\r\n", "\r"), (rows, delimiter, newline) => {
        const text = rows.map((row) => row.map(quoted).join(delimiter)).join(newline);
        assert.deepEqual(fieldsOf(text, { delimiter }), rows);
      }),
    );
  });

  it("never throws, and every record and problem names a line of the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(",", ";", '"', "\n", "\r", "a"), maxLength: 60 }), (text) => {
        const lines = text.split(/\r\n|\r|\n/).length;
        const { records, problems } = parseCsv(text);
        for (const { line } of [...records, ...problems]) assert.ok(line >= 1 && line <= lines, `${line} of ${lines}`);
      }),
    );
  });
});
