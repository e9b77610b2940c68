/** Names taken apart: into words as they are written, and into what the words mean. */
import { abbreviated, isEmpty, spelled, type Kind } from "./words.ts";

export interface Token {
  /** Name of a concept of the table, or the word itself. */
  readonly concept: string;
  readonly kind: Kind | "unknown";
  /** 1 for a spelling of the table, less for a guess at a shortened word. */
  readonly strength: number;
  /** As written, for reasons that people read. */
  readonly text: string;
}

const LONGEST_NAME = 256;
const MOST_WORDS = 24;
const SHORTENED = 0.8;
/** Type letters before a name: `rGewicht`, `diZaehler`, `bBlocked`. */
const TYPE_LETTERS = /^(?:a|b|bo|by|c|d|di|dt|dw|e|en|f|g|h|i|in|int|l|lr|n|o|r|s|st|str|sz|t|u|udi|ui|ul|us|usi|w|x|lw)$/;
/** Places in a controller and numbered designators: DB10, DBW4, MW20, IW64, %Q0, FL1, ST10. */
const PLACE = /^(?:%?[a-z]{1,3}\d+|db[xbwd]?|[a-z]?\d+)$/;
/** Shorter pieces of a compound would be found in every other word. */
const SHORTEST_PIECE = 3;
/** Joints between the parts of a German compound. */
const JOINTS = ["", "s", "n", "en", "es"];

/** The words of a name, as written: cut at signs, at a change from small to capital, and type letters removed. */
export function wordsOf(name: string): readonly string[] {
  const text = plain(name);
  const words = text
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d%]+/)
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS);
  const [first = "", second] = words;
  const isNotation = second !== undefined && TYPE_LETTERS.test(first) && text.startsWith(first + second);
  return isNotation ? words.slice(1) : words;
}

/** What words mean; those that mean nothing (places in a controller, numbers, "value") are left out. */
export function tokensOf(words: readonly string[]): readonly Token[] {
  const tokens = new Map<string, Token>();
  for (let at = 0; at < words.length; at++) {
    // `Set Point`, `Betr_Art`: cut where the table has one word.
    const joined = `${words[at] ?? ""}${words[at + 1] ?? ""}`;
    const isOne = at + 1 < words.length && spelled(joined.toLowerCase()) !== undefined;
    for (const token of meanings(isOne ? joined : (words[at] ?? ""))) {
      const known = tokens.get(token.concept);
      if (known === undefined || known.strength < token.strength) tokens.set(token.concept, token);
    }
    if (isOne) at += 1;
  }
  return [...tokens.values()];
}

const remembered = new Map<string, readonly Token[]>();
const MOST_REMEMBERED = 5000;

function meanings(word: string): readonly Token[] {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const found = readWord(word);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(word, found);
  return found;
}

function readWord(word: string): readonly Token[] {
  const lower = word.toLowerCase();
  if (PLACE.test(lower)) return [];
  const text = lower.replace(/\d+$/, "");
  if (text.length < 2 || isEmpty(text)) return [];
  const whole = spelled(text);
  if (whole !== undefined) return [{ concept: whole.name, kind: whole.kind, strength: 1, text }];
  const pieces = compound(text);
  if (pieces !== undefined) return pieces.flatMap(readWord);
  const short = abbreviated(text);
  if (short !== undefined) return [{ concept: short.name, kind: short.kind, strength: SHORTENED, text }];
  return edges(text);
}

/** `fuellgewicht` → fuell, gewicht: all of it spellings of the table, in the fewest pieces. */
function compound(text: string): readonly string[] | undefined {
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= text.length; end++) {
    for (let start = 0; start <= end - SHORTEST_PIECE; start++) {
      const before = best[start];
      const piece = text.slice(start, end);
      const joint = JOINTS.find((ending) => piece.endsWith(ending) && spelled(piece.slice(0, piece.length - ending.length)) !== undefined);
      if (before === undefined || joint === undefined) continue;
      const root = piece.slice(0, piece.length - joint.length);
      const known = best[end];
      if (root.length >= SHORTEST_PIECE && (known === undefined || before.length + 1 < known.length)) best[end] = [...before, root];
    }
  }
  return best[text.length];
}

/** The longest spelling at the end or the beginning (`weinkessel`); the remainder stays a word of its own. */
function edges(text: string): readonly Token[] {
  for (let length = text.length - 2; length > SHORTEST_PIECE; length--) {
    for (const [piece, remainder] of [
      [text.slice(-length), text.slice(0, -length)],
      [text.slice(0, length), text.slice(length)],
    ] as const) {
      const concept = spelled(piece);
      if (concept === undefined) continue;
      return [{ concept: concept.name, kind: concept.kind, strength: SHORTENED, text: piece }, ...unknown(remainder)];
    }
  }
  return unknown(text);
}

function unknown(text: string): readonly Token[] {
  return text.length < SHORTEST_PIECE ? [] : [{ concept: text, kind: "unknown", strength: 1, text }];
}

function plain(name: string): string {
  return name.slice(0, LONGEST_NAME).replaceAll(/[äÄ]/g, "ae").replaceAll(/[öÖ]/g, "oe").replaceAll(/[üÜ]/g, "ue").replaceAll("ß", "ss");
}
