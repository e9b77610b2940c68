/** "Why this number": a dialog with the division, the times, the counts, the options and the corrections behind a figure. */
import type { Explanation } from "../../../../core/operate/explanation/index.ts";
import type { ShownBoard } from "../../../../core/see/board/view.ts";
import { el } from "./dom.ts";
import { clock, dayAndClock, duration, text } from "./format.ts";

export interface WhyWindow {
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly shift?: { readonly name: string; readonly productionDay: string };
}

const BUCKET_NAMES: Readonly<Record<string, string>> = {
  run: "Producing",
  micro: "Micro-stops",
  external: "Starved or blocked",
  stop: "Stopped",
  hold: "Held",
  failure: "Failed",
  setup: "Set-up, changeover",
  plannedDown: "Planned stop",
  noOrder: "No order",
  notPlanned: "Not planned",
  unknown: "Unknown",
};
const RATIO_NAMES: Readonly<Record<string, string>> = {
  oee: "OEE",
  availability: "Availability",
  performance: "Performance",
  quality: "Quality",
};
const SHOWN_CORRECTIONS = 12;

export function whyButton(board: ShownBoard, what: string, window: () => WhyWindow | undefined): HTMLButtonElement {
  const button = el(
    "button",
    { class: "why", type: "button", "aria-haspopup": "dialog", "aria-label": `Why this number: ${what}` },
    "Why?",
  );
  button.addEventListener("click", () => {
    const asked = window();
    if (asked) void open(board, what, asked);
  });
  return button;
}

async function open(board: ShownBoard, what: string, window: WhyWindow): Promise<void> {
  const asset = new URLSearchParams(location.search).get("asset") ?? board.variables.find(({ name }) => name === "asset")?.default ?? "";
  const query = new URLSearchParams({ asset, from: String(window.from), to: String(window.to) });
  if (window.shift) {
    query.set("shift", window.shift.name);
    query.set("day", window.shift.productionDay);
  }
  const close = el("button", { class: "quiet", type: "button" }, "Close");
  const body = el("div", { class: "whybody", role: "status" }, el("p", { class: "nothing" }, "Loading …"));
  const dialog = el(
    "dialog",
    { class: "whybox", "aria-label": `Why this number: ${what}` },
    el("header", {}, el("h2", {}, `Why this number: ${what}`), close),
    body,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  const address = location.pathname.replace(/\/$/, "");
  const answer = await fetch(`${address}/why.json?${query.toString()}`, { credentials: "same-origin" }).catch(() => undefined);
  if (answer?.status === 401) return location.reload();
  if (!answer?.ok) {
    const told = (await answer?.json().catch(() => undefined)) as { message?: string } | undefined;
    return body.replaceChildren(el("p", { class: "nothing" }, told?.message ?? "The server does not answer. Try again in a moment."));
  }
  body.replaceChildren(...content((await answer.json()) as Explanation, board, `${address}/samples.csv?${query.toString()}`));
}

function content(explained: Explanation, board: ShownBoard, samples: string): readonly HTMLElement[] {
  const { zone } = board;
  const now = Date.now();
  if (explained.statedTo === null) return [el("p", { class: "nothing" }, "Nothing has been stated for this time yet.")];
  const machine = board.labels["asset"]?.[explained.asset] ?? explained.asset;
  const end = Math.min(explained.statedTo, explained.to);
  const begin = explained.shift ? explained.shift.name : clock(explained.from, zone);
  const span = explained.shift
    ? `${begin} shift of ${explained.shift.productionDay}, stated up to ${dayAndClock(end, now, zone)}`
    : `${begin} to ${dayAndClock(end, now, zone)}`;
  const whole = explained.time.reduce((sum, { ms }) => sum + ms, 0);
  const { counts, corrections, corrected } = explained;
  return [
    el("p", { class: "whysub" }, `${machine}, ${span}. Minutes follow the data; a late sample states them again.`),
    table(
      "The division",
      ["Figure", "", "Above the line", "", "Below the line", ""],
      explained.ratios.map(({ name, value, above, below }) => [
        RATIO_NAMES[name] ?? name,
        value === null ? "not estimable" : ratioText(value),
        above.what,
        minutesText(above.ms),
        below.what,
        minutesText(below.ms),
      ]),
      [1, 3, 5],
    ),
    table(
      "Where the time went",
      ["", "Time", "Share", "ISO 22400-2"],
      explained.time.map(({ bucket, ms, element }) => [BUCKET_NAMES[bucket] ?? bucket, duration(ms), ratioText(ms / whole), element]),
      [1, 2],
    ),
    table(
      `Units: ${count(counts.total)} made = ${count(counts.good)} good + ${count(counts.scrap)} scrap`,
      ["Product", "Ideal cycle", "Made", "Good", "Scrap"],
      explained.products.map(({ product, idealCycleMs, total, good, scrap }) => [
        product === "~" ? "no product" : product,
        idealCycleMs === null ? "not known: P, Q and OEE are not estimable" : `${idealCycleMs / 1000} s`,
        count(total),
        count(good),
        count(scrap),
      ]),
      [1, 2, 3, 4],
    ),
    ...productionTables(explained, now, zone),
    table(
      corrected === 0 ? "No minute was stated again" : `${count(corrected)} minutes were stated again`,
      ["Minute", "Revision", "Recorded", "By", "Why"],
      corrections
        .slice(0, SHOWN_CORRECTIONS)
        .map(({ start, revision, recorded, author, reason }) => [
          clock(start, zone),
          String(revision),
          dayAndClock(recorded, now, zone),
          author,
          reason,
        ]),
      [1],
      corrected > SHOWN_CORRECTIONS ? `and ${count(corrected - SHOWN_CORRECTIONS)} more` : undefined,
    ),
    table(
      "Made with",
      ["", ""],
      [
        ...explained.options.map(({ options, atoms }): [string, string] => [
          explained.options.length > 1 ? `options of ${count(atoms)} minutes` : "options",
          Object.entries(options)
            .map(([name, value]) => `${name} ${value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value)}`)
            .join(", "),
        ]),
        ...explained.models.map(({ revision, atoms }): [string, string] => [
          explained.models.length > 1 ? `plant model of ${count(atoms)} minutes` : "plant model",
          revision,
        ]),
      ],
      [],
    ),
    el("p", {}, el("a", { href: samples, download: "" }, "Raw samples behind it (CSV)")),
  ];
}

const COUNT_SOURCES: Readonly<Record<Explanation["counting"]["source"], string>> = {
  tag: "the machine's counters",
  manualScrap: "the machine's counters, less the scrap and rework that people enter",
  manualAdded: "the machine's counters, and what people enter on top",
  manual: "people",
};

/** Who says which order and how many; set-up beyond its standard; a second counter. Left out where there is nothing to say. */
function productionTables(explained: Explanation, now: number, zone: string): readonly HTMLElement[] {
  const { orders, counting, reconciliations, setupOverrunMs } = explained;
  const said = (by: Explanation["orders"][number]["by"]): string =>
    by === null ? "the machine" : `${by.source === "mes" ? "MES" : "operator"} (${by.author}, ${dayAndClock(by.recorded, now, zone)})`;
  const tables: HTMLElement[] = [];
  if (orders.some(({ order, by }) => order !== "~" || by !== null))
    tables.push(
      table(
        "Orders",
        ["Order", "Product", "Time", "Made", "Good", "Order from"],
        orders.map(({ order, product, ms, total, good, by }) => [
          order === "~" ? "no order" : order,
          product === "~" ? "no product" : product,
          duration(ms),
          count(total),
          count(good),
          order === "~" && by === null ? "" : said(by),
        ]),
        [2, 3, 4],
      ),
    );
  if (counting.by.length > 0)
    tables.push(
      table(
        `Counts from ${COUNT_SOURCES[counting.source]}`,
        ["Entered by", ""],
        counting.by.slice(-SHOWN_CORRECTIONS).map((by) => [said(by), ""]),
        [],
      ),
    );
  if (setupOverrunMs > 0)
    tables.push(table("Set-up", ["", "Time"], [["beyond the standard time of the changeover", duration(setupOverrunMs)]], [1]));
  if (reconciliations.length > 0)
    tables.push(
      table(
        "Against the second counter",
        ["", "Counted", "Second", "Difference", "Share", "Tolerance"],
        reconciliations.map(({ order, counted, second, difference, percent, tolerancePercent, beyond }) => [
          order === null ? "whole time" : order === "~" ? "no order" : `order ${order}`,
          count(counted),
          count(second),
          count(difference),
          percent === null ? "–" : `${percent.toFixed(2)} %`,
          `${beyond ? "beyond" : "within"} ${tolerancePercent} %`,
        ]),
        [1, 2, 3, 4],
      ),
    );
  return tables;
}

function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
  more?: string,
): HTMLElement {
  const side = (at: number): Record<string, string> => (numeric.includes(at) ? { class: "num" } : {});
  const part = el("section", {}, el("h3", {}, caption));
  if (rows.length === 0) return part;
  const titles = head.some((title) => title !== "")
    ? [el("thead", {}, el("tr", {}, ...head.map((title, at) => el("th", { scope: "col", ...side(at) }, title))))]
    : [];
  part.append(
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        {},
        ...titles,
        el(
          "tbody",
          {},
          ...rows.map((cells) =>
            el("tr", {}, ...cells.map((cell, at) => (at === 0 ? el("th", { scope: "row" }, cell) : el("td", side(at), cell)))),
          ),
        ),
      ),
    ),
  );
  if (more !== undefined) part.append(el("p", { class: "whysub" }, more));
  return part;
}

/** One unit for both sides, so that a person can divide. */
function minutesText(ms: number): string {
  return `${(ms / 60_000).toLocaleString("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} min`;
}

function ratioText(value: number): string {
  return text(value, { unit: "ratio", decimals: 2 }, "UTC", 0);
}

function count(value: number): string {
  return value.toLocaleString("en-GB");
}
