/** The canonical text of a model: the same content gives the same text, whatever the order and comments of its files. */
export function revisionText(content: object): string {
  return JSON.stringify(canonical(content));
}

function canonical(value: unknown): unknown {
  if (value instanceof Map) return canonical(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, canonical(field)] as const);
  return entries.sort(([left], [right]) => (left < right ? -1 : 1));
}
