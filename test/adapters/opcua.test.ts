/** The OPC UA client against a real OPC UA server, the demo plant: what its feeds deliver. */
import assert from "node:assert/strict";
import { plantInProcess } from "../support/opcua.ts";
import { Collector, FAST, key, PREFIX, ServedPlant, stateOf } from "../support/opcua-endpoint.ts";

describe("OPC UA endpoint against a real server", function () {
  this.timeout(60_000);
  const served = new ServedPlant();
  served.forAll();

  it("delivers every change of every tag at 300 times real time, with exact source timestamps, values and status", async () => {
    const collector = new Collector();
    const first = served.sent.length;
    const feed = served.endpoint().subscribe(FAST, collector.listener);
    await collector.until(() => collector.readings.length > 12_000);
    const got = new Map(collector.readings.map((r) => [key(r.address, r.sourceTimestamp), r]));
    const horizon = Math.max(...collector.readings.map((r) => r.sourceTimestamp ?? 0)) - 60_000;
    const begun = Math.min(...collector.readings.filter((r) => r.address.endsWith("Heartbeat")).map((r) => r.sourceTimestamp ?? 0));
    const expected = served.sent.slice(first).filter((c) => c.timestamp >= begun + 120_000 && c.timestamp <= horizon);
    assert.ok(expected.length > 8000, `${expected.length}`);
    for (const change of expected) {
      const reading = got.get(`${change.nodeId}@${change.timestamp}`);
      assert.ok(reading, `${change.nodeId} at ${change.timestamp} is missing`);
      assert.equal(reading.value, change.value);
      assert.equal(reading.status, change.status);
      assert.equal(reading.historical, undefined);
    }
    assert.equal(feed.stats.overflows, 0);
    assert.equal(
      collector.readings.length,
      new Set(collector.readings.map((r) => key(r.address, r.sourceTimestamp))).size,
      "no duplicates",
    );
  });

  it("maps the severity of the status to quality and keeps the status", async () => {
    // The scale of the filler settles for a minute after the first bottle of a product, which comes to it after 20 s.
    const from = Date.now() - 60_000;
    const settling = await plantInProcess(served.folder("server"), { from, liveFrom: from + 21_000, speed: 1 });
    const collector = new Collector();
    const one = served.endpoint({ url: settling.endpoint });
    one.subscribe(FAST, collector.listener);
    await collector.until(() => collector.readings.some((r) => r.status === 0x40930000));
    await one.close();
    await settling.stop();
    const uncertain = collector.readings.find((r) => r.status === 0x40930000);
    assert.equal(uncertain?.quality, "Uncertain");
    assert.ok(collector.readings.filter((r) => r.status === 0).every((r) => r.quality === "Good"));
  });

  it("takes a list of node ids, reports types, and names the nodes that the server does not have", async () => {
    const collector = new Collector();
    const addresses = [
      `${PREFIX}Line01.Filler01.State`,
      `${PREFIX}Line01.Filler01.Product`,
      `${PREFIX}Line01.Nowhere`,
      "nsu=urn:other;s=X",
    ];
    const feed = served
      .endpoint()
      .subscribe({ samplingInterval: 0, publishingInterval: 100, queueSize: 1000, addresses }, collector.listener);
    await collector.until(() => collector.readings.length >= 2 && feed.stats.live);
    assert.deepEqual(collector.refusedNodes.map((n) => n.address).sort(), ["nsu=urn:other;s=X", `${PREFIX}Line01.Nowhere`].sort());
    assert.equal(feed.stats.items, 2);
    assert.equal(collector.readings.find((r) => r.address.endsWith("State"))?.type, "Int32");
    assert.equal(collector.readings.find((r) => r.address.endsWith("Product"))?.type, "String");
  });

  it("finds variables by browse path and pattern, and lists children for the editor", async () => {
    const collector = new Collector();
    const one = served.endpoint();
    const feed = one.subscribe({ ...FAST, browse: { start: "Line01", include: "*/State" } }, collector.listener);
    await collector.until(() => feed.stats.live);
    assert.equal(feed.stats.items, 6);
    const children = await one.browse(`${PREFIX}Line01`);
    assert.ok(children.some((c) => c.name === "Filler01" && c.kind === "folder" && c.address === `${PREFIX}Line01.Filler01`));
    assert.ok(children.some((c) => c.name === "AmbientTemperature" && c.kind === "variable"));
  });

  it("says which part of a browse path does not exist", async () => {
    const one = served.endpoint();
    one.subscribe({ ...FAST, browse: { start: "Line01/Welder01" } }, new Collector().listener);
    const state = await stateOf(one, "refused");
    assert.match("message" in state ? state.message : "", /no "Welder01" on the path "Line01\/Welder01"/);
  });

  it("shares one session between all feeds", async () => {
    const one = served.endpoint();
    const [a, b] = [new Collector(), new Collector()];
    one.subscribe({ ...FAST, browse: { start: "Line01/Filler01" } }, a.listener);
    await stateOf(one, "connected");
    const second = one.subscribe({ ...FAST, browse: { start: "Line01/Capper01" } }, b.listener);
    await Promise.all([a.until(() => a.readings.length > 0), b.until(() => b.readings.length > 0)]);
    await one.release(second);
    const seen = a.readings.length;
    await a.until(() => a.readings.length > seen);
  });

  it("keeps delivering to others when a feed that joins later asks for something that does not exist", async () => {
    const one = served.endpoint();
    const good = new Collector();
    one.subscribe({ ...FAST, browse: { start: "Line01/Filler01" } }, good.listener);
    await stateOf(one, "connected");
    one.subscribe({ ...FAST, browse: { start: "Line02" } }, new Collector().listener);
    await stateOf(one, "refused");
    const seen = good.readings.length;
    await good.until(() => good.readings.length > seen + 100);
    assert.equal(good.readings.filter((r) => r.value === null).length, 0);
  });

  it("survives listeners that throw", async () => {
    const one = served.endpoint();
    let calls = 0;
    const seen = new Collector();
    one.subscribe(FAST, {
      readings: (batch) => {
        calls++;
        seen.listener.readings(batch);
        throw new Error("listener at fault");
      },
      refused: () => undefined,
      changed: () => undefined,
    });
    await seen.until(() => calls > 3);
    assert.equal(one.lastFault, "listener at fault");
    assert.equal(one.state.word, "connected");
  });
});
