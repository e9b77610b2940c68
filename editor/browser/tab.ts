/** Twinline's tab in the sidebar: a switch, and the page that it shows while it can be seen. */
import { element } from "./element.ts";
import type { EditorPage } from "./page.ts";
import { styled } from "./style.ts";

export interface SidebarTab {
  readonly content: HTMLElement;
  readonly go: (id: string) => void;
}

/** Shows the first of `pages`; a page is hidden whenever nobody can see it, so that it costs nothing. */
export function sidebarTab(pages: readonly EditorPage[]): SidebarTab {
  styled();
  let current = pages[0];
  let shown: { readonly page: EditorPage; readonly end: AbortController } | undefined;
  let visible = false;
  const container = element("div", { class: "tw-page", role: "tabpanel" });
  const buttons = pages.map((page) => {
    const made = element("button", { type: "button", role: "tab", class: "tw-switch", "data-page": page.id }, page.label());
    made.addEventListener("click", () => go(page.id));
    return made;
  });
  const bar = element("div", { class: "tw-switches", role: "tablist" }, ...buttons);
  bar.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = buttons.findIndex((made) => made === document.activeElement);
    if (step !== 0 && at >= 0) buttons[(at + step + buttons.length) % buttons.length]?.focus();
  });
  const content = element("div", { class: "tw-tab" }, bar, container);
  // The editor's shortcuts (delete, select all, arrows) act on the workspace; what is typed here is not meant for it.
  content.addEventListener("keydown", (event) => event.stopPropagation());

  function follow(): void {
    const wanted = visible && !document.hidden ? current : undefined;
    if (shown?.page === wanted) return;
    shown?.end.abort();
    shown?.page.hide();
    shown = undefined;
    for (const made of buttons) made.setAttribute("aria-selected", String(made.dataset["page"] === current?.id));
    if (wanted === undefined) return;
    container.replaceChildren();
    shown = { page: wanted, end: new AbortController() };
    wanted.show(container, { signal: shown.end.signal, go });
  }

  function go(id: string): void {
    current = pages.find((page) => page.id === id) ?? current;
    follow();
  }

  // Other tabs, a closed sidebar and a folded section all end here, in each release of the editor.
  new IntersectionObserver((entries) => {
    visible = entries.at(-1)?.isIntersecting === true;
    follow();
  }).observe(content);
  document.addEventListener("visibilitychange", follow);
  return { content, go };
}
