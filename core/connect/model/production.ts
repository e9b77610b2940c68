/** What an equipment entry says about its production: whose counts count, and how long a changeover may take. */
import { COUNT_SOURCES, type ChangeoverMinutes, type CountRules } from "./plant.ts";
import { nearest, shown } from "./problem.ts";
import type { Section } from "./section.ts";

const COUNT_FIELDS = ["source", "second"] as const;
const SECOND_FIELDS = ["compares", "unitsPerCount", "tolerancePercent"] as const;
const MOST_UNITS = 1_000_000;
const ONE_DAY_MINUTES = 1_440;

/** Undefined where the entry says nothing; `hasSecond`: it has a tag with the role secondCounter. */
export function readCounts(owner: Section, hasSecond: boolean): CountRules | undefined {
  const section = owner.section("counts", COUNT_FIELDS);
  if (section === undefined) return undefined;
  const source = section.oneOf("source", COUNT_SOURCES) ?? "manualScrap";
  const second = section.section("second", SECOND_FIELDS);
  if (second === undefined) return { source };
  if (!hasSecond) {
    const allowed = "roles: { secondCounter: <the tag of the checkweigher or palletiser> }";
    second.findings.problem(second.spot(), "There is no second counter: no tag has the role secondCounter.", { allowed });
  }
  const compares = second.oneOf("compares", ["good", "total"]) ?? "good";
  const unitsPerCount = second.number("unitsPerCount", { atLeast: 1, atMost: MOST_UNITS }) ?? 1;
  if (!Number.isInteger(unitsPerCount))
    second.findings.problem(second.spot("unitsPerCount"), "A count stands for whole units.", { allowed: "a whole number" });
  second.require("tolerancePercent", "the difference that is accepted, in percent of the second count");
  const tolerancePercent = second.number("tolerancePercent", { atLeast: 0, atMost: 100 }) ?? 0;
  return { source, second: { compares, unitsPerCount, tolerancePercent } };
}

/** Minutes from a product to a product; `*` for any. */
export function readChangeovers(owner: Section, products: ReadonlySet<string>): ChangeoverMinutes | undefined {
  const section = owner.section("changeoverMinutes");
  if (section === undefined) return undefined;
  const rows = section.keys().flatMap((from) => {
    refuseUnknown(section, from, products);
    const row = section.section(from);
    const cells = (row?.keys() ?? []).flatMap((to) => {
      if (row === undefined) return [];
      refuseUnknown(row, to, products);
      const minutes = row.number(to, { atLeast: 0, atMost: ONE_DAY_MINUTES });
      return minutes === undefined ? [] : [[to, minutes] as const];
    });
    return [[from, Object.fromEntries(cells)] as const];
  });
  return Object.fromEntries(rows);
}

function refuseUnknown(section: Section, product: string, products: ReadonlySet<string>): void {
  if (product === "*" || products.has(product)) return;
  const spot = section.entry.fields.get(product)?.keyAt ?? section.spot();
  section.findings.problem(spot, `There is no product ${shown(product)}.`, {
    seen: product,
    allowed: `"*", or a product of the plant`,
    suggestion: nearest(product, products),
  });
}
