import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import { LocalClock, readFace, type RepeatedHourRule } from "../../../core/connect/local-time/index.ts";
import { readings, TagMap } from "../../../core/connect/tag-map/index.ts";

const ZONES = ["Europe/Dublin", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Etc/GMT-1", "UTC"] as const;
const HOUR = 3_600_000;
/** Berlin, 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC. */
const FOLD = Date.UTC(2026, 9, 25, 2, 30);
const [FIRST, SECOND] = [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)];
const LIVE = { received: undefined, newest: Number.NEGATIVE_INFINITY };

/** What a clock of the zone shows, by the platform's own calendar. */
function faceOf(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
    hourCycle: "h23",
  }).formatToParts(instant);
  const at = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second"));
}

describe("a local clock", () => {
  it("is read back to the instant at which it shows a time, in every zone and season", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 }),
        (zone, second) => {
          const instant = second * 1000;
          const clock = new LocalClock(zone, "reception");
          assert.equal(clock.instantOf(faceOf(instant, zone), { received: instant + 2_000, newest: Number.NEGATIVE_INFINITY }), instant);
        },
      ),
      { numRuns: 500 },
    );
  });

  const rules: readonly (readonly [RepeatedHourRule, { received?: number | undefined; newest?: number }, number | RegExp])[] = [
    ["first", {}, FIRST],
    ["second", {}, SECOND],
    ["reject", {}, /2026-10-25 02:30:00 was shown twice in Europe\/Berlin/],
    ["reception", { received: FIRST + 60_000 }, FIRST],
    ["reception", { received: SECOND + 60_000 }, SECOND],
    ["order", { newest: FIRST - 60_000 }, FIRST],
    ["order", { newest: FIRST }, FIRST],
    ["order", { newest: FIRST + 60_000 }, SECOND],
    // History arrives whenever; then the order of the values decides.
    ["reception", { newest: FIRST + 60_000 }, SECOND],
  ];
  for (const [rule, showing, expected] of rules) {
    it(`in the repeated hour, by "${rule}" with ${JSON.stringify(showing)}`, () => {
      const found = new LocalClock("Europe/Berlin", rule).instantOf(FOLD, { ...LIVE, ...showing });
      if (typeof expected === "number") assert.equal(found, expected);
      else assert.match(String(found), expected);
    });
  }

  it("runs through the repeated hour in order, without a step back", () => {
    const clock = new LocalClock("Europe/Berlin", "order");
    let newest = Number.NEGATIVE_INFINITY;
    for (let instant = FIRST - HOUR; instant < SECOND + HOUR; instant += 7 * 60_000) {
      const found = clock.instantOf(faceOf(instant, "Europe/Berlin"), { received: undefined, newest });
      assert.equal(found, instant);
      newest = instant;
    }
  });

  it("never showed the hour that spring skips", () => {
    for (const rule of ["reception", "order", "first", "second", "reject"] as const)
      assert.match(
        String(new LocalClock("Europe/Berlin", rule).instantOf(Date.UTC(2026, 2, 29, 2, 30), LIVE)),
        /never shown in Europe\/Berlin/,
      );
  });

  it("moves by half an hour where the zone does", () => {
    const face = Date.UTC(2026, 3, 5, 1, 45); // Lord Howe goes back from 02:00 to 01:30
    const clock = (rule: RepeatedHourRule): number => Number(new LocalClock("Australia/Lord_Howe", rule).instantOf(face, LIVE));
    assert.equal(clock("second") - clock("first"), HOUR / 2);
  });

  it("needs a zone of the IANA database", () => assert.throws(() => new LocalClock("Berlin", "first"), /"Berlin" is no IANA time zone/));

  it("is read from text without a zone, and from nothing else", () => {
    assert.equal(readFace("2026-10-25 02:30:00"), FOLD);
    assert.equal(readFace("2026-10-25T02:30"), FOLD);
    assert.equal(readFace("2026-10-25 02:30:00,0629"), FOLD + 62);
    for (const wrong of ["2026-02-30 00:00", "2026-10-25 24:00", "2026-13-01 00:00", "25.10.2026 02:30", "2026-10-25T02:30:00Z", "now", ""])
      assert.ok(Number.isNaN(readFace(wrong)), wrong);
  });
});

const message = (timestamp: unknown): object => ({ topic: "t", payload: { value: 1, timestamp } });

describe("a tag map whose source shows local time", () => {
  const TAG = "acme.galway._raw.t";
  const map = (local: "text" | "all"): TagMap =>
    new TagMap([{ address: "t", tag: TAG }], undefined, { clock: { zone: "Europe/Berlin", repeatedHour: "reception", local } });

  it("takes text without a zone as local, and every other time as it is", () => {
    const now = SECOND + 1_000;
    const stamps = ["2026-10-25 02:30:00", "2026-10-25T01:29:00Z", SECOND + 500].map((time, at) => {
      const { inputs } = readings(message(time), now, { localTimes: true });
      const { samples, rejects } = map("text").map(inputs, now);
      assert.deepEqual(rejects, [], String(at));
      return samples[0]?.timestamp;
    });
    assert.deepEqual(stamps, [SECOND, SECOND - 60_000, SECOND + 500]);
  });

  it("takes every source time as local where the controller puts local time in place of UTC", () => {
    const { samples } = map("all").map(
      [{ protocol: "opcua", address: "t", value: 1, sourceTimestamp: FOLD, received: FIRST + 5 }],
      FIRST + 5,
    );
    assert.equal(samples[0]?.timestamp, FIRST);
  });

  it("refuses a time that was never shown, and text without a zone where no zone is named", () => {
    const { inputs } = readings(message("2026-03-29 02:30:00"), SECOND, { localTimes: true });
    const [refused] = map("text").map(inputs, SECOND).rejects;
    assert.deepEqual([refused?.code, refused?.field], ["BAD_TIMESTAMP", "sourceTimestamp"]);
    assert.match(refused?.message ?? "", /never shown/);
    const plain = new TagMap([{ address: "t", tag: TAG }]);
    assert.equal(plain.map(readings(message("2026-10-25 02:30:00"), SECOND).inputs, SECOND).rejects[0]?.code, "BAD_TIMESTAMP");
  });
});
