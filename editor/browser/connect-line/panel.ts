/** A wide panel over the right part of the workspace. The header stays free, so that people can press Deploy. */
import { made } from "./parts.ts";
import { say } from "./words.ts";

const ID = "tw-cl-panel";

/** Opens it, or comes back to it. `fill` is called when it is made. */
export function openPanel(title: string, fill: (host: HTMLElement) => void): void {
  const present = document.getElementById(ID);
  if (present !== null) {
    present.hidden = false;
    return;
  }
  const close = made("button", { type: "button", class: "red-ui-button", "data-act": "close", "aria-label": say("close") }, "×");
  const body = made("div", { class: "tw-cl-panel-body" });
  const panel = made(
    "aside",
    { id: ID, class: "tw-cl-panel", "aria-label": title },
    made("header", { class: "tw-cl-panel-head" }, made("h2", {}, title), close),
    body,
  );
  close.addEventListener("click", () => {
    panel.hidden = true;
  });
  // The editor's shortcuts (delete, select all, arrows) act on the workspace; what is typed here is not meant for it.
  panel.addEventListener("keydown", (event) => event.stopPropagation());
  panel.style.top = `${document.querySelector("#red-ui-header")?.getBoundingClientRect().bottom ?? 0}px`;
  document.body.append(panel);
  fill(body);
}
