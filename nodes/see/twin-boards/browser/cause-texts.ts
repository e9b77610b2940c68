/** What choosing and counting causes says, per language. */
import { language } from "./terminal-texts.ts";

const EN = {
  list: "from the list",
  own: "– in words of one's own –",
  words: "words, or more about what is chosen",
  title: "Causes found",
  days: "__n__ days",
  found:
    "__n__ [finding|findings]: signals that were closed, and points that limits were made without. The share is that of a cause and those before it.",
  none: "No cause was found in this time: no signal was closed, and no point left out.",
  ownWords: "own words",
};
type Texts = typeof EN;

const DE: Texts = {
  list: "aus der Liste",
  own: "– mit eigenen Worten –",
  words: "Worte, oder mehr zum Gewählten",
  title: "Gefundene Ursachen",
  days: "__n__ Tage",
  found:
    "__n__ [Befund|Befunde]: abgeschlossene Signale, und Punkte, ohne die Grenzen gemacht wurden. Der Anteil ist der einer Ursache und aller davor.",
  none: "In dieser Zeit ist keine Ursache gefunden: kein Signal wurde abgeschlossen, kein Punkt weggelassen.",
  ownWords: "eigene Worte",
};

export function causeTexts(): Texts {
  return language() === "de" ? DE : EN;
}
