import assert from "node:assert/strict";
import { alarmCondition } from "../../core/operate/alarm/index.ts";
import { rowsOf } from "../../nodes/operate/twin-alarm/bound-alarms.ts";
import declaration from "../../nodes/operate/twin-alarm/twin-alarm.node.ts";
import { bench, FILLER, LINE, sample, T0, told, WEIGHT } from "../support/alarm-node.ts";
import { inGerman } from "../support/in-german.ts";

describe("twin-alarm", () => {
  bench.freshForEach();

  it("raises alarms from limits, states, rejects and conditions, and publishes how many there are", async () => {
    const got = await bench.deploy();
    await bench.send([sample("fill_weight", 0, 505), sample("fill_weight", 1_000, 512), sample("state", 2_000, 9)]);
    await bench.send([{ code: "STALE", message: "No new value.", input: {}, tag: `${FILLER}._filler_v1.heartbeat` }]);
    await bench.send(alarmCondition(FILLER, T0 + 3_000, { alarm: "spc_rule_1", active: true, message: "Beyond 3 sigma" }));
    await bench.send([sample("fill_weight", 4_000, 509), sample("fill_weight", 5_000, 508)]);
    assert.deepEqual(told(got.events), [
      [WEIGHT, "unacknowledged", 1],
      [`${FILLER}.state_state`, "unacknowledged", 1],
      [`${FILLER}.rejects`, "unacknowledged", 1],
      [`${FILLER}.spc_rule_1`, "unacknowledged", 1],
      [WEIGHT, "rtn-unacknowledged", 2],
    ]);
    const [first] = got.events;
    assert.deepEqual([first?.data.message, first?.data.unit, first?.data.limit, first?.data.value], ["Too much", "g", 510, 512]);
    const last = (name: string): unknown => got.samples.findLast(({ tag }) => tag === `${FILLER}._alarm_v1.${name}`)?.value;
    assert.deepEqual([last("active"), last("unacknowledged"), last("inhibited")], [3, 4, 0]);
    assert.deepEqual(got.rejects, []);
  });

  it("refuses with a reason what is neither sample, reject nor condition, and goes on", async () => {
    const got = await bench.deploy();
    await bench.send([null, { tag: "__proto__" }, { ...sample("fill_weight", 0, 1), timestamp: Date.now() + 3_600_000 }]);
    await bench.send(JSON.parse('{"__proto__": {"kind": "alarm.condition.v1"}}'));
    await bench.send(alarmCondition("acme.galway.nowhere", T0, { alarm: "a", active: true }));
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["NOT_A_SAMPLE", "NOT_A_SAMPLE", "FUTURE_TIMESTAMP", "NOT_A_SAMPLE", "BAD_EVENT"],
    );
    await bench.send([sample("fill_weight", 1_000, 512)]);
    assert.equal(got.events.length, 1);
  });

  it("takes the delays of a row in seconds and its re-alarm in minutes; an empty one is none", () => {
    const given = { kind: "high", priority: "low", onDelay: 1.5, offDelay: 2 } as const;
    const times = rowsOf([{ ...given, realarm: 90 }, given]).map(({ onDelayMs, offDelayMs, realarmMs }) => [
      onDelayMs,
      offDelayMs,
      realarmMs,
    ]);
    assert.deepEqual(times, [
      [1_500, 2_000, 5_400_000],
      [1_500, 2_000, undefined],
    ]);
  });

  it("says at deploy when nothing is bound", async () => {
    await assert.rejects(bench.deploy({ target: `${LINE}.nowhere` }), /No equipment is bound/);
  });

  it("every text of the declaration exists in German", () => {
    inGerman(declaration, "alarms", declaration.config.properties.alarms.items.properties);
  });
});
