/**
 * What really happened at the demo plant, told a second time: the simulator is deterministic, so the same seed and origin
 * give every published value, every state to the millisecond and every bottle, independently of the twin.
 */
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import { idealCycleSeconds, type PlantModel, tagsAt } from "../../core/connect/model/index.ts";
import { WorkCalendar } from "../../core/operate/calendar/index.ts";
import { assetOf, BottlingLine, NAMESPACE_URI, readSite, STATIONS, type TruthInterval } from "../../plant/simulator/index.ts";
import { SITE_DIR } from "./demo-site.ts";

export const ASSETS = STATIONS.map(assetOf);
export const FILLER = "acme.galway.bottling.line01.filler01";

/** A count is published every 2 s; at up to 2.3 units a second, so many may lie between an edge of a window and its count. */
export const EDGE_UNITS = 5;

const EXECUTE = 6;
const PRODUCTION = 1;

export interface Published {
  readonly tag: string;
  /** Null where the sensor itself says Bad: the twin keeps no value that the source does not stand for. */
  readonly value: unknown;
  readonly timestamp: number;
}

/** Planned and producing time in milliseconds, units, and ideal time of the good units, of one machine. */
export interface TrueFigures {
  readonly plannedMs: number;
  readonly producingMs: number;
  readonly processed: number;
  readonly defective: number;
  readonly idealGoodMs: number;
  readonly idealTotalMs: number;
  readonly oee: number;
}

export class GroundTruth {
  readonly model: PlantModel;
  readonly #line: BottlingLine;
  readonly published: readonly Published[];

  private constructor(model: PlantModel, line: BottlingLine, published: readonly Published[]) {
    this.model = model;
    this.#line = line;
    this.published = published;
  }

  static async of(story: { readonly seed: number; readonly from: number; readonly to: number }): Promise<GroundTruth> {
    const reading = await readPlantDirectory(SITE_DIR);
    if (!("model" in reading)) throw new Error("The demo site has problems.");
    const { model } = reading;
    const line = new BottlingLine({ seed: story.seed, start: story.from, ...readSite(SITE_DIR) });
    const published = line.advanceTo(story.to).flatMap(({ nodeId, value, timestamp, status }) =>
      tagsAt(model, `nsu=${NAMESPACE_URI};s=${nodeId}`).map(({ id }) => ({
        tag: id,
        value: status >>> 31 === 1 ? null : value,
        timestamp,
      })),
    );
    return new GroundTruth(model, line, published);
  }

  calendarOf(asset: string): WorkCalendar {
    const calendar = this.model.calendars.get(this.model.equipment.get(asset)?.calendar ?? "");
    if (!calendar) throw new Error(`${asset} has no calendar`);
    return new WorkCalendar(calendar);
  }

  /** What the machine did in [from, to], to the millisecond. */
  intervals(asset: string, from: number, to: number): readonly TruthInterval[] {
    return this.#line.truth.summary(asset, from, to)?.intervals ?? [];
  }

  figures(asset: string, from: number, to: number): TrueFigures {
    let [plannedMs, producingMs] = [0, 0];
    const truth = this.#line.truth.summary(asset, from, to);
    if (!truth) throw new Error(`no truth about ${asset}`);
    for (const window of this.calendarOf(asset).plannedWindows(from, to)) {
      if (!window.planned) continue;
      plannedMs += window.end - window.start;
      for (const { start, end, state, mode } of truth.intervals) {
        const shared = Math.max(0, Math.min(end, window.end) - Math.max(start, window.start));
        if (state === EXECUTE && mode === PRODUCTION) producingMs += shared;
      }
    }
    let [idealGoodMs, idealTotalMs] = [0, 0];
    for (const [product, units] of Object.entries(truth.byProduct)) {
      const cycleMs = (idealCycleSeconds(this.model, asset, product) ?? Number.NaN) * 1000;
      idealTotalMs += units.processed * cycleMs;
      idealGoodMs += (units.processed - units.defective) * cycleMs;
    }
    return {
      plannedMs,
      producingMs,
      processed: truth.processed,
      defective: truth.defective,
      idealGoodMs,
      idealTotalMs,
      oee: idealGoodMs / plannedMs,
    };
  }
}
