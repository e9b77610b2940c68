/** What the numbers or texts of a machine's state mean. Nobody guesses: each value gets its PackML state from a person. */
import type { StateDecision, StateValue } from "../../../core/connect/line-plan/index.ts";
import { PACKML_STATES, type PackmlState } from "../../../core/operate/packml/states.ts";
import type { CardContext } from "./machine-card.ts";
import { chosenFrom, labelled, made, pressable, typedIn } from "./parts.ts";
import type { MachineDraft, Variable } from "./shapes.ts";
import { stateTag } from "./step-machines.ts";
import { say } from "./words.ts";

const PROFILES = ["custom", "packml-opcua", "packml-tmc", "packml-names"] as const;
/** States that people look for most come first. */
const COMMON: readonly PackmlState[] = ["Execute", "Stopped", "Idle", "Held", "Suspended", "Aborted"];
/** The values as typed so far, some without a meaning yet, per machine. */
const drafts = new WeakMap<MachineDraft, Map<string, { text: string; state: PackmlState | "" }>>();

export function stateTable(machine: MachineDraft, context: CardContext, redraw: () => void): HTMLElement {
  const variable = context.variables.get(stateTag(machine, context.site?.classes ?? []) ?? "");
  const profile = machine.state?.profile ?? (drafts.has(machine) ? "custom" : "");
  const box = made("fieldset", { class: "tw-cl-states", "data-states": machine.name }, made("legend", {}, say("states")));
  const options = [["", say("chooseNumbering")] as const, ...PROFILES.map((one) => [one, say(`profile.${one}`)] as const)];
  box.append(
    labelled(
      say("numbering"),
      chosenFrom(
        options,
        profile,
        (value) => {
          drafts.delete(machine);
          if (value === "custom") drafts.set(machine, valuesOf(variable));
          machine.state = value === "" || value === "custom" ? undefined : ({ profile: value } as StateDecision);
          redraw();
        },
        { "data-field": "profile" },
      ),
      say("numberingHint"),
    ),
  );
  if (profile === "custom") box.append(...customTable(machine, variable, context, redraw));
  return box;
}

/** The texts that the server publishes, and the value that it sent. */
function valuesOf(variable: Variable | undefined): Map<string, { text: string; state: PackmlState | "" }> {
  const values = new Map(Object.entries(variable?.values ?? {}).map(([value, text]) => [value, { text, state: "" as const }] as const));
  const sent = variable?.value === undefined || variable.value === null ? "" : String(variable.value);
  const texts = new Set(Object.values(variable?.values ?? {}));
  if (sent !== "" && !values.has(sent) && !texts.has(sent)) values.set(sent, { text: "", state: "" });
  return new Map(values);
}

function customTable(machine: MachineDraft, variable: Variable | undefined, context: CardContext, redraw: () => void): HTMLElement[] {
  const values = drafts.get(machine) ?? valuesOf(variable);
  drafts.set(machine, values);
  const settle = (): void => {
    const done = [...values].flatMap(([value, { text, state }]): StateValue[] =>
      state === "" ? [] : [{ value, state, ...(text === "" ? {} : { text }) }],
    );
    machine.state = done.length > 0 && done.length === values.size ? { profile: "custom", states: done } : undefined;
    context.changed();
  };
  const states = [...COMMON, ...PACKML_STATES.filter((state) => !COMMON.includes(state))].map((state) => [state, state] as const);
  const rows = [...values].map(([value, entry]) => {
    const meaning = chosenFrom(
      [["", say("means")] as const, ...states],
      entry.state,
      (state) => {
        entry.state = state as PackmlState | "";
        settle();
        redraw();
      },
      { "data-value": value, "aria-label": say("meaningOf", { value: `${value} ${entry.text}` }) },
    );
    const remove = pressable(`forget-${value}`, "×", () => {
      values.delete(value);
      settle();
      redraw();
    });
    remove.setAttribute("aria-label", say("forgetValue", { value }));
    return made(
      "tr",
      {},
      made("td", {}, made("code", {}, value)),
      made("td", {}, entry.text),
      made("td", {}, meaning),
      made("td", {}, remove),
    );
  });
  const parts: HTMLElement[] = [made("table", { class: "tw-cl-values" }, made("tbody", {}, ...rows)), moreValues(values, settle, redraw)];
  const alike = context.machines.filter((other) => other !== machine && needsSame(other, values, context));
  if (machine.state !== undefined && alike.length > 0)
    parts.push(
      pressable(`same-states-${machine.name}`, say("sameStates", { machines: alike.map(({ name }) => name).join(", ") }), () => {
        for (const other of alike) {
          drafts.set(other, new Map([...values].map(([value, entry]) => [value, { ...entry }])));
          other.state = machine.state;
        }
        redraw();
      }),
    );
  return parts;
}

function moreValues(values: Map<string, { text: string; state: PackmlState | "" }>, settle: () => void, redraw: () => void): HTMLElement {
  let typed = "";
  const input = typedIn("", (value) => (typed = value.trim()), {
    "data-field": "value",
    "aria-label": say("newValue"),
    placeholder: say("newValue"),
  });
  const add = pressable("add-value", say("addValue"), () => {
    if (typed === "" || values.has(typed)) return;
    values.set(typed, { text: "", state: "" });
    settle();
    redraw();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") add.click();
  });
  return made("div", { class: "tw-cl-bar-row" }, input, add);
}

/** Machines without a numbering whose known values are all among these: what they send means the same if a person says so. */
function needsSame(other: MachineDraft, values: ReadonlyMap<string, unknown>, context: CardContext): boolean {
  const address = stateTag(other, context.site?.classes ?? []);
  if (!other.include || other.state !== undefined || address === undefined) return false;
  return [...valuesOf(context.variables.get(address)).keys()].every((value) => values.has(value));
}
