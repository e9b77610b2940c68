import assert from "node:assert/strict";
import { Value } from "typebox/value";
import { FEWEST_VALUES, type RefusalCode } from "../../../../core/model/capability/index.ts";
import {
  type CapabilityGround,
  type ChartDefinition,
  type Minimum,
  ONGOING_CAPABILITY_DATA,
  ONGOING_CONTRACT,
  type OngoingCapabilityEvent,
  ongoingEvent,
  ongoingSamples,
  type Period,
  RecordedStudy,
} from "../../../../core/model/charting/index.ts";
import { ruleSet } from "../../../../core/model/spc/index.ts";
import { rowOf } from "../../../../core/connect/spine/index.ts";
import { near } from "../capability-cases.ts";
import { referenceOrSkip } from "../../../support/spc-reference.ts";
import { ASSET, INDIVIDUALS, limits, MINUTE, PRODUCT, sample, T0, WEIGHT } from "../../../support/spc-stream.ts";

interface Normal80 {
  readonly x: readonly number[];
  readonly LSL: number;
  readonly USL: number;
  readonly T: number;
  readonly normal: Readonly<Record<"Pp" | "Ppu" | "Ppl" | "Ppk", number>> & {
    readonly ci95: Readonly<Record<"Ppk_bissell" | "Ppl_exact", readonly [number, number]>>;
    readonly ppmExpected: readonly [number, number];
  };
}

const RULES = ruleSet("nelson", ["N1"]);
const PERIOD: Period = { from: T0, to: T0 + 480 * MINUTE, key: T0, shift: "early", productionDay: "2026-03-10" };
const MINIMUM: Minimum = { index: "Ppk", value: 1.33, by: "value" };

/** A chart of single values whose limits no value breaks. */
function definitionFor(values: readonly number[]): ChartDefinition {
  const wide = 10 * Math.max(...values.map(Math.abs), 1);
  const judged = { limits: limits("i", 0, wide), spread: limits("mr", 0, wide), rules: RULES };
  return { ...INDIVIDUALS, latenessMs: 0, given: judged };
}

/** What is stated of single values, one a minute. */
function stated(
  values: readonly number[],
  specification: { lower: number | null; upper: number | null; target: number | null },
  { minimum = MINIMUM, judged = true }: { readonly minimum?: Minimum; readonly judged?: boolean } = {},
): OngoingCapabilityEvent {
  const definition = definitionFor(values);
  const study = new RecordedStudy(definition, T0);
  study.take([sample(PRODUCT, -1, "still-500"), ...values.map((value, i) => sample(WEIGHT, i * MINUTE, value))]);
  study.end(PERIOD.to);
  const ground: CapabilityGround = {
    estimation: { rules: RULES },
    judged: judged && definition.given ? { ...definition.given, version: 3 } : null,
    closed: [],
    leftOut: [],
  };
  const made = study.made();
  assert.deepEqual([made.products, made.subgroups], [["still-500"], values.length]);
  const answer = study.capability({ from: T0, to: PERIOD.to, scope: {}, ...specification }, ground);
  const finding = { period: PERIOD, from: T0, subgroups: made.subgroups, product: "still-500", limitsVersion: 3, answer };
  return ongoingEvent(definition, "shift", minimum, finding);
}

/** Half of them 1 above, half of them 1 below 500: their standard deviation is √(n/(n−1)). */
const AROUND_500 = Array.from({ length: 100 }, (_, i) => 500 + (i % 2 === 0 ? 1 : -1));
const BOTH = { lower: 485, upper: 515, target: 500 };

function figure(event: OngoingCapabilityEvent, signal: string): unknown {
  const tag = `${ASSET}._capability_v1.fill-weight.shift.${signal}`;
  const found = ongoingSamples(event).find((one) => one.tag === tag);
  assert.ok(found !== undefined && found.timestamp === PERIOD.to, tag);
  return found.value;
}

describe("an ongoing capability", () => {
  it("has the figures of the reference: indices, the lower end of the interval, expected ppm", function () {
    const { cases } = referenceOrSkip<{ cases: readonly [Normal80] }>(this, "spc/capability.json");
    const [{ x, LSL, USL, T, normal }] = cases;
    const event = stated(x, { lower: LSL, upper: USL, target: T });
    assert.ok(Value.Check(ONGOING_CAPABILITY_DATA, event.data));
    for (const [signal, value] of [
      ["pp", normal.Pp],
      ["ppu", normal.Ppu],
      ["ppl", normal.Ppl],
      ["ppk", normal.Ppk],
      ["ppk_lower", normal.ci95.Ppk_bissell[0]],
      ["ppm_expected", normal.ppmExpected[0] + normal.ppmExpected[1]],
    ] as const)
      near(figure(event, signal) as number, value, 1e-8, signal);
    assert.deepEqual([figure(event, "n"), figure(event, "method"), figure(event, "refused")], [80, "normal", null]);
  });

  it("says what it is of, under a path of its own for each period, and whether the minimum is met", () => {
    const event = stated(AROUND_500, BOTH);
    const { asset, start, end, data } = event;
    assert.deepEqual([asset, start, end], [`${ASSET}.fill-weight.shift`, T0, PERIOD.to]);
    assert.deepEqual([data.shift, data.product, data.limits_version, data.meets, data.refused], ["early", "still-500", 3, true, null]);
    near(figure(event, "ppk") as number, 5 * Math.sqrt(0.99), 1e-12);
    assert.ok(typeof figure(event, "cpk") === "number" && typeof figure(event, "cpm") === "number");
    assert.deepEqual([figure(event, "minimum"), figure(event, "meets")], [1.33, 1]);
    assert.equal(stated(AROUND_500, BOTH, { minimum: { ...MINIMUM, value: 4.98 } }).data.meets, false);
  });

  it("holds the lower confidence bound against the minimum where that is asked for", () => {
    const [value, bound] = (["value", "bound"] as const).map((by) =>
      stated(AROUND_500, BOTH, { minimum: { index: "Ppk", value: 4.5, by } }),
    );
    assert.deepEqual([value?.data.meets, bound?.data.meets], [true, false]);
  });

  it("has the indices of the one side that has a limit, and no others", () => {
    const event = stated(AROUND_500, { lower: 485, upper: null, target: null });
    assert.deepEqual([figure(event, "pp"), figure(event, "ppu"), figure(event, "cpm")], [null, null, null]);
    assert.equal(figure(event, "ppl"), figure(event, "ppk"));
    assert.equal(stated(AROUND_500, { lower: 485, upper: null, target: null }, { minimum: { ...MINIMUM, index: "Pp" } }).data.meets, null);
  });

  it("has a reason and no number where it is refused", () => {
    const refusals: readonly (readonly [RefusalCode, OngoingCapabilityEvent])[] = [
      ["TOO_FEW", stated(AROUND_500.slice(0, FEWEST_VALUES - 1), BOTH)],
      ["NO_LIMITS", stated(AROUND_500, { lower: null, upper: null, target: null })],
      [
        "CONSTANT",
        stated(
          AROUND_500.map(() => 500),
          BOTH,
        ),
      ],
    ];
    for (const [code, event] of refusals) {
      const { refused, figures, meets } = event.data;
      assert.ok(Value.Check(ONGOING_CAPABILITY_DATA, event.data), code);
      assert.deepEqual([refused?.code, figures, meets, figure(event, "refused")], [code, null, null, code]);
      const numbers = ongoingSamples(event).filter(({ value }) => typeof value === "number");
      assert.deepEqual(
        numbers.map(({ tag }) => tag.split(".").at(-1)),
        ["minimum"],
        code,
      );
      const { fields } = rowOf({ ...event, id: 1, author: "node:twin-capability", reason: "r", recorded: 0 }, () => ({}));
      assert.deepEqual([fields["verdict"], fields["Ppk"], fields["n"]], [code, undefined, undefined]);
    }
  });

  it("is a row with the figures of its event, so that a board shows what was stated", () => {
    const event = stated(AROUND_500, BOTH);
    const row = rowOf({ ...event, id: 1, author: "node:twin-capability", reason: "r", recorded: 0 }, () => ({ site: "galway", line: "l" }));
    const { measurement, tags, fields, time } = row;
    assert.deepEqual([measurement, tags["asset"], tags["chart"], tags["period"], time], ["capability", ASSET, "fill-weight", "shift", T0]);
    assert.deepEqual([fields["Ppk"], fields["minimum"], fields["required"]], [figure(event, "ppk"), 1.33, "Ppk 1.33"]);
    assert.deepEqual([fields["verdict"], fields["product"], fields["n"], fields["limits_version"]], ["meets", "still-500", 100, 3]);
  });

  it("is of the newest subgroups where so many are asked for", () => {
    const study = new RecordedStudy(definitionFor(AROUND_500), T0);
    study.take([sample(PRODUCT, -1, "a"), ...AROUND_500.map((value, i) => sample(WEIGHT, i * MINUTE, value + (i < 60 ? 50 : 0)))]);
    study.take([sample(PRODUCT, 200 * MINUTE, "b")]);
    study.end(PERIOD.to);
    assert.deepEqual([study.made(40).from, study.made(40).subgroups, study.made(1_000).subgroups], [T0 + 60 * MINUTE, 40, 100]);
    const ground = { estimation: { rules: RULES }, judged: null, closed: [], leftOut: [] };
    const answer = study.capability({ from: T0, to: PERIOD.to, scope: {}, ...BOTH, last: 40 }, ground);
    assert.deepEqual(answer.refused === null ? [answer.stated.n, answer.stated.mean] : answer.refused, [40, 500]);
  });

  it("publishes tags that the store takes, indices without a dimension and shares in ppm", () => {
    for (const { tag, unit, value } of ongoingSamples(stated(AROUND_500, BOTH))) {
      const promised = ONGOING_CONTRACT.tags.get(tag.slice(`${ASSET}._capability_v1.`.length).replace("fill-weight", "*"));
      assert.ok(promised !== undefined, tag);
      if (value !== null) assert.equal(typeof value, promised.type === "string" ? "string" : "number", tag);
      assert.equal(unit, promised.type === "string" ? undefined : tag.includes(".ppm_") ? "[ppm]" : "1", tag);
    }
  });
});
