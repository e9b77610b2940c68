/** Trusting a server in its own dialog: what the connection does, which certificates wait or were rejected, and two buttons. */
import type { OpenForm } from "../../kit/browser/form.ts";

interface Certificate {
  readonly sha256: string;
  readonly subject: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly status: "trusted" | "rejected" | "pending";
  /** This server showed it; others in the list come from other servers of the installation. */
  readonly offered: boolean;
}

interface Answer {
  readonly state: { readonly word: string; readonly message?: string; readonly warning?: string };
  readonly rejected: readonly Certificate[];
  readonly pending: readonly Certificate[];
}

/** A connection that stands is looked at less often: each look is an entry in the audit log. */
const [EVERY_MS, WHEN_CONNECTED_MS] = [1500, 15_000];

Twinline.extend("twin-opcua", (form) => {
  const section = document.createElement("fieldset");
  section.className = "twinline-section";
  const more = form.element.querySelector(".twinline-more");
  if (more === null) form.element.append(section);
  else more.before(section);
  new CertificateSection(form, section).start();
});

class CertificateSection {
  readonly #form: OpenForm;
  readonly #section: HTMLElement;
  readonly #state = element("p", "twinline-state");
  readonly #cards = element("div");
  readonly #said = element("p", "twinline-help");
  readonly #test: HTMLButtonElement;
  #shown = "";

  constructor(form: OpenForm, section: HTMLElement) {
    this.#form = form;
    this.#section = section;
    this.#state.setAttribute("role", "status");
    this.#said.setAttribute("role", "status");
    this.#test = this.#button("test", () => this.#connect());
    section.append(element("legend", "", this.#text("certificate")), this.#state, this.#cards, buttons(this.#test), this.#said);
  }

  /** Looks again and again until the dialog is closed. */
  start(): void {
    void this.#look().finally(() => {
      if (this.#section.isConnected)
        window.setTimeout(() => this.start(), this.#state.dataset["word"] === "connected" ? WHEN_CONNECTED_MS : EVERY_MS);
    });
  }

  async #look(): Promise<void> {
    const answer = await call("GET", this.#url("certificates"));
    if (!this.#section.isConnected) return;
    if (answer.ok) return this.#show(answer.body as Answer);
    this.#shown = "";
    this.#cards.replaceChildren();
    this.#test.disabled = true;
    this.#tell("idle", this.#refusal(answer));
  }

  #show({ state, pending, rejected }: Answer): void {
    this.#test.disabled = false;
    const unchecked = this.#form.read("securityMode") === "None";
    const undecided = [...pending, ...rejected.filter((certificate) => certificate.offered)];
    const offered = undecided.filter((certificate) => certificate.offered);
    this.#tell(state.word, `${this.#sentence(state, offered[0])} ${unchecked ? this.#text("unchecked") : ""}`.trim());
    const cards = JSON.stringify(undecided);
    if (cards === this.#shown) return;
    this.#shown = cards;
    const others = undecided.filter((certificate) => !certificate.offered);
    this.#cards.replaceChildren(...[...offered, ...others].map((certificate) => this.#card(certificate)));
  }

  #sentence({ word, message, warning }: Answer["state"], offered: Certificate | undefined): string {
    if (word === "untrusted") return this.#text(offered === undefined ? "asking" : offered.status === "rejected" ? "refused" : "untrusted");
    return message ?? warning ?? this.#text(["connected", "connecting"].includes(word) ? word : "idle");
  }

  #card(certificate: Certificate): HTMLElement {
    const { sha256, subject, validFrom, validTo, status, offered } = certificate;
    const today = new Date().toISOString();
    const outside = today < validFrom || today > validTo ? ` – ${this.#text("outside")}` : "";
    const list = element("dl");
    const fact = (name: string, value: string, className = ""): void =>
      list.append(element("dt", "", name), element("dd", className, value));
    fact(this.#text("subject"), subject);
    fact(this.#text("valid"), `${validFrom.slice(0, 10)} – ${validTo.slice(0, 10)}${outside}`);
    fact("SHA-256", "", "twinline-fingerprint");
    // Lines break between bytes, so that people can compare them.
    list.lastElementChild?.append(...sha256.split(/(?<=:)/).flatMap((byte) => [byte, element("wbr")]));
    const card = element("div", "twinline-card");
    const settle = (how: "trust" | "reject"): HTMLButtonElement => this.#button(how, () => this.#settle(how, sha256));
    card.append(
      list,
      element("div", "twinline-help", this.#text(offered ? "compare" : "other")),
      buttons(settle("trust"), ...(status === "rejected" ? [] : [settle("reject")])),
    );
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", subject);
    return card;
  }

  async #settle(how: "trust" | "reject", fingerprint: string): Promise<void> {
    const answer = await call("POST", this.#url(`certificates/${how}`), { fingerprint });
    this.#say(answer.ok ? this.#text(how === "trust" ? "trusted" : "rejected") : this.#refusal(answer));
    await this.#look();
  }

  async #connect(): Promise<void> {
    this.#say(this.#text("connecting"));
    const answer = await call("GET", this.#url("browse"));
    this.#say(answer.ok ? this.#text("answers") : this.#refusal(answer));
    await this.#look();
  }

  #refusal({ status, body }: Reply): string {
    if (status === 404) return this.#text("deploy");
    if (status === 401 || status === 403) return this.#text("role");
    const { message } = (body ?? {}) as { message?: unknown };
    return typeof message === "string" ? message : this.#text("away");
  }

  #tell(word: string, sentence: string): void {
    this.#state.dataset["word"] = word;
    if (this.#state.textContent !== sentence) this.#state.textContent = sentence;
  }

  #say(sentence: string): void {
    this.#said.textContent = sentence;
  }

  #button(name: string, act: () => Promise<void>): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "red-ui-button";
    button.dataset["act"] = name;
    button.textContent = this.#text(name);
    button.addEventListener("click", () => {
      button.disabled = true;
      void act().finally(() => {
        button.disabled = false;
      });
    });
    return button;
  }

  #url(what: string): string {
    return `twinline/opcua/${encodeURIComponent(String(this.#form.node["id"]))}/${what}`;
  }

  #text(key: string): string {
    return this.#form.text(`texts.${key}`);
  }
}

interface Reply {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

/** jQuery carries the editor's sign-in. */
function call(method: string, url: string, body?: object): Promise<Reply> {
  return new Promise((resolve) => {
    $.ajax({
      url,
      method,
      dataType: "json",
      ...(body === undefined ? {} : { contentType: "application/json", data: JSON.stringify(body) }),
    })
      .done((answer: unknown) => resolve({ ok: true, status: 200, body: answer }))
      .fail((failed: JQuery.jqXHR) => resolve({ ok: false, status: failed.status, body: failed.responseJSON as unknown }));
  });
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}

function buttons(...list: readonly HTMLElement[]): HTMLElement {
  const box = element("div", "twinline-buttons");
  box.append(...list);
  return box;
}
