import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import {
  beta,
  binomial,
  chiSquare,
  type Distribution,
  erf,
  erfc,
  fisherF,
  gamma,
  incompleteGamma,
  logGamma,
  logNormalCdf,
  lognormal,
  noncentralityOf,
  noncentralT,
  normal,
  normalCdf,
  normalQuantile,
  normalRangeCdf,
  poisson,
  studentizedRange,
  studentT,
  weibull,
} from "../../../core/model/distribution/index.ts";

type Row = readonly [name: keyof typeof MAKERS, parameters: readonly number[], p: number, x: number];
interface Reference {
  readonly quantiles: readonly Row[];
  readonly noncentralT: readonly (readonly [t: number, degrees: number, noncentrality: number, p: number])[];
  /** Degrees null: the standard deviation is known. */
  readonly studentizedRange: readonly (readonly [size: number, degrees: number | null, q: number, p: number])[];
}

const LOG_CDF = [
  [-29.5, -439.42947460915025],
  [-30.5, -469.4627373229121],
  [-40, -804.6084420137538],
  [-1000, -500007.82669481216],
] as const;
const MAKERS = { beta, binomial, chiSquare, fisherF, gamma, lognormal, normal, poisson, studentT, weibull } as const;
const REFERENCE = JSON.parse(readFileSync(new URL("distribution-reference.json", import.meta.url), "utf8")) as Reference;

function made(name: keyof typeof MAKERS, parameters: readonly number[]): Distribution {
  const make: (...all: readonly number[]) => Distribution = MAKERS[name];
  return make(...parameters);
}

function close(actual: number, expected: number, relative: number, message = ""): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= relative * Math.abs(expected), `${message} ${actual} instead of ${expected}`);
}

describe("distributions", () => {
  describe("against 40 digits", () => {
    it("give quantiles to 1e-12", () => {
      for (const [name, parameters, p, x] of REFERENCE.quantiles)
        close(made(name, parameters).quantile(p), x, 1e-12, `${name}(${String(parameters)}) ${p}:`);
    });

    it("give probabilities to 1e-12, of the smallest too", () => {
      for (const [name, parameters, p, x] of REFERENCE.quantiles) {
        if (name === "binomial" || name === "poisson") continue;
        close(made(name, parameters).cdf(x), p, 1e-12, `${name}(${String(parameters)}) at ${x}:`);
        // Rounding x itself moves the tail beyond an x that is nearly 1.
        if (p > 0.5)
          close(
            made(name, parameters).survival(x),
            1 - p,
            x < 1 && name === "beta" ? 1e-10 : 1e-11,
            `${name}(${String(parameters)}) beyond ${x}:`,
          );
      }
    });

    it("keep their digits where degrees of freedom are many", () => {
      close(studentT(1e6).survival(1.9599), 0.02500387846869165, 1e-13);
      close(studentT(1e8).survival(3.5), 2.3262918021218899e-4, 1e-13);
      close(chiSquare(32195.12588198685).cdf(24616.625265652176), 2.6179476205106747e-233, 1e-12);
    });

    it("give the noncentral t to 1e-13, the smallest probabilities too, where others underflow too", () => {
      for (const [t, degrees, noncentrality, p] of REFERENCE.noncentralT)
        close(noncentralT(degrees, noncentrality).cdf(t), p, 1e-13, `t ${t}:`);
    });

    it("give the studentized range to 1e-13 of probability", () => {
      for (const [size, degrees, q, p] of REFERENCE.studentizedRange) {
        const actual = studentizedRange(size, degrees ?? Infinity).cdf(q);
        assert.ok(Math.abs(actual - p) < 1e-13, `range ${size}, ${degrees} at ${q}: ${actual} instead of ${p}`);
      }
    });

    it("know the error function and log Γ", () => {
      close(erf(1e-9), 1.1283791670955127e-9, 1e-15);
      close(erf(0.5), 0.5204998778130465, 1e-15);
      close(erfc(0.5), 0.4795001221869535, 1e-15);
      close(erfc(5), 1.5374597944280349e-12, 1e-14);
      for (const [x, value] of [
        [12.37, 1.5968067504373687e-68],
        [20.3, 2.985318180601636e-181],
        [25.71, 1.8644981180068564e-289],
      ] as const) {
        // The square of x has to be right to 1e-14 of one, not of itself.
        close(erfc(x), value, 1e-14);
      }
      assert.equal(erfc(-40), 2);
      close(logGamma(0.5), Math.log(Math.PI) / 2, 1e-14);
      close(logGamma(171), 706.5730622457874, 1e-14);
      close(Math.exp(logGamma(1e-8)), 1e8, 1e-7);
    });

    it("put three sigma where it is, which the probit of others misses in the third digit", () => {
      close(normalQuantile(0.99865), 2.9999769927034, 1e-13);
      close(normalQuantile(1e-300), -37.0471, 1e-5);
      close(normalCdf(-37), 5.725571e-300, 1e-6);
      for (const [z, log] of LOG_CDF) close(logNormalCdf(z), log, 1e-14);
    });
  });

  describe("of any parameters", () => {
    const shape = fc.double({ min: -2, max: 4, noNaN: true }).map((power) => 10 ** power);
    const probability = fc.double({ min: -12, max: Math.log10(0.5), noNaN: true }).map((power) => 10 ** power);
    const any: fc.Arbitrary<readonly [string, Distribution]> = fc.oneof(
      fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), shape).map(([m, s]) => [`normal ${m} ${s}`, normal(m, s)] as const),
      shape.map((s) => [`lognormal ${s}`, lognormal(0.3, Math.min(s, 5))] as const),
      fc.tuple(shape, shape).map(([a, s]) => [`weibull ${a} ${s}`, weibull(Math.max(a, 0.1), s)] as const),
      fc.tuple(shape, shape).map(([a, s]) => [`gamma ${a} ${s}`, gamma(Math.max(a, 0.1), s)] as const),
      fc.tuple(shape, shape).map(([a, b]) => [`beta ${a} ${b}`, beta(Math.max(a, 0.1), Math.max(b, 0.1))] as const),
      fc.tuple(shape, shape).map(([a, b]) => [`F ${a} ${b}`, fisherF(Math.max(a, 0.2), Math.max(b, 0.2))] as const),
      shape.map((d) => [`t ${d}`, studentT(Math.max(d, 0.2))] as const),
    );

    it("take a quantile back to its probability, in both tails", () => {
      fc.assert(
        fc.property(any, probability, ([name, one], p) => {
          const lower = one.quantile(p);
          if (Number.isFinite(lower) && Math.abs(lower) > 1e-290) close(one.cdf(lower), p, 1e-9, `${name} cdf of ${lower}`);
          const upper = one.upperQuantile(p);
          // A beta variable that rounds to 1 has lost its tail.
          if (Number.isFinite(upper) && upper !== 1 && !name.startsWith("beta"))
            close(one.survival(upper), p, 1e-9, `${name} survival of ${upper}`);
        }),
      );
    });

    it("leave what they do not give to the other tail, and never fall", () => {
      fc.assert(
        fc.property(any, probability, fc.double({ min: 0, max: 1, noNaN: true }), ([name, one], p, step) => {
          const x = one.quantile(p);
          const beyond = x + step * Math.abs(x);
          assert.ok(Math.abs(one.cdf(beyond) + one.survival(beyond) - 1) < 1e-12, name);
          assert.ok(one.cdf(beyond) >= one.cdf(x) * (1 - 1e-12), name);
          assert.ok(one.density(x) >= 0, name);
        }),
      );
    });

    it("have the density that is the slope of their probability", () => {
      fc.assert(
        fc.property(any, fc.double({ min: 0.05, max: 0.95, noNaN: true }), ([name, one], p) => {
          const x = one.quantile(p);
          const h = 1e-5 / one.density(x);
          // Between the last doubles before 1 there is no slope to see.
          if (name.startsWith("beta") && x > 0.99) return;
          close((one.cdf(x + h) - one.cdf(x - h)) / (2 * h), one.density(x), 1e-4, name);
        }),
      );
    });

    it("are symmetric where they ought to be", () => {
      fc.assert(
        fc.property(shape, probability, fc.double({ min: -30, max: 30, noNaN: true }), (degrees, p, delta) => {
          const t = studentT(degrees);
          assert.equal(t.quantile(p) + t.upperQuantile(p), 0);
          const [here, there] = [noncentralT(1 + degrees, delta), noncentralT(1 + degrees, -delta)];
          close(here.cdf(2 * delta + 1), there.survival(-2 * delta - 1), 1e-12);
          assert.equal(normalQuantile(0.5), 0);
        }),
        { numRuns: 30 },
      );
    });
  });

  describe("of counts", () => {
    it("add their masses up to their probabilities", () => {
      for (const one of [binomial(12, 0.3), binomial(3, 1), binomial(5, 0), poisson(4.2), poisson(0)]) {
        let sum = 0;
        for (let k = 0; k <= 12; k++) {
          sum += one.density(k);
          assert.ok(Math.abs(one.cdf(k) - sum) < 1e-13, `${k}: ${one.cdf(k)} instead of ${sum}`);
          assert.ok(Math.abs(one.survival(k) - (1 - sum)) < 1e-13);
        }
        assert.equal(one.density(1.5), 0);
        assert.equal(one.cdf(2.7), one.cdf(2));
      }
    });

    it("have the smallest count that is probable enough as their quantile", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (n, p) => {
          for (const one of [binomial(n, p), poisson(n * p)]) {
            const k = one.quantile(p);
            assert.ok(one.cdf(k) >= p * (1 - 1e-13) && (k === 0 || one.cdf(k - 1) < p), `${n} ${p}: ${k}`);
            assert.equal(one.quantile(one.cdf(k)), k);
          }
        }),
        { numRuns: 50 },
      );
    });
  });

  it("are one another's special cases", () => {
    close(chiSquare(1).quantile(0.9973), 9, 1e-4);
    close(fisherF(3, 1e7).quantile(0.95) * 3, chiSquare(3).quantile(0.95), 1e-6);
    close(studentT(7).quantile(0.975) ** 2, fisherF(1, 7).quantile(0.95), 1e-12);
    close(gamma(1, 3).cdf(2), weibull(1, 3).cdf(2), 1e-14);
    close(noncentralT(9, 0).cdf(1.3), studentT(9).cdf(1.3), 1e-13);
    close(noncentralT(9, 2).quantile(noncentralT(9, 2).cdf(3)), 3, 1e-12);
    close(studentizedRange(2, 9).cdf(2), 2 * studentT(9).cdf(Math.SQRT2) - 1, 1e-13);
    close(normalRangeCdf(2, 1), 2 * normalCdf(Math.SQRT1_2) - 1, 1e-14);
    close(studentizedRange(3, 20).quantile(0.95), 3.577934725220134, 1e-12);
  });

  it("find the noncentrality that makes a value a quantile", () => {
    const delta = noncentralityOf(79, 28.3, 0.025);
    close(noncentralT(79, delta).cdf(28.3), 0.025, 1e-12);
    close(noncentralityOf(999, 0, 0.5) + 1, 1, 1e-12);
  });

  describe("of hostile input", () => {
    const all: readonly (readonly [string, (...parameters: readonly number[]) => Distribution])[] = [
      ["beta", (a = 1, b = 1) => beta(a, b)],
      ["binomial", (n = 1, p = 1) => binomial(n, p)],
      ["chiSquare", (d = 1) => chiSquare(d)],
      ["fisherF", (a = 1, b = 1) => fisherF(a, b)],
      ["gamma", (a = 1, b = 1) => gamma(a, b)],
      ["lognormal", (a = 1, b = 1) => lognormal(a, b)],
      ["noncentralT", (a = 1, b = 1) => noncentralT(a, b)],
      ["normal", (a = 1, b = 1) => normal(a, b)],
      ["poisson", (m = 1) => poisson(m)],
      ["studentizedRange", (n = 1, d = 1) => studentizedRange(n, d)],
      ["studentT", (d = 1) => studentT(d)],
      ["weibull", (a = 1, b = 1) => weibull(a, b)],
    ];

    it("answer NaN to parameters that make no distribution", () => {
      for (const [name, make] of all) {
        for (const parameters of [
          [Number.NaN, 1],
          [-1, 0.5],
          [-Infinity, 1],
        ]) {
          const one = make(...parameters);
          if (name === "normal" || name === "lognormal") continue;
          for (const answer of [one.cdf(1), one.survival(1), one.density(1), one.quantile(0.5), one.upperQuantile(0.5)]) {
            assert.ok(Number.isNaN(answer), `${name}(${String(parameters)}): ${answer}`);
          }
        }
      }
      assert.ok(
        Number.isNaN(normal(0, 0).cdf(1)) && Number.isNaN(normal(Number.NaN, 1).cdf(1)) && Number.isNaN(lognormal(0, -1).quantile(0.5)),
      );
      assert.ok(Number.isNaN(incompleteGamma(0, 1).lower) && Number.isNaN(logGamma(-1)) && Number.isNaN(noncentralityOf(9, 1, 2)));
    });

    it("answer NaN to NaN and to what is no probability, and the ends of the support to 0 and 1", () => {
      for (const [name, make] of all) {
        const one = make(3, 0.5);
        for (const p of [Number.NaN, -0.1, 1.1, Infinity, -Infinity]) {
          assert.ok(Number.isNaN(one.quantile(p)) && Number.isNaN(one.upperQuantile(p)), `${name} quantile of ${p}`);
        }
        for (const answer of [one.cdf(Number.NaN), one.survival(Number.NaN), one.density(Number.NaN)])
          assert.ok(Number.isNaN(answer), name);
        assert.equal(one.cdf(-Infinity), 0, name);
        assert.equal(one.cdf(Infinity), 1, name);
        assert.equal(one.survival(Infinity), 0, name);
        assert.equal(one.cdf(one.quantile(1)), 1, name);
        assert.ok(one.cdf(one.quantile(0)) < 0.6, name);
      }
    });

    it("come back at once from parameters of any magnitude", () => {
      for (const size of [1e-300, 1e8, 1e300]) {
        for (const make of [
          chiSquare,
          studentT,
          poisson,
          (d: number) => beta(d, 2),
          (d: number) => fisherF(d, d),
          (d: number) => noncentralT(d, 1),
        ]) {
          const one = make(size);
          for (const x of [0, 1e-300, 1, size, 1e300]) assert.equal(typeof one.cdf(x), "number");
          assert.equal(typeof one.quantile(0.3), "number");
        }
        assert.equal(typeof noncentralT(9, size).cdf(size), "number");
      }
    }).timeout(5000);
  });
});
