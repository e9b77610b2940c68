/** What the overview of all charts says, per language. */
import type { BriefCapability } from "../../../../core/model/charting/index.ts";
import { language } from "./terminal-texts.ts";

type Refusal = NonNullable<BriefCapability["refused"]>["code"];

const EN = {
  line: "Line",
  allLines: "all lines",
  makes: "Made now",
  since: "since",
  last: "Last point",
  noLast: "none recorded",
  breaks: "breaks",
  oldest: "oldest",
  capability: "Capability of 7 days",
  values: "__n__ values",
  waits: "is being computed",
  computing: "Capability is being computed",
  worst: "The chart that wants somebody most comes first.",
  refusals: {
    NO_VALUES: "none – no values in this time",
    TOO_MANY: "none – more than a million values",
    NO_LIMITS: "none – no specification",
    BAD_LIMITS: "none – the specification is wrong",
    BAD_OPTIONS: "none",
    TOO_FEW: "none – fewer than 25 values",
    CONSTANT: "none – all values are equal",
    OUT_OF_CONTROL: "none – signals without a cause",
    NOT_POSITIVE: "none – values that are not positive",
    NO_FIT: "none – no distribution fits",
    NO_TAIL: "none",
    NO_LIMITS_IN_FORCE: "none – no limits in force",
    NO_CAUSE: "none – a cause is missing",
    SEVERAL_PRODUCTS: "none – values of several products",
    NOT_MEASURED: "none – it counts, or is of many products",
    ENDED: "none – it could not be computed",
  } satisfies Readonly<Record<Refusal, string>>,
};
type Texts = typeof EN;

const DE: Texts = {
  line: "Linie",
  allLines: "alle Linien",
  makes: "Gefertigt wird",
  since: "seit",
  last: "Letzter Punkt",
  noLast: "keiner aufgezeichnet",
  breaks: "verletzt",
  oldest: "ältestes",
  capability: "Fähigkeit aus 7 Tagen",
  values: "__n__ Werte",
  waits: "wird berechnet",
  computing: "Die Fähigkeit wird berechnet",
  worst: "Die Karte, die am dringendsten jemanden braucht, steht zuerst.",
  refusals: {
    NO_VALUES: "keine – keine Werte in dieser Zeit",
    TOO_MANY: "keine – mehr als eine Million Werte",
    NO_LIMITS: "keine – keine Toleranz angegeben",
    BAD_LIMITS: "keine – die Toleranz ist falsch",
    BAD_OPTIONS: "keine",
    TOO_FEW: "keine – weniger als 25 Werte",
    CONSTANT: "keine – alle Werte sind gleich",
    OUT_OF_CONTROL: "keine – Signale ohne Ursache",
    NOT_POSITIVE: "keine – Werte, die nicht positiv sind",
    NO_FIT: "keine – keine Verteilung passt",
    NO_TAIL: "keine",
    NO_LIMITS_IN_FORCE: "keine – keine Grenzen in Kraft",
    NO_CAUSE: "keine – eine Ursache fehlt",
    SEVERAL_PRODUCTS: "keine – Werte mehrerer Produkte",
    NOT_MEASURED: "keine – sie zählt, oder gilt vielen Produkten",
    ENDED: "keine – sie war nicht zu berechnen",
  },
};

export function overviewTexts(): Texts {
  return language() === "de" ? DE : EN;
}
