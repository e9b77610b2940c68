/** Measurements by hand that were taken back: their points stay in the picture as they were judged, marked, and say why. */
import type { ChartView } from "../../../../core/model/charting/index.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure } from "./format.ts";

export function withdrawnList({ withdrawn, now, zone, unit }: ChartView): HTMLElement[] {
  if (withdrawn.length === 0) return [];
  const t = chartTexts();
  const rows = withdrawn.map(({ at, values, count, size, by, withdrawn: taken }) => {
    const measured =
      values.length > 0
        ? values.map((value) => figure(value, unit)).join(" · ")
        : [count, size].flatMap((one) => (one === null ? [] : [figure(one)])).join(" / ");
    const who = taken === null ? "" : `${taken.by}: ${taken.reason}`;
    return el("li", {}, el("s", {}, measured), ` ${dayAndClock(at, now, zone)} · ${t.by} ${by} · ${t.takenBack} ${who}`);
  });
  return [el("section", { class: "withdrawn" }, el("h2", {}, `${t.withdrawn} (${withdrawn.length})`), el("ul", {}, ...rows))];
}
