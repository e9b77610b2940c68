/** The `alarms` of a class or machine: what is rationalised of each by ISA-18.2, from what raises it to what an operator does about it. */
import { ALARM_KINDS, ALARM_NAME, type AlarmKind, LIMIT_KINDS, PRIORITIES } from "../../operate/alarm/definition.ts";
import { PACKML_STATES } from "../../operate/packml/index.ts";
import { meaningsOf, type StateMap } from "../../operate/state/index.ts";
import type { Roles } from "./classes.ts";
import { defined } from "./defined.ts";
import type { PlantAlarm } from "./plant.ts";
import { type Findings, nearest, shown, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";
import type { TagDeclaration } from "./tags.ts";

/** What belongs to one kind of alarm only. */
const OF_KIND = ["tag", "limit", "deadband", "states", "afterSeconds", "codes", "quietSeconds"] as const;
const LIMIT_FIELDS = ["tag", "limit", "deadband"] as const;
const FIELDS_OF: Readonly<Record<AlarmKind, readonly (typeof OF_KIND)[number][]>> = {
  "high-high": LIMIT_FIELDS,
  high: LIMIT_FIELDS,
  low: LIMIT_FIELDS,
  "low-low": LIMIT_FIELDS,
  state: ["tag", "states"],
  stale: ["tag", "afterSeconds"],
  rejects: ["codes", "quietSeconds"],
  condition: [],
};
const TEXTS = ["class", "message", "cause", "consequence", "response", "group"] as const;
const FIELDS = ["kind", ...OF_KIND, "priority", ...TEXTS, "respondWithinMinutes", "onDelaySeconds", "offDelaySeconds"] as const;
const ALARM_FIELDS = [...FIELDS, "shelveAtMostMinutes", "realarmAfterMinutes", "latching", "suppressedIn", "applies"] as const;
/** Sooner it would chatter; later than in a week nobody waits for it. */
const REALARM = { atLeast: 1, atMost: 10_080 } as const;
const DAY = { seconds: 86_400, minutes: 1_440 } as const;
const NAME = new RegExp(ALARM_NAME);

/** As written: a machine, and a class that extends another, may state single fields of an alarm only. */
export interface AlarmDeclaration {
  readonly spot: Spot;
  /** Where each field was given last; one that is given but absent was refused and needs no second complaint. */
  readonly spots: ReadonlyMap<string, Spot>;
  readonly said: Partial<Omit<PlantAlarm, "asset" | "alarm">>;
  /** False: the machine does not have the alarm of its class. */
  readonly applies?: boolean;
}

export type AlarmDeclarations = ReadonlyMap<string, AlarmDeclaration>;

/** What an alarm is read against. */
interface Around {
  readonly tags: ReadonlyMap<string, Pick<TagDeclaration, "type">>;
  readonly roles: Roles;
  readonly stateMap?: StateMap | undefined;
}

/** The alarms of a class, with those of the class that it extends: a field that is left out is inherited. */
export function mergeAlarms(base: AlarmDeclarations, over: AlarmDeclarations): AlarmDeclarations {
  const alarms = new Map(base);
  for (const [name, one] of over) {
    const inherited = base.get(name);
    const merged = inherited && {
      ...inherited,
      ...one,
      spots: new Map([...inherited.spots, ...one.spots]),
      said: { ...inherited.said, ...one.said },
    };
    alarms.set(name, merged ?? one);
  }
  return alarms;
}

export function readAlarms(owner: Section): AlarmDeclarations {
  const alarms = new Map<string, AlarmDeclaration>();
  for (const [name, section] of owner.sections("alarms", ALARM_FIELDS)) {
    if (NAME.test(name)) alarms.set(name, readAlarm(section));
    else {
      const allowed = 'letters, digits, "_" and "-", up to 64, the first no "_"';
      section.findings.problem(section.entry.keyAt, `${shown(name)} is no name of an alarm.`, { seen: name, allowed });
    }
  }
  return alarms;
}

function readAlarm(section: Section): AlarmDeclaration {
  const ms = (key: string, per: number, rule: Parameters<Section["number"]>[1]): number | undefined => {
    const value = section.number(key, rule);
    return value === undefined ? undefined : Math.round(value * per);
  };
  const seconds = { atLeast: 0, atMost: DAY.seconds };
  const list = (key: string): readonly string[] | undefined => (section.has(key) ? section.texts(key).map(({ text }) => text) : undefined);
  const said = defined({
    kind: section.oneOf("kind", ALARM_KINDS),
    tag: section.text("tag"),
    limit: section.number("limit"),
    deadband: section.number("deadband", { atLeast: 0 }),
    states: list("states"),
    afterMs: ms("afterSeconds", 1000, { above: 0, atMost: DAY.seconds }),
    codes: list("codes"),
    quietMs: ms("quietSeconds", 1000, { above: 0, atMost: DAY.seconds }),
    priority: section.oneOf("priority", PRIORITIES),
    ...Object.fromEntries(TEXTS.flatMap((key) => (section.has(key) ? [[key, section.text(key)]] : []))),
    respondWithinMs: ms("respondWithinMinutes", 60_000, { above: 0, atMost: DAY.minutes }),
    shelveAtMostMs: ms("shelveAtMostMinutes", 60_000, { atLeast: 0, atMost: DAY.minutes }),
    realarmMs: ms("realarmAfterMinutes", 60_000, REALARM),
    onDelayMs: ms("onDelaySeconds", 1000, seconds),
    offDelayMs: ms("offDelaySeconds", 1000, seconds),
    latching: yesOrNo(section, "latching"),
    suppressedIn: list("suppressedIn"),
  });
  const spots = new Map(ALARM_FIELDS.flatMap((key) => (section.has(key) ? [[key, section.spot(key)] as const] : [])));
  return defined({ spot: section.entry.keyAt, spots, said, applies: yesOrNo(section, "applies") });
}

function yesOrNo(section: Section, key: string): boolean | undefined {
  const value = section.has(key) ? section.scalar(key) : undefined;
  if (value === undefined || typeof value === "boolean") return value;
  return section.findings.problem(section.spot(key), `${shown(value)} is neither yes nor no.`, { seen: value, allowed: "true, false" });
}

/** Reports what does not fit together, once for each name. */
export function checkAlarms(names: Iterable<string>, alarms: AlarmDeclarations, around: Around, findings: Findings): void {
  for (const name of names) {
    const alarm = alarms.get(name);
    if (alarm !== undefined && alarm.applies !== false) new AlarmCheck(alarm, around, findings).run();
  }
}

class AlarmCheck {
  private readonly alarm: AlarmDeclaration;
  private readonly around: Around;
  private readonly findings: Findings;

  constructor(alarm: AlarmDeclaration, around: Around, findings: Findings) {
    this.alarm = alarm;
    this.around = around;
    this.findings = findings;
  }

  run(): void {
    const { kind, tag, states, suppressedIn, response } = this.alarm.said;
    this.require("kind", ALARM_KINDS.join(", "));
    this.require("priority", PRIORITIES.join(", "));
    if (kind === undefined) return;
    for (const field of OF_KIND) {
      const at = this.alarm.spots.get(field);
      if (at !== undefined && !FIELDS_OF[kind].includes(field))
        this.findings.problem(at, `"${field}" has no meaning for an alarm of the kind ${kind}.`, {
          allowed: FIELDS_OF[kind].join(", ") || "leave it out",
        });
    }
    const limit = LIMIT_KINDS.some((one) => one === kind);
    if (limit) this.require("limit", "a number in the unit of the tag");
    if (limit || kind === "stale") this.require("tag", "a tag of the machine");
    if (kind === "state") this.require("states", "the states or values that raise it, as in [Aborted, Held]");
    if (tag !== undefined) this.checkTag(tag, limit);
    else if (kind === "state" && !this.tellsState()) {
      const allowed = "a stateMap and a role state, or a tag";
      this.findings.problem(this.spot("tag"), "Nothing here tells a state.", { allowed });
    } else if (kind === "state") this.checkStates("states", states);
    this.checkStates("suppressedIn", suppressedIn);
    if (response === undefined && !this.alarm.spots.has("response"))
      this.findings.warning(this.alarm.spot, "What nobody answers is an event, not an alarm (ISA-18.2).", {
        allowed: "response: what the operator does about it",
      });
  }

  private checkTag(tag: string, numeric: boolean): void {
    const known = [...this.around.tags.keys()];
    const found = this.around.tags.get(tag);
    if (found === undefined) {
      const detail = { seen: tag, allowed: known.slice(0, 20).join(", ") || "no tag is declared", suggestion: nearest(tag, known) };
      this.findings.problem(this.spot("tag"), `The alarm names the tag ${shown(tag)}, which does not exist.`, detail);
    } else if (numeric && found.type !== undefined && found.type !== "float" && found.type !== "int")
      this.findings.problem(this.spot("tag"), `A limit is for numbers, but ${shown(tag)} is of type ${found.type}.`, {
        seen: tag,
        allowed: "a tag of type int or float",
      });
  }

  /** Whether a sample can tell the state: a state that is derived from counts has no value of its own. */
  private tellsState(): boolean {
    const { roles, stateMap } = this.around;
    if (stateMap === undefined) return false;
    return stateMap.profile === "derived" ? stateMap.from === "speed" : roles.has("state") || roles.has("stateText");
  }

  private checkStates(field: "states" | "suppressedIn", states: readonly string[] = []): void {
    if (states.length === 0) return;
    const { stateMap } = this.around;
    if (stateMap === undefined) {
      this.findings.problem(this.spot(field), "Without a stateMap no state is known.", { allowed: "a stateMap, or leave it out" });
      return;
    }
    const own = [...meaningsOf(stateMap).keys()];
    const known = stateMap.profile === "semi-e10" || stateMap.profile === "umh" ? own : [...PACKML_STATES, ...own];
    for (const state of states)
      if (!known.includes(state))
        this.findings.problem(this.spot(field), `${shown(state)} is no state of the profile ${stateMap.profile}.`, {
          seen: state,
          allowed: known.slice(0, 20).join(", "),
          suggestion: nearest(state, known),
        });
  }

  private require(field: (typeof FIELDS)[number], allowed: string): void {
    if (!this.alarm.spots.has(field)) this.findings.problem(this.spot(field), `"${field}" is missing.`, { allowed });
  }

  private spot(field: string): Spot {
    const { spot, spots } = this.alarm;
    return spots.get(field) ?? { ...spot, field: `${spot.field}.${field}` };
  }
}

/** The alarms of one machine, complete. `signalOf`: a tag as written to its signal (`_filler_v1.fill_weight`). */
export function plantAlarms(asset: string, alarms: AlarmDeclarations, signalOf: (tag: string) => string): PlantAlarm[] {
  return [...alarms].flatMap(([alarm, { said, applies }]) => {
    const { kind, priority, tag, ...rest } = said;
    if (applies === false || kind === undefined || priority === undefined) return [];
    return [{ asset, alarm, kind, priority, ...(tag === undefined ? {} : { tag: signalOf(tag) }), ...rest }];
  });
}
