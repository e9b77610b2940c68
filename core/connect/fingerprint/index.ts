/**
 * A 64-bit fingerprint of a text, as 16 hex digits: two 32-bit FNV-1a hashes over UTF-16 code units, one with the prime of
 * FNV, one with another odd multiplier. It tells revisions and long texts apart; it does not resist forgery.
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

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
