/**
 * OEE as an engineer would write it in a function node: state and counts of one machine in order of time, one row per
 * minute with times per use, units and ideal times, resets and roll-overs, products, and the figures of the shift so
 * far. It knows no late samples, no corrections, no restart, no silence and no calendar with breaks.
 */
export interface PlainSample {
  readonly tag: string;
  readonly value: number | string | boolean | null;
  readonly quality: string;
  readonly timestamp: number;
}

export interface PlainState {
  readonly roles: Readonly<Record<string, string>>;
  readonly cycles: Readonly<Record<string, number>>;
  at: number | null;
  use: string;
  product: string;
  counts: Record<string, number>;
  minute: Record<string, number>;
  shift: Record<string, number>;
}

export function plainStart(roles: PlainState["roles"], cycles: PlainState["cycles"]): PlainState {
  return { roles, cycles, at: null, use: "unknown", product: "~", counts: {}, minute: {}, shift: {} };
}

function plainRatios(sums: Record<string, number>): Record<string, number | null> {
  const run = sums["run"] ?? 0;
  const planned = run + (sums["external"] ?? 0) + (sums["hold"] ?? 0) + (sums["failure"] ?? 0) + (sums["stop"] ?? 0);
  const [total, good] = [sums["idealTotal"] ?? 0, sums["idealGood"] ?? 0];
  return {
    availability: planned > 0 ? run / planned : null,
    performance: run > 0 ? total / run : null,
    quality: total > 0 ? good / total : null,
    oee: planned > 0 ? good / planned : null,
  };
}

export function plainOee(state: PlainState, samples: readonly PlainSample[]): { rows: object[]; refused: number } {
  const uses: Record<number, string> = { 6: "run", 5: "external", 11: "hold", 9: "failure", 1: "failure", 2: "stop", 4: "stop" };
  const shiftMs = 28_800_000;
  const rows: object[] = [];
  let refused = 0;

  function advance(to: number): void {
    if (state.at === null) state.at = to - (to % 60_000);
    while (state.at < to) {
      const edge = state.at - (state.at % 60_000) + 60_000;
      const until = Math.min(edge, to);
      state.minute[state.use] = (state.minute[state.use] ?? 0) + until - state.at;
      state.at = until;
      if (until !== edge) continue;
      for (const key of Object.keys(state.minute)) state.shift[key] = (state.shift[key] ?? 0) + (state.minute[key] ?? 0);
      rows.push({ start: edge - 60_000, end: edge, product: state.product, ...state.minute, shift: plainRatios(state.shift) });
      state.minute = {};
      if (edge % shiftMs === 0) state.shift = {};
    }
  }

  for (const sample of samples) {
    const role = state.roles[sample.tag];
    if (role === undefined) continue;
    if (!Number.isSafeInteger(sample.timestamp) || (state.at !== null && sample.timestamp < state.at)) {
      refused += 1;
      continue;
    }
    advance(sample.timestamp);
    if (role === "state") state.use = sample.quality === "Bad" ? "unknown" : (uses[Number(sample.value)] ?? "unknown");
    else if (role === "product") state.product = String(sample.value);
    else if (role === "processed" || role === "defective") {
      const value = sample.value;
      if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
        refused += 1;
        continue;
      }
      const before = state.counts[role];
      state.counts[role] = value;
      if (before === undefined) continue;
      const step = value >= before ? value - before : before > 58_981 ? 65_536 - before + value : value;
      const ideal = step * (state.cycles[state.product] ?? 0);
      state.minute[role] = (state.minute[role] ?? 0) + step;
      if (role === "processed") state.minute["idealTotal"] = (state.minute["idealTotal"] ?? 0) + ideal;
      state.minute["idealGood"] = (state.minute["idealGood"] ?? 0) + (role === "processed" ? ideal : -ideal);
    }
  }
  return { rows, refused };
}

/** Both as text, for the function node of the bench. */
export const OEE_FUNCTION = `${String(plainRatios)}\n${String(plainOee)}`;
