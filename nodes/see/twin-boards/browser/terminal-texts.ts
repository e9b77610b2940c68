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
  at: "at",
  from: "from",
  automatic: "from the machine",
  holds: "Now",
  before: "Before",
  noReason: "no reason",
  override: "Override",
  countsAs: "What does the time count as?",
  closed: "signed and closed",
  entries: "Entries of this shift",
  noEntries: "Nothing has been entered.",
  filter: { all: "All", mine: "Mine", offline: "Entered offline" },
  undo: "Undo",
  revision: "revision",
  offline: "entered offline at",
  takenBack: "taken back",
  actions: { assign: "Reason", override: "Override", comment: "Comment", split: "Split", merge: "Joined", revert: "Taken back" },
  whoAreYou: "Who are you?",
  scan: "Scan your badge, or tap your name and enter your PIN.",
  noPins: "Nobody who covers this machine has a PIN.",
  identify: "Identify",
  nobody: "Nobody has identified",
  release: "Release",
  noIdentification: "The server is away: nobody can identify until it is back.",
  unproved: "Entries that wait until their author is here and confirms them:",
  confirm: "Confirm and send",
  discard: "Discard",
  codes: {} as Readonly<Record<string, string>>,
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
  at: "an",
  from: "ab",
  automatic: "von der Maschine",
  holds: "Jetzt",
  before: "Vorher",
  noReason: "kein Grund",
  override: "Übersteuern",
  countsAs: "Als was zählt die Zeit?",
  closed: "unterschrieben und abgeschlossen",
  entries: "Eingaben dieser Schicht",
  noEntries: "Es wurde nichts eingegeben.",
  filter: { all: "Alle", mine: "Meine", offline: "Offline eingegeben" },
  undo: "Rückgängig",
  revision: "Revision",
  offline: "offline eingegeben um",
  takenBack: "zurückgenommen",
  actions: {
    assign: "Grund",
    override: "Übersteuert",
    comment: "Bemerkung",
    split: "Geteilt",
    merge: "Verbunden",
    revert: "Zurückgenommen",
  },
  whoAreYou: "Wer sind Sie?",
  scan: "Ausweis scannen, oder Namen antippen und PIN eingeben.",
  noPins: "Niemand, der für diese Maschine zuständig ist, hat eine PIN.",
  identify: "Anmelden",
  nobody: "Niemand angemeldet",
  release: "Freigeben",
  noIdentification: "Der Server ist nicht erreichbar: Bis er wieder da ist, kann sich niemand anmelden.",
  unproved: "Eingaben, die warten, bis ihr Verfasser hier ist und sie bestätigt:",
  confirm: "Bestätigen und senden",
  discard: "Verwerfen",
  codes: {
    SIGN_IN: "Erst anmelden.",
    NOT_KNOWN: "Ausweis oder PIN ist nicht bekannt.",
    UNFIT: "Ihr Konto darf an dieser Maschine nichts eingeben.",
    WAIT: "Zu viele Versuche. Später noch einmal versuchen.",
    IDENTIFY: "Niemand ist hier angemeldet.",
    NOT_SHARED: "Dieser Bildschirm wird nicht geteilt: Was hier eingegeben wird, ist von der angemeldeten Person.",
    NOT_THE_AUTHOR: "Diese Eingabe hat jemand anderes gemacht; wer sie gemacht hat, muss sie bestätigen.",
    ROLE: "Ihr Konto darf das nicht eingeben.",
    PERIOD_CLOSED:
      "Die Schicht ist unterschrieben und abgeschlossen. Ein Vorgesetzter kann sie im Schichtbericht mit einer Begründung öffnen.",
    UNKNOWN_REASON: "Diesen Grund gibt es für diese Maschine zur Zeit des Stillstands nicht.",
  },
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

/** Event of the window. */
export const LANGUAGE_CHOSEN = "twinline-language";

export function choose(next: Language): void {
  localStorage.setItem(KEY, next);
  dispatchEvent(new Event(LANGUAGE_CHOSEN));
}

export function texts(): Texts {
  return language() === "de" ? DE : EN;
}

/** Why something was refused: the server's own sentence is English. */
export function refusal(code: string, message: string): string {
  const { codes } = texts();
  return Object.hasOwn(codes, code) ? (codes[code] ?? message) : message;
}

/** A reason in the language of the terminal. */
export function labelled(labels: Readonly<Record<string, string>>, id: string): string {
  return labels[language()] ?? labels["*"] ?? labels["en"] ?? Object.values(labels)[0] ?? id;
}
