/** A plant of fifty fillers, as files and as the flow nodes that refer to it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FlowNode } from "../test/support/runtime.ts";

export function plantFiles(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-bench-plant-"));
  writeFileSync(path.join(dir, "site.yaml"), "plant:\n  enterprise: acme\n  site: bench\n  zone: UTC\n");
  const fillers = Array.from({ length: 50 }, (_, n) => fillerYaml(n + 1)).join("");
  writeFileSync(
    path.join(dir, "line01.yaml"),
    `equipment:\n  packing:\n    kind: Area\n  packing.line01:\n    kind: ProductionLine\n${fillers}`,
  );
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function fillerYaml(n: number): string {
  return `  packing.line01.filler${n}:
    kind: WorkCell
    prefix: nsu=urn:bench;s=Line01.Filler${n}
    raw:
      weight: { type: float, unit: g, range: { min: 0, max: 1000 }, address: "{prefix}.Weight" }
`;
}

export function mappingFlow(plantDir: string): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "bench" },
    { id: "plant", type: "twin-plant", name: "bench", directory: plantDir, version: 1 },
  ];
}
