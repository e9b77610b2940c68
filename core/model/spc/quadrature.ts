/** Integrals by Gauss and Legendre, and integral equations made of them. */

/** Sixteen points on [−1, 1], positive half. */
const NODES = [
  0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438, 0.755404408355003, 0.8656312023878318,
  0.9445750230732326, 0.9894009349916499,
];
const WEIGHTS = [
  0.1894506104550685, 0.1826034150449236, 0.16915651939500254, 0.14959598881657674, 0.12462897125553388, 0.09515851168249279,
  0.062253523938647894, 0.027152459411754096,
];

interface Quadrature {
  readonly x: readonly number[];
  readonly weight: readonly number[];
}

/** Sixteen points in each of so many panels. */
export function quadrature(from: number, to: number, panels: number): Quadrature {
  const half = (to - from) / (2 * panels);
  const x: number[] = [];
  const weight: number[] = [];
  for (let panel = 0; panel < panels; panel += 1) {
    const middle = from + (2 * panel + 1) * half;
    for (const [i, node] of NODES.entries()) {
      x.push(middle - half * node, middle + half * node);
      weight.push(half * (WEIGHTS[i] as number), half * (WEIGHTS[i] as number));
    }
  }
  return { x, weight };
}

export function integrate(f: (x: number) => number, from: number, to: number, panels: number): number {
  const { x, weight } = quadrature(from, to, panels);
  return x.reduce((sum, at, i) => sum + (weight[i] as number) * f(at), 0);
}

/** x of A x = b, by elimination with pivots; changes both. */
export function solveLinear(a: number[][], b: number[]): number[] {
  const n = b.length;
  for (let column = 0; column < n; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < n; row += 1) if (Math.abs(at(a, row, column)) > Math.abs(at(a, pivot, column))) pivot = row;
    [a[column], a[pivot]] = [a[pivot] as number[], a[column] as number[]];
    [b[column], b[pivot]] = [b[pivot] as number, b[column] as number];
    const top = a[column] as number[];
    for (let row = column + 1; row < n; row += 1) {
      const factor = at(a, row, column) / (top[column] as number);
      const below = a[row] as number[];
      for (let i = column; i < n; i += 1) below[i] = (below[i] as number) - factor * (top[i] as number);
      b[row] = (b[row] as number) - factor * (b[column] as number);
    }
  }
  for (let row = n - 1; row >= 0; row -= 1) {
    let rest = b[row] as number;
    for (let i = row + 1; i < n; i += 1) rest -= at(a, row, i) * (b[i] as number);
    b[row] = rest / at(a, row, row);
  }
  return b;
}

function at(a: readonly (readonly number[])[], row: number, column: number): number {
  return (a[row] as readonly number[])[column] as number;
}
