/** The test button of the dialog. */
import type { OpenForm } from "../../kit/browser/form.ts";

interface Result {
  readonly recipient: string;
  readonly ok: boolean;
  readonly detail: string;
}

Twinline.extend("twin-notify", (form) => {
  const section = document.createElement("fieldset");
  section.className = "twinline-section";
  const legend = document.createElement("legend");
  legend.textContent = form.text("texts.test");
  const state = document.createElement("p");
  state.className = "twinline-state";
  state.setAttribute("role", "status");
  const buttons = document.createElement("div");
  buttons.className = "twinline-buttons";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "red-ui-button";
  button.textContent = form.text("texts.testNow");
  button.addEventListener("click", () => sendTest(form, button, state));
  buttons.append(button);
  section.append(legend, state, buttons);
  const more = form.element.querySelector(".twinline-more");
  if (more === null) form.element.append(section);
  else more.before(section);
});

/** jQuery carries the editor's sign-in. */
function sendTest(form: OpenForm, button: HTMLButtonElement, state: HTMLElement): void {
  const tell = (word: string, sentence: string): void => {
    state.dataset["word"] = word;
    state.textContent = sentence;
  };
  button.disabled = true;
  tell("idle", form.text("texts.sending"));
  void $.ajax({ url: `twinline/notify/${encodeURIComponent(String(form.node["id"]))}/test`, method: "POST", dataType: "json" })
    .done((results: readonly Result[]) => {
      const said = results.map(({ recipient, ok, detail }) => `${recipient}: ${ok ? form.text("texts.delivered") : detail}`);
      tell(results.every(({ ok }) => ok) ? "connected" : "refused", said.length === 0 ? form.text("texts.noRecipients") : said.join(" · "));
    })
    .fail((failed) => {
      const key =
        failed.status === 404 || failed.status === 409 ? "deploy" : failed.status === 401 || failed.status === 403 ? "role" : "away";
      tell("idle", form.text(`texts.${key}`));
    })
    .always(() => {
      button.disabled = false;
    });
}
