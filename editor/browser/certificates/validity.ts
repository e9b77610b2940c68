/** How long a certificate can still be used. */

export type Validity = "valid" | "expiring" | "expired" | "not-yet";

const DAY_MS = 86_400_000;
/** Time enough to order, install and trust another one. */
const WARNED_DAYS = 30;

/** `days` from now until it ends, rounded down; until it begins for one that is not valid yet. Times: ISO 8601, and ms UTC. */
export function validityOf(validFrom: string, validTo: string, now: number): { readonly validity: Validity; readonly days: number } {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  if (now < from) return { validity: "not-yet", days: Math.ceil((from - now) / DAY_MS) };
  const days = Math.floor((to - now) / DAY_MS);
  if (!(now <= to)) return { validity: "expired", days };
  return { validity: days < WARNED_DAYS ? "expiring" : "valid", days };
}
