/** The board page: reads the spec, follows the event stream, keeps range and choices in the address. */
import type { QueryResult } from "../../../../core/connect/history/query.ts";
import type { PanelMessage } from "../../../../core/see/board/board-server.ts";
import type { DataEdge } from "../../../../core/see/board/data-edge.ts";
import type { Delta } from "../../../../core/see/board/panel-state.ts";
import type { BoardOption } from "../../../../core/see/board/spec.ts";
import type { ShownBoard } from "../../../../core/see/board/view.ts";
import { boardTexts, told } from "./board-texts.ts";
import { el } from "./dom.ts";
import { age, dayAndClock } from "./format.ts";
import { PanelView } from "./panel.ts";
import { choose, language } from "./terminal-texts.ts";

const RANGES = ["latest-8h", "1h", "8h", "24h", "this-shift", "previous-shift"] as const;
/** Data older than this is said to be behind. */
const BEHIND_MS = 90_000;
/** Between attempts to reach a server that refused, e.g. while its flow is deployed again. */
const AGAIN_MS = 3_000;

const base = document.documentElement.dataset["base"] ?? "";
const main = document.querySelector<HTMLElement>("main.board");
const grid = byId("grid");
const banner = byId("banner");

let views: PanelView[] = [];
let source: EventSource | undefined;
/** Server's clock minus ours. */
let skew = 0;
let connected = false;
/** The spec that the page was built from, as text: after a new deploy it may be another. */
let built = "";
let again = 0;

void start(main?.dataset["board"] ?? "");

async function start(id: string): Promise<void> {
  const address = `${base}/${id}`;
  const answer = await fetch(`${address}/spec.json`, { credentials: "same-origin" }).catch(() => undefined);
  if (answer?.status === 401) return location.reload();
  if (!answer?.ok) return complain(answer?.status === 404 ? boardTexts().noBoard : boardTexts().notLoaded);
  built = await answer.text();
  const board = JSON.parse(built) as ShownBoard;
  build(board);
  controls(board, () => follow(board, address));
  follow(board, address);
  addEventListener("popstate", () => location.reload());
  addEventListener("twinline-theme", () => draw(board));
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => draw(board));
  });
  setInterval(() => draw(board), 5_000);
}

function build(board: ShownBoard): void {
  const cells: HTMLElement[] = [];
  views = [];
  for (const row of board.rows) {
    if (row.title !== undefined) cells.push(el("h2", { class: "rowtitle" }, row.title));
    for (const panel of row.panels) {
      const view = new PanelView(board, panel, row.height);
      views.push(view);
      cells.push(view.root);
    }
  }
  grid.replaceChildren(...cells);
  grid.removeAttribute("aria-busy");
  tips();
}

function controls(board: ShownBoard, changed: () => void): void {
  const query = new URLSearchParams(location.search);
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(location.search);
    next.set(name, value);
    if (name === "range") for (const fixed of ["from", "to"]) next.delete(fixed);
    history.pushState(null, "", `?${next.toString()}`);
    changed();
  };
  const chosen = query.has("from") ? "" : (query.get("range") ?? board.range);
  const t = boardTexts();
  const own = RANGES.map((name) => (name === "24h" && board.range === "latest-24h" ? board.range : name));
  const buttons = own.map((name) =>
    el("button", { type: "button", "aria-pressed": String(name === chosen), "data-range": name }, t.ranges[name]),
  );
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      set("range", button.dataset["range"] ?? "");
    });
  }
  // One machine is no choice.
  const open = board.variables.filter(({ options }) => options.length > 1);
  const selects = open.map((variable) => {
    const select = el("select", { name: variable.name });
    select.addEventListener("change", () => {
      offer();
      set(variable.name, select.value);
    });
    return { variable, select };
  });
  const chosenOf = (name: string): string =>
    selects.find(({ variable }) => variable.name === name)?.select.value ?? board.variables.find((one) => one.name === name)?.default ?? "";
  /** The server takes the same of an address whose choices do not go together. */
  const offer = (): void => {
    for (const { variable, select } of selects) {
      const asked = select.value || (query.get(variable.name) ?? variable.default);
      const fits = ({ where }: BoardOption): boolean => where === undefined || where.in.includes(chosenOf(where.variable));
      const offered = variable.options.filter(fits);
      select.replaceChildren(...offered.map(({ value, label }) => el("option", { value }, label)));
      select.value = offered.some(({ value }) => value === asked) ? asked : (offered[0]?.value ?? "");
    }
  };
  offer();
  const labels = selects.map(({ variable, select }) => el("label", {}, variable.label, select));
  const segments = el("div", { class: "segments", role: "group", "aria-label": t.timeRange }, ...buttons);
  // One chart is no choice either, but not every machine has it.
  const named = board.variables.filter(({ name, options }) => name !== "asset" && options.length === 1);
  const fixed = named.map(({ label, options }) => el("span", { class: "fixed" }, `${label}: `, el("b", {}, options[0]?.label ?? "")));
  byId("controls").replaceChildren(...labels, ...fixed, segments, languageButton());
}

function languageButton(): HTMLButtonElement {
  const other = language() === "de" ? "en" : "de";
  const button = el("button", { class: "quiet", type: "button", lang: other }, other.toUpperCase());
  button.addEventListener("click", () => {
    choose(other);
    location.reload();
  });
  return button;
}

function follow(board: ShownBoard, address: string): void {
  source?.close();
  clearTimeout(again);
  const stream = new EventSource(`${address}/stream${location.search}`);
  source = stream;
  stream.addEventListener("open", () => {
    void compare(address);
    connected = true;
    banner.hidden = true;
  });
  stream.addEventListener("error", () => {
    connected = false;
    complain(boardTexts().lost);
    // A source that is closed was refused: signed out, an address that makes no sense, or a server that is not ready yet.
    if (stream.readyState === EventSource.CLOSED) void refused(board, address);
    draw(board);
  });
  stream.addEventListener("signed-out", () => location.reload());
  stream.addEventListener("clock", (event) => {
    skew = (JSON.parse(event.data as string) as { now: number }).now - Date.now();
  });
  stream.addEventListener("panel", (event) => {
    take(JSON.parse(event.data as string) as PanelMessage);
    schedule(board);
  });
}

async function refused(board: ShownBoard, address: string): Promise<void> {
  const abort = new AbortController();
  const answer = await fetch(`${address}/stream${location.search}`, { credentials: "same-origin", signal: abort.signal }).catch(
    () => undefined,
  );
  if (answer?.status === 401) return location.reload();
  if (answer?.status === 400) {
    const body = (await answer.json().catch(() => undefined)) as { message?: string } | undefined;
    return complain(body?.message ?? boardTexts().refused);
  }
  abort.abort();
  again = window.setTimeout(() => follow(board, address), AGAIN_MS);
}

/** A deploy or the plant files may have changed the board since the page was built: its figures would have other names or units. */
async function compare(address: string): Promise<void> {
  const answer = await fetch(`${address}/spec.json`, { credentials: "same-origin" }).catch(() => undefined);
  if (answer?.status === 401 || (answer?.ok && (await answer.text()) !== built)) location.reload();
}

function take(message: PanelMessage): void {
  const view = views.find((candidate) => candidate.panel.id === message.panel);
  if (!view) return;
  if ("delta" in message) view.take(message.state, view.result ? applied(view.result, message.delta) : null, undefined);
  else view.take(message.state, message.result?.main ?? null, message.result?.limits);
}

/** The same as `applied` of core/see/board, which is tested to be the inverse of the server's difference. */
function applied(previous: QueryResult, delta: Delta): QueryResult {
  const series = previous.series.map(({ tags, rows }) => {
    const key = JSON.stringify(tags);
    const byTime = new Map(rows.filter((row) => row[0] >= delta.from).map((row) => [row[0], row] as const));
    for (const row of delta.series.find((change) => JSON.stringify(change.tags) === key)?.rows ?? []) byTime.set(row[0], row);
    return { tags, rows: [...byTime.values()].toSorted((a, b) => a[0] - b[0]) };
  });
  return { ...previous, series };
}

let frame = 0;
function schedule(board: ShownBoard): void {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => draw(board));
}

function draw(board: ShownBoard): void {
  const now = Date.now() + skew;
  showEdge(board, now, newestEdge());
  for (const view of views) view.draw(now);
}

/** How far the plant's data reaches, as the panel knows it that was answered last. */
function newestEdge(): DataEdge | null {
  const edges = views.flatMap(({ state }) => state?.edge ?? []);
  return edges.toSorted((a, b) => a.at - b.at).at(-1) ?? null;
}

function showEdge(board: ShownBoard, now: number, edge: DataEdge | null): void {
  const line = byId("edge");
  const behind = edge !== null && now - edge.at > BEHIND_MS;
  const states = views.flatMap(({ state }) => state ?? []);
  const away = states.length > 0 && states.every(({ status }) => status === "unreachable");
  line.dataset["state"] = !connected || away ? "offline" : edge === null ? "" : behind ? "behind" : "live";
  const t = boardTexts();
  // A board that cannot say how far its data reaches still has some.
  const unknown = states.some(({ status }) => status === "ok") ? t.connected : t.waiting;
  const words = edge === null ? unknown : behind ? lateWords(edge, now, board.zone) : t.live;
  const shown = !connected ? t.notConnected : away ? t.away : words;
  if (line.textContent !== shown) line.textContent = shown;
}

function lateWords(edge: DataEdge, now: number, zone: string): string {
  const t = boardTexts();
  return told(edge.moving ? t.behind : t.stopped, { at: dayAndClock(edge.at, now, zone), age: age(now - edge.at) });
}

function tips(): void {
  const tip = el("div", { class: "tip", hidden: "" });
  document.body.append(tip);
  grid.addEventListener("pointermove", (event) => {
    const words = event.target instanceof SVGElement ? event.target.dataset["tip"] : undefined;
    tip.hidden = words === undefined;
    if (words === undefined) return;
    tip.textContent = words;
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${event.clientY + 14}px`;
  });
}

function complain(sentence: string): void {
  banner.textContent = sentence;
  banner.hidden = false;
}

function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}
