/** "Why this number": a dialog with the division, the times, the counts, the options and the corrections behind a figure. */
import type { Explanation } from "../../../../core/operate/explanation/index.ts";
import type { ShownBoard } from "../../../../core/see/board/view.ts";
import { boardTexts, told } from "./board-texts.ts";
import { el } from "./dom.ts";
import { clock, dayAndClock, duration, number, text } from "./format.ts";
import { named, whyTexts } from "./why-texts.ts";

export interface WhyWindow {
  /** Milliseconds UTC, [from, to). */
  readonly from: number;
  readonly to: number;
  readonly shift?: { readonly name: string; readonly productionDay: string };
}

const SHOWN_CORRECTIONS = 12;

export function whyButton(board: ShownBoard, what: string, window: () => WhyWindow | undefined): HTMLButtonElement {
  const button = el(
    "button",
    { class: "why", type: "button", "aria-haspopup": "dialog", "aria-label": told(boardTexts().whyNumber, { what }) },
    boardTexts().why,
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
  const close = el("button", { class: "quiet", type: "button" }, whyTexts().close);
  const body = el("div", { class: "whybody", role: "status" }, el("p", { class: "nothing" }, boardTexts().loading));
  const title = told(boardTexts().whyNumber, { what });
  const dialog = el("dialog", { class: "whybox", "aria-label": title }, el("header", {}, el("h2", {}, title), close), body);
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
    const refusal = (await answer?.json().catch(() => undefined)) as { message?: string } | undefined;
    return body.replaceChildren(el("p", { class: "nothing" }, refusal?.message ?? whyTexts().noAnswer));
  }
  body.replaceChildren(...content((await answer.json()) as Explanation, board, `${address}/samples.csv?${query.toString()}`));
}

function content(explained: Explanation, board: ShownBoard, samples: string): readonly HTMLElement[] {
  const { zone } = board;
  const now = Date.now();
  const t = whyTexts();
  if (explained.statedTo === null) return [el("p", { class: "nothing" }, t.nothing)];
  const machine = board.labels["asset"]?.[explained.asset] ?? explained.asset;
  const to = dayAndClock(Math.min(explained.statedTo, explained.to), now, zone);
  const span = explained.shift
    ? told(t.shift, { shift: explained.shift.name, day: explained.shift.productionDay, to })
    : told(t.span, { from: clock(explained.from, zone), to });
  const whole = explained.time.reduce((sum, { ms }) => sum + ms, 0);
  const { counts, corrections, corrected } = explained;
  return [
    el("p", { class: "whysub" }, told(t.about, { machine, span })),
    table(
      t.division,
      t.divisionHead,
      explained.ratios.map(({ name, value, above, below }) => [
        named(t.ratios, name),
        value === null ? t.notEstimable : ratioText(value),
        named(t.server, above.what),
        minutesText(above.ms),
        named(t.server, below.what),
        minutesText(below.ms),
      ]),
      [1, 3, 5],
    ),
    table(
      t.time,
      t.timeHead,
      explained.time.map(({ bucket, ms, element }) => [
        named(t.buckets, bucket),
        duration(ms),
        ratioText(ms / whole),
        named(t.server, element),
      ]),
      [1, 2],
    ),
    table(
      told(t.units, { total: count(counts.total), good: count(counts.good), scrap: count(counts.scrap) }),
      t.unitsHead,
      explained.products.map(({ product, idealCycleMs, total, good, scrap }) => [
        product === "~" ? t.noProduct : product,
        idealCycleMs === null ? t.noCycle : `${count(idealCycleMs / 1000)} s`,
        count(total),
        count(good),
        count(scrap),
      ]),
      [1, 2, 3, 4],
    ),
    ...productionTables(explained, now, zone),
    table(
      corrected === 0 ? t.notAgain : told(t.again, { n: count(corrected) }),
      t.againHead,
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
      corrected > SHOWN_CORRECTIONS ? told(t.more, { n: count(corrected - SHOWN_CORRECTIONS) }) : undefined,
    ),
    table(t.madeWith, ["", ""], [...optionRows(explained), ...modelRows(explained)], []),
    el("p", {}, el("a", { href: samples, download: "" }, t.raw)),
  ];
}

function optionRows({ options }: Explanation): [string, string][] {
  const t = whyTexts();
  return options.flatMap(({ options: one, atoms }): [string, string][] => [
    ...(options.length > 1 ? [[told(t.optionsOf, { n: count(atoms) }), ""] satisfies [string, string]] : []),
    ...Object.entries(one).map(([name, value]): [string, string] => [
      Object.hasOwn(t.options, name) ? named(t.options, name) : name.replaceAll("_", " "),
      optionText(name, value),
    ]),
  ]);
}

function optionText(name: string, value: unknown): string {
  const t = whyTexts();
  if (value === null || (name.endsWith("_ms") && value === 0)) return t.none;
  if (typeof value === "number") return name.endsWith("_ms") ? duration(value) : count(value);
  return typeof value === "string" ? named(t.choices, value) : JSON.stringify(value);
}

function modelRows({ models }: Explanation): [string, string][] {
  const t = whyTexts();
  return models.map(({ revision, atoms }) => [models.length > 1 ? told(t.modelOf, { n: count(atoms) }) : t.model, revision]);
}

/** Who says which order and how many; set-up beyond its standard; a second counter. Left out where there is nothing to say. */
function productionTables(explained: Explanation, now: number, zone: string): readonly HTMLElement[] {
  const { orders, counting, reconciliations, setupOverrunMs } = explained;
  const t = whyTexts();
  const said = (by: Explanation["orders"][number]["by"]): string =>
    by === null ? t.machine : `${by.source === "mes" ? "MES" : t.operator} (${by.author}, ${dayAndClock(by.recorded, now, zone)})`;
  const tables: HTMLElement[] = [];
  if (orders.some(({ order, by }) => order !== "~" || by !== null))
    tables.push(
      table(
        t.orders,
        t.ordersHead,
        orders.map(({ order, product, ms, total, good, by }) => [
          order === "~" ? t.noOrder : order,
          product === "~" ? t.noProduct : product,
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
        told(t.countsFrom, { source: t.sources[counting.source] }),
        t.enteredHead,
        counting.by.slice(-SHOWN_CORRECTIONS).map((by) => [said(by), ""]),
        [],
      ),
    );
  if (setupOverrunMs > 0) tables.push(table(t.setup, t.setupHead, [[t.overrun, duration(setupOverrunMs)]], [1]));
  if (reconciliations.length > 0)
    tables.push(
      table(
        t.second,
        t.secondHead,
        reconciliations.map(({ order, counted, second, difference, percent, tolerancePercent, beyond }) => [
          order === null ? t.whole : order === "~" ? t.noOrder : told(t.order, { order }),
          count(counted),
          count(second),
          count(difference),
          percent === null ? "–" : `${number(percent, 2)} %`,
          told(beyond ? t.beyond : t.within, { tolerance: count(tolerancePercent) }),
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
  return `${number(ms / 60_000, 1)} min`;
}

function ratioText(value: number): string {
  return text(value, { unit: "ratio", decimals: 2 }, "UTC", 0);
}

function count(value: number): string {
  return number(value, 0, 3);
}
