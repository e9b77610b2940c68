import assert from "node:assert/strict";
import { loadPlant } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { DOWNTIME_STATEMENT, type DowntimeStatementData, stopMachine, StopTracker } from "../../../core/operate/downtime/index.ts";
import { OeeCalculator, oeeMachine } from "../../../core/operate/oee/index.ts";
import { changesBetween, SHIFT_REPORT, ShiftReports } from "../../../core/operate/shift-report/index.ts";
import { MemoryLedger } from "../../support/memory-ledger.ts";
import { plantFiles } from "../connect/plant-files.ts";

const MINUTE = 60_000;
const LINE = "acme.galway.hall.line";
const FILLER = `${LINE}.filler`;
/** 10 March 2026, 06:00 in Dublin: the early shift begins; its break is from 10:00 to 10:30. */
const START = Date.UTC(2026, 2, 10, 6);
const END = START + 480 * MINUTE;
const REASONS = `reasons:
  jam: { label: Jam, loss: failure }
  cleaning: { label: Cleaning, loss: plannedDown }
`;

function plant() {
  const files = plantFiles({ "classes.yaml": (text) => text.replace("contract: _filler_v1", "contract: _filler_v1\n    idealRate: 120") });
  const reading = loadPlant([...files, { name: "reasons.yaml", text: REASONS }]);
  if ("problems" in reading) assert.fail(JSON.stringify(reading.problems));
  return reading.model;
}

/** A line of one machine that matters, with everything it says, as node and ledger would have it. */
class Line {
  readonly model = plant();
  readonly ledger = new MemoryLedger();
  now = END + 5 * MINUTE;
  readonly #calculator: OeeCalculator;
  readonly #stops: StopTracker;
  readonly reports: ShiftReports;

  constructor() {
    const machine = oeeMachine(this.model, FILLER, { microStopMs: 120_000, silenceMs: 60_000, unknown: "exclude" });
    if ("fault" in machine) assert.fail(machine.fault);
    this.#calculator = new OeeCalculator(machine);
    this.#stops = new StopTracker(stopMachine(this.model, machine), { latenessMs: 10_000, horizonMs: 48 * 3_600_000 });
    this.reports = new ShiftReports(this.model, {
      ledger: this.ledger,
      record: (statements, by) => this.ledger.record(statements, by, this.now),
      now: () => this.now,
    });
  }

  async push(samples: readonly Sample[]): Promise<void> {
    const found = this.#stops.push(samples);
    const pushed = this.#calculator.push(samples);
    const events = [...pushed.events, ...this.#calculator.tick(this.#calculator.dataTime ?? 0), ...found.events];
    const statements = events.map(({ kind, asset, start, end, data, evidence }) => ({
      kind,
      asset,
      start,
      end,
      data,
      ...(evidence && { evidence }),
    }));
    if (statements.length > 0) await this.ledger.record(statements, { author: "node:twin-oee", reason: "samples" }, this.now);
  }

  async say(stop: number, data: DowntimeStatementData): Promise<void> {
    await this.ledger.record(
      [{ kind: DOWNTIME_STATEMENT, asset: FILLER, start: stop, end: END, data }],
      { author: "anna", reason: "terminal" },
      this.now,
    );
  }

  sheet() {
    const shift = this.reports.shiftOf(LINE, "2026-03-10", "early") ?? assert.fail("no early shift");
    return this.reports.sheet({ line: LINE, constraint: FILLER, machines: [FILLER] }, shift);
  }
}

const at = (tag: "state" | "count", minute: number, value: number): Sample => ({
  tag: `${FILLER}._filler_v1.${tag}`,
  value,
  timestamp: START + minute * MINUTE,
  quality: "Good",
});

/** Runs at 100 a minute; stands from 60 to 100, from 230 into the break, and for one minute at 300. */
function shiftOfSamples(): Sample[] {
  const stands = (minute: number): boolean => (minute > 60 && minute <= 100) || (minute > 230 && minute <= 280) || minute === 301;
  const samples = [at("state", 0, 6), at("state", 60, 9), at("state", 100, 6), at("state", 230, 4), at("state", 280, 6)];
  samples.push(at("state", 300, 4), at("state", 301, 6));
  let made = 0;
  for (let minute = 0; minute <= 482; minute += 1) {
    if (minute > 0 && !stands(minute)) made += 100;
    samples.push(at("count", minute, made));
  }
  return samples;
}

describe("the shift report", () => {
  let line: Line;
  beforeEach(async () => {
    line = new Line();
    await line.push(shiftOfSamples());
  });

  it("lists losses that add up to planned time less the ideal time of the good units, to the millisecond", async () => {
    const { report } = await line.sheet();
    const [filler] = report.machines;
    assert.equal(filler?.planned_ms, 450 * MINUTE);
    const lost = report.losses.reduce((sum, { ms }) => sum + ms, 0);
    assert.equal(lost, 450 * MINUTE - (filler?.good ?? 0) * 500);
    assert.equal(filler?.oee, ((filler?.good ?? 0) * 500) / (450 * MINUTE));
    assert.deepEqual(
      report.losses.filter(({ kind }) => kind !== "speed").map(({ kind, name, ms, count }) => [kind, name, ms / MINUTE, count]),
      [
        ["unassigned", "failure", 40, 1],
        // 230 to 280, of which 240 to 270 is the break
        ["unassigned", "stop", 20, 1],
        ["micro", null, 1, 1],
      ],
    );
    assert.deepEqual(
      report.open_stops.map(({ start, end, bucket }) => [(start - START) / MINUTE, ((end ?? 0) - START) / MINUTE, bucket]),
      [
        [230, 280, "stop"],
        [60, 100, "failure"],
      ],
    );
  });

  it("is recorded once, however often it is asked for, and not before the shift's last minute is stated", async () => {
    for (let times = 0; times < 3; times += 1) assert.equal((await line.sheet()).revision, 1);
    assert.equal(line.ledger.entries.filter(({ kind }) => kind === SHIFT_REPORT).length, 1);
    const early = new Line();
    await early.push(shiftOfSamples().filter(({ timestamp }) => timestamp < START + 240 * MINUTE));
    const { revision, report } = await early.sheet();
    assert.deepEqual([revision, report.stated_to], [null, START + 238 * MINUTE]);
    assert.ok(!early.ledger.entries.some(({ kind }) => kind === SHIFT_REPORT));
  });

  it("becomes revision 2 when somebody names a stop, and revision 3 when a late sample shortens one", async () => {
    await line.sheet();
    const stop = START + 60 * MINUTE;
    await line.say(stop, {
      id: "said-0001",
      made: line.now,
      seen_end: null,
      action: "assign",
      from: stop,
      to: null,
      reason: "jam",
      bucket: "failure",
    });
    const named = await line.sheet();
    assert.equal(named.revision, 2);
    assert.deepEqual(named.report.losses.find(({ kind }) => kind === "stop")?.name, "jam");
    assert.equal(named.report.open_stop_count, 1);
    await line.push([at("state", 90, 6)]);
    const shorter = await line.sheet();
    assert.equal(shorter.revision, 3);
    assert.deepEqual(
      changesBetween(shorter.before ?? assert.fail("no revision before"), shorter.report).map(({ figure }) => figure),
      ["availability", "performance"],
    );
    assert.equal(shorter.report.losses.find(({ kind }) => kind === "stop")?.ms, 30 * MINUTE);
  });

  it("keeps every note and every sign-off with its author, and says which revision was signed", async () => {
    const { shift, revision } = await line.sheet();
    await line.reports.note(LINE, shift, "Gripper changed", "anna");
    await line.reports.note(LINE, shift, "Waits for caps", "ben");
    await line.reports.sign(LINE, shift, revision ?? 0, "carla");
    const sheet = await line.sheet();
    assert.deepEqual(
      sheet.notes.map(({ author, text }) => [author, text]),
      [
        ["anna", "Gripper changed"],
        ["ben", "Waits for caps"],
      ],
    );
    assert.deepEqual(sheet.signoffs, [{ author: "carla", recorded: line.now, revision: 1 }]);
    assert.equal(sheet.revision, 1, "what people add is no correction of figures");
  });

  it("knows which shifts the calendar has, and which have ended", () => {
    const { reports } = line;
    assert.deepEqual(
      reports.ended(LINE).map(({ name, productionDay }) => `${productionDay} ${name}`),
      ["2026-03-10 early", "2026-03-09 late", "2026-03-09 early"],
    );
    assert.equal(reports.running(LINE)?.name, "late");
    assert.equal(reports.shiftOf(LINE, "2026-03-10", "night"), undefined);
    assert.equal(reports.shiftOf(LINE, "2026-12-25", "early"), undefined, "a holiday");
    assert.equal(reports.shiftOf(LINE, "2026-02-30", "early"), undefined);
  });
});
