/** The summary: how many tags are in which state; each counter filters the tree. */
import { FINDINGS } from "../../../core/connect/health/findings.ts";
import type { HealthCounts } from "../../../core/connect/health/index.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";
import { FINDING_ICONS, findingText } from "./words.ts";

/** "": all tags. */
export type Filter = (typeof FINDINGS)[number] | "ok" | "";
const FILTERS: readonly Filter[] = ["", "ok", ...FINDINGS];

export class HealthChips {
  readonly node = element("div", { class: "tw-chips", role: "group", "aria-label": label("tags.summary") });
  readonly #chosen: (filter: Filter) => void;
  readonly #chips = new Map<Filter, { readonly chip: HTMLElement; readonly count: HTMLElement }>();
  #filter: Filter = "";

  constructor(chosen: (filter: Filter) => void) {
    this.#chosen = chosen;
    for (const filter of FILTERS) {
      const count = element("span", { class: "tw-count" });
      const chip = element("button", { type: "button", class: "tw-chip", "data-filter": filter || "all", hidden: true });
      const text = filter === "" ? label("tags.all") : findingText(filter);
      if (filter !== "") chip.append(element("i", { class: `fa ${FINDING_ICONS[filter]}`, "aria-hidden": "true" }));
      chip.append(element("span", {}, text), count);
      if (filter !== "") chip.title = label(`tags.means.${filter}`);
      chip.addEventListener("click", () => this.choose(this.#filter === filter ? "" : filter));
      this.#chips.set(filter, { chip, count });
      this.node.append(chip);
    }
    this.#mark();
  }

  get filter(): Filter {
    return this.#filter;
  }

  choose(filter: Filter): void {
    this.#filter = filter;
    this.#mark();
    this.#chosen(filter);
  }

  /** What nobody has is not offered, unless it is what is looked at. */
  show(counts: HealthCounts): void {
    for (const [filter, { chip, count }] of this.#chips) {
      const number = counts[filter === "" ? "all" : filter];
      count.textContent = String(number);
      chip.hidden = number === 0 && filter !== "" && filter !== this.#filter;
    }
  }

  #mark(): void {
    for (const [filter, { chip }] of this.#chips) chip.setAttribute("aria-pressed", String(filter === this.#filter));
  }
}
