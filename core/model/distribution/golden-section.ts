const GOLDEN = (Math.sqrt(5) - 1) / 2;
const MOST_STEPS = 60;

/** An interval narrower than `width` around the maximum of a function that has one in [low, high]. */
export function goldenSection(
  value: (x: number) => number,
  low: number,
  high: number,
  width: number,
): readonly [low: number, high: number] {
  let [a, b] = [low, high];
  let [left, right] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [atLeft, atRight] = [value(left), value(right)];
  for (let step = 0; step < MOST_STEPS && b - a > width; step++) {
    if (atLeft > atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - GOLDEN * (b - a);
      atLeft = value(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + GOLDEN * (b - a);
      atRight = value(right);
    }
  }
  return [a, b];
}
