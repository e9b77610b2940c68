/** Sliding windows after a spike of 1e9; what they cost stands in the benchmark. */
import { mean, sd, SlidingWindow } from "../../../core/model/spc/index.ts";
import { noise, seeded } from "../../support/spc-charts.ts";
import { correctDigits } from "../../support/spc-reference.ts";
import type { Proof } from "../proof.ts";

export const windows: Proof = {
  title: "sliding windows after a spike",
  run: async () => [10, 100, 1_000].map(afterSpike),
};

function afterSpike(size: number) {
  const random = seeded(size);
  const spike = Math.floor(1.5 * size);
  const values = Array.from({ length: 4 * size }, (_, i) => (i === spike ? 1e9 : 10 + 0.003 * noise(random)));
  const window = new SlidingWindow(size);
  let [sum, squares, least] = [0, 0, 16];
  for (const [i, value] of values.entries()) {
    window.push(value);
    const leaving = i >= size ? (values[i - size] ?? 0) : 0;
    sum += value - leaving;
    squares += value * value - leaving * leaving;
    if (i < spike + size) continue;
    const last = values.slice(i + 1 - size, i + 1);
    least = Math.min(least, correctDigits(window.sd, sd(last)), correctDigits(window.mean, mean(last)));
  }
  const running = Math.sqrt(Math.abs(squares - (sum * sum) / size) / (size - 1));
  return {
    claim: `mean and standard deviation of the last ${size} values are exact again once 1e9 has left`,
    figure: `${least.toFixed(1)} correct digits at the worst place, sd ${window.sd.toPrecision(4)}; running sums say ${running.toPrecision(4)}`,
    bound: "≥ 9 digits everywhere, where running sums have none",
    pass: least >= 9 && correctDigits(running, window.sd) < 1,
  };
}
