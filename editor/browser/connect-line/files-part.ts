/** Beside the steps: tags out to a spreadsheet and back, a line like another, and earlier revisions of the plant files. */
import { ask } from "./asking.ts";
import { changeView } from "./change-view.ts";
import { chosenFrom, download, labelled, made, pressable, typedIn, upload, withProgress } from "./parts.ts";
import type { Site, Staged } from "./shapes.ts";
import { flowPart } from "./step-flow.ts";
import { applying } from "./step-review.ts";
import { say } from "./words.ts";
import type { Wizard } from "./wizard.ts";
import { type LineNodes, serverOf } from "./workspace.ts";

interface Revision {
  readonly number: number;
  readonly recorded: number;
  readonly author: string;
  readonly reason: string;
}

type Teller = Pick<Wizard, "attempt" | "tell">;

/** `plant`: id of the deployed plant node, "" for the default directory. */
export function filesPart(host: HTMLElement, plant: () => string, teller: Teller): void {
  const difference = made("div", { "data-part": "difference" });
  const show = (suggested: string, asking: () => Promise<Staged>, after: () => void = () => undefined): Promise<unknown> =>
    teller.attempt(async () => {
      difference.replaceChildren();
      const staged = await withProgress(difference, () => say("comparing"), asking());
      difference.replaceChildren(changeView(staged), applying(teller, staged, staged.staged === undefined, suggested, after));
      difference.scrollIntoView({ block: "nearest" });
    });
  const parts = made("div");
  const redraw = (): void => void draw();
  const draw = (): Promise<unknown> =>
    teller.attempt(async () => {
      const site = await ask<Site>("GET", `site?plant=${encodeURIComponent(plant())}`);
      const revisions = await ask<Revision[]>("GET", `revisions?plant=${encodeURIComponent(plant())}`);
      parts.replaceChildren(
        exportPart(site, plant, teller),
        importPart(site, teller, (name, text) =>
          show(say("importReason", { name }), () => ask("POST", "import", { plant: plant(), name, text }), redraw),
        ),
        copyPart(site, teller, async (from, to, map) => {
          const nodes = (): LineNodes => nodesOfCopy(plant(), site, from, to);
          const flow = (): void => difference.append(flowPart(nodes, teller.tell, () => () => undefined));
          await show(say("copyReason", { from, to }), () => ask("POST", "copy", { plant: plant(), from, to, map }), flow);
        }),
        revisionsPart(revisions, (number) =>
          show(say("backReason", { number }), () => ask("POST", "back", { plant: plant(), number }), redraw),
        ),
      );
    });
  host.append(parts, difference);
  void draw();
}

/** The copy is read from the server of the original. */
function nodesOfCopy(plant: string, { root }: Site, from: string, to: string): LineNodes {
  const server = serverOf(`${root}.${from}`);
  if (server === undefined) throw new Error(say("noServerOf", { line: from }));
  return { plant, server, asset: `${root}.${to}`, label: to };
}

function section(name: string, ...children: readonly (Node | string)[]): HTMLElement {
  return made("section", { "data-part": name, class: "tw-cl-part" }, made("h3", {}, say(`part.${name}`)), ...children);
}

function exportPart({ lines }: Site, plant: () => string, teller: Teller): HTMLElement {
  let [place, style] = ["", "point"];
  const places = [["", say("wholeSite")] as const, ...lines.map(({ place: own, label }) => [own, label || own] as const)];
  const save = pressable("export", say("export"), () =>
    teller.attempt(async () => {
      const query = new URLSearchParams({ plant: plant(), place, style });
      const { name, text } = await ask<{ name: string; text: string }>("GET", `export?${query.toString()}`);
      download(name, text);
    }),
  );
  return section(
    "export",
    labelled(
      say("scope"),
      chosenFrom(places, place, (value) => (place = value), { "data-field": "scope" }),
    ),
    labelled(
      say("numbers"),
      chosenFrom(
        [
          ["point", say("style.point")],
          ["comma", say("style.comma")],
        ],
        style,
        (value) => (style = value),
      ),
    ),
    save,
  );
}

function importPart({ sheets }: Site, teller: Teller, take: (name: string, text: string) => unknown): HTMLElement {
  let into = "";
  const own = sheets.filter((name) => /\.csv$/i.test(name));
  const options = [["", say("ownName")] as const, ...own.map((name) => [name, name] as const)];
  const pick = upload(
    "import",
    say("import"),
    (name, text) => take(into || name.replaceAll(/[^A-Za-z0-9_.-]/g, "_").replace(/^[^A-Za-z0-9_]+/, ""), text),
    (sentence) => teller.tell(sentence),
  );
  return section(
    "import",
    made("p", { class: "tw-cl-hint" }, say("importHint")),
    labelled(
      say("into"),
      chosenFrom(options, into, (value) => (into = value), { "data-field": "into" }),
    ),
    pick,
  );
}

function copyPart({ lines }: Site, teller: Teller, take: (from: string, to: string, map: string) => unknown): HTMLElement {
  let from = lines[0]?.place ?? "";
  let to = "";
  const source = chosenFrom(
    lines.map(({ place, label }) => [place, label || place] as const),
    from,
    (value) => (from = value),
    { "data-field": "from" },
  );
  const target = typedIn("", (value) => (to = value.trim()), { "data-field": "to", placeholder: "hall.line02" });
  const map = upload(
    "copy-map",
    say("copyMap"),
    (_name, text) => (to === "" ? teller.tell(say("lacksLine")) : take(from, to, text)),
    (sentence) => teller.tell(sentence),
  );
  return section(
    "copy",
    labelled(say("from"), source),
    labelled(say("to"), target),
    made("p", { class: "tw-cl-hint" }, say("copyHint")),
    map,
  );
}

function revisionsPart(revisions: readonly Revision[], back: (number: number) => unknown): HTMLElement {
  const rows = made("tbody");
  const show = (words: string): void => {
    const wanted = words.toLowerCase().split(/\s+/);
    const fits = revisions.filter(({ author, reason }) => wanted.every((word) => `${author} ${reason}`.toLowerCase().includes(word)));
    rows.replaceChildren(
      ...fits.map(({ number, recorded, author, reason }, at) => {
        const latest = at === 0 && words === "";
        const button = latest ? say("present") : pressable(`back-${number}`, say("backTo"), () => back(number));
        const when = new Date(recorded).toLocaleString();
        return made("tr", {}, ...[String(number), when, author, reason].map((cell) => made("td", {}, cell)), made("td", {}, button));
      }),
    );
  };
  show("");
  if (revisions.length === 0) return section("revisions", made("p", { class: "tw-cl-hint" }, say("noRevisions")));
  const search = typedIn("", show, { type: "search", placeholder: say("searchRevisions"), "aria-label": say("searchRevisions") });
  return section("revisions", search, made("table", { class: "tw-cl-revisions" }, rows));
}
