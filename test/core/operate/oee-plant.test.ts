import assert from "node:assert/strict";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import { type PlantModel, tagsAt } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type Atom,
  atomOf,
  type Bucket,
  bucketOf,
  oeeMachine,
  OeeMachines,
  PACKML_TIME_MODEL,
  sumMeasures,
} from "../../../core/operate/oee/index.ts";
import { packmlMode, packmlState } from "../../../core/operate/packml/index.ts";
import { assetOf, BottlingLine, NAMESPACE_URI, readSite, STATIONS } from "../../../plant/simulator/index.ts";
import { SITE_DIR } from "../../support/opcua.ts";

const HOUR = 3_600_000;
/** From before the early shift's first break until after the late shift has begun. */
const START = Date.UTC(2026, 9, 5, 4, 0);
const END = START + 10 * HOUR;

async function plantModel(): Promise<PlantModel> {
  const reading = await readPlantDirectory(SITE_DIR);
  if (!("model" in reading)) throw new Error("The demo site has problems.");
  return reading.model;
}

describe("OEE of the demo plant against its ground truth", () => {
  let line: BottlingLine;
  let model: PlantModel;
  let atoms: Map<string, Atom[]>;

  before(async () => {
    model = await plantModel();
    line = new BottlingLine({ seed: 7, start: START, ...readSite(SITE_DIR) });
    const samples = line
      .advanceTo(END + 60_000)
      .flatMap(({ nodeId, value, timestamp }) =>
        tagsAt(model, `nsu=${NAMESPACE_URI};s=${nodeId}`).map(({ id }): Sample => ({ tag: id, value, quality: "Good", timestamp })),
      );
    const settings = { microStopMs: 0, silenceMs: 60_000 } as const;
    const machines = new OeeMachines(
      STATIONS.map((station) => {
        const machine = oeeMachine(model, assetOf(station), settings);
        if ("fault" in machine) throw new Error(machine.fault);
        return machine;
      }),
    );
    const { events, rejects } = machines.push(samples);
    assert.deepEqual(rejects, []);
    const stated = events.filter((event) => event.start < END);
    atoms = new Map(STATIONS.map(assetOf).map((asset) => [asset, stated.filter((event) => event.asset === asset).map(atomOf)]));
  });

  for (const station of STATIONS)
    it(`${station}: every unit is counted once, and planned time is divided exactly as the machine spent it`, () => {
      const truth = line.truth.summary(assetOf(station), START, END);
      const all = atoms.get(assetOf(station)) ?? [];
      const sum = sumMeasures(all.map(({ measures }) => measures));
      assert.equal(sum.ms.unknown, 0);
      assert.equal(
        Object.values(sum.ms).reduce((a, b) => a + b, 0),
        END - START,
      );

      const planned = all.filter(({ measures }) => measures.ms.notPlanned === 0);
      const expected: Partial<Record<Bucket, number>> = {};
      for (const { start, end, state, mode } of truth?.intervals ?? []) {
        const names = { 4: "Changeover" };
        const bucket = bucketOf(PACKML_TIME_MODEL, packmlState(state, { profile: "packml-opcua" }), packmlMode(mode, names));
        const within = planned.reduce((ms, atom) => ms + Math.max(0, Math.min(end, atom.end) - Math.max(start, atom.start)), 0);
        if (within > 0) expected[bucket] = (expected[bucket] ?? 0) + within;
      }
      const { notPlanned: _notPlanned, ...spent } = sum.ms;
      assert.deepEqual(Object.fromEntries(Object.entries(spent).filter(([, ms]) => ms > 0)), expected);
      // A count is published within a second of the unit; the window's edges may fall between.
      assert.ok(Math.abs(sum.total - (truth?.processed ?? 0)) <= 3, `${sum.total} counted, ${truth?.processed} processed`);
      assert.ok(Math.abs(sum.scrap - (truth?.defective ?? 0)) <= 1, `${sum.scrap} counted, ${truth?.defective} defective`);
      assert.equal(sum.unrated, 0);
    });
});
