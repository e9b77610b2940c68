/** The values of one measurement while they are typed: by people, or by a scale that types on whatever the screen shows. */
import { type Typed, typedNumber, withKey } from "./measure-number.ts";

/** Every value is there; Enter saves. */
const READY = -1;

/**
 * What Enter came to. `ready`: all values are there, the next Enter saves. `full`: `text` was typed after that and is not taken.
 * `asked`: a question was open while it was typed, and it is not taken.
 */
export type Ended =
  | { readonly ended: "nothing" | "next" | "ready" | "save" | "asked" }
  | { readonly ended: "full"; readonly text: string }
  | { readonly ended: "fault"; readonly text: string; readonly fault: Extract<Typed, { readonly fault: string }> };

export class TypedValues {
  readonly #units: readonly string[];
  #texts: readonly string[];
  #active = 0;
  /** Typed where nothing can be taken. The Enter that ends it must neither save nor end another value. */
  #beyond = "";

  constructor(size: number, units: readonly string[]) {
    this.#units = units;
    this.#texts = Array.from({ length: size }, () => "");
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  get active(): number {
    return this.#active;
  }

  get ready(): boolean {
    return this.#active === READY;
  }

  /** Something is typed that no Enter has ended; `beyond`: where it cannot be taken. */
  get begun(): "value" | "beyond" | null {
    if (this.#beyond !== "") return "beyond";
    return (this.#texts[this.#active] ?? "") === "" ? null : "value";
  }

  /** Undefined where there is no number yet. */
  get values(): readonly (number | undefined)[] {
    return this.#texts.map((text) => {
      const found = typedNumber(text, this.#units);
      return "value" in found ? found.value : undefined;
    });
  }

  choose(i: number): void {
    [this.#active, this.#beyond] = [i, ""];
  }

  /** They are on their way: what is typed until they are kept must not change them. */
  complete(): void {
    this.choose(READY);
  }

  put(texts: readonly string[]): void {
    this.#texts = this.#texts.map((_, i) => texts[i] ?? "");
    this.choose(0);
  }

  /** `open`: a question is open. False where the key changes no value. */
  key(one: string, open = false): boolean {
    if (open || this.ready || this.#beyond !== "") {
      this.#beyond = withKey(this.#beyond, one);
      return false;
    }
    this.#set(withKey(this.#texts[this.#active] ?? "", one));
    return true;
  }

  /** By hand on the screen: no line of a scale goes on with it. */
  tap(one: string): boolean {
    if (!this.ready) this.#beyond = "";
    return this.key(one);
  }

  end(open = false): Ended {
    const beyond = this.#beyond;
    const text = this.#texts[this.#active] ?? "";
    this.#beyond = "";
    if (beyond !== "" && this.ready && !open) return { ended: "full", text: beyond };
    if (beyond !== "" || (open && text !== "")) {
      // Its beginning may have been typed before the question.
      this.#set("");
      return { ended: "asked" };
    }
    if (this.ready && !open) return { ended: "save" };
    if (text === "") return { ended: "nothing" };
    const found = typedNumber(text, this.#units);
    if ("fault" in found) {
      this.#set("");
      return { ended: "fault", text, fault: found };
    }
    this.#set(String(found.value));
    const next = this.#texts.indexOf("");
    this.choose(next === -1 ? READY : next);
    if (!this.ready) return { ended: "next" };
    return { ended: this.#texts.length === 1 ? "save" : "ready" };
  }

  /** The answer puts back what is typed now. */
  keep(): () => void {
    const [texts, active, beyond] = [this.#texts, this.#active, this.#beyond];
    return () => void ([this.#texts, this.#active, this.#beyond] = [texts, active, beyond]);
  }

  #set(text: string): void {
    this.#texts = this.#texts.map((before, i) => (i === this.#active ? text : before));
  }
}
