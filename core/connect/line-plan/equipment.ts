/** The equipment of a line as the text of a plant file. */
import { Document } from "yaml";
import { defined } from "../model/defined.ts";
import type { PlantModel } from "../model/index.ts";
import { ALWAYS_PLANNED, type LineDecisions, type MachineDecisions } from "./decisions.ts";
import { PLAIN_SLOTS, type Slot } from "./slots.ts";
import { stateReading } from "./states.ts";

/** Text for a prefix of which no address of the class is ever read: what has a variable has a row with its own address. */
const NOT_CONNECTED = "not-connected:";

/** `model`: the plant before; what it has already is not declared again. */
export function equipmentText(decisions: LineDecisions, model: PlantModel, slotsOf: (type: string) => readonly Slot[]): string {
  const root = `${model.enterprise}.${model.site}`;
  const equipment: Record<string, object> = {};
  const levels = decisions.line.split(".");
  for (let depth = 1; depth < levels.length; depth += 1) {
    const place = levels.slice(0, depth).join(".");
    if (!model.equipment.has(`${root}.${place}`)) equipment[place] = { kind: "Area" };
  }
  if (!model.equipment.has(`${root}.${decisions.line}`)) {
    const { label, calendar } = decisions;
    equipment[decisions.line] = { kind: "ProductionLine", ...defined({ label, calendar }) };
  }
  for (const machine of decisions.machines) {
    const place = `${decisions.line}.${machine.name}`;
    equipment[place] = machineEntry(machine, place, machine.class === undefined ? [] : slotsOf(machine.class));
  }
  const always = decisions.calendar === ALWAYS_PLANNED && !model.calendars.has(ALWAYS_PLANNED);
  const document = new Document({
    equipment,
    ...(always ? { calendars: { [ALWAYS_PLANNED]: alwaysPlanned(model.zone) } } : {}),
  });
  document.commentBefore = ` ${decisions.label ?? decisions.line}. The tags with their addresses are in the sheet beside this file.`;
  return document.toString({ lineWidth: 0 });
}

function machineEntry(machine: MachineDecisions, place: string, slots: readonly Slot[]): object {
  const { label, class: type, idealRate, state, tags } = machine;
  const read = new Set(tags.map(({ tag }) => tag));
  const dangling = slots.some(({ tag, prefixed }) => prefixed === true && !read.has(tag));
  const roles = type === undefined ? PLAIN_SLOTS.filter(({ tag }) => read.has(tag)).map(({ tag, role }) => [role, `_raw.${tag}`]) : [];
  return {
    kind: "WorkCell",
    ...defined({ label, class: type }),
    ...(dangling ? { prefix: `${NOT_CONNECTED}${place}` } : {}),
    ...defined({ idealRate }),
    ...(state === undefined ? {} : { stateMap: stateReading(state).stateMap }),
    ...(roles.length === 0 ? {} : { roles: Object.fromEntries(roles) as object }),
  };
}

function alwaysPlanned(zone: string): object {
  return { zone, dayStart: "00:00", shifts: { day: { start: "00:00", end: "24:00" } } };
}
