import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { ALARM_STATE, alarmCondition } from "../../core/operate/alarm/index.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { behind } from "../../nodes/kit/running.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import {
  bench,
  deployAgain,
  FILLER,
  historian,
  HOUR,
  respond,
  row,
  ROWS,
  sample,
  stored,
  STORED,
  story,
  T0,
  WEIGHT,
} from "../support/alarm-node.ts";
import { stated, turns } from "../support/node-bench.ts";

/** To two nodes, as one wire would. */
const both = async (...samples: Sample[]): Promise<void> => {
  helper.getNode("second").receive({ payload: samples });
  await bench.send(samples);
};

/** What nodes of any type logged as errors. */
function errors(): unknown[] {
  return (helper.log().args as unknown as { level: number; msg: unknown }[][])
    .flat()
    .flatMap(({ level, msg }) => (level <= 20 ? [msg] : []));
}

/** With one more revision, by the next owner. */
const taken = (revisions: unknown[]): unknown[] => [...revisions, [...(revisions.at(-1) as unknown[]).slice(0, -1), "second"]];

/** The second node has what was told, and ends it in time. */
async function goesOn(told: Record<string, unknown[]>): Promise<void> {
  const service = await historian();
  const expected = Object.fromEntries(Object.entries(told).map(([path, revisions]) => [path, taken(revisions)]));
  assert.deepEqual(await story(service), expected, "each is said once more as the next one's, and no more than that");
  const over = stated(service, "normal");
  helper.getNode("second").receive({ payload: [sample("fill_weight", 9_000, 512), sample("fill_weight", 10_000, 505)] });
  await over;
  const weight = (await story(service))[WEIGHT] ?? [];
  assert.deepEqual((weight.at(-1) as unknown[]).slice(0, 3), [T0 + 1_000, T0 + 10_000, "normal"]);
  assert.deepEqual(errors(), []);
}

describe("twin-alarm: owners", () => {
  bench.freshForEach();

  it("is refused at deploy where another node at the same historian defines one of its alarms, and names it; a condition too", async () => {
    const second = bench.node({ ...STORED, id: "second", name: "Line alarms", alarms: [...ROWS, row({ kind: "low", limit: 490 })] });
    const got = await bench.deploy(STORED, second, ...stored);
    const outcome = await behind(helper.getNode("second"))?.started;
    const sentence = `${WEIGHT} is an alarm of the node Alarms already. Give it another name or leave it out of one of the two, then deploy both.`;
    assert.equal(outcome?.ok === false && outcome.fault, sentence);
    await helper.unload();

    const other = bench.node({ ...STORED, id: "second", name: "Line alarms", alarms: [row({ kind: "low", limit: 490 })] });
    await bench.deploy(STORED, other, ...stored);
    assert.equal((await behind(helper.getNode("second"))?.started)?.ok, true);
    const refused: Reject[] = got.rejects;
    helper.getNode("rejects").on("input", (message) => refused.push(...(message as { payload: Reject[] }).payload));
    await bench.send(alarmCondition(FILLER, T0, { alarm: "fill_weight_L", active: true }));
    assert.match(
      refused.at(-1)?.message ?? "",
      /fill_weight_L is the alarm of the node Line alarms\. Wire the condition into that node alone/,
    );
  });

  it("takes the alarms of the plant model once: a row anywhere stands in, and when a node goes, the other has what it had", async () => {
    const own = row({ kind: "state", tag: "", values: "Aborted", limit: undefined, alarm: "aborted", priority: "low" });
    const second = bench.node({ ...STORED, id: "second", name: "Line alarms", modelAlarms: true, alarms: [own] });
    const got = await bench.deploy({ ...STORED, modelAlarms: true, alarms: [] }, second, ...stored);
    assert.equal((await behind(helper.getNode("second"))?.started)?.ok, true);
    const by = (): unknown[] => got.events.map(({ asset, evidence }) => [asset.slice(FILLER.length + 1), evidence?.["node"]]);
    await both(sample("state", 0, 9), sample("bowl_pressure", 0, 2.5), sample("bowl_pressure", 11_000, 2.5));
    assert.deepEqual(by(), [
      ["aborted", "second"],
      ["bowl_pressure_H", "alarm"],
    ]);
    got.events.length = 0;
    await (helper.getNode("alarm") as unknown as { close(removed: boolean): Promise<void> }).close(true);
    const hot = stated(await historian(), "unacknowledged");
    helper.getNode("second").receive({ payload: [sample("product_temperature", 20_000, 15), sample("product_temperature", 90_000, 15)] });
    await hot;
    assert.deepEqual(by(), [
      ["bowl_pressure_H", "second"],
      ["product_temperature_H", "second"],
    ]);
    assert.deepEqual(errors(), []);
  });

  it("keeps its alarms over a redeploy; gone, another node goes on with them as acknowledged and shelved, and keeps them from then on", async () => {
    const first = { ...STORED, modelAlarms: true, alarms: [] };
    const second = bench.node({ ...first, id: "second", name: "Line alarms" });
    const got = await bench.deploy(first, second, ...stored);
    const service = await historian();
    const [pressure, temperature] = [`${FILLER}.bowl_pressure_H`, `${FILLER}.product_temperature_H`];
    const [raised, shelved] = [stated(service, "unacknowledged"), stated(service, "shelved")];
    await both(sample("bowl_pressure", 0, 2.5), sample("bowl_pressure", 11_000, 2.5));
    await raised;
    const acknowledged = stated(service, "acknowledged");
    const start = got.events[0]?.start ?? 0;
    await respond(service, pressure, { id: "response1", made: T0 + 12_000, action: "acknowledge", occurrence: start });
    const until = Date.now() + 3_600_000;
    await respond(service, temperature, { id: "response2", made: T0 + 12_000, action: "shelve", until, comment: "sensor" });
    await Promise.all([acknowledged, shelved]);
    const latest = async (): Promise<unknown[]> =>
      (await service.ledger.latest({ kind: ALARM_STATE }))
        .toSorted((a, b) => a.asset.localeCompare(b.asset))
        .map(({ asset, end, data, evidence }) => [
          asset.slice(FILLER.length + 1),
          end === null ? null : end - T0,
          data["state"],
          evidence?.["node"],
        ]);
    const open = [
      ["bowl_pressure_H", null, "acknowledged", "alarm"],
      ["product_temperature_H", null, "shelved", "alarm"],
    ];
    assert.deepEqual(await latest(), open);

    got.events.length = 0;
    const again = bench.node({ ...first, name: "Filler alarms" });
    await deployAgain("nodes", again, second, ...stored);
    await both(sample("bowl_pressure", 20_000, 2.6), sample("bowl_pressure", 40_000, 2.6));
    assert.deepEqual([await latest(), got.events.every(({ data }) => data.state !== "unacknowledged")], [open, true]);

    await deployAgain("nodes", second, ...stored);
    await turns();
    helper.getNode("second").receive({ payload: [sample("bowl_pressure", 50_000, 2.6), sample("bowl_pressure", 60_000, 2.6)] });
    await turns();
    const theirs = open.map((one) => [...one.slice(0, 3), "second"]);
    assert.deepEqual(await latest(), theirs, "nothing is ended, nothing is annunciated anew");

    await deployAgain("nodes", again, second, ...stored);
    const over = stated(service, "normal");
    await both(sample("bowl_pressure", 61_000, 1), sample("bowl_pressure", 90_000, 1));
    await over;
    assert.deepEqual((await latest()).filter((one) => (one as unknown[])[0] === "bowl_pressure_H").length, 1);
    const ended = (await service.ledger.revisions(ALARM_STATE, pressure, start)).at(-1);
    assert.deepEqual([ended?.data["state"], ended?.data["ended_because"], ended?.evidence?.["node"]], ["normal", undefined, "second"]);

    await deployAgain("full", again, second, ...stored);
    const whole = await historian();
    assert.deepEqual(
      (await whole.ledger.latest({ kind: ALARM_STATE, asset: temperature })).map(({ end, data, evidence }) => [
        end,
        data["state"],
        evidence?.["node"],
      ]),
      [[null, "shelved", "alarm"]],
      "the first has it again, and it goes on there too",
    );
    assert.deepEqual(errors(), []);
  });

  describe("without its owner, the next one goes on with what is open as it stands, and nothing is stated or called twice", () => {
    const [PRESSURE, REFUSED] = [`${FILLER}.bowl_pressure_H`, `${FILLER}.rejects`];
    const rows = [
      row({ message: "Too much", deadband: 2 }),
      row({ kind: "state", tag: "", values: "Aborted", limit: undefined, latching: true, group: "stop" }),
      row({ kind: "rejects", tag: "", limit: undefined }),
      row({ kind: "high", tag: "bowl_pressure", limit: 2 }),
    ];
    const before = bench.node({ ...STORED, id: "second", name: "Line alarms", alarms: [row({ kind: "low", limit: 490 })] });
    const after = bench.node({ ...STORED, id: "second", name: "Line alarms", alarms: [...rows, row({ kind: "low", limit: 490 })] });

    /** Four alarms of the first node: acknowledged, latched and first of its group, shelved, and out of service. */
    async function kept(): Promise<Record<string, unknown[]>> {
      await bench.deploy({ ...STORED, alarms: rows }, before, ...stored);
      const service = await historian();
      const states = ["latched-unacknowledged", "acknowledged", "shelved", "out-of-service"].map((state) => stated(service, state));
      const raised = stated(service, "unacknowledged");
      await both(sample("fill_weight", 1_000, 512), sample("state", 1_000, 9), sample("state", 2_000, 6));
      await raised;
      // Somebody had shelved it and brought it back: that is over, and is not done again.
      await respond(service, PRESSURE, { id: "response0", made: T0 + 2_000, action: "shelve", until: Date.now() + HOUR, comment: "c" });
      await respond(service, PRESSURE, { id: "response1", made: T0 + 2_001, action: "unshelve" });
      await respond(service, WEIGHT, { id: "response2", made: T0 + 3_000, action: "acknowledge", occurrence: T0 + 1_000 });
      await respond(service, REFUSED, { id: "response3", made: T0 + 3_000, action: "shelve", until: Date.now() + HOUR, comment: "sensor" });
      await respond(service, PRESSURE, { id: "response4", made: T0 + 3_000, action: "remove-from-service", comment: "permit 17" });
      await Promise.all(states);
      return story(service);
    }

    it("after a full deploy, in which all nodes stop and start and its rows are the next one's", async () => {
      const told = await kept();
      await deployAgain("full", after, ...stored);
      await goesOn(told);
    });

    it("after a kill: with what the disk had then, and a flow without it", async () => {
      const told = await kept();
      const [disk, image] = [path.join(bench.userDir, "twinline"), `${bench.userDir}-killed`];
      cpSync(disk, image, { recursive: true });
      await helper.unload();
      rmSync(disk, { recursive: true, force: true });
      renameSync(image, disk);
      await helper.load([twinPlant, twinAlarm, twinHistorian, twinStore] as never, [...bench.around, after, ...stored] as never);
      assert.equal((await behind(helper.getNode("second"))?.started)?.ok, true);
      await turns();
      await goesOn(told);
    });

    it("and what no node has any more ends a minute later", async () => {
      await kept();
      await deployAgain("full", before, ...stored);
      const service = await historian();
      const over = stated(service, "normal");
      const now = Date.now;
      Date.now = () => now() + 61_000;
      try {
        await over;
      } finally {
        Date.now = now;
      }
      const latest = new Map((await service.ledger.latest({ kind: ALARM_STATE })).map((entry) => [entry.asset, entry]));
      assert.deepEqual(
        [...latest.values()].map(({ end, data, evidence }) => [end === null, data["ended_because"], evidence?.["node"]]),
        [1, 2, 3, 4].map(() => [false, "definition-removed", "second"]),
      );
    });
  });

  it("that fails after it was there gives its alarms to the others", async () => {
    mkdirSync(path.join(bench.userDir, "twinline", "snapshots", "second.json"), { recursive: true });
    const both = { ...STORED, modelAlarms: true, alarms: [] };
    const got = await bench.deploy({ ...both, id: "second", name: "Line alarms" }, bench.node(both), ...stored);
    assert.equal((await behind(helper.getNode("second"))?.started)?.ok, false);
    // Inputs wait while it looks in the ledger for what the other has left.
    const raised = once(helper.getNode("events"), "input");
    await bench.send([sample("bowl_pressure", 0, 2.5), sample("bowl_pressure", 11_000, 2.5)]);
    await raised;
    assert.deepEqual(
      got.events.map(({ asset }) => asset.slice(FILLER.length + 1)),
      ["bowl_pressure_H"],
    );
  });

  it("disabled and enabled again, it leaves ended what ended then, and judges anew", async () => {
    await bench.deploy(STORED, ...stored);
    const service = await historian();
    const raised = stated(service, "unacknowledged");
    await bench.send([sample("fill_weight", 1_000, 512)]);
    await raised;
    const over = stated(service, "normal");
    await deployAgain("nodes", ...stored);
    await over;
    const anew = stated(service, "unacknowledged");
    await deployAgain("nodes", bench.node(STORED), ...stored);
    await anew;
    const returned = stated(service, "rtn-unacknowledged");
    await bench.send([sample("fill_weight", 9_000, 505)]);
    await returned;
    const revisions = await service.ledger.revisions(ALARM_STATE, WEIGHT, T0 + 1_000);
    assert.deepEqual(
      revisions.map(({ end, data }) => [end === null, data["ended_because"]]),
      [
        [true, undefined],
        [false, "definition-removed"],
      ],
    );
    assert.equal((await service.ledger.latest({ kind: ALARM_STATE })).length, 2);
  });

  it("ends its open alarms with that reason when it is removed", async () => {
    await bench.deploy(STORED, ...stored);
    const service = await historian();
    const [raised, over] = [stated(service, "unacknowledged"), stated(service, "normal")];
    await bench.send([sample("fill_weight", 1_000, 512)]);
    await raised;
    await (helper.getNode("alarm") as unknown as { close(removed: boolean): Promise<void> }).close(true);
    await over;
    const last = (await service.ledger.revisions(ALARM_STATE, WEIGHT, T0 + 1_000)).at(-1);
    assert.deepEqual([last?.data["ended_because"], last?.author], ["definition-removed", "node:twin-alarm"]);
  });
});
