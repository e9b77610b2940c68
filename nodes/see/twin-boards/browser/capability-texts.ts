/** What recording a capability says, per language. */
import { language } from "./terminal-texts.ts";

const EN = {
  why: "Why it is recorded",
  record: "Record this study",
  recorded: "Recorded.",
  title: "Recorded studies",
  none: "No study has been recorded yet.",
  at: "Recorded",
  by: "By",
  range: "Values from",
  specification: "Specification",
  version: "Limits",
  noInterval: "none with known coverage",
  noDegrees: "none: how sure this estimate of σ is has no known law",
  mayNot: "Recording a study needs the role engineer or quality.",
};
type Texts = typeof EN;

const DE: Texts = {
  why: "Warum sie festgehalten wird",
  record: "Diese Untersuchung festhalten",
  recorded: "Festgehalten.",
  title: "Festgehaltene Untersuchungen",
  none: "Noch keine Untersuchung ist festgehalten.",
  at: "Festgehalten",
  by: "Von",
  range: "Werte von",
  specification: "Toleranz",
  version: "Grenzen",
  noInterval: "keines mit bekannter Überdeckung",
  noDegrees: "keines: wie sicher diese Schätzung von σ ist, folgt keinem bekannten Gesetz",
  mayNot: "Festhalten braucht die Rolle engineer oder quality.",
};

export function capabilityTexts(): Texts {
  return language() === "de" ? DE : EN;
}
