/** The event `oee.line.v1`: one line atom as it travels to the ledger and from there to the measurement `oee`. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { atomEvent, OEE_ATOM_DATA } from "../oee/index.ts";
import type { OeeLine } from "./line.ts";
import type { LineAtom } from "./line-atoms.ts";
import type { LineStation } from "./stations.ts";

export const OEE_LINE = "oee.line.v1";

const ms = (description: string) => Type.Integer({ minimum: 0, description });
const ideal = (description: string) => Type.Number({ description });

/**
 * The fields of a machine's atom, by the bottleneck method: a line is an asset like any other to queries that sum and
 * divide. OEE by the weighted method = weighted_ideal_good_ms / weighted_planned_ms, again over sums.
 */
export const OEE_LINE_DATA = Type.Object(
  {
    ...OEE_ATOM_DATA.properties,
    line_down_ms: ms("The line stood still in planned time; the stations' lost_ms add up to it."),
    weighted_planned_ms: ms("Planned busy time of all stations."),
    weighted_run_ms: ms("Actual production time of all stations."),
    weighted_ideal_total_ms: ideal("Ideal cycle time · total, each station with its own, summed."),
    weighted_ideal_good_ms: ideal("Ideal cycle time · good, each station with its own, summed."),
    weighted_unrated: Type.Integer({ description: "Units of stations without an ideal cycle time; above 0 it is not estimable." }),
    stations: Type.Array(
      Type.Object(
        {
          station: Type.String({
            description: "Name in the line; `outside` for what lies before or after it, `unknown` for nobody known.",
          }),
          lost_ms: ms("How long the line stood still because of it."),
          blocked_ms: ms("How long it waited for the stations after it."),
          starved_ms: ms("How long it waited for the stations before it."),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export type OeeLineData = Static<typeof OEE_LINE_DATA>;
export type OeeLineEvent = TwinEvent<OeeLineData>;

/** As `atomEvent`: the evidence depends on nothing but the atom. */
export function lineEvent(atom: LineAtom, line: OeeLine, revision: number, latenessMs: number): OeeLineEvent {
  const { machine } = line.stations.get(line.lead) as LineStation;
  const { data, evidence, ...rest } = atomEvent(atom, { ...machine, asset: line.asset, unknown: line.unknown }, revision, latenessMs);
  const { pbt, apt, idealTotalUs, idealScrapUs, unrated } = atom.weighted;
  return {
    ...rest,
    kind: OEE_LINE,
    data: {
      ...data,
      line_down_ms: atom.downMs,
      weighted_planned_ms: pbt,
      weighted_run_ms: apt,
      weighted_ideal_total_ms: idealTotalUs / 1000,
      weighted_ideal_good_ms: (idealTotalUs - idealScrapUs) / 1000,
      weighted_unrated: unrated,
      stations: atom.shares.map(({ station, lostMs, blockedMs, starvedMs }) => ({
        station: stationName(line.asset, station),
        lost_ms: lostMs,
        blocked_ms: blockedMs,
        starved_ms: starvedMs,
      })),
    },
    evidence: {
      ...evidence,
      model: line.modelRevision,
      line: { constraint: atom.constraint.map((station) => stationName(line.asset, station)), detection: line.detection },
    },
  };
}

/** `filler01` of `acme.galway.bottling.line01.filler01`. */
export function stationName(line: string, station: string): string {
  return station.startsWith(`${line}.`) ? station.slice(line.length + 1) : station;
}
