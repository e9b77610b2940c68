/** The reference page of a node, in Markdown, from its declaration. */
import { fields } from "../../nodes/kit/configuration.ts";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";
import { allowed, type FieldSchema } from "../../nodes/kit/field-fault.ts";
import { payloadType, typeName } from "./help.ts";

const GENERATED = "<!-- Generated from the declaration by `npm run docs`. Change the declaration, not this page. -->";

export function referencePage(declaration: NodeDeclaration): string {
  const { type, module, kind, summary, details, inputs = [], outputs = [], migrations = [] } = declaration;
  const parts = [
    GENERATED,
    `# ${type}`,
    summary,
    `${kind === "config" ? "Configuration node" : "Node"} of the module **${module}**; configuration version ${declaration.version}.`,
  ];
  if (inputs.length > 0)
    parts.push(
      "## Input",
      table(
        ["Property", "Type", "Meaning"],
        inputs.map((input) => [`\`msg.${input.property}\``, input.type, input.help]),
      ),
    );
  if (outputs.length > 0)
    parts.push(
      "## Outputs",
      table(
        ["Port", "`msg.payload`", "Meaning"],
        outputs.map((port) => [port.label, `\`${payloadType(port.name)}\``, port.help]),
      ),
    );
  const rows = fields(declaration);
  if (rows.length > 0)
    parts.push(
      "## Properties",
      table(
        ["Property", "Key", "Default", "Allowed", "Meaning"],
        rows.map(([key, field]) => property(key, field)),
      ),
    );
  for (const [, field] of rows) {
    const columns = Object.entries(field.items?.properties ?? {});
    if (columns.length > 0)
      parts.push(
        `### Rows of “${field.label}”`,
        table(
          ["Column", "Key", "Default", "Allowed", "Meaning"],
          columns.map(([key, column]) => property(key, column)),
        ),
      );
  }
  parts.push("## Details", details.trim());
  if (migrations.length > 0)
    parts.push("## Changes of the saved configuration", migrations.map((step) => `- version ${step.to}: ${step.change}`).join("\n"));
  return `${parts.join("\n\n")}\n`;
}

export function referenceIndex(declarations: readonly NodeDeclaration[]): string {
  const modules = [...new Set(declarations.map(({ module }) => module))];
  const parts = modules.map((module) => {
    const nodes = declarations.filter((declaration) => declaration.module === module);
    return `## ${module}\n\n${table(
      ["Node", "Purpose"],
      nodes.map(({ type, kind, summary }) => [`[${type}](${type}.md)${kind === "config" ? " (configuration)" : ""}`, summary]),
    )}`;
  });
  return `${[GENERATED, "# Node reference", ...parts].join("\n\n")}\n`;
}

function property(key: string, field: FieldSchema): readonly string[] {
  const preset = field.default === undefined || field.default === "" ? "" : `\`${JSON.stringify(field.default)}\``;
  const limits = field.secret === true || field.refers !== undefined ? typeName(field) : allowed(field);
  return [field.label ?? key, `\`${key}\``, preset, limits, field.help ?? ""];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map(tableLine).join("\n");
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\|/g, "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`;
}
