/** The frame that every page has, in the language of the person: the server writes it in English. */
import { language, LANGUAGE_CHOSEN } from "./terminal-texts.ts";

const DE: Readonly<Record<string, string>> = {
  "Skip to content": "Zum Inhalt",
  "Sign out": "Abmelden",
  "Sign in": "Anmelden",
  "Switch between light and dark": "Zwischen hell und dunkel wechseln",
  "Shift report": "Schichtbericht",
  "Loading …": "Lädt …",
  Account: "Konto",
  Password: "Kennwort",
  Boards: "Tafeln",
  Alarms: "Alarme",
  "Control charts": "Regelkarten",
  Terminals: "Terminals",
  "What needs somebody now, what is kept quiet, and how the alarm system performs.":
    "Was jetzt jemanden braucht, was ruhig gestellt ist und wie gut das Alarmsystem arbeitet.",
  "Which process has changed, what was done about it, and the limits by which it is judged.":
    "Welcher Prozess sich verändert hat, was dagegen getan wurde und nach welchen Grenzen er beurteilt wird.",
  "There is no board that your account covers.": "Es gibt keine Tafel, für die das Konto gilt.",
};
const FRAME =
  "header.top a, header.top button, .skip, .reportlink, .loading, main.narrow > *, .card > *, main.login :is(h1, button, label)";

interface Written {
  readonly english: string;
  readonly write: (words: string) => void;
}

/** What the server wrote that has a German word. */
function written(): Written[] {
  return [...document.querySelectorAll(FRAME)].flatMap((element) => {
    // Only the words of its own: a label holds its field too.
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const places: Written[] = own.map((node) => ({ english: node.nodeValue ?? "", write: (words) => (node.nodeValue = words) }));
    const label = element.getAttribute("aria-label") ?? "";
    return [...places, { english: label, write: (words: string) => element.setAttribute("aria-label", words) }].filter(({ english }) =>
      Object.hasOwn(DE, english.trim()),
    );
  });
}

const known = written();
function speak(): void {
  document.documentElement.lang = language();
  for (const { english, write } of known) write(language() === "de" ? (DE[english.trim()] ?? english) : english);
}
speak();
addEventListener(LANGUAGE_CHOSEN, speak);
