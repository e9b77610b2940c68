/** A model of one filler with a tag of every type, and readings of it that come one after the other. */
import assert from "node:assert/strict";
import type { TagDefinition } from "../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import type { SourceReading, TagMap } from "../../core/connect/tag-map/index.ts";
import { tagsOnly } from "./tags-only.ts";

export const NOW = 1_760_000_000_000;
export const FILLER = "acme.galway.bottling.line01.filler01";

const TAGS: readonly Omit<TagDefinition, "asset" | "signal">[] = [
  {
    id: `${FILLER}._filler_v1.fill_weight`,
    type: "float",
    unit: "g",
    range: { min: 0, max: 1200 },
    address: "nsu=urn:p;s=F.FillWeight",
    expectedEveryMs: 5_000,
  },
  { id: `${FILLER}._filler_v1.count`, type: "int", range: { min: 0 }, address: "nsu=urn:p;s=F.Count" },
  { id: `${FILLER}._filler_v1.total`, type: "int64", address: "nsu=urn:p;s=F.Total" },
  { id: `${FILLER}._filler_v1.blocked`, type: "bool", address: "nsu=urn:p;s=F.Blocked" },
  { id: `${FILLER}._filler_v1.serial`, type: "string", address: "nsu=urn:p;s=F.Serial" },
  { id: `${FILLER}._filler_v1.state`, type: "enum", values: { 4: "Idle", 6: "Execute" }, address: "nsu=urn:p;s=F.State" },
  { id: `${FILLER}._filler_v1.temperature`, type: "float", unit: "Cel" },
];

export const MODEL = tagsOnly(TAGS.map((tag) => ({ ...tag, asset: FILLER, signal: tag.id.slice(FILLER.length + 1) })));

let clock = NOW - 1_000_000;
export function reading(name: string, value: unknown, more: Partial<SourceReading> = {}): SourceReading {
  clock += 1;
  return { protocol: "opcua", address: `nsu=urn:p;s=F.${name}`, value, sourceTimestamp: clock, received: NOW, ...more };
}

/** What becomes of one reading. */
export function outcome(map: TagMap, input: unknown): Sample | Reject {
  const { samples, rejects } = map.map([input], NOW);
  const [only] = [...samples, ...rejects];
  assert.ok(only, "neither sample nor reject");
  return only;
}

/** The value that it comes to, or the code with which it is refused. */
export function value(map: TagMap, input: unknown): unknown {
  const out = outcome(map, input);
  return "code" in out ? out.code : out.value;
}
