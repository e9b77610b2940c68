import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { atomOf, byShift, NOTHING, OEE_ATOM, ratios } from "../../core/operate/oee/index.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import declaration from "../../nodes/operate/twin-oee/twin-oee.node.ts";
import { apiOf, turns } from "../support/node-bench.ts";
import { bench, deploy, FILLER, latest, LINE, MINUTE, recording, sample, T0 } from "../support/oee-node.ts";

const require = createRequire(import.meta.url);

describe("twin-oee", () => {
  bench.freshForEach();

  it("states the minutes of one machine with the plant model's cycle times and calendar, and publishes the running figures", async () => {
    const got = await deploy();
    await bench.send(recording());
    const atoms = got.events.map(atomOf);
    assert.ok(got.events.every((event) => event.kind === OEE_ATOM && event.asset === FILLER && event.revision === 1));
    assert.equal(atoms[0]?.start, T0);
    assert.equal(atoms.at(-1)?.end, T0 + 39 * MINUTE);
    assert.equal(atoms.find((atom) => atom.product === "still-500")?.idealCycleUs, 500_000);
    assert.equal(atoms.find((atom) => atom.product === "lemon-330")?.idealCycleUs, 480_000);
    const shift = byShift(atoms).at(-1);
    const published = got.samples.find((one) => one.tag === `${FILLER}._oee_v1.shift.availability`);
    assert.equal(published?.value, ratios(shift?.measures ?? NOTHING).availability);
    assert.equal(published?.timestamp, T0 + 39 * MINUTE);
    assert.equal(got.rejects.length, 0);
  });

  it("states the stops of the machine with the reason its controller gives, once each over a restart", async () => {
    const all = [...recording(), sample("stop_reason", T0 + 15 * MINUTE + 1_300, 4)];
    const before = await deploy();
    await bench.send(all);
    await helper.unload();
    const after = await deploy();
    await turns();
    const [lasting, ended] = [T0 + 15 * MINUTE + 1_234, T0 + 19 * MINUTE + 1_234];
    assert.deepEqual(
      before.stops.map(({ asset, start, end, revision, data }) => [asset, start, end, revision, data.bucket, data.text, data.reason]),
      [[FILLER, lasting, ended, 1, "failure", "Drive fault", "drive-fault"]],
    );
    assert.deepEqual(after.stops, before.stops);
  });

  it("keeps an isolated state per machine when it is bound to a class or a pattern", async () => {
    const got = await deploy({ bind: "pattern", target: `${LINE}.*er01` });
    await bench.send([...recording(FILLER), ...recording(`${LINE}.capper01`).slice(0, 100)]);
    const of = (asset: string) => got.events.filter((event) => event.asset === asset);
    assert.equal(of(FILLER).at(-1)?.end, T0 + 39 * MINUTE);
    assert.ok((of(`${LINE}.capper01`).at(-1)?.end ?? 0) < T0 + 10 * MINUTE);
    assert.equal(of(`${LINE}.capper01`).at(-1)?.data.ideal_cycle_ms, 420);
  });

  it("a late sample leaves as revision 2 of exactly the minutes it changes", async () => {
    const got = await deploy();
    await bench.send(recording());
    const first = got.events.length;
    await bench.send([sample("state", T0 + 5 * MINUTE, 11), sample("state", T0 + 5 * MINUTE + 30_000, 6)]);
    const late = got.events.slice(first);
    assert.deepEqual(
      late.map((event) => [event.start, event.revision, event.data.hold_ms]),
      [[T0 + 5 * MINUTE, 2, 30_000]],
    );
  });

  it("refuses with a reason what is no sample, unreadable or from the future, and goes on", async () => {
    const got = await deploy();
    await bench.send([
      null,
      { tag: "__proto__" },
      sample("state", T0, 42),
      sample("processed_count", T0, -5),
      sample("heartbeat", Date.now() + 3_600_000, 1),
    ]);
    await bench.send(JSON.parse('{"__proto__": {"tag": "x"}}'));
    assert.deepEqual(
      got.rejects.map((one) => one.code),
      ["NOT_A_SAMPLE", "NOT_A_SAMPLE", "UNKNOWN_STATE", "OUT_OF_RANGE", "FUTURE_TIMESTAMP", "NOT_A_SAMPLE"],
    );
    await bench.send(recording().slice(1));
    assert.ok(got.events.length > 0);
  });

  it("a node saved before the options existed states what it stated: planned stops left out, set-up a loss", async () => {
    const changeover = [sample("unit_mode", T0 + 5 * MINUTE, 4), sample("unit_mode", T0 + 10 * MINUTE, 1)];
    const today = await deploy();
    await bench.send([...recording(), ...changeover]);
    const expected = latest(today.events);
    await helper.unload();
    bench.forget();
    const former = await deploy({ version: 1, unknown: "exclude" });
    await bench.send([...recording(), ...changeover]);
    assert.deepEqual(latest(former.events), expected);
    assert.ok(former.events.some(({ data }) => data.setup_ms === MINUTE && data.planned_ms === MINUTE));
  });

  it("takes its options: set-up left out, a mode left out of OEE and of counts, figures of the last minutes", async () => {
    const modes = [{ mode: "Changeover", time: "notPlanned", uncounted: true }];
    const got = await deploy({ setup: "exclude", modes, rollingMinutes: 15 });
    await bench.send([...recording(), sample("unit_mode", T0 + 5 * MINUTE, 4), sample("unit_mode", T0 + 10 * MINUTE, 1)]);
    const inside = got.events.filter(({ start }) => start >= T0 + 6 * MINUTE && start < T0 + 9 * MINUTE);
    assert.ok(inside.length >= 3);
    for (const { data } of inside) assert.deepEqual([data.planned_ms, data.not_planned_ms, data.total], [0, MINUTE, 0]);
    assert.ok(inside.reduce((all, { data }) => all + (data.left_out ?? 0), 0) > 200);
    assert.equal(got.events[0]?.evidence?.["options"] !== undefined, true);
    assert.ok(got.samples.some(({ tag, value }) => tag === `${FILLER}._oee_v1.rolling.availability` && value !== null));
    assert.ok(got.samples.some(({ tag, value }) => tag === `${FILLER}._oee_v1.shift.final` && value === false));
  });

  it("warns once per shift, in the status and on the reject output, of an ideal cycle time that is too long", async () => {
    const got = await deploy();
    const shown = new Promise<string>((resolve) => {
      const listen = ({ firstArg: { text = "" } }: { firstArg: { text?: string } }): void => {
        if (/ideal cycle time of .* too long/.test(text)) resolve(text);
      };
      helper.getNode("oee").on("call:status" as never, listen as never);
    });
    const fast = recording().map((one) => (one.tag.endsWith("processed_count") ? { ...one, value: Number(one.value) * 3 } : one));
    await bench.send(fast.slice(0, 400));
    await bench.send(fast.slice(400));
    const warnings = got.rejects.filter(({ field }) => field === "performance");
    assert.ok(warnings.length >= 1 && warnings.length <= 2, "one shift, or two where one ends in these 40 minutes");
    assert.equal(warnings[0]?.code, "OUT_OF_RANGE");
    assert.match(await shown, /^filler01: performance [12]\d\d\.\d %, ideal cycle time of .* too long/);
    assert.match(
      warnings[0]?.message ?? "",
      /filler01 makes more than it ideally can: performance [12]\d\d\.\d %.*ideal cycle time of .* is too long/,
    );
  });

  it("a new ideal cycle time in the plant files states again exactly the minutes from its date on", async () => {
    const got = await deploy();
    await bench.send(recording());
    const first = got.events.length;
    const galway = await apiOf<PlantService>("galway");
    const file = path.join(bench.userDir, "plant", "products.yaml");
    const from = new Date(T0 + 10 * MINUTE).toISOString().slice(0, 16);
    const written = readFileSync(file, "utf8");
    const changed = written.replace("filler01: 0.5 ", `filler01: [{ seconds: 0.5 }, { from: "${from}Z", seconds: 0.45 }] `);
    writeFileSync(
      file,
      changed === written
        ? written.replace("filler01: 0.5 }", `filler01: [{ seconds: 0.5 }, { from: "${from}Z", seconds: 0.45 }] }`)
        : changed,
    );
    await galway.reload();
    await turns();
    const again = got.events.slice(first);
    assert.ok(again.length > 0 && again.every(({ revision, data }) => revision === 2 && data.product === "still-500"));
    assert.equal(again[0]?.start, T0 + 10 * MINUTE);
    assert.ok(again.every(({ data }) => data.ideal_cycle_ms === 450));
  });

  it("says at deploy when nothing is bound", async () => {
    await assert.rejects(deploy({ target: `${LINE}.nowhere` }), /No equipment is bound/);
  });

  it("every text of the declaration exists in German", () => {
    const german = require("../../nodes/operate/twin-oee/locales/de/twin-oee.json") as Record<string, Record<string, object>>;
    assert.deepEqual(Object.keys(german["twin-oee"]?.["texts"] ?? {}), Object.keys(declaration.texts ?? {}));
    assert.deepEqual(Object.keys(german["twin-oee"]?.["fields"] ?? {}), Object.keys(declaration.config.properties));
  });
});
