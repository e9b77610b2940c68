/** From the saved configuration to the rules and options of the core. */
import type { MapRule, TagMapOptions } from "../../../core/connect/tag-map/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import type declaration from "./twin-tag-map.node.ts";

type Config = ConfigOf<typeof declaration>;
type Row = Config["rows"][number];

/** `faulty` makes the sentence for a row whose scaling is incomplete. */
export function rulesOf(rows: readonly Row[], faulty: (row: number) => string): MapRule[] {
  return rows.map((row, index) => {
    const { protocol, match, address, tag, unit, exclude, rawLow, rawHigh, low, high, expectedEverySeconds } = row;
    const points = [rawLow, rawHigh, low, high].filter((point) => point !== undefined).length;
    if (points !== 0 && points !== 4) throw new Error(faulty(index + 1));
    return {
      address,
      ...(protocol === undefined ? {} : { protocol }),
      ...(match === undefined || match === "auto" ? {} : { match }),
      ...(tag === undefined ? {} : { tag }),
      ...(unit === undefined ? {} : { unit }),
      ...(exclude === true ? { exclude } : {}),
      ...(expectedEverySeconds === undefined ? {} : { expectedEveryMs: expectedEverySeconds * 1_000 }),
      ...(rawLow === undefined || rawHigh === undefined || low === undefined || high === undefined
        ? {}
        : { scale: { rawLow, rawHigh, low, high } }),
    };
  });
}

export function optionsOf(config: Config): Partial<TagMapOptions> {
  return {
    outOfRange: config.outOfRange,
    futureMs: config.futureSeconds * 1_000,
    ancientMs: config.ancientDays * 86_400_000,
    recent: config.recent,
    staleMarker: config.staleMarker,
    ...(config.zone === undefined ? {} : { clock: { zone: config.zone, repeatedHour: config.repeatedHour, local: config.localTimes } }),
    namespaces: config.namespaces === "" ? [] : config.namespaces.split("\n").map((uri) => uri.trim()),
  };
}
