import assert from "node:assert/strict";
import { loadPlant, type PlantModel } from "../../core/connect/model/index.ts";
import { boardFaults, compile, type DataPanel, type Field } from "../../core/see/board/index.ts";
import { plantComparisons } from "../../dashboards/plant-comparison.board.ts";

const CLASSES = `classes:
  machine:
    contract: _machine_v1
    stateMap: { profile: packml-opcua }
    roles: { state: state, processed: count }
    tags:
      state: { type: int }
      count: { type: int }
`;
const CALENDARS = `calendars:
  early: { zone: UTC, dayStart: "06:00", shifts: { early: { start: "06:00", end: "14:00" } } }
  late: { zone: UTC, dayStart: "06:00", shifts: { late: { start: "14:00", end: "22:00" } } }
`;

function plant(equipment: string): PlantModel {
  const text = `plant: { enterprise: acme, site: galway, zone: UTC }\nequipment:\n  hall: { kind: Area }\n${equipment}`;
  const reading = loadPlant([
    { name: "site.yaml", text },
    { name: "classes.yaml", text: CLASSES },
    { name: "calendars.yaml", text: CALENDARS },
  ]);
  if ("problems" in reading) assert.fail(reading.problems.map(({ message }) => message).join("\n"));
  return reading.model;
}
const line = (name: string, calendar: string): string =>
  `  hall.${name}: { kind: ProductionLine, label: ${name.toUpperCase()}, calendar: ${calendar} }
  hall.${name}.filler: { kind: WorkCell, class: machine, label: Filler, feeds: [capper] }
  hall.${name}.capper: { kind: WorkCell, class: machine, label: Capper }
`;
const panelsOf = (model: PlantModel): DataPanel[] => {
  const boards = plantComparisons(model);
  assert.deepEqual(boards.flatMap(boardFaults), []);
  return boards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels)).filter((panel) => panel.kind !== "text");
};
const where = (panel: DataPanel | undefined): readonly string[] =>
  panel === undefined ? [] : (compile(panel, { from: 0, to: 3_600_000, live: false }, {}).main.where?.[0]?.in ?? []);

describe("the board of lines and machines", () => {
  it("compares the machines of a plant with one line, and opens the line's own board at a machine", () => {
    const model = plant(line("l1", "early"));
    const [board] = plantComparisons(model);
    assert.deepEqual([board?.asset, board?.shiftsOf], ["acme.galway.hall", "acme.galway.hall.l1"]);
    assert.deepEqual(Object.values(board?.labels["asset"] ?? {}), ["L1", "Filler", "Capper"]);
    const [figures, chart] = panelsOf(model);
    assert.deepEqual(where(figures), ["acme.galway.hall.l1", "acme.galway.hall.l1.filler", "acme.galway.hall.l1.capper"]);
    const [name] = (figures?.fields ?? []) as [Field];
    assert.equal(name.opens?.["acme.galway.hall.l1"], "l1-overview");
    assert.equal(name.opens?.["acme.galway.hall.l1.capper"], "l1-overview?asset=acme.galway.hall.l1.capper");
    assert.deepEqual([chart?.seriesBy, where(chart)], ["line", ["acme.galway.hall.l1"]]);
    assert.deepEqual(board?.labels["line"], { "hall.l1": "L1" });
  });

  it("has a table for each calendar, since the running shift is another one in each, and names machines by their line", () => {
    const model = plant(`${line("l1", "early")}${line("l2", "late")}${line("l3", "early")}`);
    const [early, late, chart] = panelsOf(model);
    assert.deepEqual([early?.shiftsOf, late?.shiftsOf], ["acme.galway.hall.l1", "acme.galway.hall.l2"]);
    assert.match(early?.title ?? "", /early$/);
    assert.equal(where(early).length, 6);
    assert.equal(where(chart).length, 3);
    assert.equal(plantComparisons(model)[0]?.labels["asset"]?.["acme.galway.hall.l2.filler"], "L2, Filler");
  });

  it("says in words that a line has no OEE of its own where nothing says which machine feeds which", () => {
    const counted =
      "  hall.l2: { kind: ProductionLine, label: L2, calendar: early }\n  hall.l2.counter: { kind: WorkCell, class: machine }\n";
    const [figures] = panelsOf(plant(`${line("l1", "early")}${counted}`));
    const said = Object.entries(figures?.absent ?? {}).map(([path, text]) => [path.replace("acme.galway.hall.", ""), text.split(":")[0]]);
    const none = "No OEE in these 24 hours";
    assert.deepEqual(said, [
      ...["l1", "l1.filler", "l1.capper"].map((path) => [path, none]),
      ["l2", "No OEE of the line"],
      ["l2.counter", none],
    ]);
  });

  it("is none for a plant without lines", () => {
    assert.deepEqual(plantComparisons(plant("")), []);
  });
});
