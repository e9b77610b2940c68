import assert from "node:assert/strict";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { LINE_DEFAULTS, LineCalculator, oeeLine, type OeeLine, type OeeLineEvent } from "../../../core/operate/line/index.ts";
import { SITE_DIR } from "../../support/demo-site.ts";
import { attributed, singleCauses, type TrueCulprits, trueCulprits } from "../../support/plant-culprits.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const FROM = Date.UTC(2026, 9, 5, 4);
const TO = FROM + 12 * HOUR;
const SETTINGS = { ...LINE_DEFAULTS, microStopMs: 60_000, silenceMs: 60_000, unknown: "exclude" } as const;

function lineOf(model: PlantModel): OeeLine {
  const line = oeeLine(model, LINE, SETTINGS);
  if ("fault" in line) throw new Error(line.fault);
  return line;
}

function stated(line: OeeLine, samples: readonly Sample[]): OeeLineEvent[] {
  const calculator = new LineCalculator(line);
  assert.deepEqual(calculator.push(samples).rejects, []);
  return calculator.tick().filter(({ start }) => start < TO - 5 * MINUTE);
}

describe("half a day of the demo line against its ground truth", () => {
  let model: PlantModel;
  let truth: TrueCulprits;
  let events: OeeLineEvent[];

  before(async function () {
    this.timeout(60_000);
    const reading = await readPlantDirectory(SITE_DIR);
    if (!("model" in reading)) throw new Error("The demo site has problems.");
    model = reading.model;
    truth = trueCulprits(model, { seed: 11, from: FROM, to: TO });
    events = stated(lineOf(model), truth.samples);
  });

  it("blames the station that really kept the filler from working for at least 99.9 % of the line's down time", () => {
    const { down, right } = attributed(events, truth, FILLER, LINE);
    assert.ok(down > HOUR, `only ${down} ms down`);
    assert.ok(right / down >= 0.999, `${((100 * right) / down).toFixed(2)} % of ${down} ms`);
  });

  it("blames the only station that had a fault in a minute or the three before it, for all of the time", () => {
    const { down, right } = singleCauses(events, truth, LINE, 3 * MINUTE);
    assert.ok(down > HOUR / 4, `only ${down} ms`);
    assert.ok(right / down >= 0.999, `${((100 * right) / down).toFixed(2)} % of ${down} ms`);
  });

  it("and for at least 99 % where the machines do not say for which side they wait", () => {
    const silent = truth.samples.filter(({ tag }) => !/\.(?:blocked|starved)$/.test(tag));
    const { down, right } = attributed(stated(lineOf(model), silent), truth, FILLER, LINE);
    assert.ok(right / down >= 0.99, `${((100 * right) / down).toFixed(2)} % of ${down} ms`);
  });

  it("has the filler as constraint, and the good units of the reject pusher", () => {
    const good = events.reduce((sum, { data }) => sum + data.good, 0);
    const made = events.reduce((sum, { data }) => sum + data.total, 0);
    assert.deepEqual(events[0]?.evidence?.["line"], { constraint: ["filler01"], detection: "constraint" });
    assert.ok(good > 0.97 * made && good < made, `${good} of ${made}`);
  });
});
