import assert from "node:assert/strict";
import {
  deployAlarms,
  deployedAlarms,
  type DeployedAlarms,
  hasAlarms,
  isCarried,
  ownerOf,
  reserveAlarms,
  withdrawAlarms,
  withdrawLate,
} from "../../adapters/alarms/deployed.ts";
import { alarmPath } from "../../core/operate/alarm/index.ts";
import { definition } from "../support/alarm-line.ts";

const PATH = alarmPath(definition());
const MINUTE = 60_000;

/** A node with the one alarm, and what it was told. */
function node(id: string, told: string[]): DeployedAlarms {
  return {
    id,
    name: id.toUpperCase(),
    definitions: () => [definition()],
    ofModel: () => true,
    has: (path) => path === PATH,
    carries: (path, start) => path === PATH && start === 1,
    reconsider: () => told.push(`${id} reconsiders`),
    takeOver: () => told.push(`${id} takes over`),
  };
}

describe("alarms at work in one process", () => {
  it("a node that is being redeployed keeps its names, and nobody is told", () => {
    const [storage, told] = [{}, [] as string[]];
    deployAlarms(storage, node("a", told));
    deployAlarms(storage, node("b", told));
    told.length = 0;
    reserveAlarms(storage, "a", 0);
    assert.deepEqual(ownerOf(storage, "b", PATH), { name: "A", defines: true, ofModel: true, away: true });
    assert.equal(ownerOf(storage, "a", PATH)?.name, "B", "its own names are no obstacle");
    assert.deepEqual([hasAlarms(storage, "a"), isCarried(storage, "b", PATH, 1), deployedAlarms(storage).length], [true, false, 1]);
    assert.deepEqual(told, []);
    deployAlarms(storage, node("a", told));
    assert.equal(ownerOf(storage, "b", PATH)?.away, false);
    assert.deepEqual(told, ["b reconsiders"]);
  });

  it("one that is not back after a minute is gone, and the others take over, once", () => {
    const [storage, told] = [{}, [] as string[]];
    deployAlarms(storage, node("a", told));
    deployAlarms(storage, node("b", told));
    told.length = 0;
    reserveAlarms(storage, "a", 0);
    withdrawLate(storage, MINUTE - 1);
    assert.deepEqual(told, []);
    withdrawLate(storage, MINUTE);
    withdrawLate(storage, MINUTE);
    withdrawAlarms(storage, "a");
    assert.deepEqual(told, ["b takes over"]);
    assert.deepEqual([hasAlarms(storage, "a"), ownerOf(storage, "b", PATH)], [false, undefined]);
  });

  it("while all of them close, nobody takes over anything", () => {
    const [storage, told] = [{}, [] as string[]];
    for (const id of ["a", "b"]) deployAlarms(storage, node(id, told));
    told.length = 0;
    for (const id of ["a", "b"]) reserveAlarms(storage, id, 0);
    withdrawAlarms(storage, "a");
    assert.deepEqual(told, []);
  });
});
