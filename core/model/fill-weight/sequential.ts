/**
 * Tests that are asked after every package. A test of one sample, asked again and again, is wrong far more often than it says; these
 * weigh what was seen against chance by a martingale, which by Ville's inequality ever exceeds 1/α with probability α at most. So the
 * confidence is that of the whole interval, however often somebody looks.
 */
import { betaKernel, bracketedRoot, incompleteBeta, normalCdf, studentT } from "../distribution/index.ts";

/**
 * How far a mean of `n` values must lie on one side of what it is held against, in s/√n: Robbins's one-sided normal mixture (1970), at
 * its most sensitive about `tuned` values. With s estimated from `estimated` values it is the t value of equal probability.
 */
export function meanBoundary(n: number, confidence: number, tuned: number, estimated: number): number {
  const rho = tuned / 4;
  const width = Math.sqrt(n / (n + rho));
  const logEvidence = (z: number): number =>
    Math.log(2) + Math.log(rho / (n + rho)) / 2 + (z * width) ** 2 / 2 + Math.log(normalCdf(z * width));
  const asked = -Math.log(1 - confidence);
  const z = bracketedRoot((at) => logEvidence(at) - asked, 0, 100);
  return -studentT(estimated - 1).quantile(normalCdf(-z));
}

/**
 * Whether `count` of `n` are more than chance ever makes of a share: the likelihood ratios of all larger shares, mixed by a beta
 * distribution about it. `share` lies between 0 and 1, both excluded.
 */
export function exceedsShare(count: number, n: number, share: number, confidence: number): boolean {
  if (count <= share * n) return false;
  const rest = 1 - share;
  const [a, b] = [1, rest / share];
  const [hits, misses] = [a + count, b + n - count];
  const above = incompleteBeta(hits, misses, share, rest).upper / incompleteBeta(a, b, share, rest).upper;
  return (above * betaKernel(a, b, share, rest)) / betaKernel(hits, misses, share, rest) >= 1 / (1 - confidence);
}
