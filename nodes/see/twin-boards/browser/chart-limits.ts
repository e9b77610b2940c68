/** Limits of a chart: its versions, the review of the last days by a proposed one, and the decision. */
import type { ChartView, ReviewView, ShownVersion } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { baselineTexts } from "./baseline-texts.ts";
import { baselinePart, type BaselinePart } from "./chart-baseline.ts";
import { type Act, countTile, decimalsOf, progressOf, signalText, tile, variablesText } from "./chart-parts.ts";
import { entry, sheet } from "./chart-sheet.ts";
import { chartTexts } from "./chart-texts.ts";
import { instantOf } from "./chart-time.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure, fullTime } from "./format.ts";
import { button } from "./terminal-sheet.ts";

export function limitsTab(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const baseline = view.person.proposes ? baselinePart(view, act) : undefined;
  const versions =
    view.versions.length === 0
      ? el("p", { class: "nothing" }, t.noVersions)
      : el("ul", { class: "signallist" }, ...view.versions.map((one) => versionRow(view, one, act, baseline)));
  const study = baseline?.element ?? el("p", { class: "hint" }, t.mayNot);
  return el("div", { class: "charttab" }, el("h2", {}, t.versions), versions, el("h2", {}, t.baseline), study);
}

function versionRow(view: ChartView, one: ShownVersion, act: Act, study: BaselinePart | undefined): HTMLElement {
  const t = chartTexts();
  const at = (instant: number): string => fullTime(instant, view.zone);
  const { level, baseline, proposed, decided, retired, review } = one;
  const { variables } = one;
  const bounds =
    variables === null ? `${lineText(level)} · σ ${figure(one.sigma)}` : `${t.upper} ${figure(level.upper)} · ${variablesText(variables)}`;
  const spread = one.spread === null ? [] : [`${t.spread}: ${lineText(one.spread)}`];
  const from =
    baseline === null
      ? []
      : [
          `${at(baseline.from)} – ${at(baseline.to)}, ${filled(t.excluded, baseline.excluded.length)}`,
          ...baseline.excluded.map(
            ({ at: instant, cause, by }) =>
              `${t.leftOut}: ${at(instant)} · ${t.cause}: ${cause}${by === undefined ? "" : ` (${t.by} ${by})`}`,
          ),
          ...((baseline.unexplained ?? 0) > 0 ? [filled(t.unexplained, baseline.unexplained ?? 0)] : []),
        ];
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
  if (study !== undefined && baseline !== null && baseline.asked !== null)
    actions.push(button(baselineTexts().goOn, () => study.goOn(one), "tool"));
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

/** `Lower limit 491.3 · Centre 501 · Upper limit 510.7`, of which there may be only some. */
function lineText(line: ShownVersion["level"]): string {
  const t = chartTexts();
  const said = [
    [t.lower, line.lower],
    [t.centre, line.centre],
    [t.upper, line.upper],
  ] as const;
  return said.flatMap(([name, value]) => (value === null ? [] : [`${name} ${figure(value, null, decimalsOf(line).line)}`])).join(" · ");
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
          .map((one) => `${dayAndClock(one.at, view.now, view.zone)} (${signalText(view, one)})`)
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
      countTile(t.subgroups, summary.subgroups),
      tile(summary.signals_before === null ? "–" : String(summary.signals_before), summary.signals_before === null ? t.noBefore : t.before),
      tile(String(summary.signals_after), t.after),
    ),
    ...(summary.signals_before === null ? [] : [list(t.onlyBefore, onlyBefore)]),
    list(t.onlyAfter, onlyAfter),
    ...deciding,
  );
}
