/** The equipment tree of a site: instances of classes with their addresses and overrides, and what feeds what. */
import { areVersions, equipmentPathProblem, LIMITS } from "../tag-id/index.ts";
import { checkAlarms, mergeAlarms, plantAlarms, readAlarms } from "./alarms.ts";
import { checkRoles, readIdealRate, readRoles, type ClassDeclaration, type Roles } from "./classes.ts";
import { depth, placeOf } from "./place.ts";
import type { Equipment, MachineRoles, PlantAlarm, StateMap, TagDefinition } from "./plant.ts";
import { type FeedSurroundings, readFeeds, warnOfCircles } from "./feeds.ts";
import { KINDS, USUAL_PARENTS, WORK_CENTRES } from "./kinds.ts";
import { readLine } from "./line.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";
import { readChangeovers, readCounts } from "./production.ts";
import type { Section } from "./section.ts";
import { checkDerived, readStateMap } from "./state-maps.ts";
import { instanceTags, tagsOfOther } from "./instance-tags.ts";
import type { SheetRow } from "./sheet.ts";
import { defined } from "./defined.ts";
import { addressOf, needsPrefix, sourceOf, type TagDeclaration } from "./tags.ts";

export const EQUIPMENT_FIELDS = [
  "kind",
  "label",
  "class",
  "also",
  "prefix",
  "feeds",
  "line",
  "calendar",
  "counts",
  "changeoverMinutes",
  "idealRate",
  "stateMap",
  "roles",
  "tags",
  "raw",
  "alarms",
] as const;

export interface Site {
  readonly enterprise: string;
  readonly site: string;
  readonly calendar?: string;
}

export interface EquipmentReading {
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly tags: ReadonlyMap<string, TagDefinition>;
  readonly alarms: ReadonlyMap<string, PlantAlarm>;
}

/** What the files declare, gathered but not yet put together. */
export interface EquipmentSources {
  readonly sections: ReadonlyMap<string, Section>;
  /** Rows of tag sheets by place: a layer over what the sections declare. */
  readonly rows: ReadonlyMap<string, readonly SheetRow[]>;
  readonly classes: ReadonlyMap<string, ClassDeclaration>;
  readonly calendars: ReadonlySet<string>;
  readonly products: ReadonlySet<string>;
}

/** What a piece of equipment has besides its place. */
interface Machine {
  readonly type: ClassDeclaration | undefined;
  readonly roles: Roles;
  readonly stateMap: StateMap | undefined;
  /** By role key. */
  readonly signals: ReadonlyMap<string, TagDeclaration>;
}

export function readEquipment(site: Site, sources: EquipmentSources, findings: Findings): EquipmentReading {
  return new EquipmentReader(site, sources, findings).read();
}

class EquipmentReader {
  private readonly root: string;
  private readonly sources: EquipmentSources;
  private readonly findings: Findings;
  private readonly feeds: FeedSurroundings;
  private readonly equipment = new Map<string, Equipment>();
  private readonly tags = new Map<string, TagDefinition>();
  private readonly alarms = new Map<string, PlantAlarm>();
  private readonly prefixes = new Map<string, string>();
  private readonly tagAtAddress = new Map<string, string>();

  constructor(site: Site, sources: EquipmentSources, findings: Findings) {
    this.root = `${site.enterprise}.${site.site}`;
    this.sources = sources;
    this.findings = findings;
    this.feeds = { root: this.root, sections: sources.sections, findings };
    const shared = { roles: {}, feeds: [] };
    this.equipment.set(site.enterprise, { ...shared, path: site.enterprise, kind: "Enterprise", level: 0, parent: null });
    const calendar = site.calendar === undefined ? {} : { calendar: site.calendar };
    this.equipment.set(this.root, { ...shared, ...calendar, path: this.root, kind: "Site", level: 1, parent: site.enterprise });
  }

  /** Parents come before children, whatever the order in the files. */
  read(): EquipmentReading {
    this.refuseHomelessRows();
    const byDepth = [...this.sources.sections].sort(([a], [b]) => depth(a) - depth(b));
    for (const [place, section] of byDepth) this.readOne(place, section);
    warnOfCircles(this.equipment, this.feeds);
    this.readLines();
    return { equipment: this.equipment, tags: this.tags, alarms: this.alarms };
  }

  private refuseHomelessRows(): void {
    const places = [...this.sources.sections.keys()];
    for (const [place, [first, ...others]] of this.sources.rows) {
      if (first === undefined || this.sources.sections.has(place)) continue;
      const rows = others.length === 0 ? "" : ` ${others.length} more rows name it.`;
      this.findings.problem({ ...first.section.spot(), field: "equipment" }, `There is no equipment ${shown(place)}.${rows}`, {
        seen: place,
        allowed: places.slice(0, 20).join(", ") || "equipment declared in a .yaml file",
        suggestion: nearest(place, places),
      });
    }
  }

  private readOne(place: string, section: Section): void {
    const { findings } = this;
    const spot = section.entry.keyAt;
    const path = `${this.root}.${place}`;
    const wrong = equipmentPathProblem(path);
    if (wrong !== undefined) {
      findings.problem(spot, wrong, { seen: place, allowed: 'names joined by ".", relative to the site, as in bottling.line01.filler01' });
      return;
    }
    const parentPath = path.slice(0, path.lastIndexOf("."));
    const parent = this.equipment.get(parentPath);
    if (parent === undefined && !this.sources.sections.has(placeOf(this.root, parentPath))) {
      const declared = [...this.sources.sections.keys()].filter((other) => depth(other) === depth(place) - 1);
      findings.problem(spot, `Its parent ${shown(placeOf(this.root, parentPath))} is not declared.`, {
        seen: place,
        allowed: "declare the parent too",
        suggestion: nearest(placeOf(this.root, parentPath), declared),
      });
    }
    section.require("kind", KINDS.join(", "));
    const kind = section.oneOf("kind", KINDS);
    if (kind !== undefined && parent !== undefined) this.warnOfKind(kind, parent, section);
    const prefix = this.readPrefix(path, parentPath, section);
    const type = this.readClass(section);
    const others = this.readOthers(section, type);
    const roles = readRoles(section);
    const stateMap = readStateMap(section) ?? type?.stateMap;
    const signals = this.readTags(path, section, { type, others }, prefix);
    checkRoles(roles, signals, stateMap, findings);
    this.checkDerived(section, { type, roles, stateMap, signals });
    this.readAlarms(path, section, { type, roles, stateMap, signals });
    const allRoles = resolveRoles(type, roles);
    this.equipment.set(
      path,
      defined({
        path,
        kind: kind ?? "WorkCell",
        level: depth(path),
        parent: parentPath,
        label: section.text("label"),
        class: type?.name,
        also: others.length === 0 ? undefined : others.map(({ name }) => name),
        roles: allRoles,
        stateMap,
        idealRate: readIdealRate(section) ?? type?.idealRate,
        feeds: readFeeds(section, path, this.feeds),
        calendar: this.readCalendar(section) ?? parent?.calendar,
        counts: readCounts(section, allRoles.secondCounter !== undefined),
        changeoverMinutes: readChangeovers(section, this.sources.products) ?? parent?.changeoverMinutes,
      }),
    );
  }

  /** What the class has right, a machine can get wrong by a map, a role or a unit of its own. */
  private checkDerived(section: Section, own: Machine): void {
    const roles = new Map([...(own.type?.roles ?? []), ...own.roles]);
    const speed = roles.get("speed")?.tag ?? "";
    const differs = own.signals.get(speed)?.unit !== own.type?.tags.get(speed)?.unit;
    if (!differs && !section.has("stateMap") && !section.has("roles")) return;
    checkDerived(own.stateMap, roles, own.signals, section);
  }

  /** Those of its class, with what the machine says differently, and its own. */
  private readAlarms(path: string, section: Section, { type, roles, stateMap, signals }: Machine): void {
    const own = readAlarms(section);
    const alarms = mergeAlarms(type?.alarms ?? new Map(), own);
    const around = { tags: signals, roles: new Map([...(type?.roles ?? []), ...roles]), stateMap };
    checkAlarms(section.has("stateMap") ? alarms.keys() : own.keys(), alarms, around, this.findings);
    for (const alarm of plantAlarms(path, alarms, (tag) => signalOf(type, tag))) {
      const name = `${path}.${alarm.alarm}`;
      if (!this.sources.sections.has(placeOf(this.root, name))) this.alarms.set(name, alarm);
      else {
        const spot = own.get(alarm.alarm)?.spot ?? section.entry.keyAt;
        this.findings.problem(spot, `There is equipment of the name ${shown(name)}.`, { allowed: "another name for the alarm" });
      }
    }
  }

  /** `{prefix}` in a prefix is the parent's, so that only the line names the device. */
  private readPrefix(path: string, parentPath: string, section: Section): string | undefined {
    const written = section.text("prefix");
    const outer = this.prefixes.get(parentPath);
    if (written?.includes("{prefix}") === true && outer === undefined) {
      return this.findings.problem(section.spot("prefix"), `The parent ${shown(placeOf(this.root, parentPath))} has no prefix to put in.`, {
        seen: written,
      });
    }
    const prefix = written?.replaceAll("{prefix}", outer ?? "");
    if (prefix !== undefined) this.prefixes.set(path, prefix);
    return prefix;
  }

  private readClass(section: Section): ClassDeclaration | undefined {
    const name = section.text("class");
    return name === undefined ? undefined : this.classNamed(name, section, "class");
  }

  /** Further classes whose contracts the machine keeps too: mostly the next version, while readers move over. */
  private readOthers(section: Section, type: ClassDeclaration | undefined): readonly ClassDeclaration[] {
    if (type === undefined && section.has("also"))
      this.findings.problem(section.spot("also"), `"also" needs a "class" to stand beside.`, { allowed: "class: …" });
    return section.texts("also").flatMap(({ text, at }) => {
      const found = this.classNamed(text, section, "also");
      if (found !== undefined && found === type)
        this.findings.problem(at, `${shown(text)} is the machine's class already.`, { seen: text });
      return found === undefined || found === type ? [] : [found];
    });
  }

  private classNamed(name: string, section: Section, field: string): ClassDeclaration | undefined {
    const found = this.sources.classes.get(name);
    if (found === undefined) return section.refuse(field, name, [...this.sources.classes.keys()]);
    if (found.contract === undefined) {
      const spot = section.spot(field);
      this.findings.problem(spot, `The class ${shown(name)} has no contract; it exists to be extended.`, {
        seen: name,
        allowed: [...this.sources.classes.values()]
          .filter((type) => type.contract !== undefined)
          .map((type) => type.name)
          .join(", "),
      });
    }
    return found;
  }

  private readCalendar(section: Section): string | undefined {
    const name = section.text("calendar");
    return name === undefined || this.sources.calendars.has(name) ? name : section.refuse("calendar", name, [...this.sources.calendars]);
  }

  /** Adds the tags of one machine to the model; returned by role key. */
  private readTags(
    path: string,
    section: Section,
    { type, others }: { readonly type: ClassDeclaration | undefined; readonly others: readonly ClassDeclaration[] },
    prefix: string | undefined,
  ): ReadonlyMap<string, TagDeclaration> {
    const rows = this.sources.rows.get(placeOf(this.root, path)) ?? [];
    const tags = instanceTags(section, rows, type, this.findings);
    for (const other of others)
      for (const [key, tag] of tagsOfOther(section, rows, other, this.findings))
        this.add(path, `${other.contract}.${key}`, tag, prefix, section.entry.keyAt);
    for (const [key, tag] of tags) {
      const direct = key.startsWith("_raw.");
      if (direct) this.add(path, key, tag, prefix, tag.spot);
      else if (type?.contract !== undefined) this.add(path, `${type.contract}.${key}`, tag, prefix, section.entry.keyAt);
    }
    const needy = [...tags.values()].find(needsPrefix);
    if (needy !== undefined && prefix === undefined && !section.has("prefix")) {
      this.findings.problem(section.spot("prefix"), `"prefix" is missing: the address ${shown(needy.address)} needs it.`, {
        allowed: "the part of the address that all tags of this machine share",
      });
    }
    return tags;
  }

  private add(asset: string, signal: string, tag: TagDeclaration, prefix: string | undefined, instance: Spot): void {
    if (tag.type === undefined) return;
    const id = `${asset}.${signal}`;
    if (id.length > LIMITS.id || depth(id) >= LIMITS.segments) {
      this.findings.problem(instance, `The tag id ${shown(id)} is too long.`, {
        allowed: `${LIMITS.id} characters in ${LIMITS.segments} segments`,
      });
      return;
    }
    const { type, unit, range, values, description, expectedEveryMs } = tag;
    const address = addressOf(tag, prefix);
    this.warnOfSharedAddress(id, address, instance);
    const source = sourceOf(tag);
    this.tags.set(id, defined({ id, asset, signal, type, unit, range, values, description, expectedEveryMs, address, source }));
  }

  private warnOfSharedAddress(id: string, address: string | undefined, spot: Spot): void {
    if (address === undefined) return;
    const other = this.tagAtAddress.get(address);
    if (other === undefined) this.tagAtAddress.set(address, id);
    else if (!areVersions(other, id))
      this.findings.warning(spot, `The address ${shown(address)} already belongs to ${other}; is a prefix copied?`, { seen: address });
  }

  private warnOfKind(kind: (typeof KINDS)[number], parent: Equipment, section: Section): void {
    if (USUAL_PARENTS[kind].includes(parent.kind)) return;
    const usual = KINDS.filter((candidate) => USUAL_PARENTS[candidate].includes(parent.kind));
    const centre = WORK_CENTRES.includes(parent.kind) ? "work centre" : "element";
    this.findings.warning(
      section.spot("kind"),
      `ISA-95 does not put a ${kind} directly below the ${centre} ${shown(parent.path)} (${parent.kind}).`,
      {
        seen: kind,
        allowed: usual.join(", "),
      },
    );
  }

  /** After all stations are known. */
  private readLines(): void {
    const { root, equipment, findings } = this;
    for (const [place, section] of this.sources.sections) {
      const path = `${root}.${place}`;
      const own = equipment.get(path);
      if (own === undefined || !section.has("line")) continue;
      const feedsOf = (station: string): Spot | undefined => this.sources.sections.get(placeOf(this.root, station))?.spot("feeds");
      const line = readLine(section, { path, root, equipment, findings, feedsOf });
      if (line !== undefined) equipment.set(path, { ...own, line });
    }
  }
}

/** Roles carry full signals in the model: `state` of class `filler` becomes `_filler_v1.state`. */
export function resolveRoles(type: ClassDeclaration | undefined, own: Roles = new Map()): MachineRoles {
  return Object.fromEntries([...(type?.roles ?? []), ...own].map(([role, { tag }]) => [role, signalOf(type, tag)]));
}

function signalOf(type: ClassDeclaration | undefined, tag: string): string {
  return tag.startsWith("_raw.") || type?.contract === undefined ? tag : `${type.contract}.${tag}`;
}
