/**
 * Synthetic foreign lines with their truth: the six classes of the demo plant as three kinds of people would have named
 * them, with what lies beside the tags of a real machine: set points, limits, alarms, spares, controllers' parameters.
 */
import type { SurveyedVariable } from "../../core/connect/suggest/index.ts";
import { PACKML_STATES } from "../../core/operate/packml/index.ts";

export const STYLES = ["english camel", "german abbreviations", "s7"] as const;
export type Style = (typeof STYLES)[number];

export interface ForeignLine {
  readonly variables: readonly SurveyedVariable[];
  /** Address → class and tag; what is not named is no tag. */
  readonly truth: ReadonlyMap<string, { readonly class: string; readonly tag: string }>;
}

type Names = Readonly<Record<Style, readonly string[]>>;
type Made = Omit<SurveyedVariable, "address" | "path" | "name">;
const names = (english: string, german: string, s7: string): Names => ({
  "english camel": english.split(" "),
  "german abbreviations": german.split(" "),
  s7: s7.split(" "),
});

const int = (high: number): Made => ({ dataType: "Int32", sample: high });
const real = (unit: string, high: number, sample: number): Made => ({ dataType: "Float", unit, range: { min: 0, max: high }, sample });
const STATES = Object.fromEntries(PACKML_STATES.map((name, index) => [String(index + 1), name]));

/** Tag → spellings and what the server says of it. */
const COMMON: Readonly<Record<string, readonly [Names, Made]>> = {
  state: [
    names("MachineState State StateCurrent", "Zustand MaschStatus ST_MACH", "iStatus ST_MACH wZustand"),
    { ...int(6), values: STATES },
  ],
  unit_mode: [names("UnitMode OperatingMode ModeAct", "Betriebsart BA_Ist BetrArt", "iBetriebsart MODE iMode"), int(1)],
  processed_count: [
    names("TotalCount ProcessedCount CountTotal", "StkGesamt ZaehlerGes Gesamtzaehler", "diZaehlerGesamt CNT_TOTAL diStkGes"),
    int(81234),
  ],
  defective_count: [
    names("RejectCount BadCount CountRejected", "Ausschuss StkSchlecht NIO_Zaehler", "diAusschuss CNT_BAD diStkNIO"),
    int(123),
  ],
  product: [
    names("ProductId CurrentProduct Recipe", "Artikel ProdNr RezeptName", "sArtikel PROD_ID sRezept"),
    { dataType: "String", sample: "still" },
  ],
  heartbeat: [names("Heartbeat LifeCounter WatchdogCount", "Lebenszeichen LebensBit HB", "iLife HB_CNT iLebenszeichen"), int(77)],
  mach_speed: [
    names("SpeedSetpoint TargetSpeed SpeedSP", "GeschwSoll DrehzSoll Sollgeschwindigkeit", "rSpeedSoll SPD_SP rGeschwSoll"),
    real("/min", 400, 120),
  ],
  cur_mach_speed: [
    names("ActualSpeed CurrentSpeed SpeedAct", "GeschwIst V_Ist Istgeschwindigkeit", "rSpeedIst SPD_ACT rGeschwIst"),
    real("/min", 400, 119),
  ],
  blocked: [
    names("Blocked IsBlocked OutfeedBlocked", "Stau Rueckstau StauAusl", "bStau BLOCKED xRueckstau"),
    { dataType: "Boolean", sample: false },
  ],
  starved: [
    names("Starved IsStarved InfeedStarved", "Mangel FlaschenMangel MangelEinl", "bMangel STARVED xMangel"),
    { dataType: "Boolean", sample: false },
  ],
  stop_reason: [
    names("StopReason FaultReason DowntimeReason", "StoerGrund StillstGrund StoerUrs", "iStoerGrund STOP_RSN iStopCode"),
    int(3),
  ],
};
const OWN: Readonly<Record<string, Readonly<Record<string, readonly [Names, Made]>>>> = {
  infeed: {
    buffer_level: [
      names("BufferLevel BufferCount TableLevel", "PufferStand Pufferfuellst TischFuellg", "iPufferStand BUF_LVL iPuffer"),
      int(400),
    ],
  },
  filler: {
    fill_weight: [
      names("FillWeight NetFillWeight WeightAct", "FuellgewIst Fuellgewicht GewIst", "rFuellGewIst FILL_WT rGewicht"),
      real("g", 1500, 501),
    ],
    fill_time: [
      names("FillTime FillingDuration ValveOpenTime", "Fuellzeit FuellZt VentilZeit", "tFuellzeit FILL_TM rFuellZeit"),
      real("ms", 9000, 4000),
    ],
    product_temperature: [
      names("ProductTemp LiquidTemperature TempProduct", "ProdTemp Produkttemperatur TempMedium", "rTempProd PROD_TEMP rTemp"),
      real("Cel", 100, 8),
    ],
    bowl_pressure: [
      names("BowlPressure TankPressure PressureAct", "KesselDruck DruckKessel P_Kessel", "rDruckKessel BOWL_PRS rDruck"),
      real("mbar", 6000, 1800),
    ],
  },
  capper: {
    torque: [
      names("ClosingTorque TorqueActual CapTorque", "Drehmoment VerschlMom MomentIst", "rMoment CAP_TRQ rDrehmomentIst"),
      real("N.m", 4, 1.7),
    ],
    head: [names("HeadNumber CappingHead ActiveHead", "KopfNr Kopf VerschlKopf", "iKopf HEAD_NO iKopfNr"), int(5)],
    caps_level: [
      names("CapsLevel HopperLevel CapHopperLevel", "DeckelFuellst KappenNiveau DeckelStand", "rDeckelStand CAP_LVL rKappenNiveau"),
      real("%", 100, 60),
    ],
  },
  checkweigher: {
    net_weight: [
      names("NetWeight MeasuredWeight WeightNet", "GewNetto GewichtIst Messgewicht", "rGewNetto NET_WT rGewicht"),
      real("g", 2000, 500),
    ],
    reject_reason: [
      names("RejectReason RejectCause RejectCode", "AusschussGrund GrundNIO Auswurfgrund", "iAusschussGrund REJ_RSN iRejCode"),
      int(0),
    ],
  },
  labeller: {
    label_offset: [
      names("LabelOffset LabelPosition LabelDeviation", "EtikVersatz EtikettLage EtikPos", "rEtikVersatz LBL_OFS rVersatz"),
      { ...real("mm", 20, 0.4) },
    ],
    labels_left: [
      names("LabelsLeft LabelsRemaining RemainingLabels", "EtikRest Restetiketten EtikVorrat", "iEtikRest LBL_REM diRestEtik"),
      int(7000),
    ],
  },
  "reject-pusher": {
    reject_reason: [
      names("RejectReason RejectCause LastRejectReason", "AusschussGrund GrundNIO Auswurfgrund", "iAusschussGrund REJ_RSN iRejCode"),
      int(0),
    ],
    air_pressure: [
      names("AirPressure SupplyPressure PressureAir", "Luftdruck DruckLuft P_Luft", "rDruckLuft AIR_PRS rLuftdruck"),
      real("kPa", 1000, 600),
    ],
  },
};
const PLACES: Readonly<Record<string, Names>> = {
  infeed: names("Infeed InfeedTable", "Einlauf Zufuehrung", "DB11_Einlauf DB11_Infeed"),
  filler: names("Filler FillingMachine", "Fueller FL1", "DB12_Fueller DB12_Filler"),
  capper: names("Capper CappingUnit", "Verschliesser VS1", "DB13_Verschl DB13_Capper"),
  checkweigher: names("CheckWeigher Scale", "Waage KW1", "DB14_Waage DB14_Scale"),
  labeller: names("Labeller LabelingMachine", "Etikettierer ET1", "DB15_Etik DB15_Labeller"),
  "reject-pusher": names("RejectPusher Ejector", "Ausschleuser AS1", "DB16_Ausl DB16_Pusher"),
};
/** What is no tag of any class. */
const NOISE: readonly (readonly [Names, Made])[] = [
  [
    names("WeightSetpoint TempSetpoint PressureSP", "GewSoll TempSoll DruckSoll", "rGewSoll TEMP_SP rDruckSoll"),
    { dataType: "Float", sample: 500 },
  ],
  [
    names("WeightMax TempHighLimit PressureAlarmHi", "GewMax TempMax DruckGrenze", "rGewMax TEMP_HH rDruckMax"),
    { dataType: "Float", sample: 900 },
  ],
  [names("GoodCount GoodParts CountGood", "StkGut Gutteile GutZaehler", "diStkGut CNT_GOOD diGut"), int(81000)],
  [names("OperatingHours RunHours HoursOn", "BetrStd Laufzeit BStd", "diBetrStd HRS_ON diLaufzeit"), int(9000)],
  [
    names("AlarmActive AnyAlarm FaultActive", "Stoerung SammelStoer Warnung", "bStoerung ALM_ACT xFehler"),
    { dataType: "Boolean", sample: false },
  ],
  [names("DoorClosed GuardOk SafetyOk", "TuerZu SchutzOk NotHalt", "bTuerZu SAFE_OK xSchutz"), { dataType: "Boolean", sample: true }],
  [names("DriveCurrent MotorCurrent MotorLoad", "MotStrom AntrStrom MotLast", "rMotStrom MOT_CUR rAntrStrom"), real("A", 40, 12)],
  [names("MotorTemperature DriveTemp CabinetTemp", "MotTemp AntrTemp SchrankTemp", "rMotTemp MOT_TMP rSchrankTemp"), real("Cel", 120, 41)],
  [names("Spare1 Reserve2 Dummy", "Reserve1 Res2 Frei", "wReserve SPARE_1 iFrei"), int(0)],
  [names("KpGain TnIntegral PidOut", "ReglerKp ReglerTn Stellgroesse", "rKp PID_OUT rTn"), { dataType: "Float", sample: 0.3 }],
  [names("CycleTime CycleDuration TaktTime", "Taktzeit Zykluszeit ZyklZt", "tTakt CYC_TM rZyklus"), real("ms", 5000, 480)],
  [names("OrderId BatchNumber LotId", "AuftragNr ChargenNr LosNr", "sAuftrag LOT_ID sCharge"), { dataType: "String", sample: "4711" }],
];

/** One line of six machines; `random` gives numbers from 0 to 1. Units, ranges and texts are known for some variables only. */
export function foreignLine(style: Style, random: () => number): ForeignLine {
  const variables: SurveyedVariable[] = [];
  const truth = new Map<string, { class: string; tag: string }>();
  const pick = (choices: Names): string => choices[style][Math.floor(random() * choices[style].length)] ?? "";
  const isFlat = style === "german abbreviations" && random() < 0.5;
  for (const [type, own] of Object.entries(OWN)) {
    const place = pick(PLACES[type] ?? names("M", "M", "M"));
    const taken = new Set<string>();
    const add = (choices: Names, made: Made, tag?: string): void => {
      const name = pick(choices);
      if (taken.has(name)) return;
      taken.add(name);
      const full = isFlat ? `${place}_${name}` : name;
      const folder =
        style === "english camel"
          ? `Line/${place}/${tag !== undefined && random() < 0.3 ? "Status/" : ""}`
          : style === "s7"
            ? `PLC_1/${place}/`
            : isFlat
              ? "SPS/"
              : `SPS/${place}/`;
      const address = `ns=3;s=${folder}${full}`;
      const { unit, range, values, ...rest } = made;
      variables.push({
        address,
        path: `${folder}${full}`,
        name: full,
        ...rest,
        ...(unit !== undefined && random() < 0.5 ? { unit, ...(range !== undefined && random() < 0.7 ? { range } : {}) } : {}),
        ...(values !== undefined && random() < 0.3 ? { values } : {}),
      });
      if (tag !== undefined) truth.set(address, { class: type, tag });
    };
    for (const [tag, [choices, made]] of Object.entries({ ...COMMON, ...own })) if (random() < 0.9) add(choices, made, tag);
    for (const [choices, made] of NOISE) if (random() < 0.7) add(choices, made);
  }
  return { variables, truth };
}
