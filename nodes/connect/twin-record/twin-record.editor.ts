/** Start and stop in the dialog, with what the recording holds. */
import type { OpenForm } from "../../kit/browser/form.ts";

interface Stats {
  readonly state: { readonly word: string; readonly problem?: string };
  readonly file: string | null;
  readonly lines: number;
  readonly bytes: number;
}

const EVERY_MS = 2_000;

Twinline.extend("twin-record", (form) => {
  const section = document.createElement("fieldset");
  section.className = "twinline-section";
  const legend = document.createElement("legend");
  legend.textContent = form.text("texts.control");
  const state = document.createElement("p");
  state.className = "twinline-state";
  state.setAttribute("role", "status");
  const buttons = document.createElement("div");
  buttons.className = "twinline-buttons";
  buttons.append(
    ...(["start", "stop"] as const).map((act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "red-ui-button";
      button.dataset["act"] = act;
      button.textContent = form.text(act === "start" ? "texts.startNow" : "texts.stopNow");
      button.addEventListener("click", () => void ask(form, state, "POST", `/${act}`));
      return button;
    }),
  );
  section.append(legend, state, buttons);
  const more = form.element.querySelector(".twinline-more");
  if (more === null) form.element.append(section);
  else more.before(section);
  look(form, section, state);
});

/** Again and again until the dialog is closed. */
function look(form: OpenForm, section: HTMLElement, state: HTMLElement): void {
  ask(form, state, "GET", "").always(() => {
    if (section.isConnected) window.setTimeout(() => look(form, section, state), EVERY_MS);
  });
}

/** jQuery carries the editor's sign-in. */
function ask(form: OpenForm, state: HTMLElement, method: string, what: string): JQuery.jqXHR {
  const tell = (word: string, sentence: string): void => {
    state.dataset["word"] = word;
    if (state.textContent !== sentence) state.textContent = sentence;
  };
  return $.ajax({ url: `twinline/record/${encodeURIComponent(String(form.node["id"]))}${what}`, method, dataType: "json" })
    .done((stats: Stats) => {
      const values = { lines: String(stats.lines), mb: (stats.bytes / 1_000_000).toFixed(1), problem: stats.state.problem ?? "" };
      const sentence = Object.entries(values).reduce(
        (text, [name, value]) => text.replace(`__${name}__`, value),
        form.text(`texts.${stats.state.word}`),
      );
      const word = stats.state.word === "recording" ? "connected" : stats.state.word === "failing" ? "refused" : "idle";
      tell(word, stats.file === null ? sentence : `${sentence} – ${stats.file}`);
    })
    .fail((failed) => {
      const key = failed.status === 404 ? "deploy" : failed.status === 401 || failed.status === 403 ? "role" : "away";
      tell("idle", form.text(`texts.${key}`));
    });
}
