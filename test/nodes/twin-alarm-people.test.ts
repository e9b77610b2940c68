import assert from "node:assert/strict";
import { once } from "node:events";
import helper from "node-red-node-test-helper";
import { announceAlarms } from "../../adapters/alarms/deployed.ts";
import type { Statement } from "../../core/connect/ledger/index.ts";
import { ALARM_RESPONSE, ALARM_STATE, type AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import {
  ABORTED,
  behindhand,
  bench,
  distinct,
  FILLER,
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
import { stated, turns } from "../support/node-bench.ts";

/** What the node shows, as soon as this is in it. */
async function statusSays(words: string): Promise<string> {
  const node = helper.getNode("alarm") as unknown as NodeJS.EventEmitter & { status: { args: { text: string }[][] } };
  const last = (): string => node.status.args.at(-1)?.[0]?.text ?? "";
  while (!last().includes(words)) await once(node, "call:status");
  return last();
}

/** What was stated, as another node would have left it. */
const leftBy = (node: string, events: readonly AlarmStateEvent[]): Statement[] =>
  events.map(({ kind, asset, start, end, data }) => ({ kind, asset, start, end, data, evidence: { node } }));

describe("twin-alarm: people", () => {
  bench.freshForEach();

  it("takes what people do from the ledger, by name and with their comment; after a restart too, and what they did meanwhile", async () => {
    await bench.deploy(STORED, ...stored);
    const service = await historian();
    const raised = stated(service, "unacknowledged");
    await bench.send([sample("fill_weight", 1_000, 512)]);
    await raised;
    const acknowledged = stated(service, "acknowledged");
    await respond(service, WEIGHT, {
      id: "response1",
      made: T0 + 2_000,
      action: "acknowledge",
      occurrence: T0 + 1_000,
      comment: "valve 3",
    });
    await acknowledged;
    await helper.unload();

    const again = await bench.deploy(STORED, ...stored);
    assert.deepEqual(told(again.events), [[WEIGHT, "acknowledged", 2]], "said once more, which is no new revision");
    const back = await historian();
    const over = stated(back, "normal");
    await bench.send([sample("fill_weight", 9_000, 505)]);
    await over;
    const entries = await back.ledger.revisions(ALARM_STATE, WEIGHT, T0 + 1_000);
    assert.deepEqual(
      entries.map(({ revision, end, data }) => [revision, end, data["state"]]),
      [
        [1, null, "unacknowledged"],
        [2, null, "acknowledged"],
        [3, T0 + 9_000, "normal"],
      ],
    );
    const by = entries.at(-1)?.data["acknowledged"] as { by: string; comment: string };
    assert.deepEqual([by.by, by.comment], ["mary", "valve 3"]);
    assert.ok(await back.flush(10_000));
    const { series } = await back.historian.query({
      measurement: "alarm",
      from: T0,
      to: T0 + 3_600_000,
      columns: ["annunciated", "active_ms", "open", "state", "by"].map((field) => ({ as: field, field })),
      by: ["asset", "alarm", "priority"],
      latestRevision: { atomMs: 1 },
    });
    assert.deepEqual(series, [
      { tags: { asset: FILLER, alarm: "fill_weight_HH", priority: "high" }, rows: [[T0 + 1_000, 1, 8_000, 0, "normal", "mary"]] },
    ]);
  });

  it("takes what people did while it was down, also when somebody responds to another alarm before that is read", async () => {
    await bench.deploy(STORED, ...stored);
    const raised = stated(await historian(), "unacknowledged");
    await bench.send([sample("fill_weight", 1_000, 512), sample("state", 1_000, 9)]);
    await raised;
    await helper.unload();
    await helper.load([twinPlant, twinHistorian, twinStore] as never, [...bench.around, ...stored] as never);
    await respond(await historian(), WEIGHT, { id: "response1", made: T0 + 2_000, action: "acknowledge", occurrence: T0 + 1_000 });
    await helper.unload();

    const subscribe = Reflect.get(HistorianService.prototype, "subscribe");
    let responding: Promise<void> | undefined;
    HistorianService.prototype.subscribe = function (listener) {
      HistorianService.prototype.subscribe = subscribe;
      const unsubscribe = this.subscribe(listener);
      responding = respond(this, ABORTED, { id: "response2", made: T0 + 3_000, action: "acknowledge", occurrence: T0 + 1_000 });
      return unsubscribe;
    };
    const again = await bench.deploy(STORED, ...stored);
    await responding;
    const states = new Map(again.events.map(({ asset, data }) => [asset, data.state]));
    assert.deepEqual([states.get(WEIGHT), states.get(ABORTED)], ["acknowledged", "acknowledged"]);
  });

  describe("while the ledger cannot be read", () => {
    const acknowledge = { id: "response1", made: T0 + 2_000, action: "acknowledge", occurrence: T0 + 1_000 };

    /** As the historian does it. */
    async function tell(store: ReturnType<typeof behindhand>): Promise<void> {
      const statement = { kind: ALARM_RESPONSE, asset: WEIGHT, start: T0 + 2_000, end: T0 + 2_000, data: acknowledge };
      store.tell?.(await store.ledger.record([statement], { author: "mary", reason: "alarm list" }, Date.now()));
      await turns();
    }

    it("at the start, it watches all the same, says so whatever the figures are, and takes what people did when it can", async () => {
      const [{ ring }, store] = [held(), behindhand([])];
      Object.assign(store, { broken: true, flushed: true });
      const got = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await statusSays("away");
      await bench.send([sample("fill_weight", 1_000, 512), {}]);
      assert.match(await statusSays("rejected"), /away/);
      await tell(store);
      await ring();
      assert.deepEqual(distinct(got.events), [[WEIGHT, "unacknowledged", 1]]);
      store.broken = false;
      await ring();
      assert.deepEqual(distinct(got.events).slice(1), [[WEIGHT, "acknowledged", 2]]);
      await statusSays("1 active, 0 to acknowledge");
    });

    it("when another node is gone, what people do is taken at once, and what was left as soon as it can be read", async () => {
      const [{ ring }, store] = [held(), behindhand([])];
      store.flushed = true;
      const { events } = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await bench.send([sample("state", 1_000, 9)]);
      await helper.unload();
      const got = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await bench.send([sample("fill_weight", 1_000, 512)]);
      await store.ledger.record(leftBy("gone", events), { author: "node:twin-alarm", reason: "state" }, Date.now());
      store.broken = true;
      announceAlarms(store.api, "gone");
      await new Promise((done) => setTimeout(done, 0));
      await tell(store);
      assert.deepEqual(distinct(got.events), [
        [WEIGHT, "unacknowledged", 1],
        [WEIGHT, "acknowledged", 2],
      ]);
      store.broken = false;
      await ring();
      assert.deepEqual(distinct(got.events).slice(2), [[ABORTED, "unacknowledged", 2]]);
    });

    it("and while it is being read, what people do to other alarms is taken, however late the one that was left was stated", async () => {
      const store = behindhand([]);
      store.flushed = true;
      held();
      const { events } = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await bench.send([sample("state", 1_000, 9)]);
      await helper.unload();
      const got = await bench.deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await bench.send([sample("fill_weight", 1_000, 512)]);
      const { promise, resolve } = Promise.withResolvers<void>();
      store.reading = promise;
      announceAlarms(store.api, "gone");
      await new Promise((done) => setTimeout(done, 0));
      await tell(store);
      await store.ledger.record(leftBy("gone", events), { author: "node:twin-alarm", reason: "state" }, Date.now());
      resolve();
      await turns();
      assert.deepEqual(distinct(got.events).slice(1), [
        [ABORTED, "unacknowledged", 2],
        [WEIGHT, "acknowledged", 2],
      ]);
    });
  });
});
