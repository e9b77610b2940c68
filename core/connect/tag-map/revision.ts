/** A short content hash that names a revision in provenance. Not a security measure. */

/** FNV-1a over UTF-16 code units, twice with different seeds: 16 hex digits. */
export function contentHash(text: string): string {
  return [0x811c9dc5, 0x01000193].map((seed) => fnv1a(text, seed)).join("");
}

function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
