/** In the dialog: only the fields of the chosen chart, and how often it would alarm for nothing. */
import type { OpenForm } from "../../kit/browser/form.ts";

/** About so many alarms a day one operator can handle (ISA-18.2). */
const ALARMS_PER_DAY = 150;
const DAY_S = 86_400;
const ONLY: Readonly<Record<string, string>> = { alpha: "t2", lambda: "mewma", runLength: "mewma" };

Twinline.extend("twin-multivariate", (form) => {
  const state = document.createElement("p");
  state.className = "twinline-state";
  state.setAttribute("role", "status");
  const last = form.row("runLength");
  if (last === null) form.element.append(state);
  else last.after(state);
  const changed = (): void => tell(form, state);
  form.element.addEventListener("input", changed);
  form.element.addEventListener("change", changed);
  changed();
});

function tell(form: OpenForm, state: HTMLElement): void {
  const kind = String(form.read("kind"));
  for (const [key, of] of Object.entries(ONLY)) {
    const row = form.row(key);
    row?.toggleAttribute("data-aside", of !== kind);
    if (row !== null) row.style.display = of === kind ? "" : "none";
  }
  const alpha = kind === "t2" ? Number(form.read("alpha")) : 1 / Number(form.read("runLength"));
  const day = (alpha * DAY_S) / (Number(form.read("everySeconds")) * Number(form.read("size")));
  state.style.display = day > 0 && day < Infinity ? "" : "none";
  const many = day > ALARMS_PER_DAY;
  state.dataset["word"] = many ? "refused" : "connected";
  const values = { day: figure(day), percent: figure((100 * day) / ALARMS_PER_DAY), most: String(ALARMS_PER_DAY) };
  state.textContent = Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`__${name}__`, value),
    form.text(many ? "texts.tooMany" : "texts.rates"),
  );
}

function figure(value: number): string {
  return value.toLocaleString(undefined, { maximumSignificantDigits: value >= 100 ? 4 : 2 });
}
