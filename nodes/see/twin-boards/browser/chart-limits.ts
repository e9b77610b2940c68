/** Limits of a chart: a baseline with its signals, the proposal made of it, the review of the last days, and the decision. */
import type { ChartView, ReviewView, ShownVersion, StudyView } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { type Act, figure } from "./chart-parts.ts";
import { plotOf } from "./chart-plot.ts";
import { blameText, entry, sheet } from "./chart-signals.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock } from "./format.ts";
import { ruleText } from "./rule-texts.ts";
import { button } from "./terminal-sheet.ts";

const HOUR = 3_600_000;

export function limitsTab(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const versions =
    view.versions.length === 0
      ? el("p", { class: "nothing" }, t.noVersions)
      : el("ul", { class: "signallist" }, ...view.versions.map((one) => versionRow(view, one, act)));
  const study = view.person.proposes ? baselinePart(view, act) : el("p", { class: "hint" }, t.mayNot);
  return el("div", { class: "charttab" }, el("h2", {}, t.versions), versions, el("h2", {}, t.baseline), study);
}

function versionRow(view: ChartView, one: ShownVersion, act: Act): HTMLElement {
  const t = chartTexts();
  const at = (instant: number): string => dayAndClock(instant, view.now, view.zone);
  const { level, baseline, proposed, decided, retired, review } = one;
  const { variables } = one;
  const bounds =
    variables === null
      ? `${t.lower} ${figure(level.lower)} · ${t.centre} ${figure(level.centre)} · ${t.upper} ${figure(level.upper)} · σ ${figure(one.sigma)}`
      : `${t.upper} ${figure(level.upper)} · ${variablesText(variables)}`;
  const spread =
    one.spread === null ? [] : [`${t.spread}: ${t.centre} ${figure(one.spread.centre)} · ${t.upper} ${figure(one.spread.upper)}`];
  const from = baseline === null ? [] : [`${at(baseline.from)} – ${at(baseline.to)}, ${filled(t.excluded, baseline.excluded)}`];
  const scope = Object.values(one.scope).join(", ");
  const deeds = [
    `${t.status.proposed} ${t.by} ${proposed.by}, ${at(proposed.at)}: “${proposed.comment}”`,
    ...(decided === null
      ? []
      : [
          `${one.status === "rejected" ? t.status.rejected : t.status.approved} ${t.by} ${decided.by}, ${at(decided.at)}: “${decided.comment}”`,
        ]),
    ...(one.selfApproved ? [t.self] : []),
    ...(review === null
      ? []
      : [`${t.review}: ${review.signals_before ?? "–"} → ${review.signals_after} (${filled(t.subgroups, review.subgroups)})`]),
    ...(one.from === null ? [] : [`${t.validFrom} ${at(one.from)}${one.to === null ? "" : ` ${t.until} ${at(one.to)}`}`]),
    ...(retired === null ? [] : [`${t.status.retired} ${t.by} ${retired.by}, ${at(retired.at)}: “${retired.comment}”`]),
  ];
  const actions: HTMLElement[] = [];
  const { decides } = view.person;
  const result = el("div", { class: "review" });
  if (one.status === "proposed") actions.push(button(t.review, () => void reviewed(view, one, act, result), "primary"));
  if (one.status === "proposed" && decides)
    actions.push(
      button(t.reject, () => commented(t.reject, (comment) => act({ action: "reject", version: one.version, comment })), "tool"),
    );
  if (one.status === "approved" && decides)
    actions.push(
      button(t.retire, () => commented(t.retire, (comment) => act({ action: "retire", version: one.version, comment })), "tool"),
    );
  const state = one.inForce ? t.inForce : t.status[one.status];
  return el(
    "li",
    { class: "signal version", ...(one.inForce && { "data-force": "" }), ...(one.status === "proposed" && { "data-open": "" }) },
    el(
      "div",
      {},
      el("b", {}, `${filled(t.version, one.version)} · ${state}${scope === "" ? "" : ` · ${t.scopeFor} ${scope}`}`),
      el("span", {}, [bounds, ...spread].join(" · ")),
      ...[...from, ...deeds].map((text) => el("small", {}, text)),
    ),
    el("div", { class: "actions" }, ...actions),
    result,
  );
}

/** `bowl_pressure 1.6 bar (σ 0.02) · …`: of several variables their means and standard deviations. */
function variablesText(variables: NonNullable<ShownVersion["variables"]>): string {
  return variables
    .map(({ tag, unit, mean, sigma }) => `${tag.split(".").at(-1) ?? tag} ${figure(mean, unit)} (σ ${figure(sigma)})`)
    .join(" · ");
}

function commented(title: string, act: (comment: string) => Promise<unknown>): void {
  const comment = entry(chartTexts().why);
  sheet(title, comment.parts, title, [comment.input], () => act(comment.input.value.trim()));
}

async function reviewed(view: ChartView, one: ShownVersion, act: Act, box: HTMLElement): Promise<void> {
  const t = chartTexts();
  const bar = progressOf(t.reviewing, box);
  const found = (await act({ action: "review", version: one.version }, bar)) as ReviewView | undefined;
  if (found === undefined) return box.replaceChildren();
  const { summary, onlyBefore, onlyAfter } = found;
  const list = (title: string, signals: ReviewView["onlyAfter"]): HTMLElement =>
    el(
      "div",
      {},
      el("h3", {}, `${title}: ${signals.length}`),
      el(
        "p",
        { class: "hint" },
        signals
          .slice(-12)
          .map(({ at, rules }) => `${dayAndClock(at, view.now, view.zone)} (${rules.join(", ")})`)
          .join(" · "),
      ),
    );
  const comment = entry(t.why);
  const when = el("input", { type: "datetime-local", "aria-label": t.approveAt });
  const now = button(t.approveNow, () => void approve(null), "primary");
  const later = button(t.approveAt, () => void approve(instantOf(when.value, view.zone)), "tool");
  const check = (): void => {
    now.disabled = comment.input.value.trim() === "";
    later.disabled = now.disabled || when.value === "";
  };
  const approve = (from: number | null): Promise<unknown> =>
    act({ action: "approve", version: one.version, comment: comment.input.value.trim(), effective_from: from });
  for (const input of [comment.input, when]) input.addEventListener("input", check);
  check();
  const deciding = view.person.decides
    ? [
        ...comment.parts,
        el("div", { class: "row" }, now, when, later),
        ...(view.secondPerson ? [el("p", { class: "hint" }, t.second)] : []),
      ]
    : [el("p", { class: "hint" }, t.mayNotDecide)];
  box.replaceChildren(
    el("h3", {}, filled(t.reviewTitle, one.version)),
    el(
      "div",
      { class: "figuretiles" },
      tile(
        filled(t.reviewCounts, summary.subgroups).split(" ")[0] ?? "",
        filled(t.reviewCounts, summary.subgroups).split(" ").slice(1).join(" "),
      ),
      tile(summary.signals_before === null ? "–" : String(summary.signals_before), summary.signals_before === null ? t.noBefore : t.before),
      tile(String(summary.signals_after), t.after),
    ),
    ...(summary.signals_before === null ? [] : [list(t.onlyBefore, onlyBefore)]),
    list(t.onlyAfter, onlyAfter),
    ...deciding,
  );
}

export function tile(value: string, text: string): HTMLElement {
  return el("div", { class: "figuretile" }, el("b", {}, value), el("span", {}, text));
}

function baselinePart(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const input = (instant: number, label: string): HTMLInputElement => {
    const made = el("input", { type: "datetime-local", "aria-label": label });
    made.value = localOf(instant, view.zone);
    return made;
  };
  const [from, to] = [input(view.now - 24 * HOUR, t.from), input(view.now, t.to)];
  const scopes = view.scopes.map((field) => [field, scopeOf(view, field)] as const);
  const result = el("div", { class: "study" });
  let left: { at: number; cause: string }[] = [];
  let window = { from: 0, to: 0 };
  const asked = () => {
    const chosen = scopes.flatMap(([field, { value }]) => (value === "" ? [] : [[field, value]]));
    return { ...window, scope: Object.fromEntries(chosen) as ChartView["circumstances"], exclusions: left };
  };
  const estimate = async (): Promise<void> => {
    const study = (await act({ action: "study", ...asked() }, progressOf(t.reading, result))) as StudyView | undefined;
    result.replaceChildren(...(study === undefined ? [] : studied(view, study, again, propose)));
  };
  const again = (change: (before: typeof left) => typeof left): void => {
    left = change(left);
    void estimate();
  };
  const propose = (comment: string): Promise<unknown> => act({ action: "propose", ...asked(), comment });
  const begin = button(
    t.study,
    () => {
      left = [];
      window = { from: instantOf(from.value, view.zone), to: instantOf(to.value, view.zone) };
      void estimate();
    },
    "primary",
  );
  const spans = ([8, 24, 168] as const).map((hours) =>
    button(
      t.hours[hours] ?? "",
      () => {
        from.value = localOf(view.now - hours * HOUR, view.zone);
        to.value = localOf(view.now, view.zone);
        begin.click();
      },
      "tool",
    ),
  );
  return el(
    "section",
    {},
    el(
      "div",
      { class: "row" },
      ...spans,
      el("label", { class: "entry" }, t.from, from),
      el("label", { class: "entry" }, t.to, to),
      ...scopes.map(([field, chosen]) => el("label", { class: "entry" }, `${t.scopeFor} (${field})`, chosen)),
      begin,
    ),
    result,
  );
}

function scopeOf(view: ChartView, field: "product" | "recipe" | "stage"): HTMLSelectElement | HTMLInputElement {
  if (field !== "product") return el("input", { type: "text", maxlength: "200", placeholder: chartTexts().all });
  return productChoice(view);
}

export function productChoice({ products }: ChartView): HTMLSelectElement {
  const options = products.map(({ id, label }) => el("option", { value: id }, label));
  return el("select", {}, el("option", { value: "" }, chartTexts().all), ...options);
}

function studied(
  view: ChartView,
  study: StudyView,
  again: (change: (before: { at: number; cause: string }[]) => { at: number; cause: string }[]) => void,
  propose: (comment: string) => Promise<unknown>,
): HTMLElement[] {
  const t = chartTexts();
  const { level, spread, points, signals, excluded, warnings, refused, variables } = study;
  const frame = { ...view, from: study.from, to: study.to, excluded: new Set(excluded.map(({ at }) => at)) };
  const at = (instant: number): string => dayAndClock(instant, view.now, view.zone);
  const own = [
    [t.centre, level.centre],
    [t.lower, level.lower],
    [t.upper, level.upper],
    [t.sigma, level.sigma],
  ] as const;
  const lines = variables === null ? own : own.filter(([name]) => name === t.upper);
  const comment = entry(t.why);
  const send = button(t.propose, () => void propose(comment.input.value.trim()), "primary");
  send.disabled = true;
  comment.input.addEventListener("input", () => {
    send.disabled = comment.input.value.trim() === "";
  });
  const leave = (instant: number): void => {
    const cause = entry(t.cause);
    sheet(`${t.leaveOut}: ${at(instant)}`, cause.parts, t.leaveOut, [cause.input], async () =>
      again((before) => [...before, { at: instant, cause: cause.input.value.trim() }]),
    );
  };
  const rows = [
    ...signals.map((one) =>
      el(
        "li",
        {},
        el("span", {}, `${at(one.at)}: ${figure(one.value, view.unit)} · ${broken(one)}`),
        button(t.leaveOut, () => leave(one.at), "tool"),
      ),
    ),
    ...excluded.map((one) =>
      el(
        "li",
        { class: "left" },
        el("span", {}, `${t.leftOut}: ${at(one.at)} · ${t.cause}: ${one.cause}`),
        button(t.putBack, () => again((before) => before.filter((other) => other.at !== one.at)), "tool"),
      ),
    ),
  ];
  return [
    el(
      "div",
      { class: "figuretiles" },
      tile(String(study.subgroups), filled(t.subgroups, study.subgroups).split(" ").slice(1).join(" ")),
      ...lines.map(([name, value]) => tile(figure(value, view.unit), name)),
      ...(spread === null
        ? []
        : [
            tile(figure(spread.centre, view.unit), `${t.spread}: ${t.centre}`),
            tile(figure(spread.upper, view.unit), `${t.spread}: ${t.upper}`),
          ]),
    ),
    ...(variables === null ? [] : [el("p", { class: "hint" }, variablesText(variables))]),
    ...warnings.map((text) => el("p", { class: "notice" }, text)),
    ...(refused.count === 0 ? [] : [el("p", { class: "notice" }, `${filled(t.refusedOf, refused.count)} ${refused.first ?? ""}`)]),
    plotOf(points.level, { ...frame, title: t.level }),
    ...(points.spread.length === 0 ? [] : [plotOf(points.spread, { ...frame, title: t.spread })]),
    el("p", { class: "hint" }, signals.length === 0 ? t.noSignals : t.signalsIn),
    el("ul", { class: "studysignals" }, ...rows),
    el("div", { class: "row proposal" }, ...comment.parts, send),
  ];
}

function broken({ rules, spreadRules, blamed }: StudyView["signals"][number]): string {
  const t = chartTexts();
  const told = rules.length === 0 ? [] : [`${t.level}: ${rules.map(ruleText).join("; ")}`];
  const spread = spreadRules.length === 0 ? [] : [`${t.spread}: ${spreadRules.map(ruleText).join("; ")}`];
  return [...told, ...spread, ...(blamed === null ? [] : [blameText(blamed)])].join(" · ");
}

/** A bar in place of what will be there; the answer moves it. */
export function progressOf(text: string, box: HTMLElement): (share: number) => void {
  const bar = el("progress", { max: "1", "aria-label": text });
  box.replaceChildren(el("p", { class: "reading", role: "status" }, `${text} … `, bar));
  return (share) => {
    bar.value = share;
  };
}

/** As `datetime-local` shows it, in the zone of the plant. */
export function localOf(instant: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(instant).replace(" ", "T");
}

/** The instant at which the plant's clocks show this; NaN of nothing. */
export function instantOf(local: string, zone: string): number {
  const utc = Date.parse(`${local}Z`);
  const offset = Date.parse(`${localOf(utc, zone)}Z`) - utc;
  const first = utc - offset;
  return utc - (Date.parse(`${localOf(first, zone)}Z`) - first);
}
