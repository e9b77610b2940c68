/** Whether a password may leave: against real servers that take it encrypted and in clear text. */
import assert from "node:assert/strict";
import { OPCUAClient, SecurityPolicy } from "node-opcua-client";
import { OpcUaEndpoint, type EndpointState } from "../../adapters/opcua/endpoint.ts";
import { beforePlainPassword } from "../../adapters/opcua/password.ts";
import { type UserServer, temporaryDir, userServer } from "../support/opcua.ts";

const USER = { name: "twin", password: "twin-reads" };
const LISTENER = { readings: () => {}, refused: () => {}, changed: () => {} };
const REQUEST = { addresses: ["i=2258"], samplingInterval: 0, publishingInterval: 100, queueSize: 10 };

describe("The password of an OPC UA user", function () {
  this.timeout(30_000);
  const dir = temporaryDir();
  const heard: string[] = [];
  const open: OpcUaEndpoint[] = [];
  let server: UserServer;

  async function serve(policies: readonly (string | null)[]): Promise<void> {
    server = await userServer(`${dir.path}/server`, policies, (_name, password) => {
      heard.push(password);
      return password === USER.password;
    });
  }
  beforeEach(() => {
    heard.length = 0;
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await server.stop();
  });
  after(() => dir.remove());

  async function signIn(securityMode: "None" | "Sign" | "SignAndEncrypt", plainPassword: boolean): Promise<EndpointState> {
    const endpoint = new OpcUaEndpoint({
      url: server.url,
      securityMode,
      securityPolicy: "Basic256Sha256",
      user: USER,
      plainPassword,
      pkiDir: `${dir.path}/client`,
      backoffMs: { first: 50, longest: 50 },
    });
    open.push(endpoint);
    const settled = new Promise<EndpointState>((resolve) => {
      endpoint.watch((state) => {
        if (state.word === "untrusted") void trustAll(endpoint);
        else if (["connected", "refused", "lost"].includes(state.word)) resolve(state);
      });
    });
    endpoint.subscribe(REQUEST, LISTENER);
    return settled;
  }

  it("is sent on an open channel when the server asks for it encrypted", async () => {
    await serve([SecurityPolicy.Basic256Sha256]);
    assert.deepEqual(await signIn("None", false), { word: "connected" });
    assert.deepEqual(heard, [USER.password]);
  });

  it("is not sent when the server takes it in clear text only, with a sentence that says what to do", async () => {
    for (const policy of [null, SecurityPolicy.None]) {
      await serve([policy]);
      const state = await signIn("None", false);
      assert.equal(state.word, "refused");
      assert.match(
        "message" in state ? state.message : "",
        /only without encryption, so it was not sent\. Choose the security "sign and encrypt"/,
      );
      assert.deepEqual(heard, []);
      if (policy === null) await server.stop();
    }
  });

  it("is not sent over a channel that is signed but not encrypted either", async () => {
    await serve([SecurityPolicy.None]);
    assert.equal((await signIn("Sign", false)).word, "refused");
    assert.deepEqual(heard, []);
  });

  it("is sent in clear text where that is allowed on purpose, and the state keeps warning", async () => {
    await serve([null]);
    const state = await signIn("None", true);
    assert.deepEqual(state, {
      word: "connected",
      warning: `The password of "twin" travels to ${server.url} without encryption`,
    });
    assert.deepEqual(heard, [USER.password]);
  });

  it("is sent as the server likes when the channel is encrypted", async () => {
    await serve([SecurityPolicy.None]);
    assert.deepEqual(await signIn("SignAndEncrypt", false), { word: "connected" });
  });

  it("cannot be used at all with a client library that does not show how it sends it", async () => {
    await serve([null]);
    const client = OPCUAClient.create({});
    Object.assign(client, { createUserIdentityToken: undefined });
    assert.throws(() => beforePlainPassword(client, () => null), /does not show how it sends a password/);
  });
});

async function trustAll(endpoint: OpcUaEndpoint): Promise<void> {
  for (const { sha256 } of await endpoint.trust.list()) await endpoint.trustCertificate(sha256);
}
