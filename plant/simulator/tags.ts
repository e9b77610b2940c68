/** Tags as the demo controllers publish them; names and addresses agree with `plant/site/classes.yaml`. */
export const NAMESPACE_URI = "urn:twinline:demo-plant";

export type TagValue = number | string | boolean;
export type TagDataType = "Double" | "Int32" | "UInt16" | "UInt32" | "Boolean" | "String";

export interface TagChange {
  /** Identifier within the namespace, e.g. `Line01.Filler01.State`. */
  readonly nodeId: string;
  readonly value: TagValue;
  /** Milliseconds UTC of plant time. */
  readonly timestamp: number;
  /** OPC UA StatusCode. */
  readonly status: number;
}

export const Status = { Good: 0, UncertainSensorNotAccurate: 0x40930000, BadSensorFailure: 0x808c0000 } as const;

const MACHINE: Readonly<Record<string, TagDataType>> = {
  State: "Int32",
  UnitMode: "Int32",
  ProcessedCount: "UInt32",
  DefectiveCount: "UInt32",
  Product: "String",
  Heartbeat: "UInt16",
  MachSpeed: "Double",
  CurMachSpeed: "Double",
  Blocked: "Boolean",
  Starved: "Boolean",
  StopReason: "Int32",
  ActiveEnergy: "Double",
  ReactiveEnergy: "Double",
};

const EXTRA: Readonly<Record<string, Readonly<Record<string, TagDataType>>>> = {
  Infeed01: { BufferLevel: "Int32" },
  Filler01: { FillWeight: "Double", FillTime: "Double", ProductTemperature: "Double", BowlPressure: "Double" },
  Capper01: { Torque: "Double", Head: "Int32", CapsLevel: "Double" },
  Checkweigher01: { NetWeight: "Double", RejectReason: "Int32" },
  Labeller01: { LabelOffset: "Double", LabelsLeft: "Int32" },
  Rejectpusher01: { RejectReason: "Int32", AirPressure: "Double" },
};

export const STATIONS = ["Infeed01", "Filler01", "Capper01", "Checkweigher01", "Labeller01", "Rejectpusher01"] as const;
export type Station = (typeof STATIONS)[number];

export interface TagDescription {
  readonly nodeId: string;
  /** Folder path below Objects. */
  readonly folders: readonly string[];
  readonly name: string;
  readonly dataType: TagDataType;
}

export const TAGS: readonly TagDescription[] = [
  { nodeId: "Line01.AmbientTemperature", folders: ["Line01"], name: "AmbientTemperature", dataType: "Double" },
  ...STATIONS.flatMap((station) =>
    Object.entries({ ...MACHINE, ...EXTRA[station] }).map(([name, dataType]) => ({
      nodeId: `Line01.${station}.${name}`,
      folders: ["Line01", station],
      name,
      dataType,
    })),
  ),
  { nodeId: "Packing01.Counter01.Count", folders: ["Packing01", "Counter01"], name: "Count", dataType: "UInt32" },
  { nodeId: "Packing01.Counter01.Heartbeat", folders: ["Packing01", "Counter01"], name: "Heartbeat", dataType: "UInt16" },
];

/** `acme.galway.bottling.line01.filler01` for `Filler01`. */
export function assetOf(station: Station): string {
  return `acme.galway.bottling.line01.${station.toLowerCase()}`;
}
