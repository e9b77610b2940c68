/** Which of many found variables a person wants: looked through as a tree or by search, ticked one by one or by folder. */
import type { SourceVariable } from "./decisions.ts";

/** One folder or variable below a path. */
export interface ChoiceEntry {
  readonly name: string;
  readonly kind: "folder" | "variable";
  /** Of a variable. */
  readonly address?: string;
  /** Variables in it, itself included. */
  readonly variables: number;
  readonly ticked: number;
}

/** What is ticked or unticked together. */
export interface Ticking {
  readonly ticked: boolean;
  /** Path of a folder; [] for everything. */
  readonly under?: readonly string[];
  /** Words that the path must hold. */
  readonly search?: string;
  readonly address?: string;
}

export class VariableChoice {
  readonly variables: ReadonlyMap<string, SourceVariable>;
  readonly #ticked = new Set<string>();

  constructor(found: readonly SourceVariable[]) {
    this.variables = new Map(found.map((variable) => [variable.address, variable]));
  }

  get ticked(): readonly SourceVariable[] {
    return [...this.variables.values()].filter(({ address }) => this.#ticked.has(address));
  }

  isTicked(address: string): boolean {
    return this.#ticked.has(address);
  }

  /** All conditions that are given must hold; without any nothing changes. Answers how many are ticked then. */
  tick({ ticked, under, search, address }: Ticking): number {
    if (under === undefined && search === undefined && address === undefined) return this.#ticked.size;
    const matches = search === undefined ? undefined : matcher(search);
    for (const variable of address === undefined ? this.variables.values() : this.#at(address)) {
      if (under !== undefined && !isBelow(variable, under)) continue;
      if (matches?.(variable) === false) continue;
      if (ticked) this.#ticked.add(variable.address);
      else this.#ticked.delete(variable.address);
    }
    return this.#ticked.size;
  }

  /** Folders and variables directly below a path, in the order in which they were found. */
  below(path: readonly string[]): readonly ChoiceEntry[] {
    const entries = new Map<string, ChoiceEntry>();
    for (const variable of this.variables.values()) {
      if (!isBelow(variable, path)) continue;
      const name = variable.path[path.length] ?? "";
      const leaf = variable.path.length === path.length + 1;
      const key = leaf ? variable.address : `folder ${name}`;
      const entry = entries.get(key);
      entries.set(key, {
        name,
        kind: leaf ? "variable" : "folder",
        ...(leaf ? { address: variable.address } : {}),
        variables: (entry?.variables ?? 0) + 1,
        ticked: (entry?.ticked ?? 0) + Number(this.#ticked.has(variable.address)),
      });
    }
    return [...entries.values()];
  }

  /** Variables whose path or address holds every word, case ignored. */
  search(words: string, offset: number, most: number): { readonly total: number; readonly found: readonly SourceVariable[] } {
    const matches = [...this.variables.values()].filter(matcher(words));
    return { total: matches.length, found: matches.slice(offset, offset + most) };
  }

  #at(address: string): readonly SourceVariable[] {
    const variable = this.variables.get(address);
    return variable === undefined ? [] : [variable];
  }
}

function isBelow({ path }: SourceVariable, folder: readonly string[]): boolean {
  return path.length > folder.length && folder.every((name, at) => path[at] === name);
}

function matcher(words: string): (variable: SourceVariable) => boolean {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return ({ path, address }) => {
    const text = `${path.join("/")} ${address}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}
