/**
 * Who is at this screen, on every page on which people enter something: the person who signed in, or at a shared screen
 * whoever has identified last and was not released. What they enter is sent in their name, and in no other.
 */
import type { ShownPerson, ShownStanding } from "../../../../core/govern/identity/index.ts";
import { el } from "./dom.ts";
import { badgeRead, type Identification, identificationAt, identifySheet } from "./terminal-identify.ts";
import { listen, type Typed } from "./terminal-keys.ts";
import { type Held, Outbox } from "./terminal-outbox.ts";
import { button } from "./terminal-sheet.ts";
import { texts } from "./terminal-texts.ts";

export interface ScreenPage {
  /** Where entries are sent; people identify below it. */
  readonly url: string;
  readonly load: () => Promise<void>;
  readonly draw: () => void;
  /** Something has changed in what waits; `sent`: something has reached the server. */
  readonly changed: (sent: boolean) => void;
  /** The server's time, ms. */
  readonly now: () => number;
  /** Whoever was there has left, or another one has come: what they had begun is not the next one's. */
  readonly left?: () => void;
  readonly typed?: Omit<Typed, "badge">;
}

type Entered<A extends string> = Parameters<Outbox<A>["add"]>[0];

/** Since when whoever was released had been there: over a reload, and on every page of this browser. */
const RELEASED = "twinline-released";

export class SharedScreen<A extends string> {
  readonly outbox: Outbox<A>;
  readonly #page: ScreenPage;
  readonly #identification: Identification;
  #standing: ShownStanding | undefined;
  #before: string | undefined;
  #releasing = false;
  #touched = Date.now();

  constructor(page: ScreenPage) {
    this.#page = page;
    this.outbox = new Outbox<A>(page.url, () => this.person, page.changed);
    this.#identification = identificationAt(page.url, page.load);
    listen({
      ...page.typed,
      badge: (badge) => {
        if (this.#standing?.shared) void this.#identification.identify({ how: "badge", badge }).then(badgeRead);
      },
    });
    for (const kind of ["pointerdown", "keydown"] as const) document.addEventListener(kind, () => void (this.#touched = Date.now()), true);
    setInterval(() => this.#tick(), 1_000);
  }

  /** Undefined where nobody is. */
  get person(): ShownPerson | undefined {
    const person = this.#standing?.person;
    if (person === undefined || person.since === null) return undefined;
    return this.#standing?.shared && localStorage.getItem(RELEASED) === String(person.since) ? undefined : person;
  }

  /** Whether something can be entered: by who is there, or by who identifies for it. */
  get enters(): boolean {
    return this.person?.enters ?? this.#standing?.shared != null;
  }

  /** What a page adds to the address from which it loads: whoever still touches the screen stays there. */
  get query(): string {
    return this.person !== undefined && this.#standing?.shared ? `?touched=${Math.max(0, Date.now() - this.#touched)}` : "";
  }

  /** As the server says it. */
  stands(standing: ShownStanding): void {
    const before = this.#before;
    this.#standing = standing;
    const { person } = this;
    this.#before = person?.name ?? before;
    if (before !== undefined && person !== undefined && person.name !== before) this.#page.left?.();
    // The server has not heard of it yet, or it was away.
    if (standing.shared !== null && person === undefined && standing.person.since !== null) void this.#releaseThere();
  }

  /** At a shared screen where nobody has identified, an entry is made first and identified for then. `kept`: whether it is. */
  say(said: Entered<A>, kept: (ok: boolean) => void = () => undefined): void {
    const add = (): void => kept(this.outbox.add(said, Math.round(this.#page.now())));
    if (this.person !== undefined || !this.#standing?.shared) return add();
    this.identify(add);
  }

  identify(then: () => void = () => undefined): void {
    if (this.#standing !== undefined) identifySheet(this.#standing, this.#identification, then);
  }

  /** Also while the server is away: nobody enters anything in the name of someone who has left. */
  release(): void {
    const { person } = this;
    if (person === undefined || !this.#standing?.shared) return;
    localStorage.setItem(RELEASED, String(person.since));
    this.#before = undefined;
    this.#page.left?.();
    this.#page.draw();
    void this.#releaseThere().then(this.#page.load);
  }

  /** Who is there, with a button to leave; empty at a screen of one's own. */
  card(): HTMLElement[] {
    const t = texts();
    const { person } = this;
    if (!this.#standing?.shared) return [];
    if (person === undefined) {
      const card = button("", () => this.identify(), "tile person");
      card.append(el("span", {}, t.nobody), el("b", {}, t.identify));
      return [card];
    }
    return [
      el(
        "section",
        { class: "tile person here" },
        el("b", {}, person.label),
        button(this.#releaseText(), () => this.release(), "tool release"),
      ),
    ];
  }

  /** What waits for its author, one line for each: only they can send what they made, or throw it away. */
  unproved(more: readonly Held[] = []): HTMLElement[] {
    const t = texts();
    const authors = Map.groupBy([...this.outbox.unproved, ...more], ({ entry }) => entry.by);
    return [...authors].map(([author, held]) => {
      const discard = (): void => {
        for (const { entry } of held) this.outbox.dismiss(entry.id);
      };
      const tools =
        this.person?.name === author
          ? [button(t.confirm, () => this.outbox.confirm(), "tool"), button(t.discard, discard, "tool")]
          : this.#standing?.shared
            ? [button(t.identify, () => this.identify(), "tool")]
            : [];
      return el("p", { class: "notice", role: "alert" }, `${t.unproved} ${held[0]?.label ?? author} (${held.length})`, ...tools);
    });
  }

  async #releaseThere(): Promise<void> {
    if (this.#releasing) return;
    this.#releasing = true;
    await this.#identification.release();
    this.#releasing = false;
  }

  /** Seconds until whoever is there is released. */
  #remaining(): number {
    return Math.ceil((this.#standing?.shared?.releaseSeconds ?? 0) - (Date.now() - this.#touched) / 1_000);
  }

  #releaseText(): string {
    return `${texts().release} (${Math.max(0, this.#remaining())} s)`;
  }

  #tick(): void {
    if (!this.#standing?.shared || this.person === undefined) return;
    if (this.#remaining() <= 0) return this.release();
    const shown = document.querySelector(".release");
    if (shown !== null) shown.textContent = this.#releaseText();
  }
}
