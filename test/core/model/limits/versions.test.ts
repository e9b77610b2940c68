import assert from "node:assert/strict";
import {
  type Approval,
  approve,
  limitsInForce,
  type LimitsVersion,
  propose,
  type Proposal,
  rejectVersion,
  replacedBy,
  retire,
  SPC_LIMITS,
  versionOf,
} from "../../../../core/model/limits/index.ts";
import type { Said } from "../../../../core/connect/sample/index.ts";
import { DEFAULT_RULES, isLimits, limitsOf } from "../../../../core/model/spc/index.ts";
import type { Person, Role } from "../../../../core/govern/identity/index.ts";

const ASSET = "acme.galway.bottling.line01.filler01";
const NOW = Date.UTC(2026, 2, 10, 9);
const person = (name: string, ...roles: Role[]): Person => ({ name, label: name, roles, scope: ["acme.galway"] });
const ENGINEER = person("ines", "engineer");
const QUALITY = person("quinn", "quality");

function given(centre: number) {
  const limits = limitsOf("i", { centre, sigma: 2 });
  assert.ok(isLimits(limits));
  return limits;
}

const proposal = (changed: Partial<Proposal> = {}): Proposal => ({
  asset: ASSET,
  chart: "fill-weight",
  scope: {},
  unit: "g",
  limits: given(500),
  rules: DEFAULT_RULES,
  baseline: { from: NOW - 1000, to: NOW, excluded: [] },
  comment: "First baseline after commissioning",
  ...changed,
});
const approval = (effectiveFrom: number): Approval => ({
  comment: "Looked at the last week",
  effectiveFrom,
  review: { from: NOW - 7 * 86_400_000, to: NOW, subgroups: 900, signals_before: null, signals_after: 2, only_before: 0, only_after: 2 },
});
const by = (who: Person, now = NOW) => ({ person: who, now });

function proposed(changed: Partial<Proposal> = {}, known: readonly LimitsVersion[] = []): LimitsVersion {
  const result = propose(proposal(changed), known, by(ENGINEER));
  assert.ok("version" in result, "fault" in result ? result.fault.message : "");
  return result.version;
}

function approved(version: LimitsVersion, from: number): LimitsVersion {
  const result = approve(version, approval(from), by(QUALITY), { secondPerson: true });
  assert.ok("version" in result, "fault" in result ? result.fault.message : "");
  return result.version;
}

describe("versions of control limits", () => {
  it("are numbered by chart, name who proposed them and why, and judge nothing before somebody approves them", () => {
    const first = proposed();
    const second = proposed({}, [first]);
    assert.deepEqual([first.version, second.version, first.status, first.proposed.by], [1, 2, "proposed", "ines"]);
    assert.equal(limitsInForce([first, second], {}, NOW), undefined);
  });

  it("come back from the ledger as they were stated, and nothing else is taken for one", () => {
    const version = approved(proposed(), NOW);
    const data = JSON.parse(JSON.stringify(version)) as never;
    assert.deepEqual(versionOf({ kind: SPC_LIMITS, data }), version);
    assert.equal(versionOf({ kind: "oee.atom.v1", data }), undefined);
    assert.equal(versionOf({ kind: SPC_LIMITS, data: { ...version, limits: { ...version.limits, sigma: -1 } } as never }), undefined);
    assert.equal(versionOf({ kind: SPC_LIMITS, data: { ...version, extra: 1 } as never }), undefined);
  });

  it("hold from the source time that was approved to the one at which they were retired", () => {
    const one = approved(proposed(), NOW);
    const over = retire(one, { comment: "Other valves", effectiveTo: NOW + 1000 }, by(QUALITY));
    assert.ok("version" in over);
    const at = (t: number) => limitsInForce([over.version], {}, t)?.version;
    assert.deepEqual([at(NOW - 1), at(NOW), at(NOW + 999), at(NOW + 1000)], [undefined, 1, 1, undefined]);
  });

  it("of the most specific scope go first, then the one that came into effect last", () => {
    const all = approved(proposed(), NOW);
    const lemon = approved(proposed({ scope: { product: "lemon-330" } }, [all]), NOW);
    const night = approved(proposed({ scope: { product: "lemon-330", recipe: "slow" } }, [all, lemon]), NOW);
    const newer = approved(proposed({}, [all, lemon, night]), NOW + 500);
    const versions = [newer, night, lemon, all];
    const at = (scope: object, t = NOW + 600) => limitsInForce(versions, scope, t)?.version;
    assert.deepEqual([at({}), at({ product: "still-500" }), at({}, NOW + 499)], [4, 4, 1]);
    assert.deepEqual([at({ product: "lemon-330" }), at({ product: "lemon-330", recipe: "slow" })], [2, 3]);
    assert.deepEqual(
      replacedBy(newer, NOW + 500, versions).map(({ version }) => version),
      [1],
    );
  });

  const faults: readonly (readonly [string, () => { readonly version: LimitsVersion } | { readonly fault: Said }, RegExp])[] = [
    ["a proposal by an operator", () => propose(proposal(), [], by(person("olga", "operator"))), /role engineer or quality/],
    [
      "a proposal for a plant that is not theirs",
      () => propose(proposal({ asset: "acme.cork.x" }), [], by(ENGINEER)),
      /no part in acme\.cork\.x/,
    ],
    ["a proposal without a word why", () => propose(proposal({ comment: "  " }), [], by(ENGINEER)), /Say why/],
    ["limits that are none", () => propose(proposal({ limits: { kind: "i" } }), [], by(ENGINEER)), /./],
    [
      "two charts that are no pair",
      () => propose(proposal({ spread: limitsOf("c", { centre: 4 }) }), [], by(ENGINEER)),
      /do not go together/,
    ],
    ["rules that are none", () => propose(proposal({ rules: { rules: [] } }), [], by(ENGINEER)), /./],
    [
      "an exclusion without a cause",
      () => propose(proposal({ baseline: { from: NOW - 9, to: NOW, excluded: [{ at: NOW - 1, cause: " " }] } }), [], by(ENGINEER)),
      /only for a cause/,
    ],
    [
      "an exclusion from outside the baseline",
      () => propose(proposal({ baseline: { from: NOW - 9, to: NOW, excluded: [{ at: NOW + 1, cause: "jam" }] } }), [], by(ENGINEER)),
      /outside the baseline/,
    ],
    [
      "an approval by an engineer",
      () => approve(proposed(), approval(NOW), by(ENGINEER), { secondPerson: false }),
      /role quality or supervisor/,
    ],
    [
      "an approval by the proposer",
      () => approve(proposed(), approval(NOW), by(person("ines", "quality")), { secondPerson: true }),
      /somebody else approves/,
    ],
    ["a second approval", () => approve(approved(proposed(), NOW), approval(NOW), by(QUALITY), { secondPerson: true }), /approved already/],
    ["a rejection of what is in force", () => rejectVersion(approved(proposed(), NOW), "no", by(QUALITY)), /approved already/],
    [
      "a retirement before it came into effect",
      () => retire(approved(proposed(), NOW), { comment: "x", effectiveTo: NOW - 1 }, by(QUALITY)),
      /before it came/,
    ],
    [
      "a retirement of what was never approved",
      () => retire(proposed(), { comment: "x", effectiveTo: NOW }, by(QUALITY)),
      /only an approved one/,
    ],
  ];
  for (const [what, act, why] of faults)
    it(`refuse ${what} in one sentence`, () => {
      const result = act();
      assert.ok("fault" in result);
      assert.match(result.fault.message, why);
    });
});
