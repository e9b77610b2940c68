/** What the twin-fill-weight nodes of a line have stored: giveaway and average-weight counts. Made from the plant model. */
import type { Column, Query } from "../core/connect/history/index.ts";
import { type Equipment, type PlantModel, tagsOf } from "../core/connect/model/index.ts";
import { CHECK_YOUR_REGULATION, contentUnit, FILL_CONTRACT, type FillSignal } from "../core/model/fill-weight/index.ts";
import { type Board, type Colour, type DataPanel, type Field, inDisplayUnits, type Scope } from "../core/see/board/index.ts";
import { lastHeard } from "./line/health.ts";
import { linesOf } from "./line/line.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Grams in a kg, millilitres in a litre. */
const THOUSAND = 1_000;
/** A line that stands still publishes nothing; then these are figures of before. */
const STALE_AFTER = 10 * MINUTE;

const NOTHING_WEIGHED =
  "Nothing was weighed in this range. A twin-fill-weight node makes these figures of the weights, and a twin-store keeps them.";
const NONE_OVER =
  "No interval is over in this range. The figures come with the end of the hour or shift that the twin-fill-weight node counts by.";

/** A tag that can carry the weight of packages. */
interface Weighed {
  readonly machine: Equipment;
  readonly name: string;
}

interface Place {
  readonly model: PlantModel;
  readonly weighed: readonly Weighed[];
  readonly unit: "g" | "mL";
  readonly total: "kg" | "L";
  /** ms after midnight. */
  readonly dayStart: number;
}

/** Boards of all lines whose machines measure a mass or volume. They show what a twin-fill-weight has stored, so they are served by choice. */
export function fillBoards(model: PlantModel): Board[] {
  return [...model.equipment.values()]
    .filter(({ kind }) => kind === "ProductionLine")
    .flatMap((line) => {
      const place = placeOf(model, line);
      return place === null ? [] : [inDisplayUnits(fillBoard(line, place), model.display)];
    });
}

function placeOf(model: PlantModel, line: Equipment): Place | null {
  const measured = [...model.equipment.values()]
    .filter(({ parent }) => parent === line.path)
    .flatMap((machine) =>
      tagsOf(model, machine.path).flatMap(({ signal, type, unit }) => {
        const content = (type === "float" || type === "int") && unit !== undefined ? contentUnit(unit) : undefined;
        return content === undefined ? [] : [{ machine, name: signal.split(".").at(-1) as string, unit: content.unit }];
      }),
    );
  // A panel has one scale: of a line that weighs, the scales; of one that only meters, the meters.
  const unit = measured.some((one) => one.unit === "g") ? "g" : "mL";
  const weighed = measured.filter((one) => one.unit === unit);
  const calendar = line.calendar === undefined ? undefined : model.calendars.get(line.calendar);
  const [hours = 0, minutes = 0] = (calendar?.dayStart ?? "00:00").split(":").map(Number);
  return weighed.length === 0
    ? null
    : { model, weighed, unit, total: unit === "g" ? "kg" : "L", dayStart: hours * HOUR + minutes * MINUTE };
}

function fillBoard(line: Equipment, place: Place): Board {
  const { model, weighed, unit, total, dayStart } = place;
  const machines = [...new Map(weighed.map(({ machine }) => [machine.path, machine])).values()];
  const paths = machines.map(({ path }) => path);
  const [first] = machines as [Equipment, ...Equipment[]];
  const each: Column = { ...ratio("each", "giveaway_total", "packages"), conversion: { factor: THOUSAND, offset: 0 } };
  const known = linesOf(model).filter((one) => one.line.path === line.path);
  const stored = ({ from, to }: Scope, query: Pick<Query, "columns" | "by" | "bucket" | "where">): Query => ({
    measurement: "fill",
    from,
    to,
    latestRevision: { atomMs: MINUTE },
    ...query,
  });
  return {
    id: `${line.path.split(".").at(-1)}-fill`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${line.label ?? line.path} fill weight`,
    description: `Giveaway and average-weight counts of ${line.label ?? line.path}. ${CHECK_YOUR_REGULATION}`,
    asset: line.path,
    zone: model.zone,
    range: "8h",
    refreshMs: 5_000,
    ...(known.length === 0 ? {} : { edge: lastHeard(known) }),
    variables: [
      {
        name: "asset",
        label: "Machine",
        default: first.path,
        options: machines.map(({ path, label }) => ({ value: path, label: label ?? path })),
      },
    ],
    labels: {
      asset: Object.fromEntries(machines.map(({ path, label }) => [path, label ?? path])),
      product: Object.fromEntries([...model.products.values()].map(({ id, label }) => [id, label ?? id])),
    },
    rows: [
      {
        height: 2,
        panels: [{ id: "regulation", kind: "text", title: "Average weights", width: 24, text: [CHECK_YOUR_REGULATION] }],
      },
      {
        height: 4,
        panels: [
          now(place, "giveaway-now", "Giveaway now", "Mean content above nominal, per package of the running interval.", "giveaway", {
            unit,
            decimals: 2,
            thresholds: [
              { from: null, name: "below nominal", colour: "critical" },
              { from: 0, name: "above nominal", colour: "good" },
            ],
          }),
          now(place, "share-now", "As a share", "Giveaway over nominal content, of the running interval.", "giveaway_share", {
            unit: "ratio",
            decimals: 2,
          }),
          now(place, "total-now", "In total", "What all packages of the running interval have given away.", "giveaway_total", {
            unit: total,
            decimals: 2,
          }),
          now(place, "packages-now", "Packages", "Counted in the running interval.", "packages", { unit: "count" }),
          now(place, "t1-now", "Below T1", "Below nominal less the tolerable negative error, in the running interval.", "below_t1", {
            unit: "count",
            colour: "warning",
          }),
          now(place, "t2-now", "Below T2", "Below nominal less twice the tolerable negative error.", "below_t2", {
            unit: "count",
            thresholds: [
              { from: null, name: "none", colour: "good" },
              { from: 1, name: "may not be marketed", colour: "critical" },
            ],
          }),
        ],
      },
      {
        height: 8,
        panels: [
          {
            id: "giveaway",
            kind: "time-series",
            title: "Giveaway per package",
            description:
              "Mean of each running interval above nominal, by machine. It begins anew with the hour or shift and with a product.",
            width: 12,
            leastEveryMs: MINUTE,
            nothing: NOTHING_WEIGHED,
            seriesBy: "asset",
            query: ({ from, to, everyMs }) => ({
              measurement: "telemetry",
              from,
              to,
              where: [
                { tag: "asset", in: paths },
                { tag: "signal", in: signals(place, "giveaway") },
              ],
              columns: [{ as: "giveaway", field: "v", aggregate: "last" }],
              bucket: { everyMs },
              by: ["asset"],
            }),
            fields: [{ column: "giveaway", label: "Giveaway", unit, decimals: 2, draw: "line" }],
          },
          {
            id: "given-away",
            kind: "time-series",
            title: `Given away by the hour`,
            description: "Of all packages of each interval that is over, under the hour in which it began, by machine.",
            width: 12,
            leastEveryMs: HOUR,
            nothing: NONE_OVER,
            seriesBy: "asset",
            query: (scope) =>
              stored(scope, {
                where: [{ tag: "asset", in: paths }],
                columns: [sum("total", "giveaway_total")],
                bucket: { everyMs: scope.everyMs },
                by: ["asset"],
              }),
            fields: [{ column: "total", label: "Giveaway", unit: total, decimals: 2, draw: "bars" }],
          },
        ],
      },
      {
        height: 8,
        panels: [
          {
            id: "below",
            kind: "time-series",
            title: "Below T1 and T2 by the hour",
            description: "Packages of the chosen machine in intervals that are over. Those below T2 are among those below T1.",
            width: 24,
            leastEveryMs: HOUR,
            nothing: NONE_OVER,
            min: 0,
            query: (scope) =>
              stored(scope, {
                where: [scope.chosen("asset", "asset")],
                columns: [sum("t1", "below_t1"), sum("t2", "below_t2")],
                bucket: { everyMs: scope.everyMs },
              }),
            fields: [count("t1", "Below T1", "warning"), count("t2", "Below T2", "critical")].map((field) => ({ ...field, draw: "bars" })),
          },
        ],
      },
      {
        height: 8,
        panels: [
          {
            id: "shifts",
            kind: "table",
            title: "By shift and product",
            description: `Intervals that are over; a shift over midnight belongs to the day on which it started. ${CHECK_YOUR_REGULATION}`,
            width: 24,
            range: "3d",
            nothing: NONE_OVER,
            newestFirst: true,
            query: (scope) =>
              stored(scope, {
                where: [{ tag: "asset", in: paths }],
                columns: [
                  sum("packages", "packages"),
                  each,
                  ratio("share", "giveaway_total", "nominal_total"),
                  sum("total", "giveaway_total"),
                  sum("cost", "giveaway_cost"),
                  sum("t1", "below_t1"),
                  ratio("t1_share", "below_t1", "packages"),
                  sum("t2", "below_t2"),
                ],
                bucket: { everyMs: DAY, offsetMs: dayStart, zone: model.zone },
                by: ["asset", "product", "shift"],
              }),
            fields: [
              { column: "time", label: "Day", unit: "date" },
              { column: "tag:shift", label: "Shift", unit: "text" },
              { column: "tag:product", label: "Product", unit: "text" },
              { column: "tag:asset", label: "Machine", unit: "text" },
              count("packages", "Packages"),
              { column: "each", label: "Giveaway each", unit, decimals: 2 },
              { column: "share", label: "Share", unit: "ratio", decimals: 2 },
              { column: "total", label: "In total", unit: total, decimals: 2 },
              { column: "cost", label: "Cost", unit: "1", decimals: 2 },
              count("t1", "Below T1"),
              { column: "t1_share", label: "% below T1", unit: "ratio", decimals: 2 },
              count("t2", "Below T2"),
            ],
          },
        ],
      },
    ],
  };
}

/** The last published figure of the chosen machine. */
function now(
  place: Place,
  id: string,
  title: string,
  description: string,
  signal: FillSignal,
  field: Pick<Field, "unit" | "decimals" | "thresholds" | "colour">,
): DataPanel {
  return {
    id,
    kind: "stat",
    title,
    description,
    width: 4,
    staleAfterMs: STALE_AFTER,
    query: (scope) => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset"), { tag: "signal", in: signals(place, signal) }],
      columns: [{ as: "value", field: "v" }],
      order: "desc",
      limit: 1,
    }),
    fields: [{ column: "value", label: "Running interval", ...(field.thresholds === undefined ? { colour: "info" } : {}), ...field }],
  };
}

function signals({ weighed }: Place, signal: FillSignal): string[] {
  return [...new Set(weighed.map(({ name }) => `${FILL_CONTRACT.name}.${name}.${signal}`))];
}

function sum(as: string, field: string): Column {
  return { as, field, aggregate: "sum" };
}

function ratio(as: string, over: string, under: string): Column {
  return { as, numerator: { field: over, aggregate: "sum" }, denominator: { field: under, aggregate: "sum" } };
}

function count(column: string, label: string, colour?: Colour): Field {
  return { column, label, unit: "count", ...(colour === undefined ? {} : { colour }) };
}
