import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import { ALARM_STATE } from "../../core/operate/alarm/index.ts";
import {
  ABORTED,
  behindhand,
  bench,
  distinct,
  held,
  historian,
  respond,
  sample,
  stored,
  STORED,
  T0,
  told,
  WEIGHT,
} from "../support/alarm-node.ts";
import { HISTORIAN, stated } from "../support/node-bench.ts";

describe("twin-alarm: restarts", () => {
  bench.freshForEach();

  it("after a kill goes on from the ledger and the recorded samples: no alarm is lost, none is stated twice", async () => {
    await bench.deploy(STORED, ...stored);
    const service = await historian();
    await bench.send([sample("fill_weight", 0, 505)]);
    // The alarm comes and goes, and the process dies before the next snapshot.
    await service.record([sample("fill_weight", 0, 505), sample("fill_weight", 1_000, 512), sample("fill_weight", 2_000, 505)]);
    const raised = stated(service, "rtn-unacknowledged");
    await bench.send([sample("fill_weight", 1_000, 512), sample("fill_weight", 2_000, 505)]);
    await raised;
    await helper.unload();
    bench.forgetSnapshots();
    const again = await bench.deploy(STORED, ...stored);
    const back = await historian();
    const acknowledged = stated(back, "normal");
    await respond(back, WEIGHT, { id: "response1", made: T0 + 3_000, action: "acknowledge", occurrence: T0 + 1_000 });
    await acknowledged;
    assert.deepEqual(told(again.events), [
      [WEIGHT, "rtn-unacknowledged", 2],
      [WEIGHT, "normal", 3],
    ]);
    assert.equal((await back.ledger.latest({ kind: ALARM_STATE })).length, 1);
  });

  it("waits until the historian has what was recorded while it was down: what comes meanwhile moves the beginning of that no further", async () => {
    await bench.deploy({ historian: "hist" }, ...stored);
    await bench.send([sample("fill_weight", 0, 505), sample("state", 0, 6)]);
    await helper.unload();
    const store = behindhand([sample("fill_weight", 1_000, 512), sample("state", 2_000, 9)]);
    const { ring, later } = held();
    const got = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
    await bench.send([sample("fill_weight", 9_000, 505)]);
    store.reaches = 2;
    await ring();
    assert.deepEqual(distinct(got.events), [
      [WEIGHT, "unacknowledged", 1],
      [WEIGHT, "rtn-unacknowledged", 2],
    ]);
    store.flushed = true;
    await ring();
    assert.deepEqual(distinct(got.events).slice(2), [[ABORTED, "unacknowledged", 1]]);
    await ring();
    assert.deepEqual([store.marks.size, later.length], [1, 0], "and asks no more");
  });

  it("reads what it missed while it was down after another restart, when the historian had not got it before", async () => {
    await bench.deploy({ historian: "hist" }, ...stored);
    await bench.send([sample("fill_weight", 0, 505), sample("state", 0, 6)]);
    await helper.unload();
    const store = behindhand([sample("state", 1_000, 6), sample("state", 2_000, 9)]);
    await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
    await bench.send([sample("fill_weight", 9_000, 505)]);
    await helper.unload();
    Object.assign(store, { reaches: 2, flushed: true });
    const got = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
    assert.deepEqual(distinct(got.events), [[ABORTED, "unacknowledged", 1]]);
  });

  it("without a historian misses nothing: with one again it reads from where it has followed the machines to", async () => {
    await bench.deploy({ historian: "hist" }, ...stored);
    await bench.send([sample("fill_weight", 0, 505), sample("state", 0, 6)]);
    await helper.unload();
    const store = behindhand([sample("state", 2_000, 9), sample("fill_weight", 10_000, 512)]);
    store.reaches = 0;
    await bench.deployWith(store.node, { historian: "hist" }, HISTORIAN);
    await helper.unload();
    await bench.deploy();
    await bench.send([sample("fill_weight", 9_000, 505)]);
    await helper.unload();
    Object.assign(store, { reaches: 2, flushed: true });
    const got = await bench.deployWith(store.node, { historian: "hist" }, HISTORIAN);
    assert.deepEqual(distinct(got.events), [[WEIGHT, "unacknowledged", 1]]);
  });

  it("that fails at its start leaves nobody behind who listens: neither at the historian nor at the plant", async () => {
    await bench.deploy({ historian: "hist" }, ...stored);
    await bench.send([sample("fill_weight", 0, 505)]);
    await helper.unload();
    const store = behindhand([]);
    store.fault = new Error("no such table");
    const subscribe = Reflect.get(PlantService.prototype, "subscribe");
    let listening = 0;
    PlantService.prototype.subscribe = function (listener) {
      listening += 1;
      const unsubscribe = subscribe.call(this, listener);
      return () => {
        listening -= 1;
        unsubscribe();
      };
    };
    try {
      await assert.rejects(bench.deployWith(store.node, { historian: "hist" }, HISTORIAN), /no such table/);
    } finally {
      PlantService.prototype.subscribe = subscribe;
    }
    assert.deepEqual([store.tell, listening], [null, 0]);
    assert.equal(store.marks.size, 1, "it had come so far");
  });
});
