/** A tree whose folders are read when they are opened. Arrow keys walk, Enter or Space chooses, as the ARIA pattern says. */

export interface TreeEntry {
  readonly address: string;
  readonly name: string;
  readonly kind: "folder" | "variable";
}

export interface TreeOptions {
  readonly label: string;
  readonly nothing: string;
  /** Children of a node; "" for the top. Rejects with the sentence to show. */
  children(address: string): Promise<readonly TreeEntry[]>;
  /** `path`: names from the top down to the entry. */
  choose(entry: TreeEntry, path: readonly string[]): void;
}

export function browseTree(options: TreeOptions): HTMLElement {
  const tree = document.createElement("div");
  tree.className = "twinline-tree";
  const top = document.createElement("ul");
  top.setAttribute("role", "tree");
  top.setAttribute("aria-label", options.label);
  tree.append(top);

  const fill = async (list: HTMLElement, address: string, path: readonly string[]): Promise<void> => {
    list.setAttribute("aria-busy", "true");
    try {
      const entries = await options.children(address);
      list.replaceChildren(
        ...(entries.length === 0 ? [note(options.nothing)] : entries.map((entry) => item(entry, [...path, entry.name]))),
      );
    } catch (sentence) {
      list.replaceChildren(note(String(sentence)));
      list.removeAttribute("data-read"); // opening it again asks again
    }
    list.removeAttribute("aria-busy");
  };

  const item = (entry: TreeEntry, path: readonly string[]): HTMLElement => {
    const line = document.createElement("li");
    line.setAttribute("role", "treeitem");
    line.setAttribute("aria-label", entry.name);
    line.tabIndex = -1;
    const icon = document.createElement("i");
    icon.className = entry.kind === "folder" ? "fa fa-caret-right" : "fa fa-tag";
    icon.setAttribute("aria-hidden", "true");
    const shown = document.createElement("span");
    shown.title = entry.address;
    shown.append(icon, entry.name);
    line.append(shown);
    const group = document.createElement("ul");
    group.setAttribute("role", "group");
    group.hidden = true;
    if (entry.kind === "folder") {
      line.setAttribute("aria-expanded", "false");
      line.append(group);
    }
    const open = (wanted: boolean): void => {
      if (entry.kind !== "folder") return;
      line.setAttribute("aria-expanded", String(wanted));
      group.hidden = !wanted;
      icon.className = wanted ? "fa fa-caret-down" : "fa fa-caret-right";
      if (!wanted || group.dataset["read"] === "yes") return;
      group.dataset["read"] = "yes";
      void fill(group, entry.address, path);
    };
    icon.addEventListener("click", (event) => {
      event.stopPropagation();
      open(group.hidden !== false);
      focus(line);
    });
    shown.addEventListener("click", () => {
      open(true);
      focus(line);
      options.choose(entry, path);
    });
    line.addEventListener("keydown", (event) => {
      if (event.target !== line || event.altKey || event.ctrlKey || event.metaKey) return;
      if (!key(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    const key = (name: string): boolean => {
      if (name === "Enter" || name === " ") options.choose(entry, path);
      else if (name === "ArrowRight" && group.hidden) open(true);
      else if (name === "ArrowRight") focus(group.querySelector<HTMLElement>("[role=treeitem]"));
      else if (name === "ArrowLeft" && !group.hidden) open(false);
      else if (name === "ArrowLeft") focus(line.parentElement?.closest<HTMLElement>("[role=treeitem]"));
      else if (name === "ArrowDown") focus(beside(line, 1));
      else if (name === "ArrowUp") focus(beside(line, -1));
      else if (name === "Home") focus(visible()[0]);
      else if (name === "End") focus(visible().at(-1));
      else return false;
      return true;
    };
    return line;
  };

  const visible = (): HTMLElement[] =>
    [...top.querySelectorAll<HTMLElement>("[role=treeitem]")].filter((line) => line.closest("ul[hidden]") === null);
  const beside = (line: HTMLElement, step: number): HTMLElement | undefined => {
    const lines = visible();
    return lines[lines.indexOf(line) + step];
  };
  /** One item at a time can be reached with Tab. */
  const focus = (line: HTMLElement | null | undefined): void => {
    if (line === null || line === undefined) return;
    for (const other of top.querySelectorAll<HTMLElement>('[role=treeitem][tabindex="0"]')) other.tabIndex = -1;
    line.tabIndex = 0;
    line.focus();
  };

  void fill(top, "", []).then(() => focus(visible()[0]));
  return tree;
}

function note(sentence: string): HTMLElement {
  const line = document.createElement("li");
  line.className = "twinline-hint";
  line.textContent = sentence;
  return line;
}
