/** What people compare of a certificate, and how its fingerprint is written. */
import { X509Certificate } from "node:crypto";

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

/** Of a certificate in DER or PEM; throws when it is neither. */
export function factsOf(certificate: Buffer): CertificateFacts {
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
export function leafOf(chain: Buffer): Buffer {
  const long = (chain[1] ?? 0) & 0x7f;
  if (chain[0] !== 0x30 || ((chain[1] ?? 0) & 0x80) === 0) return chain;
  return chain.subarray(0, 2 + long + chain.readUIntBE(2, long));
}

/** Lower-case hex without separators: what two ways of writing a fingerprint have in common. */
export function digitsOf(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-fA-F]/g, "").toLowerCase();
}

function oneLine(name: string): string {
  return name.split("\n").join(", ");
}
