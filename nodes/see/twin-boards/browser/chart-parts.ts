/** What both pages of the control charts share: requests, numbers and small parts. */
import type { ChartDeed, ChartView, ShownChart, ShownVersion } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { chartTexts } from "./chart-texts.ts";
import { reachOf, sharedDecimals } from "./decimals.ts";
import { el } from "./dom.ts";
import { figure } from "./format.ts";
import { ruleText } from "./rule-texts.ts";
import { button } from "./terminal-sheet.ts";
import { choose, language } from "./terminal-texts.ts";

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** As people say it; the page adds who sends it and when. */
export type Said = Without<ChartDeed, "id" | "made">;
/** Undefined where it was refused, which the page tells. */
export type Act = (said: Said, progress?: (share: number) => void) => Promise<unknown>;

/** Which of a pair breaks which rules, in words. */
export function signalText(
  { rules: all }: Pick<ChartView, "rules">,
  { rules, parts }: { readonly rules: readonly string[]; readonly parts: readonly ("level" | "spread")[] },
): string {
  const t = chartTexts();
  const said = rules.map((id) => {
    const rule = all.find((one) => one.id === id);
    return rule === undefined ? id : ruleText(rule);
  });
  return `${parts.map((part) => t[part]).join(", ")}: ${said.join("; ")}`;
}

export function kindsOf({ kinds }: Pick<ShownChart, "kinds">): string {
  const named = chartTexts().kinds;
  return kinds.map((kind) => (kind === undefined ? "" : (named[kind] ?? kind))).join(" · ");
}

export function limitsText({ version, collected }: Pick<ShownChart, "version" | "collected">): string {
  const t = chartTexts();
  if (version === null) return filled(t.collecting, collected);
  return version === 0 ? t.given : filled(t.version, version);
}

/** Of the distance between two limits. */
const DIGITS_BETWEEN = 4;

export interface Drawn {
  readonly value: number;
  readonly centre: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Of centre and limits, and of what is judged by them: both by how far they lie apart, neither with more than it has. */
export interface Decimals {
  readonly line: number;
  readonly value: number;
}

export function decimalsOf(lines: Omit<Drawn, "value"> | undefined, values: readonly number[] = []): Decimals {
  const known = [lines?.lower, lines?.centre, lines?.upper].filter((one) => typeof one === "number");
  const [line, value] = [known, values].map((figures) => sharedDecimals(figures, DIGITS_BETWEEN, reachOf(known)));
  return { line: line ?? 0, value: value ?? 0 };
}

/** Decimals of all that belongs to one picture: its newest limits say how fine. */
export function decimalsOfPoints(points: readonly Drawn[]): Decimals {
  const judged = points.findLast(({ centre }) => centre !== null);
  return decimalsOf(
    judged,
    points.map(({ value }) => value),
  );
}

export function languageButton(draw: () => void): HTMLButtonElement {
  const other = language() === "de" ? "en" : "de";
  return button(
    other.toUpperCase(),
    () => {
      choose(other);
      draw();
    },
    "tool",
  );
}

export function notice(text: string | Node, bad = true): HTMLElement {
  return el("p", { class: bad ? "notice bad" : "notice", role: bad ? "alert" : "status" }, text);
}

export function signInLink(base: string, to: string): HTMLElement {
  return el("a", { href: `${base}/login?to=${encodeURIComponent(to)}` }, chartTexts().signIn);
}

/** Works without a secure context too, as on plain http in a plant. */
export function chartDeedId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function tile(value: string, text: string): HTMLElement {
  return el("div", { class: "figuretile" }, el("b", {}, value), el("span", {}, text));
}

/** `12 subgroups`: the number large, what is counted below it. */
export function countTile(text: string, n: number): HTMLElement {
  const [count = "", ...words] = filled(text, n).split(" ");
  return tile(count, words.join(" "));
}

export function productChoice({ products }: ChartView): HTMLSelectElement {
  const options = products.map(({ id, label }) => el("option", { value: id }, label));
  return el("select", {}, el("option", { value: "" }, chartTexts().all), ...options);
}

/** A bar in place of what will be there; the answer moves it. */
export function progressOf(text: string, box: HTMLElement): (share: number) => void {
  const bar = el("progress", { max: "1", "aria-label": text });
  box.replaceChildren(el("p", { class: "reading", role: "status" }, `${text} … `, bar));
  return (share) => {
    bar.value = share;
  };
}

/** `bowl_pressure 1.6 bar (σ 0.02) · …`: of several variables their means and standard deviations. */
export function variablesText(variables: NonNullable<ShownVersion["variables"]>): string {
  return variables
    .map(({ tag, unit, mean, sigma }) => `${tag.split(".").at(-1) ?? tag} ${figure(mean, unit)} (σ ${figure(sigma)})`)
    .join(" · ");
}
