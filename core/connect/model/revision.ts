/** The canonical text of a model: the same content gives the same text, whatever the order and comments of its files. */
export function revisionText(content: object): string {
  return JSON.stringify(canonical(content));
}

/**
 * A 64-bit fingerprint: two 32-bit FNV-1a hashes over UTF-16 code units, one with the prime of FNV, one with another
 * odd multiplier. It tells revisions apart; it does not resist forgery.
 */
export function fingerprint(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x9e3779b1);
  }
  return hex(a) + hex(b);
}

function canonical(value: unknown): unknown {
  if (value instanceof Map) return canonical(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, canonical(field)] as const);
  return entries.sort(([left], [right]) => (left < right ? -1 : 1));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
