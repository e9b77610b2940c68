import assert from "node:assert/strict";
import { createRequire } from "node:module";
import helper from "node-red-node-test-helper";
import { TRANSITION_VERDICTS } from "../../core/connect/history/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import type { PackmlTransitionEvent } from "../../core/operate/packtags/index.ts";
import type { DataPanel } from "../../core/see/board/index.ts";
import { packmlBoards } from "../../dashboards/packml.board.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { behind } from "../../nodes/kit/running.ts";
import declaration from "../../nodes/operate/twin-packml/twin-packml.node.ts";
import twinPackml from "../../nodes/operate/twin-packml/twin-packml.ts";
import { apiOf, HISTORIAN, historianService, NodeBench, STORE, turns } from "../support/node-bench.ts";

const require = createRequire(import.meta.url);
const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const CAPPER = `${LINE}.capper01`;
const T0 = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

function sample(name: string, time: number, value: Sample["value"], asset = FILLER): Sample {
  return { tag: `${asset}._${asset === FILLER ? "filler" : "capper"}_v1.${name}`, value, quality: "Good", timestamp: T0 + time };
}

interface Got {
  readonly events: PackmlTransitionEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

const bench = new NodeBench<Got>(
  { id: "packml", type: "twin-packml", version: 1, target: FILLER, legality: "opcua" },
  ["events", "samples", "rejects"],
  twinPackml,
  twinStore,
);

async function send(message: object): Promise<void> {
  helper.getNode("packml").receive(message as never);
  await turns();
}

function chosen(_variable: string, tag: string): { readonly tag: string; readonly in: readonly string[] } {
  return { tag, in: [FILLER] };
}

/** The next status with this text; it is shown at most twice a second. */
function shown(text: string): Promise<void> {
  return new Promise((resolve) => {
    helper.getNode("packml").on(
      "call:status" as never,
      (({ firstArg }: { firstArg: { text?: string } }) => {
        if (firstArg.text === text) resolve();
      }) as never,
    );
  });
}

const values = (samples: readonly Sample[], asset = FILLER): Record<string, Sample["value"]> =>
  Object.fromEntries(
    samples.filter(({ tag }) => tag.startsWith(`${asset}.`)).map(({ tag, value }) => [tag.slice(tag.indexOf("_v1.") + 4), value]),
  );

describe("twin-packml", () => {
  bench.freshForEach();

  it("states transitions with their legality, publishes PackTags and shows state and mode", async () => {
    const got = await bench.deploy();
    const status = shown("Execute, Production");
    await send({ payload: [sample("unit_mode", 0, 1), sample("state", 0, 4), sample("state", 1_000, 3), sample("state", 3_000, 6)] });
    assert.deepEqual(
      got.events.map(({ start, asset, data: { from, to, legal, mode } }) => [start - T0, asset, from, to, legal, mode]),
      [
        [1_000, FILLER, "Idle", "Starting", true, "Production"],
        [3_000, FILLER, "Starting", "Execute", true, "Production"],
      ],
    );
    assert.deepEqual(values(got.samples), {
      state_current: 6,
      unit_mode_current: "Production",
      state_current_time: 0,
      mode_current_time: 3_000,
      acc_time_since_reset: 3_000,
      "state_cumulative_time.idle": 1_000,
      "state_cumulative_time.starting": 2_000,
      "mode_cumulative_time.production": 3_000,
    });
    await status;
    assert.deepEqual(got.rejects, []);
  });

  it("flags what the chosen state model does not allow, and says what it allows instead", async () => {
    const run = [sample("state", 0, 5), sample("state", 1_000, 10)];
    const opcua = await bench.deploy();
    await send({ payload: run });
    assert.equal(opcua.events[0]?.data.legal, true);
    await helper.unload();
    bench.forget();

    const tr88 = await bench.deploy({ legality: "tr88-2015" });
    const status = shown("illegal: Suspended to Holding");
    await send({ payload: run });
    const { legal, allowed } = tr88.events[0]?.data ?? {};
    assert.deepEqual([legal, allowed], [false, ["Stopping", "Aborting", "Unsuspending"]]);
    await status;
  });

  it("goes on after a restart where it was: the transition across it, the times and the revisions", async () => {
    await bench.deploy();
    await send({ payload: [sample("state", 0, 4), sample("state", 1_000, 3)] });
    await helper.unload();
    const got = await bench.deploy();
    await send({ payload: [sample("state", 1_000, 3), sample("state", 500, 15), sample("state", 4_000, 6)] });
    assert.deepEqual(
      got.events.map(({ start, revision, data: { from, to, legal } }) => [start - T0, revision, from, to, legal]),
      [
        [1_000, 1, "Idle", "Starting", true], // once more, in case it did not reach the ledger
        [500, 1, "Idle", "Resetting", false],
        [1_000, 2, "Resetting", "Starting", false],
        [4_000, 1, "Starting", "Execute", true],
      ],
    );
    const { "state_cumulative_time.starting": starting, acc_time_since_reset: acc } = values(got.samples);
    assert.deepEqual([starting, acc], [3_000, 4_000]);
  });

  it("keeps an isolated state per machine of a pattern, and starts the times of one anew without the others", async () => {
    const got = await bench.deploy({ bind: "pattern", target: `${LINE}.*` });
    await send({
      payload: [sample("state", 0, 6), sample("state", 0, 2, CAPPER), sample("heartbeat", 5_000, 1), sample("heartbeat", 5_000, 1, CAPPER)],
    });
    await send({ reset: FILLER });
    await send({ payload: [sample("state", 15_000, 10), sample("heartbeat", 15_000, 2, CAPPER)] });
    assert.equal(values(got.samples)["acc_time_since_reset"], 10_000);
    assert.equal(values(got.samples)["state_cumulative_time.execute"], 10_000);
    assert.equal(values(got.samples, CAPPER)["state_cumulative_time.stopped"], 15_000);
    assert.deepEqual(
      got.events.map(({ asset, data }) => [asset, data.from]),
      [[FILLER, "Execute"]],
    );
    await send({ reset: true });
    await send({ payload: [sample("heartbeat", 25_000, 3, CAPPER)] });
    assert.equal(values(got.samples, CAPPER)["acc_time_since_reset"], 10_000);
  });

  it("refuses with a reason what is no sample, unreadable, from the future or a reset of nobody, and goes on", async () => {
    const got = await bench.deploy();
    await send({
      payload: [
        null,
        { tag: "__proto__" },
        sample("state", 0, 42),
        sample("unit_mode", 0, 17),
        sample("state", 2 * 3_600_000, 6),
        { ...sample("state", 0, 6), timestamp: 0.5 },
      ],
    });
    await send({ payload: JSON.parse('{"__proto__": {"tag": "x"}}') });
    await send({ reset: `${LINE}.nowhere` });
    await send({ reset: { toString: null } });
    assert.deepEqual(got.rejects.map(({ code }) => code).toSorted(), [
      "BAD_TIMESTAMP",
      "FUTURE_TIMESTAMP",
      "NOT_A_SAMPLE",
      "NOT_A_SAMPLE",
      "NOT_A_SAMPLE",
      "UNKNOWN_STATE",
      "UNKNOWN_STATE",
      "UNKNOWN_TAG",
      "UNKNOWN_TAG",
    ]);
    await send({ payload: [sample("state", 1, 6), sample("state", 2, 10)] });
    assert.equal(got.events.length, 1);
  });

  it("what it sends is stored, without a reject, and its board shows it", async () => {
    const got = await bench.deploy({ wires: [["events", "store"], ["samples", "store"], ["rejects"]] }, HISTORIAN, STORE);
    const service = await historianService();
    await behind(helper.getNode("store"))?.started;
    await send({ payload: [sample("unit_mode", 0, 4), sample("state", 0, 4), sample("state", 1_000, 3), sample("heartbeat", 61_000, 1)] });
    await send({ payload: [sample("state", 62_000, 17)] });
    assert.ok(await service.flush(10_000));
    const { model } = await apiOf<PlantService>("galway");
    const [board] = packmlBoards(model);
    const asked = (id: string) => {
      const panel = board?.rows.flatMap(({ panels }) => panels).find((one) => one.id === id) as DataPanel;
      return service.historian.query(panel.query({ from: T0, to: T0 + 3_600_000, everyMs: 60_000, chosen }));
    };
    const { series: states } = await asked("states");
    assert.deepEqual(
      states.map(({ tags, rows }) => [tags["asset"], rows.map(([time, state]) => [time - T0, state])]),
      [
        [
          FILLER,
          [
            [62_000, 17],
            [61_000, 3],
          ],
        ],
      ],
    );
    const last = async (id: string) =>
      Object.fromEntries((await asked(id)).series.map(({ tags, rows }) => [board?.labels["signal"]?.[tags["signal"] ?? ""], rows[0]?.[1]]));
    assert.deepEqual(await last("state-times"), { Idle: 1_000, Starting: 61_000 });
    assert.deepEqual(await last("mode-times"), { Changeover: 62_000 });
    const { series: transitions } = await asked("transitions");
    assert.deepEqual(
      transitions.map(({ tags, rows }) => [tags["asset"], rows.map(([time, ...row]) => [time - T0, ...row])]),
      [
        [
          FILLER,
          [
            [62_000, "Starting", "Complete", "Changeover", TRANSITION_VERDICTS.illegal],
            [1_000, "Idle", "Starting", "Changeover", TRANSITION_VERDICTS.legal],
          ],
        ],
      ],
    );
    assert.deepEqual(got.rejects, []);
  });

  it("says at deploy when nothing is bound that speaks PackML", async () => {
    await assert.rejects(bench.deploy({ target: LINE }), /No PackML machine is bound/);
  });

  it("every text of the declaration exists in German", () => {
    const german = require("../../nodes/operate/twin-packml/locales/de/twin-packml.json") as Record<string, Record<string, object>>;
    assert.deepEqual(Object.keys(german["twin-packml"]?.["texts"] ?? {}), Object.keys(declaration.texts ?? {}));
    assert.deepEqual(Object.keys(german["twin-packml"]?.["fields"] ?? {}), Object.keys(declaration.config.properties));
  });
});
