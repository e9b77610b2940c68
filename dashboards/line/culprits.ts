/** What stopped the line, where the model says which station feeds which. */
import { lossesByCulprit, OUTSIDE, stationGraph, UNKNOWN } from "../../core/operate/line/index.ts";
import { lossesByBucket } from "../../core/operate/oee/index.ts";
import type { BoardRow, Field } from "../../core/see/board/index.ts";
import type { Line } from "./line.ts";

export function culpritRows({ model, line, machines }: Line): BoardRow[] {
  if ("fault" in stationGraph(model, line.path, 0)) return [];
  const names = new Map(machines.map(({ path, label }) => [path.slice(line.path.length + 1), label ?? path]));
  names.set(OUTSIDE, "Before or after the line").set(UNKNOWN, "Not known");
  const shares = [...names].map(([station, label]): Field => {
    const colour = station === UNKNOWN || station === OUTSIDE ? "muted" : "critical";
    return { column: `lost:${station}`, label, unit: "duration", bar: true, colour };
  });
  return [
    {
      height: 8,
      panels: [
        {
          id: "culprits",
          kind: "table",
          title: "What stopped the line",
          description:
            "Time in which the line stood still, by the station that caused it: blocked is followed downstream and starved upstream to a station that stands still by itself. It adds up to the line's down time.",
          width: 12,
          fieldsAsRows: true,
          largestFirst: true,
          shareOf: { column: "line_down", label: "% of the line's down time" },
          query: ({ from, to }) => lossesByCulprit({ from, to, line: line.path, stations: [...names.keys()] }),
          fields: shares,
        },
        {
          id: "stations",
          kind: "table",
          title: "Where each station's time went",
          description: "Own stops are the station's; waiting is for the stations before and after it.",
          width: 12,
          query: ({ from, to }) => lossesByBucket({ from, to, assets: machines.map(({ path }) => path) }),
          fields: [
            { column: "tag:asset", label: "Station", unit: "text" },
            { column: "producing_ms", label: "Producing", unit: "duration" },
            { column: "micro_ms", label: "Micro-stops", unit: "duration" },
            { column: "stop_ms", label: "Stopped", unit: "duration" },
            { column: "hold_ms", label: "Held", unit: "duration" },
            { column: "failure_ms", label: "Failed", unit: "duration" },
            { column: "external_ms", label: "Waiting", unit: "duration" },
            { column: "setup_ms", label: "Set-up", unit: "duration" },
          ],
        },
      ],
    },
  ];
}
