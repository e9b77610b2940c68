/** The certificates that one server node can tell of: those that wait first, since connections wait with them. */
import { request } from "../asking.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";
import { type Certificate, knownCertificateCard, type Decision } from "./certificate-card.ts";

interface Listed {
  readonly state: { readonly word: string; readonly message?: string; readonly warning?: string };
  readonly trusted: readonly Certificate[];
  readonly rejected: readonly Certificate[];
  readonly pending: readonly Certificate[];
}

const GROUPS = ["pending", "trusted", "rejected"] as const;
/** Each look is an entry in the audit log. */
const [LOOK_MS, LOOK_WHEN_CONNECTED_MS] = [3_000, 15_000];

export class CertificateList {
  readonly node = element("div", { class: "tw-certificates" });
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #failed: (error: unknown) => void;
  readonly #state = element("p", { class: "tw-connection", role: "status" });
  readonly #said = element("p", { class: "tw-said", role: "alert", hidden: true });
  readonly #groups = element("div", {});
  #shown = "";
  #timer = 0;

  constructor(server: string, signal: AbortSignal, failed: (error: unknown) => void) {
    this.#path = `opcua/${encodeURIComponent(server)}/certificates`;
    this.#signal = signal;
    this.#failed = failed;
    this.node.append(this.#state, this.#said, this.#groups);
    signal.addEventListener("abort", () => window.clearTimeout(this.#timer), { once: true });
  }

  async look(): Promise<void> {
    window.clearTimeout(this.#timer);
    try {
      const listed = await request<Listed>("GET", this.#path, this.#signal);
      this.#show(listed);
      const wait = listed.state.word === "connected" ? LOOK_WHEN_CONNECTED_MS : LOOK_MS;
      this.#timer = window.setTimeout(() => void this.look(), wait);
    } catch (error) {
      this.#failed(error);
    }
  }

  #show({ state, ...listed }: Listed): void {
    const known = ["connected", "connecting", "idle", "untrusted"].includes(state.word);
    const sentence = known ? label(`certificates.state.${state.word}`) : (state.message ?? state.word);
    this.#state.dataset["word"] = state.word;
    this.#state.textContent = state.warning === undefined ? sentence : `${sentence} ${state.warning}`;
    // A question that somebody is just answering must not be taken away by a look that found nothing new.
    const now = JSON.stringify(listed);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#groups.replaceChildren(
      ...GROUPS.map((status) => {
        const cards = listed[status].map((one) => knownCertificateCard(one, Date.now(), async (decision) => this.#decide(one, decision)));
        const head = element("h3", {}, label(`certificates.group.${status}`), element("span", { class: "tw-count" }, ` ${cards.length}`));
        const empty = cards.length === 0 ? [element("p", { class: "tw-hint" }, label("certificates.none"))] : [];
        return element("section", { "data-group": status }, head, ...empty, element("ul", {}, ...cards));
      }),
    );
  }

  async #decide({ sha256 }: Certificate, decision: Decision): Promise<void> {
    try {
      await request("POST", `${this.#path}/${decision}`, this.#signal, { fingerprint: sha256 });
      this.#say("");
    } catch (error) {
      this.#say((error as Error).message);
    }
    this.#shown = "";
    await this.look();
  }

  #say(sentence: string): void {
    this.#said.textContent = sentence;
    this.#said.hidden = sentence === "";
  }
}
