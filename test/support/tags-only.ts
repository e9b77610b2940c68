/** A plant model for what looks at tags alone: no equipment, classes, products or calendars. */
import type { PlantModel, TagDefinition } from "../../core/connect/model/index.ts";

export function tagsOnly(tags: readonly TagDefinition[]): PlantModel {
  return {
    enterprise: "acme",
    site: "galway",
    zone: "Europe/Dublin",
    equipment: new Map(),
    classes: new Map(),
    tags: new Map(tags.map((tag) => [tag.id, tag])),
    alarms: new Map(),
    products: new Map(),
    calendars: new Map(),
    reasons: new Map(),
    causes: new Map(),
    actions: new Map(),
    contracts: new Map(),
    golden: [],
    revision: "1",
  };
}
