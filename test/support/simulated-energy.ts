/** What a twin-energy makes of the simulated demo plant: samples, events, and the points that a store would hold. */
import type { Point } from "../../core/connect/history/index.ts";
import { placeOf, type PlantModel, tagsAt } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { rowOf } from "../../core/connect/spine/index.ts";
import { type EnergyAtomEvent, energyMeter, EnergyMeters, type EnergyMeter } from "../../core/operate/energy/index.ts";
import { BottlingLine, NAMESPACE_URI, readSite } from "../../plant/simulator/index.ts";
import { SITE_DIR } from "./demo-site.ts";

export interface SimulatedEnergy {
  readonly meters: readonly EnergyMeter[];
  readonly samples: readonly Sample[];
  readonly events: readonly EnergyAtomEvent[];
  readonly figures: readonly Sample[];
}

const STEP = 10_000;

export function simulatedSamples(model: PlantModel, seed: number, from: number, to: number): Sample[] {
  const line = new BottlingLine({ seed, start: from, ...readSite(SITE_DIR) });
  return line.advanceTo(to).flatMap(({ nodeId, value, timestamp, status }) =>
    tagsAt(model, `nsu=${NAMESPACE_URI};s=${nodeId}`).map(({ id, unit }): Sample => {
      const bad = status >>> 30 >= 2;
      return { tag: id, value: bad ? null : value, quality: bad ? "Bad" : "Good", timestamp, ...(unit === undefined ? {} : { unit }) };
    }),
  );
}

export function demoMeters(model: PlantModel): EnergyMeter[] {
  return [...model.equipment.values()].flatMap(({ path, roles }) => {
    if (roles.energyActive === undefined) return [];
    const meter = energyMeter(model, path, {
      oee: { microStopMs: 60_000, silenceMs: 60_000 },
      gapMs: 900_000,
      demandMs: 900_000,
      demandLimit: 12,
      factors: { rows: [{ from: "2020-01-01", gramsPerKWh: 320 }] },
    });
    return "fault" in meter ? [] : [meter];
  });
}

/** Runs the meters live, ten seconds at a time. */
export function simulatedEnergy(model: PlantModel, seed: number, from: number, to: number): SimulatedEnergy {
  const samples = simulatedSamples(model, seed, from, to);
  const meters = demoMeters(model);
  const live = new EnergyMeters(meters);
  const events: EnergyAtomEvent[] = [];
  const figures: Sample[] = [];
  for (let at = 0, next = from + STEP; at < samples.length; next += STEP) {
    const begin = at;
    while ((samples[at]?.timestamp ?? Number.POSITIVE_INFINITY) < next) at += 1;
    for (const event of live.push(samples.slice(begin, at)).events) events.push(event);
    for (const figure of live.current()) figures.push(figure);
  }
  return { meters, samples, events, figures };
}

/** How much of the registers boards need: they only tell how far the data reaches. */
const LAST = 600_000;

/** As a store holds them: one row per event, and of the samples what boards read, without repetitions. */
export function energyPoints(model: PlantModel, { samples, events, figures }: SimulatedEnergy): Point[] {
  const place = (asset: string) => placeOf(model, asset);
  const rows = events.map((event, id) => rowOf({ ...event, id: `e${id}` } as never, place));
  const edge = (samples.at(-1)?.timestamp ?? 0) - LAST;
  const registers = samples.filter(({ tag, timestamp }) => tag.endsWith("active_energy") && timestamp > edge);
  const said = new Map<string, Sample["value"]>();
  const signals = [...registers, ...figures].filter(({ tag, value, timestamp }) => {
    const again = said.get(tag) === value && timestamp < edge;
    said.set(tag, value);
    return !again && /\.(active_energy|power|demand|demand_limit|month\.peak_demand)$/.test(tag);
  });
  return [...rows, ...signals.map((sample) => pointOf(model, sample))];
}

function pointOf(model: PlantModel, { tag, value, timestamp }: Sample): Point {
  const at = tag.indexOf("._");
  const [asset, signal] = [tag.slice(0, at), tag.slice(at + 1)];
  const fields = typeof value === "number" ? { v: value, q: 192 } : { q: 216 };
  return { measurement: "telemetry", tags: { asset, signal, ...placeOf(model, asset) }, time: timestamp, fields };
}
