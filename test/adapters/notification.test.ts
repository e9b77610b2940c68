/** Notifications to a real SMTP server and a real HTTP server, both on loopback. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { SmtpChannel, type SmtpSettings, tokenFault, WebhookChannel, webhookFault } from "../../adapters/notification/index.ts";
import { type Outgoing, WEBHOOK_PRESETS } from "../../core/operate/notification/index.ts";

const MESSAGE: Outgoing = {
  id: "node1-1760000000000",
  to: "mary@plant.example",
  subject: "HOCH: Füllgewicht zu hoch (Füller 1)",
  text: "14:02  HOCH  Füller 1: Füllgewicht zu hoch",
  priority: "high",
  count: 1,
  asset: "acme.galway.bottling.line01.filler01",
  link: "",
};

interface Mail {
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly text: string;
}

class Relay {
  readonly mails: Mail[] = [];
  readonly #server: SMTPServer;

  constructor(options: SMTPServerOptions = {}) {
    this.#server = new SMTPServer({
      authOptional: true,
      // It would say that its built-in certificate is no secret.
      logger: false,
      onAuth: ({ username, password }, _session, done) =>
        done(password === "right" ? null : new Error("Invalid user or password"), { user: username ?? "" }),
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith("nobody") ? Object.assign(new Error("No such mailbox"), { responseCode: 550 }) : null),
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.mails.push({ to, secure: session.secure, user: session.user, text: Buffer.concat(parts).toString("utf8") });
          done();
        });
      },
      ...options,
    });
    this.#server.on("error", () => undefined);
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.server.address() as AddressInfo).port;
  }
  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

describe("notification by mail", () => {
  let relay: Relay;
  let port: number;
  const channel = (over: Partial<SmtpSettings> = {}): SmtpChannel =>
    new SmtpChannel({ host: "127.0.0.1", port, security: "none", verify: true, from: "twin@plant.example", ...over });

  async function serve(options?: SMTPServerOptions): Promise<void> {
    relay = new Relay(options);
    port = await relay.start();
  }
  afterEach(() => relay.stop());

  it("reaches a plain relay inside the plant, with subject, text, priority and a message id that stays the same", async () => {
    await serve({ hideSTARTTLS: true });
    const outcome = await channel().send(MESSAGE);
    assert.equal(outcome.ok, true, outcome.detail);
    await channel().send(MESSAGE);
    const [first, second] = relay.mails;
    assert.deepEqual(first?.to, ["mary@plant.example"]);
    assert.match(first?.text ?? "", /^Subject: =\?UTF-8\?/m);
    assert.match(first?.text ?? "", /^Auto-Submitted: auto-generated/m);
    assert.match(first?.text ?? "", /^Importance: high/im);
    const id = /^Message-ID: (.*)$/im;
    assert.equal(id.exec(first?.text ?? "")?.[1], "<node1-1760000000000@twinline>");
    assert.equal(id.exec(second?.text ?? "")?.[1], id.exec(first?.text ?? "")?.[1]);
  });

  it("asks for a valid certificate unless the plant has said not to, and refuses a relay without the STARTTLS that was asked for", async () => {
    await serve();
    const strict = await channel({ security: "starttls" }).send(MESSAGE);
    assert.ok(!strict.ok && !strict.permanent);
    assert.match(strict.detail, /self.signed|certificate/i);
    assert.equal(relay.mails.length, 0);
    assert.equal((await channel({ security: "starttls", verify: false }).send(MESSAGE)).ok, true);
    assert.equal(relay.mails[0]?.secure, true);
    await relay.stop();
    await serve({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    assert.equal((await channel({ security: "starttls", verify: false }).send(MESSAGE)).ok, false);
    assert.equal(relay.mails.length, 0);
  });

  it("signs in where the relay wants it; a wrong password can be put right, so it is tried again", async () => {
    await serve({ authOptional: false, allowInsecureAuth: true, hideSTARTTLS: true });
    assert.equal((await channel({ user: "twin", password: "right" }).send(MESSAGE)).ok, true);
    assert.equal(relay.mails[0]?.user, "twin");
    const wrong = await channel({ user: "twin", password: "wrong" }).send(MESSAGE);
    assert.ok(!wrong.ok && !wrong.permanent);
    assert.doesNotMatch(wrong.detail, /wrong/);
  });

  it("knows what trying again cannot help, and what it can", async () => {
    await serve({ hideSTARTTLS: true });
    const nobody = await channel().send({ ...MESSAGE, to: "nobody@plant.example" });
    assert.ok(!nobody.ok && nobody.permanent);
    const gone = await channel({ port: 1 }).send(MESSAGE);
    assert.ok(!gone.ok && !gone.permanent);
  });
});

describe("notification by webhook", () => {
  let server: Server;
  let url: string;
  let answer: { status: number; headers?: Record<string, string> };
  const got: { readonly request: IncomingMessage; readonly body: unknown }[] = [];

  before(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        got.push({ request, body: JSON.parse(Buffer.concat(parts).toString("utf8") || "null") });
        response.writeHead(answer.status, answer.headers).end("x".repeat(100_000));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=secret`;
  });
  beforeEach(() => {
    got.length = 0;
    answer = { status: 200 };
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  it("posts the filled template as JSON, with the token and a key by which a second copy is known", async () => {
    const outcome = await new WebhookChannel({ url, template: WEBHOOK_PRESETS.ntfy, token: "t0ken" }).send({ ...MESSAGE, to: "line1" });
    assert.deepEqual(outcome, { ok: true, detail: "HTTP 200" });
    const [first] = got;
    assert.deepEqual(first?.body, { topic: "line1", title: MESSAGE.subject, message: MESSAGE.text, priority: 4, tags: ["bell"] });
    const { method, headers } = first?.request ?? {};
    assert.deepEqual(
      [method, headers?.["content-type"], headers?.authorization, headers?.["idempotency-key"]],
      ["POST", "application/json", "Bearer t0ken", MESSAGE.id],
    );
  });

  it("posts to Teams what a workflow's webhook takes: a message with one Adaptive Card, its lines as paragraphs", async () => {
    const lines = { ...MESSAGE, text: '14:02  HOCH  "A" {{to}}\n14:03  HOCH  B\n\nhttp://twin.plant.example/boards/alarms' };
    assert.equal((await new WebhookChannel({ url, template: WEBHOOK_PRESETS.teams }).send(lines)).ok, true);
    const [first] = got;
    assert.equal(first?.request.headers["content-type"], "application/json");
    const block = { type: "TextBlock", wrap: true };
    assert.deepEqual(first?.body, {
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.4",
            body: [
              { ...block, text: MESSAGE.subject, weight: "Bolder" },
              { ...block, text: '14:02  HOCH  "A" {{to}}\n\n14:03  HOCH  B\n\nhttp://twin.plant.example/boards/alarms' },
            ],
          },
        },
      ],
    });
    answer = { status: 202 };
    const taken = await new WebhookChannel({ url, template: WEBHOOK_PRESETS.teams }).send(MESSAGE);
    assert.deepEqual(taken, { ok: true, detail: "HTTP 202" }, "as a workflow answers");
  });

  it("posts to an SMS gateway number and subject, nothing else", async () => {
    const outcome = await new WebhookChannel({ url, template: WEBHOOK_PRESETS.sms, token: "t0ken" }).send({
      ...MESSAGE,
      to: "+353870000000",
    });
    assert.deepEqual(outcome, { ok: true, detail: "HTTP 200" });
    assert.deepEqual(
      got.map(({ request: { method, headers }, body }) => [method, headers.authorization, headers["idempotency-key"], body]),
      [["POST", "Bearer t0ken", MESSAGE.id, { to: "+353870000000", text: MESSAGE.subject }]],
    );
  });

  it("follows no redirect: nothing but the configured address ever gets to know of an alarm", async () => {
    answer = { status: 307, headers: { location: url.replace("/hook", "/elsewhere") } };
    const outcome = await new WebhookChannel({ url, template: {} }).send(MESSAGE);
    assert.ok(!outcome.ok);
    assert.deepEqual(
      got.map(({ request }) => request.url),
      ["/hook?key=secret"],
    );
  });

  it("gives up what the other side will never take, tries again what it may, and never tells the address", async () => {
    for (const [status, permanent] of [
      [400, true],
      [422, true],
      [401, false],
      [404, false],
      [429, false],
      [503, false],
    ] as const) {
      answer = { status };
      const outcome = await new WebhookChannel({ url, template: {} }).send(MESSAGE);
      assert.deepEqual(outcome, { ok: false, permanent, detail: `The webhook answered HTTP ${status}.` });
    }
    const gone = await new WebhookChannel({ url: "http://127.0.0.1:1/?key=secret", template: {} }).send(MESSAGE);
    assert.ok(!gone.ok && !gone.permanent);
    assert.doesNotMatch(gone.detail, /secret/);
    assert.match(gone.detail, /could not be reached: /);
  });

  it("never tells the address or the token, whatever the client says of them", async () => {
    const credentials = await new WebhookChannel({ url: "https://:secret@plant.example/hook", template: {} }).send(MESSAGE);
    const header = await new WebhookChannel({ url, template: {}, token: "secret\nx" }).send(MESSAGE);
    for (const outcome of [credentials, header])
      assert.deepEqual(outcome, { ok: false, permanent: false, detail: "The webhook could not be reached: no connection" });
  });

  it("wants a token that a header can carry", () => {
    for (const good of ["", "t0ken", "a.b_c-d~e+f/g=="]) assert.equal(tokenFault(good), undefined, good);
    for (const bad of ["t0ken\n", "t0\r\nken", "t\u00f6ken", "\u0000"]) assert.equal(typeof tokenFault(bad), "string", bad);
  });

  it("wants https unless plain http was allowed, and neither user name nor password in the address", () => {
    assert.equal(webhookFault("https://plant.example/hook", false), undefined);
    assert.equal(webhookFault("http://plant.example/hook", true), undefined);
    for (const bad of [
      "http://plant.example/hook",
      "file:///etc/passwd",
      "https://user:pw@plant.example/",
      "https://:pw@plant.example/",
      "hook",
      "",
    ])
      assert.equal(typeof webhookFault(bad, false), "string", bad);
    assert.equal(typeof webhookFault("ftp://plant.example", true), "string");
  });
});
