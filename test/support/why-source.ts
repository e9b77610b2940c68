/** Explanations of the points that a test's viewer shows: the same atoms as the ledger would hold them. */
import type { WhySource } from "../../adapters/boards/index.ts";
import type { Point } from "../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { explain } from "../../core/operate/explanation/index.ts";
import { OEE_ATOM } from "../../core/operate/oee/index.ts";

const MINUTE = 60_000;

export function whyOf(points: () => readonly Point[]): WhySource {
  return {
    explain: async (window) => explain(points().filter(isAtom).map(entryOf), window),
    samples: async ({ asset, from, to }) =>
      points()
        .filter(({ measurement, tags, time }) => measurement === "telemetry" && tags["asset"] === asset && time >= from && time < to)
        .map(sampleOf),
  };
}

function isAtom({ measurement }: Point): boolean {
  return measurement === "oee";
}

function entryOf({ tags, time, fields, revision = 1 }: Point, at: number): LedgerEntry {
  const { rev: _rev, ...measures } = fields;
  return {
    id: at,
    kind: OEE_ATOM,
    asset: tags["asset"] ?? "",
    start: time,
    end: time + MINUTE,
    revision,
    data: {
      ...measures,
      product: tags["product"] ?? "~",
      shift: tags["shift"] ?? "~",
      production_day: new Date(time - 6 * 60 * MINUTE).toISOString().slice(0, 10),
      down_ms: Number(fields["stop_ms"]) + Number(fields["hold_ms"]) + Number(fields["failure_ms"]),
      unrated: 0,
      ideal_cycle_ms: 500,
    },
    evidence: { model: "m1", options: { micro_stop_ms: 0, silence_ms: 60_000, unknown: "exclude" }, watermark: time + 70_000 },
    author: "node:twin-oee",
    reason: "OEE",
    recorded: time + 70_000,
  };
}

function sampleOf({ tags, time, fields }: Point): Sample {
  const value = fields["v"] ?? fields["s"] ?? null;
  return { tag: `${tags["asset"]}.${tags["signal"]}`, value, timestamp: time, quality: "Good" };
}
