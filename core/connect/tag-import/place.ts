import type { Findings, Spot } from "../model/problem.ts";
import { equipmentPathProblem, parseTag, segmentProblem } from "../tag-id/index.ts";
import type { TagRow } from "../tag-sheet/row.ts";
import type { ImportOptions } from "./import.ts";

/** Any site: only what lies below it is checked here. */
const SITE = "enterprise.site";

/** Gives each source path its equipment and tag name, and reports two paths that would become one tag. */
export class Placement {
  private readonly options: ImportOptions;
  private readonly findings: Findings;
  private readonly valid: boolean;
  private readonly taken = new Map<string, { readonly path: string; readonly line: number }>();

  constructor(options: ImportOptions, findings: Findings) {
    this.options = options;
    this.findings = findings;
    const wrong = equipmentPathProblem(`${SITE}.${options.equipment}`);
    this.valid = wrong === undefined;
    if (wrong !== undefined) {
      findings.problem({ file: options.file, line: 1, column: 1, field: "(options).equipment" }, wrong, {
        seen: options.equipment,
        allowed: "a place below the site, as in bottling.line02",
      });
    }
  }

  /** `names` leads from the target place to the tag; `path` is how the source writes it. */
  place(names: readonly string[], path: string, spot: Spot): Pick<TagRow, "equipment" | "tag"> | undefined {
    if (!this.valid) return undefined;
    const segments = names.map(segmentOf);
    const wrong = names.find((_, index) => segmentProblem(segments[index] ?? "") !== undefined);
    if (wrong !== undefined) {
      return this.findings.problem(spot, `The name ${JSON.stringify(wrong)} gives no segment of a tag; rename it at the source.`, {
        seen: wrong,
        allowed: "names with letters A-Z or digits, no reserved words",
      });
    }
    const child = this.options.folders === "equipment" && segments.length > 1 ? segments.shift() : undefined;
    const equipment = child === undefined ? this.options.equipment : `${this.options.equipment}.${child}`;
    const tag = segments.join(".");
    const id = parseTag(`${SITE}.${equipment}._raw.${tag}`);
    if ("problem" in id) return this.findings.problem(spot, id.problem, { seen: path });
    return this.free(equipment, tag, path, spot) ? { equipment, tag } : undefined;
  }

  private free(equipment: string, tag: string, path: string, spot: Spot): boolean {
    const key = `${equipment} ${tag}`;
    const other = this.taken.get(key);
    if (other === undefined) {
      this.taken.set(key, { path, line: spot.line });
      return true;
    }
    const both = other.path === path ? `"${path}" is given twice` : `"${path}" and "${other.path}" would be one tag`;
    this.findings.problem(spot, `${both}: ${tag} of ${equipment} (line ${other.line}); rename one at the source.`, { seen: path });
    return false;
  }
}

/** A source name as a segment in snake case: `FillWeight` → `fill_weight`, `PT-101` → `pt-101`; empty when nothing is left of it. */
export function segmentOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replaceAll("ß", "ss")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/([A-Z0-9])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9-]+/g, "_")
    .replace(/^_|_$/g, "")
    .toLowerCase();
}
