/** The tag rows of a line: each decided variable as a row of a sheet. */
import { parseUnit } from "../units/index.ts";
import type { TagRow } from "../tag-sheet/index.ts";
import type { LineDecisions, MachineDecisions, SourceVariable } from "./decisions.ts";
import { PLAIN_SLOTS, type Slot } from "./slots.ts";
import { stateReading } from "./states.ts";

export type Variables = ReadonlyMap<string, SourceVariable>;

/** Rows of all machines in the order of the decisions. `slotsOf` gives the tags of a class. */
export function lineRows(decisions: LineDecisions, variables: Variables, slotsOf: (type: string) => readonly Slot[]): readonly TagRow[] {
  return decisions.machines.flatMap((machine) => {
    const equipment = `${decisions.line}.${machine.name}`;
    const slots = machine.class === undefined ? PLAIN_SLOTS : slotsOf(machine.class);
    return [
      ...machine.tags.map(({ tag, address }) =>
        slotRow(
          equipment,
          machine,
          slots.find((slot) => slot.tag === tag),
          tag,
          variables.get(address),
          address,
        ),
      ),
      ...machine.raw.map(({ name, address }) => rawRow(equipment, name, variables.get(address), address)),
    ];
  });
}

function slotRow(
  equipment: string,
  machine: MachineDecisions,
  slot: Slot | undefined,
  tag: string,
  variable: SourceVariable | undefined,
  address: string,
): TagRow {
  const isState = slot?.role === "state";
  const values =
    isState && slot.type === "enum"
      ? machine.state && stateReading(machine.state).values
      : slot?.type === "enum"
        ? variable?.values
        : undefined;
  const own = machine.class === undefined && slot !== undefined ? { type: plainType(slot, variable) } : {};
  return {
    equipment,
    tag,
    address,
    ...own,
    ...(values === undefined ? {} : { values }),
    ...countRange(slot, variable),
    ...sourceUnit(slot, variable),
    ...(machine.class === undefined && slot?.description !== undefined ? { description: slot.description } : {}),
  };
}

/** Without a class the tag takes the variable's type, except the state, which always becomes a number with a text. */
function plainType(slot: Slot, variable: SourceVariable | undefined): NonNullable<TagRow["type"]> {
  if (slot.role === "state") return "enum";
  if (slot.role === "processed" || slot.role === "defective") return variable?.type === "float" ? "float" : "int";
  return variable?.type === "enum" || variable?.type === undefined ? slot.type : variable.type;
}

/** A count without a range of its own gets the one of its width, so that a roll-over is not taken for a reset. */
function countRange(slot: Slot | undefined, variable: SourceVariable | undefined): Pick<TagRow, "min" | "max"> {
  const counts = slot?.role === "processed" || slot?.role === "defective" || slot?.role === "heartbeat";
  return counts && slot.type === "int" && variable?.rollsOverAt !== undefined ? { min: 0, max: variable.rollsOverAt } : {};
}

/** A unit at the server that differs from the tag's; a count needs none. What does not convert is the model's to refuse. */
function sourceUnit(slot: Slot | undefined, variable: SourceVariable | undefined): Pick<TagRow, "sourceUnit"> {
  if (slot?.unit === undefined || variable?.unit === undefined || slot.unit === variable.unit) return {};
  return isDimensionless(variable.unit) && isDimensionless(slot.unit) ? {} : { sourceUnit: variable.unit };
}

function isDimensionless(unit: string): boolean {
  return unit === "1" || /^\{[^}]*\}$/.test(unit);
}

function rawRow(equipment: string, name: string, variable: SourceVariable | undefined, address: string): TagRow {
  const { unit, range, values, description } = variable ?? {};
  const type = variable?.type ?? "string";
  const numeric = type === "float" || type === "int" || type === "int64";
  return {
    equipment,
    tag: name,
    address,
    type: type === "enum" && values === undefined ? "int" : type,
    ...(numeric && unit !== undefined && "value" in parseUnit(unit) ? { unit } : {}),
    ...(numeric && range?.min !== undefined ? { min: range.min } : {}),
    ...(numeric && range?.max !== undefined ? { max: range.max } : {}),
    ...(type === "enum" && values !== undefined ? { values } : {}),
    ...(description === undefined ? {} : { description: oneLine(description) }),
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 200);
}
