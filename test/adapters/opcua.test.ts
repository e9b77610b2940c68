/** The OPC UA client against a real OPC UA server (the demo plant), encrypted, killed and restarted. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { OPCUAClient, StatusCodes, UserTokenType, DataType, AttributeIds } from "node-opcua-client";
import { OpcUaEndpoint, type EndpointOptions, type EndpointState } from "../../adapters/opcua/endpoint.ts";
import type { Feed, FeedRequest, RefusedNode } from "../../adapters/opcua/feed.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import type { RunningPlant } from "../../plant/server/plant.ts";
import type { TagChange } from "../../plant/simulator/index.ts";
import { TEST_USERS, plantChild, plantInProcess, temporaryDir } from "../support/opcua.ts";

const PREFIX = "nsu=urn:twinline:demo-plant;s=";
/** What `FAST` subscribes to; the plant has another line besides. */
const ofLine = ({ nodeId }: { readonly nodeId: string }): boolean => nodeId.startsWith("Line01.");
const FAST: FeedRequest = { browse: { start: "Line01" }, samplingInterval: 0, publishingInterval: 100, queueSize: 5000 };

/** Collects what a feed delivers and lets a test wait for it instead of sleeping. */
class Collector {
  readonly readings: SourceReading[] = [];
  readonly refusedNodes: RefusedNode[] = [];
  #waiting: { test: () => boolean; resolve: () => void }[] = [];

  readonly listener = {
    readings: (batch: readonly SourceReading[]): void => {
      this.readings.push(...batch);
      this.#check();
    },
    refused: (nodes: readonly RefusedNode[]): void => {
      this.refusedNodes.push(...nodes);
      this.#check();
    },
    changed: (): void => this.#check(),
  };

  until(test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  #check(): void {
    const met = this.#waiting.filter((w) => w.test());
    this.#waiting = this.#waiting.filter((w) => !met.includes(w));
    for (const { resolve } of met) resolve();
  }
}

function stateOf(endpoint: OpcUaEndpoint, ...words: EndpointState["word"][]): Promise<EndpointState> {
  if (words.includes(endpoint.state.word)) return Promise.resolve(endpoint.state);
  return new Promise((resolve) => {
    const stop = endpoint.watch((state) => {
      if (!words.includes(state.word)) return;
      stop();
      resolve(state);
    });
  });
}

async function writeAs(url: string, name: "twin" | "operator", nodeId: string, value: string | number): Promise<string> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  const session = await client.createSession({ type: UserTokenType.UserName, userName: name, password: TEST_USERS[name].password });
  const dataType = typeof value === "string" ? DataType.String : DataType.Int32;
  const status = await session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: { dataType, value } } });
  await session.close();
  await client.disconnect();
  return status.name;
}

const key = (address: string, time: number | undefined): string => `${address.replace(PREFIX, "")}@${time}`;

describe("OPC UA endpoint against a real server", function () {
  this.timeout(60_000);
  const dir = temporaryDir();
  const open: OpcUaEndpoint[] = [];
  const sent: TagChange[] = [];
  let plant: RunningPlant;

  function endpoint(options: Partial<EndpointOptions> = {}): OpcUaEndpoint {
    const made = new OpcUaEndpoint({
      url: plant.endpoint,
      securityMode: "None",
      securityPolicy: "Basic256Sha256",
      user: { name: "twin", password: TEST_USERS.twin.password },
      pkiDir: `${dir.path}/client`,
      backoffMs: { first: 100, longest: 400 },
      ...options,
    });
    open.push(made);
    return made;
  }

  before(async () => {
    plant = await plantInProcess(`${dir.path}/server`, { onChanges: (changes) => sent.push(...changes.filter(ofLine)) });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  after(async () => {
    await plant.stop();
    dir.remove();
  });

  it("delivers every change of every tag at 300 times real time, with exact source timestamps, values and status", async () => {
    const collector = new Collector();
    const first = sent.length;
    const feed = endpoint().subscribe(FAST, collector.listener);
    await collector.until(() => collector.readings.length > 12_000);
    const got = new Map(collector.readings.map((r) => [key(r.address, r.sourceTimestamp), r]));
    const horizon = Math.max(...collector.readings.map((r) => r.sourceTimestamp ?? 0)) - 60_000;
    const begun = Math.min(...collector.readings.filter((r) => r.address.endsWith("Heartbeat")).map((r) => r.sourceTimestamp ?? 0));
    const expected = sent.slice(first).filter((c) => c.timestamp >= begun + 120_000 && c.timestamp <= horizon);
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
    const settling = await plantInProcess(`${dir.path}/server`, { from, liveFrom: from + 21_000, speed: 1 });
    const collector = new Collector();
    const one = endpoint({ url: settling.endpoint });
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
    const feed = endpoint().subscribe({ samplingInterval: 0, publishingInterval: 100, queueSize: 1000, addresses }, collector.listener);
    await collector.until(() => collector.readings.length >= 2 && feed.stats.live);
    assert.deepEqual(collector.refusedNodes.map((n) => n.address).sort(), ["nsu=urn:other;s=X", `${PREFIX}Line01.Nowhere`].sort());
    assert.equal(feed.stats.items, 2);
    assert.equal(collector.readings.find((r) => r.address.endsWith("State"))?.type, "Int32");
    assert.equal(collector.readings.find((r) => r.address.endsWith("Product"))?.type, "String");
  });

  it("finds variables by browse path and pattern, and lists children for the editor", async () => {
    const collector = new Collector();
    const one = endpoint();
    const feed = one.subscribe({ ...FAST, browse: { start: "Line01", include: "*/State" } }, collector.listener);
    await collector.until(() => feed.stats.live);
    assert.equal(feed.stats.items, 6);
    const children = await one.browse(`${PREFIX}Line01`);
    assert.ok(children.some((c) => c.name === "Filler01" && c.kind === "folder" && c.address === `${PREFIX}Line01.Filler01`));
    assert.ok(children.some((c) => c.name === "AmbientTemperature" && c.kind === "variable"));
  });

  it("says which part of a browse path does not exist", async () => {
    const one = endpoint();
    one.subscribe({ ...FAST, browse: { start: "Line01/Welder01" } }, new Collector().listener);
    const state = await stateOf(one, "refused");
    assert.match("message" in state ? state.message : "", /no "Welder01" on the path "Line01\/Welder01"/);
  });

  it("shares one session between all feeds", async () => {
    const one = endpoint();
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
    const one = endpoint();
    const good = new Collector();
    one.subscribe({ ...FAST, browse: { start: "Line01/Filler01" } }, good.listener);
    await stateOf(one, "connected");
    one.subscribe({ ...FAST, browse: { start: "Line02" } }, new Collector().listener);
    await stateOf(one, "refused");
    const seen = good.readings.length;
    await good.until(() => good.readings.length > seen + 100);
    assert.equal(good.readings.filter((r) => r.value === null).length, 0);
  });

  it("refuses an unknown certificate with its fingerprint, lists it, and connects only after an explicit trust", async () => {
    const secure = endpoint({ securityMode: "SignAndEncrypt", pkiDir: `${dir.path}/fresh` });
    const collector = new Collector();
    secure.subscribe(FAST, collector.listener);
    const refused = await stateOf(secure, "untrusted");
    const [pending] = await secure.trust.list();
    assert.ok(pending);
    assert.equal(pending.status, "pending");
    assert.match(pending.subject, /CN=Twinline demo plant/);
    assert.ok("message" in refused && refused.message.includes(pending.sha256));
    assert.match(pending.sha1, /^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
    assert.ok(Date.parse(pending.validTo) > Date.now());
    assert.equal(await secure.trustCertificate("00:11"), false);
    assert.equal(collector.readings.length, 0);
    assert.equal(await secure.trustCertificate(pending.sha256), true);
    await stateOf(secure, "connected");
    await collector.until(() => collector.readings.length > 100);
    assert.deepEqual(await secure.trust.list(), [{ ...pending, status: "trusted" }]);
  });

  it("keeps a rejected certificate rejected, however often the server shows it, until a person trusts it", async () => {
    const secure = endpoint({ securityMode: "SignAndEncrypt", pkiDir: `${dir.path}/rejecting` });
    secure.subscribe(FAST, new Collector().listener);
    await stateOf(secure, "untrusted");
    const [pending] = await secure.trust.list();
    assert.ok(await secure.trust.reject(pending?.sha256 ?? ""));
    await assert.rejects(secure.browse(""), { name: "UntrustedCertificate", message: /rejected by a person/ });
    assert.deepEqual(await secure.trust.list(), [{ ...pending, status: "rejected" }]);
    assert.ok(await secure.trustCertificate(pending?.sha1 ?? ""));
    await stateOf(secure, "connected");
  });

  it("ends every connection with a certificate as soon as a person rejects or forgets it", async () => {
    const options = { securityMode: "SignAndEncrypt", pkiDir: `${dir.path}/withdrawing` } as const;
    const [one, other] = [endpoint(options), endpoint(options)];
    for (const withdraw of ["reject", "forget"] as const) {
      await assert.rejects(one.browse(""), { name: "UntrustedCertificate" });
      const [{ sha256 } = { sha256: "" }] = await one.trust.list();
      assert.ok(await one.trustCertificate(sha256));
      const feed = other.subscribe(FAST, new Collector().listener);
      await stateOf(other, "connected");
      const refused = stateOf(other, "untrusted");
      assert.ok(await one.trust[withdraw](sha256));
      assert.match(JSON.stringify(await refused), withdraw === "reject" ? /rejected by a person/ : /not trusted yet/);
      await other.release(feed);
    }
  });

  it("says so when user or password are wrong, and when nobody may come in anonymously", async () => {
    const wrong = endpoint({ user: { name: "twin", password: "guess" } });
    wrong.subscribe(FAST, new Collector().listener);
    const state = await stateOf(wrong, "refused");
    assert.match("message" in state ? state.message : "", /refuses the user "twin" or the password/);
    const anonymous = new OpcUaEndpoint({
      url: plant.endpoint,
      securityMode: "None",
      securityPolicy: "Basic256Sha256",
      pkiDir: `${dir.path}/client`,
    });
    open.push(anonymous);
    anonymous.subscribe(FAST, new Collector().listener);
    const other = await stateOf(anonymous, "refused", "lost");
    assert.match("message" in other ? `${other.word}: ${other.message}` : "", /refused: .*refuses anonymous sign-in/);
  });

  it("names the security that the server does offer when it lacks the wanted one", async () => {
    const one = endpoint({ securityMode: "SignAndEncrypt", securityPolicy: "Aes256_Sha256_RsaPss" });
    one.subscribe(FAST, new Collector().listener);
    const state = await stateOf(one, "refused");
    assert.match("message" in state ? state.message : "", /offers no SignAndEncrypt with Aes256_Sha256_RsaPss; it offers .*Basic256Sha256/);
  });

  it("says that no server answers, and connects once there is one", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as { port: number };
    free.close();
    await once(free, "close");
    const one = endpoint({ url: `opc.tcp://127.0.0.1:${port}` });
    const collector = new Collector();
    one.subscribe(FAST, collector.listener);
    const state = await stateOf(one, "lost");
    assert.match("message" in state ? state.message : "", /No OPC UA server answers at opc\.tcp:\/\/127\.0\.0\.1/);
    const late = await plantInProcess(`${dir.path}/server`, { port });
    await collector.until(() => collector.readings.length > 100);
    await one.close();
    await late.stop();
  });

  it("cannot write with the twin's identity; the operator may write the operator's note and no process value", async () => {
    const index = 2;
    assert.equal(await writeAs(plant.endpoint, "twin", `ns=${index};s=Line01.OperatorNote`, "x"), StatusCodes.BadUserAccessDenied.name);
    assert.equal(await writeAs(plant.endpoint, "operator", `ns=${index};s=Line01.OperatorNote`, "x"), StatusCodes.Good.name);
    assert.match(await writeAs(plant.endpoint, "twin", `ns=${index};s=Line01.Filler01.State`, 2), /BadNotWritable|BadUserAccessDenied/);
    assert.match(await writeAs(plant.endpoint, "operator", `ns=${index};s=Line01.Filler01.State`, 2), /BadNotWritable|BadUserAccessDenied/);
  });

  it("resumes from its state: every change since then arrives once, from history or live", async () => {
    const before = new Collector();
    const one = endpoint();
    const feed = one.subscribe(FAST, before.listener);
    await before.until(() => before.readings.length > 4000);
    const resume = JSON.parse(JSON.stringify(feed.resumeState));
    await one.close();
    const delivered = new Set(before.readings.map((r) => key(r.address, r.sourceTimestamp)));

    const after = new Collector();
    const two = endpoint();
    const resumed: Feed = two.subscribe({ ...FAST, resume }, after.listener);
    await after.until(() => after.readings.filter((r) => !r.historical).length > 4000);
    for (const reading of after.readings) delivered.add(key(reading.address, reading.sourceTimestamp));
    assert.ok(resumed.stats.backfilled > 0);
    assert.equal(after.readings.filter((r) => r.quality === "Bad" && r.value === null).length, 0, "history proves there is no gap");
    const live = after.readings.filter((r) => !r.historical).map((r) => r.sourceTimestamp ?? 0);
    const from = before.readings.at(3000)?.sourceTimestamp ?? NaN;
    const to = Math.max(...live) - 60_000;
    const expected = sent.filter((c) => c.timestamp >= from && c.timestamp <= to);
    assert.ok(expected.length > 4000);
    const missing = expected.filter((c) => !delivered.has(`${c.nodeId}@${c.timestamp}`));
    assert.deepEqual(missing, []);
  });

  it("shows an overflow of the server's queue as Uncertain, counts it, and reads what was dropped from history", async () => {
    const address = `${PREFIX}Line01.Filler01.Heartbeat`;
    const collector = new Collector();
    const request = { addresses: [address], samplingInterval: 0, publishingInterval: 500, queueSize: 2 };
    const feed = endpoint().subscribe(request, collector.listener);
    await collector.until(() => collector.readings.length > 200);
    assert.ok(feed.stats.overflows > 0);
    assert.ok(collector.readings.some((r) => r.quality === "Uncertain" && !r.historical));
    const times = collector.readings.map((r) => r.sourceTimestamp ?? 0).sort((a, b) => a - b);
    const recovered = new Set(times);
    const missing = sent.filter(
      (c) =>
        c.nodeId === "Line01.Filler01.Heartbeat" &&
        c.timestamp > (times[0] ?? 0) &&
        c.timestamp < (times.at(-20) ?? 0) &&
        !recovered.has(c.timestamp),
    );
    assert.deepEqual(missing, []);
    assert.equal(feed.stats.unrecovered, null);
  });

  it("survives listeners that throw", async () => {
    const one = endpoint();
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

describe("OPC UA endpoint and a server that dies", function () {
  this.timeout(90_000);

  it("marks the gap at data time, fills it from history, asserts again, and delivers every change", async () => {
    const dir = temporaryDir();
    const from = Date.now() - 6 * 3_600_000;
    const args = ["--seed", "5", "--from", String(from), "--speed", "120"];
    const first = await plantChild(`${dir.path}/server`, args);
    const endpoint = new OpcUaEndpoint({
      url: first.endpoint,
      securityMode: "None",
      securityPolicy: "Basic256Sha256",
      user: { name: "twin", password: TEST_USERS.twin.password },
      pkiDir: `${dir.path}/client`,
      backoffMs: { first: 200, longest: 400 },
    });
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
    const { SITE_DIR } = await import("../support/opcua.ts");
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

describe("demo plant as a program", function () {
  this.timeout(60_000);

  it("serves its ground truth on loopback and refuses questions without a proper range", async () => {
    const dir = temporaryDir();
    const plant = await plantInProcess(`${dir.path}/server`);
    const { time } = (await (await fetch(`${plant.truthUrl}/clock`)).json()) as { time: number };
    const asset = "acme.galway.bottling.line01.filler01";
    const answer = await fetch(`${plant.truthUrl}/truth?asset=${asset}&from=${time - 60_000}&to=${time}`);
    assert.equal(answer.status, 200);
    assert.equal((await fetch(`${plant.truthUrl}/truth?asset=${asset}&from=5&to=1`)).status, 400);
    assert.equal((await fetch(`${plant.truthUrl}/truth?asset=nobody&from=1&to=5`)).status, 404);
    await plant.stop();
    dir.remove();
  });

  it("says which port is taken, and how to choose another", async () => {
    const dir = temporaryDir();
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    await assert.rejects(
      plantChild(`${dir.path}/server`, ["--port", String(port)]),
      new RegExp(`Port ${port} on 127.0.0.1 is taken.*--port`),
    );
    holder.close();
    dir.remove();
  });

  it("refuses to start without users: there are no default passwords", async () => {
    const dir = temporaryDir();
    await assert.rejects(plantChild(`${dir.path}/server`, [], null), /TWINLINE_PLANT_USERS: set it to .* no default passwords/);
    dir.remove();
  });

  it("refuses a speed below real time and a start in the future before it opens a port", async () => {
    const dir = temporaryDir();
    await assert.rejects(plantInProcess(`${dir.path}/server`, { speed: 0 }), /speed: 0 must be at least 1/);
    await assert.rejects(plantInProcess(`${dir.path}/server`, { from: Date.now() + 3_600_000 }), /from: must not lie in the future/);
    dir.remove();
  });
});
