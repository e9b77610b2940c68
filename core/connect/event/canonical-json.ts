/**
 * One spelling per JSON value: keys in code-unit order, no spaces, numbers as JavaScript writes them (the ordering and
 * number rules of RFC 8785), so that equal statements are equal texts.
 */
import { FORBIDDEN_KEYS } from "../sample/index.ts";

export interface JsonLimits {
  /** Characters of the text. */
  readonly maxChars: number;
  readonly maxDepth: number;
}

export type CanonicalJson = { readonly text: string } | { readonly problem: string; readonly field: string };

const DEFAULTS: JsonLimits = { maxChars: 256 * 1024, maxDepth: 32 };

class Problem extends Error {
  readonly field: string;
  constructor(message: string, field: string) {
    super(message);
    this.field = field;
  }
}

/** The canonical text, or what is wrong and where. Own enumerable properties only; a property that is `undefined` is absent. */
export function canonicalJson(value: unknown, root = "data", limits: JsonLimits = DEFAULTS): CanonicalJson {
  let budget = limits.maxChars;

  function charge(chars: number, path: string): void {
    budget -= chars;
    if (budget < 0) throw new Problem(`It is longer than ${limits.maxChars} characters of JSON.`, path);
  }

  function spend(text: string, path: string): string {
    charge(text.length, path);
    return text;
  }

  function write(item: unknown, path: string, depth: number): string {
    if (depth > limits.maxDepth) throw new Problem(`It is nested deeper than ${limits.maxDepth} levels.`, path);
    switch (typeof item) {
      case "number":
        if (!Number.isFinite(item)) throw new Problem(`The number is ${item}; JSON has only finite numbers.`, path);
        return spend(String(item + 0), path);
      case "boolean":
        return spend(String(item), path);
      case "string":
        return spend(JSON.stringify(item), path);
      case "object":
        if (item === null) return spend("null", path);
        return Array.isArray(item) ? writeArray(item as unknown[], path, depth) : writeObject(item, path, depth);
      default:
        throw new Problem(`A ${typeof item} is not JSON.`, path);
    }
  }

  function writeArray(items: readonly unknown[], path: string, depth: number): string {
    charge(Math.max(2, items.length + 1), path);
    return `[${Array.from(items, (item, index) => write(item, `${path}[${index}]`, depth + 1)).join(",")}]`;
  }

  function writeObject(object: object, path: string, depth: number): string {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== null && prototype !== Object.prototype) throw new Problem("Only plain objects are JSON.", path);
    const members: string[] = [];
    charge(1, path);
    for (const key of Object.keys(object).sort()) {
      if (FORBIDDEN_KEYS.has(key)) throw new Problem(`The key "${key}" is never accepted.`, `${path}.${key}`);
      const item = (object as Record<string, unknown>)[key];
      if (item === undefined) continue;
      const name = spend(`${JSON.stringify(key)}:,`, path).slice(0, -1);
      members.push(name + write(item, `${path}.${key}`, depth + 1));
    }
    return `{${members.join(",")}}`;
  }

  try {
    return { text: write(value, root, 0) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message, field: error.field };
    throw error;
  }
}
