/** Orders and counts that somebody states between two batches of samples. */
import * as fc from "fast-check";
import type { StatedProduction } from "../../core/operate/oee/index.ts";

const MINUTE = 60_000;

/** What is stated of a piece of time, in place of what was, after so many batches. */
export interface StatedThen {
  readonly after: number;
  readonly station: number;
  readonly from: number;
  readonly to: number;
  readonly production: StatedProduction;
}

/** `t0`: beginning of the stream. */
export const statedFrom = (t0: number): fc.Arbitrary<StatedThen[]> =>
  fc.array(
    fc
      .record({
        after: fc.nat(12),
        station: fc.nat(3),
        begin: fc.nat(25 * MINUTE),
        length: fc.integer({ min: 1, max: 8 * MINUTE }),
        what: fc.constantFrom("order", "product", "changeover", "ended", "count", "nothing"),
        scrap: fc.nat(9),
      })
      .map(({ after, station, begin, length, what, scrap }) => {
        const [from, to] = [t0 + begin, t0 + begin + length];
        const by = { source: "manual", author: "ada", recorded: from } as const;
        const none = { start: from, end: to, order: null, product: null, ended: null, changeover: what === "changeover", by };
        const order = {
          order: [{ ...none, order: "4711", product: "lemon" }],
          product: [{ ...none, product: "small" }],
          changeover: [{ ...none, product: "large" }],
          ended: [{ ...none, ended: "A" }],
          count: [],
          nothing: [],
        }[what];
        const counts = what === "count" ? [{ id: `count-${begin}`, from, to: to - 1, good: 2, scrap, rework: 0, by }] : [];
        return { after, station, from, to, production: { orders: order, counts: length > 1 ? counts : [] } };
      }),
    { minLength: 1, maxLength: 6 },
  );
