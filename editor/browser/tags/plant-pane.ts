/** One plant: search, counters, tree, and the pane of the tag that was chosen. */
import type { Finding, HealthCounts } from "../../../core/connect/health/index.ts";
import type { UnmappedAddress } from "../../../core/connect/tag-map/index.ts";
import type { Dependent } from "../../tags/dependents.ts";
import type { TagDetail } from "../../tags/detail.ts";
import type { LiveValue } from "../../tags/shown-tag.ts";
import type { Branch } from "../../tags/tree.ts";
import { request } from "../asking.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";
import { HealthChips } from "./chips.ts";
import { dependentsView } from "./dependents-view.ts";
import { type DetailView, detailView } from "./detail-view.ts";
import { Notice, problemList, type ProblemList } from "./plant-state.ts";
import { TreeView } from "./tree-view.ts";
import { unmappedView } from "./unmapped-view.ts";

export interface ShownPlant {
  readonly id: string;
  readonly name: string;
  readonly loaded: boolean;
  readonly problems: number;
}

interface Live {
  readonly counts: HealthCounts;
  readonly unmapped: number;
  readonly tagMaps: number;
  readonly problems: number;
  readonly revision: string;
  readonly values: readonly (LiveValue & { readonly id: string; readonly findings: readonly Finding[] })[];
}

const [REFRESH_MS, TYPING_MS, MOST_ROWS] = [2_000, 200, 250];

export class PlantPane {
  readonly node: HTMLElement;
  readonly plant: string;
  readonly #path: string;
  #signal = AbortSignal.abort();
  #failed: (error: unknown) => void = () => undefined;
  readonly #search = element("input", { type: "search", placeholder: label("tags.search"), "aria-label": label("tags.search") });
  readonly #chips = new HealthChips(() => void this.#find());
  readonly #unmapped = element("button", { type: "button", class: "tw-chip", "data-filter": "unmapped", hidden: true });
  readonly #notice = new Notice();
  readonly #found = element("p", { class: "tw-found", role: "status" });
  readonly #tree: TreeView;
  readonly #detail = element("aside", { class: "tw-detail", hidden: true });
  #opened: { readonly id: string; readonly view: DetailView } | undefined;
  #revision = "";
  /** The latest search; answers to earlier ones are too late. */
  #asked = 0;

  constructor(plant: string) {
    this.plant = plant;
    this.#path = `tags/${encodeURIComponent(plant)}`;
    this.#tree = new TreeView({
      branch: async (under, offset) => this.#branch(under, offset),
      choose: (tag) => void this.#open(tag),
      failed: (error) => this.#failed(error),
    });
    this.#chips.node.append(this.#unmapped);
    this.#unmapped.addEventListener("click", () => void this.#openUnmapped());
    let typing = 0;
    this.#search.addEventListener("input", () => {
      window.clearTimeout(typing);
      typing = window.setTimeout(() => void this.#find(), TYPING_MS);
    });
    const bar = element("div", { class: "tw-bar" }, this.#search);
    this.node = element("div", { class: "tw-plant" }, bar, this.#chips.node, this.#notice.node, this.#found, this.#tree.node, this.#detail);
  }

  /** Runs until the signal says otherwise; may be started again. */
  start(signal: AbortSignal, failed: (error: unknown) => void): void {
    this.#signal = signal;
    this.#failed = failed;
    this.#tree.scrollBack();
    void (this.#revision === "" ? this.#find() : Promise.resolve()).then(() => this.#refresh(signal));
  }

  async #branch(under: string, offset: number): Promise<Branch & { readonly found: number }> {
    const query = new URLSearchParams({ under, offset: String(offset), search: this.#search.value, filter: this.#chips.filter });
    return request("GET", `${this.#path}/tree?${query.toString()}`, this.#signal);
  }

  async #find(): Promise<void> {
    const turn = ++this.#asked;
    try {
      const branch = await this.#branch("", 0);
      if (turn !== this.#asked) return;
      this.#tree.fill(branch);
      const narrowed = this.#search.value.trim() !== "" || this.#chips.filter !== "";
      this.#found.textContent = narrowed ? label(branch.found === 0 ? "tags.foundNone" : "tags.found", { count: branch.found }) : "";
      this.#found.hidden = !narrowed;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Every two seconds, for what is in sight; ends with the page. */
  async #refresh(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const rows = this.#tree.inSight(MOST_ROWS);
    try {
      const live = await request<Live>("POST", `${this.#path}/live`, signal, {
        tags: [...rows, ...(this.#opened === undefined ? [] : [this.#opened])].map(({ id }) => id),
      });
      const byId = new Map(live.values.map((value) => [value.id, value] as const));
      for (const row of rows) {
        const value = byId.get(row.id);
        if (value !== undefined) row.refresh(value, value.findings);
      }
      const opened = byId.get(this.#opened?.id ?? "");
      if (opened !== undefined) this.#opened?.view.refresh(opened);
      this.#chips.show(live.counts);
      this.#unmapped.hidden = live.unmapped === 0;
      this.#unmapped.replaceChildren(label("tags.unmapped.title"), element("span", { class: "tw-count" }, String(live.unmapped)));
      await this.#tell(live);
      if (this.#revision !== "" && this.#revision !== live.revision) await this.#find();
      this.#revision = live.revision;
    } catch (error) {
      return this.#failed(error);
    }
    window.setTimeout(() => void this.#refresh(signal), REFRESH_MS);
  }

  async #tell({ tagMaps, problems }: Live): Promise<void> {
    if (problems > 0) {
      const sentence = label("tags.kept", { count: problems });
      if (this.#notice.node.dataset["said"] === sentence) return;
      this.#notice.show(sentence, await this.#problems());
    } else this.#notice.show(tagMaps === 0 ? label("tags.noTagMap") : "");
  }

  async #problems(): Promise<HTMLElement> {
    try {
      return problemList(await request<ProblemList>("GET", `plant/${encodeURIComponent(this.plant)}/problems`, this.#signal));
    } catch (error) {
      return element("p", {}, (error as Error).message);
    }
  }

  async #open(tag: string): Promise<void> {
    const query = new URLSearchParams({ tag }).toString();
    try {
      const detail = await request<TagDetail>("GET", `${this.#path}/tag?${query}`, this.#signal);
      this.#tree.mark(tag);
      const view = detailView(detail, async () => this.#dependents(query));
      this.#showDetail(tag, view.node);
      this.#opened = { id: tag, view };
    } catch (error) {
      this.#showDetail(tag, element("p", {}, (error as Error).message));
    }
  }

  async #dependents(query: string): Promise<HTMLElement> {
    try {
      return dependentsView(await request<readonly Dependent[]>("GET", `${this.#path}/dependents?${query}`, this.#signal));
    } catch (error) {
      return element("p", {}, (error as Error).message);
    }
  }

  async #openUnmapped(): Promise<void> {
    try {
      const list = await request<{ total: number; addresses: readonly UnmappedAddress[] }>("GET", `${this.#path}/unmapped`, this.#signal);
      this.#showDetail(label("tags.unmapped.title"), unmappedView(list.total, list.addresses));
    } catch (error) {
      this.#showDetail(label("tags.unmapped.title"), element("p", {}, (error as Error).message));
    }
  }

  #showDetail(title: string, content: HTMLElement): void {
    const close = element("button", { type: "button", class: "tw-close", "aria-label": label("close"), "data-act": "close-detail" }, "×");
    close.addEventListener("click", () => {
      this.#detail.hidden = true;
      this.#opened = undefined;
      this.#tree.mark(undefined);
    });
    this.#opened = undefined;
    this.#detail.hidden = false;
    this.#detail.replaceChildren(element("header", {}, element("h3", { title }, title), close), content);
    this.#detail.scrollTop = 0;
  }
}
