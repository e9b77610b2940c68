/** OEE and counts of the chosen machine over hours and shifts, with what tells how often they were corrected. */
import type { Query } from "../../core/connect/history/index.ts";
import { oeeByHour, oeeByShift } from "../../core/operate/oee/index.ts";
import type { BoardRow, Threshold } from "../../core/see/board/index.ts";
import { chosen, HOUR, type Line, MINUTE, ofVariable } from "./line.ts";
import { OEE_TARGETS } from "./targets.ts";

export function historyRows(line: Line): BoardRow[] {
  return [
    {
      height: 8,
      panels: [
        {
          id: "oee-by-hour",
          kind: "time-series",
          title: "OEE by hour",
          description: `Sums of numerators divided by sums of denominators in each clock hour; hours are never averaged. ${REVISED}`,
          width: 12,
          leastEveryMs: HOUR,
          min: 0,
          max: 1,
          query: (scope) => ofVariable(withRevisions(oeeByHour(chosen(line, scope)))),
          fields: [
            { column: "oee", label: "OEE", unit: "ratio", draw: "bars", colour: "info", thresholds: OEE_TARGETS },
            { column: "availability", label: "Availability", unit: "ratio", colour: "good", draw: "steps" },
            { column: "performance", label: "Performance", unit: "ratio", colour: "warning", draw: "steps" },
            { column: "quality", label: "Quality", unit: "ratio", colour: "plum", draw: "steps" },
            { column: "corrections", label: "Revised", unit: "count", colour: "muted", draw: "none" },
          ],
        },
        {
          id: "counts-over-time",
          kind: "time-series",
          title: "Good and scrap",
          description: "Units per interval. Scrap has the scale at the right, so that a few units can be seen beside hundreds.",
          width: 12,
          leastEveryMs: MINUTE,
          maxPoints: 100,
          min: 0,
          query: (scope) =>
            ofVariable({
              measurement: "oee",
              from: scope.from,
              to: scope.to,
              where: [scope.chosen("asset", "asset")],
              columns: [
                { as: "good", field: "good", aggregate: "sum" },
                { as: "scrap", field: "scrap", aggregate: "sum" },
              ],
              bucket: { everyMs: scope.everyMs },
              latestRevision: { atomMs: MINUTE },
            }),
          fields: [
            { column: "good", label: "Good", unit: "count", draw: "bars", colour: "good" },
            { column: "scrap", label: "Scrap (right scale)", unit: "count", draw: "bars", colour: "critical", ownScale: true },
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        {
          id: "shifts",
          kind: "table",
          title: "OEE by shift",
          description: `Production days of the last three days; a shift over midnight belongs to the day on which it started. ${REVISED}`,
          width: 24,
          range: "3d",
          newestFirst: true,
          explained: true,
          query: (scope) => ofVariable(withRevisions(oeeByShift(chosen(line, scope)))),
          fields: [
            { column: "time", label: "Day", unit: "date" },
            { column: "tag:shift", label: "Shift", unit: "text" },
            { column: "oee", label: "OEE", unit: "ratio", decimals: 1, bar: true, thresholds: OEE_TARGETS },
            { column: "availability", label: "A", unit: "ratio", decimals: 1 },
            { column: "performance", label: "P", unit: "ratio", decimals: 1 },
            { column: "quality", label: "Q", unit: "ratio", decimals: 1 },
            { column: "good", label: "Good", unit: "count" },
            { column: "scrap", label: "Scrap", unit: "count" },
            { column: "total", label: "Total", unit: "count" },
            { column: "corrections", label: "Revised", unit: "count", thresholds: CORRECTED },
          ],
        },
      ],
    },
  ];
}

const REVISED =
  "Revised: how often a minute in it was calculated again because data came late, and came out different. The figure shown is always the latest.";
const CORRECTED: readonly Threshold[] = [
  { from: null, name: "as first calculated", colour: "muted" },
  { from: 1, name: "revised after late data", colour: "warning" },
];

/** With what tells how often atoms were corrected: the sum of revision numbers less their number, as the first of each is 1. */
function withRevisions(query: Query): Query {
  const corrections = {
    as: "corrections",
    plus: [{ field: "rev", aggregate: "sum" }],
    less: [{ field: "rev", aggregate: "count" }],
  } as const;
  return { ...query, columns: [...query.columns, corrections] };
}
