import assert from "node:assert/strict";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import { type PlantModel, tagsAt } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { packmlState } from "../../../core/operate/packml/index.ts";
import { modePaths, packmlMachine, PackmlMachines, type PackmlTransitionEvent } from "../../../core/operate/packtags/index.ts";
import { assetOf, BottlingLine, NAMESPACE_URI, readSite, STATIONS } from "../../../plant/simulator/index.ts";
import { SITE_DIR } from "../../support/demo-site.ts";

const START = Date.UTC(2026, 9, 5, 4, 0);
const HOURS = 6;

/** Samples of the demo plant as the tag map would make them. */
function samplesOf(line: BottlingLine, model: PlantModel, until: number): Sample[] {
  return line
    .advanceTo(until)
    .flatMap(({ nodeId, value, timestamp }) =>
      tagsAt(model, `nsu=${NAMESPACE_URI};s=${nodeId}`).map(({ id }): Sample => ({ tag: id, value, quality: "Good", timestamp })),
    );
}

describe("PackTags of the demo plant against its ground truth", () => {
  let line: BottlingLine;
  let machines: PackmlMachines;
  const events: PackmlTransitionEvent[] = [];

  before(async () => {
    const reading = await readPlantDirectory(SITE_DIR);
    assert.ok("model" in reading);
    const { model } = reading;
    line = new BottlingLine({ seed: 7, start: START, ...readSite(SITE_DIR) });
    const bound = STATIONS.map((station) => {
      const machine = packmlMachine(model, assetOf(station), "opcua");
      return "fault" in machine ? assert.fail(machine.fault) : machine;
    });
    machines = new PackmlMachines(bound, modePaths(model));
    for (let hour = 1; hour <= HOURS; hour += 1) {
      const { rejects, events: stated } = machines.push(samplesOf(line, model, START + hour * 3_600_000));
      assert.deepEqual(rejects, []);
      events.push(...stated);
    }
  });

  for (const station of STATIONS) {
    it(`${station}: the time in each state is what the machine spent in it, to the millisecond`, () => {
      const tags = machines.trackers.get(assetOf(station))?.tags();
      assert.ok(tags);
      const expected = new Map<string, number>();
      for (const { start, end, state } of line.truth.summary(assetOf(station), START, tags.time)?.intervals ?? []) {
        const name = packmlState(state, { profile: "packml-opcua" }) ?? "";
        const ms = Math.min(end, tags.time) - Math.max(start, START);
        if (ms > 0) expected.set(name, (expected.get(name) ?? 0) + ms);
      }
      assert.ok(expected.size >= 3, "the machine did several things");
      assert.deepEqual(new Map(Object.entries(tags.stateCumulativeTime)), expected);
    });

    it(`${station}: its transitions are those that it made, each once`, () => {
      const made = line.truth.summary(assetOf(station), START, START + HOURS * 3_600_000)?.intervals ?? [];
      const changes = made.slice(1).flatMap(({ start, state }, i) => (state === made[i]?.state ? [] : [start]));
      const stated = events.filter(({ asset }) => asset === assetOf(station)).map(({ start }) => start);
      assert.deepEqual(
        stated,
        changes.filter((start) => start <= (machines.trackers.get(assetOf(station))?.current?.time ?? 0)),
      );
    });
  }
});
