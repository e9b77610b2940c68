/** States over time, one lane per series. Where nothing good is known the hatched ground shows. */
import type { NamedValue } from "../../../../core/see/board/spec.ts";
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

export function drawStateTimeline({ body, panel, result, state, board, edge }: Drawing<"state-timeline">): void {
  const field = panel.fields[0];
  if (!field) return;
  const end = Math.min(state.to, edge ?? state.to);
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
  const legend = [...seen.values()].map((named) => el("li", { class: `chip tone-${named.colour}` }, named.text));
  body.replaceChildren(
    el("div", { class: "lanes" }, ...drawn),
    axis(state.from, state.to, board.zone),
    el("ul", { class: "legend" }, ...legend),
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
  picture.setAttribute("aria-label", `${label}: ${said === "" ? "no data" : said}`);
  return el("div", { class: "lane" }, el("span", { title: label }, label), picture);
}

function axis(from: number, to: number, zone: string): HTMLElement {
  const steps = Array.from({ length: 7 }, (_, i) => from + ((to - from) * i) / 6);
  return el(
    "div",
    { class: "axis", "aria-hidden": "true" },
    el("span"),
    el("div", {}, ...steps.map((step) => el("span", {}, clock(step, zone)))),
  );
}
