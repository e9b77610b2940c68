/**
 * The plant model: ISA-95 equipment, equipment classes, tags, products and shifts of one site, as read from YAML.
 * These are the resolved shapes that the rest of the house uses; `load.ts` builds them or explains what is wrong.
 */
import type { AlarmKind, AlarmPriority, AlarmRationale } from "../../operate/alarm/definition.ts";
import type { StateMap } from "../../operate/state/index.ts";
import type { DisplayUnits } from "../units/index.ts";

/** ISA-95 equipment element kinds (B2MML EquipmentLevel). */
export type EquipmentKind =
  | "Enterprise"
  | "Site"
  | "Area"
  | "ProcessCell"
  | "Unit"
  | "ProductionLine"
  | "WorkCell"
  | "ProductionUnit"
  | "StorageZone"
  | "StorageUnit"
  | "EquipmentModule"
  | "ControlModule";

export type TagType = "float" | "int" | "int64" | "bool" | "string" | "enum";

export interface TagDefinition {
  /** Canonical id: `<equipment path>.<_contract>[.<path>…].<name>`. */
  readonly id: string;
  /** Full dotted equipment path. */
  readonly asset: string;
  /** `_contract[.path].name`. */
  readonly signal: string;
  readonly type: TagType;
  /** UCUM code. */
  readonly unit?: string;
  readonly range?: { readonly min?: number; readonly max?: number };
  /** For `enum`: text per number. */
  readonly values?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Longest time without a new value before the tag is stale, ms; none: never stale. */
  readonly expectedEveryMs?: number;
  /** Address at the source, with the instance's prefix applied (e.g. `ns=2;s=Line01.Filler01.FillWeight`). */
  readonly address?: string;
  /** How values at the address differ from the tag's: first the scaling, then the unit. */
  readonly source?: TagSource;
}

export interface TagSource {
  /** UCUM code after scaling; none: the tag's unit, or the one that the protocol carries. */
  readonly unit?: string;
  readonly scale?: Scale;
}

/** A straight line: the raw value `rawLow` means `low`, `rawHigh` means `high`. */
export interface Scale {
  readonly rawLow: number;
  readonly rawHigh: number;
  readonly low: number;
  readonly high: number;
}

/** What a tag means for OEE and energy: which signal (`_contract[.path].name`) carries the state, the counts, the meter and so on. */
export interface MachineRoles {
  readonly state?: string;
  /** The state as a text; where there is one, it is read instead of `state`. */
  readonly stateText?: string;
  readonly unitMode?: string;
  /** Cumulative count of all units processed. */
  readonly processed?: string;
  /** Cumulative count of defective units. */
  readonly defective?: string;
  /** Cumulative count of units to be reworked. */
  readonly rework?: string;
  readonly product?: string;
  /** Number of the order on the machine, empty for none. */
  readonly order?: string;
  /** Cumulative count of another counter behind the machine (a checkweigher, a palletiser), to reconcile its counts with. */
  readonly secondCounter?: string;
  /** Speed at present, for a state that is derived from it. */
  readonly speed?: string;
  /** A tag that the machine refreshes while it is alive; its source time drives the data clock. */
  readonly heartbeat?: string;
  /** Why the machine stands, as far as its controller knows: a text, or an enum whose texts the reasons tree names. */
  readonly stopReason?: string;
  /** Cumulative registers of the machine's electricity meter. */
  readonly energyActive?: string;
  readonly energyReactive?: string;
  /** True while the machine waits because the next one does not take (PackML EquipmentBlocked). */
  readonly blocked?: string;
  /** True while it waits because the one before does not deliver (PackML EquipmentStarved). */
  readonly starved?: string;
}

/** How the stations of a line work together; see `core/operate/line`. All stations are full paths. */
export interface LineDeclaration {
  /** The station that sets the line's pace; none: the one with the longest ideal cycle for the product. */
  readonly constraint?: string;
  /** Where good units are counted; none: the station that feeds no other. */
  readonly end?: string;
  /** Stations between the same neighbours, and how many of them must run. */
  readonly parallel: readonly { readonly stations: readonly string[]; readonly minimumRunning: number }[];
  /** How long a stop at one end of a buffer can take to be felt at the other, ms. */
  readonly buffers: readonly { readonly from: string; readonly to: string; readonly delayMs: number }[];
  /** Whose stop counts first where the culprit is found by key reason. */
  readonly priority: readonly string[];
}

/**
 * Whose counts are a machine's. `tag`: its counters alone. `manualScrap`: its counters, and of what they counted the scrap and
 * rework that people enter. `manualAdded`: its counters and, on top, what people enter. `manual`: what people enter, alone.
 */
export const COUNT_SOURCES = ["tag", "manualScrap", "manualAdded", "manual"] as const;
export type CountSource = (typeof COUNT_SOURCES)[number];

/** A second counter behind a machine, with which its counts are reconciled. */
export interface SecondCounter {
  /** Whether it sees the good units or all of them. */
  readonly compares: "good" | "total";
  /** Units in each of its counts: a palletiser counts cases. */
  readonly unitsPerCount: number;
  /** Differences up to this percentage of the second count are accepted. */
  readonly tolerancePercent: number;
}

export interface CountRules {
  readonly source: CountSource;
  readonly second?: SecondCounter;
}

/** Standard minutes of a changeover from a product to a product; `*` stands for any. */
export type ChangeoverMinutes = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type { StateMap } from "../../operate/state/index.ts";

/** What a class says of one of its tags; a machine may still differ in all but the type. */
export type ClassTag = Pick<TagDefinition, "type" | "unit" | "range" | "values" | "description">;

export interface EquipmentClass {
  readonly name: string;
  /** The class whose tags, roles and state map it inherits. */
  readonly extends?: string;
  /** None for a class that exists only to be extended. */
  readonly contract?: string;
  readonly roles: MachineRoles;
  readonly stateMap?: StateMap;
  /** Units per minute at design speed. */
  readonly idealRate?: number;
  /** By key, the inherited ones first: `fill_weight` of class `filler` is the signal `_filler_v1.fill_weight`. */
  readonly tags: ReadonlyMap<string, ClassTag>;
}

export interface Equipment {
  /** Full dotted path, e.g. `acme.galway.bottling.line01.filler01`. */
  readonly path: string;
  readonly kind: EquipmentKind;
  /** Depth below the enterprise: 0 enterprise, 1 site, 2 area, 3 line or cell, 4 work unit. */
  readonly level: number;
  readonly parent: string | null;
  readonly label?: string;
  readonly class?: string;
  /** Further classes whose contracts it keeps too. */
  readonly also?: readonly string[];
  readonly roles: MachineRoles;
  readonly stateMap?: StateMap;
  readonly idealRate?: number;
  /** Equipment that this one feeds (station graph). */
  readonly feeds: readonly string[];
  /** Of a line that says more about its stations than what feeds what. */
  readonly line?: LineDeclaration;
  /** None: its counters count, and scrap and rework that people enter are taken off the good units. */
  readonly counts?: CountRules;
  /** Standard times of changeovers (inherited from the nearest ancestor that has some). */
  readonly changeoverMinutes?: ChangeoverMinutes;
  /** Shift calendar that applies (inherited from the nearest ancestor). */
  readonly calendar?: string;
}

/** An ideal cycle time and the instant, a whole minute in ms UTC, from which on it holds; without one it always did. */
export interface IdealCycle {
  readonly from?: number;
  readonly seconds: number;
}

export interface Product {
  readonly id: string;
  readonly label?: string;
  /** Ideal cycle time in seconds per unit, by equipment path; `"*"` for any. A list, in order of time, where it changed. */
  readonly idealCycleSeconds: Readonly<Record<string, number | readonly IdealCycle[]>>;
  /** ISA-95 material properties, e.g. `net_weight: { value: 500, unit: "g" }`. */
  readonly properties?: Readonly<Record<string, { readonly value: number; readonly unit?: string }>>;
}

export interface ShiftPattern {
  readonly name: string;
  /** Local `HH:MM`; an end not after the start lies on the next day, and `24:00` is allowed as an end. */
  readonly start: string;
  readonly end: string;
  /** ISO weekdays 1 (Monday) to 7 on which it starts. */
  readonly days: readonly number[];
  /** Planned breaks inside the shift, local `HH:MM`. */
  readonly breaks: readonly { readonly start: string; readonly end: string }[];
}

export interface ShiftCalendar {
  readonly name: string;
  /** IANA zone. */
  readonly zone: string;
  /** Local `HH:MM` at which the production day begins. */
  readonly dayStart: string;
  readonly shifts: readonly ShiftPattern[];
  /** Production days (`YYYY-MM-DD`) on which nothing is planned. */
  readonly holidays: readonly string[];
  /** Shifts that start on a date (`YYYY-MM-DD`) in place of those of the week, holiday or not. */
  readonly exceptions?: Readonly<Record<string, readonly ShiftPattern[]>>;
}

/** What a reason may count as: buckets of the time model that a stop can be in. */
export const LOSS_CLASSES = ["failure", "stop", "hold", "setup", "plannedDown", "external", "noOrder"] as const;
export type LossClass = (typeof LOSS_CLASSES)[number];

/** One entry of a tree from which people choose: a group of entries, or what is chosen. */
export interface CatalogueEntry {
  readonly id: string;
  /** The group that holds it. */
  readonly parent: string | null;
  /** Text per language; `"*"` where one text serves all. */
  readonly labels: Readonly<Record<string, string>>;
  /** Equipment classes it is offered for, with those that extend them; none: every machine. */
  readonly classes?: readonly string[];
  /** Offered for what begins in [from, until), ms UTC; what was said with it stays said. */
  readonly from?: number;
  readonly until?: number;
}

/** One entry of the reasons tree: a group of reasons, or a reason that people give for a stop. */
export interface Reason extends CatalogueEntry {
  /** Where the time of a stop goes that has this reason; a group has none. */
  readonly loss?: LossClass;
  /** Texts of the stop reason tag, or states, that mean it. */
  readonly automatic?: readonly string[];
  /** One or two characters that choose it on a keyboard. */
  readonly key?: string;
  readonly colour?: string;
}

/** An alarm of a machine, as its class or the machine itself says. Times in ms. */
export interface PlantAlarm extends AlarmRationale {
  readonly asset: string;
  /** Name of the alarm within the asset. */
  readonly alarm: string;
  readonly kind: AlarmKind;
  /** `_contract[.path].name`; none for the machine's state, for rejects and for conditions of other nodes. */
  readonly tag?: string;
  readonly limit?: number;
  readonly deadband?: number;
  readonly states?: readonly string[];
  readonly afterMs?: number;
  readonly codes?: readonly string[];
  readonly quietMs?: number;
  readonly priority: AlarmPriority;
  readonly class?: string;
  readonly message?: string;
  readonly onDelayMs?: number;
  readonly offDelayMs?: number;
  readonly realarmMs?: number;
  readonly latching?: boolean;
  readonly group?: string;
  readonly suppressedIn?: readonly string[];
}

/** A reading and what the mapping must make of it: a test that travels with the plant files. */
export interface GoldenPair {
  /** Where it stands: `golden.yaml`, line 3. */
  readonly file: string;
  readonly line: number;
  readonly protocol: string;
  readonly address: string;
  readonly value: number | string | boolean | null;
  /** Unit that the protocol carries with the value, UCUM. */
  readonly unit?: string;
  readonly status?: number;
  readonly gives:
    | {
        /** Canonical id. */
        readonly tag: string;
        readonly value: number | string | boolean | null;
        readonly unit?: string;
        readonly quality?: string;
      }
    | { readonly reject: string };
}

export interface PlantModel {
  readonly enterprise: string;
  readonly site: string;
  /** Display zone of the site (IANA). */
  readonly zone: string;
  /** Display units of the site. They change what people see and nothing that is stored, so they are no part of the revision. */
  readonly display?: DisplayUnits;
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly classes: ReadonlyMap<string, EquipmentClass>;
  /** By canonical id. */
  readonly tags: ReadonlyMap<string, TagDefinition>;
  /** By path: `<equipment path>.<alarm>`. */
  readonly alarms: ReadonlyMap<string, PlantAlarm>;
  readonly products: ReadonlyMap<string, Product>;
  readonly calendars: ReadonlyMap<string, ShiftCalendar>;
  /** The reasons tree by id, a group before what it holds. */
  readonly reasons: ReadonlyMap<string, Reason>;
  /** Assignable causes of a process that has changed, and what is done about them, for control charts; trees of the same form. */
  readonly causes: ReadonlyMap<string, CatalogueEntry>;
  readonly actions: ReadonlyMap<string, CatalogueEntry>;
  /** Frozen contracts by name (`_filler_v1`), also those that no class makes any more. */
  readonly contracts: ReadonlyMap<string, ReadonlyMap<string, ClassTag>>;
  readonly golden: readonly GoldenPair[];
  /** Content hash, golden pairs, frozen contracts and display units aside; names the revision of the model in evidence and provenance. */
  readonly revision: string;
}
