/** What a page of Twinline's sidebar tab is; `tab.ts` shows one at a time. */

export interface EditorPage {
  /** Lower case with hyphens; also its name in `RED.actions` (`twinline:show-<id>`). */
  readonly id: string;
  /** In the language of the editor. */
  label(): string;
  /** Fills an empty container. Called each time the page comes into view; `hide` comes before the next `show`. */
  show(container: HTMLElement, context: PageContext): void;
  /** The page went out of view: another page, another tab, a closed sidebar. No timers or requests of its own after this. */
  hide(): void;
}

export interface PageContext {
  /** Aborted when the page is hidden; hand it to requests. */
  readonly signal: AbortSignal;
  /** Shows another page. */
  go(id: string): void;
}
