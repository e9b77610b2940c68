import { fingerprint } from "../fingerprint/index.ts";
import { segmentProblem } from "../tag-id/index.ts";
import { CALENDAR_FIELDS, readCalendar, readZone } from "./calendars.ts";
import { CLASS_FIELDS, readClasses, type ClassDeclaration } from "./classes.ts";
import { readDisplay } from "./display.ts";
import { readDocument, type PlantFile } from "./document.ts";
import { EQUIPMENT_FIELDS, readEquipment, resolveRoles } from "./equipment.ts";
import { classTag, FROZEN_FIELDS, readFrozen } from "./frozen.ts";
import { GOLDEN_FIELDS, readGolden } from "./golden.ts";
import type { EquipmentClass, PlantModel } from "./plant.ts";
import { Findings, type Problem } from "./problem.ts";
import { PRODUCT_FIELDS, readProduct } from "./products.ts";
import { ACTION_FIELDS, CAUSE_FIELDS, readCatalogue, readReasons, REASON_FIELDS } from "./reasons.ts";
import { revisionText } from "./revision.ts";
import { Section } from "./section.ts";
import { isSheet, readSheet, type SheetRow } from "./sheet.ts";
import { defined } from "./defined.ts";

const PARTS = ["plant", "classes", "equipment", "products", "calendars", "contracts", "reasons", "causes", "actions"] as const;
type Part = (typeof PARTS)[number];
const FIELDS = [...PARTS, "golden"] as const;
const PART_FIELDS = {
  classes: CLASS_FIELDS,
  equipment: EQUIPMENT_FIELDS,
  products: PRODUCT_FIELDS,
  calendars: CALENDAR_FIELDS,
  contracts: FROZEN_FIELDS,
  reasons: REASON_FIELDS,
  causes: CAUSE_FIELDS,
  actions: ACTION_FIELDS,
};
const PLANT_FIELDS = ["enterprise", "site", "zone", "calendar", "display"] as const;
const LIMITS = { files: 1000, tags: 200_000 } as const;

export type PlantReading =
  | { readonly model: PlantModel; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/**
 * Builds the plant model from YAML files, or reports everything that is wrong with them in one go: file, line,
 * column, field, value seen, what is allowed, what was probably meant (where YAML itself is broken, only that: the rest
 * would be noise). The files are parts of one model; each may
 * hold any of `plant`, `classes`, `equipment`, `products`, `calendars`, `contracts`, `reasons`, `causes`, `actions` and `golden`, and
 * their order does not matter. Files
 * named `*.csv` are tag sheets, a layer over the tags of the others.
 * `digest` makes the revision from the model's canonical text; pass SHA-256 where the revision is evidence.
 */
export function loadPlant(files: readonly PlantFile[], digest: (text: string) => string = fingerprint): PlantReading {
  const findings = new Findings();
  const model = readModel(files, findings, digest);
  const problems = findings.all();
  return model === undefined || problems.length > 0 ? { problems, warnings: findings.warnings } : { model, warnings: findings.warnings };
}

function readModel(files: readonly PlantFile[], findings: Findings, digest: (text: string) => string): PlantModel | undefined {
  const nowhere = { file: files[0]?.name ?? "(no file)", line: 1, column: 1, field: "plant" };
  if (files.length > LIMITS.files)
    return findings.problem(nowhere, `There are ${files.length} files; at most ${LIMITS.files} are allowed.`);
  const { plant, parts, rows, golden } = gather(files, findings);
  if (findings.incomplete) return undefined;
  if (plant === undefined) {
    return findings.problem(nowhere, 'No file has the part "plant".', {
      allowed: "plant: { enterprise: …, site: …, zone: … } in one file",
    });
  }
  const calendars = new Map(
    [...parts.calendars].flatMap(([name, section]) => {
      const calendar = readCalendar(name, section);
      return calendar === undefined ? [] : [[name, calendar] as const];
    }),
  );
  const site = readSite(plant, parts.calendars);
  const classes = readClasses(parts.classes, findings);
  const contracts = readFrozen(parts.contracts, classes, findings);
  const root = `${site.enterprise}.${site.site}`;
  const named = { calendars: new Set(parts.calendars.keys()), products: new Set(parts.products.keys()) };
  const { equipment, tags, alarms } = readEquipment(site, { sections: parts.equipment, rows, classes, ...named }, findings);
  if (tags.size > LIMITS.tags)
    return findings.problem(plant.spot(), `The plant has ${tags.size} tags; at most ${LIMITS.tags} are allowed.`);
  const places = new Set(parts.equipment.keys());
  const products = new Map([...parts.products].map(([id, section]) => [id, readProduct(id, section, { places, root, zone: site.zone })]));
  const inPlant = { classes: new Set(classes.keys()), zone: site.zone };
  const reasons = readReasons(parts.reasons, inPlant, findings);
  const causes = readCatalogue("causes", parts.causes, inPlant, findings);
  const actions = readCatalogue("actions", parts.actions, inPlant, findings);
  const content = {
    ...site,
    equipment,
    classes: new Map([...classes].map(([name, type]) => [name, publicClass(type)])),
    tags,
    products,
    calendars,
  };
  const display = readDisplay(plant, tags);
  const pairs = golden.flatMap((section) => readGolden(section, root) ?? []);
  const more = {
    ...(reasons.size > 0 && { reasons }),
    ...(causes.size > 0 && { causes }),
    ...(actions.size > 0 && { actions }),
    ...(alarms.size > 0 && { alarms }),
  };
  const revision = digest(revisionText({ ...content, classes: withoutTags(content.classes), ...more }));
  return {
    ...content,
    alarms,
    ...(display === undefined ? {} : { display }),
    reasons,
    causes,
    actions,
    contracts,
    golden: pairs,
    revision,
  };
}

function readSite(
  plant: Section,
  calendars: ReadonlyMap<string, Section>,
): { enterprise: string; site: string; zone: string; calendar?: string } {
  for (const key of ["enterprise", "site"] as const) plant.require(key, 'a short name, as in "acme"');
  plant.require("zone", "the IANA time zone in which boards show time, as in Europe/Dublin");
  const calendar = plant.text("calendar");
  if (calendar !== undefined && !calendars.has(calendar)) plant.refuse("calendar", calendar, [...calendars.keys()]);
  const name = (key: "enterprise" | "site"): string => {
    const text = plant.text(key);
    const wrong =
      text === undefined
        ? undefined
        : (segmentProblem(text, key) ?? (text.startsWith("_") ? `The ${key} must not start with "_".` : undefined));
    if (wrong !== undefined) plant.findings.problem(plant.spot(key), wrong, { seen: text });
    return wrong === undefined && text !== undefined ? text : "unknown";
  };
  return defined({ enterprise: name("enterprise"), site: name("site"), zone: readZone(plant, "zone") ?? "UTC", calendar });
}

interface Gathered {
  readonly plant: Section | undefined;
  readonly parts: Readonly<Record<Exclude<Part, "plant">, ReadonlyMap<string, Section>>>;
  readonly rows: ReadonlyMap<string, readonly SheetRow[]>;
  readonly golden: readonly Section[];
}

/** Puts the parts of all files together; a name may be declared once only, whichever the file. */
function gather(files: readonly PlantFile[], findings: Findings): Gathered {
  let plant: Section | undefined;
  const parts = {
    classes: new Map<string, Section>(),
    equipment: new Map<string, Section>(),
    products: new Map<string, Section>(),
    calendars: new Map<string, Section>(),
    contracts: new Map<string, Section>(),
    reasons: new Map<string, Section>(),
    causes: new Map<string, Section>(),
    actions: new Map<string, Section>(),
  };
  const golden: Section[] = [];
  const ordered = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const file of ordered.filter((one) => !isSheet(one))) {
    const document = readDocument(file, findings);
    const root = document === undefined ? undefined : Section.of(document, findings, FIELDS);
    if (root === undefined) continue;
    golden.push(...root.list("golden", GOLDEN_FIELDS));
    const here = root.section("plant", PLANT_FIELDS);
    if (here !== undefined && plant !== undefined) {
      findings.problem(here.spot(), `"plant" is already given in ${plant.spot().file} on line ${plant.spot().line}.`, {
        allowed: "once in all files",
      });
    } else plant ??= here;
    for (const part of ["classes", "equipment", "products", "calendars", "contracts", "reasons", "causes", "actions"] as const) {
      for (const [name, section] of root.sections(part, PART_FIELDS[part])) {
        const first = parts[part].get(name)?.spot();
        const wrong = part === "equipment" ? undefined : segmentProblem(name, "name");
        if (wrong !== undefined) findings.problem(section.spot(), wrong, { seen: name });
        else if (first === undefined) parts[part].set(name, section);
        else
          findings.problem(section.spot(), `"${name}" is already declared in ${first.file} on line ${first.line}.`, {
            seen: name,
            allowed: "once in all files",
          });
      }
    }
  }
  return { plant, parts, golden, rows: gatherRows(ordered.filter(isSheet), findings) };
}

/** The rows of all sheets by place. */
function gatherRows(sheets: readonly PlantFile[], findings: Findings): ReadonlyMap<string, readonly SheetRow[]> {
  const byPlace = new Map<string, SheetRow[]>();
  for (const row of sheets.flatMap((sheet) => readSheet(sheet, findings))) {
    const here = byPlace.get(row.equipment);
    if (here === undefined) byPlace.set(row.equipment, [row]);
    else here.push(row);
  }
  return byPlace;
}

function publicClass(type: ClassDeclaration): EquipmentClass {
  const { name, contract, stateMap, idealRate } = type;
  const tags = new Map([...type.tags].flatMap(([key, tag]) => (tag.type === undefined ? [] : [[key, classTag(tag)] as const])));
  return defined({ name, extends: type.extends, contract, roles: resolveRoles(type), stateMap, idealRate, tags });
}

/** The revision names what samples and evidence rest on: the tags of machines. What no machine uses yet is not part of it. */
function withoutTags(classes: ReadonlyMap<string, EquipmentClass>): ReadonlyMap<string, Omit<EquipmentClass, "tags">> {
  return new Map([...classes].map(([name, { tags: _tags, ...rest }]) => [name, rest]));
}
