import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type Condition,
  type ConditionSegment,
  CulpritSearch,
  type Detection,
  DETECTIONS,
  OUTSIDE,
  type StationGroup,
  stationGraph,
  UNKNOWN,
} from "../../../core/operate/line/index.ts";
import { at, inARow, LINE, modelOf, PACKING } from "../../support/packing-line.ts";

const SECOND = 1000;
const T0 = Date.UTC(2026, 2, 10, 6);
const LONG = 40_000;
const ROW = inARow("infeed", "filler", "capper", "labeller");

/** `run 100 blocked 20 run`: conditions with their seconds from T0 on; the first also holds before, the last for ever. */
function timeline(text: string): ConditionSegment[] {
  const words = text.split(" ");
  const segments: ConditionSegment[] = [];
  let start = T0 - LONG * SECOND;
  let end = T0;
  for (let i = 0; i < words.length; i += 2) {
    end += Number(words[i + 1] ?? LONG) * SECOND;
    segments.push({ start, end, condition: words[i] as Condition });
    start = end;
  }
  return segments;
}

interface Told {
  readonly stations?: readonly string[];
  /** The line's own entry. */
  readonly line?: string;
  readonly detection?: Detection;
  readonly priority?: readonly string[];
  readonly constraint?: string;
}

/** Who is to blame `seconds` after T0; null while the line is not down. */
function blamed(seconds: number, told: Readonly<Record<string, string>>, how: Told = {}): string | null {
  const { search, constraint } = searchIn(told, how);
  return search.at(constraint, T0 + seconds * SECOND).culprit?.replace(`${LINE}.`, "") ?? null;
}

function searchIn(told: Readonly<Record<string, string>>, how: Told): { search: CulpritSearch; constraint: StationGroup } {
  const graph = stationGraph(modelOf(how.line ?? "", how.stations ?? ROW), LINE, 120_000);
  if ("fault" in graph) throw new Error(graph.fault);
  const conditions = new Map(Object.entries(told).map(([station, text]) => [at(station), timeline(text)]));
  const search = new CulpritSearch(graph, conditions, how.detection ?? "constraint", how.priority?.map(at));
  return { search, constraint: graph.groups.get(at(how.constraint ?? "filler")) as StationGroup };
}

/** A line of two packers side by side. */
const parallel = (minimum: number): Told => ({
  stations: PACKING,
  constraint: "packer1",
  line: `parallel: [{ stations: [packer1, packer2], minimumRunning: ${minimum} }]`,
});

describe("the culprit of a stop of the line", () => {
  it("is the constraint where it stands still by itself, whatever the others do", () => {
    const told = { infeed: "failure", filler: "run 10 hold 20 run", capper: "failure", labeller: "run" };
    assert.equal(blamed(5, told), null);
    assert.equal(blamed(15, told), "filler");
    assert.equal(blamed(30, told), null);
  });

  it("is found downstream while it is blocked, through stations that are blocked themselves", () => {
    assert.equal(blamed(50, { infeed: "failure", filler: "blocked", capper: "blocked", labeller: "hold" }), "labeller");
  });

  it("is found upstream while it is starved", () => {
    assert.equal(blamed(50, { infeed: "setup", filler: "starved", capper: "failure", labeller: "failure" }), "infeed");
  });

  it("has begun to run again, but its buffer has not recovered: it is blamed for as long as the buffer's delay", () => {
    const told = { infeed: "run", filler: "run 10 blocked", capper: "failure 20 run", labeller: "run" };
    assert.equal(blamed(20 + 119, told), "capper");
    assert.equal(blamed(20 + 120, told), UNKNOWN);
    const short = { line: "constraint: filler, buffers: [{ from: filler, to: capper, delaySeconds: 5 }]" };
    assert.equal(blamed(24, told, short), "capper");
    assert.equal(blamed(25, told, short), UNKNOWN);
  });

  it("is what last stopped a station that runs again, also where that was the one behind it", () => {
    const told = { infeed: "run", filler: "run 40 blocked", capper: "run 20 blocked 40 run", labeller: "run 10 failure 48 run" };
    assert.equal(blamed(65, told), "labeller", "the capper had waited for the labeller until 5 s ago");
  });

  it("is not looked for behind a station that waits the other way: that one would take", () => {
    assert.equal(blamed(50, { infeed: "run", filler: "blocked", capper: "starved", labeller: "failure" }), UNKNOWN);
  });

  it("is outside where the first station starves or the last one is blocked", () => {
    assert.equal(blamed(50, { infeed: "starved", filler: "starved", capper: "run", labeller: "run" }), OUTSIDE);
    assert.equal(blamed(50, { infeed: "run", filler: "blocked", capper: "blocked", labeller: "blocked" }), OUTSIDE);
  });

  it("is unknown where a station on the way says nothing", () => {
    assert.equal(blamed(50, { infeed: "run", filler: "blocked", capper: "unknown", labeller: "failure" }), UNKNOWN);
    assert.equal(blamed(50, { infeed: "run", filler: "blocked", capper: "run", labeller: "failure" }), UNKNOWN);
  });

  it("is sought on both sides where the wait has none: a station before the outside, then the nearest in time, then in steps", () => {
    const waits = { filler: "run 10 external" };
    assert.equal(blamed(50, { ...waits, infeed: "external", capper: "external", labeller: "hold" }), "labeller");
    assert.equal(blamed(50, { ...waits, infeed: "failure 40 run", capper: "external", labeller: "hold" }), "labeller");
    assert.equal(blamed(50, { ...waits, infeed: "failure", capper: "external", labeller: "hold" }), "infeed");
  });

  it("is sought through equipment that says nothing of itself, such as a conveyor", () => {
    const told = { feeder: "run", packer1: "blocked", packer2: "blocked", palletizer: "hold" };
    assert.equal(blamed(50, told, { stations: PACKING, constraint: "packer1" }), "palletizer");
  });

  it("parallel cells: the line runs with the minimum of them, and stops below it because of those that stand still", () => {
    const told = { feeder: "run", packer1: "run", packer2: "run 10 failure", palletizer: "run" };
    assert.equal(blamed(50, told, parallel(1)), null);
    assert.equal(blamed(50, told, parallel(2)), "packer2");
    assert.equal(blamed(50, { ...told, packer1: "blocked", palletizer: "run 50 hold" }, parallel(1)), "packer2", "the nearest");
  });

  it("set-up, planned and unknown time of the constraint is no stop; a station in set-up that starves it is a culprit", () => {
    for (const condition of ["setup", "plannedDown", "unknown"])
      assert.equal(blamed(50, { infeed: "failure", filler: condition, capper: "run", labeller: "run" }), null, condition);
  });

  describe("by other detections", () => {
    it("any: the line is down while any station is, and the one nearest to the constraint leads", () => {
      const told = { infeed: "run", filler: "run", capper: "blocked", labeller: "hold" };
      assert.equal(blamed(50, told), null);
      assert.equal(blamed(50, told, { detection: "any" }), "labeller");
      assert.equal(blamed(50, { ...told, filler: "setup" }, { detection: "any" }), null);
    });

    it("key reason: the first station in own stop by declared priority, then by distance, downstream first", () => {
      const told = { infeed: "hold", filler: "starved", capper: "hold", labeller: "failure" };
      const detection = "keyReason";
      assert.equal(blamed(50, told, { detection }), "capper");
      assert.equal(blamed(50, told, { detection, priority: ["labeller"] }), "labeller");
      assert.equal(blamed(50, { ...told, infeed: "run", capper: "run", labeller: "run" }, { detection }), UNKNOWN);
    });

    it("initial: what the walk finds at the first instant of the stop holds to its end", () => {
      const told = { infeed: "run", filler: "run 30 blocked 60 starved 60 run", capper: "run 10 hold 60 run", labeller: "run" };
      assert.equal(blamed(100, { ...told, infeed: "run 80 failure" }), "infeed");
      assert.equal(blamed(100, { ...told, infeed: "run 80 failure" }, { detection: "initial" }), "capper");
      const long = { ...told, infeed: "run 80 failure", filler: `run 30 blocked 60 starved ${LONG - 90} run` };
      assert.equal(blamed(30 + 8 * 3600 + 1, long, { detection: "initial" }), "infeed", "a stop of more than 8 h is walked afresh");
    });
  });

  it("is the same asked at any instant as asked from change to change", () => {
    const condition = fc.constantFrom<Condition>(
      "run",
      "run",
      "run",
      "blocked",
      "starved",
      "external",
      "hold",
      "failure",
      "unknown",
      "setup",
    );
    const told = fc
      .array(fc.tuple(condition, fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 12 })
      .map((parts) => `${parts.flat().join(" ")} run`);
    const story = fc.record({ feeder: told, packer1: told, packer2: told, palletizer: told });
    fc.assert(
      fc.property(
        story,
        fc.constantFrom(...DETECTIONS),
        fc.array(fc.nat(900 * SECOND), { maxLength: 40 }),
        (stations, detection, instants) => {
          const line = "constraint: packer1, parallel: [{ stations: [packer1, packer2], minimumRunning: 2 }]";
          const { search, constraint } = searchIn(stations, { stations: PACKING, constraint: "packer1", detection, line });
          const pieces: { until: number; culprit: string | null }[] = [];
          for (let from = T0; from <= T0 + 900 * SECOND; from = pieces.at(-1)?.until as number) {
            const verdict = search.at(constraint, from);
            assert.ok(verdict.until > from);
            pieces.push(verdict);
          }
          for (const instant of instants) {
            const expected = pieces.find(({ until }) => T0 + instant < until)?.culprit;
            assert.equal(search.at(constraint, T0 + instant).culprit, expected);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
