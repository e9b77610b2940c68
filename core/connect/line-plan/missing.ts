/** What a line still lacks before its OEE can be calculated, in sentences for the person who connects it. */
import type { LineDecisions, MachineDecisions, SourceVariable } from "./decisions.ts";
import { type ClassSlots, PLAIN_SLOTS } from "./slots.ts";

export interface Missing {
  /** Name of the machine; "" when it concerns the line. */
  readonly machine: string;
  readonly message: string;
  /** Without it nothing can be applied; the others only leave OEE without a figure. */
  readonly blocks: boolean;
}

export function missing(
  decisions: LineDecisions,
  classes: readonly ClassSlots[],
  variables: ReadonlyMap<string, SourceVariable>,
): readonly Missing[] {
  const found: Missing[] = [];
  const say = (machine: string, message: string, blocks = false): void => void found.push({ machine, message, blocks });
  if (decisions.machines.length === 0) say("", "The line has no machine yet.", true);
  for (const machine of decisions.machines) {
    const type = classes.find(({ name }) => name === machine.class);
    const role = (name: string) => variableOf(machine, type, name);
    for (const { address } of [...machine.tags, ...machine.raw])
      if (!variables.has(address)) say(machine.name, `The survey found no variable at ${address.slice(0, 200)}.`, true);
    for (const { tag } of machine.tags)
      if (!(type?.slots ?? PLAIN_SLOTS).some((slot) => slot.tag === tag))
        say(machine.name, `The class has no tag "${tag.slice(0, 64)}".`, true);
    const state = role("state");
    if (state !== undefined) for (const sentence of unmapped(machine, variables.get(state))) say(machine.name, sentence, true);
    if (state === undefined) say(machine.name, "OEE needs a variable for the state.");
    if (role("processed") === undefined) say(machine.name, "OEE needs a variable for the count of processed units.");
    if (role("processed") !== undefined && rateOf(machine, type) === undefined)
      say(machine.name, "Without an ideal rate its performance and OEE have no figure.");
  }
  for (const sentence of constraintFaults(decisions, classes)) say("", sentence);
  return found;
}

function variableOf(machine: MachineDecisions, type: ClassSlots | undefined, role: string): string | undefined {
  const slot = (type?.slots ?? PLAIN_SLOTS).find((candidate) => candidate.role === role);
  return machine.tags.find(({ tag }) => tag === slot?.tag)?.address;
}

/** A value that the server names, or sent during the survey, and that nobody gave a meaning. */
function unmapped({ state }: MachineDecisions, variable: SourceVariable | undefined): readonly string[] {
  if (state === undefined) return ["Say how it counts its states: choose a numbering, or give each value its PackML state."];
  if (state.profile !== "custom") return [];
  if (state.states.length === 0) return ["Give at least one value of its state a PackML state."];
  const given = new Set(state.states.map(({ value }) => value.trim()));
  return Object.entries(variable?.values ?? {})
    .filter(([number, text]) => !given.has(number) && !given.has(text))
    .map(([number, text]) => `The state ${number} (${text.slice(0, 60)}) has no PackML state yet.`);
}

function rateOf(machine: MachineDecisions, type: ClassSlots | undefined): number | undefined {
  return machine.idealRate ?? type?.idealRate;
}

/** Boards measure a line at its slowest machine. */
function constraintFaults({ machines, constraint }: LineDecisions, classes: readonly ClassSlots[]): readonly string[] {
  if (machines.length === 0) return [];
  const chosen = machines.find(({ name }) => name === constraint);
  if (chosen === undefined) return ["Choose the machine at which the line's OEE is measured: the slowest one."];
  const rate = (machine: MachineDecisions): number =>
    rateOf(
      machine,
      classes.find(({ name }) => name === machine.class),
    ) ?? Infinity;
  const slowest = machines.reduce((slow, machine) => (rate(machine) < rate(slow) ? machine : slow));
  if (rate(slowest) >= rate(chosen)) return [];
  return [`OEE is measured at the slowest machine, but ${slowest.name} (${rate(slowest)}/min) is slower than ${chosen.name}.`];
}
