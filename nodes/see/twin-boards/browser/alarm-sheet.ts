/** A sheet over the alarm list: everything about one alarm, and what a person may do about it. */
import type { AlarmListView, AlarmResponseData, ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import { alarmTexts } from "./alarm-texts.ts";
import { chartLink, measured } from "./alarm-value.ts";
import { el } from "./dom.ts";
import { dayAndClock, duration } from "./format.ts";
import { button } from "./terminal-sheet.ts";

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
export type Respond = (alarm: ShownAlarm, said: Without<AlarmResponseData, "id" | "made">) => Promise<void>;

const MINUTE = 60_000;
const SHELVINGS = [15, 60, 480] as const;
/** Planned ends of a time out of service that are offered, in min. */
const ENDS = [480, 1_440, 10_080, 43_200] as const;

export function alarmSheet(base: string, view: AlarmListView, alarm: ShownAlarm, respond: Respond): void {
  const t = alarmTexts();
  const { start, state, inhibited } = alarm;
  const comment = el("input", { type: "text", maxlength: "500", placeholder: t.comment, "aria-label": t.comment });
  const said = (): string => comment.value.trim();
  const optional = (): { comment?: string } => (said() === "" ? {} : { comment: said() });
  const act = (response: Parameters<Respond>[1]): void => {
    dialog.close();
    void respond(alarm, response);
  };
  const owing: HTMLButtonElement[] = [];
  const owes = (made: HTMLButtonElement): HTMLButtonElement => {
    made.disabled = true;
    owing.push(made);
    return made;
  };
  comment.addEventListener("input", () => {
    for (const one of owing) one.disabled = said() === "";
  });

  const end = el(
    "select",
    {},
    el("option", { value: "" }, t.noEnd),
    ...ENDS.map((minutes) => el("option", { value: String(minutes) }, t.ends[minutes] ?? String(minutes))),
  );
  const until = (): { until?: number } => (end.value === "" ? {} : { until: Math.round(view.now + Number(end.value) * MINUTE) });

  const buttons: HTMLElement[] = [];
  if (view.person.responds) {
    if (state.endsWith("unacknowledged"))
      buttons.push(button(t.acknowledge, () => act({ action: "acknowledge", occurrence: start, ...optional() }), "primary"));
    if (state === "latched-acknowledged")
      buttons.push(button(t.reset, () => act({ action: "reset", occurrence: start, ...optional() }), "primary"));
    if (state === "shelved") buttons.push(button(t.unshelve, () => act({ action: "unshelve", ...optional() }), "primary"));
    const { shelveAtMostMs = Number.POSITIVE_INFINITY } = alarm.rationale ?? {};
    if (inhibited === null)
      for (const minutes of SHELVINGS.filter((one) => one * MINUTE <= shelveAtMostMs)) {
        const text = `${t.shelve} ${minutes < 60 ? `${minutes} min` : `${minutes / 60} h`}`;
        buttons.push(owes(button(text, () => act({ action: "shelve", until: Math.round(view.now + minutes * MINUTE), comment: said() }))));
      }
  }
  const removes = view.person.services && state !== "out-of-service";
  if (removes) buttons.push(owes(button(t.remove, () => act({ action: "remove-from-service", ...until(), comment: said() }))));
  else if (view.person.services) buttons.push(button(t.restore, () => act({ action: "return-to-service", ...optional() }), "primary"));

  const close = button("✕", () => dialog.close(), "close");
  close.setAttribute("aria-label", t.close);
  const entering = view.person.responds ? [el("p", { class: "hint" }, t.commentOwed), comment] : [];
  const dialog = el(
    "dialog",
    { class: "sheet alarmsheet" },
    el("header", {}, el("h2", {}, alarm.message), close),
    el("dl", {}, ...facts(base, view, alarm).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    ...entering,
    ...(removes ? [el("label", { class: "planned" }, `${t.remove}: ${t.plannedEnd}`, end)] : []),
    el("footer", {}, ...buttons),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function facts(base: string, { zone, now }: AlarmListView, alarm: ShownAlarm): [string, string | Node][] {
  const t = alarmTexts();
  const at = (instant: number): string => dayAndClock(instant, now, zone);
  const { acknowledged, inhibited, returned, rationale } = alarm;
  const [value, chart] = [measured(alarm), chartLink(base, alarm)];
  const shown: [string, string | Node][] = [
    [t.name, `${alarm.label} · ${alarm.alarm}`],
    [t.since, `${at(alarm.start)} · ${t.priority[alarm.priority]} · ${t.state[alarm.state]}`],
    [t.class, alarm.class],
  ];
  for (const part of ["response", "cause", "consequence"] as const) {
    const said = rationale?.[part];
    if (said !== undefined) shown.push([t[part], said]);
  }
  if (rationale?.respondWithinMs !== undefined) {
    const { respondWithinMs: within } = rationale;
    shown.push([t.within, `${duration(within)}, ${t.until} ${at(alarm.start + within)}`]);
  }
  if (value !== null) shown.push([t.value, value]);
  if (chart !== null) shown.push([t.raisedBy, chart]);
  if (returned !== null) shown.push([t.state.normal, `${t.returnedAt} ${at(returned)}`]);
  if (acknowledged !== null)
    shown.push([t.state.acknowledged, `${at(acknowledged.at)} ${t.by} ${acknowledged.by}${quoted(acknowledged.comment)}`]);
  if (inhibited !== null) {
    const never = alarm.state === "out-of-service" ? `, ${t.noEnd}` : "";
    const until = inhibited.until === null ? never : `, ${t.until} ${at(inhibited.until)}`;
    shown.push([
      t.state[alarm.state],
      `${at(inhibited.at)} ${inhibited.by === null ? t.byDesign : `${t.by} ${inhibited.by}`}${until}${quoted(inhibited.comment)}`,
    ]);
  }
  return shown;
}

function quoted(comment: string | null): string {
  return comment === null ? "" : `: “${comment}”`;
}
