/** Node ids as people write them, independent of the order in which a server numbers its namespaces. */

/** `nsu=<uri>;s=Line01.State` becomes `ns=2;s=Line01.State`; `ns=…` and `i=…` pass. Null when the server has no such namespace. */
export function nodeIdOf(address: string, namespaces: readonly string[]): string | null {
  if (!address.startsWith("nsu=")) return address;
  const end = address.indexOf(";");
  const index = namespaces.indexOf(address.slice(4, end));
  return end < 0 || index < 0 ? null : `ns=${index};${address.slice(end + 1)}`;
}

/** The form that stays valid when the server numbers its namespaces differently after an update. */
export function addressOf(nodeId: string, namespaces: readonly string[]): string {
  const match = /^ns=(\d+);(.*)$/s.exec(nodeId);
  const index = Number(match?.[1] ?? 0);
  const uri = namespaces[index];
  if (!match || index === 0 || uri === undefined) return nodeId;
  return `nsu=${uri};${match[2] ?? ""}`;
}

const NODE_ID = /^(nsu=[^;]+;|ns=\d+;)?(i=\d+|s=.+|g=[0-9a-fA-F-]{36}|b=[A-Za-z0-9+/=]+)$/s;

export function isNodeId(text: string): boolean {
  return text.length <= 4096 && NODE_ID.test(text);
}
