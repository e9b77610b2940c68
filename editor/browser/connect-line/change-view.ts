/** A change of the plant files as people read it: what is wrong with it, what it adds, changes and removes, and the files. */
import type { Problem } from "../../../core/connect/model/index.ts";
import { download, made, pressable, typedIn } from "./parts.ts";
import type { Staged } from "./shapes.ts";
import { say } from "./words.ts";

const CHANGES_SHOWN = 300;
const SIGNS = { added: "+", removed: "−", changed: "~" } as const;

export function changeView(staged: Staged): HTMLElement {
  const { counts, problems, warnings, missing = [] } = staged;
  const blocking = missing.filter(({ blocks }) => blocks);
  const box = made("div", { class: "tw-cl-change", "data-problems": String(problems.length + blocking.length) });
  if (problems.length > 0) box.append(findings("problems", problems));
  if (missing.length > 0) {
    const items = missing.map(({ machine, message, blocks }) =>
      made("li", { class: blocks ? "tw-cl-bad" : undefined }, `${machine === "" ? "" : `${machine}: `}${message}`),
    );
    box.append(made("section", { "data-part": "missing" }, made("h4", {}, say("missing")), made("ul", {}, ...items)));
  }
  if (warnings.length > 0) box.append(findings("warnings", warnings));
  box.append(differences(staged), ...staged.files.map((file) => fileView(file, problems)));
  if (problems.length === 0 && counts.added + counts.changed + counts.removed === 0) box.prepend(made("p", {}, say("nothingChanges")));
  return box;
}

function findings(part: "problems" | "warnings", found: readonly Problem[]): HTMLElement {
  const items = found
    .slice(0, CHANGES_SHOWN)
    .map(({ file, line, field, message }) => made("li", {}, made("code", {}, `${file}:${line} ${field}`), ` ${message}`));
  return made(
    "section",
    { "data-part": part, class: part === "problems" ? "tw-cl-bad" : undefined },
    made("h4", {}, say(part, { count: found.length })),
    made("ul", {}, ...items),
  );
}

function differences({ changes, counts, removed }: Staged): HTMLElement {
  const list = made("ul", { class: "tw-cl-diff" });
  const show = (words: string): void => {
    const wanted = words.toLowerCase().split(/\s+/);
    const fits = changes.filter(({ part, id }) => wanted.every((word) => `${part} ${id}`.toLowerCase().includes(word)));
    list.replaceChildren(
      ...fits.slice(0, CHANGES_SHOWN).map(({ part, id, kind, fields }) => {
        const detail = fields.map(({ field, before, after }) => `${field} ${before ?? "–"} → ${after ?? "–"}`).join(", ");
        return made(
          "li",
          { "data-kind": kind },
          `${SIGNS[kind]} ${part} ${id}`,
          detail === "" ? "" : made("span", { class: "tw-cl-hint" }, ` ${detail}`),
        );
      }),
    );
    if (fits.length > CHANGES_SHOWN)
      list.append(made("li", { class: "tw-cl-hint" }, say("moreFound", { count: fits.length - CHANGES_SHOWN })));
  };
  show("");
  const search = typedIn("", show, { type: "search", placeholder: say("searchChanges"), "aria-label": say("searchChanges") });
  const gone = removed.length === 0 ? [] : [made("p", {}, say("filesGone", { files: removed.join(", ") }))];
  return made(
    "details",
    { "data-part": "changes", class: "tw-cl-more" },
    made("summary", {}, say("changes", { ...counts })),
    ...gone,
    search,
    list,
  );
}

/** A sheet as a table in which each row's problems stand below it; another file as its text. */
function fileView({ name, text }: Staged["files"][number], problems: readonly Problem[]): HTMLElement {
  const own = problems.filter(({ file }) => file === name);
  const box = made("details", { "data-file": name, class: "tw-cl-more", open: own.length > 0 }, made("summary", {}, name));
  box.append(pressable(`download-${name}`, say("download", { name }), () => download(name, text)));
  const at = Map.groupBy(own, ({ line }) => line);
  const lines = text.replace(/\n$/, "").split("\n");
  const numbered = lines.slice(0, 2000).map((line, index) => {
    const row = made("li", { value: String(index + 1) }, made("code", {}, line));
    for (const { message } of at.get(index + 1) ?? []) row.append(made("div", { class: "tw-cl-bad" }, message));
    return row;
  });
  box.append(made("ol", { class: "tw-cl-lines" }, ...numbered));
  if (lines.length > 2000) box.append(made("p", { class: "tw-cl-hint" }, say("moreFound", { count: lines.length - 2000 })));
  return box;
}
