/** What the server tells people of charts and of alarms, per language. English comes with the sentence. */
import type { Said, Saying } from "../../../../core/connect/sample/index.ts";
import type { ChartSayingKey } from "../../../../core/model/charting/index.ts";
import { REFUSED_DE } from "./alarm-texts.ts";
import { chartTexts } from "./chart-texts.ts";
import { number } from "./format.ts";
import { language, refusal } from "./terminal-texts.ts";

/** Digits of a figure in a sentence. */
const DECIMALS = 6;
/** What is less is written with its power of ten. */
const LEAST = 1e-4;

export const DE: Readonly<Record<ChartSayingKey, string>> = {
  fewPoints: "__n__ Punkte geben unsichere Grenzen; üblich sind __wanted__. Neu schätzen, wenn es mehr sind.",
  alikeNeighbours:
    "Benachbarte Punkte gleichen sich (Autokorrelation zum Abstand 1: __r__, Schranke __bound__) und sagen darum weniger als ebenso viele unabhängige: Grenzen aus gleitenden Spannweiten werden zu eng, und Läufe kommen ohne Ursache. Seltener Stichproben nehmen, Mittelwerte längerer Abstände führen oder suchen, was zwischen Stichproben wandert.",
  alternatingNeighbours:
    "Benachbarte Punkte wechseln sich ab (Autokorrelation zum Abstand 1: __r__, Schranke __bound__), wie wenn zu oft nachgestellt wird.",
  notNormal:
    "Die Werte sind nicht normalverteilt (Anderson-Darling __statistic__, p __p__), also kann es mehr Fehlalarme geben als angegeben. Stichproben aus mehreren Werten oder eine Transformation helfen.",
  smallCounts:
    "Eine Stichprobe zählt im Mittel __counted__: So wenige liegen keineswegs symmetrisch um ihr Mittel. Grenzen in σ melden öfter als oben gesagt und übersehen, was darunter liegt. Mehr Einheiten je Stichprobe prüfen oder die Einheiten zwischen zweien davon führen (g).",
  fewVectors:
    "__m__ Vektoren von __p__ Größen sind wenige: Mittel und Kovarianzen sind so unsicher, dass eine Grenze von T² um __wider__ % weiter ist als nötig und eine MEWMA öfter meldet als verlangt. Neu schätzen, wenn es mehr sind.",
  fewVectorSubgroups:
    "__m__ Stichproben aus __n__ Vektoren von __p__ Größen sind wenige: Mittel und Kovarianzen sind so unsicher, dass eine Grenze von T² um __wider__ % weiter ist als nötig und eine MEWMA öfter meldet als verlangt. Neu schätzen, wenn es mehr sind.",
  dependentVectors:
    "Benachbarte Werte hängen zusammen (Autokorrelation zum Abstand 1 bis __r__): __names__. Es kann mehr Fehlalarme geben als angegeben, und sie kommen in Gruppen, bei einer MEWMA am meisten. Längere Abstände helfen.",
  baselineTooLarge: "Ein Vorlauf hat höchstens __most__ Stichproben, nicht __n__.",
  otherEstimator: "Eine Karte der Art __kind__ wird nicht mit __sigma__ geschätzt; zu wählen ist eines von: __choice__.",
  tooFewSubgroups: "Brauchbare Stichproben: __used__. Eine Karte der Art __kind__ braucht mindestens __least__, und 25, um etwas zu sagen.",
  tooFewTaken:
    "Brauchbare Stichproben: __used__. Eine Karte der Art __kind__ braucht mindestens __least__, und 25, um etwas zu sagen. Abgewiesen: __refused__. __first__",
  noVariation:
    "Der Vorlauf streut nicht und sagt darum nicht, welche Streuung üblich ist. Kommen noch Werte, und sind sie fein genug aufgelöst?",
  noLimitOfRate: "Für diese Häufigkeit von Fehlalarmen und dieses λ gibt es keine Grenze; λ liegt zwischen 0,01 und 1.",
  tooFewVectors: "Für so viele Größen sind es zu wenige Beobachtungen.",
  unfitVectors: "Die Vektoren des Vorlaufs sind nicht zu gebrauchen: ihre Zahlen, ihre Größe oder wovon sie abhängen.",
  stillVariable: "__name__ verändert sich nicht; weglassen, oder einen Vorlauf wählen, in dem es sich verändert.",
  sameVariables: "__one__ und __other__ sagen dasselbe (Korrelation __r__); eines davon weglassen.",
  dependentVariable: "__name__ folgt aus __others__; eines davon weglassen.",
  noShare: "Der mittlere Anteil ist __centre__; zu regeln gibt es nur etwas zwischen 0 und 1.",
  noCount: "Das Mittel ist __centre__; Anzahlen und Abstände streuen nur um ein Mittel über 0.",
  unfitLimits: "Die Grenzen sind nicht, was diese Art Karte braucht.",
  noSubgroup: "Eine Stichprobe besteht aus Werten oder aus einer Anzahl und dem, was geprüft wurde.",
  badQuality: "Die Stichprobe hat schlechte Qualität oder keine Daten; sie wird weder eingetragen noch Teil einer Grenze.",
  noValues: "Die Stichprobe hat keine Werte.",
  tooManyValues: "Die Stichprobe hat __n__ Werte; höchstens __most__ sind möglich.",
  valueMissing: "Ein Wert der Stichprobe fehlt; eine Stichprobe fester Größe gilt ganz oder gar nicht.",
  vectorIncomplete:
    "Kein brauchbarer Wert von __names__; ein Vektor gilt ganz oder gar nicht. Längere Abstände helfen, wenn ein Wert selten kommt.",
  valueType: "Ein Wert der Stichprobe ist keine Zahl, sondern vom Typ __type__.",
  valueNotFinite: "Ein Wert der Stichprobe ist __value__.",
  valueTooLarge: "Ein Wert der Stichprobe ist __value__; eine Karte rechnet höchstens mit __most__.",
  otherSize: "Die Stichprobe hat __n__ brauchbare Werte; die Karte nimmt __size__.",
  otherSizes: "Die Stichprobe hat __n__ brauchbare Werte; die Karte nimmt __least__ bis __most__.",
  noUnits: "__value__ ist keine Anzahl von Einheiten; sie muss 0 oder mehr sein.",
  noInterval: "__value__ ist kein Abstand; er muss 0 oder mehr sein.",
  unknownPart: "Die Grenzen kennen kein Teil __part__; seinen Nennwert ergänzen.",
  countMissing: "Die Anzahl fehlt.",
  countNotWhole: "Die Anzahl ist __count__; sie muss eine ganze Zahl sein, 0 oder mehr.",
  sizeMissing: "Wie viele Einheiten wurden geprüft? Die Angabe fehlt.",
  sizeTooSmall: "Geprüft wurden __size__; durch so wenig lässt sich nicht teilen.",
  sizeNone: "Geprüft wurden __size__; wo nichts geprüft wurde, lässt sich nichts sagen.",
  moreThanInspected: "__count__ fehlerhafte von __size__ geprüften Einheiten kann es nicht geben.",
  sizeOther: "Geprüft wurden __size__; die Grenzen gelten für __wanted__.",
  fieldType: "Die Angabe __field__ ist keine Zahl, sondern vom Typ __type__.",
  fieldNotFinite: "Die Angabe __field__ ist __value__.",
  fieldTooLarge: "Die Angabe __field__ ist __value__; eine Karte rechnet höchstens mit __most__.",

  sameTime: "Zwei Stichproben des Vorlaufs haben dieselbe Zeit; welche sollte weggelassen werden?",
  notInOrder: "Die Stichproben des Vorlaufs stehen nicht in der Reihenfolge ihrer Zeit; Läufe und Spannweiten brauchen sie.",
  noneToLeaveOut: "Eine Stichprobe, die weggelassen werden soll, gibt es nicht.",
  causeOwed: "Weggelassen wird nur, wofür eine Ursache gefunden wurde; sie ist zu nennen.",
  noPart: "__person__ ist für __asset__ nicht zuständig.",
  proposeRole: "Grenzen vorschlagen braucht die Rolle engineer oder quality.",
  approveRole: "Grenzen freigeben braucht die Rolle quality oder supervisor.",
  rejectRole: "Grenzen ablehnen braucht die Rolle quality oder supervisor.",
  retireRole: "Grenzen zurückziehen braucht die Rolle quality oder supervisor.",
  whyOwed: "Warum? Wer diese Grenzen als Nächstes ansieht, wird es wissen wollen.",
  whyTooLong: "Eine Bemerkung hat höchstens __most__ Zeichen.",
  chartName: "Der Name einer Karte hat 1 bis 64 Buchstaben, Ziffern, _ und - und beginnt nicht mit _.",
  noPair: "Karten der Arten __level__ und __spread__ passen nicht zusammen.",
  decidedAlready: "Version __version__ ist schon __status__; eine neue vorschlagen.",
  notProposed: "Version __version__ ist schon __status__.",
  ownProposal: "__person__ hat Version __version__ vorgeschlagen; freigeben muss sie jemand anderes.",
  instantWhole: "Der Zeitpunkt, ab dem die Grenzen gelten, ist eine ganze Zahl von ms UTC.",
  reviewBackwards: "Die Prüfung endet, bevor sie beginnt.",
  notApproved: "Version __version__ ist __status__; zurückziehen lässt sich nur eine freigegebene.",
  endTooEarly: "Eine Version kann nicht enden, bevor sie galt.",
  baselineBackwards: "Der Vorlauf endet, bevor er beginnt.",
  outsideBaseline: "Eine weggelassene Stichprobe liegt außerhalb des Vorlaufs.",
  tooManyLeftOut: "Mehr als __most__ Stichproben sind weggelassen: einen anderen Vorlauf wählen.",
  unfitRules: "Nach diesen Regeln lässt sich keine Karte beurteilen.",
  answerRole: "Ein Signal beantworten braucht die Rolle operator.",
  closedAlready: "Das Signal ist schon von __by__ abgeschlossen; erst wieder öffnen.",
  signalOpen: "Das Signal ist offen.",
  reopenRole: "Ein Signal wieder öffnen braucht die Rolle engineer, supervisor oder quality.",
  measureRole: "Messen an __asset__ braucht die Rolle operator und die Zuständigkeit dafür.",
  withdrawRole: "Eine Messung nimmt zurück, wer sie gemacht hat, oder jemand mit der Rolle supervisor oder quality.",

  NO_CAUSE: "Ein Signal ist nur durch eine Ursache erklärt, die gefunden wurde; sie ist zu nennen.",
  SEVERAL_PRODUCTS: "Dies sind Werte mehrerer Produkte, jedes mit eigenem Mittel. Eines davon wählen. (__products__)",
  NO_LIMITS_IN_FORCE:
    "Es sind keine Regelgrenzen in Kraft, also verbürgt keine Karte diese Werte. Grenzen auf der Seite der Karte freigeben.",
  recordRole: "Eine Fähigkeit festhalten braucht die Rolle engineer oder quality.",
  notAsked: "Das ist nichts, was sich eine Karte fragen lässt. Die Seite neu laden.",
  noMeasurementSent: "Das ist keine Messung, die diese Karte nehmen kann. Die Seite neu laden.",
  otherParts: "Eine Messung hat nur, was ihre Karte nimmt: Werte, oder eine Anzahl und was geprüft wurde.",
  noChart: "Diese Karte gibt es nicht, oder das Konto gilt nicht für sie.",
  otherCause: "„__code__“ ist keine der Ursachen, die hier jetzt angeboten sind. Eine andere wählen, oder eigene Worte.",
  otherAction: "„__code__“ ist keine der Maßnahmen, die hier jetzt angeboten sind. Eine andere wählen, oder eigene Worte.",
  noSignal: "Dieses Signal gibt es nicht.",
  noVersion: "Eine Version __version__ gibt es nicht.",
  notMeasured: "Fähig sind gemessene Werte; diese Karte zählt.",
  capabilityWindow: "Die Zeit beginnt, bevor sie endet, höchstens 31 Tage davor.",
  baselineWindow: "Ein Vorlauf beginnt, bevor er endet, höchstens 31 Tage davor.",
  notReviewed: "Erst ansehen, was diese Grenzen zu den letzten 7 Tagen gesagt hätten.",
  past: "Was beurteilt ist, bleibt, wie es war: Grenzen gelten ab jetzt oder ab später.",
  historianAway: "Der Historian ist nicht erreichbar; Aufgezeichnetes lässt sich jetzt nicht lesen.",
  threadEnded: "Was rechnet, ist beendet worden. Noch einmal fragen; endet es wieder, einen kürzeren Zeitraum.",
  answerNotRecorded: "Die Antwort ist nicht festgehalten.",
  decisionNotRecorded: "Die Entscheidung ist nicht festgehalten.",
  studyNotRecorded: "Die Untersuchung ist nicht festgehalten.",
  measurementNotRecorded: "Die Messung ist nicht festgehalten.",
  notByHand: "Diese Karte wird nicht von Hand gemessen; ihre Werte kommen von einer Variablen.",
  mayNotMeasure: "Messen braucht die Rolle operator, engineer, supervisor oder quality.",
  inFuture: "Das wäre in der Zukunft gemessen; die Uhr des Browsers geht falsch.",
  tooOld: "Das ist zu lange her, um jetzt noch eingetragen zu werden.",
  doubtful: "Fern von allem, was hier zu erwarten ist. Berichtigen, oder bestätigen, dass es stimmt.",
  noMeasurement: "Diese Messung gibt es nicht.",

  NO_VALUES: "In dieser Zeit gibt es keine Messwerte.",
  ODD_VALUE: "Die Messwerte müssen endliche Zahlen sein; Wert __n__ ist __value__.",
  TOO_WIDE: "Die Messwerte sind zu groß für ihre Varianz.",
  TOO_MANY: "Eine Fähigkeit wird aus höchstens einer Million Werten berechnet, hier sind es __n__; einen kürzeren Zeitraum wählen.",
  NO_LIMITS: "Es gibt keine Toleranz. Eine untere, eine obere oder beide angeben.",
  BAD_LIMITS: "Die Toleranzen müssen endlich sein, die untere kleiner als die obere.",
  BAD_OPTIONS: "Eine Angabe liegt außerhalb ihres Bereichs: __value__.",
  TOO_FEW: "Weniger als 25 Werte, hier __n__, sagen zu wenig über einen Prozess. Mehr sammeln.",
  CONSTANT: "Alle Werte sind gleich (__value__): Die Messung löst die Streuung nicht auf, oder der Wert steht.",
  OUT_OF_CONTROL:
    "Die Regelkarte hat Signale ohne Ursache (__signals__), also gibt es nicht den einen Prozess, der fähig sein könnte. Erst ihre Ursachen finden.",
  NOT_POSITIVE: "Diese Verteilung hat nur positive Werte. Eine andere wählen.",
  NO_FIT: "Die Verteilung lässt sich diesen Werten nicht anpassen. Eine andere wählen.",
  NO_TAIL: "Gemessene Quantile haben keinen Rand für einen Z-Wert. Quantile als Verfahren oder eine Verteilung wählen.",

  NO_CHART: "Keine Regelkarte steht für diese Werte ein. Die Zahlen beschreiben sie und versprechen nichts über die nächsten.",
  POOR_FIT: "Die Werte sehen nicht aus, als kämen sie aus dieser Verteilung (Anderson-Darling, p < 0,05). Das Histogramm ansehen.",
  FEW_FOR_PERCENTILES: "Gemessene Quantile von 0,135 % brauchen 1000 Werte und mehr; hier entscheiden die äußersten.",
  FEW_VALUES: "Weniger als 100 Werte: die Vertrauensbereiche ansehen, sie sind weit.",
  COARSE: "Die Werte haben weniger als 5 verschiedene Größen: Das Messmittel löst die Streuung nicht auf.",
  TARGET_OFF_MIDDLE: "Der Zielwert ist nicht die Mitte der Toleranz; Cpm und Ppm bewerten eine Abweichung nach beiden Seiten gleich.",
  NO_INTERVAL: "Vertrauensbereiche gibt es nur für normalverteilte Werte. Die Zahlen sind so unsicher, wie ihre Anzahl sie macht.",
  BEYOND_SUPPORT: "Die Verteilung endet vor einer Toleranz; dahinter ist nichts zu erwarten, und die Seite hat keine Kennzahl.",
};

const GERMAN: Readonly<Record<string, string>> = { ...DE, ...REFUSED_DE };

/** In English too where the sentence is of a later release. */
export function saidText({ message, says }: Said): string {
  return language() === "de" ? (inGerman(says) ?? message) : message;
}

/** Why the server refused something; without `says` by its code. */
export function refusedText({ code, message, says }: { readonly code?: string; readonly message: string; readonly says?: Saying }): string {
  return says === undefined ? refusal(code ?? "", message) : saidText({ message, says });
}

function inGerman({ key, values }: Saying): string | undefined {
  if (!Object.hasOwn(GERMAN, key)) return undefined;
  return GERMAN[key]?.replaceAll(/__(\w+?)__/g, (mark, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === "object") return inGerman(value) ?? "";
    if (typeof value === "number")
      return value !== 0 && Math.abs(value) < LEAST ? String(value).replace(".", ",") : number(value, 0, DECIMALS);
    return value === undefined ? mark : named(name, value);
  });
}

/** Kinds of charts and states of versions have words of their own. */
function named(name: string, value: string): string {
  const { kinds, status } = chartTexts();
  const texts: Readonly<Record<string, string>> =
    name === "status" ? status : name === "kind" || name === "level" || name === "spread" ? kinds : {};
  return Object.hasOwn(texts, value) ? (texts[value] ?? value) : value;
}
