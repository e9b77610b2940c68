/** The tags that a machine of a class is expected to have, for people to give each a variable. */
import { loadPlant, type MachineRoles, type PlantFile, type StateMap, type TagType } from "../model/index.ts";

export interface Slot {
  /** Key of the tag in its class. */
  readonly tag: string;
  readonly type: TagType;
  readonly unit?: string;
  readonly description?: string;
  readonly role?: keyof MachineRoles;
  /** Of an enum: text per number. */
  readonly values?: Readonly<Record<string, string>>;
  /** Its address is made from the prefix of the machine. */
  readonly prefixed?: true;
}

export interface ClassSlots {
  readonly name: string;
  readonly slots: readonly Slot[];
  readonly stateMap?: StateMap;
  readonly idealRate?: number;
}

/** Without a class: what OEE can use, under `_raw`. */
export const PLAIN_SLOTS: readonly Slot[] = [
  { tag: "state", type: "enum", role: "state", description: "What the machine is doing" },
  { tag: "processed_count", type: "int", role: "processed", description: "All units it has processed; only grows" },
  { tag: "defective_count", type: "int", role: "defective", description: "Units it has made defective; only grows" },
  { tag: "unit_mode", type: "string", role: "unitMode", description: "Production, maintenance, …" },
  { tag: "product", type: "string", role: "product", description: "What it is set up for" },
  { tag: "heartbeat", type: "int", role: "heartbeat", description: "Changes every few seconds while the controller runs" },
];

/** A place and a prefix that no plant has. */
const [PROBE, PREFIX] = ["line-plan-probe", "line-plan-prefix:"];

/** The classes that a machine can be of, each with its own and its inherited tags. None when the files do not load. */
export function classSlots(files: readonly PlantFile[]): readonly ClassSlots[] {
  const reading = loadPlant(files);
  if ("problems" in reading) return [];
  const { model } = reading;
  const names = [...model.classes.values()].filter(({ contract }) => contract !== undefined).map(({ name }) => name);
  // The model keeps tags with the equipment; a machine of each class shows what the class gives it.
  const places = names.map((name, at) => `  ${PROBE}-${at}: { kind: WorkCell, class: ${JSON.stringify(name)}, prefix: "${PREFIX}" }\n`);
  const probe = { name: `${PROBE}.yaml`, text: `equipment:\n${places.join("")}` };
  const probed = names.length === 0 ? reading : loadPlant([...files, probe]);
  if ("problems" in probed) return [];
  return names.map((name, at) => {
    const asset = `${model.enterprise}.${model.site}.${PROBE}-${at}`;
    const { contract = "", roles, stateMap, idealRate } = probed.model.classes.get(name) ?? { roles: {} };
    const tags = [...probed.model.tags.values()].filter((tag) => tag.asset === asset && tag.signal.startsWith(`${contract}.`));
    const slots = tags.map(({ signal, type, unit, description, values, address }): Slot => {
      const role = (Object.keys(roles) as (keyof MachineRoles)[]).find((key) => roles[key] === signal);
      return {
        tag: signal.slice(contract.length + 1),
        type,
        ...(unit === undefined ? {} : { unit }),
        ...(description === undefined ? {} : { description }),
        ...(role === undefined ? {} : { role }),
        ...(values === undefined ? {} : { values }),
        ...(address?.startsWith(PREFIX) === true ? { prefixed: true as const } : {}),
      };
    });
    return { name, slots, ...(stateMap === undefined ? {} : { stateMap }), ...(idealRate === undefined ? {} : { idealRate }) };
  });
}
