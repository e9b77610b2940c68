/** How the page Tags writes values, ages and findings. */
import type { Finding } from "../../../core/connect/health/index.ts";
import type { LiveValue } from "../../tags/shown-tag.ts";
import { label } from "../label.ts";

export const FINDING_ICONS: Readonly<Record<Finding | "ok", string>> = {
  "wrong-type": "fa-ban",
  "wrong-unit": "fa-balance-scale",
  "out-of-range": "fa-arrows-v",
  duplicated: "fa-clone",
  bad: "fa-exclamation-triangle",
  stale: "fa-clock-o",
  silent: "fa-bell-slash-o",
  frozen: "fa-pause-circle-o",
  unused: "fa-circle-thin",
  ok: "fa-check",
};

export function findingText(finding: string): string {
  return label(`tags.finding.${finding}`);
}

/** Six digits say more than any sensor knows. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function tagValueText({ value, name, quality }: LiveValue): string {
  if (quality === undefined) return "–";
  if (value === null) return label("tags.noValue");
  const text = typeof value === "number" ? numberText(value) : String(value);
  return name === undefined ? text : `${name} (${text})`;
}

export function withUnit(live: LiveValue): string {
  return live.unit === undefined || live.unit === "" || live.value === null ? tagValueText(live) : `${tagValueText(live)} ${live.unit}`;
}

export function ageText(ms: number | undefined): string {
  if (ms === undefined) return label("tags.never");
  const steps = [
    [1_000, "s"],
    [60_000, "min"],
    [3_600_000, "h"],
    [86_400_000, "d"],
  ] as const;
  const [length, unit] = steps.findLast(([least]) => ms >= least) ?? steps[0];
  return `${Math.floor(ms / length)} ${unit}`;
}

export function instantText(ms: number | undefined): string {
  return ms === undefined ? label("tags.never") : new Date(ms).toLocaleString();
}
