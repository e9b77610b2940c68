/** Address patterns: `Line{n}/*` → `acme.galway.bottling.line{n}._raw.x`. */

/** `{name}` in the template, as captured or in lower case or in snake case (`FillWeight` → `fill_weight`). */
type Style = "as-is" | "lower" | "snake";
/** `*` and captures stay within a level (no "/" and no "."); `**` crosses levels. */
interface Wild {
  readonly kind: "wild";
  readonly deep: boolean;
  readonly least: 0 | 1;
  readonly name: string | undefined;
}
type Token = { readonly kind: "text"; readonly text: string } | Wild;
type Part = string | { readonly name: string; readonly style: Style };

export interface AddressPattern {
  /** The tag for an address, or undefined when the pattern does not match. */
  tagOf(address: string): string | undefined;
}

const WILD = /\*\*|\*|\{([A-Za-z]\w*)\}/g;
const HOLE = /\{([A-Za-z]\w*)(?::([a-z]+))?\}/g;
const STYLES: readonly Style[] = ["lower", "snake"];
const MAX_WILDCARDS = 16;

/** True when a table row's address is meant as a pattern. */
export function isPattern(address: string): boolean {
  return address.includes("*") || /\{[A-Za-z]\w*\}/.test(address);
}

/**
 * Compiles a pattern and its tag template. A capture takes at least one character and as few as possible. Matching
 * takes time proportional to (length of the pattern × length of the address), whatever either of them holds.
 */
export function compilePattern(pattern: string, template: string): AddressPattern | { readonly problem: string } {
  const tokens = tokenize(pattern);
  const wild = tokens.filter((token) => token.kind === "wild");
  if (wild.length > MAX_WILDCARDS) return { problem: `The pattern has ${wild.length} wildcards; at most ${MAX_WILDCARDS} are allowed.` };
  const names = wild.flatMap((token) => (token.name === undefined ? [] : [token.name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { problem: `The pattern captures {${twice}} twice; give each capture a name of its own.` };
  const parts: Part[] = [];
  let from = 0;
  for (const hole of template.matchAll(HOLE)) {
    const [text, name = "", style = "as-is"] = hole;
    if (!names.includes(name)) return { problem: `The tag uses {${name}}, but the pattern does not capture it.` };
    if (style !== "as-is" && !STYLES.includes(style as Style))
      return { problem: `{${name}:${style}} is not known; use {${name}}, {${name}:lower} or {${name}:snake}.` };
    parts.push(template.slice(from, hole.index), { name, style: style as Style });
    from = hole.index + text.length;
  }
  parts.push(template.slice(from));
  return {
    tagOf(address) {
      const captured = match(tokens, address);
      return (
        captured && parts.map((part) => (typeof part === "string" ? part : styled(captured.get(part.name) ?? "", part.style))).join("")
      );
    },
  };
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const found of pattern.matchAll(WILD)) {
    if (found.index > from) tokens.push({ kind: "text", text: pattern.slice(from, found.index) });
    tokens.push({ kind: "wild", deep: found[0] === "**", least: found[1] === undefined ? 0 : 1, name: found[1] });
    from = found.index + found[0].length;
  }
  if (from < pattern.length) tokens.push({ kind: "text", text: pattern.slice(from) });
  return tokens;
}

/** Backtracking that remembers every dead end, so that each (token, position) is tried once whatever the address. */
function match(tokens: readonly Token[], address: string): Map<string, string> | undefined {
  const width = address.length + 1;
  const dead = new Uint8Array(2 * tokens.length * width);
  const captured = new Map<string, string>();

  /** Do the tokens from `index` on match the address from `at` on? */
  function from(index: number, at: number): boolean {
    const token = tokens[index];
    if (token === undefined) return at === address.length;
    const cell = 2 * index * width + at;
    if (dead[cell] === 1) return false;
    const matched =
      token.kind === "text"
        ? address.startsWith(token.text, at) && from(index + 1, at + token.text.length)
        : token.least === 0
          ? within(token, index, at, at)
          : takes(token, at) && within(token, index, at, at + 1);
    if (!matched) dead[cell] = 1;
    return matched;
  }

  /** The wildcard at `index` began at `start` and has come to `at`: does it end here or take one character more? */
  function within(token: Wild, index: number, start: number, at: number): boolean {
    const cell = (2 * index + 1) * width + at;
    if (dead[cell] === 1) return false;
    if (from(index + 1, at)) {
      if (token.name !== undefined) captured.set(token.name, address.slice(start, at));
      return true;
    }
    if (takes(token, at) && within(token, index, start, at + 1)) return true;
    dead[cell] = 1;
    return false;
  }

  function takes(token: Wild, at: number): boolean {
    return at < address.length && (token.deep || !isSeparator(address.charCodeAt(at)));
  }

  return from(0, 0) ? captured : undefined;
}

function isSeparator(code: number): boolean {
  return code === 0x2f || code === 0x2e;
}

function styled(text: string, style: Style): string {
  if (style === "as-is") return text;
  const words = style === "snake" ? text.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").replaceAll(/[\s-]+/g, "_") : text;
  return words.toLowerCase();
}
