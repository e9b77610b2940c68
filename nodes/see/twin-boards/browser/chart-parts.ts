/** What both pages of the control charts share: requests, numbers and small parts. */
import type { ChartDeed, ShownChart } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { number } from "./format.ts";
import { button } from "./terminal-sheet.ts";
import { choose, language } from "./terminal-texts.ts";

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** As people say it; the page adds who sends it and when. */
export type Said = Without<ChartDeed, "id" | "made">;
/** Undefined where it was refused, which the page tells. */
export type Act = (said: Said, progress?: (share: number) => void) => Promise<unknown>;

export function kindsOf({ kinds }: Pick<ShownChart, "kinds">): string {
  const named = chartTexts().kinds;
  return kinds.map((kind) => (kind === undefined ? "" : (named[kind] ?? kind))).join(" · ");
}

export function limitsText({ version, collected }: Pick<ShownChart, "version" | "collected">): string {
  const t = chartTexts();
  if (version === null) return filled(t.collecting, collected);
  return version === 0 ? t.given : filled(t.version, version);
}

/** Five significant digits, as many decimals as they leave. */
export function figure(value: number | null | undefined, unit: string | null = null): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const before = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  const decimals = Math.min(6, Math.max(0, 5 - Math.max(before, 1)));
  const shown = number(value, 0, decimals);
  return unit === null ? shown : `${shown} ${unit}`;
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
