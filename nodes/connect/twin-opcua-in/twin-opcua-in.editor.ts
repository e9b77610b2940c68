/** Browse buttons: the start of a browse path, and node ids for the list, are chosen from the server's own tree. */
import type { OpenForm } from "../../kit/browser/form.ts";
import { browseTree, type TreeEntry } from "./browse-tree.editor.ts";

Twinline.extend("twin-opcua-in", (form) => {
  addBrowser(form, "browseStart", ["folder"], (entry, path) => {
    form.write("browseStart", path.some((name) => name.includes("/")) ? entry.address : path.join("/"));
    form.write("source", "browse");
  });
  addBrowser(form, "addresses", ["folder", "variable"], (entry) => {
    if (entry.kind === "folder") return;
    const lines = textOf(form, "addresses")
      .split("\n")
      .filter((line) => line.trim() !== "");
    if (!lines.includes(entry.address)) form.write("addresses", [...lines, entry.address].join("\n"));
    form.write("source", "list");
  });
});

type Choose = (entry: TreeEntry, path: readonly string[]) => void;

function addBrowser(form: OpenForm, key: string, kinds: readonly TreeEntry["kind"][], choose: Choose): void {
  const control = form.row(key)?.querySelector<HTMLElement>(".twinline-control");
  if (!control) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "red-ui-button";
  button.textContent = form.text("texts.browse");
  button.setAttribute("aria-expanded", "false");
  let tree: HTMLElement | undefined;
  button.addEventListener("click", () => {
    if (tree === undefined) {
      tree = browseTree({
        label: form.text("texts.tree"),
        nothing: form.text("texts.nothing"),
        children: async (address) => (await childrenOf(form, address)).filter((entry) => kinds.includes(entry.kind)),
        choose,
      });
      control.after(tree);
    } else {
      tree.remove();
      tree = undefined;
    }
    button.setAttribute("aria-expanded", String(tree !== undefined));
  });
  control.append(button);
}

/** Rejects with the sentence that says why nothing can be shown. */
function childrenOf(form: OpenForm, address: string): Promise<readonly TreeEntry[]> {
  const server = textOf(form, "server");
  return new Promise((resolve, reject) => {
    if (server === "" || server === "_ADD_") return reject(form.text("texts.chooseServer"));
    $.ajax({ url: `twinline/opcua/${encodeURIComponent(server)}/browse?address=${encodeURIComponent(address)}`, dataType: "json" })
      .done((entries: readonly TreeEntry[]) => resolve(entries))
      .fail(({ status, responseJSON }: JQuery.jqXHR) => {
        if (status === 404) return reject(form.text("texts.deployServer"));
        if (status === 401 || status === 403) return reject(form.text("texts.role"));
        const { message } = (responseJSON ?? {}) as { message?: unknown };
        return reject(typeof message === "string" ? message : form.text("texts.away"));
      });
  });
}

function textOf(form: OpenForm, key: string): string {
  const value = form.read(key);
  return typeof value === "string" ? value : "";
}
