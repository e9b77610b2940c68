/** Step 3: the machines of the line, and which variable each of their tags is read from. */
import { ask } from "./asking.ts";
import { machineCard } from "./machine-card.ts";
import { labelled, made, pressable, typedIn, withProgress } from "./parts.ts";
import type { MachineDraft, MachineProposal, Proposal, Proposed, Variable } from "./shapes.ts";
import { say } from "./words.ts";
import type { Draft, Step, Wizard } from "./wizard.ts";

/** From this confidence on a proposal is taken by "accept all". */
const SURE = 0.7;

export const machinesStep: Step = {
  name: "machines",
  lacks: ({ machines, line, site }) => {
    const used = machines.filter(({ include }) => include);
    if (used.length === 0) return say("lacksMachines");
    if (line.trim() === "") return say("lacksLine");
    const unnumbered = used.find((machine) => machine.state === undefined && stateTag(machine, site?.classes ?? []) !== undefined);
    return unnumbered === undefined ? "" : say("lacksNumbering", { machine: unnumbered.name });
  },
  show: async (host, wizard) => {
    const { draft } = wizard;
    draft.site = await wizard.readSite();
    const asked = `${draft.visit} ${draft.tickedCount}`;
    const proposing = ask<Proposed>("POST", "propose", { plant: draft.plant, server: draft.visit });
    const proposed = await withProgress(host, () => say("proposing"), proposing);
    if (draft.proposedFrom !== asked) takeProposals(draft, proposed, asked);
    host.replaceChildren(...machinesForm(wizard, new Map(proposed.variables.map((variable) => [variable.address, variable]))));
    wizard.refresh();
  },
};

function takeProposals(draft: Draft, { line, label, machines }: Proposed, asked: string): void {
  draft.proposedFrom = asked;
  draft.line ||= line;
  draft.label ||= label;
  draft.machines = machines.map(draftOf);
}

function draftOf({ name, label, class: type, confidence, reasons, proposals, addresses }: MachineProposal): MachineDraft {
  return {
    classProposed: { class: type ?? "", confidence, reasons },
    name,
    label,
    class: type ?? "",
    rate: "",
    state: undefined,
    chosen: new Map(),
    proposals: new Map(proposals.map((proposal) => [proposal.tag, proposal])),
    addresses,
    keepOthers: true,
    // A folder in which no machine was recognised is offered, not taken.
    include: type !== undefined,
  };
}

function machinesForm(wizard: Wizard, variables: ReadonlyMap<string, Variable>): HTMLElement[] {
  const { draft } = wizard;
  const cards = made("div", { class: "tw-cl-cards" });
  const changed = (): void => {
    draft.applied = false;
    wizard.refresh();
  };
  /** The tags of another class need other variables. */
  const proposeAgain = (machine: MachineDraft): Promise<unknown> =>
    wizard.attempt(async () => {
      const { class: name, addresses } = machine;
      machine.proposals = new Map();
      machine.chosen.clear();
      machine.state = undefined;
      changed();
      draw();
      const tags = await ask<Proposal[]>("POST", "propose/tags", { plant: draft.plant, server: draft.visit, class: name, addresses });
      if (machine.class !== name) return;
      machine.proposals = new Map(tags.map((proposal) => [proposal.tag, proposal]));
      draw();
    });
  const accept = pressable(
    "accept",
    "",
    () => {
      for (const machine of draft.machines) acceptSure(machine);
      changed();
      draw();
    },
    true,
  );
  const draw = (): void => {
    const context = { site: draft.site, variables, machines: draft.machines, changed, draw, proposeAgain };
    const place = placeOfCursor(cards);
    cards.replaceChildren(...draft.machines.map((machine) => machineCard(machine, context)));
    if (place !== undefined) cards.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
    const sure = draft.machines.reduce((sum, { proposals }) => sum + [...proposals.values()].filter(isSure).length, 0);
    accept.textContent = say("accept", { count: sure, percent: SURE * 100 });
  };
  draw();
  const places = made("datalist", { id: "tw-cl-lines" }, ...(draft.site?.lines ?? []).map(({ place, label }) => new Option(label, place)));
  const line = typedIn(
    draft.line,
    (value) => {
      draft.line = value.trim();
      changed();
    },
    { "data-field": "line", list: "tw-cl-lines", placeholder: "hall.line01" },
  );
  const label = typedIn(draft.label, (value) => (draft.label = value), { "data-field": "line-label" });
  return [
    made("p", { class: "tw-cl-lead" }, say("machinesLead", { root: draft.site?.root ?? "" })),
    places,
    made("div", { class: "tw-cl-two" }, labelled(say("line"), line, say("lineHint")), labelled(say("lineLabel"), label)),
    made("div", { class: "tw-cl-buttons" }, accept),
    cards,
  ];
}

/** Where the cursor stands, as a selector that finds the same place after the cards were drawn again. */
function placeOfCursor(cards: HTMLElement): string | undefined {
  const active = document.activeElement as HTMLElement | null;
  const card = active?.closest<HTMLElement>("[data-machine]");
  if (active === null || !cards.contains(active) || card === null || card === undefined) return undefined;
  const { value, field, act } = active.dataset;
  const slot = active.closest<HTMLElement>("[data-slot]")?.dataset["slot"];
  const own = marked("value", value) + marked("field", field) + marked("act", act);
  return `${marked("machine", card.dataset["machine"])} ${marked("slot", slot)} ${own === "" ? "input" : own}`;
}

function marked(key: string, value: string | undefined): string {
  return value === undefined ? "" : `[data-${key}="${CSS.escape(value)}"]`;
}

function isSure({ confidence }: { readonly confidence: number }): boolean {
  return confidence >= SURE;
}

function acceptSure(machine: MachineDraft): void {
  for (const [tag, proposal] of machine.proposals)
    if (isSure(proposal) && !machine.chosen.has(tag)) machine.chosen.set(tag, proposal.address);
}

/** The address that the machine's state is read from; undefined when it has none. */
export function stateTag(
  machine: MachineDraft,
  classes: readonly { readonly name: string; readonly slots: readonly { readonly tag: string; readonly role?: string }[] }[],
): string | undefined {
  const slots = classes.find(({ name }) => name === machine.class)?.slots ?? [];
  const slot = machine.class === "" ? "state" : slots.find(({ role }) => role === "state")?.tag;
  return slot === undefined ? undefined : machine.chosen.get(slot);
}
