/** Programs installed on this machine. */
import { existsSync } from "node:fs";
import path from "node:path";

export function findProgram(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/bin", "/usr/sbin", "/usr/local/bin"];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
