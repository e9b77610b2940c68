/** Suggestions for tags and assets from the plant model that the form names. */
import type { EditorRED } from "node-red";
import type { Translate } from "./control.ts";

declare const RED: EditorRED;

const PAUSE_MS = 200;
const SHOWN = 50;

/** Fills the input's datalist while people type; below it stands why there is nothing to choose from. */
export function suggest(
  input: HTMLInputElement,
  kind: "tags" | "assets",
  plantId: () => string,
  hint: HTMLElement | null,
  text: Translate,
): void {
  const list = document.createElement("datalist");
  list.id = `${input.id}-list`;
  let timer: number | undefined;
  let asked = "";

  const say = (sentence: string): void => {
    if (hint !== null) hint.textContent = sentence;
  };
  const ask = (): void => {
    if (!list.isConnected) {
      input.setAttribute("list", list.id);
      input.after(list);
    }
    const plant = plantId();
    if (plant === "") return say(text("kit.choosePlant"));
    const url = `twinline/plant/${encodeURIComponent(plant)}/${kind}?search=${encodeURIComponent(input.value)}`;
    if (url === asked) return;
    asked = url;
    $.ajax({ url, dataType: "json" })
      .done((answer: unknown) => {
        say("");
        if (asked === url) list.replaceChildren(...entries(answer).slice(0, SHOWN).map(option));
      })
      .fail((failed: JQuery.jqXHR) => {
        asked = "";
        list.replaceChildren();
        say(
          failed.status === 404
            ? text("kit.deployPlant")
            : failed.status === 401 || failed.status === 403
              ? text("kit.signIn")
              : text("kit.noSuggestions"),
        );
      });
  };
  input.addEventListener("focus", ask);
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE_MS);
  });
}

interface Entry {
  readonly value: string;
  readonly label: string;
}

/** The endpoint answers a list of ids, or of objects that carry one. */
function entries(answer: unknown): readonly Entry[] {
  const list: unknown = Array.isArray(answer) ? answer : Object.values(answer ?? {}).find(Array.isArray);
  return ((list ?? []) as unknown[]).flatMap((item) => {
    if (typeof item === "string") return [{ value: item, label: "" }];
    const { id, tag, asset, path, label, unit } = (item ?? {}) as Record<string, unknown>;
    const value = id ?? tag ?? asset ?? path;
    const note = [label, unit].filter((part) => typeof part === "string" && part !== "").join(", ");
    return typeof value === "string" ? [{ value, label: note }] : [];
  });
}

function option({ value, label }: Entry): HTMLOptionElement {
  const element = document.createElement("option");
  element.value = value;
  element.label = label;
  return element;
}

/** The plant of a form: the one its own field names, else the only one in the flow. */
export function plantOf(field: string | undefined, prefix: string): string {
  const chosen = field === undefined ? "" : String($(`#${prefix}-${field}`).val() ?? "");
  if (chosen !== "" && chosen !== "_ADD_") return chosen;
  const plants: string[] = [];
  RED.nodes.eachConfig((node) => {
    const { type, id } = node as { type: string; id: string };
    if (type === "twin-plant") plants.push(id);
    return true;
  });
  return field === undefined && plants.length === 1 ? (plants[0] ?? "") : "";
}
