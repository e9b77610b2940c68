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
  intervals: { "chi-square": "χ²", "noncentral t": "noncentral t", Bissell: "Bissell", Boyles: "Boyles" },
  intervalBy: "Interval by",
  noInterval: "none with known coverage",
  noDegrees: "none: how sure this estimate of σ is has no known law",
  model: "Distribution",
  models: {
    normal: "normal",
    lognormal: "lognormal",
    weibull: "Weibull",
    gamma: "gamma",
    johnson: "Johnson (SU or SB)",
    "box-cox": "normal after Box-Cox",
    empirical: "none: measured percentiles",
  },
  method: "Indices by",
  methods: { percentile: "percentiles (ISO 22514-2)", "z-score": "Z-scores" },
  fit: "Distance A²",
  fitWith: (p: string) => `Distance A², p ${p}`,
  plot: "Probability plot",
  plotHint: (band: string, some: boolean) =>
    `Each value at its median rank after Benard, (i − 0.3)/(n + 0.4). If the distribution holds, a value lies in the band with ${band}, each for itself.${some ? " Not every value is drawn: all at both ends, and some of those between." : ""}`,
  fits: "Which distribution comes near",
  fitsHint:
    "Anderson and Darling's A²: the smaller, the nearer. More parameters come nearer by themselves; choose what the process explains.",
  probability: "p",
  use: "Use",
  wantCause: "Signals of these values. Give each the cause that was found; a record keeps it, and the value stays among those counted.",
  giveCause: "Give its cause",
  explained: "Explained",
  takeBack: "Take back",
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
  intervals: { ...EN.intervals, "noncentral t": "nichtzentrales t" },
  intervalBy: "Bereich nach",
  noInterval: "keines mit bekannter Überdeckung",
  noDegrees: "keines: wie sicher diese Schätzung von σ ist, folgt keinem bekannten Gesetz",
  model: "Verteilung",
  models: {
    normal: "normal",
    lognormal: "lognormal",
    weibull: "Weibull",
    gamma: "Gamma",
    johnson: "Johnson (SU oder SB)",
    "box-cox": "normal nach Box-Cox",
    empirical: "keine: gemessene Quantile",
  },
  method: "Kennwerte nach",
  methods: { percentile: "Quantilen (ISO 22514-2)", "z-score": "Z-Werten" },
  fit: "Abstand A²",
  fitWith: (p: string) => `Abstand A², p ${p}`,
  plot: "Wahrscheinlichkeitsnetz",
  plotHint: (band: string, some: boolean) =>
    `Jeder Wert bei seinem Medianrang nach Benard, (i − 0,3)/(n + 0,4). Gilt die Verteilung, liegt ein Wert mit ${band} im Band, jeder für sich.${some ? " Nicht jeder Wert ist gezeichnet: alle an den Enden und einige dazwischen." : ""}`,
  fits: "Welche Verteilung nahe kommt",
  fitsHint:
    "A² nach Anderson und Darling: je kleiner, desto näher. Mehr Parameter kommen von selbst näher; zu wählen ist, was der Prozess erklärt.",
  probability: "p",
  use: "Nehmen",
  wantCause:
    "Signale dieser Werte. Jedes braucht die Ursache, die gefunden wurde; sie wird mit festgehalten, und der Wert zählt weiter mit.",
  giveCause: "Ursache angeben",
  explained: "Erklärt",
  takeBack: "Zurücknehmen",
  mayNot: "Festhalten braucht die Rolle engineer oder quality.",
};

export function capabilityTexts(): Texts {
  return language() === "de" ? DE : EN;
}
