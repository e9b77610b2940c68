/** The alarms of the bound equipment: from rows that name what they watch, and those that the plant model gives it. */
import {
  assetsMatching,
  assetsOfClass,
  type Binding,
  type Equipment,
  type PlantAlarm,
  type PlantModel,
  stateTag,
  type TagDefinition,
  tagNamed,
} from "../../connect/model/index.ts";
import {
  type AlarmDefinition,
  type AlarmKind,
  alarmPath,
  type AlarmPriority,
  type AlarmRationale,
  type AlarmSource,
} from "./definition.ts";
import { limitFaults } from "./limit-order.ts";

/** One row of alarms, for every piece of bound equipment that it fits. Times in ms. */
export interface AlarmRow {
  readonly kind: AlarmKind;
  /** Name of the alarm; empty: made of what it watches. */
  readonly alarm: string;
  /** Name of a tag (`fill_weight`), its signal (`_filler_v1.fill_weight`) or its whole id; for `state` empty for the machine's state. */
  readonly tag: string;
  /** Limit in the tag's unit; for `stale` and `rejects` seconds. */
  readonly limit?: number;
  readonly deadband: number;
  /** States, values or reject codes. */
  readonly values: readonly string[];
  readonly priority: AlarmPriority;
  readonly class: string;
  readonly message: string;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  /** See `AlarmDefinition`. */
  readonly realarmMs?: number;
  readonly latching: boolean;
  readonly group: string;
  readonly suppressedIn: readonly string[];
  readonly rationale?: AlarmRationale;
}

/** The alarms, and a sentence for each row that fits none of the equipment, and for what contradicts each other. */
export interface BoundAlarms {
  readonly definitions: readonly AlarmDefinition[];
  /** Paths of those that come from the plant model. */
  readonly ofModel: ReadonlySet<string>;
  /** Paths of alarms of the plant model for which a row of the same name stands in. */
  readonly replaced: readonly string[];
  readonly faults: readonly string[];
  readonly assets: readonly string[];
  /** The bound machine, or what all of them have above them. */
  readonly home: string;
}

const DEFAULT_STALE_MS = 60_000;
const DEFAULT_QUIET_MS = 60_000;

/** `withModel`: the alarms that the plant model gives to the bound equipment too; a row of the same name wins. */
export function boundAlarms(model: PlantModel, binding: Binding, rows: readonly AlarmRow[], withModel: boolean): BoundAlarms {
  const assets = bound(model, binding).map(({ path }) => path);
  const home = commonPlace(assets) ?? `${model.enterprise}.${model.site}`;
  const definitions = new Map<string, AlarmDefinition>();
  const faults: string[] = [];
  for (const [index, row] of rows.entries()) {
    const found: AlarmDefinition[] = [];
    let fault = "it fits no bound equipment";
    // Refused inputs that name no machine need a place too.
    const elsewhere = row.kind === "rejects" && !assets.includes(home) ? [home] : [];
    for (const path of [...assets, ...elsewhere]) {
      const made = definitionOf(model, path, row);
      if (typeof made === "string") fault = made;
      else found.push(made);
    }
    if (found.length === 0) faults.push(`Row ${index + 1} of the alarms is not watched: ${fault}.`);
    for (const definition of found) {
      const path = alarmPath(definition);
      if (definitions.has(path) || model.equipment.has(path))
        faults.push(`Row ${index + 1} of the alarms: the name ${path} is taken. Give the alarm another name.`);
      else definitions.set(path, definition);
    }
  }
  const ofModel = new Set<string>();
  const replaced: string[] = [];
  const bindings = new Set(assets);
  for (const [path, alarm] of withModel ? model.alarms : []) {
    if (!bindings.has(alarm.asset)) continue;
    const made = definitionOf(model, alarm.asset, rowOf(alarm));
    if (definitions.has(path)) replaced.push(path);
    else if (typeof made === "string") faults.push(`The alarm ${path} of the plant model is not watched: ${made}.`);
    else {
      definitions.set(path, made);
      ofModel.add(path);
    }
  }
  const all = [...definitions.values()];
  return { definitions: all, ofModel, replaced, faults: [...faults, ...limitFaults(all)], assets, home };
}

function rowOf(alarm: PlantAlarm): AlarmRow {
  const { kind, limit, afterMs, quietMs, states, codes, realarmMs } = alarm;
  const { cause, consequence, response, respondWithinMs, shelveAtMostMs } = alarm;
  const ms = kind === "stale" ? afterMs : quietMs;
  const bound = ms === undefined ? limit : ms / 1000;
  return {
    kind,
    alarm: alarm.alarm,
    tag: alarm.tag ?? "",
    ...(bound === undefined ? {} : { limit: bound }),
    deadband: alarm.deadband ?? 0,
    values: states ?? codes ?? [],
    priority: alarm.priority,
    class: alarm.class ?? "process",
    message: alarm.message ?? "",
    onDelayMs: alarm.onDelayMs ?? 0,
    offDelayMs: alarm.offDelayMs ?? 0,
    ...(realarmMs === undefined ? {} : { realarmMs }),
    latching: alarm.latching ?? false,
    group: alarm.group ?? "",
    suppressedIn: alarm.suppressedIn ?? [],
    rationale: {
      ...(cause === undefined ? {} : { cause }),
      ...(consequence === undefined ? {} : { consequence }),
      ...(response === undefined ? {} : { response }),
      ...(respondWithinMs === undefined ? {} : { respondWithinMs }),
      ...(shelveAtMostMs === undefined ? {} : { shelveAtMostMs }),
    },
  };
}

/** What all paths have in common, from the left; undefined above a site. */
function commonPlace(paths: readonly string[]): string | undefined {
  const [first = [], ...others] = paths.map((path) => path.split("."));
  const length = first.findIndex((name, i) => others.some((other) => other[i] !== name));
  const common = length < 0 ? first : first.slice(0, length);
  return common.length < 2 ? undefined : common.join(".");
}

/** Other than for states, equipment without a state of its own is bound too: a boiler has limits. */
function bound(model: PlantModel, { bind, target }: Binding): readonly Equipment[] {
  if (bind === "class") return assetsOfClass(model, target);
  if (bind === "pattern") return assetsMatching(model, target);
  const single = model.equipment.get(target);
  return single === undefined ? [] : [single];
}

function definitionOf(model: PlantModel, asset: string, row: AlarmRow): AlarmDefinition | string {
  const { priority, class: kind, onDelayMs, offDelayMs, realarmMs, latching, suppressedIn } = row;
  const watched = sourceOf(model, asset, row);
  if (typeof watched === "string") return watched;
  const { source, name, unit, said } = watched;
  return {
    asset,
    alarm: row.alarm === "" ? name : row.alarm,
    source,
    priority,
    class: kind,
    message: row.message === "" ? said : row.message,
    ...(unit === undefined ? {} : { unit }),
    onDelayMs,
    offDelayMs,
    ...(realarmMs === undefined ? {} : { realarmMs }),
    latching,
    ...(row.group === "" ? {} : { group: row.group }),
    suppressedIn,
    ...(row.rationale === undefined ? {} : { rationale: row.rationale }),
  };
}

interface Watched {
  readonly source: AlarmSource;
  /** What the alarm is called where nobody named it. */
  readonly name: string;
  readonly unit?: string | undefined;
  readonly said: string;
}

const SHORT = { "high-high": "HH", high: "H", low: "L", "low-low": "LL" } as const;

function sourceOf(model: PlantModel, asset: string, row: AlarmRow): Watched | string {
  const { kind, limit, deadband, values } = row;
  if (kind === "condition") {
    if (row.alarm === "") return "an alarm that another node raises needs the name that this node gives it";
    return { source: { kind }, name: row.alarm, said: row.alarm };
  }
  if (kind === "rejects") {
    const said = values.length === 0 ? "Inputs are refused" : `Inputs are refused: ${values.join(", ")}`;
    return { source: { kind, codes: values, quietMs: limit === undefined ? DEFAULT_QUIET_MS : limit * 1000 }, name: "rejects", said };
  }
  const tag = kind === "state" && row.tag === "" ? stateOfMachine(model, asset) : tagNamed(model, asset, row.tag);
  if (tag === undefined) return row.tag === "" ? `${asset} has no tag for it` : `${asset} has no tag ${row.tag.slice(0, 100)}`;
  const short = shortName(tag);
  if (kind === "state") {
    if (values.length === 0) return "a state alarm needs the states or values that raise it";
    return { source: { kind, tag: tag.id, states: values }, name: `${short}_state`, said: `${short} is ${values.join(" or ")}` };
  }
  if (kind === "stale") {
    const afterMs = limit === undefined ? (tag.expectedEveryMs ?? DEFAULT_STALE_MS) : limit * 1000;
    return { source: { kind, tag: tag.id, afterMs }, name: `${short}_stale`, said: `No usable value of ${short}` };
  }
  if (limit === undefined) return `the alarm ${kind} of ${short} needs a limit`;
  if (tag.type !== "float" && tag.type !== "int") return `${short} is no number and cannot have limits`;
  const { unit } = tag;
  const said = `${short} ${kind} (${limit}${unit === undefined ? "" : ` ${unit}`})`;
  return { source: { kind, tag: tag.id, limit, deadband }, name: `${short}_${SHORT[kind]}`, unit, said };
}

function stateOfMachine(model: PlantModel, asset: string): TagDefinition | undefined {
  const id = stateTag(model, asset);
  return id === undefined ? undefined : model.tags.get(id);
}

function shortName({ signal }: TagDefinition): string {
  return signal.slice(signal.indexOf(".") + 1).replaceAll(".", "-");
}
