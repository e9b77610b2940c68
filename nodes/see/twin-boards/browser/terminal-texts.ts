/** What the terminal says, per language. */
const EN = {
  running: "Running",
  unknown: "No data",
  external: "Waiting for the line",
  failure: "Fault",
  stop: "Stopped",
  hold: "Held",
  setup: "Set-up",
  plannedDown: "Planned stop",
  noOrder: "No order",
  since: "for",
  waiting: "Waiting for a reason",
  nothingWaits: "No stop waits for a reason.",
  done: "Stops of the last 24 hours",
  lasts: "lasts",
  why: "Why did it stop?",
  whyNow: "Why does it stand?",
  often: "Last and most used",
  split: "Split",
  merge: "Join with the stop before",
  takeBack: "Take back",
  comment: "Comment",
  close: "Close",
  save: "Save",
  counts: "Count",
  good: "Good",
  scrap: "Scrap",
  countedToday: "By hand, last 24 h",
  order: "Order",
  start: "Start order",
  end: "End order",
  orderNumber: "Order number",
  product: "Product",
  precedence: "By hand goes before MES, MES before the machine's own tag.",
  source: { manual: "by hand", mes: "from the MES", tag: "from the machine" },
  away: "The server is away. Entries are kept here and sent later.",
  queued: "Entries that wait to be sent:",
  notSent: "not sent yet",
  choose: "Choose a reason",
  refused: "An entry was refused:",
  signIn: "Sign in again; what waits here is then sent.",
  lookOnly: "Your account may look at this terminal, but enter nothing.",
  review: "To be reviewed: late data changed a stop after it was explained.",
  by: "by",
  automatic: "from the machine",
  micro: "micro-stop",
  splitAt: "Split at",
  unit: "min",
};
type Texts = typeof EN;

const DE: Texts = {
  running: "Läuft",
  unknown: "Keine Daten",
  external: "Wartet auf die Linie",
  failure: "Störung",
  stop: "Gestoppt",
  hold: "Angehalten",
  setup: "Rüsten",
  plannedDown: "Geplanter Halt",
  noOrder: "Kein Auftrag",
  since: "seit",
  waiting: "Warten auf einen Grund",
  nothingWaits: "Kein Stillstand wartet auf einen Grund.",
  done: "Stillstände der letzten 24 Stunden",
  lasts: "dauert an",
  why: "Warum stand die Maschine?",
  whyNow: "Warum steht die Maschine?",
  often: "Zuletzt und am häufigsten",
  split: "Teilen",
  merge: "Mit dem davor verbinden",
  takeBack: "Zurücknehmen",
  comment: "Bemerkung",
  close: "Schließen",
  save: "Speichern",
  counts: "Zählen",
  good: "Gut",
  scrap: "Ausschuss",
  countedToday: "Von Hand, letzte 24 h",
  order: "Auftrag",
  start: "Auftrag starten",
  end: "Auftrag beenden",
  orderNumber: "Auftragsnummer",
  product: "Produkt",
  precedence: "Von Hand geht vor MES, MES vor der Variable der Maschine.",
  source: { manual: "von Hand", mes: "aus dem MES", tag: "von der Maschine" },
  away: "Der Server ist nicht erreichbar. Eingaben bleiben hier und werden später gesendet.",
  queued: "Eingaben, die auf das Senden warten:",
  notSent: "noch nicht gesendet",
  choose: "Grund wählen",
  refused: "Eine Eingabe wurde abgelehnt:",
  signIn: "Neu anmelden; was hier wartet, wird dann gesendet.",
  lookOnly: "Ihr Konto darf hier nur zusehen.",
  review: "Zu prüfen: Späte Daten haben einen Stillstand nach seiner Erklärung geändert.",
  by: "von",
  automatic: "von der Maschine",
  micro: "Kurzstillstand",
  splitAt: "Teilen um",
  unit: "min",
};

export type Language = "en" | "de";
const KEY = "twinline-language";

export function language(): Language {
  const chosen = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
  return chosen === "de" ? "de" : "en";
}

export function choose(next: Language): void {
  localStorage.setItem(KEY, next);
}

export function texts(): Texts {
  return language() === "de" ? DE : EN;
}

/** A reason in the language of the terminal. */
export function labelled(labels: Readonly<Record<string, string>>, id: string): string {
  return labels[language()] ?? labels["*"] ?? labels["en"] ?? Object.values(labels)[0] ?? id;
}
