/** What stands on a printed chart or study, per language. */
import { language } from "./terminal-texts.ts";

const EN = {
  print: "Print",
  plant: "Plant",
  unit: "Unit",
  approved: "Approved by",
  period: "Period",
  made: "For",
  specification: "Specification",
  distribution: "Distribution",
  printed: "Printed",
  by: "By",
  none: "–",
  baseline: "Baseline",
  notApproved: "not approved",
};
type Texts = typeof EN;

const DE: Texts = {
  print: "Drucken",
  plant: "Werk",
  unit: "Einheit",
  approved: "Freigegeben von",
  period: "Zeitraum",
  made: "Für",
  specification: "Toleranz",
  distribution: "Verteilung",
  printed: "Gedruckt",
  by: "Von",
  none: "–",
  baseline: "Vorlauf",
  notApproved: "nicht freigegeben",
};

export function printTexts(): Texts {
  return language() === "de" ? DE : EN;
}
