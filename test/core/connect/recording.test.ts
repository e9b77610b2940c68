import assert from "node:assert/strict";
import vm from "node:vm";
import * as fc from "fast-check";
import {
  ABSENT,
  COMPARE_DEFAULTS,
  compareOutputs,
  decodeValue,
  encodeValue,
  EncodingFault,
  entryLine,
  headerLine,
  LONGEST_LINE,
  type NumberedEntry,
  readRecording,
  type RecordedMessage,
  recordedFields,
  type RecordingProblem,
  showComparison,
} from "../../../core/connect/recording/index.ts";

const AT = Date.UTC(2026, 2, 3, 8);
const HEADER = headerLine({
  format: "twinline-recording",
  version: 1,
  created: AT,
  zone: "Europe/Dublin",
  nodes: [{ id: "in", name: "In" }],
});
const line = (message: RecordedMessage, at = AT, node = "in"): string => entryLine(at, node, message, Object.keys(message));
const file = (...lines: string[]): string => `${[HEADER, ...lines].join("\n")}\n`;
const buffer = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes);

function entriesOf(text: string): readonly NumberedEntry[] {
  const reading = readRecording(text, buffer);
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.recording.entries;
}

function problemsOf(text: string): readonly RecordingProblem[] {
  const reading = readRecording(text);
  return "problems" in reading ? reading.problems : [];
}

/** Everything that a message may hold and a recording must give back. */
const safeKey = fc.string({ maxLength: 8 }).filter((key) => !["__proto__", "constructor", "prototype"].includes(key));
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.float32Array({ maxLength: 8 }),
    fc.float64Array({ maxLength: 8 }),
    fc.int16Array({ maxLength: 8 }),
    fc.bigInt64Array({ maxLength: 8 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        safeKey,
        safeKey.map((key) => `$${key}`),
        fc.constantFrom("$date", "$$", "$number"),
      ),
      tie("value"),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
}));

describe("the encoding of a recording", () => {
  it("gives back every value that a message may hold, through JSON", () => {
    fc.assert(
      fc.property(anything, (value) => {
        assert.deepStrictEqual(decodeValue(JSON.parse(JSON.stringify(encodeValue(value))), "message", buffer), value);
      }),
      { numRuns: 1000 },
    );
  });

  it("knows a Buffer from other bytes, and gives plain bytes to who names no Buffer", () => {
    const encoded = encodeValue({ a: Buffer.from("ab"), b: new Uint8Array([1]) });
    assert.deepEqual(encoded, { a: { $buffer: "YWI=" }, b: { $bytes: "AQ==" } });
    const decoded = decodeValue(encoded) as { a: Uint8Array };
    assert.equal(Buffer.isBuffer(decoded.a), false);
    assert.deepEqual([...decoded.a], [97, 98]);
  });

  it("records what a function node made, whose objects come from another realm", () => {
    const value: unknown = vm.runInNewContext("({ list: [1, { when: new Date(5) }], bytes: new Uint8Array([7]) })");
    assert.deepEqual(encodeValue(value), { list: [1, { when: { $date: 5 } }], bytes: { $bytes: "Bw==" } });
  });

  it("refuses with reason and place what it cannot give back", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    const deep = Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 1);
    for (const [value, reason, field] of [
      [{ a: [() => 1] }, "NOT_RECORDABLE", "message.a[0]"],
      [{ a: Symbol("x") }, "NOT_RECORDABLE", "message.a"],
      [{ a: new Map() }, "NOT_RECORDABLE", "message.a"],
      [{ a: new URLSearchParams() }, "NOT_RECORDABLE", "message.a"],
      [loop, "NOT_RECORDABLE", "message.self"],
      [JSON.parse('{"a":{"__proto__":1}}'), "FORBIDDEN_KEY", "message.a.__proto__"],
      [{ a: "x".repeat(LONGEST_LINE) }, "TOO_LARGE", "message.a"],
      [Array.from({ length: LONGEST_LINE }), "TOO_LARGE", "message"],
    ] as const)
      assert.throws(
        () => encodeValue(value),
        (error) => error instanceof EncodingFault && error.reason === reason && error.field === field,
        `${reason} ${field}`,
      );
    assert.throws(() => encodeValue(deep), { reason: "TOO_LARGE" });
  });

  it("records the same object twice when it does not contain itself", () => {
    const shared = { n: 1 };
    assert.deepEqual(encodeValue([shared, shared]), [{ n: 1 }, { n: 1 }]);
  });

  it("refuses to read what it cannot have written", () => {
    for (const json of [
      { $number: "12" },
      { $bigint: "x" },
      { $bytes: "?" },
      { $array: ["Function", 1] },
      { $array: ["Float64Array", "1"] },
      { $later: 1 },
      { $date: 1, b: 2 },
      { $undefined: false },
      JSON.parse('{"__proto__":1}'),
      JSON.parse('{"$$__proto__":1,"constructor":2}'),
    ])
      assert.throws(() => decodeValue(json), EncodingFault, JSON.stringify(json));
  });
});

describe("a recording", () => {
  it("holds the named properties and never what holds connections or secrets", () => {
    const message = { topic: "t", payload: 1, reason: "r", req: {}, res: {}, credentials: { a: 1 }, _msgid: "x" };
    assert.equal(entryLine(AT, "in", message, ["topic", "payload"]), `{"at":${AT},"node":"in","message":{"topic":"t","payload":1}}`);
    assert.deepEqual(entriesOf(file(entryLine(AT, "in", message, Object.keys(message))))[0]?.message, {
      topic: "t",
      payload: 1,
      reason: "r",
    });
    assert.deepEqual(recordedFields(" reason, parts,reason "), { fields: ["topic", "payload", "reason", "parts"] });
    for (const text of ["req", "payload, credentials", "__proto__"]) assert.ok("problem" in recordedFields(text), text);
    assert.ok("problem" in recordedFields("a.b"));
  });

  it("refuses a line that is longer than a reader takes", () => {
    assert.throws(() => line({ payload: "\u0001".repeat(LONGEST_LINE / 4) }), { reason: "TOO_LARGE" });
    assert.deepEqual(
      problemsOf(file(`{"at":1,"node":"in","message":{"payload":"${"x".repeat(LONGEST_LINE)}"}}`)).map(({ line: at }) => at),
      [2],
    );
  });

  it("names the line of everything that is wrong, and no more than a person mends at once", () => {
    const wrong = [
      "{",
      "[]",
      '{"at":1.5,"node":"in","message":{}}',
      '{"at":1,"message":{}}',
      '{"at":1,"node":"in"}',
      '{"at":1,"node":"in","message":{"payload":{"$later":1}}}',
      '{"at":1,"node":"in","message":{"req":{}}}',
      '{"at":1,"node":"in","message":{"payload":{"constructor":1}}}',
      "",
    ];
    assert.deepEqual(
      problemsOf(file(line({ payload: 1 }), ...wrong)).map(({ line: at }) => at),
      wrong.map((_, index) => index + 3),
    );
    assert.equal(problemsOf(file(...Array.from({ length: 100 }, () => "{"))).length, 20);
  });

  it("refuses what is no recording and what a newer Twinline wrote, with a sentence", () => {
    for (const [text, pattern] of [
      ["", /valid JSON/],
      ["{}\n", /header/],
      ['{"format":"twinline-recording","version":2}\n', /version 2.*newer/],
      ['{"format":"twinline-recording","version":1,"created":1}\n', /nodes/],
      ['{"format":"twinline-recording","version":1,"created":"1","nodes":[]}\n', /created/],
      ['{"format":"twinline-recording","version":1,"created":1,"nodes":[],"zone":"../etc"}\n', /zone/],
    ] as const) {
      const [problem] = problemsOf(text);
      assert.equal(problem?.line, 1);
      assert.match(problem.message, pattern);
    }
  });

  it("passes over members and kinds of lines that it does not know, and says so of lines", () => {
    const header = HEADER.replace("{", '{"later":1,');
    const reading = readRecording(`${header}\n{"kind":"mark","text":"x"}\n${line({ payload: 1 }).replace("{", '{"later":1,')}\r\n`);
    assert.ok("recording" in reading);
    assert.deepEqual(
      reading.recording.entries.map(({ message, line: at }) => [message, at]),
      [[{ payload: 1 }, 3]],
    );
    assert.deepEqual(
      reading.recording.warnings.map(({ line: at }) => at),
      [2],
    );
  });

  it("is read up to the last whole line when the process was killed while writing, wherever that was", () => {
    const whole = file(line({ payload: "ä" }), line({ payload: { n: 1 } }, AT + 1));
    const begin = whole.indexOf("\n", HEADER.length + 1) + 1;
    fc.assert(
      fc.property(fc.integer({ min: begin + 1, max: whole.length - 2 }), (end) => {
        const reading = readRecording(whole.slice(0, end));
        assert.ok("recording" in reading);
        assert.equal(reading.recording.entries.length, 1);
        assert.match(reading.recording.warnings[0]?.message ?? "", /cut off/);
        assert.equal(reading.recording.warnings[0]?.line, 3);
      }),
    );
    assert.equal(entriesOf(whole.slice(0, -1)).length, 2);
    assert.equal(problemsOf(whole.replace('"n":1}}}', '"n":1}')).length, 1);
  });
});

const expect = (...payloads: unknown[]): NumberedEntry[] =>
  payloads.map((payload, index) => ({ at: AT + index, node: "out", message: { payload }, line: index + 2 }));

const compare = (expected: unknown[], actual: unknown[], options: Partial<typeof COMPARE_DEFAULTS> = {}) =>
  compareOutputs(expect(...expected), expect(...actual), { ...COMPARE_DEFAULTS, ...options });
const kinds = (expected: unknown[], actual: unknown[], options: Partial<typeof COMPARE_DEFAULTS> = {}): string[] =>
  compare(expected, actual, options).differences.map(({ kind, position }) => `${kind} ${position}`);

describe("comparing outputs", () => {
  it("finds every value equal to itself", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (values) => {
        const copies = values.map((value) => decodeValue(encodeValue(value), "message", buffer));
        assert.equal(compare(values, copies).different, 0);
      }),
    );
  });

  it("names the member that differs, and what one side does not have", () => {
    const [changed] = compare([{ a: [1, { b: 2 }] }], [{ a: [1, { b: 3 }] }]).differences;
    assert.ok(changed?.kind === "changed");
    assert.deepEqual([changed.path, changed.expected, changed.actual, changed.line], ["payload.a[1].b", 2, 3, 2]);
    const [absent] = compare([{ a: 1 }], [{}]).differences;
    assert.ok(absent?.kind === "changed" && absent.actual === ABSENT);
    assert.equal(compare([{ a: undefined }], [{}]).different, 1);
    assert.equal(compare([[1, 2]], [[1]]).different, 1);
    assert.equal(compare([new Date(1)], [new Date(2)]).different, 1);
    assert.equal(compare([new Date(1)], [1]).different, 1);
    assert.equal(compare([new Uint8Array([1])], [[1]]).different, 1);
    assert.equal(compare([1n], [1]).different, 1);
  });

  it("does not let one lost or added message make all others differ", () => {
    const all = Array.from({ length: 50 }, (_, index) => ({ index }));
    assert.deepEqual(kinds(all, all.toSpliced(10, 2)), ["missing 11", "missing 12"]);
    assert.deepEqual(kinds(all, all.toSpliced(10, 0, { index: -1 })), ["extra 11"]);
    assert.deepEqual(kinds(all, all.toSpliced(10, 1, { index: -1 })), ["changed 11"]);
    assert.deepEqual(kinds(all, [...all, { index: 50 }]), ["extra 51"]);
    assert.deepEqual(kinds(all, all.slice(0, -1)), ["missing 50"]);
  });

  it("counts every difference and describes the first ones", () => {
    const result = compare(
      Array.from({ length: 30 }, () => 1),
      Array.from({ length: 30 }, () => 2),
      { most: 3 },
    );
    assert.deepEqual([result.different, result.equal, result.differences.length], [30, 0, 3]);
    assert.match(showComparison(result, () => "Out").at(-1) ?? "", /27 more/);
  });

  it("ignores the named members at any depth, by default when something was received", () => {
    assert.equal(compare([[{ v: 1, received: 1 }]], [[{ v: 1, received: 2 }]]).different, 0);
    assert.equal(compare([{ v: 1, received: 1 }], [{ v: 1 }]).different, 0);
    assert.equal(compare([{ v: 1, received: 1 }], [{ v: 1, received: 2 }], { ignore: [] }).different, 1);
  });

  it("lets numbers differ by the tolerance, as a share above 1", () => {
    assert.equal(compare([0.1 + 0.2], [0.3]).different, 1);
    assert.equal(compare([0.1 + 0.2], [0.3], { tolerance: 1e-12 }).different, 0);
    assert.equal(compare([1_000_000.5], [1_000_001.5], { tolerance: 1e-6 }).different, 0);
    assert.equal(compare([1_000_000.5], [1_000_002.5], { tolerance: 1e-6 }).different, 1);
    assert.equal(compare([3], [3.000_000_1], { tolerance: 1e-6 }).different, 0);
    assert.equal(compare([Number.NaN, 1], [Number.NaN, Number.NaN], { tolerance: 1 }).different, 1);
    assert.equal(compare([Number.POSITIVE_INFINITY], [1], { tolerance: 0.5 }).different, 1);
  });

  it("compares whole numbers exactly whatever the tolerance: a hundredth of a time would be months", () => {
    assert.equal(compare([{ timestamp: AT }], [{ timestamp: AT + 1 }], { tolerance: 0.01 }).different, 1);
    assert.equal(compare([100], [101], { tolerance: 0.5 }).different, 1);
  });

  it("takes one message between equal ones for changed, although another like it follows", () => {
    assert.deepEqual(kinds([5, 1, 1, 1], [1, 1, 1, 1]), ["changed 1"]);
  });

  it("keeps the order of a node strictly, or only that of each tag, however samples are packed", () => {
    const [a1, a2, b1] = [
      { tag: "a", value: 1 },
      { tag: "a", value: 2 },
      { tag: "b", value: 1 },
    ];
    assert.ok(compare([a1, a2, b1], [[b1, a1], a2]).different > 0);
    assert.equal(compare([a1, a2, b1], [[b1, a1], a2], { order: "tag" }).different, 0);
    assert.deepEqual(
      compare([a1, a2, b1], [[b1, a2], a1], { order: "tag" }).differences.map(({ tag }) => tag),
      ["a", "a"],
    );
    assert.equal(compare(["x", a1], [a1, "y"], { order: "tag" }).different, 1);
  });

  it("compares each node by itself: Node-RED promises no order between two", () => {
    const [one, two] = expect(1, 2) as [NumberedEntry, NumberedEntry];
    const other = { ...two, node: "other" };
    assert.equal(compareOutputs([one, other], [other, one]).different, 0);
    assert.equal(compareOutputs([one, other], [one]).different, 1);
  });

  it("shows node, position, line, time and both values", () => {
    assert.deepEqual(
      showComparison(compare([{ v: 1 }, 2], [{ v: Number.NaN }]), () => "Out"),
      [
        "Out, message 1, line 2, 2026-03-03T08:00:00.000Z: payload.v",
        "  expected  1",
        '  got       {"$number":"NaN"}',
        "Out, message 2, line 3, 2026-03-03T08:00:00.001Z: missing",
        '  expected  {"payload":2}',
      ],
    );
  });
});
