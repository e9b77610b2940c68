import assert from "node:assert/strict";
import {
  deployAlarms,
  deployedAlarms,
  type DeployedAlarms,
  hasAlarms,
  isCarried,
  isDeserted,
  isHad,
  isRedeploying,
  isSettled,
  keepsAlarm,
  ownerOf,
  reserveAlarms,
  settleLater,
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
    deployAlarms(storage, node("a", told), 0);
    deployAlarms(storage, node("b", told), 0);
    told.length = 0;
    reserveAlarms(storage, "a", 0);
    assert.deepEqual(ownerOf(storage, "b", PATH), { name: "A", defines: true, ofModel: true, away: true });
    assert.equal(ownerOf(storage, "a", PATH)?.name, "B", "its own names are no obstacle");
    assert.deepEqual([hasAlarms(storage, "a"), isCarried(storage, "b", PATH, 1), deployedAlarms(storage).length], [true, false, 1]);
    assert.deepEqual(told, []);
    deployAlarms(storage, node("a", told), 0);
    assert.equal(ownerOf(storage, "b", PATH)?.away, false);
    assert.deepEqual(told, ["b reconsiders"]);
  });

  it("one that is not back after a minute is gone, and the others take over, once", () => {
    const [storage, told] = [{}, [] as string[]];
    deployAlarms(storage, node("a", told), 0);
    deployAlarms(storage, node("b", told), 0);
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

  it("tells who keeps an alarm, who is to come back, and once, a minute after the last came, that all who do are there", () => {
    const [storage, told] = [{}, [] as string[]];
    assert.deepEqual([isDeserted(storage), isSettled(storage, MINUTE)], [true, false]);
    deployAlarms(storage, node("a", told), 0);
    deployAlarms(storage, node("b", told), 1_000);
    assert.deepEqual(
      [keepsAlarm(storage, "a", PATH), keepsAlarm(storage, "a", "other"), keepsAlarm(storage, "c", PATH)],
      [true, false, false],
    );
    assert.deepEqual(
      [isSettled(storage, MINUTE), isSettled(storage, MINUTE + 1_000), isSettled(storage, 2 * MINUTE)],
      [false, true, false],
    );
    settleLater(storage, 3 * MINUTE);
    settleLater(storage, 2 * MINUTE);
    assert.deepEqual(
      [isSettled(storage, 2 * MINUTE), isSettled(storage, 3 * MINUTE), isSettled(storage, 3 * MINUTE)],
      [false, true, false],
      "and once more where the first could not look",
    );
    reserveAlarms(storage, "a", 0);
    withdrawAlarms(storage, "b");
    assert.deepEqual([isRedeploying(storage), isDeserted(storage), isHad(storage, PATH)], [true, false, false]);
    assert.equal(keepsAlarm(storage, "a", PATH), true, "it will be there again in a moment");
    withdrawAlarms(storage, "a");
    assert.deepEqual([isRedeploying(storage), isDeserted(storage)], [false, true]);
  });

  it("while all of them close, nobody takes over anything", () => {
    const [storage, told] = [{}, [] as string[]];
    for (const id of ["a", "b"]) deployAlarms(storage, node(id, told), 0);
    told.length = 0;
    for (const id of ["a", "b"]) reserveAlarms(storage, id, 0);
    withdrawAlarms(storage, "a");
    assert.deepEqual(told, []);
  });
});
