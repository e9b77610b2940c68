import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import type { Note } from "../../../core/connect/tag-import/index.ts";
import type { TagRow } from "../../../core/connect/tag-sheet/row.ts";
import { good, ignition, kepware, problems, record, row, sample } from "./tag-import-samples.ts";

const key = (name: string): string => (/^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

/** Every leaf of a list of tags: where it is and what it says. An independent walk, not the importer's. */
function leaves(tags: readonly unknown[], parent: string): (readonly [path: string, property: string, value: Note["value"]])[] {
  const inner = (node: unknown, property: string): [string, Note["value"]][] => {
    if (Array.isArray(node))
      return node.length === 0 ? [[property, "[]"]] : node.flatMap((item, index) => inner(item, `${property}[${index}]`));
    if (typeof node === "object" && node !== null) {
      const entries = Object.entries(node);
      return entries.length === 0 ? [[property, "{}"]] : entries.flatMap(([name, value]) => inner(value, property + key(name)));
    }
    const isWritten = typeof node !== "number" || !/^-?\d+$/.test(String(node)) || BigInt(String(node)) === BigInt(node);
    return [[property, isWritten ? (node as Note["value"]) : String(node)]];
  };
  return (tags as Record<string, unknown>[]).flatMap((tag) => {
    const path = parent === "" ? String(tag["name"]) : `${parent}/${String(tag["name"])}`;
    return Object.entries(tag).flatMap(([key, node]) => {
      if (key === "tags" && Array.isArray(node) && node.length > 0) return leaves(node, path);
      const start = /^[\w-]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
      return inner(node, start).map(([property, value]) => [path, property, value] as const);
    });
  });
}

const ROW_TYPES: Readonly<Record<string, string>> = { Int2: "int", Int8: "int64", Float8: "float", Boolean: "bool", String: "string" };
const extraKey = fc
  .string({ maxLength: 8 })
  .filter((key) => !["__proto__", "constructor", "prototype", "tags", "name", "tagType"].includes(key));
const clean = (node: unknown): unknown =>
  JSON.parse(JSON.stringify(node), (key, value: unknown) => (key === "__proto__" ? undefined : value));
const hostile = (node: unknown): boolean => /"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(node));
const known = fc.record(
  {
    valueSource: fc.constantFrom("opc", "memory", "expr", "db", "derived", "reference"),
    dataType: fc.constantFrom(...Object.keys(ROW_TYPES), "Float4Array", "DataSet", "DateTime"),
    opcServer: fc.string(),
    opcItemPath: fc.string({ minLength: 1 }),
    engUnit: fc.constantFrom("g", "°C", "frobs", "bar"),
    engLow: fc.integer({ min: -100, max: 0 }),
    engHigh: fc.integer({ min: 1, max: 100 }),
    engLimitMode: fc.constantFrom("No_Clamp", "Clamp_Low", "Clamp_High", "Clamp_Both", "Odd"),
    scaleMode: fc.constantFrom("Off", "Linear", "SquareRoot", "ExponentialFilter", "BitInversion"),
    rawLow: fc.integer({ min: -100, max: 0 }),
    rawHigh: fc.integer({ min: 1, max: 100 }),
    scaledLow: fc.double({ noNaN: true, noDefaultInfinity: true }),
    scaledHigh: fc.double({ noNaN: true, noDefaultInfinity: true }),
    clampMode: fc.constantFrom("No_Clamp", "Clamp_Both"),
    deadband: fc.double({ noNaN: true, noDefaultInfinity: true }),
    documentation: fc.string({ minLength: 1 }),
    tooltip: fc.string({ minLength: 1 }),
    alarms: fc.array(fc.record({ name: fc.string(), setpointA: fc.double({ noNaN: true, noDefaultInfinity: true }) }), { maxLength: 2 }),
    historyEnabled: fc.boolean(),
  },
  { requiredKeys: [] },
);
const atomic = fc
  .tuple(known, fc.dictionary(extraKey, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }))
  .map(([properties, extra]) => clean({ ...extra, ...properties, tagType: "AtomicTag" }) as object)
  .filter((tag) => !hostile(tag));
const TAG_NAMES = ["Speed", "fill_weight", "PT-101", "OPCServer", "état", "a1"];
const FOLDER_NAMES = ["Motor", "filler01", "Zone 2"];
const named = (names: readonly string[], tag: fc.Arbitrary<object>): fc.Arbitrary<readonly object[]> =>
  fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map((name) => tag.map((rest) => ({ name, ...rest })))));
const level = (depth: number): fc.Arbitrary<readonly object[]> => {
  const tags = named(TAG_NAMES, atomic);
  if (depth === 0) return tags;
  const folders = named(
    FOLDER_NAMES,
    level(depth - 1).map((inner) => ({ tagType: "Folder", tags: inner, owner: "shift A" })),
  );
  return fc.tuple(tags, folders).map((parts) => parts.flat());
};

/** Whether a row says what a leaf says. */
function says(row: TagRow, property: string, value: Note["value"]): boolean {
  const scale = { rawLow: row.scale?.rawLow, rawHigh: row.scale?.rawHigh, scaledLow: row.scale?.low, scaledHigh: row.scale?.high };
  const table: Readonly<Record<string, unknown>> = {
    valueSource: row.address === undefined ? undefined : "opc",
    opcItemPath: row.address,
    engLow: row.min,
    engHigh: row.max,
    documentation: row.description,
    tooltip: row.description,
    ...scale,
  };
  if (property === "dataType") return ROW_TYPES[String(value)] === row.type;
  if (property === "engUnit") return ({ g: "g", "°C": "Cel", bar: "bar" } as Record<string, string>)[String(value)] === row.unit;
  if (property === "scaleMode") return value === (row.scale === undefined ? "Off" : "Linear");
  if (property === "engLimitMode") {
    const sides = `${row.min === undefined ? "" : "Low"}${row.max === undefined ? "" : "High"}`;
    return value === (sides === "" ? "No_Clamp" : `Clamp_${sides.replace("LowHigh", "Both")}`);
  }
  const said = Object.hasOwn(table, property) ? table[property] : undefined;
  return said !== undefined && (Object.is(said, value) || (typeof said === "number" && said === Number(value)));
}

/** The names above in snake case, written out. */
const SNAKE: Readonly<Record<string, string>> = {
  Speed: "speed",
  "PT-101": "pt-101",
  OPCServer: "opc_server",
  état: "etat",
  Motor: "motor",
  "Zone 2": "zone_2",
};
const snake = (path: string): string =>
  path
    .split("/")
    .map((name) => SNAKE[name] ?? name)
    .join(".");

describe("nothing is dropped silently", () => {
  for (const via of ["ignition", "source"] as const) {
    it(`each leaf of an Ignition export is in a row or in exactly one note (via ${via})`, () => {
      fc.assert(
        fc.property(level(2), (tags) => {
          const result = ignition(tags, { via });
          if (result.problems.length > 0) {
            assert.match(problems(result).join("\n"), /no tag that a row can carry/);
            return;
          }
          const rows = new Map(result.rows.map((row) => [row.tag, row]));
          let carried = 0;
          const expected = leaves(tags, "");
          for (const [path, property, value] of expected) {
            const notes = result.notes.filter((note) => note.path === path && note.property === property);
            if (notes.length > 0) {
              assert.equal(notes.length, 1, `${path} ${property} is noted ${notes.length} times`);
              assert.ok(Object.is(notes[0]?.value, value) || notes[0]?.value === value, `${path} ${property}`);
              continue;
            }
            carried += 1;
            const row = rows.get(snake(path));
            if (property === "name" || property === "tagType") {
              const within = [...rows.keys()].filter((tag) => tag === snake(path) || tag.startsWith(`${snake(path)}.`));
              assert.ok(within.length > 0, `${path} has no row`);
              if (property === "name" && via === "source") assert.equal(snake(String(value)), value);
              if (property === "name" && via === "ignition") assert.ok(rows.get(within[0] ?? "")?.address?.includes(path), path);
            } else assert.ok(row !== undefined && says(row, property, value), `${path} ${property} = ${String(value)} is nowhere`);
          }
          assert.equal(carried + result.notes.length, expected.length);
        }),
        { numRuns: 150 },
      );
    });
  }

  it("each leaf of a UDT definition is in the row of an instance or in a note, and those in rows are these", () => {
    const root = JSON.parse(sample("ignition.json")) as { readonly tags: readonly unknown[] };
    const noted = new Set(good(ignition(root)).notes.map(({ path, property }) => `${path} ${property}`));
    const taken = leaves(root.tags, "").map(([path, property]) => `${path} ${property}`);
    assert.deepEqual(
      taken.filter((leaf) => leaf.startsWith("_types_/") && !noted.has(leaf)),
      [
        ...["name", "tagType", "dataType", "engUnit.bindType", "engUnit.binding", "engLow", "engLimitMode", "documentation"].map(
          (property) => `_types_/Filler/FillWeight ${property}`,
        ),
        "_types_/Filler/Motor name",
        ...["name", "tagType", "dataType", "engUnit"].map((property) => `_types_/Drives/Motor/Speed ${property}`),
      ],
    );
    // Besides these, only the root's own two.
    assert.deepEqual(
      [...noted].filter((leaf) => !taken.includes(leaf)),
      ["(root) name", "(root) tagType"],
    );
  });

  for (const via of ["kepware", "source"] as const) {
    it(`each cell of a Kepware CSV is in a row or in exactly one note (via ${via})`, () => {
      const cells = fc.record(
        {
          "Data Type": fc.constantFrom("Boolean", "Word", "float", "QWord", "Short Array", "Default", "Date"),
          "Respect Data Type": fc.constantFrom("0", "1"),
          "Client Access": fc.constantFrom("RO", "R/W"),
          "Scan Rate": fc.nat().map(String),
          Scaling: fc.constantFrom("None", "Linear", "Square Root"),
          "Scaled Data Type": fc.constantFrom("Float", "Long"),
          "Clamp Low": fc.constantFrom("0", "1"),
          "Clamp High": fc.constantFrom("0", "1"),
          "Eng Units": fc.constantFrom("g", "frobs"),
          Description: fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !/[\0\uFFFD]/.test(text)),
          "Negate Value": fc.constantFrom("0", "1"),
        },
        { requiredKeys: [] },
      );
      const ends = { "Raw Low": "0", "Raw High": "10", "Scaled Low": "-5", "Scaled High": "5" };
      fc.assert(
        fc.property(cells, fc.constantFrom("speed", "Motor.Speed"), (given, name) => {
          const all: Record<string, string> = { "Tag Name": name, Address: "DB1.DBW0", ...ends, ...given };
          const result = kepware(record(all), { via });
          if (result.problems.length > 0) return assert.match(problems(result).join(), /no tag that a row can carry/);
          const { rows, notes } = result;
          assert.equal(rows.length, 1);
          const [only] = rows;
          for (const [column, value] of Object.entries(all)) {
            const found = notes.filter(({ property }) => property === column);
            if (found.length > 0)
              assert.deepEqual(
                found.map((note) => note.value),
                [value],
              );
            else assert.ok(only !== undefined && tells(only, column, value), `${column} = ${value} is nowhere in ${JSON.stringify(only)}`);
          }
          assert.ok(notes.every(({ property }) => Object.hasOwn(all, property)));
          return undefined;
        }),
        { numRuns: 150 },
      );
    });
  }
});

function tells(row: TagRow, column: string, value: string): boolean {
  const types: Readonly<Record<string, string>> = { Boolean: "bool", Word: "int", Long: "int", float: "float", Float: "float" };
  const sign = row.scale !== undefined && row.scale.high < row.scale.low ? -1 : 1;
  switch (column) {
    case "Tag Name":
      return row.address?.endsWith(value) === true || row.tag === value;
    case "Address":
      return row.address === value;
    case "Data Type":
    case "Scaled Data Type":
      return types[value] === row.type;
    case "Scaling":
      return value === "None" ? row.scale === undefined || row.scale.high === -1 : row.scale !== undefined;
    case "Raw Low":
      return row.scale?.rawLow === Number(value);
    case "Raw High":
      return row.scale?.rawHigh === Number(value);
    case "Scaled Low":
      return row.scale?.low === sign * Number(value);
    case "Scaled High":
      return row.scale?.high === sign * Number(value);
    case "Negate Value":
      return value === "0" ? sign === 1 : sign === -1;
    case "Eng Units":
      return row.unit === value;
    default:
      return column === "Description" && row.description === value;
  }
}

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

describe("what a row says comes back from either format", () => {
  const text = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !/[\0\uFFFD]/.test(text));
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0);
  const scale = fc.tuple(fc.integer({ min: -9, max: 0 }), fc.integer({ min: 1, max: 9 }), number, number);
  const written = fc.record({
    tag: fc.constantFrom("speed", "motor.speed", "a.b.c-1"),
    address: text,
    type: fc.constantFrom("float", "int", "int64"),
    unit: optional(fc.constantFrom("g", "Cel", "{bottles}/min")),
    range: optional(fc.tuple(fc.integer({ min: -9, max: 0 }), fc.integer({ min: 1, max: 9 }))),
    scale: optional(scale),
    description: optional(text),
  });
  const rowOf = ({
    tag,
    address,
    type,
    unit,
    range,
    scale,
    description,
  }: typeof written extends fc.Arbitrary<infer T> ? T : never): TagRow => ({
    equipment: "bottling.line02",
    tag,
    address,
    type,
    ...(unit === undefined ? {} : { unit }),
    ...(range === undefined ? {} : { min: range[0], max: range[1] }),
    ...(scale === undefined ? {} : { scale: { rawLow: scale[0], rawHigh: scale[1], low: scale[2], high: scale[3] } }),
    ...(description === undefined ? {} : { description }),
  });

  it("Ignition", () => {
    const types = { float: "Float8", int: "Int4", int64: "Int8" };
    fc.assert(
      fc.property(written, (given) => {
        const expected = rowOf(given);
        const names = expected.tag.split(".");
        const leaf = {
          name: names.at(-1),
          tagType: "AtomicTag",
          valueSource: "opc",
          dataType: types[given.type],
          opcItemPath: expected.address,
          engUnit: expected.unit,
          documentation: expected.description,
          ...(given.range === undefined ? {} : { engLow: given.range[0], engHigh: given.range[1], engLimitMode: "Clamp_Both" }),
          ...(expected.scale === undefined
            ? {}
            : {
                scaleMode: "Linear",
                rawLow: expected.scale.rawLow,
                rawHigh: expected.scale.rawHigh,
                scaledLow: expected.scale.low,
                scaledHigh: expected.scale.high,
              }),
        };
        const tree = names.slice(0, -1).reduceRight<object>((inner, name) => ({ name, tagType: "Folder", tags: [inner] }), leaf);
        const result = ignition([tree], { via: "source" });
        assert.deepEqual(row(result), expected);
        assert.deepEqual(result.notes, []);
      }),
    );
  });

  it("Kepware, which has no range", () => {
    const types = { float: "Double", int: "Long", int64: "LLong" };
    fc.assert(
      fc.property(written, (given) => {
        const expected = rowOf({ ...given, range: undefined });
        const ends = expected.scale;
        const type = types[given.type];
        const result = kepware(
          record({
            "Tag Name": expected.tag,
            Address: given.address,
            ...(ends === undefined ? { "Data Type": type } : { "Scaled Data Type": type }),
            ...(ends === undefined ? {} : { Scaling: "Linear", "Raw Low": String(ends.rawLow), "Raw High": String(ends.rawHigh) }),
            ...(ends === undefined ? {} : { "Scaled Low": String(ends.low), "Scaled High": String(ends.high) }),
            "Eng Units": expected.unit ?? "",
            Description: expected.description ?? "",
          }),
          { via: "source" },
        );
        assert.deepEqual(row(result), expected);
        assert.deepEqual(result.notes, []);
      }),
    );
  });
});
