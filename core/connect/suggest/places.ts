/** Which parts of a survey could be one machine: its folders, and what begins alike inside a folder. */
import { tokensOf, wordsOf, type Token } from "./tokens.ts";
import { aspectOfName, type Candidate } from "./judge.ts";
import { describedBy } from "./targets.ts";
import type { SurveyedVariable } from "./variable.ts";

export interface Place {
  /** Folders joined by "/", and behind a last one the beginning of the names: `PLC/DB10`, `Line1/FL1_`. */
  readonly path: string;
  /** What its own name says, then what the folders above say. */
  readonly words: readonly Token[];
  readonly candidates: readonly Candidate[];
  /** Places inside this one; no two of them share a variable. */
  readonly parts: readonly Place[];
}

interface Entry {
  readonly variable: SurveyedVariable;
  readonly folders: readonly string[];
  readonly words: readonly string[];
  readonly wordsOfFolders: readonly (readonly string[])[];
  readonly described: readonly Token[];
}

const DEEPEST_FOLDER = 12;
/** A machine is not told by fewer variables that begin alike. */
const FEWEST = 3;
const DEEPEST_PREFIX = 3;

/** The places of a survey, from its start down. Order of variables: by address. */
export function placesOf(variables: readonly SurveyedVariable[]): Place {
  const entries = variables.map((variable) => {
    const folders = variable.path.split("/").slice(0, -1).slice(0, DEEPEST_FOLDER);
    const described = [...tokensOf(wordsOf(variable.displayName ?? "")), ...describedBy(variable.description)];
    return { variable, folders, words: wordsOf(variable.name), wordsOfFolders: folders.map(wordsOf), described };
  });
  return folder(entries, 0, "", []);
}

function folder(entries: readonly Entry[], depth: number, path: string, above: readonly string[]): Place {
  const below = groupBy(
    entries.filter(({ folders }) => folders.length > depth),
    ({ folders }) => folders[depth] ?? "",
  );
  const direct = entries.filter(({ folders }) => folders.length === depth);
  const parts = [...below].map(([name, inside]) => folder(inside, depth + 1, path === "" ? name : `${path}/${name}`, [...above, name]));
  return {
    path,
    words: placeWords(above),
    candidates: entries.map((entry) => candidateOf(entry, depth, 0)),
    parts: [...parts, ...prefixes(direct, depth, path, above, 1)],
  };
}

/** What begins with the same word, where several beginnings share a folder or one of them is on all names. */
function prefixes(entries: readonly Entry[], depth: number, path: string, above: readonly string[], length: number): readonly Place[] {
  if (length > DEEPEST_PREFIX) return [];
  const alike = groupBy(
    entries.filter(({ words }) => words.length > length),
    ({ words }) => words[length - 1] ?? "",
  );
  return [...alike].flatMap(([word, inside]) => {
    if (inside.length < FEWEST) return [];
    const name = length === 1 ? `${path === "" ? "" : `${path}/`}${word}` : `${path}_${word}`;
    return [
      {
        path: name,
        words: placeWords([...above, word]),
        candidates: inside.map((entry) => candidateOf(entry, depth, length)),
        parts: prefixes(inside, depth, name, [...above, word], length + 1),
      },
    ];
  });
}

function candidateOf({ variable, words, wordsOfFolders, described }: Entry, depth: number, dropped: number): Candidate {
  const own = tokensOf(words.slice(dropped));
  const context = tokensOf(wordsOfFolders.slice(depth).flat());
  return { variable, own, context, described, aspect: aspectOfName(own, context, described) };
}

/** The last names say most of what a machine is: `Line1/FL1` is a filler on line 1. Numbers behind letters are dropped. */
function placeWords(names: readonly string[]): readonly Token[] {
  return tokensOf(
    names
      .slice(-2)
      .flatMap(wordsOf)
      .map((word) => word.replace(/\d+$/, "")),
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
