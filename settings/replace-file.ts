/** A file of ours gets new content whole or not at all: a kill while writing leaves the old one. */
import { chmodSync, existsSync, fsyncSync, openSync, closeSync, readFileSync, renameSync, writeSync } from "node:fs";

/** Readable by its owner only. Nothing is written when the content is the same. */
export function replaceFile(file: string, content: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === content) return chmodSync(file, 0o600);
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}
