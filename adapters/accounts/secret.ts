/** Stored forms of passwords: scrypt with its parameters beside the hash, so that they can be raised later. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** OWASP's minimum for scrypt (N = 2^17, r = 8, p = 1) costs 128 MB; a plant PC gets N = 2^15 and p = 3 at the same strength. */
const PARAMETERS = { N: 2 ** 15, r: 8, p: 3 } as const;
const LENGTH = 32;
const MAX_SECRET = 1024;

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** `scrypt$N$r$p$salt$hash`, base64url. `like`: a hash whose salt is taken, so that equal secrets have equal hashes. */
export async function hashSecret(secret: string, like?: string): Promise<string> {
  const salt = (like === undefined ? undefined : parse(like)?.salt) ?? randomBytes(16);
  const hash = await derive(secret, salt, PARAMETERS);
  return ["scrypt", PARAMETERS.N, PARAMETERS.r, PARAMETERS.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Takes the same time whether the secret fits or not. */
export async function fitsHash(secret: string, stored: string): Promise<boolean> {
  const parsed = parse(stored);
  if (!parsed || secret.length > MAX_SECRET) return false;
  const hash = await derive(secret, parsed.salt, parsed.parameters);
  return timingSafeEqual(hash, parsed.hash);
}

/**
 * Which of the hashes the secret fits; undefined for none. Hashes of one salt and the same parameters cost one derivation together.
 */
export async function fittingHash(secret: string, stored: readonly string[]): Promise<string | undefined> {
  if (secret.length > MAX_SECRET) return undefined;
  const derived = new Map<string, Buffer>();
  let found: string | undefined;
  for (const one of stored) {
    const parsed = parse(one);
    if (!parsed) continue;
    const made = one.slice(0, one.lastIndexOf("$"));
    const hash = derived.get(made) ?? (await derive(secret, parsed.salt, parsed.parameters));
    derived.set(made, hash);
    if (timingSafeEqual(hash, parsed.hash)) found = one;
  }
  return found;
}

export function isHash(stored: string): boolean {
  return parse(stored) !== undefined;
}

function parse(stored: string): { parameters: Parameters; salt: Buffer; hash: Buffer } | undefined {
  const [kind, N, r, p, salt, hash, ...rest] = stored.split("$");
  if (kind !== "scrypt" || salt === undefined || hash === undefined || rest.length > 0) return undefined;
  const parameters = { N: Number(N), r: Number(r), p: Number(p) };
  const sane =
    Number.isInteger(Math.log2(parameters.N)) &&
    parameters.N <= 2 ** 20 &&
    parameters.r > 0 &&
    parameters.r <= 32 &&
    parameters.p > 0 &&
    parameters.p <= 16;
  const bytes = { salt: Buffer.from(salt, "base64url"), hash: Buffer.from(hash, "base64url") };
  return sane && bytes.salt.length >= 16 && bytes.hash.length === LENGTH ? { parameters, ...bytes } : undefined;
}

function derive(secret: string, salt: Buffer, { N, r, p }: Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize("NFKC"), salt, LENGTH, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
