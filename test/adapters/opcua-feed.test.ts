import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import {
  DataType,
  DataValue,
  HistoryReadRequest,
  ReadRawModifiedDetails,
  StatusCodes,
  TimestampsToReturn,
  Variant,
} from "node-opcua-client";
import type { StatusCode } from "node-opcua-client";
import type { ResumeState } from "../../adapters/opcua/continuity.ts";
import { OpcUaEndpoint } from "../../adapters/opcua/endpoint.ts";
import { Dropped, MAX_HELD, newestOf } from "../../adapters/opcua/dropped.ts";
import { Feed } from "../../adapters/opcua/feed.ts";
import type { Connection } from "../../adapters/opcua/items.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import { temporaryDir } from "../support/opcua.ts";

const ADDRESS = "ns=2;s=Line01.Filler01.ProcessedCount";
const value = (time: number, statusCode: StatusCode = StatusCodes.Good): DataValue =>
  new DataValue({
    value: new Variant({ dataType: DataType.UInt32, value: time }),
    statusCode,
    sourceTimestamp: new Date(time),
  });

const reading = (address: string, sourceTimestamp?: number): SourceReading => {
  const times = sourceTimestamp === undefined ? {} : { sourceTimestamp };
  return { protocol: "opcua", address, value: 1, status: 0, quality: "Good", received: 1, ...times };
};

/** A subscription that publishes when the test says so, and a history that answers when the test lets it. */
class FakeServer {
  readonly subscriptions: (EventEmitter & { publishingInterval: number; terminated: boolean; terminate(): Promise<void> })[] = [];
  readonly asked: number[] = [];
  readonly asking = Promise.withResolvers<void>();
  subscribing: Promise<void> = Promise.resolve();
  history: () => Promise<readonly DataValue[]> = async () => [];
  historyStatus = StatusCodes.Good;
  publish: (value: DataValue) => void = () => undefined;

  readonly connection = {
    namespaces: [],
    session: {
      createSubscription2: async () => {
        await this.subscribing;
        const subscription = Object.assign(new EventEmitter(), {
          publishingInterval: 100,
          terminated: false,
          async terminate(): Promise<void> {
            subscription.terminated = true;
          },
        });
        this.subscriptions.push(subscription);
        return subscription;
      },
      historyRead: async ({ historyReadDetails }: HistoryReadRequest) => {
        this.asked.push((historyReadDetails as unknown as ReadRawModifiedDetails).startTime?.getTime() ?? Number.NaN);
        this.asking.resolve();
        const historyData = { dataValues: await this.history() };
        return { results: [{ statusCode: this.historyStatus, continuationPoint: null, historyData }] };
      },
    },
    library: {
      client: {
        AttributeIds: { Value: 13 },
        TimestampsToReturn,
        ReadRawModifiedDetails,
        HistoryReadRequest,
        ClientMonitoredItemGroup: {
          create: () => {
            const group = Object.assign(new EventEmitter(), { monitoredItems: [{ statusCode: StatusCodes.Good }] });
            this.publish = (one) => group.emit("changed", undefined, one, 0);
            setImmediate(() => {
              group.emit("initialized");
              setImmediate(() => this.publish(value(5000)));
            });
            return group;
          },
        },
      },
    },
  } as unknown as Connection;
}

describe("A feed while it fills a gap", () => {
  const delivered: SourceReading[] = [];
  beforeEach(() => {
    delivered.length = 0;
  });
  const feed = (resume?: ResumeState): Feed => {
    const listener = { readings: (batch: readonly SourceReading[]) => void delivered.push(...batch), refused: () => {}, changed: () => {} };
    const request = { addresses: [ADDRESS], samplingInterval: 0, publishingInterval: 100, queueSize: 10, ...(resume ? { resume } : {}) };
    return new Feed(
      request,
      listener,
      () => 9000,
      (error) => assert.fail(String(error)),
    );
  };
  const before: ResumeState = { last: { [ADDRESS]: 1000 }, marker: null };

  it("reads the whole gap again when the connection is lost before its history has come", async () => {
    const target = feed(before);
    const first = new FakeServer();
    first.history = () => Promise.reject(new Error("connection lost"));
    await assert.rejects(target.attach(first.connection, assert.fail));
    target.lose();
    assert.ok(
      delivered.every((reading) => reading.value === null),
      "what waited behind the gap does not go before it",
    );
    assert.equal(target.resumeState.last[ADDRESS], 1000);

    const second = new FakeServer();
    second.history = async () => [value(1000), value(2000), value(3000), value(5000)];
    await target.attach(second.connection, assert.fail);
    assert.deepEqual(second.asked, [1000]);
    const times = delivered.filter((reading) => reading.value !== null).map((reading) => reading.sourceTimestamp);
    for (const time of [2000, 3000]) assert.ok(times.includes(time), `the value of ${time} is delivered`);
  });

  it("leaves the gap to the next feed when it is released before the history has come", async () => {
    const target = feed(before);
    const server = new FakeServer();
    const answer = Promise.withResolvers<readonly DataValue[]>();
    server.history = () => answer.promise;
    const attached = target.attach(server.connection, assert.fail);
    await server.asking.promise;
    await target.detach();
    assert.equal(target.resumeState.last[ADDRESS], 1000);
    server.publish(value(6000));
    delivered.length = 0;
    answer.resolve([value(1000), value(2000)]);
    await attached;
    assert.deepEqual(delivered, [], "a released feed is silent");
  });

  it("holds a bounded number of live readings back, and reads from history what it let go", async () => {
    const target = feed(before);
    const server = new FakeServer();
    const answer = Promise.withResolvers<readonly DataValue[]>();
    server.history = () => answer.promise;
    const attached = target.attach(server.connection, assert.fail);
    await server.asking.promise;
    const live = Array.from({ length: MAX_HELD + 10 }, (_, index) => value(5001 + index));
    for (const one of live) server.publish(one);
    server.history = async () => [value(5000), ...live];
    answer.resolve([value(1000), value(2000)]);
    await attached;
    while (delivered.length < MAX_HELD) await new Promise((resolve) => setImmediate(resolve));
    const held = delivered.filter((reading) => !reading.historical && reading.value !== null);
    assert.equal(held.length, 12, "the newest one when the bound was reached, and what came after it");
    assert.deepEqual(
      held.slice(0, 2).map(({ quality }) => quality),
      ["Uncertain", "Good"],
    );
    const times = new Set(delivered.map((reading) => reading.sourceTimestamp));
    for (const time of [2000, 5000, ...live.map((one) => one.sourceTimestamp?.getTime())])
      assert.ok(times.has(time), `${time} is delivered`);
    assert.equal(target.stats.unrecovered, null);
  });

  it("lets go the older readings of each tag only, and names the tags that cannot be read again", () => {
    const dropped = new Dropped();
    const [a, b, timeless] = [reading("a", 30), reading("b", 5), reading("c")];
    const { kept, untimed } = newestOf([reading("a", 10), b, reading("c"), reading("a", 20), a, timeless], dropped);
    assert.deepEqual(kept, [b, { ...a, status: 0x480, quality: "Uncertain" }, { ...timeless, status: 0x480, quality: "Uncertain" }]);
    assert.deepEqual([...untimed], ["c"]);
    assert.deepEqual(dropped.take(), [["a", { after: 9, before: 30 }]]);
  });

  it("makes one subscription when it is attached twice to the same connection", async () => {
    const target = feed();
    const server = new FakeServer();
    await Promise.all([target.attach(server.connection, assert.fail), target.attach(server.connection, assert.fail)]);
    assert.equal(server.subscriptions.length, 1);
    assert.equal(target.stats.live, true);
  });

  it("is not held up by what fails late on a connection that it has left", async () => {
    const target = feed(before);
    const [first, second] = [new FakeServer(), new FakeServer()];
    const answer = Promise.withResolvers<readonly DataValue[]>();
    first.history = () => answer.promise;
    const attached = target.attach(first.connection, assert.fail);
    await first.asking.promise;
    target.lose();
    await target.attach(second.connection, assert.fail);
    answer.reject(new Error("connection lost"));
    await attached;
    assert.equal(target.stats.live, true);
  });

  it("leaves no subscription behind when it is released while the server is still making one", async () => {
    const target = feed();
    const server = new FakeServer();
    const made = Promise.withResolvers<void>();
    server.subscribing = made.promise;
    const attached = target.attach(server.connection, assert.fail);
    await target.detach();
    made.resolve();
    await attached;
    assert.deepEqual(
      server.subscriptions.map((subscription) => subscription.terminated),
      [true],
    );
    assert.equal(target.stats.live, false);
  });
});

const overflow = (time: number): DataValue => value(time, StatusCodes.GoodWithOverflowBit);

/** Attached to a server whose present value is that of 5000; waits for states instead of sleeping. */
async function attached(server: FakeServer) {
  const delivered: SourceReading[] = [];
  const faults: unknown[] = [];
  let check: (() => void) | undefined;
  const listener = {
    readings: (batch: readonly SourceReading[]) => {
      delivered.push(...batch);
      check?.();
    },
    refused: () => {},
    changed: () => check?.(),
  };
  const request = { addresses: [ADDRESS], samplingInterval: 0, publishingInterval: 100, queueSize: 10 };
  const feed = new Feed(
    request,
    listener,
    () => 9000,
    (error) => faults.push(error),
  );
  const until = (test: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      check = () => void (test() && resolve());
      check();
    });
  await feed.attach(server.connection, assert.fail);
  await until(() => delivered.length > 0);
  return { feed, delivered, faults, until };
}

describe("A feed whose server's queue overflows", () => {
  it("reads what was dropped again, and then nothing is missing", async () => {
    const server = new FakeServer();
    const { feed, delivered, until } = await attached(server);
    server.history = async () => [value(6000)];
    server.publish(overflow(7000));
    await until(() => delivered.some((reading) => reading.historical === true));
    assert.deepEqual(server.asked, [5001]);
    assert.equal(feed.stats.unrecovered, null);
  });

  it("reads over both losses when a tag loses values twice in one publish", async () => {
    const server = new FakeServer();
    const { delivered, until } = await attached(server);
    server.history = async () => [value(6000), value(7000), value(8000)];
    server.publish(overflow(7000));
    server.publish(overflow(9000));
    await until(() => delivered.some((reading) => reading.historical === true));
    assert.deepEqual(server.asked, [5001]);
  });

  it("says how often and why when reading again fails", async () => {
    const server = new FakeServer();
    const { feed, faults, until } = await attached(server);
    server.history = () => Promise.reject(new Error("BadTooManyOperations"));
    server.publish(overflow(7000));
    await until(() => feed.stats.unrecovered !== null);
    assert.deepEqual(feed.stats.unrecovered, { times: 1, reason: "BadTooManyOperations" });
    server.publish(overflow(9000));
    await until(() => feed.stats.unrecovered?.times === 2);
    assert.match(String(faults[0]), /BadTooManyOperations/);
  });

  it("says so when the server has no history to read again", async () => {
    const server = new FakeServer();
    const { feed, until } = await attached(server);
    server.historyStatus = StatusCodes.BadHistoryOperationUnsupported;
    server.publish(overflow(7000));
    await until(() => feed.stats.unrecovered !== null);
    assert.match(feed.stats.unrecovered?.reason ?? "", /no complete history of "ns=2;s=Line01\.Filler01\.ProcessedCount"/);
  });

  it("reads it on the next connection when this one is lost before", async () => {
    const [first, second] = [new FakeServer(), new FakeServer()];
    second.history = async () => [value(6000)];
    const { feed, delivered, until } = await attached(first);
    first.publish(overflow(7000));
    feed.lose();
    await feed.attach(second.connection, assert.fail);
    await until(() => delivered.some((reading) => reading.sourceTimestamp === 6000));
    assert.ok(second.asked.includes(5001));
    assert.deepEqual(first.asked, []);
  });
});

describe("An endpoint that is closed while it connects", () => {
  it("does not wait for the next attempt", async function () {
    this.timeout(15_000);
    const dir = temporaryDir();
    const endpoint = new OpcUaEndpoint({
      url: "opc.tcp://127.0.0.1:1",
      securityMode: "None",
      securityPolicy: "Basic256Sha256",
      pkiDir: dir.path,
      backoffMs: { first: 60_000, longest: 60_000 },
    });
    const listener = { readings: () => {}, refused: () => {}, changed: () => {} };
    endpoint.subscribe({ addresses: [ADDRESS], samplingInterval: 0, publishingInterval: 100, queueSize: 10 }, listener);
    await endpoint.close();
    dir.remove();
  });
});
