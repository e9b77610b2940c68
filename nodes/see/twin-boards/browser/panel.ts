/** One panel on the page: its frame, its state in words, and the drawing of its kind. */
import type { QueryResult } from "../../../../core/connect/history/query.ts";
import type { PanelState } from "../../../../core/see/board/panel-state.ts";
import type { ShownBoard, ShownPanel } from "../../../../core/see/board/view.ts";
import { boardTexts, told } from "./board-texts.ts";
import { el } from "./dom.ts";
import { drawGauge, drawStat } from "./figures.ts";
import { clock, dayAndClock, roughAge } from "./format.ts";
import { drawStateTimeline } from "./state-timeline.ts";
import { drawTable } from "./tables.ts";
import { drawTimeSeries } from "./time-series.ts";
import { whyButton } from "./why.ts";

export type State = Omit<PanelState, "result">;
type DataKind = Exclude<ShownPanel["kind"], "text">;

export interface Drawing<K extends DataKind> {
  readonly body: HTMLElement;
  readonly panel: Extract<ShownPanel, { kind: DataKind }> & { readonly kind: K | DataKind };
  readonly result: QueryResult;
  readonly limits: QueryResult | undefined;
  readonly state: State;
  readonly board: ShownBoard;
  readonly now: number;
}

/** Atoms follow the time they are about by a minute or two, so a shift begins without figures. */
const JUST_BEGUN_MS = 5 * 60_000;
const BEHIND_MS = 90_000;

export class PanelView {
  readonly root: HTMLElement;
  readonly panel: ShownPanel;
  readonly #board: ShownBoard;
  readonly #body = el("div", { class: "body" });
  readonly #sub = el("span", { class: "sub" });
  readonly #note = el("p", { class: "note", role: "status", hidden: "" });
  #state: State | undefined;
  #result: QueryResult | undefined;
  #limits: QueryResult | undefined;

  constructor(board: ShownBoard, panel: ShownPanel, height: number) {
    this.#board = board;
    this.panel = panel;
    const title = panel.link === undefined ? panel.title : el("a", { href: panel.link }, panel.title);
    const header = el("header", {}, el("h2", { id: `t-${panel.id}` }, title), this.#sub);
    const brief = panel.kind === "stat" && panel.fields.length === 1;
    const width = panel.width > 12 ? " wide" : brief || panel.kind === "gauge" ? " half" : "";
    const size = `${width}${brief ? " brief" : ""}${["table", "text"].includes(panel.kind) ? " free" : ""}`;
    this.root = el("section", { class: `panel${size}`, id: panel.id, "aria-labelledby": `t-${panel.id}` }, header, this.#body, this.#note);
    this.root.style.gridColumn = `span ${panel.width}`;
    this.root.style.gridRow = `span ${height}`;
    this.root.style.setProperty("--rows", String(height));
    if (panel.description !== undefined) this.#about(header, panel.description);
    if (panel.kind === "gauge" && panel.explained)
      header.append(whyButton(board, panel.title, () => this.#state && { from: this.#state.from, to: this.#state.to }));
    if (panel.kind === "text") this.#body.append(el("div", { class: "prose" }, ...panel.text.map((paragraph) => el("p", {}, paragraph))));
    else {
      this.#body.append(el("p", { class: "nothing" }, boardTexts().loading));
    }
  }

  get state(): State | undefined {
    return this.#state;
  }
  get result(): QueryResult | undefined {
    return this.#result;
  }

  /** `limits` undefined keeps what is there. */
  take(state: State, result: QueryResult | null, limits: QueryResult | undefined): void {
    this.#state = state;
    this.#result = result ?? undefined;
    this.#limits = limits ?? this.#limits;
  }

  draw(now: number): void {
    const { panel } = this;
    const state = this.#state;
    if (panel.kind === "text" || !state) return;
    this.#say(state, now);
    const result = this.#result;
    this.root.dataset["status"] = state.status;
    this.root.classList.toggle("stale", state.status === "stale" || state.status === "unreachable" || state.status === "failed");
    if (!result || state.status === "empty" || state.status === "no-shift" || result.series.length === 0) {
      this.#body.replaceChildren(el("p", { class: "nothing" }, nothingWords(panel, state, now)));
      return;
    }
    const drawing = { body: this.#body, panel, result, limits: this.#limits, state, board: this.#board, now };
    if (panel.kind === "stat") drawStat(drawing);
    else if (panel.kind === "gauge") drawGauge(drawing);
    else if (panel.kind === "table") drawTable(drawing);
    else if (panel.kind === "time-series") drawTimeSeries(drawing);
    else drawStateTimeline(drawing);
  }

  #say(state: State, now: number): void {
    const { zone } = this.#board;
    const at = (instant: number | null): string => (instant === null ? "" : dayAndClock(instant, now, zone));
    const { panel } = this;
    if (panel.kind !== "text") {
      // A table of several ranges names them in its columns.
      const range = panel.alsoOver === undefined ? rangeWords(panel, state, now, zone) : undefined;
      const words = [range, panel.shareOf?.label].filter((part) => part !== undefined).join(", ");
      this.#sub.textContent = words;
      this.#sub.title = words;
    }
    const t = boardTexts();
    const sentence: Partial<Record<State["status"], string>> = {
      stale: told(t.stale, { at: at(state.newest) }),
      unreachable: [t.retrying, ...(state.answeredAt === null ? [] : [told(t.asOf, { at: at(state.answeredAt) })])].join(" "),
      failed: t.failed,
    };
    const words = sentence[state.status] ?? (state.truncated ? t.cut : "");
    this.#note.textContent = words;
    this.#note.hidden = words === "";
    this.#note.dataset["grade"] = state.status === "stale" ? "old" : state.status === "ok" ? "" : "bad";
  }

  #about(header: HTMLElement, description: string): void {
    const note = el("p", { class: "aboutext", id: `d-${this.panel.id}`, hidden: "" }, description);
    const button = el(
      "button",
      {
        class: "about",
        type: "button",
        "aria-expanded": "false",
        "aria-controls": note.id,
        "aria-label": told(boardTexts().about, { title: this.panel.title }),
      },
      "?",
    );
    const show = (open: boolean): void => {
      note.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => show(note.hidden !== false));
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") show(false);
    });
    header.append(button);
    this.root.append(note);
  }
}

/** "night shift, from 22:00, data 5 h behind"; nothing for a panel that follows the range of the page. */
function rangeWords(panel: ShownPanel, { shift, from, to, edge, status }: State, now: number, zone: string): string | undefined {
  const t = boardTexts();
  if (shift === undefined) return panel.range === undefined ? undefined : t.over[panel.range];
  const behind = edge !== null && now - edge.at > BEHIND_MS;
  const words = { shift, from: clock(from, zone), to: clock(to, zone) };
  const late = status === "stale" ? t.dataStopped : told(t.dataBehind, { age: edge === null ? "" : roughAge(now - edge.at) });
  if (behind) return `${told(t.shiftFrom, words)}, ${late}`;
  return told(now - to > BEHIND_MS ? t.shiftBetween : t.shiftFrom, words);
}

function nothingWords({ nothing }: Drawing<DataKind>["panel"], { status, shift, from, edge }: State, now: number): string {
  const t = boardTexts();
  if (status === "unreachable") return t.nothingAway;
  if (status === "failed") return t.nothingYet;
  if (status === "no-shift") return t.noShift;
  if (shift !== undefined && (edge?.at ?? now) - from < JUST_BEGUN_MS) return t.justBegun;
  return nothing ?? t.noData;
}
