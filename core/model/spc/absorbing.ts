/** Markov chains that end: how many steps they take. */

/**
 * Expected steps from each state until the chain ends, by elimination without subtractions (Grassmann, Taksar and Heyman 1985): right to
 * rounding however long it takes. `moves`: row i holds the chances to go from state i to each other one; `ends`: the chance that the
 * step is the last. Only their ratios matter, and both are changed. Infinite where a state never ends.
 */
export function stepsToEnd(moves: readonly Float64Array[], ends: Float64Array): Float64Array {
  const n = moves.length;
  const steps = new Float64Array(n).fill(1);
  const leaves = new Float64Array(n);
  const targets = new Int32Array(n);
  for (let k = n - 1; k >= 0; k -= 1) {
    const row = moves[k] as Float64Array;
    let count = 0;
    let leaving = ends[k] as number;
    for (let j = 0; j < k; j += 1) {
      if (row[j] === 0) continue;
      leaving += row[j] as number;
      targets[count] = j;
      count += 1;
    }
    leaves[k] = leaving;
    for (let i = 0; i < k; i += 1) {
      const other = moves[i] as Float64Array;
      if (other[k] === 0) continue;
      const share = (other[k] as number) / leaving;
      for (let t = 0; t < count; t += 1) {
        const j = targets[t] as number;
        other[j] = (other[j] as number) + share * (row[j] as number);
      }
      ends[i] = (ends[i] as number) + share * (ends[k] as number);
      steps[i] = (steps[i] as number) + share * (steps[k] as number);
    }
  }
  for (let k = 0; k < n; k += 1) {
    const row = moves[k] as Float64Array;
    let rest = steps[k] as number;
    for (let j = 0; j < k; j += 1) rest += (row[j] as number) * (steps[j] as number);
    steps[k] = rest / (leaves[k] as number);
  }
  return steps;
}
