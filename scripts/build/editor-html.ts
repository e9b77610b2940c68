/** The editor part of a node: the literal registration that the flow library reads, and the form. */
import { fields, formerFields, plainFields, secretFields } from "../../nodes/kit/configuration.ts";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";
import type { FieldSchema } from "../../nodes/kit/field-fault.ts";
import { escape } from "./markup.ts";
import { category, COLOURS } from "./palette.ts";
import { choicesOf, slug, type Widget, widgetOf } from "./widget.ts";

export function editorHtml(declaration: NodeDeclaration, packageName: string, editorScript = ""): string {
  const { type } = declaration;
  return `<script src="resources/${packageName}/kit.js"></script>

<script type="text/javascript">
(function () {
Twinline.declare(${quote(type)}, ${script(formOf(declaration))});
${editorScript === "" ? "" : `${editorScript}\n`}RED.nodes.registerType(${quote(type)}, {
${registration(declaration)}
});
})();
</script>

<script type="text/html" data-template-name="${type}">
${template(declaration)}
</script>
`;
}

/** What the kit in the browser needs to know; all text comes from the catalogue. */
function formOf(declaration: NodeDeclaration): object {
  const form = plainFields(declaration).map(([key, field]) => [
    key,
    {
      schema: constraints(field),
      widget: widgetOf(field),
      optional: !isRequired(declaration, key),
      ...(field.refers === undefined ? {} : { refers: field.refers }),
      ...(field.advanced === true ? { advanced: true } : {}),
    },
  ]);
  return {
    kind: declaration.kind,
    version: declaration.version,
    former: formerFields(declaration),
    fields: Object.fromEntries(form) as object,
  };
}

const HINTS = new Set(["label", "help", "unit", "widget", "refers", "choices", "advanced", "secret", "placeholder", "section"]);

function constraints(schema: FieldSchema): object {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !HINTS.has(key))
      .map(([key, value]) => {
        if (key === "items") return [key, constraints(value as FieldSchema)];
        if (key !== "properties") return [key, value as unknown];
        return [
          key,
          Object.fromEntries(Object.entries(value as Record<string, FieldSchema>).map(([name, inner]) => [name, column(inner)])),
        ];
      }),
  );
}

/** Cells of a table complete tags and assets as fields do. */
function column(schema: FieldSchema): object {
  const { widget } = schema;
  return widget === "tag" || widget === "asset" ? { ...constraints(schema), widget } : constraints(schema);
}

function isRequired(declaration: NodeDeclaration, key: string): boolean {
  return (declaration.config.required as readonly string[] | undefined)?.includes(key) === true;
}

function registration(declaration: NodeDeclaration): string {
  const { type, module, kind, icon, inputs = [], outputs = [] } = declaration;
  const secrets = secretFields(declaration).map(([key]) => `${key}: { type: "password" }`);
  const label = `label: function () { return this.name || this._(${quote(`${type}.label`)}); }`;
  const parts = [
    `category: ${quote(kind === "config" ? "config" : category(module))}`,
    ...(kind === "config"
      ? []
      : [`color: ${quote(COLOURS[module])}`, `icon: ${quote(icon)}`, `inputs: ${inputs.length > 0 ? 1 : 0}`, `outputs: ${outputs.length}`]),
    `defaults: {\n    ${defaults(declaration).join(",\n    ")}\n  }`,
    ...(secrets.length === 0 ? [] : [`credentials: { ${secrets.join(", ")} }`]),
    label,
    ...(kind === "config"
      ? []
      : [
          `paletteLabel: function () { return this._(${quote(`${type}.label`)}); }`,
          `labelStyle: function () { return this.name ? "node_label_italic" : ""; }`,
        ]),
    ...(outputs.length === 0
      ? []
      : [
          `outputLabels: function (index) { return this._(${quote(`${type}.ports.`)} + ${script(outputs.map((port) => port.name))}[index]); }`,
        ]),
    "oneditprepare: function () { Twinline.prepare(this); }",
    "oneditsave: function () { Twinline.save(this); }",
  ];
  return parts.map((part) => `  ${part}`).join(",\n");
}

function defaults(declaration: NodeDeclaration): readonly string[] {
  const own = plainFields(declaration).map(([key, field]) => {
    const value = script(field.default ?? "");
    if (widgetOf(field) === "config")
      return `${key}: { value: ${value}, type: ${quote(field.refers ?? "")}, required: ${isRequired(declaration, key)} }`;
    const check = `function (value) { return Twinline.validate(${quote(declaration.type)}, ${quote(key)}, value, this); }`;
    return `${key}: { value: ${value}, validate: ${check.replace("(value)", "(value, _options)")} }`;
  });
  const former = formerFields(declaration).map((key) => `${key}: {}`);
  return [`name: { value: "" }`, `version: { value: ${declaration.version} }`, ...own, ...former];
}

function template(declaration: NodeDeclaration): string {
  const { type, kind } = declaration;
  const prefix = kind === "config" ? "node-config-input" : "node-input";
  const rows = (wanted: (field: FieldSchema) => boolean): string =>
    fields(declaration)
      .filter(([, field]) => wanted(field))
      .map(([key, field]) => row(type, prefix, key, field, isRequired(declaration, key)))
      .join("\n");
  const sections = [
    ...new Set(fields(declaration).flatMap(([, field]) => (field.section === undefined || field.advanced === true ? [] : [field.section]))),
  ];
  const hasMore = fields(declaration).some(([, field]) => field.advanced === true);
  const name = `<div class="twinline-row"><label for="${prefix}-name" data-i18n="node-red:common.label.name"></label><div class="twinline-control"><input type="text" id="${prefix}-name" data-i18n="[placeholder]node-red:common.label.name"></div></div>`;
  return [
    `<div class="twinline-form" data-twinline="${type}">`,
    name,
    rows((field) => field.section === undefined && field.advanced !== true),
    ...sections.map(
      (section) =>
        `<fieldset class="twinline-section"><legend data-i18n="${type}.sections.${slug(section)}"></legend>\n${rows((field) => field.section === section && field.advanced !== true)}\n</fieldset>`,
    ),
    ...(hasMore
      ? [
          `<details class="twinline-more"><summary data-i18n="${type}.kit.more"></summary>\n${rows((field) => field.advanced === true)}\n</details>`,
        ]
      : []),
    "</div>",
  ].join("\n");
}

function row(type: string, prefix: string, key: string, field: FieldSchema, required: boolean): string {
  const widget = widgetOf(field);
  const text = `${type}.fields.${key}`;
  const native = widget === "config" || widget === "secret";
  const id = native ? `${prefix}-${key}` : `${type}-${key}`;
  const described = `${type}-${key}-help ${type}-${key}-fault`;
  const unit = field.unit === undefined ? "" : `<span class="twinline-unit">${escape(field.unit)}</span>`;
  const wide = widget === "table" || widget === "custom";
  const label = wide
    ? `<label id="${id}-label" data-i18n="${text}.label"></label>`
    : `<label for="${id}" data-i18n="${text}.label"></label>`;
  const hint = widget === "tag" || widget === "asset" ? `\n<div class="twinline-hint" aria-live="polite"></div>` : "";
  return `<div class="twinline-row${wide ? " twinline-wide" : ""}" data-field="${key}">${label}
<div class="${wide ? "twinline-table" : "twinline-control"}">${control(widget, id, described, text, field, required)}${unit}</div>
<div class="twinline-help" id="${type}-${key}-help" data-i18n="${text}.help"></div>${hint}
<div class="twinline-fault" id="${type}-${key}-fault" role="alert"></div></div>`;
}

function control(widget: Widget, id: string, described: string, text: string, field: FieldSchema, required: boolean): string {
  const attributes = `id="${id}" aria-describedby="${described}"${required && widget !== "checkbox" && field.default === undefined ? ' aria-required="true"' : ""}`;
  const placeholder = field.placeholder === undefined ? "" : ` data-i18n="[placeholder]${text}.placeholder"`;
  switch (widget) {
    case "checkbox":
      return `<input type="checkbox" ${attributes}>`;
    case "select": {
      const empty = required || field.default !== undefined ? "" : '<option value=""></option>';
      const options = (choicesOf(field) ?? []).map(
        (choice) => `<option value="${escape(choice)}" data-i18n="${text}.choices.${slug(choice)}"></option>`,
      );
      return `<select ${attributes}>${empty}${options.join("")}</select>`;
    }
    case "multiline":
      return `<textarea rows="3" ${attributes}${placeholder}></textarea>`;
    case "table":
      return `<ol id="${id}" aria-labelledby="${id}-label"></ol>`;
    case "custom":
      return `<div id="${id}" role="group" aria-labelledby="${id}-label" aria-describedby="${described}"></div>`;
    case "secret":
      return `<input type="password" autocomplete="new-password" ${attributes}${placeholder}>`;
    case "number":
      return `<input type="text" inputmode="decimal" class="twinline-number" ${attributes}${placeholder}>`;
    case "config":
      return `<input type="text" style="width: 100%" ${attributes}>`;
    default:
      return `<input type="text" ${attributes}${placeholder}>`;
  }
}

const quote = (text: string): string => JSON.stringify(text);

/** JSON that may stand inside a script element. */
function script(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
