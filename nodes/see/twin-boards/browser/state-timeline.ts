/** States over time, one lane per series. Where nothing good is known the hatched ground shows. */
import type { NamedValue } from "../../../../core/see/board/spec.ts";
import { boardTexts } from "./board-texts.ts";
import { el, svg } from "./dom.ts";
import { cell, tagText } from "./figures.ts";
import { clock, duration, namedValue } from "./format.ts";
import type { Drawing } from "./panel.ts";

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly named: NamedValue;
}

const WIDTH = 1_000;

export function drawStateTimeline({ body, panel, result, state, board }: Drawing<"state-timeline">): void {
  const field = panel.fields[0];
  if (!field) return;
  const end = Math.min(state.to, state.edge?.at ?? state.to);
  const order = Object.keys(board.labels["asset"] ?? {});
  const lanes = result.series.toSorted((a, b) => order.indexOf(a.tags["asset"] ?? "") - order.indexOf(b.tags["asset"] ?? ""));
  const seen = new Map<string, NamedValue>();
  const drawn = lanes.map(({ tags, rows }) => {
    const stretches: Stretch[] = [];
    for (const [index, row] of rows.entries()) {
      const value = cell(result.columns, row, field.column);
      const named =
        namedValue(value, field.values) ??
        (value === null || value === undefined ? undefined : { text: String(value), colour: "muted" as const });
      const to = rows[index + 1]?.[0] ?? end;
      const bad = cell(result.columns, row, "quality") === 0;
      if (named && !bad && to > row[0]) stretches.push({ from: Math.max(row[0], state.from), to, named });
    }
    const joined = join(stretches);
    for (const { named } of joined) seen.set(named.text, named);
    return lane(tagText(board.labels, "asset", tags), joined, state.from, state.to, board.zone);
  });
  body.replaceChildren(
    el("div", { class: "lanes" }, ...drawn),
    axis(state.from, state.to, board.zone),
    el("ul", { class: "legend" }, ...legend(seen, Object.values(field.values ?? {}))),
  );
}

function join(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    if (last && last.named.text === stretch.named.text && last.to === stretch.from) joined[joined.length - 1] = { ...last, to: stretch.to };
    else joined.push(stretch);
  }
  return joined;
}

function lane(label: string, stretches: readonly Stretch[], from: number, to: number, zone: string): HTMLElement {
  const scale = WIDTH / Math.max(1, to - from);
  const totals = new Map<string, number>();
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} 20`, preserveAspectRatio: "none", role: "img" });
  for (const { from: start, to: end, named } of stretches) {
    totals.set(named.text, (totals.get(named.text) ?? 0) + end - start);
    const rect = svg("rect", {
      x: (start - from) * scale,
      y: 0,
      width: Math.max(0.4, (end - start) * scale),
      height: 20,
      fill: `var(--${named.colour})`,
    });
    rect.dataset["tip"] = `${label}: ${named.text} ${clock(start, zone, true)}–${clock(end, zone, true)} (${duration(end - start)})`;
    picture.append(rect);
  }
  const said = [...totals].map(([name, ms]) => `${name} ${duration(ms)}`).join(", ");
  picture.setAttribute("aria-label", `${label}: ${said === "" ? boardTexts().noStates : said}`);
  return el("div", { class: "lane" }, el("span", { title: label }, label), picture);
}

/** One entry per colour with the states that have it, in the order of the field's vocabulary. */
function legend(seen: ReadonlyMap<string, NamedValue>, vocabulary: readonly NamedValue[]): HTMLElement[] {
  const rank = ({ text }: NamedValue): number => vocabulary.findIndex((named) => named.text === text);
  const byColour = Map.groupBy(
    [...seen.values()].toSorted((a, b) => rank(a) - rank(b)),
    ({ colour }) => colour,
  );
  return [...byColour].map(([colour, named]) => el("li", { class: `chip tone-${colour}` }, named.map(({ text }) => text).join(", ")));
}

const MINUTE = 60_000;
const STEPS_MIN = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440];
const MOST_TICKS = 9;

/** Ticks at round times of the site's clock. */
function axis(from: number, to: number, zone: string): HTMLElement {
  const step = MINUTE * (STEPS_MIN.find((minutes) => (to - from) / (minutes * MINUTE) <= MOST_TICKS) ?? 1_440);
  const [hour = 0, minute = 0] = clock(from, zone).split(":").map(Number);
  const sinceMidnight = (hour * 60 + minute) * MINUTE + (from % MINUTE);
  const ticks: HTMLElement[] = [];
  for (let at = from + ((step - (sinceMidnight % step)) % step); at <= to; at += step) {
    const tick = el("span", {}, clock(at, zone));
    tick.style.left = `${((at - from) / Math.max(1, to - from)) * 100}%`;
    ticks.push(tick);
  }
  return el("div", { class: "axis", "aria-hidden": "true" }, el("span"), el("div", {}, ...ticks));
}
