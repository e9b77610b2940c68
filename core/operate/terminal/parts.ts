/** The parts of stops as a terminal shows them: which wait for a reason, and what was said before what holds now. */
import type { LossClass } from "../../connect/model/index.ts";
import { type Effective, type Extent, fit, inForce, type Stop, type StopPart, type StopStatement } from "../downtime/index.ts";

/** What holds where a statement is taken back. */
export interface Before {
  /** Null where neither a person nor the machine had named it. */
  readonly reason: string | null;
  readonly bucket: LossClass;
  readonly by: StopPart["by"];
  readonly author: string | null;
}

export interface ShownPart extends StopPart {
  /** Start and end of the stop that it is part of, as the machine says. */
  readonly stop: number;
  readonly stop_end: number | null;
  readonly state: string;
  readonly text: string | null;
  readonly micro: boolean;
  readonly occurrence: number;
  /** Null where nobody has said anything that could be taken back. */
  readonly before: Before | null;
}

export interface Asking {
  /** Whether [from, to) has planned time, and lies in no closed period. */
  readonly wanted: (from: number, to: number) => boolean;
  /** A shorter part waits for no reason, ms. */
  readonly shortestMs: number;
  /** Whether waiting for other machines (blocked, starved) is asked for too: its cause is elsewhere. */
  readonly external: boolean;
}

export interface ShownParts {
  /** Parts of stops without a reason, the latest first. */
  readonly queue: readonly ShownPart[];
  /** The other parts, the latest first. */
  readonly done: readonly ShownPart[];
}

const MOST_SHOWN = 100;

/** Whatever waits for no reason can be given one. `statements`: all that was said of the stops. */
export function shownParts({ stops }: Effective, statements: readonly StopStatement[], asking: Asking, now: number): ShownParts {
  const all = stops
    .flatMap(({ stop, occurrence, parts }) =>
      parts.map((part) => ({
        ...part,
        stop: stop.start,
        stop_end: stop.end,
        state: stop.state,
        text: stop.text,
        micro: stop.micro,
        occurrence,
      })),
    )
    .toReversed();
  const waits = (part: Omit<ShownPart, "before">): boolean => {
    const end = part.end ?? now;
    if (part.reason !== null || part.micro || end - part.start < asking.shortestMs) return false;
    return (asking.external || part.bucket !== "external") && asking.wanted(part.start, end);
  };
  const machine = stops.map(({ stop }) => stop);
  const named = inForce(statements).flatMap(({ data, author, ...rest }): Named[] =>
    data.action === "assign" || data.action === "override"
      ? [{ data, author, extent: fit({ data, author, ...rest }, machine).extent }]
      : [],
  );
  const before = (part: Omit<ShownPart, "before">): ShownPart => ({ ...part, before: beforeOf(part, machine, named) });
  return {
    queue: all
      .filter(waits)
      .slice(0, MOST_SHOWN)
      .map((part) => ({ ...part, before: null })),
    done: all
      .filter((part) => !waits(part))
      .slice(0, MOST_SHOWN)
      .map(before),
  };
}

interface Named extends Pick<StopStatement, "author"> {
  readonly data: Extract<StopStatement["data"], { readonly action: "assign" | "override" }>;
  readonly extent: Extent;
}

/** `named`: what holds, in order of recording. */
function beforeOf(
  { statement, start }: Pick<StopPart, "statement" | "start">,
  stops: readonly Stop[],
  named: readonly Named[],
): Before | null {
  if (statement === null) return null;
  const covering = named.filter(({ data, extent }) => data.id !== statement && extent.from <= start && start < extent.to);
  const last = covering.findLast(({ data }) => data.action === "override") ?? covering.at(-1);
  if (last !== undefined) return { reason: last.data.reason, bucket: last.data.bucket, by: "operator", author: last.author };
  const stop = stops.find((one) => one.start <= start && start < (one.end ?? Number.POSITIVE_INFINITY));
  if (stop === undefined) return null;
  return { reason: stop.reason, bucket: stop.bucket, by: stop.reason === null ? "machine" : "automatic", author: null };
}
