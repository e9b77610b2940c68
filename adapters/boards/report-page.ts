/** The shift report as one A4 page: what a supervisor prints, reads out at the hand-over and signs. */
import { closedBy, REOPEN_REASON_CHARS } from "../../core/operate/period/index.ts";
import { changesBetween, type Loss, MOST_NOTE_CHARS, type ReportSheet } from "../../core/operate/shift-report/index.ts";
import { escape, type Frame, page } from "./pages.ts";

export interface ReportWords {
  readonly equipment: (asset: string) => string;
  readonly reason: (id: string) => string;
  /** IANA zone in which times are shown. */
  readonly zone: string;
}

export interface ReportRights {
  readonly note: boolean;
  readonly sign: boolean;
}

export interface ReportView {
  readonly sheet: ReportSheet;
  readonly words: ReportWords;
  readonly rights: ReportRights;
  /** Other shifts to choose from: address and text. */
  readonly others: readonly { readonly address: string; readonly text: string }[];
  /** Address that notes and sign-offs are posted to. */
  readonly action: string;
}

const MINUTE = 60_000;
const NO_REASON: Readonly<Record<string, string>> = {
  stop: "Stopped, no reason given",
  hold: "Held, no reason given",
  failure: "Failed, no reason given",
  external: "Starved or blocked",
  setup: "Set-up, changeover",
};

export function reportPage(frame: Frame, view: ReportView): string {
  const { sheet, words } = view;
  const { report, shift } = sheet;
  const pace = report.machines.find(({ asset }) => asset === report.constraint);
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const title = `${capital(report.shift)} shift, ${day.format(Date.parse(`${report.production_day}T12:00:00Z`))}`;
  const hours = `${clock(shift.start, words.zone)} to ${clock(shift.end, words.zone)}`;
  return page(
    frame,
    `<main id="main" class="report">
${chooser(view)}
<article class="sheet">
<header><div><h1>${escape(title)}</h1><p class="sub">${escape(words.equipment(sheet.line))}, ${hours}. Figures of the line are those of ${escape(words.equipment(report.constraint))}.</p></div>${badge(view)}</header>
<section class="tiles">${(["oee", "availability", "performance", "quality"] as const).map((name) => tile(capitalOf(name), ratio(pace?.[name] ?? null))).join("")}${tile("Good", units(pace?.good ?? 0))}${tile("Scrap", units(pace?.scrap ?? 0))}</section>
${changes(view)}${lock(view)}
<div class="columns"><section><h2>Where planned time was lost</h2>${losses(view)}</section>
<section><h2>Stops without a reason</h2>${openStops(view)}</section></div>
<section><h2>Machines</h2>${machines(view)}</section>
<section><h2>Made</h2>${products(view)}</section>
${orders(view)}${reconciliations(view)}
<div class="columns"><section><h2>Notes</h2>${notes(view)}</section><section><h2>Sign-off</h2>${signoffs(view)}</section></div>
</article></main>`,
  );
}

function chooser({ others }: ReportView): string {
  const links = others.map(({ address, text }) => `<a href="${escape(address)}">${escape(text)}</a>`).join(" · ");
  return `<nav class="chooser" aria-label="Other shifts">${links}<span class="spring"></span><span class="sub">Print this page for the paper copy.</span></nav>`;
}

function badge({ sheet: { revision, recorded, report }, words }: ReportView): string {
  if (revision === null) {
    const upTo = report.stated_to === null ? "no data yet" : `data up to ${clock(report.stated_to, words.zone)}`;
    return `<p class="badge open">Provisional<br><small>${upTo}</small></p>`;
  }
  return `<p class="badge">Revision ${revision}<br><small>${recorded === null ? "" : moment(recorded, words.zone)}</small></p>`;
}

function tile(label: string, value: string): string {
  return `<div class="figure"><b>${value}</b><span>${label}</span></div>`;
}

function changes({ sheet: { before, report, revision }, words }: ReportView): string {
  if (before === null || revision === null) return "";
  const all = changesBetween(before, report);
  const text = all
    .slice(0, 6)
    .map(
      ({ asset, figure, before: was, after }) =>
        `${words.equipment(asset)} ${figureName(figure)} ${shown(figure, was)} → ${shown(figure, after)}`,
    );
  const more = all.length > 6 ? ` and ${all.length - 6} more` : "";
  const said = text.length === 0 ? "stops, losses or reasons" : text.join("; ");
  return `<p class="changed"><strong>Changed since revision ${revision - 1}:</strong> ${escape(said)}${more}.</p>`;
}

/** Whether the shift takes statements, and how often it was opened again. */
function lock({ sheet, words, rights, action }: ReportView): string {
  const { changes: all, changedAfterClosing } = sheet;
  if (all.length === 0) return "";
  const closed = closedBy(all);
  const said = all.map((one) =>
    one.change === "closed"
      ? `closed with revision ${one.report_revision} by ${escape(one.author)}, ${moment(one.recorded, words.zone)}`
      : `reopened by ${escape(one.author)}, ${moment(one.recorded, words.zone)}: “${escape(one.reason)}”`,
  );
  const state = closed === null ? "Reopened: statements about this shift are taken." : "Closed: statements about this shift are refused.";
  const flag = changedAfterClosing
    ? `<p class="changed"><strong>Changed after closing:</strong> late samples have restated figures that were signed. Look at them and sign again.</p>`
    : "";
  const { least, most } = REOPEN_REASON_CHARS;
  const form =
    closed !== null && rights.sign
      ? `<form method="post" action="${escape(action)}" class="screenonly"><label>Why it is reopened<textarea name="reason" rows="2" required minlength="${least}" maxlength="${most}"></textarea></label><button name="do" value="reopen">Reopen the shift</button></form>`
      : "";
  return `${flag}<section class="lock"><p><strong>${state}</strong> <span class="sub">${said.join("; ")}.</span></p>${form}</section>`;
}

function losses({ sheet: { report }, words }: ReportView): string {
  if (report.losses.length === 0) return `<p class="sub">None known.</p>`;
  const largest = Math.max(...report.losses.map(({ ms }) => Math.abs(ms)), 1);
  const rows = report.losses.map(
    (loss) =>
      `<tr><th scope="row">${escape(lossName(loss, words))}</th><td class="num">${loss.count ?? ""}</td><td class="num">${duration(loss.ms)}</td><td class="barcell">${bar(loss.ms / largest)}</td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Loss</th><th scope="col" class="num">Times</th><th scope="col" class="num">Time</th><th scope="col"><span class="unseen">Share</span></th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function lossName({ kind, name }: Loss, words: ReportWords): string {
  if (kind === "stop") return words.reason(name ?? "");
  if (kind === "micro") return "Micro-stops";
  if (kind === "speed") return "Slower than ideal";
  if (kind === "scrap") return "Time for scrap";
  if (kind === "changeover") return "Changeover";
  if (kind === "overrun") return "Changeover beyond its standard time";
  if (kind === "other") return "Smaller losses";
  return name === null ? "Stopped, not recorded as a stop" : (NO_REASON[name] ?? name);
}

function openStops({ sheet: { report }, words }: ReportView): string {
  if (report.open_stop_count === 0) return `<p class="sub">None: every stop has a reason.</p>`;
  const rows = report.open_stops.map(
    ({ asset, start, end, state }) =>
      `<tr><th scope="row">${escape(words.equipment(asset))}</th><td>${clock(start, words.zone)}</td><td class="num">${end === null ? "lasts" : duration(end - start)}</td><td>${escape(state)}</td></tr>`,
  );
  const more = report.open_stop_count - report.open_stops.length;
  const review =
    report.to_review > 0
      ? `<p class="sub">${report.to_review} statements no longer fit after late data; look at them on the terminal.</p>`
      : "";
  return `<table><thead><tr><th scope="col">Machine</th><th scope="col">From</th><th scope="col" class="num">For</th><th scope="col">State</th></tr></thead><tbody>${rows.join("")}</tbody></table>${more > 0 ? `<p class="sub">and ${more} shorter ones</p>` : ""}${review}`;
}

function machines({ sheet: { report }, words }: ReportView): string {
  const rows = report.machines.map(
    (one) =>
      `<tr${one.asset === report.constraint ? ' class="pace"' : ""}><th scope="row">${escape(words.equipment(one.asset))}</th>${[one.oee, one.availability, one.performance, one.quality].map((value) => `<td class="num">${ratio(value)}</td>`).join("")}<td class="num">${units(one.good)}</td><td class="num">${units(one.scrap)}</td><td class="num">${duration(one.planned_ms)}</td><td class="num">${duration(one.unknown_ms)}</td></tr>`,
  );
  const heads = ["OEE", "A", "P", "Q", "Good", "Scrap", "Planned", "Unknown"].map((head) => `<th scope="col" class="num">${head}</th>`);
  return `<table><thead><tr><th scope="col">Machine</th>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function products({ sheet: { report } }: ReportView): string {
  if (report.products.length === 0) return `<p class="sub">Nothing was counted.</p>`;
  const rows = report.products.map(
    ({ product, total, good, scrap }) =>
      `<tr><th scope="row">${escape(product === "~" ? "no product" : product)}</th><td class="num">${units(total)}</td><td class="num">${units(good)}</td><td class="num">${units(scrap)}</td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Product</th><th scope="col" class="num">Made</th><th scope="col" class="num">Good</th><th scope="col" class="num">Scrap</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** Only where an order was on the machine. */
function orders({ sheet: { report }, words }: ReportView): string {
  const all = report.orders ?? [];
  if (all.length === 0) return "";
  const rows = all.map((one) => {
    const said =
      one.source === "tag"
        ? "the machine"
        : `${one.source === "mes" ? "MES" : "operator"} (${one.author ?? ""}, ${moment(one.recorded ?? 0, words.zone)})`;
    return `<tr><th scope="row">${escape(one.order)}</th><td>${escape(one.product === "~" ? "no product" : one.product)}</td><td class="num">${units(one.good)}</td><td class="num">${units(one.scrap)}</td><td>${escape(said)}</td></tr>`;
  });
  return `<section><h2>Orders</h2><table><thead><tr><th scope="col">Order</th><th scope="col">Product</th><th scope="col" class="num">Good</th><th scope="col" class="num">Scrap</th><th scope="col">Order from</th></tr></thead><tbody>${rows.join("")}</tbody></table></section>`;
}

/** Only where there is a second counter. */
function reconciliations({ sheet: { report }, words }: ReportView): string {
  const all = report.reconciliations ?? [];
  if (all.length === 0) return "";
  const rows = all.map((one) => {
    const what = one.order === null ? "" : `, ${one.order === "~" ? "no order" : `order ${one.order}`}`;
    const percent = one.percent === null ? "–" : `${one.percent.toFixed(2)} %`;
    return `<tr><th scope="row">${escape(words.equipment(one.asset) + what)}</th><td class="num">${units(one.counted)}</td><td class="num">${units(one.second)}</td><td class="num">${units(one.difference)}</td><td class="num">${percent}</td><td>${one.beyond ? "<strong>beyond</strong>" : "within"} ${one.tolerance_percent} %</td></tr>`;
  });
  return `<section><h2>Second counter</h2><table><thead><tr><th scope="col">Machine</th><th scope="col" class="num">Counted</th><th scope="col" class="num">Second</th><th scope="col" class="num">Difference</th><th scope="col" class="num">Share</th><th scope="col">Tolerance</th></tr></thead><tbody>${rows.join("")}</tbody></table></section>`;
}

function notes({ sheet, words, rights, action }: ReportView): string {
  const list = sheet.notes.map(
    ({ author, recorded, text }) => `<li>${escape(text)} <span class="sub">${escape(author)}, ${moment(recorded, words.zone)}</span></li>`,
  );
  const form = rights.note
    ? `<form method="post" action="${escape(action)}" class="screenonly"><label>Note<textarea name="text" rows="2" required maxlength="${MOST_NOTE_CHARS}"></textarea></label><button class="primary" name="do" value="note">Add note</button></form>`
    : "";
  return `${list.length === 0 ? `<p class="sub">None.</p>` : `<ul class="notes">${list.join("")}</ul>`}${form}`;
}

function signoffs({ sheet: { signoffs: signed, revision, changes: all }, words, rights, action }: ReportView): string {
  const list = signed.map(
    ({ author, recorded, revision: of }) =>
      `<li>${escape(author)}, ${moment(recorded, words.zone)}, revision ${of}${revision !== null && of < revision ? " <strong>(the report has changed since)</strong>" : ""}</li>`,
  );
  // A shift that was opened again is signed again, also when nothing has changed since.
  const due = revision !== null && (all.at(-1)?.change === "reopened" || !signed.some(({ revision: of }) => of === revision));
  const form =
    due && rights.sign
      ? `<form method="post" action="${escape(action)}" class="screenonly"><input type="hidden" name="revision" value="${revision}"><button class="primary" name="do" value="sign">Sign revision ${revision} and close the shift</button></form>`
      : "";
  const empty = revision === null ? "Can be signed when the shift is over and its data complete." : "Not signed yet.";
  return `${list.length === 0 ? `<p class="sub">${empty}</p>` : `<ul class="notes">${list.join("")}</ul>`}${form}<p class="signature printonly">Signature</p>`;
}

function bar(share: number): string {
  const width = Math.round(Math.max(0, Math.min(1, Math.abs(share))) * 100);
  return `<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="8" rx="1"/></svg>`;
}

function figureName(figure: string): string {
  return figure === "oee" ? "OEE" : figure.replace("_ms", " time");
}

function shown(figure: string, value: number | null): string {
  if (value === null) return "not estimable";
  if (figure.endsWith("_ms")) return duration(value);
  return ["total", "good", "scrap"].includes(figure) ? units(value) : ratio(value);
}

function ratio(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}

function units(value: number): string {
  return value.toLocaleString("en-GB");
}

function duration(ms: number): string {
  const [sign, whole] = [ms < 0 ? "−" : "", Math.round(Math.abs(ms) / MINUTE)];
  return whole < 60 ? `${sign}${whole} min` : `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} h`;
}

function clock(instant: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(instant);
}

function moment(instant: number, zone: string): string {
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" }).format(instant);
  return `${day}, ${clock(instant, zone)}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function capitalOf(name: string): string {
  return name === "oee" ? "OEE" : capital(name);
}
