/** The OPC UA client and a real OPC UA server that is away, comes back, or drops what its queue cannot hold: no change is lost. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Feed } from "../../adapters/opcua/feed.ts";
import { plantChild, plantInProcess, temporaryDir } from "../support/opcua.ts";
import { Collector, endpointAt, FAST, key, ofLine, PREFIX, ServedPlant, stateOf } from "../support/opcua-endpoint.ts";

describe("OPC UA endpoint: gaps", function () {
  this.timeout(60_000);
  const served = new ServedPlant();
  served.forAll();

  it("says that no server answers, and connects once there is one", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as { port: number };
    free.close();
    await once(free, "close");
    const one = served.endpoint({ url: `opc.tcp://127.0.0.1:${port}` });
    const collector = new Collector();
    one.subscribe(FAST, collector.listener);
    const state = await stateOf(one, "lost");
    assert.match("message" in state ? state.message : "", /No OPC UA server answers at opc\.tcp:\/\/127\.0\.0\.1/);
    const late = await plantInProcess(served.folder("server"), { port });
    await collector.until(() => collector.readings.length > 100);
    await one.close();
    await late.stop();
  });

  it("resumes from its state: every change since then arrives once, from history or live", async () => {
    const before = new Collector();
    const one = served.endpoint();
    const feed = one.subscribe(FAST, before.listener);
    await before.until(() => before.readings.length > 4000);
    const resume = JSON.parse(JSON.stringify(feed.resumeState));
    await one.close();
    const delivered = new Set(before.readings.map((r) => key(r.address, r.sourceTimestamp)));

    const after = new Collector();
    const two = served.endpoint();
    const resumed: Feed = two.subscribe({ ...FAST, resume }, after.listener);
    await after.until(() => after.readings.filter((r) => !r.historical).length > 4000);
    for (const reading of after.readings) delivered.add(key(reading.address, reading.sourceTimestamp));
    assert.ok(resumed.stats.backfilled > 0);
    assert.equal(after.readings.filter((r) => r.quality === "Bad" && r.value === null).length, 0, "history proves there is no gap");
    const live = after.readings.filter((r) => !r.historical).map((r) => r.sourceTimestamp ?? 0);
    const from = before.readings.at(3000)?.sourceTimestamp ?? NaN;
    const to = Math.max(...live) - 60_000;
    const expected = served.sent.filter((c) => c.timestamp >= from && c.timestamp <= to);
    assert.ok(expected.length > 4000);
    const missing = expected.filter((c) => !delivered.has(`${c.nodeId}@${c.timestamp}`));
    assert.deepEqual(missing, []);
  });

  it("shows an overflow of the server's queue as Uncertain, counts it, and reads what was dropped from history", async () => {
    const address = `${PREFIX}Line01.Filler01.Heartbeat`;
    const collector = new Collector();
    const request = { addresses: [address], samplingInterval: 0, publishingInterval: 500, queueSize: 2 };
    const feed = served.endpoint().subscribe(request, collector.listener);
    await collector.until(() => collector.readings.length > 200);
    assert.ok(feed.stats.overflows > 0);
    assert.ok(collector.readings.some((r) => r.quality === "Uncertain" && !r.historical));
    const times = collector.readings.map((r) => r.sourceTimestamp ?? 0).sort((a, b) => a - b);
    const recovered = new Set(times);
    const missing = served.sent.filter(
      (c) =>
        c.nodeId === "Line01.Filler01.Heartbeat" &&
        c.timestamp > (times[0] ?? 0) &&
        c.timestamp < (times.at(-20) ?? 0) &&
        !recovered.has(c.timestamp),
    );
    assert.deepEqual(missing, []);
    assert.equal(feed.stats.unrecovered, null);
  });
});

describe("OPC UA endpoint and a server that dies", function () {
  this.timeout(90_000);

  it("marks the gap at data time, fills it from history, asserts again, and delivers every change", async () => {
    const dir = temporaryDir();
    const from = Date.now() - 6 * 3_600_000;
    const args = ["--seed", "5", "--from", String(from), "--speed", "120"];
    const first = await plantChild(`${dir.path}/server`, args);
    const endpoint = endpointAt(first.endpoint, dir.path, { backoffMs: { first: 200, longest: 400 } });
    const collector = new Collector();
    const feed = endpoint.subscribe(FAST, collector.listener);
    await collector.until(() => collector.readings.length > 3000);
    await first.kill();
    await collector.until(() => collector.readings.some((r) => r.value === null));
    const markers = collector.readings.filter((r) => r.value === null);
    const before = collector.readings.filter((r) => r.value !== null);
    const largest = Math.max(...before.map((r) => r.sourceTimestamp ?? 0));
    assert.equal(markers.length, feed.stats.items);
    assert.ok(markers.every((r) => r.quality === "Bad" && r.sourceTimestamp === largest + 1));

    // The plant went on meanwhile and remembers: it comes back 20 minutes of plant time later, on the same port.
    const liveFrom = largest + 20 * 60_000;
    const second = await plantChild(`${dir.path}/server`, [...args, "--port", String(first.port), "--live-from", String(liveFrom)]);
    await collector.until(() => collector.readings.some((r) => !r.historical && (r.sourceTimestamp ?? 0) > liveFrom + 600_000));
    const stop = liveFrom + 500_000;
    const { BottlingLine, readSite } = await import("../../plant/simulator/index.ts");
    const { SITE_DIR } = await import("../support/demo-site.ts");
    const truth = new BottlingLine({ seed: 5, start: from, ...readSite(SITE_DIR) }).advanceTo(stop);
    const started = Math.min(...before.filter((r) => r.address.endsWith("Heartbeat")).map((r) => r.sourceTimestamp ?? 0)) + 60_000;
    const delivered = new Map(collector.readings.map((r) => [key(r.address, r.sourceTimestamp), r]));
    const expected = truth.filter((c) => ofLine(c) && c.timestamp > started);
    assert.ok(expected.some((c) => c.timestamp > largest && c.timestamp < liveFrom));
    for (const change of expected) {
      const reading = delivered.get(`${change.nodeId}@${change.timestamp}`);
      assert.ok(reading, `${change.nodeId} at ${change.timestamp - largest} ms after the last value before the gap is missing`);
      assert.equal(reading.value, change.value);
    }
    // Each tag has a usable value again after the marker, even those that did not change in the gap.
    for (const marker of markers) {
      const again = collector.readings.find(
        (r) => r.address === marker.address && r.value !== null && (r.sourceTimestamp ?? 0) > (marker.sourceTimestamp ?? 0),
      );
      assert.ok(again, `${marker.address} stays Bad`);
    }
    assert.equal(feed.stats.gaps, 1);
    await endpoint.close();
    assert.equal(await second.stop(), 0);
    dir.remove();
  });
});
