/** The help of a node in the form that Node-RED's style guide gives: introduction, Properties, Inputs, Outputs, Details. */
import { fields } from "../../nodes/kit/configuration.ts";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";
import type { FieldSchema } from "../../nodes/kit/field-fault.ts";
import type { Catalogue } from "./catalogue.ts";
import { blocks, inline } from "./markup.ts";

export interface HelpWords {
  readonly properties: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly details: string;
}

const ENGLISH: HelpWords = { properties: "Properties", inputs: "Inputs", outputs: "Outputs", details: "Details" };

export function helpHtml(declaration: NodeDeclaration): string {
  const { type, summary, inputs = [], outputs = [], details } = declaration;
  const parts = [`<p>${inline(summary)}</p>`];
  const properties = fields(declaration).map(([, field]) => definition(field.label ?? "", typeName(field), field.help ?? ""));
  if (properties.length > 0) parts.push(`<h3>${ENGLISH.properties}</h3>`, definitions(properties));
  if (inputs.length > 0)
    parts.push(`<h3>${ENGLISH.inputs}</h3>`, definitions(inputs.map((input) => definition(input.property, input.type, input.help))));
  if (outputs.length > 0) {
    const ports = outputs.map(
      (port) => `<li>${inline(port.label)}\n${definitions([definition("payload", payloadType(port.name), port.help)])}\n</li>`,
    );
    parts.push(`<h3>${ENGLISH.outputs}</h3>`, `<ol class="node-ports">\n${ports.join("\n")}\n</ol>`);
  }
  parts.push(`<h3>${ENGLISH.details}</h3>`, blocks(details));
  return `<script type="text/html" data-help-name="${type}">\n${parts.join("\n")}\n</script>\n`;
}

/** The names of ports are fixed in the message contract, and so is what leaves there. */
export function payloadType(port: string): string {
  const types: Readonly<Record<string, string>> = { samples: "Sample | Sample[]", rejects: "Reject[]", events: "Event | Event[]" };
  return types[port] ?? "any";
}

export function typeName(field: FieldSchema): string {
  if (field.refers !== undefined) return field.refers;
  if (field.secret === true) return "secret";
  if (field.anyOf !== undefined || field.enum !== undefined) return "choice";
  const unit = field.unit === undefined ? "" : `, ${field.unit}`;
  const names: Readonly<Record<string, string>> = {
    integer: "whole number",
    number: "number",
    boolean: "yes or no",
    array: "list",
    string: "text",
  };
  return `${names[field.type ?? ""] ?? "any"}${unit}`;
}

function definition(term: string, type: string, text: string): string {
  return `<dt>${inline(term)} <span class="property-type">${inline(type)}</span></dt>\n<dd>${inline(text)}</dd>`;
}

function definitions(items: readonly string[]): string {
  return `<dl class="message-properties">\n${items.join("\n")}\n</dl>`;
}

/** A translator may replace the whole help: `help` of the node's own catalogue is small Markdown. */
export function translatedHelp(type: string, own: Catalogue): string | undefined {
  const help = own["help"];
  return typeof help === "string" ? `<script type="text/html" data-help-name="${type}">\n${blocks(help)}\n</script>\n` : undefined;
}
