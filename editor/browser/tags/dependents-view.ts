/** What depends on a tag, as a list; a node of the flows can be jumped to. */
import type { EditorRED } from "node-red";
import type { Dependent } from "../../tags/dependents.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";

declare const RED: EditorRED & {
  readonly view: { reveal(id: string): void };
  readonly sidebar: { readonly config: { show(id: string): void } };
};

export function dependentsView(dependents: readonly Dependent[]): HTMLElement {
  if (dependents.length === 0) return element("p", { class: "tw-hint" }, label("tags.dependents.none"));
  return element("ul", { class: "tw-dependents" }, ...dependents.map(dependentLine));
}

function dependentLine(dependent: Dependent): HTMLElement {
  const line = element("li", { "data-kind": dependent.kind });
  switch (dependent.kind) {
    case "role":
      line.append(label("tags.dependents.role", { role: dependent.role, asset: dependent.asset }));
      break;
    case "class":
      line.append(
        label(`tags.dependents.${dependent.frozen ? "frozenClass" : "class"}`, { name: dependent.name, contract: dependent.contract }),
      );
      break;
    case "version":
      line.append(label("tags.dependents.version", { tag: dependent.tag }));
      break;
    case "golden":
      line.append(label("tags.dependents.golden", { place: `${dependent.file}:${dependent.line}` }));
      break;
    case "board":
      line.append(label("tags.dependents.board", { title: dependent.title, panel: dependent.panel }));
      break;
    default: {
      const text = label(`tags.dependents.${dependent.kind}`, { field: dependent.field, value: dependent.value });
      line.append(nodeLink(dependent.node, `${dependent.name || dependent.node} (${dependent.type})`), element("br"), text);
    }
  }
  return line;
}

function nodeLink(id: string, text: string): HTMLElement {
  const link = element("button", { type: "button", class: "tw-link", "data-node": id, title: label("tags.dependents.reveal") }, text);
  link.addEventListener("click", () => {
    const node = RED.nodes.node(id) as { readonly _def: { readonly category: string } } | null;
    if (node === null)
      link.replaceWith(text); // deleted in the editor, not deployed yet
    else if (node._def.category === "config") RED.sidebar.config.show(id);
    else RED.view.reveal(id);
  });
  return link;
}
