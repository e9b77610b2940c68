/** How far a bound node looks back and ahead, ms, and how much it holds: the same for all, so that they state the same minutes. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Samples this far before the watermark are in the snapshot and read again after a restart; atoms as old are stated again. */
export const OVERLAP = 2 * HOUR;
/** How far back samples are kept in memory, in data time; at the very first start as much is read. */
export const HORIZON = 26 * HOUR;
/** History is stated no further back than this. */
export const OLDEST = 31 * 24 * HOUR;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
export const AHEAD = 5 * MINUTE;
export const SNAPSHOT_EVERY = 10_000;
/** A historian that is away is asked again after this. */
export const RETRY_AFTER = 5_000;
/** Corrections that wait for an absent historian; every snapshot holds them. */
export const WAITING = { corrections: 1_000, samples: 20_000 };
