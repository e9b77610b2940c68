import assert from "node:assert/strict";
import { type LineDeclaration, loadPlant, type Problem } from "../../../core/connect/model/index.ts";
import { stationGraph } from "../../../core/operate/line/index.ts";
import { at, inARow, LINE, modelOf, PACKING, packingSite } from "../../support/packing-line.ts";

function problemsOf(line: string, stations?: readonly string[]): readonly Problem[] {
  const reading = loadPlant(packingSite(line, stations));
  return "problems" in reading ? reading.problems : [];
}

function declared(line: string, stations?: readonly string[]): LineDeclaration | undefined {
  return modelOf(line, stations).equipment.get(LINE)?.line;
}

/** One problem on the line's own entry (line 3 of line.yaml), at this field and saying this. */
function refused(line: string, field: string, says: RegExp, stations?: readonly string[]): void {
  const problems = problemsOf(line, stations);
  assert.deepEqual(
    problems.map(({ file, line: row, field }) => `${file}:${row} ${field}`),
    [`line.yaml:3 equipment["hall.line"].line${field}`],
    problems.map(({ message }) => message).join("\n"),
  );
  assert.match(problems[0]?.message ?? "", says);
}

const TWO_LINES = [
  ...inARow("a", "b"),
  "spare: { kind: WorkCell, class: machine }",
  // A second line in the same file, written below the first.
  "a.unit: { kind: EquipmentModule }",
];

const group = (stations: string, minimum: string | number): string => `parallel: [{ stations: [${stations}], minimumRunning: ${minimum} }]`;
const buffer = (to: string, seconds: number): string => `buffers: [{ from: feeder, to: ${to}, delaySeconds: ${seconds} }]`;
const graphOf = (line: string, stations: readonly string[]) => stationGraph(modelOf(line, stations), LINE, 120_000);

describe("what a line says of its stations", () => {
  it("names them in the line or by their place below the site; delays are in seconds", () => {
    const line = declared(
      "constraint: packer1, end: hall.line.palletizer, priority: [palletizer], parallel: [{ stations: [packer1, packer2], minimumRunning: 2 }], buffers: [{ from: feeder, to: packer1, delaySeconds: 45 }]",
    );
    assert.deepEqual(line, {
      constraint: at("packer1"),
      end: at("palletizer"),
      parallel: [{ stations: [at("packer1"), at("packer2")], minimumRunning: 2 }],
      buffers: [{ from: at("feeder"), to: at("packer1"), delayMs: 45_000 }],
      priority: [at("palletizer")],
    });
    assert.equal(declared("", PACKING), undefined);
    assert.notEqual(modelOf("constraint: packer1").revision, modelOf("constraint: feeder").revision);
  });

  it("a station that does not exist, is of another place or is fed by none is refused, with those that there are", () => {
    refused(
      "constraint: paker1",
      ".constraint",
      /no station "paker1" in this line.*feeder, packer1, packer2, conveyor, palletizer.*mean "packer1"\?/s,
    );
    refused("constraint: hall", ".constraint", /"hall" is not a station of this line/);
    refused("priority: [a, a.unit]", ".priority[1]", /"a\.unit" is not a station of this line: it stands below hall\.line\.a/, TWO_LINES);
    refused("end: spare", ".end", /feeds no station of this line and is fed by none; give its neighbours "feeds"/, TWO_LINES);
  });

  it("a field that a line does not have is refused, with the fields it has", () => {
    refused("bottleneck: feeder", ".bottleneck", /no field here.*constraint, end, parallel, buffers, priority/);
  });

  it("a circle is refused at the station that closes it", () => {
    const circle = ["a: { kind: WorkCell, class: machine, feeds: [b] }", "b: { kind: WorkCell, class: machine, feeds: [a] }"];
    const [first] = problemsOf("constraint: a", circle);
    assert.equal(`${first?.file}:${first?.line} ${first?.field}`, 'line.yaml:5 equipment["hall.line.b"].feeds');
    assert.match(first?.message ?? "", /b feeds a, which closes a circle.*leave the way back \(a rework loop\) out of feeds/);
  });

  it("parallel stations stand between the same neighbours, each in one group, with a minimum that can be met", () => {
    const spot = ".parallel[0].";
    refused(group("packer1, palletizer", 1), `${spot}stations`, /packer1 and palletizer do not stand between the same stations/);
    refused(group("packer1", 1), `${spot}stations`, /not parallel to itself/);
    refused(group("packer1, packer2", 3), `${spot}minimumRunning`, /Of 2 stations, 3 cannot be the minimum.*from 1 to 2/);
    refused(group("packer1, packer2", 1.5), `${spot}minimumRunning`, /whole number/);
    refused(group("packer1, packer2, packer2", 1), `${spot}stations`, /packer2 stands here twice/);
    refused("parallel: [{ stations: [packer1, packer2] }]", `${spot}minimumRunning`, /"minimumRunning" is missing/);
  });

  it("a buffer lies between a station and one that it feeds", () => {
    refused(buffer("palletizer", 5), ".buffers[0].to", /feeder does not feed palletizer\. Allowed: packer1, packer2/);
    refused(buffer("packer1", 0), ".buffers[0].delaySeconds", /above 0 up to 3600/);
  });

  it("where several stations feed no other, the end must be named", () => {
    const fork = [
      "a: { kind: WorkCell, class: machine, feeds: [b, c] }",
      "b: { kind: WorkCell, class: machine, feeds: [d] }",
      "c: { kind: WorkCell, class: machine }",
      "d: { kind: WorkCell, class: machine }",
    ];
    refused("constraint: a", "", /c, d all feed no other station; where are the line's good units counted\?/, fork);
    assert.equal(declared("constraint: a, end: d", fork)?.end, at("d"));
  });

  it("belongs to equipment with stations that feed each other", () => {
    refused("constraint: a", "", /No station of this line feeds another/, ["a: { kind: WorkCell, class: machine }"]);
    refused("constraint: a", "", /A line has stations/, []);
  });
});

describe("the station graph", () => {
  it("has the stations upstream first, groups of parallel ones, one end, and the reach of its slowest way", () => {
    const graph = graphOf("buffers: [{ from: conveyor, to: palletizer, delaySeconds: 300 }]", PACKING.toReversed());
    assert.ok(!("fault" in graph), JSON.stringify(graph));
    const order = [...graph.nodes.keys()].map((path) => path.slice(LINE.length + 1));
    assert.deepEqual([order[0], order[3], order[4]], ["feeder", "conveyor", "palletizer"]);
    assert.deepEqual(graph.groups.get(at("packer1")), { stations: [at("packer2"), at("packer1")], minimumRunning: 1 });
    assert.deepEqual(graph.end.stations, [at("palletizer")]);
    assert.equal(graph.reachMs, 120_000 + 120_000 + 300_000);
  });

  it("cannot be made of a circle, of several ends or of no feeds, and says what to do", () => {
    const circle = ["a: { kind: WorkCell, feeds: [b] }", "b: { kind: WorkCell, feeds: [a] }"];
    assert.match((graphOf("", circle) as { fault: string }).fault, /in a circle; leave the way back out/);
    const fork = [
      "a: { kind: WorkCell, feeds: [b, c] }",
      "b: { kind: WorkCell, feeds: [d] }",
      "c: { kind: WorkCell }",
      "d: { kind: WorkCell }",
    ];
    assert.match((graphOf("", fork) as { fault: string }).fault, /name the one where good units are counted as line: \{ end: … \}/);
    assert.match((graphOf("", ["a: { kind: WorkCell }"]) as { fault: string }).fault, /give its stations "feeds"/);
  });
});
