import { NEVER_RECORDED } from "./line.ts";

/** What is recorded of every message. */
export const ALWAYS_RECORDED = ["topic", "payload"] as const;

/** The properties named by a text such as `reason, parts`, after topic and payload; or a sentence. */
export function recordedFields(text: string): { readonly fields: readonly string[] } | { readonly problem: string } {
  const named = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  for (const name of named) {
    if (NEVER_RECORDED.has(name))
      return { problem: `"${name}" is never recorded: it holds a connection, a secret or what Node-RED keeps.` };
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) return { problem: `"${name}" is not the name of a message property, such as reason.` };
  }
  return { fields: [...new Set([...ALWAYS_RECORDED, ...named])] };
}
