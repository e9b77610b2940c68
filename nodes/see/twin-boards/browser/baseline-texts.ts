/** What leaving out single points of a baseline says, per language. */
import { language } from "./terminal-texts.ts";

const EN = {
  pick: "Any point can be left out, if its cause was found: choose it in the picture or in the list of all points.",
  thinned: "Of __n__ subgroups only some are drawn and listed; those that break rules are all among them.",
  allPoints: "All points (__n__)",
  at: "Time",
  undo: "Undo",
  goOn: "Go on from this baseline",
  goesOn: "Points are left out as in version __n__. What is proposed now is a version of its own.",
};
type Texts = typeof EN;

const DE: Texts = {
  pick: "Jeder Punkt lässt sich weglassen, wenn seine Ursache gefunden ist: im Bild wählen oder in der Liste aller Punkte.",
  thinned: "Von __n__ Stichproben sind nur einige gezeichnet und gelistet; die, die Regeln verletzen, sind alle dabei.",
  allPoints: "Alle Punkte (__n__)",
  at: "Zeit",
  undo: "Rückgängig",
  goOn: "Von diesem Vorlauf weitermachen",
  goesOn: "Weggelassen ist, was es in Version __n__ war. Was jetzt vorgeschlagen wird, ist eine eigene Version.",
};

export function baselineTexts(): Texts {
  return language() === "de" ? DE : EN;
}
