import assert from "node:assert/strict";
import { Value } from "typebox/value";
import { isRefusal } from "../../../../core/model/capability/index.ts";
import {
  bandsFault,
  EUROPEAN_FILL_WEIGHT,
  type Filled,
  fillsOf,
  fillTag,
  FILL_WEIGHT_DATA,
  FillStream,
  fillWeight,
  Packages,
  recount,
  type Stretch,
} from "../../../../core/model/fill-weight/index.ts";
import {
  beat,
  FILL_PROPERTIES,
  filled,
  filler,
  FILLER,
  HOUR,
  joined,
  plantModel,
  product,
  recordingOf,
  REQUEST,
  sample,
  T0,
  weight,
  weights,
} from "../../../support/fill-stream.ts";
import { noise, seeded } from "../../../support/spc-charts.ts";
import { correctDigits, referenceOrSkip } from "../../../support/spc-reference.ts";

const MINUTE = 60_000;
const STILL = product(-MINUTE, "still-500");
const HAND = [500, 503, 484.9, 469.9, 485, 470, 510, 505];

const told = ({ events }: Filled): unknown[] =>
  events.map(({ start, end, data }) => [(start - T0) / MINUTE, ((end ?? 0) - T0) / MINUTE, data.product, data.packages]);
const raised = ({ conditions }: Filled): unknown[] => conditions.map(({ name, active, at }) => [name, active, (at - T0) / 1_000]);
const codes = ({ rejects }: Filled): string[] => rejects.map(({ code }) => code);

describe("fill weights, package by package", () => {
  it("count what lies below T1 and T2 and what is given away, as by hand", () => {
    const { events } = filled(filler({ price: 2 }), STILL, ...weights(0, ...HAND), beat(2 * HOUR));
    const [event] = events;
    assert.ok(event !== undefined && Value.Check(FILL_WEIGHT_DATA, event.data));
    assert.deepEqual([event.asset, event.start, event.end], [`${FILLER}.fill_weight`, T0, T0 + HOUR]);
    const { data } = event;
    // 500 + 503 + 484.9 + 469.9 + 485 + 470 + 510 + 505 = 3927.8 for 8 · 500: 72.2 g short, 9.025 g each.
    assert.deepEqual([data.packages, data.mean, data.giveaway, data.giveaway_total], [8, 490.975, -9.025, -0.0722]);
    assert.deepEqual([data.giveaway_share, data.nominal_total, data.giveaway_cost], [-0.01805, 4, -0.1444]);
    assert.deepEqual([data.t1, data.t2, data.below_t1, data.below_t2], [485, 470, 3, 1]);
    assert.deepEqual([data.minimum, data.maximum, data.shift, data.production_day], [469.9, 510, "early", "2026-03-10"]);
    assert.deepEqual(data.meets, { mean: false, t1: false, t2: false });
    assert.equal(data.rules.error_from, "product");
    assert.match(data.note, /Check your regulation/);
  });

  it("are those of all packages at once", () => {
    const random = seeded(7);
    const contents = Array.from({ length: 3_000 }, () => Number((501 + 6 * noise(random)).toFixed(1)));
    const [event] = filled(filler(), STILL, ...weights(0, ...contents), beat(2 * HOUR)).events;
    const all = fillWeight(contents, 500);
    assert.ok(event !== undefined && !isRefusal(all) && all.belowT1 > 0);
    const { data } = event;
    assert.deepEqual([data.packages, data.below_t1, data.below_t2, data.meets], [all.n, all.belowT1, all.belowT2, all.meets]);
    for (const [found, wanted] of [
      [data.mean, all.mean],
      [data.sd, all.sd],
      [data.giveaway, all.giveaway],
    ])
      assert.ok(correctDigits(found as number, wanted as number) > 10, `${found} ${wanted}`);
  });

  it("keep 8 digits of the standard deviation on NIST's NumAcc4 and 12 on Michelso", function () {
    const numacc = referenceOrSkip<Record<string, { data: number[]; certifiedSd: number }>>(this, "nist/numacc.json")["NumAcc4"];
    const michelso = referenceOrSkip<{ data: number[]; certifiedSd: number }>(this, "nist/michelso.json");
    assert.ok(numacc);
    for (const [{ data, certifiedSd }, nominal, digits] of [
      [numacc, 10_000_000, 8],
      [michelso, 300, 12],
    ] as const) {
      const packages = new Packages({ nominal, tolerableNegativeError: 1, t1: nominal - 1, t2: nominal - 2 });
      for (const one of data) packages.add(one);
      assert.ok(correctDigits(Math.sqrt(packages.variance), certifiedSd) >= digits);
    }
  });

  for (const property of FILL_PROPERTIES) it(property.name, () => property.check(60));

  it("begin a new part with another product, and with its limits", () => {
    const made = filled(
      filler(),
      STILL,
      ...weights(0, 501, 502),
      product(10 * MINUTE, "lemon-330"),
      ...weights(11 * MINUTE, 338, 320),
      product(20 * MINUTE, "still-500"),
      weight(30 * MINUTE, 499),
      beat(2 * HOUR),
    );
    assert.deepEqual(told(made), [
      [0, 10, "still-500", 2],
      [10, 20, "lemon-330", 2],
      [20, 60, "still-500", 1],
    ]);
    assert.deepEqual(
      made.events.map(({ data }) => [data.nominal, data.t1, data.below_t1]),
      [
        [500, 485, 0],
        [337, 327, 1],
        [500, 485, 0],
      ],
    );
  });

  it("end with the hour of the clock or with the shift, also while no package comes", () => {
    const samples = [STILL, weight(0, 501), weight(55 * MINUTE, 501), weight(61 * MINUTE, 501), weight(5 * HOUR + MINUTE, 501)];
    assert.deepEqual(told(filled(filler(), ...samples, beat(9 * HOUR))), [
      [0, 60, "still-500", 2],
      [60, 120, "still-500", 1],
      [300, 360, "still-500", 1],
    ]);
    // The early shift ends at 14:00, the late one at 22:00; what came before the first package is not claimed.
    assert.deepEqual(told(filled(filler({ interval: "shift" }), ...samples, beat(20 * HOUR))), [
      [0, 300, "still-500", 3],
      [300, 780, "still-500", 1],
    ]);
  });

  it("say nothing of an interval whose beginning was before what is read back", () => {
    const stream = new FillStream(filler());
    stream.begin(T0 + 20 * MINUTE);
    const said = stream.push([
      STILL,
      ...weights(30 * MINUTE, ...Array.from({ length: 60 }, () => 460)),
      weight(70 * MINUTE, 501),
      beat(3 * HOUR),
    ]);
    assert.deepEqual(told(said), [[60, 120, "still-500", 1]]);
    assert.deepEqual([said.conditions, said.samples.filter(({ timestamp }) => timestamp < T0 + HOUR)], [[], []]);
  });

  it("take the tare off to the microgram, in the unit of mass of the tag", () => {
    // 525.1 − 40.1 is a hair less than 485 in binary.
    const [event] = filled(filler({ tare: 40.1 }), STILL, weight(0, 525.1), weight(1_000, 540.1 - 1e-9), beat(2 * HOUR)).events;
    assert.deepEqual([event?.data.below_t1, event?.data.minimum, event?.data.maximum], [0, 485, 500]);
  });

  it("let late samples find their place, and refuse what comes later still with the reason", () => {
    const stream = new FillStream(filler());
    const first = stream.push([STILL, weight(59 * MINUTE, 501), weight(60 * MINUTE + 4_000, 480), weight(60 * MINUTE - 1_000, 502)]);
    const then = stream.push([beat(60 * MINUTE + 11_000)]);
    const all = joined([first, then, stream.push([weight(60 * MINUTE - 500, 500)]), stream.push([beat(3 * HOUR)])]);
    assert.deepEqual(
      told(all).map((one) => (one as unknown[])[3]),
      [2, 1],
    );
    assert.deepEqual(codes(all), ["ANCIENT_TIMESTAMP"]);
    assert.match(all.rejects[0]?.message ?? "", /11\.5 s after newer ones/);
    // What was read back from the historian comes once more, and is passed over.
    assert.deepEqual(codes(stream.push([weight(0, 501)], { readTo: T0 + HOUR })), []);
  });

  it("find their place in one message whatever its order: a source may send tag by tag", () => {
    const samples = [STILL, ...weights(0, 501, 502), product(10 * MINUTE, "lemon-330"), ...weights(11 * MINUTE, 338, 320)];
    const backwards = filled(filler(), beat(2 * HOUR), ...samples.toReversed());
    assert.deepEqual(backwards, filled(filler(), ...samples, beat(2 * HOUR)));
  });

  it("take a product that was said long ago from now on, where nothing else is known", () => {
    const stream = new FillStream(filler());
    const early = joined([
      stream.push([weight(0, 501), beat(MINUTE)]),
      stream.push([STILL, product(-HOUR, "lemon-330")]),
      stream.push([weight(2 * MINUTE, 502), beat(2 * HOUR)]),
    ]);
    assert.deepEqual(codes(early), ["ANCIENT_TIMESTAMP", "NO_NOMINAL"]);
    assert.deepEqual(
      told(early).map((one) => (one as unknown[]).slice(2)),
      [["still-500", 1]],
    );
  });

  it("that came late are counted again when their interval is over, as far back as samples are kept", async () => {
    const stream = new FillStream(filler());
    const recorded = [STILL, weight(0, 500), weight(MINUTE, 510), weight(61 * MINUTE, 520)];
    stream.push([STILL, weight(0, 500), beat(20 * MINUTE)]);
    assert.deepEqual(codes(stream.push([weight(MINUTE, 510)], { oldest: T0 })), []);
    const stretches: Stretch[] = [];
    stream.late((stretch) => stretches.push(stretch) > 0);
    assert.equal(stretches.length, 0, "the hour is not over");
    stream.push([weight(61 * MINUTE, 520), beat(3 * HOUR)]);
    stream.late(() => false);
    stream.late((stretch) => stretches.push(stretch) > 0);
    assert.deepEqual(stretches, [{ from: T0, to: T0 + HOUR }]);
    const { events } = await recount(stream, stretches, recordingOf(recorded));
    assert.deepEqual(
      events.map(({ start, revision, data }) => [start - T0, revision, data.packages, data.mean]),
      [[0, 2, 2, 505]],
    );
    const deleted = await recount(stream, stretches, recordingOf(recorded, T0 + 1));
    assert.deepEqual([deleted.events, codes({ ...filled(filler()), ...deleted })], [[], ["ANCIENT_TIMESTAMP"]]);
    stream.late(() => assert.fail("it was taken"));
    assert.deepEqual(codes(stream.push([weight(2 * MINUTE, 510)], { oldest: T0 + HOUR })), ["ANCIENT_TIMESTAMP"]);
  });

  it("publish the figures of the running interval every ten seconds, and the last ones", () => {
    const { samples } = filled(filler(), STILL, ...weights(0, ...Array.from({ length: 15 }, () => 502)), beat(2 * HOUR));
    const of = (signal: "giveaway" | "packages" | "sd"): unknown[] =>
      samples
        .filter(({ tag }) => tag === fillTag(filler(), signal))
        .map(({ timestamp, value, unit }) => [(timestamp - T0) / 1_000, value, unit]);
    assert.deepEqual(of("packages"), [
      [0, 1, "1"],
      [10, 11, "1"],
      [14, 15, "1"],
    ]);
    assert.deepEqual(of("giveaway")[2], [14, 2, "g"]);
    assert.deepEqual(of("sd")[0], [0, null, "g"]);
  });

  it("that were begun under other rules end where they were left", () => {
    const before = new FillStream(filler());
    before.push([STILL, ...weights(0, 501, 502), beat(20_000)]);
    const after = new FillStream(filler({ tolerableNegativeError: 9 }), before.state());
    const said = after.push([weight(MINUTE, 480), beat(2 * HOUR)]);
    assert.deepEqual(
      said.events.map(({ start, end, data }) => [(start - T0) / 1_000, ((end ?? 0) - T0) / 1_000, data.t1, data.packages]),
      [
        [0, 10, 485, 2],
        [10, 3600, 491, 1],
      ],
    );
  });
});

describe("what fill weights tell somebody", () => {
  const good = Array.from({ length: 200 }, (_, i) => 500.5 + (i % 5));

  it("is the first package below T2, until the interval ends", () => {
    const said = filled(filler(), STILL, ...weights(0, ...good, 469.9, 501, 469), beat(2 * HOUR));
    assert.deepEqual(raised(said), [
      ["below_t2", true, 200],
      ["below_t2", false, 3600],
    ]);
    const [first] = said.conditions;
    assert.deepEqual([first?.value, first?.limit, first?.count, first?.packages], [469.9, 470, 1, 201]);
  });

  it("is a mean below nominal that chance does not explain, once, until it is nominal again", () => {
    const low = Array.from({ length: 100 }, (_, i) => 498 + (i % 3));
    const said = filled(filler(), STILL, ...weights(0, ...low, ...good), beat(2 * HOUR));
    assert.deepEqual(
      raised(said).map((one) => (one as unknown[]).slice(0, 2)),
      [
        ["mean", true],
        ["mean", false],
      ],
    );
    // Mean 499 and sd 0.82 are far beyond 4.7 standard errors; fewer than 50 packages say nothing.
    assert.equal(said.conditions[0]?.at, T0 + 49_000);
    assert.ok((said.conditions[1]?.value ?? 0) >= 500);
  });

  it("is not a mean about nominal, however its scatter goes", () => {
    const random = seeded(3);
    const about = Array.from({ length: 3_000 }, () => 500 + 3 * noise(random));
    assert.deepEqual(raised(filled(filler(), STILL, ...weights(0, ...about), beat(2 * HOUR))), []);
  });

  it("is a share below T1 that is more than chance ever makes of the one let pass", () => {
    // Of 206 packages 5 are expected to be let pass; 17 at the last say that the process lets pass more.
    const bad = (count: number): Filled =>
      filled(filler(), STILL, ...weights(0, ...good, ...Array.from({ length: count }, () => 480)), beat(2 * HOUR));
    assert.deepEqual(raised(bad(12)), []);
    assert.deepEqual(raised(bad(20)), [["below_t1", true, 217]]);
    assert.deepEqual(raised(filled(filler(), STILL, ...weights(0, 484, 501, 501), beat(2 * HOUR))), []);
  });

  it("goes on into the next hour while it lasts, and ends with the product", () => {
    const low = Array.from({ length: 60 }, (_, i) => 498 + (i % 3));
    const said = filled(filler(), STILL, ...weights(0, ...low), ...weights(HOUR, ...low), product(2 * HOUR, "lemon-330"), beat(3 * HOUR));
    assert.deepEqual(raised(said), [
      ["mean", true, 49],
      ["mean", false, 7200],
    ]);
  });
});

const refused = (...samples: Parameters<typeof filled>[1][]): string[] => codes(filled(filler(), STILL, ...samples, beat(HOUR)));

describe("bad packages", () => {
  it("are refused with a code and a sentence, and counted nowhere", () => {
    assert.deepEqual(refused(sample("fill_weight", 0, Number.NaN), sample("fill_weight", 0, Number.NEGATIVE_INFINITY)), [
      "NOT_FINITE",
      "NOT_FINITE",
    ]);
    assert.deepEqual(refused(sample("fill_weight", 0, "501"), sample("fill_weight", 0, true)), ["WRONG_TYPE", "WRONG_TYPE"]);
    assert.deepEqual(refused(sample("fill_weight", 0, null, { quality: "Bad" })), ["BAD_QUALITY"]);
    assert.deepEqual(refused(sample("fill_weight", 0, 501, { quality: "Bad" })), ["BAD_QUALITY"]);
    assert.deepEqual(refused(sample("fill_weight", 0, 0.501, { unit: "kg" }), sample("fill_weight", 1, 501, { unit: "g" })), [
      "WRONG_UNIT",
    ]);
    assert.deepEqual(refused(weight(0, 0), weight(1, -2)), ["OUT_OF_RANGE", "OUT_OF_RANGE"]);
    assert.deepEqual(refused(weight(0, 501), weight(0, 501), weight(0, 502)), ["DUPLICATE_TIMESTAMP"]);
    assert.deepEqual(refused(product(0, "__proto__"), weight(1, 501)), ["NO_NOMINAL"]);
    assert.deepEqual(codes(new FillStream(filler()).push([weight(0, 1)], { latest: T0 - 1 })), ["FUTURE_TIMESTAMP"]);
  });
});

describe("fill weights of the machines of a plant", () => {
  const model = plantModel();
  const bound = (over: Partial<typeof REQUEST>, target = FILLER) => fillsOf(model, { bind: "asset", target }, { ...REQUEST, ...over });
  const terms = (over: Partial<typeof REQUEST>, id = "still-500") => {
    const found = bound(over).definitions[0]?.products.get(id);
    return typeof found === "object" ? [found.limits.nominal, found.limits.tolerableNegativeError, found.errorFrom] : found;
  };

  it("take nominal content and tolerable negative error from the product, the form or the table", () => {
    assert.deepEqual(terms({}), [500, 15, "product"]);
    assert.deepEqual(terms({}, "lemon-330"), [337, 10, "product"]);
    assert.deepEqual(terms({ errorProperty: "" }, "lemon-330"), [337, 10.2, "table"]);
    assert.deepEqual(terms({ tolerableNegativeError: 7 }), [500, 7, "given"]);
    assert.deepEqual(terms({ nominalProperty: "", nominal: 400, errorProperty: "" }), [400, 12, "table"]);
  });

  it("have a sentence for a product without a nominal content, in another unit, or beyond the table", () => {
    assert.match(String(terms({ nominalProperty: "weight" })), /still-500 has no nominal content: give the product the property "weight"/);
    assert.match(String(terms({ nominalProperty: "cap_torque" })), /is in "N\.cm", its packages are weighed in g/);
    assert.match(
      String(terms({ errorProperty: "", rules: { ...EUROPEAN_FILL_WEIGHT, bands: [] } })),
      /no tolerable negative error between 0/,
    );
  });

  it("have a sentence for a machine without such a tag, without a mass or volume, or without the shifts asked for", () => {
    assert.match(bound({ tag: "wieght" }).faults[0] ?? "", /has no tag "wieght"; it has .*fill_weight/);
    assert.match(bound({ tag: "fill_time" }).faults[0] ?? "", /is in "ms"; contents need one of mass or volume/);
    assert.match(bound({ tag: "product" }).faults[0] ?? "", /is no number/);
    assert.deepEqual(bound({ tag: "net_weight" }, "acme.galway.bottling.line01.checkweigher01").definitions[0]?.name, "net_weight");
  });

  it("have a table of tolerable negative errors in order, with one figure in each row", () => {
    assert.equal(bandsFault(EUROPEAN_FILL_WEIGHT.bands), undefined);
    assert.match(
      bandsFault([
        { to: 100, share: 0.03 },
        { to: 50, amount: 2 },
      ]) ?? "",
      /Row 2 .* must reach further than 100/,
    );
    assert.match(bandsFault([{ to: 100 }]) ?? "", /either a share or an amount/);
    assert.match(bandsFault([{ to: 100, share: 0.6 }]) ?? "", /below 50 %/);
    assert.match(bandsFault([{ to: 100, amount: 60 }]) ?? "", /below half the content/);
  });
});
