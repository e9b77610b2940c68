/** Identification at a shared screen: a badge whose scanner types it, or a name and a PIN; and release without touch. */
import type { ShownStanding } from "../../../../core/govern/identity/index.ts";
import { el } from "./dom.ts";
import { button, show } from "./terminal-sheet.ts";
import { refusal, texts } from "./terminal-texts.ts";

type Token = { readonly how: "badge"; readonly badge: string } | { readonly how: "pin"; readonly name: string; readonly pin: string };

export interface Identification {
  /** Undefined when it succeeded; otherwise what to show. */
  identify(token: Token): Promise<string | undefined>;
  /** Rejects never; where the server is away nothing is released there. */
  release(): Promise<void>;
}

const MOST_DIGITS = 12;

/** `changed` hears when somebody has come, or was not let in. */
export function identificationAt(url: string, changed: () => Promise<void>): Identification {
  const post = (what: string, body: object): Promise<Response | undefined> =>
    fetch(`${url}/${what}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).catch(
      () => undefined,
    );
  return {
    async identify(token) {
      const answer = await post("identify", token);
      await changed();
      if (answer?.ok) return undefined;
      if (answer === undefined || answer.status >= 500 || answer.status === 404) return texts().noIdentification;
      const { code = "", message = "" } = (await answer.json().catch(() => ({}))) as { code?: string; message?: string };
      return refusal(code, message);
    },
    async release() {
      await post("release", {});
    },
  };
}

/** `then` follows once somebody has identified, also by a badge that is scanned meanwhile. */
export function identifySheet({ shared }: Pick<ShownStanding, "shared">, identification: Identification, then: () => void): void {
  const t = texts();
  const said = el("p", { class: "said", role: "alert" });
  let name = "";
  let pin = "";
  const typed = el("output", { class: "big" });
  const draw = (): void => {
    typed.textContent = pin === "" ? "····" : "●".repeat(pin.length);
    enter.disabled = name === "" || pin.length < 4;
    for (const [one, made] of people) made.setAttribute("aria-pressed", String(one === name));
  };
  const choose = (one: string): void => {
    name = one;
    pin = "";
    draw();
  };
  const key = (text: string): HTMLButtonElement =>
    button(text, () => {
      pin = text === "⌫" ? pin.slice(0, -1) : text === "C" ? "" : (pin + text).slice(0, MOST_DIGITS);
      draw();
    });
  const come = (): void => {
    dialog.close();
    then();
  };
  const people = (shared?.people ?? []).map((one) => [one.name, button(one.label, () => choose(one.name), "reason")] as const);
  const enter = button(
    t.identify,
    () => {
      const token = { how: "pin", name, pin } as const;
      pin = "";
      draw();
      void identification.identify(token).then((fault) => (fault === undefined ? come() : said.replaceChildren(fault)));
    },
    "primary",
  );
  draw();
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "C", "0", "⌫"].map(key);
  const list = people.length === 0 ? el("p", {}, t.noPins) : el("div", { class: "people" }, ...people.map(([, made]) => made));
  const dialog = show(
    t.whoAreYou,
    el("p", { class: "scan" }, t.scan),
    said,
    el("div", { class: "counting" }, list, el("div", { class: "pin" }, typed, el("div", { class: "keys" }, ...keys), enter)),
  );
  dialog.dataset["waits"] = "badge";
  dialog.addEventListener("badge", come);
}

/** Says what a scanned badge that was not known led to, or lets the sheet that waits for one go on. */
export function badgeRead(fault: string | undefined): void {
  const dialog = document.querySelector<HTMLDialogElement>('dialog[data-waits="badge"]');
  if (fault === undefined) dialog?.dispatchEvent(new Event("badge"));
  else if (dialog) dialog.querySelector(".said")?.replaceChildren(fault);
  else show(texts().whoAreYou, el("p", { class: "said", role: "alert" }, fault));
}
