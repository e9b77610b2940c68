/** Files that are whole after a crash: either what they held before or what was written. */
import { open, rename } from "node:fs/promises";
import path from "node:path";

/** Temporary file, fsync, rename, fsync of the directory, which must exist. */
export async function replaceDurably(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${file}.writing`;
  const handle = await open(temporary, "w", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncDirectory(path.dirname(file));
}

export async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === "win32") return; // directories cannot be opened there; NTFS journals the rename
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
