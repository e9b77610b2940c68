/**
 * Abbreviations and synonyms, English and German, that automation engineers put into names. A line is one concept: its
 * name, then the spellings. Umlauts are written out (ae, oe, ue, ss), as controllers need them.
 */

/** What a value is a measure of. Two different ones contradict each other: a fill time is no fill weight. */
const QUANTITIES = `
speed: speed spd velocity drehzahl geschwindigkeit geschw tempo rate leistung rpm
count: count cnt counter anzahl anz zaehler zaehlerstand zhl stk stueck stueckzahl menge qty teile pieces pcs units
state: state st stat status zustand zust zst stm
mode: mode mod unitmode betriebsart betrart ba modus bart opmode
temperature: temperature temp tmp temperatur
pressure: pressure press prs druck
weight: weight wt wgt gewicht gew masse mass
torque: torque tq trq moment drehmoment anzugsmoment
hours: hours hrs stunden std betriebsstunden laufzeit runtime uptime
time: time tm zeit dauer duration
level: level lvl fuellstand niveau stand pegel
position: position pos offset ofs versatz abweichung lage
reason: reason rsn grund ursache cause
heartbeat: heartbeat hb life lifebit alive lebenszeichen lebensbit watchdog wd toggle
current: ampere strom
voltage: voltage volt spannung
power: power pwr
energy: energy energie verbrauch consumption
flow: flow durchfluss volumenstrom
humidity: humidity feuchte rh
length: length laenge
width: width breite
height: height hoehe
head: head kopf
vibration: vibration schwingung vib
volume: volume vol volumen`;

/** How a value stands to its quantity; kept apart, because a set point is never the actual value. */
const ASPECTS = `
set: set setpoint sp soll sollwert vorgabe target tgt ref cmd command
actual: act actual ist istwert current cur curr pv present aktuell aktl akt
limit: limit lim max min grenze grenzwert hi lo hh ll high low alarm alm warn warnung upper lower toleranz tol schwelle
mean: avg average mean mittel mittelwert durchschnitt`;

/** Which of the things that a machine handles; each excludes the others. */
const SHARES = `
good: good gut gutteile io ok pass
bad: bad rej reject rejects rejected ausschuss schlecht schlechtteile nio nok auswurf defective defect scrap fail failed
total: total tot processed all gesamt ges sum summe verarbeitet produced bearbeitet`;

const THINGS = `
product: product prod produkt artikel article art rezept recipe sorte sku
order: order auftrag
reactive: reactive blind kvarh varh
fill: fill filling fuell fueller filler abfuell flr fl
cap: cap caps capper cp kappe kappen verschluss verschliesser verschl deckel
label: label labels labeller labeler lbl etikett etiketten etikettierer etik
weigher: weigher checkweigher waage kontrollwaage scale cw
infeed: infeed einlauf einlauftisch zufuehrung zulauf inlet
pusher: pusher ejector ausleiter ausschleuser ausschieber abschieber
bowl: bowl kessel ringkessel tank
air: air luft druckluft
buffer: buffer puffer
net: net netto
left: left rest remaining verbleibend remain vorrat
stop: stop stopp stillstand halt stoer stoerung fault fehler downtime
blocked: blocked blk blockiert stau rueckstau backup
starved: starved starv mangel leerlauf starve leergelaufen
operation: operation betrieb betr
motor: motor mot drive antrieb antr
ambient: ambient umgebung raum
bottle: bottle bottles flasche flaschen btl`;

/** Says only that there is a value, where it lies, or that it belongs to the machine, as all of them do. */
const EMPTY = `value val wert var tag data daten sig signal plc sps hmi opc db global raw last letzte code nr no num number nummer id
idx index machine mach mc maschine masch unit anlage the of and at is in to for das der die des von und y x`;

export type Kind = "quantity" | "aspect" | "share" | "thing";

export interface Concept {
  readonly name: string;
  readonly kind: Kind;
}

const bySpelling = new Map<string, Concept>();
for (const [kind, table] of [
  ["quantity", QUANTITIES],
  ["aspect", ASPECTS],
  ["share", SHARES],
  ["thing", THINGS],
] as const) {
  for (const line of table.trim().split("\n")) {
    const [name = "", spellings = ""] = line.split(": ");
    for (const spelling of spellings.split(" ")) if (!bySpelling.has(spelling)) bySpelling.set(spelling, { name, kind });
  }
}
const empty: ReadonlySet<string> = new Set(EMPTY.split(/\s/));

/** A spelling without its vowels behind the first letter maps to a concept where all spellings of that skeleton agree. */
const bySkeleton = new Map<string, Concept | null>();
for (const [spelling, concept] of bySpelling) {
  const bones = skeleton(spelling);
  if (bones.length < 3) continue;
  const other = bySkeleton.get(bones);
  bySkeleton.set(bones, other === undefined || other?.name === concept.name ? concept : null);
}
const spellings = [...bySpelling.keys()].sort();

export function isEmpty(token: string): boolean {
  return empty.has(token);
}

/** The concept of a spelling in the table. */
export function spelled(token: string): Concept | undefined {
  return bySpelling.get(token);
}

/** The one concept that a shortened word can stand for: `gewi` for Gewicht, `wght` for weight; none when there are two. */
export function abbreviated(token: string): Concept | undefined {
  if (token.length < 3) return undefined;
  const meant = new Map(
    spellings
      .filter((spelling) => spelling.startsWith(token))
      .map((spelling) => [bySpelling.get(spelling)?.name, bySpelling.get(spelling)]),
  );
  if (meant.size === 1) return [...meant.values()][0];
  return meant.size === 0 ? (bySkeleton.get(token) ?? undefined) : undefined;
}

function skeleton(word: string): string {
  return word.slice(0, 1) + word.slice(1).replaceAll(/[aeiou]/g, "");
}
