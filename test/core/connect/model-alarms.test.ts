import assert from "node:assert/strict";
import { diffPlants, formatChange, loadPlant, type PlantModel, type PlantReading } from "../../../core/connect/model/index.ts";
import { type AlarmRow, boundAlarms } from "../../../core/operate/alarm/index.ts";
import { plantFiles } from "./plant-files.ts";

const LINE = "acme.galway.hall.line";
const FILLER = `${LINE}.filler`;
const OF_MACHINE = `alarms:
      aborted: { kind: state, states: [Aborted], priority: high, onDelaySeconds: 30, response: Clear and reset it }`;
const OF_FILLER = `alarms:
      weight_H:
        kind: high
        tag: weight
        limit: 510
        deadband: 2
        priority: medium
        class: quality
        message: Too much in the bottle
        cause: A valve sticks
        consequence: Product is given away
        response: Check the valve
        respondWithinMinutes: 10
        shelveAtMostMinutes: 60
        realarmAfterMinutes: 240
        offDelaySeconds: 5
        latching: true
        group: weight
        suppressedIn: [Stopped]`;

/** The good plant with alarms of its classes, and what one of its fillers says itself; a second filler is of the same class. */
function reading({ machine = OF_MACHINE, filler = OF_FILLER, own = "", line = "" } = {}): PlantReading {
  return loadPlant(
    plantFiles({
      "classes.yaml": (text) =>
        text
          .replace("    tags:\n      state:", `    ${machine}\n    tags:\n      state:`)
          .replace("    contract: _filler_v1\n", `    contract: _filler_v1\n    ${filler}\n`),
      "site.yaml": (text) =>
        text
          .replace('{ kind: ProductionLine, prefix: "s=Line" }', `{ kind: ProductionLine, prefix: "s=Line", ${line} }`)
          .replace("    feeds: [capper]", `    feeds: [capper]\n    ${own}`)
          .concat('  hall.line.filler02: { kind: WorkCell, class: filler, prefix: "{prefix}.Filler02" }\n'),
    }),
  );
}

function modelOf(given: Parameters<typeof reading>[0] = {}): PlantModel {
  const read = reading(given);
  if ("problems" in read) assert.fail(read.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join("\n"));
  return read.model;
}

function problemsOf(given: Parameters<typeof reading>[0]): string[] {
  const read = reading(given);
  assert.ok("problems" in read, "it was accepted");
  return read.problems.map(({ file, line, column, field, message }) => `${file}:${line}:${column} ${field}: ${message}`);
}

/** The filler with one alarm of these fields. */
const weight = (fields: string): object => ({ filler: `alarms: { weight_H: { priority: low, response: r, ${fields} } }` });

const rows = (...over: Partial<AlarmRow>[]): AlarmRow[] =>
  over.map((one) => ({
    kind: "high",
    alarm: "",
    tag: "weight",
    limit: 520,
    deadband: 0,
    values: [],
    priority: "low",
    class: "process",
    message: "",
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    group: "",
    suppressedIn: [],
    ...one,
  }));

describe("alarms in the plant model", () => {
  it("belong to a class and to those that extend it, so a second machine has them by itself", () => {
    const { alarms } = modelOf();
    assert.deepEqual([...alarms.keys()].toSorted(), [
      `${LINE}.capper.aborted`,
      `${FILLER}.aborted`,
      `${FILLER}.weight_H`,
      `${FILLER}02.aborted`,
      `${FILLER}02.weight_H`,
    ]);
    assert.deepEqual(alarms.get(`${FILLER}02.weight_H`), {
      asset: `${FILLER}02`,
      alarm: "weight_H",
      kind: "high",
      tag: "_filler_v1.weight",
      limit: 510,
      deadband: 2,
      priority: "medium",
      class: "quality",
      message: "Too much in the bottle",
      cause: "A valve sticks",
      consequence: "Product is given away",
      response: "Check the valve",
      respondWithinMs: 600_000,
      shelveAtMostMs: 3_600_000,
      realarmMs: 14_400_000,
      offDelayMs: 5_000,
      latching: true,
      group: "weight",
      suppressedIn: ["Stopped"],
    });
  });

  it("a machine says single fields differently, has further ones, or does without one", () => {
    const own = `raw: { level: { type: float } }
    alarms:
      weight_H: { limit: 505 }
      aborted: { applies: false }
      level_L: { kind: low, tag: _raw.level, limit: 5, priority: low, response: Refill }`;
    const { alarms } = modelOf({ own });
    const ofFiller = [...alarms.values()].filter(({ asset }) => asset === FILLER);
    assert.deepEqual(
      ofFiller.map(({ alarm, limit, deadband, tag }) => [alarm, limit, deadband, tag]),
      [
        ["weight_H", 505, 2, "_filler_v1.weight"],
        ["level_L", 5, undefined, "_raw.level"],
      ],
    );
    assert.equal(alarms.get(`${FILLER}02.weight_H`)?.limit, 510);
  });

  it("are part of the revision and of what a change shows; a plant without any keeps its revision", () => {
    const [before, after] = [modelOf(), modelOf({ own: "alarms: { weight_H: { limit: 505 } }" })];
    assert.notEqual(before.revision, after.revision);
    assert.deepEqual(diffPlants(before, after).map(formatChange), [`~ alarms ${FILLER}.weight_H limit "510" → "505"`]);
    const none = modelOf({ machine: "", filler: "" });
    assert.equal(modelOf({ machine: "alarms: {}", filler: "alarms: {}" }).revision, none.revision);
  });

  it("warn where nobody is to do anything", () => {
    const read = reading({ machine: "alarms: { aborted: { kind: state, states: [Aborted], priority: low } }" });
    assert.deepEqual(
      read.warnings.map(({ file, field, message }) => [file, field, message]),
      [
        [
          "classes.yaml",
          "classes.machine.alarms.aborted",
          "What nobody answers is an event, not an alarm (ISA-18.2). Allowed: response: what the operator does about it.",
        ],
      ],
    );
  });

  it("are refused with file, line and what is allowed, once for a class however many machines it has", () => {
    const cases: readonly (readonly [given: object, says: RegExp])[] = [
      [
        weight("kind: high, tag: wieght, limit: 1"),
        /^classes\.yaml:\d+:\d+ classes\.filler\.alarms\.weight_H\.tag: .*Did you mean "weight"\?$/,
      ],
      [weight("kind: high, tag: state, limit: 1"), /A limit is for numbers, but "state" is of type enum/],
      [weight("kind: high, tag: weight"), /alarms\.weight_H\.limit: "limit" is missing/],
      [weight("kind: hi, tag: weight, limit: 1"), /"hi" is not known here.*high/],
      [weight("kind: high, tag: weight, limit: 1, states: [Held]"), /"states" has no meaning for an alarm of the kind high/],
      [
        weight("kind: high, tag: weight, limit: 1, suppressedIn: [Stoped]"),
        /"Stoped" is no state of the profile packml-opcua.*"Stopped"\?$/,
      ],
      [weight("kind: high, tag: weight, limit: 1, onDelaySeconds: -1"), /-1 is no such number/],
      [weight("kind: high, tag: weight, limit: .inf"), /is no such number/],
      [weight("kind: high, tag: weight, limit: 1, latching: maybe"), /"maybe" is neither yes nor no/],
      [weight("kind: state"), /"states" is missing/],
      [weight("kind: high, tag: weight, limit: 1, owner: mary"), /"owner" is no field here/],
      [
        { filler: "alarms: { weight_H: { kind: high, tag: weight, limit: 1 } }" },
        /"priority" is missing. Allowed: critical, high, medium, low/,
      ],
      [{ filler: 'alarms: { "a b": { kind: condition, priority: low, response: r } }' }, /"a b" is no name of an alarm/],
      [{ filler: "alarms: { __proto__: { kind: condition } }" }, /"__proto__" is never accepted as a key/],
      [{ own: "alarms: { weight_H: { tag: nothing } }" }, /^site\.yaml:.*names the tag "nothing", which does not exist/],
      [
        { line: "alarms: { filler: { kind: condition, priority: low, response: r } }" },
        /There is equipment of the name "acme\.galway\.hall\.line\.filler"/,
      ],
      [{ line: "alarms: { down: { kind: state, states: [Held], priority: low, response: r } }" }, /Nothing here tells a state/],
    ];
    for (const [given, says] of cases) {
      const problems = problemsOf(given);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", says);
    }
  });

  it("are watched beside the rows of a node that binds the machines; a row of the same name stands in, and that is told", () => {
    const bound = boundAlarms(modelOf(), { bind: "class", target: "filler" }, rows({}, { kind: "low", limit: 480 }), true);
    assert.deepEqual(bound.faults, []);
    assert.deepEqual(bound.replaced, [`${FILLER}.weight_H`, `${FILLER}02.weight_H`]);
    assert.deepEqual([...bound.ofModel], [`${FILLER}.aborted`, `${FILLER}02.aborted`]);
    const limits = bound.definitions.map(({ alarm, source }) => [alarm, "limit" in source ? source.limit : source.kind]);
    assert.deepEqual(limits, [
      ["weight_H", 520],
      ["weight_H", 520],
      ["weight_L", 480],
      ["weight_L", 480],
      ["aborted", "state"],
      ["aborted", "state"],
    ]);
    const [own] = boundAlarms(modelOf(), { bind: "asset", target: FILLER }, [], true).definitions.filter(
      ({ alarm }) => alarm === "weight_H",
    );
    assert.deepEqual([own?.source, own?.unit], [{ kind: "high", tag: `${FILLER}._filler_v1.weight`, limit: 510, deadband: 2 }, "g"]);
    assert.deepEqual([own?.rationale?.respondWithinMs, own?.rationale?.shelveAtMostMs, own?.realarmMs], [600_000, 3_600_000, 14_400_000]);
    assert.deepEqual(boundAlarms(modelOf(), { bind: "asset", target: FILLER }, [], false).definitions, []);
  });
});
