import assert from "node:assert/strict";
import { exceedsShare, meanBoundary } from "../../../../core/model/fill-weight/sequential.ts";
import { noise, seeded } from "../../../support/spc-charts.ts";

/** The chance that it is ever said within `most` packages of which the share is just the one let pass: exact, package by package. */
function everSaid(share: number, confidence: number, most: number): number {
  let calm = [1];
  let said = 0;
  // Chance makes no count likelier to be said by one more package that is not below.
  let least = 1;
  for (let n = 1; n <= most; n += 1) {
    const next = Array.from({ length: calm.length + 1 }, (_, count) => (calm[count] ?? 0) * (1 - share) + (calm[count - 1] ?? 0) * share);
    while (least <= n && !exceedsShare(least, n, share, confidence)) least += 1;
    said += next.slice(least).reduce((sum, p) => sum + p, 0);
    calm = next.slice(0, least);
  }
  return said;
}

describe("a test that is asked at every package", () => {
  it("says that a share is exceeded with the probability that it names at most, exactly, and not with a tenth of it", () => {
    for (const [share, confidence] of [
      [0.025, 0.99],
      [0.025, 0.95],
      [0.1, 0.99],
    ] as const) {
      const said = everSaid(share, confidence, 3_000);
      assert.ok(said <= 1 - confidence && said > (1 - confidence) / 10, `${said} of ${1 - confidence}`);
    }
  });

  it("says nothing of a share that is kept, and cannot be argued with by more of them than any share", () => {
    assert.equal(exceedsShare(25, 1_000, 0.025, 0.9), false);
    assert.equal(exceedsShare(100_000, 100_000, 0.025, 0.999999), true);
  });

  it("says that a mean is low in as many hours of a process on nominal as it names at most", () => {
    const random = seeded(76);
    const [hours, packages, least, confidence] = [400, 2_000, 50, 0.95];
    const boundaries = Array.from({ length: packages + 1 }, (_, n) => (n < least ? Infinity : meanBoundary(n, confidence, least, n)));
    let said = 0;
    for (let hour = 0; hour < hours; hour += 1) {
      let [sum, squares, low] = [0, 0, false];
      for (let n = 1; n <= packages && !low; n += 1) {
        const x = noise(random);
        sum += x;
        squares += x * x;
        low = n >= least && -sum / Math.sqrt((n * (squares - (sum * sum) / n)) / (n - 1)) > (boundaries[n] ?? Infinity);
      }
      said += low ? 1 : 0;
    }
    // A t limit asked at every package says it in a third of them.
    assert.ok(said > 0 && said <= hours * (1 - confidence), `${said} of ${hours}`);
  });

  it("asks a mean of 50 packages for 0.65 s, and one of 7200 for 0.051 s, at 99.9 %", () => {
    const asked = [50, 7200].map((n) => meanBoundary(n, 0.999, 50, n) / Math.sqrt(n));
    assert.deepEqual(
      asked.map((one) => one.toPrecision(3)),
      ["0.653", "0.0512"],
    );
  });
});
