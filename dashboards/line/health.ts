/** Whether the data of a line comes: the last sign of life of each machine. */
import type { Query } from "../../core/connect/history/index.ts";
import type { Equipment, PlantModel } from "../../core/connect/model/index.ts";
import type { NamedValue, Panel } from "../../core/see/board/index.ts";
import { type Line, MINUTE } from "./line.ts";

export function healthPanel(lines: readonly Line[]): Panel {
  return {
    id: "data-health",
    kind: "table",
    title: "Data",
    description: "The last heartbeat of each machine. While the plant's data catches up with the present, it is older than now.",
    width: 10,
    range: "3d",
    staleAfterMs: 2 * MINUTE,
    query: lastHeard(lines),
    fields: [
      { column: "tag:asset", label: "Machine", unit: "text" },
      { column: "time", label: "Last heard", unit: "time" },
      { column: "time", label: "Age", unit: "age" },
      { column: "quality", label: "Quality", unit: "quality", values: QUALITY_VALUES },
    ],
  };
}

/** The newest sign of life of each machine of these lines. */
export function lastHeard(lines: readonly Line[]): (window: { readonly from: number; readonly to: number }) => Query {
  const heard = lines.flatMap(({ model, machines }) => machines.map((machine) => ({ machine, signals: heardBy(model, machine) })));
  return ({ from, to }) => ({
    measurement: "telemetry",
    from,
    to,
    where: [
      { tag: "asset", in: heard.map(({ machine }) => machine.path) },
      { tag: "signal", in: [...new Set(heard.flatMap(({ signals }) => signals))] },
    ],
    columns: [
      { as: "heartbeat", field: "v" },
      { as: "quality", field: "q" },
    ],
    by: ["asset"],
    order: "desc",
    limit: 1,
  });
}

const QUALITY_VALUES: Readonly<Record<string, NamedValue>> = {
  192: { text: "Good", colour: "good" },
  64: { text: "Uncertain", colour: "warning" },
  0: { text: "Bad", colour: "critical" },
  216: { text: "Good, no data", colour: "muted" },
};

/** The signals that tell that a machine is alive: its heartbeat where it has one, else what OEE reads of it. */
function heardBy(model: PlantModel, { path, roles }: Equipment): readonly string[] {
  const { heartbeat, state, speed, processed } = roles;
  const beats = heartbeat !== undefined && model.tags.get(`${path}.${heartbeat}`)?.address !== undefined;
  return beats ? [heartbeat] : [state ?? speed, processed].filter((signal) => signal !== undefined);
}
