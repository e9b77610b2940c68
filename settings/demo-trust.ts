/**
 * The demo twin trusts the demo plant: both belong to the same `npm start`, which made the plant's certificate itself a
 * moment ago. A real plant's certificate is trusted by a person who compared its fingerprint, never by software.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { CertificateTrust, certificateStore } from "../adapters/opcua/index.ts";

export async function trustDemoPlant(dataDir: string, plantPkiDir: string): Promise<void> {
  const trust = new CertificateTrust(certificateStore(dataDir));
  try {
    const certificate = new X509Certificate(readFileSync(path.join(plantPkiDir, "own", "certs", "demo-plant.pem")));
    await trust.trustOwn(certificate.raw);
  } finally {
    await trust.close();
  }
}
