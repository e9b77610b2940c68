/** A plant folder with its historian: an early shift whose figures are known by heart, for `twinline compare`. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import { encodeLine, joinLines } from "../../core/connect/history/index.ts";
import { loadPlant } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { rowOf } from "../../core/connect/spine/index.ts";
import { OeeCalculator, oeeMachine } from "../../core/operate/oee/index.ts";
import { plantFiles } from "../core/connect/plant-files.ts";

const MINUTE = 60_000;
export const COMPARED = "acme.galway.hall.line.filler";
/** 10 March 2026, 06:00 in Dublin: the early shift begins. */
const START = Date.UTC(2026, 2, 10, 6);
const FILES = plantFiles({ "classes.yaml": (text) => text.replace("contract: _filler_v1", "contract: _filler_v1\n    idealRate: 120") });

/**
 * Early shift: 450 planned minutes, a stop of 45, 405 running at 100 a minute: A 0.9, P 0.8333, OEE 0.75. One later
 * sample shortens the stop by 15 minutes, so A becomes 420 / 450.
 */
function events() {
  const reading = loadPlant(FILES);
  if ("problems" in reading) assert.fail(JSON.stringify(reading.problems));
  const machine = oeeMachine(reading.model, COMPARED, { microStopMs: 0, silenceMs: 60_000 });
  if ("fault" in machine) assert.fail(machine.fault);
  const calculator = new OeeCalculator(machine);
  const [state = "", processed = ""] = [machine.tags.state, machine.tags.processed];
  const sample = (tag: string, minute: number, value: number): Sample => ({
    tag,
    value,
    timestamp: START + minute * MINUTE,
    quality: "Good",
  });
  const samples = [sample(state, 0, 6), sample(state, 60, 4), sample(state, 105, 6), sample(state, 480, 4)];
  let made = 0;
  for (let minute = 0; minute <= 480; minute += 1) {
    const stopped = (minute > 60 && minute <= 105) || (minute > 240 && minute <= 270);
    if (minute > 0 && !stopped) made += 100;
    samples.push(sample(processed, minute, made));
  }
  calculator.push(samples);
  return [...calculator.tick(START + 500 * MINUTE), ...calculator.push([sample(state, 90, 6)]).events];
}

/** The folder, which is the caller's to remove. */
export async function comparedPlant(): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-compare-"));
  mkdirSync(path.join(dir, "plant"));
  for (const { name, text } of FILES) writeFileSync(path.join(dir, "plant", name), text);
  const folder = path.join(dir, "twinline", "historian");
  mkdirSync(folder, { recursive: true });
  const thread = new SqliteThread();
  const historian = await EmbeddedHistorian.open(thread, path.join(folder, "history.sqlite"), {});
  const lines = events().map((event) =>
    encodeLine(rowOf({ ...event, id: 1, recorded: 0, author: "node:twin-oee", reason: "" }, () => ({}))),
  );
  const written = lines.filter((line) => typeof line === "string");
  assert.equal(written.length, lines.length);
  await historian.write(joinLines(written));
  await historian.close();
  await thread.end();
  return dir;
}
