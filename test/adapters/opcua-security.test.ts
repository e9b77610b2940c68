/** Who may come in: certificates, users and rights, between the OPC UA client and a real OPC UA server, encrypted. */
import assert from "node:assert/strict";
import { AttributeIds, DataType, OPCUAClient, StatusCodes, UserTokenType } from "node-opcua-client";
import { OpcUaEndpoint } from "../../adapters/opcua/endpoint.ts";
import { TEST_USERS } from "../support/opcua.ts";
import { Collector, FAST, ServedPlant, stateOf } from "../support/opcua-endpoint.ts";

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

describe("OPC UA endpoint: who may come in", function () {
  this.timeout(60_000);
  const served = new ServedPlant();
  served.forAll();

  it("refuses an unknown certificate with its fingerprint, lists it, and connects only after an explicit trust", async () => {
    const secure = served.endpoint({ securityMode: "SignAndEncrypt", pkiDir: served.folder("fresh") });
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
    const secure = served.endpoint({ securityMode: "SignAndEncrypt", pkiDir: served.folder("rejecting") });
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
    const options = { securityMode: "SignAndEncrypt", pkiDir: served.folder("withdrawing") } as const;
    const [one, other] = [served.endpoint(options), served.endpoint(options)];
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
    const wrong = served.endpoint({ user: { name: "twin", password: "guess" } });
    wrong.subscribe(FAST, new Collector().listener);
    const state = await stateOf(wrong, "refused");
    assert.match("message" in state ? state.message : "", /refuses the user "twin" or the password/);
    const anonymous = served.opened(
      new OpcUaEndpoint({
        url: served.url,
        securityMode: "None",
        securityPolicy: "Basic256Sha256",
        pkiDir: served.folder("client"),
      }),
    );
    anonymous.subscribe(FAST, new Collector().listener);
    const other = await stateOf(anonymous, "refused", "lost");
    assert.match("message" in other ? `${other.word}: ${other.message}` : "", /refused: .*refuses anonymous sign-in/);
  });

  it("names the security that the server does offer when it lacks the wanted one", async () => {
    const one = served.endpoint({ securityMode: "SignAndEncrypt", securityPolicy: "Aes256_Sha256_RsaPss" });
    one.subscribe(FAST, new Collector().listener);
    const state = await stateOf(one, "refused");
    assert.match("message" in state ? state.message : "", /offers no SignAndEncrypt with Aes256_Sha256_RsaPss; it offers .*Basic256Sha256/);
  });

  it("cannot write with the twin's identity; the operator may write the operator's note and no process value", async () => {
    const index = 2;
    assert.equal(await writeAs(served.url, "twin", `ns=${index};s=Line01.OperatorNote`, "x"), StatusCodes.BadUserAccessDenied.name);
    assert.equal(await writeAs(served.url, "operator", `ns=${index};s=Line01.OperatorNote`, "x"), StatusCodes.Good.name);
    assert.match(await writeAs(served.url, "twin", `ns=${index};s=Line01.Filler01.State`, 2), /BadNotWritable|BadUserAccessDenied/);
    assert.match(await writeAs(served.url, "operator", `ns=${index};s=Line01.Filler01.State`, 2), /BadNotWritable|BadUserAccessDenied/);
  });
});
