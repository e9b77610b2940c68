/** Passwords as scrypt hashes (RFC 7914) with their parameters stored beside them, so that they can be raised later. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { StoredHash } from "./account-file.ts";

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a quarter second on one core; the strength OWASP recommends for interactive sign-in. */
export const DEFAULT_COST: ScryptCost = { N: 1 << 15, r: 8, p: 3 };
const HASH_BYTES = 32;
export const SHORTEST_PASSWORD = 12;
/** Longer ones are refused before hashing: no one types them, and they cost the server time. */
export const LONGEST_PASSWORD = 256;

export async function hashPassword(password: string, cost: ScryptCost = DEFAULT_COST): Promise<StoredHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost, HASH_BYTES);
  return { algorithm: "scrypt", N: cost.N, r: cost.r, p: cost.p, salt: salt.toString("base64url"), hash: hash.toString("base64url") };
}

export async function matchesPassword(password: string, stored: StoredHash): Promise<boolean> {
  const expected = Buffer.from(stored.hash, "base64url");
  const found = await derive(password, Buffer.from(stored.salt, "base64url"), stored, expected.length);
  return timingSafeEqual(expected, found);
}

function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost, bytes: number): Promise<Buffer> {
  return new Promise((resolve, refuse) => {
    // Unicode typed on different keyboards and systems must hash alike.
    scrypt(password.normalize("NFKC"), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? refuse(error) : resolve(key),
    );
  });
}
