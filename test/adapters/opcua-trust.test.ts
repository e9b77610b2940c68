/** The certificate store: what is listed, since when, and what a person's decision does to it. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { KnownCertificates, MOST_PENDING } from "../../adapters/opcua/known-certificates.ts";
import { CertificateTrust } from "../../adapters/opcua/trust.ts";
import { temporaryDir } from "../support/opcua.ts";

const fingerprint = (certificate: Buffer): string => new X509Certificate(certificate).fingerprint256;

describe("The certificate store", function () {
  this.timeout(60_000);
  const dir = temporaryDir();
  const certificates: Buffer[] = [];
  let now = 0;
  let trust: CertificateTrust;
  let store = 0;

  before(async () => {
    const maker = new OPCUACertificateManager({ rootFolder: `${dir.path}/maker`, disableFileWatchers: true });
    await maker.initialize();
    for (const name of ["one", "two"]) {
      const outputFile = `${dir.path}/${name}.pem`;
      const [applicationUri, subject] = [`urn:test:${name}`, `/CN=${name}`];
      await maker.createSelfSignedCertificate({ applicationUri, subject, dns: [], startDate: new Date(), validity: 10, outputFile });
      certificates.push(new X509Certificate(readFileSync(outputFile)).raw);
    }
    await maker.dispose();
  });
  beforeEach(() => {
    now = Date.UTC(2026, 0, 1);
    trust = new CertificateTrust(`${dir.path}/store${++store}`, () => now);
  });
  afterEach(() => trust.close());
  after(() => dir.remove());

  const first = (): Buffer => certificates[0] ?? assert.fail();
  const show = (certificate: Buffer): Promise<void> => assert.rejects(trust.require(certificate), { name: "UntrustedCertificate" });
  const statuses = async (): Promise<string[]> => (await trust.list()).map(({ subject, status }) => `${subject} ${status}`);

  it("lists what servers showed with the time of the first appearance, the longest known first", async () => {
    await show(first());
    now += 1000;
    for (const certificate of certificates) await show(certificate);
    const listed = await trust.list();
    assert.deepEqual(
      listed.map(({ subject, status, firstSeen }) => [subject, status, firstSeen]),
      [
        ["CN=one", "pending", "2026-01-01T00:00:00.000Z"],
        ["CN=two", "pending", "2026-01-01T00:00:01.000Z"],
      ],
    );
  });

  it("keeps a rejection over a restart and over another appearance", async () => {
    await show(first());
    assert.ok(await trust.reject(fingerprint(first())));
    await trust.close();
    await show(first());
    assert.deepEqual(await statuses(), ["CN=one rejected"]);
  });

  it("refuses at once what was trusted and is rejected or forgotten", async () => {
    for (const withdraw of ["reject", "forget"] as const) {
      await show(first());
      assert.ok(await trust.trust(fingerprint(first())));
      assert.equal(await trust.require(first()), fingerprint(first()));
      assert.ok(await trust[withdraw](fingerprint(first())));
      assert.deepEqual(await statuses(), withdraw === "reject" ? ["CN=one rejected"] : []);
    }
    await show(first());
  });

  it("lists what was trusted by hand since its file was written, and takes a file that is gone for no trust", async () => {
    const folder = `${dir.path}/store${store}/trusted/certs`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/by-hand.pem`, new X509Certificate(first()).toString());
    writeFileSync(`${folder}/notes.txt`, "no certificate");
    assert.deepEqual(await statuses(), ["CN=one trusted"]);
    assert.ok(Math.abs(Date.parse((await trust.list())[0]?.firstSeen ?? "") - Date.now()) < 60_000);
    assert.equal(await trust.require(first()), fingerprint(first()));
    for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`);
    await show(first());
  });

  it("trusts what the installation made itself, unless a person rejected it", async () => {
    await trust.trustOwn(first());
    assert.deepEqual(await statuses(), ["CN=one trusted"]);
    assert.ok(await trust.reject(fingerprint(first())));
    await trust.trustOwn(first());
    assert.deepEqual(await statuses(), ["CN=one rejected"]);
  });

  it("never lists a record that is damaged or not named after its certificate, and heals it when the certificate is shown", async () => {
    await show(first());
    const folder = `${dir.path}/store${store}/known`;
    const [name = ""] = readdirSync(folder);
    const good = readFileSync(`${folder}/${name}`, "utf8");
    writeFileSync(`${folder}/00.json`, good);
    writeFileSync(`${folder}/${name}`, good.slice(0, 40));
    assert.deepEqual(await statuses(), []);
    await show(first());
    assert.deepEqual(await statuses(), ["CN=one pending"]);
  });

  it("is seen once when two connections see it in the same moment", async () => {
    await Promise.all([show(first()), show(first()), show(first())]);
    assert.deepEqual(await statuses(), ["CN=one pending"]);
  });
});

describe("The certificates that wait for a person", () => {
  it(`are at most ${MOST_PENDING}: the newest, and no rejection is forgotten for them`, async function () {
    this.timeout(60_000);
    const dir = temporaryDir();
    const maker = new OPCUACertificateManager({ rootFolder: `${dir.path}/maker`, disableFileWatchers: true });
    await maker.initialize();
    const known = new KnownCertificates(`${dir.path}/known`);
    for (let index = 0; index <= MOST_PENDING + 1; index++) {
      const outputFile = `${dir.path}/made.pem`;
      const params = { applicationUri: "urn:test", subject: `/CN=${index}`, dns: [], startDate: new Date(), validity: 10, outputFile };
      await maker.createSelfSignedCertificate(params);
      const certificate = new X509Certificate(readFileSync(outputFile)).raw;
      await known.see(certificate, index);
      if (index === 0) await known.put({ certificate, firstSeen: 0, rejected: true });
    }
    const kept = [...(await known.all()).values()].map(({ firstSeen }) => firstSeen);
    assert.deepEqual(kept, [0, ...Array.from({ length: MOST_PENDING }, (_, index) => index + 2)]);
    await maker.dispose();
    dir.remove();
  });
});
