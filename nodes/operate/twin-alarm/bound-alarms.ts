/** What a twin-alarm watches, from its rows and the plant model, and what its ledger knows of it. */
import { type Ledger, latestPieces } from "../../../core/connect/ledger/index.ts";
import { type PlantModel, stateTag } from "../../../core/connect/model/index.ts";
import {
  ALARM_RESPONSE,
  type AlarmPlant,
  type AlarmResponse,
  type AlarmRow,
  type BoundAlarms,
  responseOf,
} from "../../../core/operate/alarm/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import type declaration from "./twin-alarm.node.ts";

type Row = ConfigOf<typeof declaration>["alarms"][number];

export function rowsOf(rows: readonly Row[]): AlarmRow[] {
  return rows.map((row) => ({
    kind: row.kind,
    alarm: row.alarm ?? "",
    tag: row.tag?.trim() ?? "",
    ...(row.limit === undefined ? {} : { limit: row.limit }),
    deadband: row.deadband ?? 0,
    values: listOf(row.values),
    priority: row.priority,
    class: row.class === undefined || row.class === "" ? "process" : row.class,
    message: row.message ?? "",
    onDelayMs: Math.round(row.onDelay * 1000),
    offDelayMs: Math.round(row.offDelay * 1000),
    ...(row.realarm === undefined ? {} : { realarmMs: Math.round(row.realarm * 60_000) }),
    latching: row.latching ?? false,
    group: row.group ?? "",
    suppressedIn: listOf(row.suppressedIn),
  }));
}

function listOf(text = ""): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** Machines that name their states, for alarms on states and for suppression by design. */
export function alarmPlant(model: PlantModel, { assets, home }: BoundAlarms): Pick<AlarmPlant, "states" | "knows" | "home"> {
  const states = assets.flatMap((asset) => {
    const [map, tag] = [model.equipment.get(asset)?.stateMap, stateTag(model, asset)];
    return map === undefined || tag === undefined ? [] : [[asset, { tag, map }] as const];
  });
  return { states: new Map(states), knows: (asset) => model.equipment.has(asset), home };
}

const HOUR = 3_600_000;
const MONTH = 31 * 24 * HOUR;
/** What a device sends late, and how far its clock may be off. */
const LATE = 2 * HOUR;

/** What people did while nobody listened, at most of the last month, in order of recording. `listened`: when somebody did last. */
export async function recentResponses(ledger: Pick<Ledger, "latest">, now: number, listened = now - MONTH): Promise<AlarmResponse[]> {
  const from = Math.max(now - MONTH, Math.min(now, listened) - LATE);
  const responses: AlarmResponse[] = [];
  for await (const entries of latestPieces(ledger, { kind: ALARM_RESPONSE, from, to: now + HOUR, only: "starting" }))
    responses.push(...entries.flatMap((entry) => responseOf(entry) ?? []));
  return responses.toSorted((a, b) => a.sequence - b.sequence);
}
