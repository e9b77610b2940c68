import assert from "node:assert/strict";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import { EUROPEAN_FILL_WEIGHT, type Filled, FillStream, recount, type Stretch } from "../../../../core/model/fill-weight/index.ts";
import { beat, filler, HOUR, product, recordingOf, T0, weight, weights } from "../../../support/fill-stream.ts";

const MINUTE = 60_000;
const STILL = product(-MINUTE, "still-500");
const codes = ({ rejects }: Filled): string[] => rejects.map(({ code }) => code);

/** Three hours of which the first has late packages. */
const lateIn = (...recorded: Sample[]) => {
  const stream = new FillStream(filler());
  stream.push([STILL, weight(0, 500), weight(1_000, 502), weight(61 * MINUTE, 503), beat(3 * HOUR)]);
  stream.push([weight(MINUTE, 510)], { oldest: T0 });
  const stretches: Stretch[] = [];
  stream.late((stretch) => stretches.push(stretch) > 0);
  return { stream, stretches, recording: recordingOf(recorded) };
};
const ALL = [STILL, weight(0, 500), weight(1_000, 502), weight(MINUTE, 510), weight(61 * MINUTE, 503)];

describe("fill weights that are counted again", () => {
  it("stay as they were stated where fewer packages are recorded than were counted", async () => {
    for (const recorded of [[], [STILL], [STILL, weight(MINUTE, 510)], [weight(MINUTE, 510)]]) {
      const { stream, stretches, recording } = lateIn(...recorded);
      const before = stream.stated;
      const { events, rejects } = await recount(stream, stretches, recording);
      assert.deepEqual([events, rejects.map(({ code }) => code), stream.stated], [[], ["TOO_FEW"], before]);
      assert.match(rejects[0]?.message ?? "", /2 packages were counted, but [01] are recorded/);
    }
  });

  it("are not changed by a historian that fails half-way: the next try states and withdraws all", async () => {
    // The product was another one, which is said late: two hours begin otherwise.
    const stream = new FillStream(filler());
    const early = [STILL, ...weights(0, 500, 502), product(30_000, "lemon-330"), weight(MINUTE, 338), weight(61 * MINUTE, 339)];
    stream.push([...early.filter(({ value }) => value !== "lemon-330"), beat(3 * HOUR)]);
    stream.push(
      early.filter(({ value }) => value === "lemon-330"),
      { oldest: T0 },
    );
    const stretches: Stretch[] = [];
    stream.late((stretch) => stretches.push(stretch) > 0);
    const recording = recordingOf(early);
    let reads = 0;
    const failing: typeof recording.read = (range) => {
      reads += 1;
      return range.from < T0 + HOUR ? recording.read(range) : Promise.reject(new Error("away"));
    };
    const before = stream.state();
    await assert.rejects(recount(stream, stretches, { ...recording, read: failing }), /away/);
    assert.ok(reads > 1);
    assert.deepEqual(stream.state(), before);
    const { events } = await recount(stream, stretches, recording);
    assert.deepEqual(
      events.map(({ start, data }) => [(start - T0) / 1_000, data.product, data.packages]),
      [
        [0, "still-500", 2],
        [30, "lemon-330", 1],
        [3600, "still-500", 0],
        [3600, "lemon-330", 1],
      ],
    );
  });

  it("are counted again by the piece, whatever the order in which the historian answers", async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => weight(2_000 + i * 10, 500 + (i % 7)));
    const { stream, stretches, recording } = lateIn(...[...ALL, ...many].toSorted((a, b) => a.timestamp - b.timestamp));
    let turns = 0;
    const turn = async () => void (turns += 1);
    const read: typeof recording.read = async (range) => (await recording.read(range)).toReversed();
    const { events } = await recount(stream, stretches, { ...recording, read, turn });
    assert.deepEqual(
      events.map(({ data }) => data.packages),
      [5_003],
    );
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it("are refused where what was stated is no more known: it could not be withdrawn", () => {
    const stream = new FillStream(filler());
    for (let hour = 0; hour <= 502; hour += 1) stream.push([...(hour === 0 ? [STILL] : []), weight(hour * HOUR, 501)]);
    const late = (hour: number): string[] => codes(stream.push([weight(hour * HOUR + MINUTE, 501)], { oldest: T0 }));
    assert.deepEqual([late(1), late(250), late(251)], [["ANCIENT_TIMESTAMP"], ["ANCIENT_TIMESTAMP"], []]);
    assert.equal(stream.stated.length, 250);
  });

  it("are never stated again by rules that came later, open part or not", async () => {
    const recorded = [STILL, weight(0, 500), weight(MINUTE, 510), weight(2 * MINUTE, 505)];
    for (const over of [
      { tolerableNegativeError: 9 },
      { price: 3 },
      { interval: "shift" as const },
      { rules: { ...EUROPEAN_FILL_WEIGHT, belowT1Share: 0.1 } },
    ]) {
      const before = new FillStream(filler());
      before.push([STILL, weight(0, 500), weight(2 * MINUTE, 505), beat(HOUR + 20_000)]);
      assert.equal(before.part, null, "between two parts");
      before.push([weight(MINUTE, 510)], { oldest: T0 });
      const after = new FillStream(filler(over), new FillStream(filler(over), before.state()).state());
      const stretches: Stretch[] = [];
      after.late((stretch) => stretches.push(stretch) > 0);
      assert.deepEqual((await recount(after, stretches, recordingOf(recorded))).events, []);
      const [event] = after.push([weight(90 * MINUTE, 501), beat(9 * HOUR)]).events;
      assert.equal(event?.start, T0 + HOUR + 10_000, "the key of no statement of before");
    }
    const same = new FillStream(filler());
    same.push([STILL, weight(0, 500), beat(HOUR + 20_000)]);
    const on = new FillStream(filler({ confidence: 0.99 }), same.state()).push([weight(90 * MINUTE, 501), beat(9 * HOUR)]);
    assert.equal(on.events[0]?.start, T0 + HOUR, "alarms are no part of what is stated");
  });
});
