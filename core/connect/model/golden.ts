/** Golden pairs as they stand in a plant file. `core/connect/golden` holds the mapping to them. */
import { REJECT_CODES } from "../sample/index.ts";
import type { GoldenPair } from "./plant.ts";
import { nearest } from "./problem.ts";
import type { Section } from "./section.ts";
import { readUnit } from "./tags.ts";

export const GOLDEN_FIELDS = ["protocol", "address", "value", "unit", "status", "expect"] as const;
const EXPECT_FIELDS = ["tag", "value", "unit", "quality", "reject"] as const;
const QUALITIES = ["Good", "Uncertain", "Bad", "GoodNoData"] as const;

/** One entry of `golden`; undefined when it was refused. `root` is `enterprise.site`. */
export function readGolden(section: Section, root: string): GoldenPair | undefined {
  section.require("address", "the address at the source");
  const expect = section.section("expect", EXPECT_FIELDS);
  if (!section.has("expect")) section.require("expect", "{ tag: …, value: … } or { reject: CODE }");
  const address = section.text("address");
  const value = section.scalar("value");
  const gives = expect === undefined ? undefined : readExpected(expect, root);
  if (address === undefined || gives === undefined) return undefined;
  if (value === undefined)
    return section.findings.problem(section.spot("value"), `"value" is missing.`, {
      allowed: "what the source delivers; null for no value",
    });
  const unit = section.text("unit");
  const status = section.number("status");
  return {
    file: section.entry.at.file,
    line: section.entry.at.line,
    protocol: section.text("protocol") ?? "opcua",
    address,
    value,
    ...(unit === undefined ? {} : { unit }),
    ...(status === undefined ? {} : { status }),
    gives,
  };
}

function readExpected(expect: Section, root: string): GoldenPair["gives"] | undefined {
  const code = expect.text("reject");
  if (code !== undefined) {
    if (Object.hasOwn(REJECT_CODES, code)) return { reject: code };
    const codes = Object.keys(REJECT_CODES);
    return expect.findings.problem(expect.spot("reject"), `There is no reject code "${code}".`, {
      seen: code,
      allowed: codes.join(", "),
      suggestion: nearest(code, codes),
    });
  }
  expect.require("tag", "a tag below the site, as in bottling.line01.filler01._filler_v1.fill_weight");
  const tag = expect.text("tag");
  const value = expect.scalar("value");
  if (value === undefined) expect.findings.problem(expect.spot("value"), `"value" is missing.`, { allowed: "the value of the sample" });
  if (tag === undefined || value === undefined) return undefined;
  const unit = readUnit(expect, "unit");
  const quality = expect.oneOf("quality", QUALITIES);
  return {
    tag: `${root}.${tag}`,
    value,
    ...(unit === undefined ? {} : { unit }),
    ...(quality === undefined ? {} : { quality }),
  };
}
