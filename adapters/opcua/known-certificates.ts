/**
 * Which certificates servers have shown, since when, and which of them a person rejected: one file each. Trust is not
 * kept here: only the store that the OPC UA client itself checks can give it.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digitsOf, factsOf } from "./certificate.ts";

export interface KnownCertificate {
  /** DER. */
  readonly certificate: Buffer;
  /** Milliseconds UTC. */
  readonly firstSeen: number;
  readonly rejected: boolean;
}

/** A server that shows another certificate at every attempt must not fill the disk. */
export const MOST_PENDING = 100;
/** Beyond it a number of milliseconds is no date. */
const FAR_MS = 8.64e15;

export class KnownCertificates {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** By SHA-256 fingerprint, the longest known first. A file that is none of ours is passed over: it can only cost a rejection its memory. */
  async all(): Promise<ReadonlyMap<string, KnownCertificate>> {
    const names = await readdir(this.#directory).catch(() => []);
    const read = await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => this.#read(join(this.#directory, name))));
    const known = read.filter((one) => one !== null).toSorted((a, b) => a.firstSeen - b.firstSeen);
    return new Map(known.map((one) => [factsOf(one.certificate).sha256, one]));
  }

  /** Notes a certificate at its first appearance; what is known of it already stays. Of those that wait, the newest are kept. */
  async see(certificate: Buffer, now: number): Promise<void> {
    const { sha256 } = factsOf(certificate);
    if (await this.#read(this.#fileOf(sha256))) return;
    await this.put({ certificate, firstSeen: now, rejected: false });
    const waiting = [...(await this.all())].filter(([, one]) => !one.rejected);
    for (const [old] of waiting.slice(0, Math.max(0, waiting.length - MOST_PENDING))) if (old !== sha256) await this.forget(old);
  }

  /** Replaces what is known, whole or not at all. */
  async put({ certificate, firstSeen, rejected }: KnownCertificate): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(factsOf(certificate).sha256);
    // Two connections to one server may see its certificate in the same moment.
    const temporary = `${file}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify({ firstSeen, rejected, certificate: certificate.toString("base64") }));
    await rename(temporary, file);
  }

  async forget(sha256: string): Promise<void> {
    await rm(this.#fileOf(sha256), { force: true });
  }

  async #read(path: string): Promise<KnownCertificate | null> {
    try {
      const file = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
      const certificate = Buffer.from(String(file["certificate"]), "base64");
      const firstSeen = Number(file["firstSeen"]);
      if (path !== this.#fileOf(factsOf(certificate).sha256) || !(Math.abs(firstSeen) < FAR_MS)) return null;
      return { certificate, firstSeen, rejected: file["rejected"] !== false };
    } catch {
      return null;
    }
  }

  #fileOf(sha256: string): string {
    return join(this.#directory, `${digitsOf(sha256)}.json`);
  }
}
