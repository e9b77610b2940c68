import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";

const require = createRequire(import.meta.url);

/** Texts, fields and the columns of one table stand in the German file of a node of "operate", in the order of the declaration. */
export function inGerman(declared: NodeDeclaration, table: string, columns: object): void {
  const { type, texts = {}, config } = declared;
  const german = require(`../../nodes/operate/${type}/locales/de/${type}.json`) as Record<string, Record<string, object>>;
  const fields = german[type]?.["fields"] as Record<string, { columns?: object }>;
  assert.deepEqual(Object.keys(german[type]?.["texts"] ?? {}), Object.keys(texts));
  assert.deepEqual(Object.keys(fields), Object.keys(config.properties));
  assert.deepEqual(Object.keys(fields[table]?.columns ?? {}), Object.keys(columns));
}
