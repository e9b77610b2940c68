/**
 * Trees from which people choose: why machines stand, with a loss class per leaf (`reasons`), why a process has changed (`causes`)
 * and what is done about it (`actions`), as parts of the plant files.
 */
import { segmentProblem } from "../tag-id/index.ts";
import { readInstant } from "./instant.ts";
import { type CatalogueEntry, LOSS_CLASSES, type Reason } from "./plant.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";
import { Section } from "./section.ts";
import { defined } from "./defined.ts";

export const REASON_FIELDS = ["label", "loss", "classes", "automatic", "key", "colour", "from", "until", "reasons"] as const;
export const CAUSE_FIELDS = ["label", "classes", "from", "until", "causes"] as const;
export const ACTION_FIELDS = ["label", "classes", "from", "until", "actions"] as const;
const COLOURS = ["critical", "warning", "good", "info", "sky", "plum", "muted"] as const;
const LANGUAGE = /^[a-z]{2}(-[A-Z]{2})?$/;
const LIMITS = { depth: 4, entries: 1_000, keyCharacters: 2 } as const;

const TREES = {
  reasons: { one: "reason", fields: REASON_FIELDS },
  causes: { one: "cause", fields: CAUSE_FIELDS },
  actions: { one: "action", fields: ACTION_FIELDS },
} as const;
type Tree = keyof typeof TREES;

interface Named {
  readonly classes: ReadonlySet<string>;
  readonly zone: string;
}

interface Above {
  readonly parent: string | null;
  readonly classes: readonly string[] | undefined;
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly depth: number;
}

/** Every reason by id, a group before what it holds. An id is given once in the whole tree: statements name it alone. */
export function readReasons(sections: ReadonlyMap<string, Section>, named: Named, findings: Findings): ReadonlyMap<string, Reason> {
  return readTree("reasons", sections, named, findings);
}

/** The same of causes or actions, which move no time. */
export function readCatalogue(
  tree: "causes" | "actions",
  sections: ReadonlyMap<string, Section>,
  named: Named,
  findings: Findings,
): ReadonlyMap<string, CatalogueEntry> {
  return readTree(tree, sections, named, findings);
}

function readTree(tree: Tree, sections: ReadonlyMap<string, Section>, named: Named, findings: Findings): ReadonlyMap<string, Reason> {
  const reader = new TreeReader(tree, named, findings);
  const top = { parent: null, classes: undefined, from: undefined, until: undefined, depth: 1 };
  for (const [id, section] of sections) reader.read(id, section, top);
  return reader.entries;
}

class TreeReader {
  readonly entries = new Map<string, Reason>();
  readonly #tree: Tree;
  readonly #classes: ReadonlySet<string>;
  readonly #zone: string;
  readonly #findings: Findings;
  readonly #spots = new Map<string, Spot>();
  readonly #keys = new Map<string, string>();

  constructor(tree: Tree, { classes, zone }: Named, findings: Findings) {
    this.#tree = tree;
    this.#classes = classes;
    this.#zone = zone;
    this.#findings = findings;
  }

  read(id: string, section: Section, above: Above): void {
    const { parent, classes: inherited, depth } = above;
    if (!this.#isNew(id, section)) return;
    section.require("label", "what people read: a text, or a text per language, as in { en: Jam, de: Stau }");
    const [tree, { one, fields }] = [this.#tree, TREES[this.#tree]];
    const inside = section.sections(tree, fields);
    const isGroup = section.has(tree);
    if (isGroup && section.has("loss")) {
      this.#findings.problem(section.spot("loss"), `"${id}" holds other reasons, so it has no loss class of its own.`, {
        allowed: "loss at the reasons inside",
      });
    } else if (!isGroup && tree === "reasons") section.require("loss", LOSS_CLASSES.join(", "));
    if (isGroup && inside.length === 0 && section.section(tree) !== undefined) {
      this.#findings.problem(section.spot(tree), `"${id}" holds no ${tree}.`, { allowed: `at least one ${one}` });
    }
    const classes = this.#readClasses(section) ?? inherited;
    const [from, until] = this.#readValidity(section, above);
    const automatic = section.texts("automatic").map(({ text }) => text);
    this.entries.set(
      id,
      defined({
        id,
        parent,
        labels: readLabels(section),
        loss: isGroup ? undefined : section.oneOf("loss", LOSS_CLASSES),
        classes,
        automatic: automatic.length === 0 ? undefined : automatic,
        key: this.#readKey(id, section),
        colour: section.oneOf("colour", COLOURS),
        from,
        until,
      }),
    );
    if (inside.length > 0 && depth >= LIMITS.depth) {
      this.#findings.problem(section.spot(tree), `The ${tree} are nested deeper than ${LIMITS.depth} levels.`, {
        allowed: `two levels are best: a ${one} is then two taps away`,
      });
    } else for (const [name, child] of inside) this.read(name, child, { parent: id, classes, from, until, depth: depth + 1 });
  }

  #isNew(id: string, section: Section): boolean {
    const wrong = segmentProblem(id, "name");
    const first = this.#spots.get(id);
    if (wrong !== undefined) this.#findings.problem(section.spot(), wrong, { seen: id });
    else if (first !== undefined) {
      this.#findings.problem(
        section.spot(),
        `The ${TREES[this.#tree].one} "${id}" is already declared in ${first.file} on line ${first.line}.`,
        {
          seen: id,
          allowed: "an id once in the whole tree",
        },
      );
    } else if (this.#spots.size >= LIMITS.entries) {
      this.#findings.problem(section.spot(), `There are more than ${LIMITS.entries} ${this.#tree}; nobody finds the right one among them.`);
    } else {
      this.#spots.set(id, section.spot());
      return true;
    }
    return false;
  }

  #readClasses(section: Section): readonly string[] | undefined {
    if (!section.has("classes")) return undefined;
    return section.texts("classes").flatMap(({ text, at }) => {
      if (this.#classes.has(text)) return [text];
      const allowed = this.#classes.size === 0 ? "none is declared" : [...this.#classes].slice(0, 20).join(", ");
      const suggestion = nearest(text, this.#classes);
      return this.#findings.problem(at, `There is no equipment class ${shown(text)}.`, { seen: text, allowed, suggestion }) ?? [];
    });
  }

  /** What is said of a group holds for all in it, unless they say otherwise. */
  #readValidity(section: Section, above: Above): [from: number | undefined, until: number | undefined] {
    const from = readInstant(section, "from", this.#zone) ?? above.from;
    const until = readInstant(section, "until", this.#zone) ?? above.until;
    if (from !== undefined && until !== undefined && until <= from) {
      this.#findings.problem(
        section.spot(section.has("until") ? "until" : "from"),
        `The ${TREES[this.#tree].one} ends before it begins to hold.`,
        {
          allowed: "an until after from",
        },
      );
    }
    return [from, until];
  }

  /** A key chooses one reason only. */
  #readKey(id: string, section: Section): string | undefined {
    const key = section.text("key");
    if (key === undefined) return undefined;
    const other = this.#keys.get(key);
    if (key.length > LIMITS.keyCharacters) {
      return this.#findings.problem(section.spot("key"), `The key ${shown(key)} is too long.`, { seen: key, allowed: "1 or 2 characters" });
    }
    if (other !== undefined)
      return this.#findings.problem(section.spot("key"), `The key ${shown(key)} already belongs to "${other}".`, { seen: key });
    this.#keys.set(key, id);
    return key;
  }
}

function readLabels(section: Section): Readonly<Record<string, string>> {
  if (section.entry.fields.get("label")?.kind !== "map") {
    const text = section.text("label");
    return text === undefined ? {} : { "*": text };
  }
  const written = section.section("label");
  const labels: [string, string][] = [];
  for (const language of written?.keys() ?? []) {
    const text = written?.text(language);
    if (!LANGUAGE.test(language) && written !== undefined) {
      section.findings.problem(written.entry.fields.get(language)?.keyAt ?? written.spot(), `${shown(language)} is no language.`, {
        seen: language,
        allowed: "a language code, as in en, de or pt-BR",
      });
    } else if (text !== undefined) labels.push([language, text]);
  }
  return Object.fromEntries(labels);
}
