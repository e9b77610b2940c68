import assert from "node:assert/strict";
import { lineOverviews } from "../../dashboards/line-overview.board.ts";
import { loadPlant } from "../../core/connect/model/index.ts";
import type { Board, DataPanel, Scope } from "../../core/see/board/index.ts";

const CLASSES = `classes:
  machine:
    contract: _machine_v1
    stateMap: { profile: custom, states: {} }
    roles: { state: state, processed: count, heartbeat: beat }
    tags:
      state: { type: enum, values: { 0: Off } }
      count: { type: int }
      beat: { type: int }
`;
const OWN = 'stateMap: { profile: custom, states: { "10": Execute, "90": Aborted } }';

/** A line of these machines, with the rows of a sheet. */
function boardOf(machines: Readonly<Record<string, string>>, sheet = "", more = ""): Board {
  const entries = Object.entries(machines).map(([name, rest]) => `  line.${name}: { kind: WorkCell, class: machine, ${rest} }\n`);
  const site = `plant: { enterprise: acme, site: galway, zone: UTC }\nequipment:\n  line: { kind: ProductionLine }\n${entries.join("")}`;
  const reading = loadPlant([
    { name: "site.yaml", text: site },
    { name: "classes.yaml", text: CLASSES },
    { name: "line.csv", text: `equipment,tag,address,type${more}\n${sheet}` },
  ]);
  if ("problems" in reading) assert.fail(reading.problems.map(({ message }) => message).join("\n"));
  const [board] = lineOverviews(reading.model);
  assert.ok(board);
  return board;
}
const panels = (board: Board): DataPanel[] => board.rows.flatMap((row) => row.panels).filter((panel) => panel.kind !== "text");
const statesOf = (board: Board): (readonly [id: string, names: readonly string[]])[] =>
  panels(board)
    .filter(({ kind }) => kind === "state-timeline")
    .map(({ id, fields }) => [id, Object.entries(fields[0]?.values ?? {}).map(([value, { text }]) => `${value}=${text}`)] as const);

const heard = (sheet: string): readonly string[] => {
  const query = boardOf({ filler: OWN }, sheet).edge?.({ from: 0, to: 1 });
  return query?.where?.flatMap((filter) => (filter.tag === "signal" && "in" in filter ? filter.in : [])) ?? [];
};
const ids = (sheet: string): string[] => panels(boardOf({ filler: OWN }, sheet)).map(({ id }) => id);

describe("the overview of a line", () => {
  it("names states by each machine's own numbering, and shows machines that count alike together", () => {
    assert.deepEqual(statesOf(boardOf({ filler: OWN, capper: OWN })), [["states", ["10=Execute", "90=Aborted"]]]);
    const [own, other] = statesOf(boardOf({ filler: OWN, capper: "stateMap: { profile: packml-tmc }" }));
    assert.deepEqual([own?.[0], own?.[1], other?.[0]], ["states", ["10=Execute", "90=Aborted"], "states-2"]);
    assert.ok(other?.[1].includes("4=Execute"));
  });

  it("names the states of other models and of a table with reasons, in the colour of their time", () => {
    const table = 'stateMap: { profile: custom, states: { "10": Execute, "30": { state: Held, reason: jam }, "40": { bucket: failure } } }';
    assert.deepEqual(statesOf(boardOf({ filler: table }))[0]?.[1], ["10=Execute", "30=Held (jam)", "40=failure"]);
    const board = boardOf({ filler: table });
    const [states] = panels(board).filter(({ kind }) => kind === "state-timeline");
    assert.deepEqual(
      Object.values(states?.fields[0]?.values ?? {}).map(({ colour }) => colour),
      ["good", "warning", "critical"],
    );
    const umh = statesOf(boardOf({ filler: "stateMap: { profile: umh }" }))[0]?.[1] ?? [];
    assert.equal(umh.length, 22);
    assert.ok(umh.includes("180000=Equipment failure"));
  });

  it("has the OEE of a machine whose state is derived, and no states that it never says", () => {
    const board = boardOf({ filler: "stateMap: { profile: derived, from: processed, quietSeconds: 20 }" });
    assert.deepEqual(statesOf(board), []);
    assert.ok(panels(board).some(({ id }) => id === "oee"));
  });

  it("knows that a machine is alive by its heartbeat, or by what OEE reads of it when it has none", () => {
    assert.deepEqual(heard("line.filler,beat,s=b,\n"), ["_machine_v1.beat"]);
    assert.deepEqual(heard(""), ["_machine_v1.state", "_machine_v1.count"]);
  });

  it("has one panel for each unit that speed is measured in, and none that mixes them", () => {
    const units = { filler: OWN, capper: OWN, labeller: OWN };
    const rows = "line.filler,speed,s=f,float,/min\nline.capper,speed,s=c,float,m/min\nline.labeller,speed,s=l,float,/min\n";
    const speeds = panels(boardOf(units, rows, ",unit")).filter(({ id }) => id.startsWith("speed"));
    const scope: Scope = { from: 0, to: 1, everyMs: 1_000, chosen: (variable, tag) => ({ tag, in: ["any"], variable }) };
    assert.deepEqual(
      speeds.map(({ id, title, width, fields, query }) => [id, title, width, fields[0]?.unit, query(scope).where?.[1]?.in]),
      [
        ["speed", "Speed, /min", 12, "/min", ["acme.galway.line.filler", "acme.galway.line.labeller"]],
        ["speed-2", "Speed, m/min", 12, "m/min", ["acme.galway.line.capper"]],
      ],
    );
    const [alone] = panels(boardOf({ filler: OWN }, "line.filler,speed,s=f,float,/min\n", ",unit")).filter(({ id }) => id === "speed");
    assert.deepEqual([alone?.title, alone?.width, alone?.query(scope).where?.length], ["Speed", 24, 2]);
  });

  it("has no panel for what no machine measures", () => {
    assert.ok(!ids("").includes("speed"));
    assert.ok(ids("line.filler,speed,s=v,float\n").includes("speed"));
  });
});
