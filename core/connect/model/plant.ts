/**
 * The plant model: ISA-95 equipment, equipment classes, tags, products and shifts of one site, as read from YAML.
 * These are the resolved shapes that the rest of the house uses; `load.ts` builds them or explains what is wrong.
 */
import type { StateMap } from "../../operate/state/index.ts";

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

/** What a tag means for OEE: which signal (`_contract[.path].name`) carries the state, the counts, the product, the heartbeat. */
export interface MachineRoles {
  readonly state?: string;
  /** The state as a text; where there is one, it is read instead of `state`. */
  readonly stateText?: string;
  readonly unitMode?: string;
  /** Cumulative count of all units processed. */
  readonly processed?: string;
  /** Cumulative count of defective units. */
  readonly defective?: string;
  readonly product?: string;
  /** Speed at present, for a state that is derived from it. */
  readonly speed?: string;
  /** A tag that the machine refreshes while it is alive; its source time drives the data clock. */
  readonly heartbeat?: string;
}

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
  /** Shift calendar that applies (inherited from the nearest ancestor). */
  readonly calendar?: string;
}

export interface Product {
  readonly id: string;
  readonly label?: string;
  /** Ideal cycle time in seconds per unit, by equipment path; `"*"` for any. */
  readonly idealCycleSeconds: Readonly<Record<string, number>>;
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
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly classes: ReadonlyMap<string, EquipmentClass>;
  /** By canonical id. */
  readonly tags: ReadonlyMap<string, TagDefinition>;
  readonly products: ReadonlyMap<string, Product>;
  readonly calendars: ReadonlyMap<string, ShiftCalendar>;
  /** Frozen contracts by name (`_filler_v1`), also those that no class makes any more. */
  readonly contracts: ReadonlyMap<string, ReadonlyMap<string, ClassTag>>;
  readonly golden: readonly GoldenPair[];
  /** Content hash, golden pairs and frozen contracts aside; names the revision of the model in evidence and provenance. */
  readonly revision: string;
}
