/** How the running shift is doing: OEE with its three parts, counts and times. */
import type { Query } from "../../core/connect/history/index.ts";
import { oeeFigures } from "../../core/operate/oee/index.ts";
import type { BoardRow, Scope, Threshold } from "../../core/see/board/index.ts";
import { chosen, type Line, ofVariable } from "./line.ts";
import { OEE_TARGETS, PART_TARGETS, QUALITY_TARGETS } from "./targets.ts";

export function shiftRows(line: Line): BoardRow[] {
  // One query for all tiles of the shift: they ask together and share the answer.
  const shiftSoFar = (scope: Scope): Query => ofVariable(oeeFigures(chosen(line, scope)));
  const shiftRatio = (column: string, label: string, targets: readonly Threshold[]) => ({
    kind: "gauge" as const,
    width: 6,
    range: "this-shift" as const,
    min: 0,
    max: 1,
    explained: true as const,
    query: shiftSoFar,
    fields: [{ column, label, unit: "ratio", decimals: 1, thresholds: targets }],
  });
  return [
    {
      height: 5,
      panels: [
        {
          id: "oee",
          title: "OEE",
          description:
            "Ideal time for the good units made, as a share of planned busy time (ISO 22400-2). Breaks and unknown time do not count as planned.",
          ...shiftRatio("oee", "OEE", OEE_TARGETS),
        },
        {
          id: "availability",
          title: "Availability",
          description: "Production time as a share of planned busy time.",
          ...shiftRatio("availability", "Availability", PART_TARGETS),
        },
        {
          id: "performance",
          title: "Performance",
          description:
            "Ideal time for all units made as a share of production time. Above 100 % the ideal cycle time is wrong; it is not cut off.",
          ...shiftRatio("performance", "Performance", PART_TARGETS),
        },
        {
          id: "quality",
          title: "Quality",
          description: "Ideal time for the good units as a share of the ideal time for all units.",
          ...shiftRatio("quality", "Quality", QUALITY_TARGETS),
        },
      ],
    },
    {
      height: 3,
      panels: [
        {
          id: "counts",
          kind: "stat",
          title: "Made",
          width: 12,
          range: "this-shift",
          query: shiftSoFar,
          fields: [
            { column: "good", label: "Good", unit: "count", colour: "good" },
            { column: "scrap", label: "Scrap", unit: "count", colour: "critical" },
            { column: "total", label: "Total", unit: "count" },
          ],
        },
        {
          id: "lost-time",
          kind: "stat",
          title: "Time",
          width: 12,
          range: "this-shift",
          query: shiftSoFar,
          fields: [
            { column: "producing_ms", label: "Producing", unit: "duration", colour: "good" },
            { column: "failure_ms", label: "Failed", unit: "duration", colour: "critical" },
            { column: "unknown_ms", label: "Unknown", unit: "duration", colour: "muted" },
          ],
        },
      ],
    },
  ];
}
