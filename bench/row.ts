/** What every benchmark prints: one JSON row per comparison with a named peer of the same run. */
export interface BenchRow {
  readonly bench: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: string;
  readonly peerValue?: number;
  /** Other contenders of the same run, in the same unit, for comparison only. */
  readonly beside?: Readonly<Record<string, number>>;
  /** The ratio value / peerValue (or, without a peer, the value itself) that the design asks for. */
  readonly bound?: number;
}

export interface PrintedRow extends BenchRow {
  readonly ratio?: number;
  readonly pass?: boolean;
}

export function benchRow(row: BenchRow): PrintedRow {
  const ratio = row.peerValue === undefined ? undefined : row.value / row.peerValue;
  const measured = ratio ?? row.value;
  const printed: PrintedRow = {
    ...row,
    ...(ratio === undefined ? {} : { ratio: Math.round(ratio * 1000) / 1000 }),
    ...(row.bound === undefined ? {} : { pass: measured >= row.bound }),
  };
  process.stdout.write(`${JSON.stringify(printed)}\n`);
  return printed;
}
