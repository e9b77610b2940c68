import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  namedTime,
  type DowntimeStatementData,
  effectiveStops,
  type Stop,
  type StopPart,
  type StopStatement,
} from "../../../../core/operate/downtime/index.ts";
import { ASSET } from "./machine.ts";

type Said = DowntimeStatementData extends infer D ? (D extends unknown ? Omit<D, "made" | "seen_end"> : never) : never;

const stop = (start: number, end: number | null, more: Partial<Stop> = {}): Stop => ({
  start,
  end,
  bucket: "failure",
  state: "Aborted",
  text: null,
  reason: null,
  micro: false,
  ...more,
});

let sequence = 0;
function says(at: number, about: Stop, data: Said, author = "ann"): StopStatement {
  sequence += 1;
  const said: DowntimeStatementData = { ...data, made: at, seen_end: about.end };
  return { asset: ASSET, stop: about.start, author, recorded: at, sequence, data: said };
}
const assign = (id: string, from: number, to: number | null, reason: string): Said => ({
  id,
  action: "assign",
  from,
  to,
  reason,
  bucket: "setup",
});
const brief = (parts: readonly StopPart[] | undefined): unknown[] =>
  (parts ?? []).map(({ start, end, reason, by }) => [start, end, reason, by]);

describe("what holds about a stop", () => {
  const whole = stop(100, 200, { reason: "jam" });

  it("is the automatic reason until a person says another", () => {
    assert.deepEqual(brief(effectiveStops([whole], []).stops[0]?.parts), [[100, 200, "jam", "automatic"]]);
    const said = effectiveStops([whole], [says(300, whole, assign("a-000001", 100, null, "changeover"))]).stops[0]?.parts;
    assert.deepEqual(brief(said), [[100, 200, "changeover", "operator"]]);
    assert.equal(said?.[0]?.author, "ann");
    assert.equal(said?.[0]?.bucket, "setup");
  });

  it("can be split, and each part given its reason", () => {
    const statements = [
      says(300, whole, { id: "s-000001", action: "split", at: 150 }),
      says(301, whole, assign("a-000002", 150, null, "cleaning")),
    ];
    assert.deepEqual(brief(effectiveStops([whole], statements).stops[0]?.parts), [
      [100, 150, "jam", "automatic"],
      [150, 200, "cleaning", "operator"],
    ]);
  });

  it("clips overlapping reasons: an override first, then the one recorded later", () => {
    const statements = [
      says(300, whole, { id: "o-000001", action: "override", from: 140, to: 160, reason: "no-order", bucket: "plannedDown" }),
      says(301, whole, assign("a-000003", 100, 170, "changeover")),
      says(302, whole, assign("a-000004", 150, 200, "cleaning")),
    ];
    assert.deepEqual(brief(effectiveStops([whole], statements).stops[0]?.parts), [
      [100, 140, "changeover", "operator"],
      [140, 150, "no-order", "operator"],
      [150, 160, "no-order", "operator"],
      [160, 170, "cleaning", "operator"],
      [170, 200, "cleaning", "operator"],
    ]);
  });

  it("is one again after a merge, with the first reason; what is said later holds", () => {
    const statements = [
      says(300, whole, assign("a-000005", 100, 150, "changeover")),
      says(301, whole, assign("a-000006", 150, null, "cleaning")),
      says(302, whole, { id: "m-000001", action: "merge", from: 100, to: 200 }),
    ];
    assert.deepEqual(brief(effectiveStops([whole], statements).stops[0]?.parts), [[100, 200, "changeover", "operator"]]);
    const later = [...statements, says(303, whole, assign("a-000007", 180, null, "sensor"))];
    assert.deepEqual(brief(effectiveStops([whole], later).stops[0]?.parts), [
      [100, 180, "changeover", "operator"],
      [180, 200, "sensor", "operator"],
    ]);
  });

  it("makes neighbours that were merged one occurrence, and leaves the run between them alone", () => {
    const [first, second, third] = [stop(0, 50), stop(60, 90), stop(95, 99)];
    const { stops, review } = effectiveStops(
      [first, second, third],
      [says(300, first, assign("a-000008", 0, null, "jam")), says(301, first, { id: "m-000002", action: "merge", from: 0, to: 90 })],
    );
    assert.deepEqual(
      stops.map(({ occurrence }) => occurrence),
      [0, 0, 95],
    );
    assert.deepEqual(brief(stops[1]?.parts), [[60, 90, "jam", "operator"]]);
    assert.deepEqual(namedTime({ stops, review }, 1_000), [
      { start: 0, end: 50, bucket: "setup" },
      { start: 60, end: 90, bucket: "setup" },
    ]);
  });

  it("can be taken back under the stop that it was said of, and under no other", () => {
    const other = stop(300, 400);
    const all = [
      says(500, whole, assign("same-id-1", 100, null, "changeover")),
      says(501, other, assign("same-id-1", 300, null, "cleaning")),
      says(502, other, { id: "r-000001", action: "revert", target: "same-id-1" }),
    ];
    const { stops } = effectiveStops([whole, other], all);
    assert.deepEqual(
      stops.flatMap(({ parts }) => parts.map(({ reason, statement_stop }) => [reason, statement_stop])),
      [
        ["changeover", 100],
        [null, null],
      ],
    );
  });

  it("goes with the end of a stop that lasts", () => {
    const lasting = stop(100, null);
    const said = says(150, lasting, assign("a-000009", 100, null, "changeover"));
    assert.deepEqual(brief(effectiveStops([lasting], [said]).stops[0]?.parts), [[100, null, "changeover", "operator"]]);
    assert.deepEqual(namedTime(effectiveStops([lasting], [said]), 170), [{ start: 100, end: 170, bucket: "setup" }]);
    const ended = effectiveStops([stop(100, 260)], [said]);
    assert.deepEqual(brief(ended.stops[0]?.parts), [[100, 260, "changeover", "operator"]]);
    assert.deepEqual(ended.review, []);
  });

  it("keeps statements that no longer fit after late data, to be reviewed", () => {
    const why = (stops: readonly Stop[], said: Said): unknown =>
      effectiveStops(stops, [says(300, whole, said)]).review.map((one) => one.why);
    const named = assign("a-000010", 100, null, "changeover");
    assert.deepEqual(why([whole], named), []);
    assert.deepEqual(why([stop(400, 500)], named), ["gone"]);
    assert.deepEqual(why([stop(90, 200)], named), ["moved"]);
    assert.deepEqual(why([stop(100, 140), stop(160, 200)], named), ["changed"]);
    assert.deepEqual(why([stop(100, 140)], { id: "s-000002", action: "split", at: 150 }), ["gone"]);
    assert.deepEqual(why([stop(100, 140)], assign("a-000011", 120, 200, "jam")), ["changed"]);
    const kept = effectiveStops([stop(110, 200)], [says(300, whole, named)]);
    assert.deepEqual(brief(kept.stops[0]?.parts), [[110, 200, "changeover", "operator"]]);
  });
});

describe("statements of any kind, in any order", () => {
  const instant = fc.integer({ min: 0, max: 1_000 });
  const stopsDrawn = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 8 })
    .map((pairs) => {
      let at = 0;
      return pairs.map(([gap, length]) => {
        const start = at + gap;
        at = start + length;
        return stop(start, at);
      });
    });
  const to = fc.option(instant);
  const reasons = fc.constantFrom("jam", "cleaning", "changeover");
  const bucket = fc.constantFrom("setup" as const, "failure" as const, "plannedDown" as const);
  const action = fc.oneof(
    fc.record({ action: fc.constant("assign" as const), from: instant, to, reason: reasons, bucket }),
    fc.record({ action: fc.constant("override" as const), from: instant, to, reason: reasons, bucket }),
    fc.record({ action: fc.constant("split" as const), at: instant }),
    fc.record({ action: fc.constant("merge" as const), from: instant, to: instant }),
    fc.record({ action: fc.constant("comment" as const), from: instant, to, comment: fc.constant("seen") }),
    fc.record({ action: fc.constant("revert" as const), target: fc.integer({ min: 0, max: 19 }).map((n) => `id-${n}-0000`) }),
  );
  const drawn = fc.tuple(stopsDrawn, fc.array(fc.tuple(action, fc.nat(3)), { maxLength: 20 })).map(([stops, actions]) => {
    let recorded = 2_000;
    const statements = actions.map(([data, later], i): StopStatement => {
      recorded += later;
      const about = stops.at(i % stops.length) ?? assert.fail();
      const said = { ...data, id: `id-${i}-0000`, made: recorded, seen_end: about.end } as DowntimeStatementData;
      return { asset: ASSET, stop: about.start, author: "ann", recorded, sequence: i, data: said };
    });
    return { stops, statements };
  });

  it("leave parts that fill each stop exactly, with none of no length", () => {
    fc.assert(
      fc.property(drawn, ({ stops, statements }) => {
        for (const { stop: one, parts } of effectiveStops(stops, statements).stops) {
          assert.equal(parts[0]?.start, one.start);
          assert.equal(parts.at(-1)?.end, one.end);
          for (const [i, part] of parts.entries()) {
            assert.ok((part.end as number) > part.start);
            if (i > 0) assert.equal(part.start, parts[i - 1]?.end);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("never assign time outside the stops, nor any time twice", () => {
    fc.assert(
      fc.property(drawn, ({ stops, statements }) => {
        const effective = effectiveStops(stops, statements);
        const stretches = namedTime(effective, 1_000);
        for (const [i, { start, end }] of stretches.entries()) {
          assert.ok(start < end && start >= (stretches[i - 1]?.end ?? 0));
        }
        const total = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
        const parts = effective.stops.flatMap((one) => one.parts).filter(({ by }) => by === "operator");
        assert.equal(
          total,
          parts.reduce((sum, { start, end }) => sum + (end as number) - start, 0),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("mean the same whatever the order in which they arrive", () => {
    fc.assert(
      fc.property(drawn, fc.integer(), ({ stops, statements }, seed) => {
        const shuffled = statements
          .map((one, i) => ({ one, key: Math.sin(seed + i * 3.7) }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        assert.deepEqual(effectiveStops(stops, shuffled), effectiveStops(stops, statements));
      }),
      { numRuns: 1_000 },
    );
  });

  it("are as if never made once reverted, and as before once the revert is reverted", () => {
    fc.assert(
      fc.property(drawn, action, ({ stops, statements }, more) => {
        const about = stops.at(0) ?? assert.fail();
        const before = effectiveStops(stops, statements);
        const target = more.action === "revert" ? [] : [says(9_000, about, { ...more, id: "new-0000" })];
        const revert = says(9_001, about, { id: "rev-0000", action: "revert", target: "new-0000" });
        const again = says(9_002, about, { id: "rer-0000", action: "revert", target: "rev-0000" });
        assert.deepEqual(effectiveStops(stops, [...statements, ...target, revert]), before);
        assert.deepEqual(
          effectiveStops(stops, [...statements, ...target, revert, again]),
          effectiveStops(stops, [...statements, ...target]),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
