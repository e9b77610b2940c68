/** Gauss and Legendre's rule. */

export interface Quadrature {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
}

/** `count` nodes and weights on [from, to], exact for polynomials of degree 2·count − 1. */
export function gaussLegendre(count: number, from: number, to: number): Quadrature {
  const [nodes, weights]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    // The start is near enough for Newton to double its digits at each step.
    for (let step = 0; step < 6; step++) {
      const [value, before] = legendre(count, x);
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes.push(from + ((to - from) * (1 + x)) / 2);
    weights.push((to - from) / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}

/** Legendre's polynomials of degree `count` and one less at x. */
function legendre(count: number, x: number): readonly [number, number] {
  let [before, here] = [0, 1];
  for (let k = 1; k <= count; k++) [before, here] = [here, ((2 * k - 1) * x * here - (k - 1) * before) / k];
  return [here, before];
}
