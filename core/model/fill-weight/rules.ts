/** What the average-weight system asks of prepackages: tolerable negative errors by nominal content, and shares that are let pass. */

/** The tolerable negative error by nominal content in g or ml: up to `to`, a share of the content or a fixed amount. */
export interface ErrorBand {
  readonly to: number;
  readonly share?: number;
  readonly amount?: number;
}

/** Every figure can be changed: these are the European ones as commonly quoted (76/211/EEC). */
export interface FillWeightRules {
  readonly bands: readonly ErrorBand[];
  /** Of packages below nominal − TNE, the share that is let pass. */
  readonly belowT1Share: number;
  /** Below nominal − 2·TNE. */
  readonly belowT2Share: number;
}

export const EUROPEAN_FILL_WEIGHT: FillWeightRules = {
  bands: [
    { to: 50, share: 0.09 },
    { to: 100, amount: 4.5 },
    { to: 200, share: 0.045 },
    { to: 300, amount: 9 },
    { to: 500, share: 0.03 },
    { to: 1000, amount: 15 },
    { to: 10_000, share: 0.015 },
    { to: 15_000, amount: 150 },
    { to: 50_000, share: 0.01 },
  ],
  belowT1Share: 0.025,
  belowT2Share: 0,
};

export const CHECK_YOUR_REGULATION = "Limits are editable defaults. Check your regulation before you rely on them.";

/** In g or ml. A package below T1 is inadequate, one below T2 may not be marketed. */
export interface FillLimits {
  readonly nominal: number;
  readonly tolerableNegativeError: number;
  /** Nominal − TNE. */
  readonly t1: number;
  /** Nominal − 2·TNE. */
  readonly t2: number;
}

/** Undefined where these are no limits of a content: TNE must lie above 0 and below the nominal content. */
export function fillLimits(nominal: number, tolerableNegativeError: number): FillLimits | undefined {
  const error = tolerableNegativeError;
  if (!(nominal > 0 && Number.isFinite(nominal) && error > 0 && error < nominal)) return undefined;
  return { nominal, tolerableNegativeError: error, t1: weighed(nominal - error), t2: weighed(nominal - 2 * error) };
}

/** Of the table; undefined where no band reaches so far. Shares are rounded up to the next tenth of a gram or millilitre. */
export function tolerableNegativeErrorOf(nominal: number, { bands }: Pick<FillWeightRules, "bands">): number | undefined {
  const band = bands.find(({ to }) => nominal <= to);
  if (band === undefined) return undefined;
  // A hair less, or the rounding of 0.03 · 500 would cost a tenth.
  return band.amount ?? (band.share === undefined ? undefined : Math.ceil(band.share * nominal * 10 - 1e-9) / 10);
}

/** What is wrong with a table of bands, in one sentence; undefined when it can be used. */
export function bandsFault(bands: readonly ErrorBand[]): string | undefined {
  for (const [i, { to, share, amount }] of bands.entries()) {
    const row = `Row ${i + 1} of the tolerable negative errors`;
    const before = bands[i - 1]?.to ?? 0;
    if (!(Number.isFinite(to) && to > before)) return `${row} must reach further than ${before} g or ml; sort the rows by content.`;
    if ((share === undefined) === (amount === undefined)) return `${row} needs either a share or an amount.`;
    if (share !== undefined && !(share > 0 && share < 0.5)) return `${row} must be a share above 0 % and below 50 %.`;
    if (amount !== undefined && !(amount > 0 && amount < to / 2)) return `${row} must be an amount above 0 and below half the content.`;
  }
  return undefined;
}

/** To the microgram: the difference of a gross weight and a tare is no whole number of steps of a scale, though both are. */
export function weighed(content: number): number {
  return Math.round(content * 1e6) / 1e6;
}
