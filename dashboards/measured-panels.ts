/** Panels of what the machines of a line measure: speed and fill weight, one panel per unit that is measured in. */
import type { Query } from "../core/connect/history/index.ts";
import { type Equipment, type PlantModel, type TagDefinition, tagsOf } from "../core/connect/model/index.ts";
import { convert, inShownUnit, shownUnit, unitSymbol } from "../core/connect/units/index.ts";
import type { DataPanel, LimitsByValue, Panel, Scope } from "../core/see/board/index.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Six digits say more than any sensor knows. */
const DIGITS = 6;

export function measuredPanels(model: PlantModel, machines: readonly Equipment[]): Panel[] {
  const measured = machines.flatMap((machine) => tagsOf(model, machine.path)).filter(({ address }) => address !== undefined);
  return [
    ...byUnit(measured.filter(({ signal }) => /\.(cur_mach_)?speed$/.test(signal))).map((group) => speedPanel(model, group)),
    ...byUnit(measured.filter(({ signal }) => signal.endsWith(".fill_weight"))).map((group) => weightPanel(model, machines, group)),
  ];
}

/** Tags in one unit: a panel has one scale, and values in several units have none. */
interface UnitGroup {
  readonly unit: string;
  readonly tags: readonly TagDefinition[];
  /** From 0; `only` when there is no other. */
  readonly index: number;
  readonly only: boolean;
}

function byUnit(tags: readonly TagDefinition[]): UnitGroup[] {
  const groups = [...Map.groupBy(tags, ({ unit }) => unit ?? "")];
  return groups.map(([unit, own], index) => ({ unit, tags: own, index, only: groups.length === 1 }));
}

function named(model: PlantModel, id: string, title: string, { unit, index, only }: UnitGroup): Pick<DataPanel, "id" | "title"> {
  const symbol = unitSymbol(shownUnit(unit, model.display).code);
  return { id: index === 0 ? id : `${id}-${index + 1}`, title: only || symbol === "" ? title : `${title}, ${symbol}` };
}

function speedPanel(model: PlantModel, group: UnitGroup): Panel {
  const { unit, tags, only } = group;
  const measuring = only ? [] : [{ tag: "asset", in: assetsOf(tags) }];
  return {
    ...named(model, "speed", "Speed", group),
    kind: "time-series",
    width: 12,
    leastEveryMs: 5_000,
    min: 0,
    staleAfterMs: 5 * MINUTE,
    query: (scope: Scope): Query => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset"), ...measuring, { tag: "signal", in: signalsOf(tags) }],
      columns: [{ as: "speed", field: "v", aggregate: "mean" }],
      bucket: { everyMs: scope.everyMs },
      fill: "previous",
    }),
    fields: [{ column: "speed", label: "Speed", unit, decimals: 0, colour: "info" }],
  };
}

function weightPanel(model: PlantModel, machines: readonly Equipment[], group: UnitGroup): Panel {
  const { unit, tags, only } = group;
  const limits = weightLimits(model, unit);
  const products = [...new Set(machines.flatMap((machine) => machine.roles.product ?? []))];
  return {
    ...named(model, "fill-weight", "Fill weight", group),
    kind: "time-series",
    description: `Mean, lowest and highest fill weight per interval. Limits by product: ${limitsText(model, unit, limits)}.`,
    width: 12,
    leastEveryMs: 5_000,
    query: (scope: Scope): Query => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [
        { tag: "asset", in: only ? machines.map((machine) => machine.path) : assetsOf(tags) },
        { tag: "signal", in: signalsOf(tags) },
      ],
      columns: (["mean", "min", "max"] as const).map((aggregate) => ({ as: aggregate, field: "v", aggregate })),
      bucket: { everyMs: scope.everyMs },
      fill: "null",
    }),
    fields: [
      { column: "mean", label: "Mean", unit, decimals: 1, colour: "info" },
      { column: "min", label: "Lowest", unit, decimals: 1, colour: "sky", draw: "band" },
      { column: "max", label: "Highest", unit, decimals: 1, colour: "sky", draw: "band" },
    ],
    limitsBy: {
      query: (scope: Scope): Query => ({
        measurement: "telemetry",
        from: scope.from - 24 * HOUR,
        to: scope.to,
        where: [
          { tag: "asset", in: assetsOf(tags) },
          { tag: "signal", in: products },
        ],
        columns: [{ as: "value", field: "s" }],
        order: "desc",
        limit: 500,
      }),
      limits,
    },
  };
}

function assetsOf(tags: readonly TagDefinition[]): string[] {
  return [...new Set(tags.map(({ asset }) => asset))];
}

function signalsOf(tags: readonly TagDefinition[]): string[] {
  return [...new Set(tags.map(({ signal }) => signal))];
}

/** What the products say, in the unit that is measured in; a product whose unit does not convert to it has no limits there. */
function weightLimits(model: PlantModel, unit: string): LimitsByValue["limits"] {
  return Object.fromEntries(
    [...model.products.values()].flatMap(({ id, properties = {} }) => {
      const measured = (name: string): number | undefined => {
        const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
        const conversion = property?.unit === undefined ? { factor: 1, offset: 0 } : convert(property.unit, unit);
        if (property === undefined || "problem" in conversion) return undefined;
        return Number(inShownUnit(property.value, conversion).toPrecision(12));
      };
      const [nominal, error] = [measured("net_weight"), measured("tolerable_negative_error")];
      if (nominal === undefined) return [];
      const lower = error === undefined ? [] : [{ label: "Lower limit", value: nominal - error, colour: "critical" as const }];
      return [[id, [{ label: "Nominal", value: nominal, colour: "muted" as const }, ...lower]]];
    }),
  );
}

function limitsText(model: PlantModel, unit: string, limits: LimitsByValue["limits"]): string {
  const shown = shownUnit(unit, model.display);
  const text = (value: number): string => `${Number(inShownUnit(value, shown).toPrecision(DIGITS))} ${unitSymbol(shown.code)}`.trim();
  return Object.entries(limits)
    .map(([id, lines]) => {
      const values = lines.map(({ label, value }) => `${label.toLowerCase()} ${text(value)}`).join(", ");
      return `${model.products.get(id)?.label ?? id} ${values}`;
    })
    .join("; ");
}
