/** Capability of what a chart charts: figures with their intervals, or the sentence that says why there are none. */
import type { CapabilityAnswer, CapabilityView, ChartView } from "../../../../core/model/charting/index.ts";
import { shownCapability } from "./capability-figures.ts";
import { recordForm, recordList } from "./capability-records.ts";
import { capabilityTexts } from "./capability-texts.ts";
import { askCause, causeList } from "./chart-causes.ts";
import { type Act, productChoice, progressOf, type Said, signalText } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { instantOf, timeField } from "./chart-time.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure } from "./format.ts";
import { periodText, tellPrint, type Told } from "./print-head.ts";
import { printTexts } from "./print-texts.ts";
import { button } from "./terminal-sheet.ts";

const HOUR = 3_600_000;
const SIDES = ["lower", "upper", "target"] as const;
type Study = Omit<Extract<Said, { readonly action: "capability" }>, "action">;
type Model = CapabilityView["stated"]["model"]["name"];
type Explained = NonNullable<Extract<Said, { readonly action: "capability" }>["explained"]>;

export function capabilityTab(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const result = el("div", { class: "study" });
  let records = view.capabilities;
  const kept = el("div", {}, recordList(view, records));
  const sides = SIDES.map((side) => [side, el("input", { type: "number", step: "any", "aria-label": t.specification[side] })] as const);
  const law = lawChoice();
  let explained: Explained = [];
  const product = productChoice(view);
  const filledIn = (): void => {
    const known = view.specifications?.[product.value];
    for (const [side, input] of sides) if (known?.[side] !== undefined) input.value = String(known[side]);
  };
  product.addEventListener("change", filledIn);
  const [from, to] = [timeField(view.now - 24 * HOUR, t.from, view.zone), timeField(view.now, t.to, view.zone)];
  const ask = async (): Promise<void> => {
    const bounds = Object.fromEntries(sides.map(([side, { value }]) => [side, value === "" ? null : Number(value)]));
    const study: Study = {
      from: instantOf(from.value, view.zone),
      to: instantOf(to.value, view.zone),
      scope: product.value === "" ? {} : { product: product.value },
      ...(bounds as Record<(typeof SIDES)[number], number | null>),
      ...law.chosen(),
      ...(explained.length === 0 ? {} : { explained }),
    };
    const answer = (await act({ action: "capability", ...study }, progressOf(t.reading, result))) as CapabilityAnswer | undefined;
    const stated = answer !== undefined && answer.refused === null;
    tellPrint(toldOf(view, study));
    const form = recordForm(view, study, act, (one) => {
      records = [one, ...records];
      kept.replaceChildren(recordList(view, records));
    });
    result.replaceChildren(
      ...(answer === undefined ? [] : shownCapability(answer, view.unit, use)),
      ...(answer === undefined ? [] : wanting(view, answer, explained, explain)),
      ...(stated ? [form] : []),
    );
  };
  const explain = (causes: Explained): void => {
    explained = causes;
    void ask();
  };
  const use = (model: Model): void => {
    law.choose(model);
    void ask();
  };
  const fields = [
    el("label", { class: "entry" }, t.from, from),
    el("label", { class: "entry" }, t.to, to),
    ...(view.scopes.includes("product") ? [el("label", { class: "entry" }, t.scopeFor, product)] : []),
    ...sides.map(([side, input]) => el("label", { class: "entry" }, t.specification[side], input)),
    ...law.fields,
  ];
  return el(
    "div",
    { class: "charttab" },
    el(
      "div",
      { class: "row" },
      ...fields,
      button(t.compute, () => void ask(), "primary"),
    ),
    result,
    kept,
  );
}

function toldOf(view: ChartView, study: Study): Told {
  const [p, c] = [printTexts(), capabilityTexts()];
  const { from, to, scope, lower, upper, target, model = "normal", method } = study;
  const aim = target === null ? "" : ` · ${chartTexts().specification.target} ${figure(target, view.unit)}`;
  const made = view.products.find(({ id }) => id === scope.product)?.label ?? chartTexts().all;
  return [
    [p.period, periodText(from, to, view.zone)],
    [p.made, made],
    [p.specification, `${figure(lower)} … ${figure(upper, view.unit)}${aim}`],
    [p.distribution, method === undefined ? c.models[model] : `${c.models[model]}, ${c.methods[method]}`],
  ];
}

function choice(label: string, texts: Readonly<Record<string, string>>): HTMLSelectElement {
  return el("select", { "aria-label": label }, ...Object.entries(texts).map(([value, text]) => el("option", { value }, text)));
}

/** Signals that want a cause before anything is stated, and those that have one from here. */
function wanting(view: ChartView, answer: CapabilityAnswer, explained: Explained, explain: (causes: Explained) => void): HTMLElement[] {
  const c = capabilityTexts();
  const open = answer.refused === null ? [] : answer.signals;
  if (open.length + explained.length === 0) return [];
  const time = (at: number): string => dayAndClock(at, view.now, view.zone);
  const give = (at: number): void =>
    askCause(`${c.giveCause}: ${time(at)}`, c.giveCause, view.offered, (cause) => explain([...explained, { at, ...cause }]));
  const takeBack = (at: number): void => explain(explained.filter((one) => one.at !== at));
  const list = causeList(
    open.map((one) => ({ at: one.at, text: `${time(one.at)} · ${signalText(view, one)}` })),
    explained.map(({ at, cause }) => ({ at, text: `${c.explained}: ${time(at)}`, cause })),
    (at) =>
      explained.some((one) => one.at === at) ? button(c.takeBack, () => takeBack(at), "tool") : button(c.giveCause, () => give(at), "tool"),
  );
  return [el("p", { class: "hint" }, c.wantCause), list];
}

/** Which distribution, and for others than the normal one by which method. */
function lawChoice() {
  const t = capabilityTexts();
  const [model, method] = [choice(t.model, t.models), choice(t.method, t.methods)];
  const byMethod = el("label", { class: "entry" }, t.method, method);
  const fitting = (): void => {
    byMethod.hidden = model.value === "normal" || model.value === "empirical";
  };
  model.addEventListener("change", fitting);
  fitting();
  return {
    fields: [el("label", { class: "entry" }, t.model, model), byMethod],
    choose(name: Model): void {
      model.value = name;
      fitting();
    },
    chosen: () => ({
      model: model.value as Model,
      ...(byMethod.hidden ? {} : { method: method.value as NonNullable<CapabilityView["stated"]["method"]> }),
    }),
  };
}
