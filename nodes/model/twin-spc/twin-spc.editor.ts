/** In the dialog: only the fields that matter, what the chosen rules cost, and how the chart would look. */
import type { OpenForm } from "../../kit/browser/form.ts";
import type { FormFault } from "./form-fault.ts";
import type { Drawn, Preview, Rates } from "./preview.ts";

/** About so many alarms a day one operator can handle (ISA-18.2). */
const ALARMS_PER_DAY = 150;
const QUIET_MS = 400;
/** An answer that is there so soon needs no word. */
const AT_ONCE_MS = 300;
const SIZED = ["xbar-r", "xbar-s", "ewma", "cusum", "ma"];
const SHARES = ["p", "p-prime", "np", "u", "u-prime"];
const RARE = ["g", "t"];
/** Their spread follows from their mean. */
const COUNTS = [...SHARES, "c", "g"];
const SHORT = ["dnom-mr", "z-mr"];
const RULES = "rules ruleSet ownRules startUp lastPoint mixture lengths tie onCentre missing afterSignal".split(" ");
/** Fields that matter only for some kinds of chart. */
const ONLY: Readonly<Record<string, (kind: string, limits: string, hand: boolean) => boolean>> = {
  size: (kind) => SIZED.includes(kind),
  sizeTag: (kind, _, hand) => (SHARES.includes(kind) || kind === "g") && !hand,
  everySeconds: (kind, _, hand) => !RARE.includes(kind) || hand,
  unit: (kind, _, hand) => hand && !COUNTS.includes(kind),
  graceMinutes: (_kind, _limits, hand) => hand,
  spanSeconds: (kind, _, hand) => SIZED.includes(kind) && !hand,
  latenessSeconds: (_kind, _limits, hand) => !hand,
  lambda: (kind) => kind === "ewma",
  cusumK: (kind) => kind === "cusum",
  cusumH: (kind) => kind === "cusum",
  sigmas: (kind) => kind !== "cusum",
  headStart: (kind) => kind === "cusum",
  estimator: (kind) => !COUNTS.includes(kind) && kind !== "z-mr",
  window: (kind) => kind === "ma",
  nominal: (kind) => SHORT.includes(kind),
  nominalSigma: (kind) => kind === "z-mr",
  byProduct: (kind) => !SHORT.includes(kind),
  ...Object.fromEntries(RULES.map((key) => [key, (kind: string) => kind !== "ewma" && kind !== "cusum"])),
  afterSignal: (kind) => kind !== "ewma",
  centre: (_, limits) => limits === "given",
  sigma: (kind, limits) => limits === "given" && !COUNTS.includes(kind) && kind !== "t",
};
const FIELDS = [
  "plant bind target historian chart kind tag sizeTag size everySeconds unit graceMinutes limits centre sigma sigmas lambda",
  "cusumK cusumH headStart estimator window nominal nominalSigma byProduct recipeTag stageTag reactionPlan priority onDelaySeconds latenessSeconds spanSeconds",
  RULES.join(" "),
].flatMap((line) => line.split(" "));
/** Texts that may be empty; other empty fields are left out. */
const TEXTS = new Set(["tag", "sizeTag", "unit", "ownRules", "nominal", "nominalSigma", "recipeTag", "stageTag", "reactionPlan"]);

Twinline.extend("twin-spc", (form) => {
  const section = made("fieldset", "twinline-section");
  const state = made("p", "twinline-state");
  state.setAttribute("role", "status");
  const pasted = made("textarea", "twinline-pasted");
  pasted.rows = 3;
  pasted.style.cssText = "width: 100%; box-sizing: border-box";
  pasted.placeholder = form.text("texts.paste");
  pasted.setAttribute("aria-label", form.text("texts.paste"));
  const said = made("p", "twinline-help");
  said.setAttribute("role", "status");
  const picture = made("div", "twinline-chart");
  const buttons = made("div", "twinline-buttons");
  for (const recorded of [false, true]) {
    const button = made("button", "red-ui-button");
    button.type = "button";
    button.dataset["act"] = recorded ? "recorded" : "pasted";
    button.textContent = form.text(recorded ? "texts.showRecorded" : "texts.showPasted");
    button.addEventListener("click", () => show(form, recorded ? undefined : pasted.value, picture, said));
    buttons.append(button);
  }
  const legend = made("legend", "");
  legend.textContent = form.text("texts.preview");
  section.append(legend, state, pasted, buttons, said, picture);
  const more = form.element.querySelector(".twinline-more");
  if (more === null) form.element.append(section);
  else more.before(section);
  let timer = 0;
  let outdated: (() => void) | undefined;
  const changed = (): void => {
    sift(form);
    window.clearTimeout(timer);
    outdated?.();
    timer = window.setTimeout(() => {
      outdated = tellRates(form, state);
    }, QUIET_MS);
  };
  form.element.addEventListener("input", changed);
  form.element.addEventListener("change", changed);
  changed();
});

function made<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

/** Hides what does not matter for the chosen kind, and sections of nothing else; the values stay. */
function sift(form: OpenForm): void {
  const tag = form.read("tag");
  const hand = typeof tag !== "string" || tag.trim() === "";
  for (const [key, matters] of Object.entries(ONLY)) {
    const row = form.row(key);
    if (row === null) continue;
    const shown = matters(String(form.read("kind")), String(form.read("limits")), hand);
    row.toggleAttribute("data-aside", !shown);
    row.style.display = shown ? "" : "none";
  }
  for (const section of form.element.querySelectorAll<HTMLElement>(".twinline-section")) {
    const rows = [...section.querySelectorAll("[data-field]")];
    section.style.display = rows.length > 0 && rows.every((row) => row.hasAttribute("data-aside")) ? "none" : "";
  }
}

/** jQuery carries the editor's sign-in. */
function ask(form: OpenForm, what: string, more: object): JQuery.jqXHR {
  const values = FIELDS.map((key) => [key, form.read(key) ?? ""] as const);
  const kept = values.filter(([key, value]) => TEXTS.has(key) || (value !== "" && value !== "_ADD_"));
  const body = { form: Object.fromEntries(kept), ...more };
  return $.ajax({
    url: `twinline/spc/${what}`,
    method: "POST",
    contentType: "application/json",
    dataType: "json",
    data: JSON.stringify(body),
  });
}

/** What it gives ends it: the form has changed. */
function tellRates(form: OpenForm, state: HTMLElement): (() => void) | undefined {
  if (!state.isConnected) return undefined;
  const tell = (word: string, sentence: string): void => {
    state.dataset["word"] = word;
    state.textContent = sentence;
  };
  const slow = window.setTimeout(() => tell("idle", form.text("texts.computing")), AT_ONCE_MS);
  const asked = ask(form, "rates", {});
  void asked
    .always(() => window.clearTimeout(slow))
    .done(({ perThousand, unknown, perDay, machines, passedOver }: Rates) => {
      const all = perDay === null ? 0 : perDay * machines;
      const values = {
        day: figure(perDay ?? 0),
        machines: String(machines),
        all: figure(all),
        percent: figure((100 * all) / ALARMS_PER_DAY),
        most: String(ALARMS_PER_DAY),
        thousand: figure(perThousand ?? 0),
      };
      const known = perDay === null ? "ratesOfPoints" : all > ALARMS_PER_DAY ? "ratesTooMany" : machines > 1 ? "ratesOfMany" : "ratesOfOne";
      const key = unknown === null ? known : `ratesUnknown_${unknown}`;
      const rules = passedOver.length === 0 ? "" : ` ${filled(form.text("texts.passedOver"), { rules: passedOver.join(", ") })}`;
      tell(
        all > ALARMS_PER_DAY ? "refused" : passedOver.length > 0 ? "lost" : unknown === null ? "connected" : "idle",
        filled(form.text(`texts.${key}`), values) + rules,
      );
    })
    .fail((failed) => {
      if (failed.statusText !== "abort") tell("idle", failureOf(form, failed));
    });
  return () => asked.abort();
}

function show(form: OpenForm, pasted: string | undefined, picture: HTMLElement, said: HTMLElement): void {
  picture.replaceChildren();
  said.textContent = form.text("texts.computing");
  void ask(form, "preview", pasted === undefined ? {} : { pasted })
    .done(({ level, spread, centre, sigma, estimated }: Preview) => {
      const signals = [...level, ...spread].filter(({ rules }) => rules.length > 0).length;
      const [points, broken] = [counted(form, "point", level.length), counted(form, "signal", signals)];
      const values = { points, signals: broken, centre: figure(centre), sigma: figure(sigma) };
      const key = level.length === 0 ? "noPoints" : estimated ? "estimated" : "judged";
      said.textContent = filled(form.text(`texts.${key}`), values);
      const parts = [["level", level] as const, ["spread", spread] as const].filter(([, drawn]) => drawn.length > 1);
      picture.replaceChildren(...parts.flatMap(([part, drawn]) => [drawing(form, part, drawn), tableOf(form, part, drawn)]));
      picture.scrollIntoView({ block: "nearest" });
    })
    .fail((failed) => {
      said.textContent = failureOf(form, failed);
    });
}

/** `1 point`, `3 points`. */
function counted(form: OpenForm, what: "point" | "signal", count: number): string {
  return count === 1 ? form.text(`texts.${what}One`) : filled(form.text(`texts.${what}s`), { count: String(count) });
}

function failureOf(form: OpenForm, { status, responseJSON }: JQuery.jqXHR): string {
  if (status === 401 || status === 403) return form.text("texts.role");
  const { text, values = {}, message } = (responseJSON ?? {}) as Partial<FormFault>;
  if (text === undefined) return message ?? form.text("texts.unreachable");
  const said = Object.entries(values).map(([name, value]) => [name, String(value)] as const);
  // A field by its label in the form.
  const labelled = said.map(([name, value]) => [
    name,
    name === "field" && form.row(value) !== null ? form.text(`fields.${value}.label`) : value,
  ]);
  return filled(form.text(`texts.${text}`), Object.fromEntries(labelled) as Record<string, string>).trim();
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((before, [name, value]) => before.replaceAll(`__${name}__`, value), text);
}

function figure(value: number): string {
  return value.toLocaleString(undefined, { maximumSignificantDigits: value >= 100 ? 4 : 3 });
}

const [WIDE, HIGH, EDGE] = [480, 120, 8];

/** Points, centre and limits; points that break a rule stand out by shape and colour, and say which. */
function drawing(form: OpenForm, part: "level" | "spread", points: readonly Drawn[]): SVGElement {
  const all = points.flatMap(({ value, centre, lower, upper }) => [value, centre, lower, upper]).filter((one) => one !== null);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const x = (i: number): number => EDGE + (i * (WIDE - 2 * EDGE)) / (points.length - 1);
  const y = (value: number): number => HIGH - EDGE - ((value - least) * (HIGH - 2 * EDGE)) / (most - least || 1);
  const line = (of: (point: Drawn) => number | null, stroke: string, dash: string): SVGElement => {
    const path = points.flatMap((point, i) => {
      const value = of(point);
      return value === null ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`];
    });
    return shape("polyline", { points: path.join(" "), fill: "none", stroke, "stroke-dasharray": dash });
  };
  const ids = [`twinline-${part}-title`, `twinline-${part}-desc`] as const;
  const svg = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, width: "100%", role: "img", "aria-labelledby": ids.join(" ") });
  const [title, desc] = [shape("title", { id: ids[0] }), shape("desc", { id: ids[1] })];
  title.textContent = form.text(`texts.${part}`);
  desc.textContent = pictured(form, points);
  svg.append(
    title,
    desc,
    line(({ centre }) => centre, "#2f8132", ""),
    line(({ lower }) => lower, "#b3261e", "5 3"),
    line(({ upper }) => upper, "#b3261e", "5 3"),
    line(({ value }) => value, "currentColor", ""),
  );
  for (const [i, { value, rules }] of points.entries()) {
    if (rules.length === 0) continue;
    const mark = shape("rect", { x: String(x(i) - 3.5), y: String(y(value) - 3.5), width: "7", height: "7", fill: "#b3261e" });
    const named = shape("title", {});
    named.textContent = rules.join(" ");
    mark.append(named);
    svg.append(mark);
  }
  return svg;
}

/** What the picture shows, in words: of limits that vary those of the last point. */
function pictured(form: OpenForm, points: readonly Drawn[]): string {
  const values = points.map(({ value }) => value);
  const last = points.at(-1);
  const broken = points.flatMap(({ rules }, i) => (rules.length > 0 ? [`${i + 1} (${rules.join(" ")})`] : []));
  const none = form.text("texts.noneOf");
  const limit = (value: number | null | undefined): string => (value === null || value === undefined ? none : figure(value));
  return filled(form.text("texts.pictured"), {
    points: counted(form, "point", points.length),
    least: figure(Math.min(...values)),
    most: figure(Math.max(...values)),
    centre: limit(last?.centre),
    lower: limit(last?.lower),
    upper: limit(last?.upper),
    broken: broken.join(", ") || none,
  });
}

/** The same in rows, for who does not see the picture. */
function tableOf(form: OpenForm, part: "level" | "spread", points: readonly Drawn[]): HTMLTableElement {
  const table = made("table", "twinline-unseen");
  table.style.cssText = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); display: block";
  table.createCaption().textContent = form.text(`texts.${part}`);
  const head = table.createTHead().insertRow();
  for (const name of form.text("texts.columns").split(", ")) {
    const cell = made("th", "");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [i, { value, centre, lower, upper, rules }] of points.entries()) {
    const row = body.insertRow();
    const cells = [String(i + 1), ...[value, centre, lower, upper].map((one) => (one === null ? "–" : figure(one))), rules.join(" ")];
    for (const text of cells) row.insertCell().textContent = text;
  }
  return table;
}

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
