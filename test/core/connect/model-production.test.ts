import assert from "node:assert/strict";
import { loadPlant, type Equipment, type Problem } from "../../../core/connect/model/index.ts";
import { oeeMachine } from "../../../core/operate/oee/index.ts";
import { plantFiles } from "./plant-files.ts";

const FILLER = "acme.galway.hall.line.filler";
const SECOND = "{ source: manual, second: { unitsPerCount: 12, tolerancePercent: 0.5 } }";
const CASES = "tags: { weight: { unit: kg } }\n    raw: { cases: { type: int } }\n    roles: { secondCounter: _raw.cases }";

/** The good plant with further fields of its line and of its filler. */
function reading(ofLine: string, ofFiller = "calendar: days") {
  return loadPlant(
    plantFiles({
      "site.yaml": (text) =>
        text
          .replace('{ kind: ProductionLine, prefix: "s=Line" }', `{ kind: ProductionLine, prefix: "s=Line", ${ofLine} }`)
          .replace("    feeds: [capper]", `    ${ofFiller}`),
    }),
  );
}

function modelOf(ofLine: string, ofFiller?: string) {
  const read = reading(ofLine, ofFiller);
  if ("problems" in read) assert.fail(read.problems.map(({ message }) => message).join("\n"));
  return read.model;
}

function filler(ofLine: string, ofFiller?: string): Equipment | undefined {
  return modelOf(ofLine, ofFiller).equipment.get(FILLER);
}

function problemOf(ofLine: string, ofFiller?: string): Problem {
  const read = reading(ofLine, ofFiller);
  if (!("problems" in read)) assert.fail("it was accepted");
  assert.equal(read.problems.length, 1, read.problems.map(({ message }) => message).join("\n"));
  return read.problems[0] ?? assert.fail();
}

describe("what an equipment entry says of its production", () => {
  it("whose counts count, and against which second counter they are held", () => {
    assert.equal(filler("calendar: days")?.counts, undefined);
    assert.deepEqual(filler("calendar: days", "counts: { source: tag }")?.counts, { source: "tag" });
    assert.deepEqual(filler("calendar: days", `counts: ${SECOND}\n    ${CASES}`)?.counts, {
      source: "manual",
      second: { compares: "good", unitsPerCount: 12, tolerancePercent: 0.5 },
    });
  });

  it("standard times of changeovers, which everything below a line inherits and a machine may replace", () => {
    const table = '{ "*": { "*": 30 }, still-500: { "*": 12.5 } }';
    assert.deepEqual(filler(`changeoverMinutes: ${table}`)?.changeoverMinutes, { "*": { "*": 30 }, "still-500": { "*": 12.5 } });
    const own = filler(`changeoverMinutes: ${table}`, 'changeoverMinutes: { "*": { still-500: 5 } }');
    assert.deepEqual(own?.changeoverMinutes, { "*": { "still-500": 5 } });
    assert.notEqual(modelOf(`changeoverMinutes: ${table}`).revision, modelOf("calendar: days").revision);
  });

  it("refuses what cannot be, with the place", () => {
    const refused: [string, string | undefined, RegExp][] = [
      ["calendar: days", "counts: { source: both }", /"both" is not known here/],
      ["calendar: days", `counts: ${SECOND}`, /no tag has the role secondCounter/],
      ["calendar: days", `counts: { second: { unitsPerCount: 12 } }\n    ${CASES}`, /"tolerancePercent" is missing/],
      ["calendar: days", `counts: { second: { unitsPerCount: 1.5, tolerancePercent: 1 } }\n    ${CASES}`, /whole units/],
      ["calendar: days", `counts: { second: { tolerancePercent: -1 } }\n    ${CASES}`, /no such number/],
      ['changeoverMinutes: { still: { "*": 5 } }', undefined, /no product "still"/],
      ['changeoverMinutes: { "*": { cola: 5 } }', undefined, /no product "cola"/],
      ['changeoverMinutes: { "*": { "*": -5 } }', undefined, /no such number/],
      ['changeoverMinutes: { "*": 5 }', undefined, /a map of fields/],
    ];
    for (const [ofLine, ofFiller, says] of refused) assert.match(problemOf(ofLine, ofFiller).message, says);
  });

  it("is what the OEE of the machine is computed with; where people count alone it needs no counter", () => {
    const model = modelOf('changeoverMinutes: { "*": { "*": 1.5 } }', `counts: ${SECOND}\n    ${CASES}`);
    const machine = oeeMachine(model, FILLER, { microStopMs: 0, silenceMs: 0 });
    if ("fault" in machine) assert.fail(machine.fault);
    assert.equal(machine.tags.second, `${FILLER}._raw.cases`);
    assert.deepEqual([machine.rules.counts?.source, machine.rules.changeovers], ["manual", { "*": { "*": 90_000 } }]);
    const without = (source: string) => {
      const files = plantFiles({
        "classes.yaml": (text) => text.replace("roles: { state: state, processed: count }", "roles: { state: state }"),
        "site.yaml": (text) => text.replace("    feeds: [capper]", `    counts: { source: ${source} }`),
      });
      const read = loadPlant(files);
      return "model" in read ? oeeMachine(read.model, FILLER, { microStopMs: 0, silenceMs: 0 }) : assert.fail();
    };
    assert.ok("fault" in without("tag"));
    assert.ok(!("fault" in without("manual")));
  });
});
