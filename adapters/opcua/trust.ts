/** Server certificates: shown by fingerprint, pending until a person trusts or rejects them, kept below one directory. */
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { loadOpcUa } from "./library.ts";

export interface CertificateFacts {
  /** Upper-case hex with colons, as OpenSSL prints it. */
  readonly sha256: string;
  /** The thumbprint that OPC UA tools show. */
  readonly sha1: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly applicationUri: string | null;
}

/** The server showed a certificate that nobody has trusted yet; the connection was refused. */
export class UntrustedCertificate extends Error {
  override readonly name = "UntrustedCertificate";
  readonly certificate: CertificateFacts;
  constructor(certificate: CertificateFacts) {
    super(
      `The server's certificate is not trusted yet. Compare its SHA-256 fingerprint ${certificate.sha256} (${certificate.subject}, valid to ${certificate.validTo}) with the server's own display, then trust or reject it.`,
    );
    this.certificate = certificate;
  }
}

/** This installation's own identity towards servers. */
export const APPLICATION_URI = "urn:twinline:opcua-client";

/** The one certificate store of an installation: what a person trusts is trusted by every connection. */
export function certificateStore(dataDir: string): string {
  return join(dataDir, "opcua", "pki");
}

/**
 * One manager per directory in this process, however many connections use it: two that make the first key at the same
 * time would leave one of them with a certificate that does not match.
 */
const managers = new Map<string, { readonly manager: Promise<OPCUACertificateManager>; users: number }>();

function enter(directory: string, open: () => Promise<OPCUACertificateManager>): Promise<OPCUACertificateManager> {
  const shared = managers.get(directory);
  if (shared) {
    shared.users++;
    return shared.manager;
  }
  const manager = open();
  managers.set(directory, { manager, users: 1 });
  return manager;
}

async function leave(directory: string): Promise<void> {
  const shared = managers.get(directory);
  if (!shared || --shared.users > 0) return;
  managers.delete(directory);
  await (await shared.manager).dispose();
}

/** One certificate store (own key and certificate, trusted and rejected servers) below `directory`. */
export class CertificateTrust {
  readonly #directory: string;
  #manager: Promise<OPCUACertificateManager> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  manager(): Promise<OPCUACertificateManager> {
    this.#manager ??= enter(this.#directory, () => this.#open());
    return this.#manager;
  }

  /** Throws `UntrustedCertificate` and lists it as pending unless a person has trusted exactly this certificate. */
  async require(chain: Buffer): Promise<void> {
    const leaf = leafOf(chain);
    const manager = await this.manager();
    const status = await manager.getTrustStatus(leaf);
    if (status.isGood()) return;
    const facts = factsOf(leaf);
    await mkdir(this.#pendingDir, { recursive: true });
    await writeFile(this.#fileOf(facts.sha256), leaf);
    throw new UntrustedCertificate(facts);
  }

  /** The own certificate, which the server's administrator may have to trust in turn. */
  get ownCertificateFile(): string {
    return join(this.#directory, "own", "certs", "twinline.pem");
  }

  async pending(): Promise<readonly CertificateFacts[]> {
    const files = await readdir(this.#pendingDir).catch(() => []);
    return Promise.all(files.filter((f) => f.endsWith(".der")).map(async (f) => factsOf(await readFile(join(this.#pendingDir, f)))));
  }

  /** Trusts a pending certificate by its SHA-256 or SHA-1 fingerprint; false when no such one is pending. */
  trust(fingerprint: string): Promise<boolean> {
    return this.#settle(fingerprint, (manager, certificate) => manager.trustCertificate(certificate));
  }

  reject(fingerprint: string): Promise<boolean> {
    return this.#settle(fingerprint, (manager, certificate) => manager.rejectCertificate(certificate));
  }

  async close(): Promise<void> {
    if (!this.#manager) return;
    this.#manager = undefined;
    await leave(this.#directory);
  }

  get #pendingDir(): string {
    return join(this.#directory, "pending");
  }

  #fileOf(sha256: string): string {
    return join(this.#pendingDir, `${sha256.replaceAll(":", "").toLowerCase()}.der`);
  }

  async #settle(fingerprint: string, act: (manager: OPCUACertificateManager, certificate: Buffer) => Promise<unknown>): Promise<boolean> {
    const wanted = normal(fingerprint);
    const match = (await this.pending()).find((c) => normal(c.sha256) === wanted || normal(c.sha1) === wanted);
    if (!match) return false;
    const file = this.#fileOf(match.sha256);
    await act(await this.manager(), await readFile(file));
    await rm(file, { force: true });
    return true;
  }

  async #open(): Promise<OPCUACertificateManager> {
    const { certificates } = await loadOpcUa();
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const manager = new certificates.OPCUACertificateManager({
      rootFolder: this.#directory,
      automaticallyAcceptUnknownCertificate: false,
      disableFileWatchers: true,
    });
    await manager.initialize();
    if (!existsSync(this.ownCertificateFile)) {
      await manager.createSelfSignedCertificate({
        applicationUri: APPLICATION_URI,
        subject: "/CN=Twinline/O=Twinline",
        dns: [hostname()],
        startDate: new Date(),
        validity: 3650,
        outputFile: this.ownCertificateFile,
      });
    }
    return manager;
  }
}

function factsOf(certificate: Buffer): CertificateFacts {
  const x509 = new X509Certificate(certificate);
  return {
    sha256: x509.fingerprint256,
    sha1: x509.fingerprint,
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    validFrom: new Date(x509.validFrom).toISOString(),
    validTo: new Date(x509.validTo).toISOString(),
    applicationUri: /URI:([^,\s]+)/.exec(x509.subjectAltName ?? "")?.[1] ?? null,
  };
}

/** Servers may send a chain as concatenated DER; the server's own certificate comes first. */
function leafOf(chain: Buffer): Buffer {
  const long = (chain[1] ?? 0) & 0x7f;
  if (chain[0] !== 0x30 || ((chain[1] ?? 0) & 0x80) === 0) return chain;
  return chain.subarray(0, 2 + long + chain.readUIntBE(2, long));
}

function oneLine(name: string): string {
  return name.split("\n").join(", ");
}

function normal(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-fA-F]/g, "").toLowerCase();
}
