/** One machine: its name and class, a variable for each tag of the class, and what its states mean. */
import type { Slot } from "../../../core/connect/line-plan/index.ts";
import { chosenFrom, labelled, made, pressable, sureness, ticked, typedIn } from "./parts.ts";
import type { MachineDraft, Site, Variable } from "./shapes.ts";
import { stateTable } from "./state-table.ts";
import { stateTag } from "./step-machines.ts";
import { valueText } from "./step-variables.ts";
import { variableSearch } from "./variable-search.ts";
import { say } from "./words.ts";

export interface CardContext {
  readonly site: Site | undefined;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly machines: readonly MachineDraft[];
  readonly changed: () => void;
  /** Draws all cards again. */
  readonly draw: () => void;
  /** After the class of a machine was changed. */
  readonly proposeAgain: (machine: MachineDraft) => unknown;
}

/** What OEE can use of a machine without a class; as `PLAIN_SLOTS` of the plan. */
const PLAIN: readonly Slot[] = [
  { tag: "state", type: "enum", role: "state" },
  { tag: "processed_count", type: "int", role: "processed" },
  { tag: "defective_count", type: "int", role: "defective" },
  { tag: "unit_mode", type: "string", role: "unitMode" },
  { tag: "product", type: "string", role: "product" },
  { tag: "heartbeat", type: "int", role: "heartbeat" },
];
/** Without these two there is no OEE. */
const NEEDED: ReadonlySet<string> = new Set(["state", "processed"]);

const folded = new WeakSet<MachineDraft>();

export function slotsOf(machine: MachineDraft, site: Site | undefined): readonly Slot[] {
  return machine.class === "" ? PLAIN : (site?.classes.find(({ name }) => name === machine.class)?.slots ?? []);
}

export function machineCard(machine: MachineDraft, context: CardContext): HTMLElement {
  const { site, changed, draw } = context;
  const redraw = (): void => {
    changed();
    draw();
  };
  const classes = [["", say("noClass")] as const, ...(site?.classes ?? []).map(({ name }) => [name, name] as const)];
  const head = made("summary", {}, made("strong", {}, machine.name), made("span", { class: "tw-cl-hint" }, ` ${summaryOf(machine, site)}`));
  const card = made("details", { class: "tw-cl-card", "data-machine": machine.name, open: !folded.has(machine) }, head);
  card.addEventListener("toggle", () => void (card.open ? folded.delete(machine) : folded.add(machine)));
  const set = (key: "name" | "label") => (value: string) => {
    machine[key] = value.trim();
    changed();
  };
  card.append(
    ticked(say("useMachine"), machine.include, (on) => {
      machine.include = on;
      redraw();
    }),
  );
  if (!machine.include) return card;
  const type = chosenFrom(
    classes,
    machine.class,
    (value) => {
      machine.class = value;
      void context.proposeAgain(machine);
    },
    { "data-field": "class" },
  );
  const classField = labelled(say("class"), type);
  const { class: proposed, confidence, reasons } = machine.classProposed;
  if (proposed !== "" && proposed === machine.class) classField.append(sureness(confidence, reasons));
  card.append(
    made(
      "div",
      { class: "tw-cl-three" },
      labelled(say("machineName"), typedIn(machine.name, set("name"), { "data-field": "name" })),
      labelled(say("machineLabel"), typedIn(machine.label, set("label"), { "data-field": "label" })),
      classField,
    ),
    slotTable(machine, context, redraw),
  );
  if (stateTag(machine, site?.classes ?? []) !== undefined) card.append(stateTable(machine, context, redraw));
  const others = othersOf(machine);
  if (others.length > 0)
    card.append(
      ticked(say("keepOthers", { count: others.length }), machine.keepOthers, (on) => {
        machine.keepOthers = on;
        changed();
      }),
    );
  return card;
}

/** Ticked variables of the machine that no tag of its class is read from. */
export function othersOf(machine: MachineDraft): readonly string[] {
  const used = new Set(machine.chosen.values());
  return machine.addresses.filter((address) => !used.has(address));
}

function summaryOf(machine: MachineDraft, site: Site | undefined): string {
  if (!machine.include) return say("leftOut");
  const slots = slotsOf(machine, site);
  const lacking = slots.filter(({ role, tag }) => NEEDED.has(role ?? "") && !machine.chosen.has(tag)).map(({ tag }) => tag);
  const set = slots.filter(({ tag }) => machine.chosen.has(tag)).length;
  return lacking.length > 0 ? say("cardLacks", { tags: lacking.join(", ") }) : say("cardHas", { set, count: slots.length });
}

function slotTable(machine: MachineDraft, context: CardContext, redraw: () => void): HTMLElement {
  const rows = slotsOf(machine, context.site).map((slot) => slotRow(machine, slot, context, redraw));
  const head = made("tr", {}, ...["tag", "variable", "proposal"].map((key) => made("th", { scope: "col" }, say(`column.${key}`))));
  return made("table", { class: "tw-cl-slots" }, made("thead", {}, head), made("tbody", {}, ...rows));
}

function slotRow(machine: MachineDraft, slot: Slot, context: CardContext, redraw: () => void): HTMLElement {
  const { variables } = context;
  const { tag, type, unit, role, description } = slot;
  const address = machine.chosen.get(tag);
  const proposal = machine.proposals.get(tag);
  const choose = (chosen: string | undefined): void => {
    if (chosen === undefined) machine.chosen.delete(tag);
    else machine.chosen.set(tag, chosen);
    if (role === "state") machine.state = undefined;
    redraw();
  };
  const name = made("td", { title: description }, made("code", {}, tag));
  if (NEEDED.has(role ?? "")) name.append(made("span", { class: "tw-cl-need", title: say("neededForOee") }, " *"));
  name.append(made("div", { class: "tw-cl-hint" }, [type, unit ?? ""].filter((part) => part !== "").join(" ")));
  const chosen = address === undefined ? undefined : variables.get(address);
  const search = variableSearch(tag, address, machine.addresses, variables, choose);
  const value = made("td", {}, search);
  if (chosen !== undefined) value.append(made("div", { class: "tw-cl-hint" }, valueText(chosen)));
  const last = made("td", {});
  if (proposal !== undefined) {
    const proposed = variables.get(proposal.address);
    const own = proposed === undefined ? proposal.address : (proposed.path.at(-1) ?? "");
    last.append(sureness(proposal.confidence, proposal.reasons));
    if (address !== proposal.address) last.append(pressable(`take-${tag}`, own, () => choose(proposal.address)));
  }
  const alike = chosen === undefined ? [] : namedAlike(machine, tag, chosen.path.at(-1) ?? "", context);
  if (alike.length > 0)
    last.append(
      pressable(`same-${tag}`, say("sameVariable", { count: alike.length }), () => {
        for (const [other, own] of alike) {
          other.chosen.set(tag, own);
          if (role === "state") other.state = undefined;
        }
        redraw();
      }),
    );
  return made("tr", { "data-slot": tag, "data-role": role }, name, value, last);
}

/** Other machines that have a variable of this name and read the tag from another one, or from none. */
function namedAlike(machine: MachineDraft, tag: string, name: string, context: CardContext): (readonly [MachineDraft, string])[] {
  return context.machines.flatMap((other) => {
    const own = other.addresses.find((address) => context.variables.get(address)?.path.at(-1) === name);
    const takes = other.include && own !== undefined && slotsOf(other, context.site).some((slot) => slot.tag === tag);
    return other === machine || !takes || other.chosen.get(tag) === own ? [] : [[other, own] as const];
  });
}
