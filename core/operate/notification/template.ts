/** JSON templates of webhooks: texts with `{{name}}` in them. Values are put into texts, so nothing can break out of its place. */
import type { Json, JsonObject } from "../../connect/event/index.ts";

export type TemplateValues = Readonly<Record<string, string | number>>;

/** What a template may ask for. `urgency`: 5 for critical to 2 for low, as ntfy counts; `paragraphs`: the text for Markdown. */
export const TEMPLATE_NAMES = ["to", "subject", "text", "paragraphs", "priority", "urgency", "count", "asset", "link"] as const;

export const WEBHOOK_PRESETS = {
  teams: {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            { type: "TextBlock", text: "{{subject}}", weight: "Bolder", wrap: true },
            // A card reads Markdown: lines that are no paragraphs would run into each other.
            { type: "TextBlock", text: "{{paragraphs}}", wrap: true },
          ],
        },
      },
    ],
  },
  ntfy: { topic: "{{to}}", title: "{{subject}}", message: "{{text}}", priority: "{{urgency}}", tags: ["bell"] },
  sms: { to: "{{to}}", text: "{{subject}}" },
} as const satisfies Readonly<Record<string, JsonObject>>;

const MOST_CHARS = 20_000;

/** A template as people write it, or a sentence that says what is wrong. */
export function readTemplate(text: string): { readonly template: Json } | { readonly fault: string } {
  if (text.length > MOST_CHARS) return { fault: `The template is longer than ${MOST_CHARS} characters.` };
  let template: Json;
  try {
    template = JSON.parse(text) as Json;
  } catch (error) {
    return { fault: `The template is not JSON: ${(error as Error).message}` };
  }
  const unknown = [...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].find(
    ([, name]) => !(TEMPLATE_NAMES as readonly string[]).includes(name ?? ""),
  );
  if (unknown !== undefined) return { fault: `The template asks for ${unknown[0].slice(0, 60)}; there are ${TEMPLATE_NAMES.join(", ")}.` };
  return { template };
}

/** A text that is one name and nothing else takes the value as it is, so that numbers stay numbers. */
export function fillTemplate(template: Json, values: TemplateValues): Json {
  if (typeof template === "string") {
    const whole = /^\{\{\s*(\w+)\s*\}\}$/.exec(template)?.[1];
    if (whole !== undefined && Object.hasOwn(values, whole)) return values[whole] ?? "";
    return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (written, name: string) =>
      Object.hasOwn(values, name) ? String(values[name]) : written,
    );
  }
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item as Json, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fillTemplate(item, values)]));
}
