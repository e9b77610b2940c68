/** Machines and tags proposed from what is ticked, as the page shows them for a person to check. */
import { freeName, PLAIN_SLOTS, snakeCase, type SourceVariable } from "../../core/connect/line-plan/index.ts";
import type { EquipmentClass } from "../../core/connect/model/index.ts";
import { type MachineProposal, suggest } from "../../core/connect/suggest/index.ts";
import type { Visit } from "./visit.ts";

export interface ProposedTag {
  readonly tag: string;
  readonly address: string;
  readonly confidence: number;
  readonly reasons: readonly string[];
}

export interface ProposedMachine {
  readonly name: string;
  readonly label: string;
  /** Absent when no class fits. */
  readonly class?: string;
  /** 0 to 1, that it is one machine of this class, and why. */
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly proposals: readonly ProposedTag[];
  /** All its ticked variables. */
  readonly addresses: readonly string[];
}

type Classes = ReadonlyMap<string, EquipmentClass>;

/** What OEE can use of a machine without a class, in the form of one. */
const PLAIN: EquipmentClass = {
  name: "plain",
  contract: "_plain_v1",
  roles: Object.fromEntries(PLAIN_SLOTS.flatMap(({ role, tag }) => (role === undefined ? [] : [[role, `_plain_v1.${tag}`]]))),
  tags: new Map(PLAIN_SLOTS.map(({ tag, type, description }) => [tag, { type, ...(description === undefined ? {} : { description }) }])),
};

/** Every ticked variable belongs to exactly one machine: the one proposed for its place, or else its folder. */
export function proposeMachines(visit: Visit, classes: Classes): object {
  const { ticked } = visit.choice;
  const { machines } = suggest(
    ticked.flatMap(({ address }) => visit.found(address)?.node ?? []),
    classes,
  );
  const byPlace = new Map<string, SourceVariable[]>(machines.map(({ place }) => [place, []]));
  for (const variable of ticked) {
    const place = placeOf(variable, machines) ?? variable.path.slice(0, -1).join("/");
    const here = byPlace.get(place);
    if (here === undefined) byPlace.set(place, [variable]);
    else here.push(variable);
  }
  const taken = new Set<string>();
  const proposed = [...byPlace].map(([place, variables]): ProposedMachine => {
    const machine = machines.find((one) => one.place === place);
    const label = place.split("/").at(-1) ?? place;
    const name = freeName(snakeCase(label), taken);
    taken.add(name);
    return {
      name,
      label,
      ...(machine === undefined ? {} : { class: machine.class }),
      confidence: machine?.confidence ?? 0,
      reasons: machine?.reasons ?? [],
      proposals: machine === undefined ? [] : tagsOf(machine),
      addresses: variables.map(({ address }) => address),
    };
  });
  const line = lineFolder([...byPlace.keys()]);
  return {
    line: snakeCase(line),
    label: line,
    machines: proposed,
    variables: ticked.map(({ address }) => {
      const { node: _node, ...rest } = visit.found(address) ?? { node: undefined };
      return rest;
    }),
    rawNames: Object.fromEntries(ticked.map(({ address, path }) => [address, snakeCase(path.at(-1) ?? "")])),
  };
}

/** Tags for one machine after a person chose another class; "" for none. */
export function proposeTags(visit: Visit, classes: Classes, name: string, addresses: readonly string[]): readonly ProposedTag[] {
  const type = name === "" ? PLAIN : classes.get(name);
  if (type === undefined) return [];
  const nodes = addresses.flatMap((address) => visit.found(address)?.node ?? []);
  return suggest(nodes, new Map([[type.name, type]])).machines.flatMap(tagsOf);
}

function tagsOf({ tags }: MachineProposal): readonly ProposedTag[] {
  return tags.map(({ tag, variable, confidence, reasons }) => ({ tag, address: variable.address, confidence, reasons }));
}

/** The deepest proposed place that the variable lies in; a place may also be the beginning of its variables' names. */
function placeOf({ path }: SourceVariable, machines: readonly MachineProposal[]): string | undefined {
  const full = path.join("/");
  const places = machines.filter(({ place }) => full.startsWith(place)).map(({ place }) => place);
  return places.toSorted((a, b) => b.length - a.length)[0];
}

/** The last folder that all machines share. */
function lineFolder(places: readonly string[]): string {
  const [first = [], ...others] = places.map((place) => place.split("/").slice(0, -1));
  const shared = first.filter((name, at) =>
    others.every((other) => other.slice(0, at + 1).join("/") === first.slice(0, at + 1).join("/") && name !== ""),
  );
  return shared.at(-1) ?? "line";
}
