/** The tree of the plant: branches are asked for when they are opened, tags come in pages, and only tags in sight are refreshed. */
import type { Branch, ShownEquipment } from "../../tags/tree.ts";
import { button, element } from "../element.ts";
import { label } from "../label.ts";
import { type TagRow, tagRow } from "./tag-row.ts";

export interface TreePorts {
  branch(under: string, offset: number): Promise<Branch>;
  choose(tag: string): void;
  failed(error: unknown): void;
}

export class TreeView {
  readonly node = element("div", { class: "tw-tree" });
  readonly #ports: TreePorts;
  #rows: TagRow[] = [];

  #scrolled = 0;
  #marked: string | undefined;

  constructor(ports: TreePorts) {
    this.#ports = ports;
    this.node.addEventListener("scroll", () => {
      if (this.node.isConnected) this.#scrolled = this.node.scrollTop;
    });
  }

  /** To where it was before it was taken out of the document. */
  scrollBack(): void {
    this.node.scrollTop = this.#scrolled;
  }

  fill(branch: Branch): void {
    this.#rows = [];
    this.node.replaceChildren(this.#list("", branch));
    this.mark(this.#marked);
  }

  /** The tag whose pane is open. */
  mark(tag: string | undefined): void {
    this.#marked = tag;
    for (const { id, node } of this.#rows) node.setAttribute("aria-pressed", String(id === tag));
  }

  /** The rows that a person can see now, and a few around them. */
  inSight(most: number): readonly TagRow[] {
    this.#rows = this.#rows.filter(({ node }) => node.isConnected);
    const { top, bottom } = (this.node.closest(".tw-page") ?? this.node).getBoundingClientRect();
    const seen = this.#rows.filter(({ node }) => {
      const place = node.getBoundingClientRect();
      return place.height > 0 && place.bottom > top - 200 && place.top < bottom + 200;
    });
    return seen.slice(0, most);
  }

  #list(under: string, branch: Branch): HTMLElement {
    const list = element("ul", {});
    for (const equipment of branch.equipment) list.append(this.#equipment(equipment));
    this.#page(list, under, branch, 0);
    return list;
  }

  #page(list: HTMLElement, under: string, { tags, total }: Branch, offset: number): void {
    for (const tag of tags) {
      const row = tagRow(tag, (id) => this.#ports.choose(id));
      this.#rows.push(row);
      list.append(element("li", {}, row.node));
    }
    const shown = offset + tags.length;
    if (shown >= total || tags.length === 0) return;
    const more = element("li", {});
    more.append(
      button("more-tags", label("tags.more", { count: total - shown }), async () => {
        try {
          const next = await this.#ports.branch(under, shown);
          more.remove();
          this.#page(list, under, next, shown);
        } catch (error) {
          this.#ports.failed(error);
        }
      }),
    );
    list.append(more);
  }

  #equipment({ path, label: name, kind, tags, unwell, branch }: ShownEquipment): HTMLElement {
    const caret = element("i", { class: "fa fa-angle-right", "aria-hidden": "true" });
    const counts = element("span", { class: "tw-counts" }, String(tags));
    if (unwell > 0)
      counts.append(element("span", { class: "tw-unwell", title: label("tags.unwellOf", { count: unwell, tags }) }, String(unwell)));
    const kindText = element("span", { class: "tw-kind" }, label(`tags.kind.${kind}`));
    const head = element(
      "button",
      { type: "button", class: "tw-equipment", "aria-expanded": "false", title: path, "data-path": path },
      caret,
      element("span", { class: "tw-name" }, name),
      kindText,
      counts,
    );
    const item = element("li", {}, head);
    let below = branch === undefined ? undefined : this.#list(path, branch);
    const show = (open: boolean): void => {
      head.setAttribute("aria-expanded", String(open));
      caret.className = `fa fa-angle-${open ? "down" : "right"}`;
      if (below === undefined) return;
      if (open && !below.isConnected) item.append(below);
      below.hidden = !open;
    };
    head.addEventListener("click", () => void toggle());
    const toggle = async (): Promise<void> => {
      const open = head.getAttribute("aria-expanded") !== "true";
      try {
        if (open) below ??= this.#list(path, await this.#ports.branch(path, 0));
        show(open);
      } catch (error) {
        this.#ports.failed(error);
      }
    };
    if (below !== undefined) show(true);
    return item;
  }
}
