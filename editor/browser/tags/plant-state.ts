/** What stands in the way of seeing tags: no plant, no sign-in, faulty files, nothing that feeds them. */
import type { Problem } from "../../../core/connect/model/index.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";

export interface ProblemList {
  readonly directory: string;
  readonly problems: readonly (Problem & { readonly text: string })[];
  readonly warnings: readonly (Problem & { readonly text: string })[];
}

/** A state of the whole page, with an icon, a sentence and what to do. */
export function emptyState(act: string, sentence: string, ...more: readonly HTMLElement[]): HTMLElement {
  return element("div", { class: "tw-empty", "data-state": act }, element("p", {}, sentence), ...more);
}

/** Every problem with the place where it stands, so that a person can go there. */
export function problemList({ directory, problems }: ProblemList): HTMLElement {
  const items = problems.map(({ file, line, message, suggestion }) => {
    const hint = suggestion === undefined ? [] : [element("br"), label("tags.suggestion", { suggestion })];
    return element("li", {}, element("code", {}, `${file}:${line}`), ` ${message}`, ...hint);
  });
  return element("div", {}, element("p", { class: "tw-hint" }, directory), element("ol", { class: "tw-problems" }, ...items));
}

/** Something that people should know while they look at the tree; "" takes it away. */
export class Notice {
  readonly node = element("div", { class: "tw-notice", role: "status", hidden: true });

  show(sentence: string, ...more: readonly HTMLElement[]): void {
    if (this.node.dataset["said"] === sentence) return;
    this.node.dataset["said"] = sentence;
    this.node.hidden = sentence === "";
    this.node.replaceChildren(element("span", {}, sentence), ...more);
  }
}
