/** HTML from the small Markdown that declarations use: paragraphs, lists, `code` and links. */

export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

export function inline(text: string): string {
  return escape(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/g, '<a href="$2" target="_blank" rel="noopener">$1</a>');
}

export function blocks(markdown: string): string {
  return markdown
    .trim()
    .split(/\n\s*\n/)
    .map((block) => (/^\s*- /.test(block) ? list(block) : `<p>${inline(block.replace(/\s*\n\s*/g, " ").trim())}</p>`))
    .join("\n");
}

function list(block: string): string {
  const items = block
    .split(/^\s*- /m)
    .map((item) => item.replace(/\s*\n\s*/g, " ").trim())
    .filter((item) => item !== "");
  return `<ul>\n${items.map((item) => `<li>${inline(item)}</li>`).join("\n")}\n</ul>`;
}
