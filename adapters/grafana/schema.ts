/** Grafana's own types of a dashboard, with the literals that stand in its JSON in the place of enums. */
import type { Dashboard, FieldConfig, Panel, RowPanel, VariableModel } from "@grafana/schema";

/** `ThresholdsMode.Absolute` becomes `"absolute"`: types are stripped here, and enums would be code of a development package. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer N extends number}`
      ? N
      : T
    : T extends readonly (infer U)[]
      ? Plain<U>[]
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T;

export type DashboardJson = Plain<Dashboard>;
export type PanelJson = Plain<Panel>;
export type RowJson = Plain<RowPanel>;
export type VariableJson = Plain<VariableModel>;
export type FieldJson = Plain<FieldConfig>;
