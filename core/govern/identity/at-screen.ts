/** Who enters something at a screen: the person who signed in, or at a shared screen whoever has identified there. */
import type { Person } from "./index.ts";

/** Why an entry is not taken. */
export interface Refusal {
  readonly status: 400 | 403 | 409;
  readonly code: string;
  readonly message: string;
}

/** The one whose entry it is, and the account of the shared screen at which they identified; none at a screen of their own. */
export interface Author {
  readonly person: Person;
  readonly terminal: string | null;
}

/** Who enters now, as a page shows it. */
export interface ShownPerson {
  /** Account name; empty at a shared screen where nobody has identified. */
  readonly name: string;
  readonly label: string;
  readonly enters: boolean;
  /** Since when they have been signed in or identified: what was entered before was entered in another identification. Null where nobody is. */
  readonly since: number | null;
}

export interface ShownStanding {
  readonly person: ShownPerson;
  /** How people identify at a shared screen; null at one of their own. */
  readonly shared: {
    readonly account: string;
    /** People that have a PIN and cover the machine. */
    readonly people: readonly { readonly name: string; readonly label: string }[];
    /** Whoever has identified is released after so long without touch, s. */
    readonly releaseSeconds: number;
  } | null;
}

export const NOBODY: Refusal = {
  status: 403,
  code: "IDENTIFY",
  message: "Nobody has identified at this terminal. Show your badge or enter your PIN.",
};

/** Whoever made an entry is its author or nobody. `by`: its author as the page says, where it says so. */
export function notTheAuthor({ person }: Author, by: string | undefined): Refusal | undefined {
  if (by === undefined || by === person.name) return undefined;
  const message = `This entry was made by ${shown(by)} and not by ${shown(person.name)}; its author must confirm it.`;
  return { status: 409, code: "NOT_THE_AUTHOR", message };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
