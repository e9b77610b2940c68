/** Step 2: what the server has, and which of it belongs to the line. */
import { ask } from "./asking.ts";
import { labelled, made, pressable, typedIn, withProgress } from "./parts.ts";
import type { SurveyView, Variable } from "./shapes.ts";
import { say } from "./words.ts";
import type { Step, Wizard } from "./wizard.ts";

interface TreeEntry {
  readonly name: string;
  readonly kind: "folder" | "variable";
  readonly address?: string;
  readonly variables: number;
  readonly ticked: number;
}

const POLL_MS = 300;
const SEARCH_PAUSE_MS = 200;

export const variablesStep: Step = {
  name: "variables",
  lacks: ({ tickedCount }) => (tickedCount > 0 ? "" : say("lacksVariables")),
  show: async (host, wizard) => {
    const { draft } = wizard;
    const found = made("div");
    const survey = (): Promise<void> => runSurvey(wizard, found);
    const start = typedIn(draft.start, (value) => (draft.start = value), { "data-field": "start", placeholder: "PLC_1/DB_Line3" });
    const include = typedIn(draft.include, (value) => (draft.include = value), { "data-field": "include", placeholder: "**" });
    const narrow = made(
      "details",
      { class: "tw-cl-more" },
      made("summary", {}, say("narrow")),
      labelled(say("start"), start, say("startHint")),
      labelled(say("include"), include, say("includeHint")),
      pressable("survey", say("survey"), survey),
    );
    host.append(made("p", { class: "tw-cl-lead" }, say("variablesLead")), narrow, found);
    const before = await ask<SurveyView>("GET", `server/${draft.visit}/survey`);
    if (before.word === "done") await showFound(wizard, found, before.found);
    else await survey();
  },
};

async function runSurvey(wizard: Wizard, host: HTMLElement): Promise<void> {
  const { draft } = wizard;
  const url = `server/${draft.visit}/survey`;
  host.replaceChildren();
  await wizard.attempt(async () => {
    let view = await ask<SurveyView>("POST", url, { start: draft.start, include: draft.include || "**" });
    const ended = (async () => {
      while (view.word === "running") {
        await new Promise((resolve) => window.setTimeout(resolve, POLL_MS));
        view = await ask<SurveyView>("GET", url);
      }
    })();
    const cancel = (): Promise<unknown> => wizard.attempt(() => ask("POST", `${url}/cancel`, {}));
    await withProgress(
      host,
      () => say("surveying", { count: view.found }),
      ended,
      () => void cancel(),
    );
    draft.tickedCount = 0;
    wizard.refresh();
    if (view.word === "failed") return wizard.tell(view.message ?? say("away"));
    if (view.word === "cancelled") return wizard.tell(say("surveyCancelled"));
    await showFound(wizard, host, view.found);
  });
}

async function showFound(wizard: Wizard, host: HTMLElement, count: number): Promise<void> {
  const tally = made("span", { role: "status", class: "tw-cl-tally" });
  const list = made("div", { class: "tw-cl-tree" });
  const counted = (ticked: number): void => {
    wizard.draft.tickedCount = ticked;
    tally.textContent = say("found", { count, ticked });
    wizard.refresh();
  };
  const view = new FoundView(wizard, list, counted);
  let pause: number | undefined;
  const search = typedIn(
    "",
    (words) => {
      window.clearTimeout(pause);
      pause = window.setTimeout(() => void view.show(words), SEARCH_PAUSE_MS);
    },
    { type: "search", "data-field": "search", placeholder: say("searchVariables"), "aria-label": say("searchVariables") },
  );
  host.replaceChildren(made("div", { class: "tw-cl-bar-row" }, search, tally), list);
  await view.show("");
}

class FoundView {
  readonly #wizard: Wizard;
  readonly #list: HTMLElement;
  readonly #counted: (ticked: number) => void;
  /** Folders that are open, by their path as JSON. */
  readonly #open = new Set<string>();

  constructor(wizard: Wizard, list: HTMLElement, counted: (ticked: number) => void) {
    this.#wizard = wizard;
    this.#list = list;
    this.#counted = counted;
  }

  /** Without words the tree, with words a flat list of what holds them. */
  async show(words: string): Promise<void> {
    await this.#wizard.attempt(async () => (words.trim() === "" ? this.#tree() : this.#flat(words)));
  }

  async #tree(): Promise<void> {
    const top = made("ul");
    await this.#fill(top, []);
    this.#list.replaceChildren(top);
  }

  async #fill(list: HTMLElement, path: readonly string[]): Promise<void> {
    const query = encodeURIComponent(JSON.stringify(path));
    const { entries, ticked } = await this.#get<{ entries: TreeEntry[]; ticked: number }>(`tree?path=${query}`);
    this.#counted(ticked);
    // A server often has one folder at its top that holds everything.
    const [only] = entries;
    if (entries.length === 1 && only?.kind === "folder") this.#open.add(JSON.stringify([...path, only.name]));
    const items: HTMLElement[] = [];
    for (const entry of entries) items.push(entry.kind === "folder" ? await this.#folder(entry, path) : this.#variable(entry));
    list.replaceChildren(...items);
  }

  async #folder(entry: TreeEntry, path: readonly string[]): Promise<HTMLElement> {
    const below = [...path, entry.name];
    const key = JSON.stringify(below);
    const text = say("folderOf", { name: entry.name, ticked: entry.ticked, count: entry.variables });
    const box = this.#box(text, entry.ticked === entry.variables, { under: below }, () => this.#tree());
    const input = box.querySelector("input");
    if (input !== null) input.indeterminate = entry.ticked > 0 && entry.ticked < entry.variables;
    const inner = made("ul");
    const isOpen = this.#open.has(key);
    const open = made(
      "button",
      {
        type: "button",
        class: "tw-cl-open",
        "data-open": entry.name,
        "aria-expanded": String(isOpen),
        "aria-label": say("open", { name: entry.name }),
      },
      isOpen ? "▾" : "▸",
    );
    open.addEventListener("click", () => {
      if (!this.#open.delete(key)) this.#open.add(key);
      void this.#wizard.attempt(() => this.#tree());
    });
    if (isOpen) await this.#fill(inner, below);
    return made("li", { "data-name": entry.name }, open, box, inner);
  }

  #variable({ name, address, ticked }: TreeEntry): HTMLElement {
    const box = this.#box(name, ticked === 1, { address: address ?? "" }, () => this.#tree());
    return made("li", { "data-name": name }, box);
  }

  async #flat(words: string): Promise<void> {
    const { total, ticked, found } = await this.#get<{ total: number; ticked: number; found: Variable[] }>(
      `variables?search=${encodeURIComponent(words)}`,
    );
    this.#counted(ticked);
    const again = (): Promise<void> => this.#flat(words);
    const all = pressable("tick-found", say("tickFound", { count: total }), () =>
      this.#tick({ ticked: true, search: words.trim() }, again),
    );
    const items = found.map((variable) =>
      made(
        "li",
        {},
        this.#box(variable.path.join(" / "), variable.ticked === true, { address: variable.address }, again),
        made("span", { class: "tw-cl-hint" }, valueText(variable)),
      ),
    );
    this.#list.replaceChildren(all, made("ul", {}, ...items));
    if (total > found.length) this.#list.append(made("p", { class: "tw-cl-hint" }, say("moreFound", { count: total - found.length })));
  }

  #box(label: string, on: boolean, what: object, again: () => Promise<void>): HTMLElement {
    const box = made("input", { type: "checkbox" });
    box.checked = on;
    box.addEventListener("change", () => void this.#tick({ ticked: box.checked, ...what }, again));
    return made("label", { class: "tw-cl-tick" }, box, label);
  }

  async #tick(what: object, again: () => Promise<void>): Promise<void> {
    await this.#wizard.attempt(async () => {
      await ask("POST", `server/${this.#wizard.draft.visit}/tick`, what);
      await again();
    });
  }

  #get<T>(path: string): Promise<T> {
    return ask<T>("GET", `server/${this.#wizard.draft.visit}/${path}`);
  }
}

/** Type, unit and the value at the time of the survey, for people to recognise a variable by. */
export function valueText({ type, unit, value, values }: Variable): string {
  const text =
    value === undefined || value === null ? "" : typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
  const named = values !== undefined && Object.hasOwn(values, text) ? `${text} ${values[text] ?? ""}` : text;
  return [type ?? say("noType"), named === "" ? "" : `= ${named}`, unit ?? ""].filter((part) => part !== "").join(" ");
}
