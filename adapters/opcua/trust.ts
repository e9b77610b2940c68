/** Server certificates: shown by fingerprint, pending until a person trusts or rejects them, kept below one directory. */
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { type CertificateFacts, digitsOf, factsOf, leafOf } from "./certificate.ts";
import { KnownCertificates } from "./known-certificates.ts";
import { loadOpcUa } from "./library.ts";

/** `rejected` by a person, who alone can take it back; `pending` until a person decides. Both are refused. */
export type CertificateStatus = "trusted" | "rejected" | "pending";

export interface ListedCertificate extends CertificateFacts {
  readonly status: CertificateStatus;
  /** ISO 8601, UTC: when a server first showed it, or when the file of one that was trusted by hand was written. */
  readonly firstSeen: string;
}

/** The server showed a certificate that nobody has trusted yet, or that a person rejected; the connection was refused. */
export class UntrustedCertificate extends Error {
  override readonly name = "UntrustedCertificate";
  readonly certificate: CertificateFacts;
  constructor(certificate: CertificateFacts, rejected: boolean) {
    const { sha256, subject, validTo } = certificate;
    super(
      rejected
        ? `The server's certificate was rejected by a person: SHA-256 fingerprint ${sha256} (${subject}). It stays refused until a person trusts it.`
        : `The server's certificate is not trusted yet. Compare its SHA-256 fingerprint ${sha256} (${subject}, valid to ${validTo}) with the server's own display, then trust or reject it.`,
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
 * time would leave one of them with a certificate that does not match. All hear when trust in a certificate ends.
 */
interface SharedStore {
  readonly manager: Promise<OPCUACertificateManager>;
  readonly users: Set<CertificateTrust>;
}

const stores = new Map<string, SharedStore>();

/** One certificate store (own key and certificate, trusted and rejected servers) below `directory`. */
export class CertificateTrust {
  readonly #directory: string;
  readonly #now: () => number;
  readonly #known: KnownCertificates;
  readonly #withdrawn: (sha256: string) => void;
  #store: SharedStore | undefined;

  /** `withdrawn` is called when a certificate is trusted no longer, whoever in this process ended it. */
  constructor(directory: string, now: () => number = Date.now, withdrawn: (sha256: string) => void = () => undefined) {
    this.#directory = directory;
    this.#now = now;
    this.#known = new KnownCertificates(join(directory, "known"));
    this.#withdrawn = withdrawn;
  }

  manager(): Promise<OPCUACertificateManager> {
    if (!this.#store) {
      this.#store = stores.get(this.#directory) ?? { manager: this.#open(), users: new Set() };
      stores.set(this.#directory, this.#store);
      this.#store.users.add(this);
    }
    return this.#store.manager;
  }

  /** The fingerprint (SHA-256); throws `UntrustedCertificate` and lists it unless a person has trusted exactly this certificate. */
  async require(chain: Buffer): Promise<string> {
    const leaf = leafOf(chain);
    const facts = factsOf(leaf);
    const manager = await this.manager();
    // Asked about a certificate that it does not know, the library would keep it in a folder of its own without bound.
    if ((await this.#trusted()).has(facts.sha256) && (await manager.getTrustStatus(leaf)).isGood()) return facts.sha256;
    await this.#known.see(leaf, this.#now());
    throw new UntrustedCertificate(facts, (await this.#known.all()).get(facts.sha256)?.rejected === true);
  }

  /** The own certificate, which the server's administrator may have to trust in turn. */
  get ownCertificateFile(): string {
    return join(this.#directory, "own", "certs", "twinline.pem");
  }

  /** Every certificate that a server showed or a person trusted, the longest known first. */
  async list(): Promise<readonly ListedCertificate[]> {
    const listed = new Map<string, ListedCertificate>();
    const trusted = await this.#trusted();
    for (const [sha256, { certificate, firstSeen, rejected }] of await this.#known.all()) {
      const status = trusted.has(sha256) ? "trusted" : rejected ? "rejected" : "pending";
      listed.set(sha256, { ...factsOf(certificate), status, firstSeen: new Date(firstSeen).toISOString() });
    }
    for (const [sha256, { certificate, written }] of trusted) {
      if (!listed.has(sha256)) listed.set(sha256, { ...factsOf(certificate), status: "trusted", firstSeen: written.toISOString() });
    }
    return [...listed.values()].toSorted((a, b) => a.firstSeen.localeCompare(b.firstSeen));
  }

  /** Trusts a listed certificate by its SHA-256 or SHA-1 fingerprint; false when no such one is listed. */
  trust(fingerprint: string): Promise<boolean> {
    return this.#decide(fingerprint, async (certificate, firstSeen) => {
      await this.#known.put({ certificate, firstSeen, rejected: false });
      await (await this.manager()).trustCertificate(certificate);
    });
  }

  /** The same for rejecting, also one that was trusted: it is refused until a person trusts it. */
  reject(fingerprint: string): Promise<boolean> {
    return this.#decide(fingerprint, async (certificate, firstSeen) => {
      await this.#known.put({ certificate, firstSeen, rejected: true });
      await this.#withdraw(certificate);
    });
  }

  /** Neither trusted nor rejected nor listed any more; it is pending when a server shows it again. */
  forget(fingerprint: string): Promise<boolean> {
    return this.#decide(fingerprint, async (certificate) => {
      await this.#withdraw(certificate);
      await this.#known.forget(factsOf(certificate).sha256);
    });
  }

  /** Trusts a certificate that this installation has made itself (DER), unless a person rejected it. */
  async trustOwn(certificate: Buffer): Promise<void> {
    const { sha256 } = factsOf(certificate);
    await this.#known.see(certificate, this.#now());
    if ((await this.#known.all()).get(sha256)?.rejected === false) await this.trust(sha256);
  }

  async close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    if (!store?.users.delete(this) || store.users.size > 0) return;
    stores.delete(this.#directory);
    await (await store.manager).dispose();
  }

  async #decide(fingerprint: string, act: (certificate: Buffer, firstSeen: number) => Promise<void>): Promise<boolean> {
    const wanted = digitsOf(fingerprint);
    const match = (await this.list()).find((c) => digitsOf(c.sha256) === wanted || digitsOf(c.sha1) === wanted);
    if (!match) return false;
    const certificate = (await this.#known.all()).get(match.sha256)?.certificate ?? (await this.#trusted()).get(match.sha256)?.certificate;
    if (!certificate) return false;
    await act(certificate, Date.parse(match.firstSeen));
    return true;
  }

  async #withdraw(certificate: Buffer): Promise<void> {
    const { sha1, sha256 } = factsOf(certificate);
    await (await this.manager()).removeTrustedCertificate(digitsOf(sha1));
    for (const user of this.#store?.users ?? []) user.#withdrawn(sha256);
  }

  /** What lies in the folder that the library trusts, by SHA-256 fingerprint. */
  async #trusted(): Promise<ReadonlyMap<string, { readonly certificate: Buffer; readonly written: Date }>> {
    const folder = (await this.manager()).trustedFolder;
    const found = new Map<string, { certificate: Buffer; written: Date }>();
    for (const name of await readdir(folder).catch(() => [])) {
      const file = join(folder, name);
      try {
        const certificate = new X509Certificate(await readFile(file));
        found.set(certificate.fingerprint256, { certificate: certificate.raw, written: (await stat(file)).mtime });
      } catch {
        // No certificate: the library passes it over as well.
      }
    }
    return found;
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
