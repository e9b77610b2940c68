/** The six steps: what a person has decided so far, going forth and back, and the frame around the step that is shown. */
import { ask } from "./asking.ts";
import { made, pressable } from "./parts.ts";
import type { MachineDraft, ServerChoice, Site } from "./shapes.ts";
import { say } from "./words.ts";

/** Everything that is decided; nothing of it is written before the last steps. */
export interface Draft {
  /** Id of the plant's node; "" while none is deployed. */
  plant: string;
  site: Site | undefined;
  server: ServerChoice;
  /** The visit to the server that the runtime keeps. */
  visit: string;
  connected: boolean;
  start: string;
  include: string;
  tickedCount: number;
  line: string;
  label: string;
  calendar: string;
  constraint: string;
  machines: MachineDraft[];
  /** Which ticked variables the machines were proposed from. */
  proposedFrom: string;
  editedSheet: string | undefined;
  applied: boolean;
}

export interface Step {
  readonly name: string;
  show(host: HTMLElement, wizard: Wizard): unknown;
  /** Why the next step cannot be entered yet; "" when it can. */
  lacks(draft: Draft): string;
}

export class Wizard {
  readonly draft: Draft;
  readonly again: () => void;
  readonly #steps: readonly Step[];
  readonly #bar = made("ol", { class: "tw-cl-steps" });
  readonly #body = made("div", { class: "tw-cl-body" });
  readonly #said = made("div", { class: "tw-cl-said", role: "alert" });
  readonly #back = pressable("back", say("back"), () => this.go(this.#at - 1));
  readonly #next = pressable("next", say("next"), () => this.go(this.#at + 1), true);
  #at = 0;

  /** `again` begins with another line. */
  constructor(host: HTMLElement, draft: Draft, steps: readonly Step[], again: () => void) {
    this.again = again;
    this.draft = draft;
    this.#steps = steps;
    const foot = made("div", { class: "tw-cl-foot" }, this.#back, this.#next);
    host.append(made("div", { class: "tw-cl" }, this.#bar, this.#said, this.#body, foot));
  }

  /** Shows a step; those after the first that lacks something cannot be reached. */
  go(to: number): void {
    const blocked = this.#steps.findIndex((step, at) => at < to && step.lacks(this.draft) !== "");
    if (blocked >= 0 && blocked < to) {
      this.tell(this.#steps[blocked]?.lacks(this.draft) ?? "");
      if (blocked !== this.#at) this.go(blocked);
      return;
    }
    this.#at = Math.max(0, Math.min(to, this.#steps.length - 1));
    this.tell("");
    const step = this.#steps[this.#at];
    this.#body.closest(".tw-cl-panel-body")?.scrollTo({ top: 0 });
    const host = made("section", { "data-step": step?.name, "aria-label": say(`step.${step?.name ?? ""}`) });
    this.#body.replaceChildren(host);
    void this.#shown(step, host);
    this.refresh();
  }

  /** After a decision: which steps are open now. */
  refresh(): void {
    this.#bar.replaceChildren(
      ...this.#steps.map(({ name }, at) => {
        const open = at <= this.#at || this.#steps.slice(0, at).every((step) => step.lacks(this.draft) === "");
        const button = pressable(`step-${name}`, `${at + 1} ${say(`step.${name}`)}`, () => this.go(at));
        button.className = "tw-cl-step";
        button.disabled = !open;
        if (at === this.#at) button.setAttribute("aria-current", "step");
        return made("li", {}, button);
      }),
    );
    this.#back.disabled = this.#at === 0;
    const last = this.#at === this.#steps.length - 1;
    this.#next.hidden = last;
    this.#next.title = this.#steps[this.#at]?.lacks(this.draft) ?? "";
  }

  /** Puts the cursor where the person goes on. */
  offerNext(): void {
    this.refresh();
    this.#next.focus();
  }

  /** A sentence about what is wrong; "" takes it away. */
  readonly tell = (sentence: string): void => {
    this.#said.textContent = sentence;
  };

  /** Runs work and shows its refusal. Answers undefined when it was refused. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.tell("");
    try {
      return await work();
    } catch (error) {
      this.tell((error as Error).message);
      return undefined;
    }
  }

  readSite(): Promise<Site> {
    return ask<Site>("GET", `site?plant=${encodeURIComponent(this.draft.plant)}`);
  }

  async #shown(step: Step | undefined, host: HTMLElement): Promise<void> {
    await this.attempt(async () => step?.show(host, this));
    // The first field of a step takes the cursor, for people who work by keyboard.
    if (!host.contains(document.activeElement)) host.querySelector<HTMLElement>("input:not([hidden]), select, button")?.focus();
  }
}
