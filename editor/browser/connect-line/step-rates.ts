/** Step 4: how fast the machines can be, which of them paces the line, and when the line is meant to run. */
import { chosenFrom, labelled, made, typedIn } from "./parts.ts";
import type { MachineDraft, Site } from "./shapes.ts";
import { say } from "./words.ts";
import type { Draft, Step, Wizard } from "./wizard.ts";

/** As `ALWAYS_PLANNED` of the plan. */
export const ALWAYS = "always";

export const ratesStep: Step = {
  name: "rates",
  lacks: (draft) => {
    const wrong = included(draft).find(({ rate }) => rate !== "" && rateIn(rate) === undefined);
    if (wrong !== undefined) return say("badRate", { machine: wrong.name });
    return included(draft).some(({ name }) => name === draft.constraint) ? "" : say("lacksConstraint");
  },
  show: (host, wizard) => {
    const { draft } = wizard;
    const machines = included(draft);
    if (!machines.some(({ name }) => name === draft.constraint)) draft.constraint = slowest(machines, draft.site)?.name ?? "";
    const rows = machines.map((machine) => rateRow(wizard, machine));
    const head = ["machine", "rate", "constraint"].map((key) => made("th", { scope: "col" }, say(`column.${key}`)));
    const calendars = (draft.site?.calendars ?? []).filter((name) => name !== ALWAYS);
    const options = [
      [ALWAYS, say("alwaysPlanned")] as const,
      ["", say("inherited")] as const,
      ...calendars.map((name) => [name, name] as const),
    ];
    const calendar = chosenFrom(
      options,
      draft.calendar,
      (value) => {
        draft.calendar = value;
        draft.applied = false;
      },
      { "data-field": "calendar" },
    );
    const isNew = !(draft.site?.lines ?? []).some(({ place }) => place === draft.line);
    host.append(
      made("p", { class: "tw-cl-lead" }, say("ratesLead")),
      made("table", { class: "tw-cl-rates" }, made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...rows)),
      isNew ? labelled(say("calendar"), calendar, say("calendarHint")) : made("p", { class: "tw-cl-hint" }, say("calendarKept")),
    );
    wizard.refresh();
  },
};

function rateRow(wizard: Wizard, machine: MachineDraft): HTMLElement {
  const { draft } = wizard;
  const ofClass = draft.site?.classes.find(({ name }) => name === machine.class)?.idealRate;
  const rate = typedIn(
    machine.rate,
    (value) => {
      machine.rate = value.trim();
      draft.applied = false;
      rate.setAttribute("aria-invalid", String(machine.rate !== "" && rateIn(machine.rate) === undefined));
      wizard.refresh();
    },
    {
      inputmode: "decimal",
      "data-rate": machine.name,
      "aria-label": say("rateOf", { machine: machine.name }),
      placeholder: ofClass?.toString(),
    },
  );
  const paces = made("input", {
    type: "radio",
    name: "tw-cl-constraint",
    "data-constraint": machine.name,
    "aria-label": say("pacesLine", { machine: machine.name }),
  });
  paces.checked = machine.name === draft.constraint;
  paces.addEventListener("change", () => {
    draft.constraint = machine.name;
    draft.applied = false;
    wizard.refresh();
  });
  return made("tr", {}, made("td", {}, machine.label || machine.name), made("td", {}, rate), made("td", {}, paces));
}

export function included({ machines }: Draft): readonly MachineDraft[] {
  return machines.filter(({ include }) => include);
}

/** Units per minute, with a point or a comma; undefined for what is none. */
export function rateIn(text: string): number | undefined {
  const number = /^\d+(?:[.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : Number.NaN;
  return number > 0 && number <= 1e6 ? number : undefined;
}

function slowest(machines: readonly MachineDraft[], site: Site | undefined): MachineDraft | undefined {
  const rate = (machine: MachineDraft): number =>
    rateIn(machine.rate) ?? site?.classes.find(({ name }) => name === machine.class)?.idealRate ?? Infinity;
  return machines.toSorted((a, b) => rate(a) - rate(b))[0];
}
