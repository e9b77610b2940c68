/** A proof that starts a Node-RED of its own: there is one per process. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Proof, ProofResult } from "../prove/proof.ts";

const CHILD = fileURLToPath(new URL("proof-process.ts", import.meta.url));

interface Said {
  readonly line?: string;
  readonly rows?: readonly ProofResult[];
}

/** `name`: under which `file` exports it. */
export function inOwnProcess({ title }: Proof, file: URL, name: string): Proof {
  return {
    title,
    async run(progress) {
      const child = fork(CHILD, [file.href, name], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
      let [rows, complaint]: [readonly ProofResult[] | undefined, string] = [undefined, ""];
      child.stderr?.on("data", (chunk: Buffer) => {
        complaint = `${complaint}${chunk.toString()}`.slice(-2_000);
      });
      child.on("message", ({ line, rows: all }: Said) => {
        if (line !== undefined) progress(line);
        rows ??= all;
      });
      await once(child, "exit");
      if (rows === undefined) throw new Error(complaint.trim() || "it ended without a word");
      return rows;
    },
  };
}
