/** What the twin-alarm nodes of a line have recorded: how many alarms, which ones most, and every change of them. Made from the plant model. */
import type { Query } from "../core/connect/history/index.ts";
import type { Equipment, PlantModel } from "../core/connect/model/index.ts";
import { ALARM_CONTRACT } from "../core/operate/alarm/index.ts";
import type { Board, Colour, DataPanel, Field, Scope } from "../core/see/board/index.ts";
import { lastHeard } from "./line/health.ts";
import { linesOf } from "./line/line.ts";

const TEN_MINUTES = 600_000;
const NOTHING_CALLED =
  "No alarm called anybody in this range. A twin-alarm node watches the line and records its alarms; the page Alarms shows what is open now.";
const PRIORITIES: Readonly<Record<string, { readonly text: string; readonly colour: Colour }>> = {
  critical: { text: "Critical", colour: "plum" },
  high: { text: "High", colour: "critical" },
  medium: { text: "Medium", colour: "warning" },
  low: { text: "Low", colour: "info" },
};
const STATES: NonNullable<Field["values"]> = {
  normal: { text: "Over", colour: "good" },
  unacknowledged: { text: "Unacknowledged", colour: "critical" },
  acknowledged: { text: "Acknowledged", colour: "info" },
  "rtn-unacknowledged": { text: "Normal again, unacknowledged", colour: "warning" },
  "latched-unacknowledged": { text: "Latched, unacknowledged", colour: "critical" },
  "latched-acknowledged": { text: "Latched, acknowledged", colour: "warning" },
  shelved: { text: "Shelved", colour: "muted" },
  suppressed: { text: "Suppressed by design", colour: "muted" },
  "out-of-service": { text: "Out of service", colour: "muted" },
};

/** Boards of all lines. They show what a twin-alarm has stored, so they are served by choice. */
export function alarmBoards(model: PlantModel): Board[] {
  return [...model.equipment.values()].filter(({ kind }) => kind === "ProductionLine").map((line) => alarmBoard(model, line));
}

function alarmBoard(model: PlantModel, line: Equipment): Board {
  const inside = [...model.equipment.values()].filter(({ path }) => path === line.path || path.startsWith(`${line.path}.`));
  const assets = inside.map(({ path }) => path);
  const ofLine = { tag: "asset", in: assets };
  const known = linesOf(model).filter((one) => one.line.path === line.path);
  const annunciated = { as: "count", field: "came", aggregate: "sum" } as const;
  return {
    id: `${line.path.split(".").at(-1)}-alarms`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${line.label ?? line.path} alarms`,
    description: `Annunciations, most frequent alarms and every change of an alarm, of ${line.label ?? line.path}. Acknowledging is done on the alarm list.`,
    asset: line.path,
    zone: model.zone,
    range: "8h",
    refreshMs: 5_000,
    ...(known.length === 0 ? {} : { edge: lastHeard(known) }),
    variables: [],
    labels: {
      asset: Object.fromEntries(inside.map(({ path, label }) => [path, label ?? path])),
      priority: Object.fromEntries(Object.entries(PRIORITIES).map(([name, { text }]) => [name, text])),
      signal: Object.fromEntries([...ALARM_CONTRACT.tags.keys()].map((name) => [`${ALARM_CONTRACT.name}.${name}`, spoken(name)])),
    },
    rows: [
      {
        height: 8,
        panels: [
          {
            id: "rate",
            kind: "time-series",
            title: "Annunciations in 10 min",
            description:
              "How often an alarm called somebody. About 1 in 10 min can be worked with for long; more than 10 is a flood (ISA-18.2).",
            width: 16,
            leastEveryMs: TEN_MINUTES,
            nothing: NOTHING_CALLED,
            min: 0,
            query: ({ from, to, everyMs }) => ({
              measurement: "alarm",
              from,
              to,
              where: [ofLine],
              columns: [annunciated],
              bucket: { everyMs },
            }),
            fields: [{ ...count("Annunciations"), draw: "bars", colour: "warning" }],
          },
          {
            id: "now",
            kind: "table",
            title: "Now",
            description: "Alarms of each twin-alarm node: active, to acknowledge, kept quiet, and annunciated in the last 10 min.",
            width: 8,
            nothing: "No twin-alarm node has counted alarms of this line in this range, or no twin-store keeps what it counts.",
            query: ({ from, to }) => ({
              measurement: "telemetry",
              from,
              to,
              where: [ofLine, { tag: "signal", in: signals() }],
              columns: [{ as: "count", field: "v", aggregate: "last" }],
              by: ["asset", "signal"],
            }),
            fields: [
              { column: "tag:asset", label: "Equipment", unit: "text" },
              { column: "tag:signal", label: "Alarms", unit: "text" },
              count("Count"),
            ],
          },
        ],
      },
      {
        height: 10,
        panels: [
          table(
            "actors",
            "Most frequent",
            "Annunciations per alarm in the range, the most frequent first; up to here is its share with those above. A well-kept system has no alarm that stands out.",
            16,
            {
              by: ["asset", "alarm"],
              columns: [annunciated],
              where: [ofLine],
              fields: [
                { column: "tag:asset", label: "Equipment", unit: "text" },
                { column: "tag:alarm", label: "Alarm", unit: "text" },
                count("Times"),
                { column: "share", label: "Up to here", unit: "ratio", decimals: 0 },
              ],
              cumulative: { of: "count", as: "share" },
            },
          ),
          table(
            "priorities",
            "Priorities",
            "Annunciations per priority. About 80 % low, 15 % medium and 5 % high is what people can tell apart.",
            8,
            {
              by: ["priority"],
              columns: [annunciated],
              where: [ofLine],
              fields: [{ column: "tag:priority", label: "Priority", unit: "text" }, count("Times")],
            },
          ),
        ],
      },
      {
        height: 12,
        panels: [
          {
            ...table(
              "log",
              "Every change",
              "Alarms as they were annunciated, acknowledged, shelved and over. The time is that of the annunciation.",
              24,
              {
                by: ["asset", "alarm", "priority"],
                columns: ["state", "message", "by"].map((field) => ({ as: field, field })),
                where: [ofLine],
                fields: [
                  { column: "time", label: "Since", unit: "time" },
                  { column: "tag:priority", label: "Priority", unit: "text" },
                  { column: "tag:asset", label: "Equipment", unit: "text" },
                  { column: "message", label: "Message", unit: "text" },
                  { column: "state", label: "State", unit: "text", values: STATES },
                  { column: "by", label: "By", unit: "text" },
                ],
                order: "desc",
                limit: 50,
              },
            ),
            newestFirst: true,
          },
        ],
      },
    ],
  };
}

function count(label: string): Field {
  return { column: "count", label, unit: "count" };
}

function table(
  id: string,
  title: string,
  description: string,
  width: number,
  { fields, cumulative, ...query }: Pick<Query, "by" | "columns" | "where" | "order" | "limit"> & Pick<DataPanel, "fields" | "cumulative">,
): DataPanel {
  return {
    id,
    kind: "table",
    title,
    description,
    width,
    nothing: NOTHING_CALLED,
    query: ({ from, to }: Scope): Query => ({ measurement: "alarm", from, to, ...query }),
    fields,
    ...(cumulative === undefined ? {} : { cumulative }),
  };
}

/** Numbers only: a flood is on the alarm list, in words. */
function signals(): string[] {
  return [...ALARM_CONTRACT.tags].filter(([, { type }]) => type === "int").map(([name]) => `${ALARM_CONTRACT.name}.${name}`);
}

/** `annunciated_10min` → `Annunciated 10 min`. */
function spoken(name: string): string {
  const words = name.replaceAll("_", " ").replace("10min", "in 10 min");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
