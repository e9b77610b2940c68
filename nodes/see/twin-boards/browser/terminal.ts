/** The operator terminal of one machine: its state, the stops that wait for a reason, counts and orders. */
import type { ShownPart, TerminalView } from "../../../../core/operate/terminal/index.ts";
import { el } from "./dom.ts";
import { clock, dayAndClock, duration } from "./format.ts";
import { Outbox } from "./terminal-outbox.ts";
import { button, countSheet, orderSheet, reasonSheet, type Say, sheetIsOpen } from "./terminal-sheet.ts";
import { choose, labelled, language, texts } from "./terminal-texts.ts";

const main = document.querySelector<HTMLElement>("main.terminal");
const EVERY_MS = 3_000;
const MINUTE = 60_000;
/** After a sheet was closed without a reason, nobody is asked again for so long. */
const PATIENCE_MS = 5 * MINUTE;

if (main) {
  const base = document.documentElement.dataset["base"] ?? "";
  const url = `${base}/terminal/${main.dataset["station"] ?? ""}`;
  let view: TerminalView | undefined;
  let away = false;
  /** The server's clock less this one. */
  let ahead = 0;
  let asked = 0;
  const now = (): number => Date.now() + ahead;

  const outbox = new Outbox(url, (sent) => {
    if (sent) void load();
    draw();
  });
  const say: Say = (said) => void outbox.add(said, Math.round(now()));

  const load = async (): Promise<void> => {
    const answer = await fetch(`${url}/data.json`).catch(() => undefined);
    outbox.signedOut ||= answer?.status === 401;
    away = answer === undefined || !answer.ok;
    if (answer?.ok) {
      view = (await answer.json()) as TerminalView;
      ahead = view.now - Date.now();
      outbox.signedOut = false;
    }
    draw();
  };

  /** The reason that was given here and has not reached the server yet. */
  const unsent = (part: ShownPart): string | undefined => {
    const entry = outbox.waiting.findLast(({ action, stop, from }) => action === "assign" && stop === part.stop && from === part.start);
    return typeof entry?.["reason"] === "string" ? entry["reason"] : undefined;
  };

  const draw = (): void => {
    if (view === undefined) return;
    const shown = view;
    const open = shown.queue.filter((part) => unsent(part) === undefined);
    const done = [...shown.queue.filter((part) => unsent(part) !== undefined), ...shown.done];
    main.replaceChildren(
      ...notices(shown),
      el("div", { class: "now" }, stateCard(shown), orderCard(shown), countCard(shown)),
      el(
        "div",
        { class: "stops" },
        el("h2", {}, texts().waiting, el("span", { class: "badge" }, String(open.length))),
        ...(open.length === 0 ? [el("p", { class: "nothing" }, texts().nothingWaits)] : [list(shown, open)]),
        el("h2", {}, texts().done),
        list(shown, done),
      ),
    );
    main.removeAttribute("aria-busy");
    document.documentElement.lang = language();
    prompt(shown, open);
  };

  /** Asks by itself why the machine stands, once it has stood for a while. */
  const prompt = (shown: TerminalView, open: readonly ShownPart[]): void => {
    const lasting = open.find(({ end }) => end === null);
    if (lasting === undefined || !shown.person.enters || sheetIsOpen()) return;
    if (now() - lasting.start < shown.promptMinutes * MINUTE || now() - asked < PATIENCE_MS) return;
    asked = now();
    reasonSheet(shown, lasting, now(), say);
  };

  const notices = (shown: TerminalView): HTMLElement[] => {
    const t = texts();
    const result: HTMLElement[] = [];
    const waiting = outbox.waiting.length;
    if (outbox.signedOut) {
      const link = el("a", { href: `${base}/login?to=${encodeURIComponent(`/terminal/${shown.station.asset}`)}` }, t.signIn);
      result.push(el("p", { class: "notice", role: "alert" }, link));
    } else if (away || waiting > 0) {
      const count = waiting > 0 ? ` ${t.queued} ${waiting}` : "";
      result.push(el("p", { class: "notice", role: "status" }, `${away ? t.away : ""}${count}`));
    }
    for (const { entry, refused } of outbox.refused) {
      const dismiss = button(t.close, () => outbox.dismiss(entry.id), "tool");
      result.push(el("p", { class: "notice bad", role: "alert" }, `${t.refused} ${refused ?? ""}`, dismiss));
    }
    if (shown.review.length > 0) result.push(el("p", { class: "notice" }, `${t.review} (${shown.review.length})`));
    if (!shown.person.enters) result.push(el("p", { class: "notice" }, t.lookOnly));
    return result;
  };

  const stateCard = (shown: TerminalView): HTMLElement => {
    const t = texts();
    const { bucket, since, state } = shown.machine;
    const word = bucket === "run" ? t.running : (t[bucket as "stop"] ?? t.unknown);
    const card = el("section", { class: `state is-${bucket}` }, el("h1", {}, shown.station.label), el("b", {}, away ? t.unknown : word));
    if (since !== null && !away) card.append(el("span", {}, `${t.since} ${duration(now() - since)}${state === null ? "" : ` · ${state}`}`));
    const other = language() === "de" ? "en" : "de";
    card.append(
      button(
        other.toUpperCase(),
        () => {
          choose(other);
          draw();
        },
        "language",
      ),
    );
    return card;
  };

  const orderCard = (shown: TerminalView): HTMLElement => {
    const t = texts();
    const { order, product, source } = shown.order;
    const label = shown.products.find(({ id }) => id === product)?.label ?? product ?? t.noOrder;
    const card = button("", () => orderSheet(shown, say), "tile");
    card.append(
      el("span", {}, t.order),
      el("b", {}, order ?? label),
      el("small", {}, source === null ? "" : `${order === null ? "" : `${label} · `}${t.source[source]}`),
    );
    card.disabled = !shown.person.enters;
    return card;
  };

  const countCard = (shown: TerminalView): HTMLElement => {
    const t = texts();
    const { good, scrap } = shown.counted;
    const card = button("", () => countSheet(say), "tile");
    card.append(el("span", {}, t.counts), el("b", {}, `${good} / ${scrap}`), el("small", {}, `${t.good} / ${t.scrap} · ${t.countedToday}`));
    card.disabled = !shown.person.enters;
    return card;
  };

  const list = (shown: TerminalView, parts: readonly ShownPart[]): HTMLElement =>
    el("ul", {}, ...parts.map((part) => el("li", {}, row(shown, part))));

  const row = (shown: TerminalView, part: ShownPart): HTMLElement => {
    const t = texts();
    const made = button("", () => reasonSheet(shown, part, now(), say), `stop is-${part.bucket}`);
    const given = unsent(part);
    const reason = shown.reasons.find(({ id }) => id === (given ?? part.reason));
    const name = reason ? labelled(reason.labels, reason.id) : (part.text ?? t[part.bucket]);
    const who = part.by === "operator" ? `${t.by} ${part.author ?? ""}` : part.by === "automatic" ? t.automatic : part.state;
    const marks = [given === undefined ? "" : t.notSent, part.micro ? t.micro : "", ...part.comments.map(({ text }) => `“${text}”`)];
    made.append(
      el(
        "time",
        {},
        dayAndClock(part.start, now(), shown.zone),
        el("small", {}, part.end === null ? t.lasts : clock(part.end, shown.zone)),
      ),
      el("b", {}, duration((part.end ?? now()) - part.start)),
      el("span", {}, name, el("small", {}, [who, ...marks].filter((text) => text !== "" && text !== name).join(" · "))),
    );
    if (reason === undefined && shown.queue.includes(part)) made.append(el("em", {}, t.choose));
    made.disabled = !shown.person.enters;
    return made;
  };

  void load();
  setInterval(() => void load(), EVERY_MS);
}
