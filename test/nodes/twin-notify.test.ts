import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import helper from "node-red-node-test-helper";
import { SMTPServer } from "smtp-server";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import type { AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import { NOTIFICATION_SENT, NOTIFICATION_UNTOLD } from "../../core/operate/notification/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { behind } from "../../nodes/kit/running.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import type { NotifyControl } from "../../nodes/operate/twin-notify/endpoints.ts";
import declaration from "../../nodes/operate/twin-notify/twin-notify.node.ts";
import twinNotify from "../../nodes/operate/twin-notify/twin-notify.ts";
import { inGerman } from "../support/in-german.ts";
import { HISTORIAN, historianService, NodeBench, stated, STORE } from "../support/node-bench.ts";

const FILLER = "acme.galway.bottling.line01.filler01";
const T0 = Math.floor(Date.now() / 1000) * 1000 - 60_000;

function sample(name: string, time: number, value: Sample["value"]): Sample {
  return { tag: `${FILLER}._filler_v1.${name}`, value, quality: "Good", timestamp: T0 + time };
}

const TOO_MUCH = {
  kind: "high-high",
  tag: "fill_weight",
  limit: 510,
  priority: "high",
  message: "Too much",
  onDelay: 0,
  offDelay: 0,
  deadband: 2,
};
const bench = new NodeBench<{ readonly events: AlarmStateEvent[]; readonly samples: Sample[]; readonly rejects: Reject[] }>(
  { id: "alarm", type: "twin-alarm", version: 1, target: FILLER, modelAlarms: false, alarms: [TOO_MUCH] },
  ["events", "samples", "rejects"],
  twinAlarm,
  twinStore,
  twinNotify,
);
const STORED = { historian: "hist", wires: [["events", "store"], ["samples", "store"], ["rejects"]] };

const deliveries = async (service: HistorianService): Promise<unknown[]> =>
  (await service.ledger.latest({ kind: NOTIFICATION_SENT })).map(({ author, data }) => [
    author,
    data["recipient"],
    data["outcome"],
    data["test"],
  ]);

const NOBODY_EVER =
  /^Nobody is on call for 672 h of the next four weeks at Bottling hall \(calendar three-shift\), first on .*: no row has the shifts \w+, \w+, \w+\.$/;
const JOE = { name: "joe", label: "Joe", roles: ["engineer"], scope: ["*"] } as const;

/** What the node shows, as soon as this is in it. */
async function statusSays(words: string): Promise<string> {
  const node = helper.getNode("notify") as unknown as NodeJS.EventEmitter & { status: { args: { text: string }[][] } };
  const last = (): string => node.status.args.at(-1)?.[0]?.text ?? "";
  while (!last().includes(words)) await once(node, "call:status");
  return last();
}

describe("twin-notify", () => {
  bench.freshForEach();

  const mails: string[] = [];
  let relay: SMTPServer | undefined;
  let port = 1;

  /** A relay as it stands in a plant: without TLS, for whoever is inside. */
  async function startRelay(): Promise<void> {
    relay = new SMTPServer({
      authOptional: true,
      hideSTARTTLS: true,
      onData: (stream, _session, done) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          mails.push(Buffer.concat(parts).toString("utf8"));
          done();
        });
      },
    });
    await new Promise<void>((resolve) => relay?.listen(0, "127.0.0.1", resolve));
    port = (relay.server.address() as AddressInfo).port;
  }
  const notify = (recipients: readonly object[]): object => ({
    id: "notify",
    z: "f",
    x: 0,
    y: 0,
    type: "twin-notify",
    name: "N",
    version: 1,
    plant: "galway",
    historian: "hist",
    recipients,
    link: "http://twin.plant.example/boards/alarms",
    smtpHost: "127.0.0.1",
    smtpPort: port,
    smtpSecurity: "none",
    smtpFrom: "twin@plant.example",
    gatherSeconds: 0,
    quietSeconds: 0,
    wires: [[]],
  });
  const MARY = { name: "Mary", channel: "mail", address: "mary@plant.example", priority: "high", afterMinutes: 0 };

  const faultOf = async (recipients: readonly object[], over: object = {}): Promise<string> => {
    await bench.deploy(STORED, HISTORIAN, STORE, { ...notify(recipients), ...over });
    const outcome = await behind(helper.getNode("notify"))?.started;
    await helper.unload();
    return outcome?.ok === false ? outcome.fault : "";
  };

  beforeEach(() => {
    mails.length = 0;
    port = 1;
  });
  afterEach(() => new Promise<void>((resolve) => (relay === undefined ? resolve() : relay.close(resolve))));

  it("tells whoever is on call by mail: what the relay did not take is delivered after a restart, once, and every attempt is recorded", async () => {
    await bench.deploy(STORED, HISTORIAN, STORE, notify([MARY, { ...MARY, name: "Grave only", priority: "critical" }]));
    const service = await historianService();
    const refused = stated(service, "retrying");
    await bench.send([sample("fill_weight", 1_000, 512)]);
    await refused;
    await helper.unload();
    await startRelay();
    await bench.deploy(STORED, HISTORIAN, STORE, notify([MARY]));
    const back = await historianService();
    while ((await deliveries(back)).every((one) => !(one as unknown[]).includes("delivered"))) await stated(back, "delivered");
    assert.deepEqual(await deliveries(back), [["node:twin-notify:notify", "Mary", "delivered", false]]);
    assert.equal(mails.length, 1);
    assert.match(mails[0] ?? "", /^Subject: HIGH: Too much \(Filler\)/m);
    assert.match(mails[0] ?? "", /Too much \[512 g, limit 510\][\s\S]*http:\/\/twin\.plant\.example\/boards\/alarms/);
  });

  it("the test button sends to every row in the name of the person, and says what came of each", async () => {
    await startRelay();
    await bench.deploy(STORED, HISTORIAN, STORE, notify([MARY]));
    const service = await historianService();
    const outcome = await behind(helper.getNode("notify"))?.started;
    assert.ok(outcome?.ok);
    const [result] = await (outcome.api as NotifyControl).test(JOE);
    assert.deepEqual([result?.recipient, result?.ok], ["Mary", true]);
    assert.match(mails[0] ?? "", /^Subject: Test of notifications/m);
    assert.deepEqual(await deliveries(service), [["joe", "Mary", "delivered", true]]);
  });

  it("names the way that fails while another works, until it works again", async () => {
    await startRelay();
    let answers = 503;
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(answers).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    bench.credentials = { notify: { webhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` } };
    const phone = { ...MARY, name: "Phone", channel: "webhook", address: "" };
    await bench.deploy(STORED, HISTORIAN, STORE, { ...notify([phone, MARY]), plainHttp: true, preset: "sms" });
    const outcome = await behind(helper.getNode("notify"))?.started;
    assert.ok(outcome?.ok, JSON.stringify(outcome));
    const test = (): Promise<unknown> => (outcome.api as NotifyControl).test(JOE);
    await test();
    assert.equal(await statusSays("not delivered"), "not delivered: webhook: The webhook answered HTTP 503.");
    answers = 200;
    await test();
    await statusSays("2 recipients, nothing to tell");
    await new Promise((resolve) => server.close(resolve));
  });

  it("says at the time that nobody is on call, in the status, the log and the ledger, and at deploy which hours have nobody", async () => {
    const never = { ...MARY, shifts: "nobody-has-this-shift" };
    await bench.deploy(STORED, HISTORIAN, STORE, notify([never]));
    const service = await historianService();
    const log = helper.log().args.flatMap(([said]) => String((said as { msg?: unknown }).msg));
    assert.ok(
      log.some((line) => NOBODY_EVER.test(line)),
      log.join("\n"),
    );
    const untold = new Promise<LedgerEntry>((resolve) =>
      service.subscribe((entries) => entries.filter(({ kind }) => kind === NOTIFICATION_UNTOLD).forEach(resolve)),
    );
    await bench.send([sample("fill_weight", 1_000, 512)]);
    const { data, author } = await untold;
    assert.deepEqual([author, (data["alarms"] as unknown[]).length, data["priority"]], ["node:twin-notify:notify", 1, "high"]);
    await statusSays("nobody is on call, alarms told to nobody: 1");
    assert.deepEqual(await deliveries(service), []);
  });

  it("says at deploy what is missing: a relay, an address, a name of its own", async () => {
    assert.match(await faultOf([MARY], { smtpHost: "" }), /no mail relay/);
    assert.match(await faultOf([{ ...MARY, address: "mary" }]), /needs a mail address/);
    assert.match(await faultOf([MARY, MARY]), /Two rows have the name Mary/);
    assert.match(await faultOf([{ ...MARY, channel: "webhook" }]), /The address of the webhook is missing/);
  });

  it("every text of the declaration exists in German", () => {
    inGerman(declaration, "recipients", declaration.config.properties.recipients.items.properties);
  });
});
