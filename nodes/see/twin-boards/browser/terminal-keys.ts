/** What is typed at a screen outside of fields: a badge by its scanner, or the short key of a reason by hand. */

/** A scanner types a badge at once; a person who pauses for so long has typed a key. */
const PAUSE_MS = 300;
const SHORTEST_BADGE = 6;
const LONGEST = 64;

export interface Typed {
  /** A line of six characters or more that ended with Enter. */
  readonly badge: (text: string) => void;
  /** One or two characters and a pause. */
  readonly key?: (text: string) => void;
  /** The first character after a pause is coming. */
  readonly begun?: () => void;
  /** Whether such a line is a badge, where a page takes other lines too; one that is reaches nothing else on the page. */
  readonly isBadge?: (text: string) => boolean;
}

export function listen({ badge, key, begun, isBadge = () => true }: Typed): void {
  let typed = "";
  let pause: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    clearTimeout(pause);
    if (event.key === "Enter") {
      // Otherwise the button that has the focus would be pressed by the scanner.
      if (typed !== "") event.preventDefault();
      if (typed.length >= SHORTEST_BADGE && isBadge(typed)) {
        event.stopImmediatePropagation();
        badge(typed);
      }
      typed = "";
      return;
    }
    if (event.key.length !== 1 || event.key === " ") return;
    if (typed === "") begun?.();
    typed = (typed + event.key).slice(-LONGEST);
    pause = setTimeout(() => {
      if (typed.length <= 2) key?.(typed);
      typed = "";
    }, PAUSE_MS);
  });
}
