/** The kinds of equipment and where each usually stands. */
import type { EquipmentKind } from "./plant.ts";

export const KINDS = [
  "Area",
  "ProcessCell",
  "ProductionUnit",
  "ProductionLine",
  "StorageZone",
  "Unit",
  "WorkCell",
  "StorageUnit",
  "EquipmentModule",
  "ControlModule",
] as const satisfies readonly EquipmentKind[];

export const WORK_CENTRES: readonly EquipmentKind[] = ["ProcessCell", "ProductionUnit", "ProductionLine", "StorageZone"];
/** Where IEC 62264-1 (ISA-95) puts each kind, and where ISA-88 puts the modules. */
export const USUAL_PARENTS: Readonly<Record<(typeof KINDS)[number], readonly EquipmentKind[]>> = {
  Area: ["Site", "Area"],
  ProcessCell: ["Area", "Site"],
  ProductionUnit: ["Area", "Site"],
  ProductionLine: ["Area", "Site"],
  StorageZone: ["Area", "Site"],
  Unit: ["ProcessCell", "ProductionUnit"],
  WorkCell: ["ProductionLine", "WorkCell"],
  StorageUnit: ["StorageZone"],
  EquipmentModule: ["Unit", "WorkCell", "StorageUnit", "EquipmentModule"],
  ControlModule: ["Unit", "WorkCell", "StorageUnit", "EquipmentModule", "ControlModule"],
};
