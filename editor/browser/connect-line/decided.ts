/** The draft of the page as the decisions that the runtime plans from. */
import type { LineDecisions, MachineDecisions } from "../../../core/connect/line-plan/index.ts";
import { othersOf, slotsOf } from "./machine-card.ts";
import type { MachineDraft } from "./shapes.ts";
import { included, rateIn } from "./step-rates.ts";
import type { Draft } from "./wizard.ts";

export function decided(draft: Draft, rawName: (address: string) => string): LineDecisions {
  const { line, label, calendar, constraint } = draft;
  return {
    line: line.trim(),
    ...(label.trim() === "" ? {} : { label: label.trim() }),
    ...(calendar === "" ? {} : { calendar }),
    ...(constraint === "" ? {} : { constraint }),
    machines: included(draft).map((machine) => machineDecided(machine, draft, rawName)),
  };
}

function machineDecided(machine: MachineDraft, { site }: Draft, rawName: (address: string) => string): MachineDecisions {
  const tags = slotsOf(machine, site).flatMap(({ tag }) => {
    const address = machine.chosen.get(tag);
    return address === undefined ? [] : [{ tag, address }];
  });
  const rate = rateIn(machine.rate);
  const taken = new Set(tags.map(({ tag }) => tag));
  const raw = machine.keepOthers
    ? othersOf(machine).map((address) => {
        const name = unused(rawName(address), taken);
        taken.add(name);
        return { name, address };
      })
    : [];
  return {
    name: machine.name,
    ...(machine.label === "" ? {} : { label: machine.label }),
    ...(machine.class === "" ? {} : { class: machine.class }),
    ...(rate === undefined ? {} : { idealRate: rate }),
    ...(machine.state === undefined ? {} : { state: machine.state }),
    tags,
    raw,
  };
}

function unused(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name.slice(0, 60)}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
