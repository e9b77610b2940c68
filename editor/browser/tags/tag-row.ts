/** One tag of the tree: its name, its state in words and as an icon, and its value. */
import type { Finding } from "../../../core/connect/health/index.ts";
import type { LiveValue, ShownTag } from "../../tags/shown-tag.ts";
import { element } from "../element.ts";
import { ageText, FINDING_ICONS, findingText, withUnit } from "./words.ts";

export interface TagRow {
  readonly id: string;
  readonly node: HTMLElement;
  refresh(live: LiveValue, findings: readonly Finding[]): void;
}

export function tagRow({ id, signal, findings, live }: ShownTag, choose: (id: string) => void): TagRow {
  const icon = element("i", { "aria-hidden": "true" });
  const value = element("span", { class: "tw-value" });
  const state = element("span", { class: "tw-state" });
  const age = element("span", { class: "tw-age" });
  // Contract and name: the equipment stands above.
  const name = element("span", { class: "tw-name" }, signal);
  const node = element(
    "button",
    { type: "button", class: "tw-tag", title: id, "data-tag": id },
    icon,
    name,
    age,
    element("span", { class: "tw-line" }, state, value),
  );
  node.addEventListener("click", () => choose(id));
  const refresh = (now: LiveValue, found: readonly Finding[]): void => {
    const [worst = "ok"] = found;
    icon.className = `fa ${FINDING_ICONS[worst]}`;
    node.dataset["finding"] = worst;
    value.textContent = withUnit(now);
    value.title = value.textContent;
    state.textContent = found.map(findingText).join(", ") || (now.quality ?? "");
    age.textContent = ageText(now.ageMs);
  };
  refresh(live, findings);
  return { id, node, refresh };
}
