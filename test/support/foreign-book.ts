/** The books of a foreign machine: every moment's state and units, for comparison with what a board says. */

export interface ForeignMoment {
  /** ms UTC at which it was published; it describes the time since the moment before. */
  readonly time: number;
  readonly state: number;
  readonly made: number;
  readonly scrap: number;
}

export interface ForeignSummary {
  readonly runMs: number;
  readonly ms: number;
  readonly made: number;
  readonly scrap: number;
}

export interface ForeignBook {
  note(moment: ForeignMoment): void;
  /** What happened in (from, to], ms UTC. */
  summary(from: number, to: number): ForeignSummary;
}

/** `running`: the number of the state in which it produces. */
export function bookOf(running: number): ForeignBook {
  const moments: ForeignMoment[] = [];
  return {
    note: (moment) => void moments.push(moment),
    summary(from, to) {
      let [runMs, made, scrap] = [0, 0, 0];
      for (const [index, moment] of moments.entries()) {
        const next = moments[index + 1]?.time ?? to;
        // The published state holds until the next is published, as a reader of the server must assume.
        if (moment.state === running) runMs += Math.max(0, Math.min(next, to) - Math.max(moment.time, from));
        if (moment.time <= from || moment.time > to) continue;
        made += moment.made;
        scrap += moment.scrap;
      }
      return { runMs, ms: to - from, made, scrap };
    },
  };
}
