import assert from "node:assert/strict";
import { evaluate, type Point } from "../../core/connect/history/index.ts";
import { rowOf } from "../../core/connect/spine/rows.ts";
import { type AlarmDefinition, Alarms, type AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import { boardFaults, type DataPanel } from "../../core/see/board/index.ts";
import { alarmBoards } from "../../dashboards/alarms.board.ts";
import { demoModel } from "../support/board-site.ts";

const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const TAG = `${FILLER}._filler_v1.fill_weight`;
const T0 = Date.UTC(2026, 2, 10, 12);

const chosen = (_variable: string, tag: string) => ({ tag, in: [FILLER] });

/** Rows of the historian as the spine makes them of what a twin-alarm states. */
function rows(): Point[] {
  const definition: AlarmDefinition = {
    asset: FILLER,
    alarm: "fill_weight_H",
    source: { kind: "high", tag: TAG, limit: 510, deadband: 0 },
    priority: "high",
    class: "process",
    message: "Too much",
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    suppressedIn: [],
  };
  const alarms = new Alarms([definition], { states: new Map(), knows: () => true, home: LINE }, { node: "n" });
  const events: AlarmStateEvent[] = [];
  for (const [at, value] of [
    [0, 512],
    [1_000, 505],
    [2_000, 513],
    [3_000, 505],
  ] as const)
    events.push(...alarms.push([{ tag: TAG, value, quality: "Good", timestamp: T0 + at }], T0 + at).events);
  const shelved = { id: "abcdefgh", made: T0 + 4_000, action: "shelve", until: T0 + 90_000, comment: "c" } as const;
  events.push(...alarms.respond({ path: `${FILLER}.fill_weight_H`, author: "mary", recorded: T0 + 4_000, sequence: 1, data: shelved }));
  const entry = { id: 1, author: "node", reason: "alarm", recorded: T0 };
  return events.map((event) => rowOf({ ...event, ...entry }, () => ({ site: "galway", line: "bottling.line01" })));
}

describe("the alarm board of a line", () => {
  it("has no fault, and counts annunciations: no revision twice, no time in which an alarm was shelved", async () => {
    const model = await demoModel();
    const boards = alarmBoards(model);
    assert.deepEqual(
      boards.map(({ id }) => id),
      ["line01-alarms", "packing01-alarms"].slice(0, boards.length),
    );
    const [board] = boards;
    assert.ok(board);
    assert.deepEqual(boardFaults(board), []);
    assert.deepEqual(board.edge?.({ from: 0, to: 1 }).by, ["asset"], "it knows how far the data of the line reaches");
    const points = rows();
    const asked = (id: string): unknown => {
      const panel = board.rows.flatMap(({ panels }) => panels).find((one) => one.id === id) as DataPanel;
      return evaluate(points, panel.query({ from: T0, to: T0 + 3_600_000, everyMs: 600_000, chosen })).series.map(
        ({ tags, rows: found }) => [...Object.values(tags), ...(found.at(0) ?? []).slice(1)],
      );
    };
    assert.deepEqual(asked("actors"), [[FILLER, "fill_weight_H", 2]]);
    assert.deepEqual(asked("priorities"), [["high", 2]]);
    assert.deepEqual(asked("rate"), [[2]]);
    assert.deepEqual(asked("log"), [[FILLER, "fill_weight_H", "high", "shelved", "Too much", "mary"]]);
  });
});
