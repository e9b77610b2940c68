/** A line of one machine that matters, its early shift, and the ledger as node and people would fill it. */
import assert from "node:assert/strict";
import type { ReportSource } from "../../adapters/boards/index.ts";
import type { JsonObject, TwinEvent } from "../../core/connect/event/index.ts";
import { loadPlant } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { DOWNTIME_STATEMENT, type DowntimeStatementData, labelOf, stopMachine, StopTracker } from "../../core/operate/downtime/index.ts";
import { OeeCalculator, oeeMachine } from "../../core/operate/oee/index.ts";
import { heldProductionStatements, MachineProduction } from "../../core/operate/production/index.ts";
import { type ReportedShift, ShiftReports } from "../../core/operate/shift-report/index.ts";
import { plantFiles } from "../core/connect/plant-files.ts";
import { MemoryLedger } from "./memory-ledger.ts";

export const MINUTE = 60_000;
export const LINE = "acme.galway.hall.line";
const FILLER = `${LINE}.filler`;
/** 10 March 2026, 06:00 in Dublin: the early shift begins; its break is from 10:00 to 10:30. */
export const START = Date.UTC(2026, 2, 10, 6);
export const END = START + 480 * MINUTE;
const REASONS = `reasons:
  jam: { label: Jam, loss: failure }
  cleaning: { label: Cleaning, loss: plannedDown }
`;

function plant(ofFiller: string) {
  const files = plantFiles({
    "classes.yaml": (text) => text.replace("contract: _filler_v1", "contract: _filler_v1\n    idealRate: 120"),
    "site.yaml": (text) => text.replace("    feeds: [capper]", `    feeds: [capper]\n    ${ofFiller}`),
  });
  const reading = loadPlant([...files, { name: "reasons.yaml", text: REASONS }]);
  if ("problems" in reading) assert.fail(JSON.stringify(reading.problems));
  return reading.model;
}

/** A line of one machine that matters, with everything it says, as node and ledger would have it. */
export class ReportedPlant {
  readonly model;
  readonly ledger = new MemoryLedger();
  now = END + 5 * MINUTE;
  readonly #calculator: OeeCalculator;
  readonly #stops: StopTracker;
  readonly reports: ShiftReports;

  /** `ofFiller`: a further field of its equipment entry. */
  constructor(ofFiller = "") {
    this.model = plant(ofFiller);
    const machine = oeeMachine(this.model, FILLER, { microStopMs: 120_000, silenceMs: 60_000 });
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
    await this.#record(events);
  }

  async #record(events: readonly TwinEvent[]): Promise<void> {
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

  /** What people state of the production, told to the calculator as the node does. */
  async produce(kind: "order.manual.v1" | "count.manual.v1", minute: number, data: JsonObject): Promise<void> {
    const start = START + minute * MINUTE;
    const statement = {
      kind,
      asset: FILLER,
      start,
      end: start,
      data: { id: `stated-${kind}-${minute}`.replaceAll(".", "-"), made: start, ...data },
    };
    await this.ledger.record([statement], { author: "anna", reason: "terminal" }, this.now);
    const production = new MachineProduction(START);
    production.say(await heldProductionStatements(this.ledger, FILLER, START));
    const { from, to, production: stated } = production.whole();
    const told = this.#calculator.stateProduction(from, to, stated);
    if ("fault" in told) assert.fail(told.fault);
    await this.#record(told.events);
  }

  sheet() {
    const shift = this.reports.shiftOf(LINE, "2026-03-10", "early") ?? assert.fail("no early shift");
    return this.reports.sheet({ line: LINE, constraint: FILLER, machines: [FILLER] }, shift);
  }
}

export const said = (tag: "state" | "count", minute: number, value: number): Sample => ({
  tag: `${FILLER}._filler_v1.${tag}`,
  value,
  timestamp: START + minute * MINUTE,
  quality: "Good",
});

function stands(minute: number): boolean {
  return (minute > 60 && minute <= 100) || (minute > 230 && minute <= 280) || minute === 301;
}

/** Runs at 100 a minute; stands from 60 to 100, from 230 into the break, and for one minute at 300. */
export function shiftOfSamples(): Sample[] {
  const samples = [said("state", 0, 6), said("state", 60, 9), said("state", 100, 6), said("state", 230, 4), said("state", 280, 6)];
  samples.push(said("state", 300, 4), said("state", 301, 6));
  let made = 0;
  for (let minute = 0; minute <= 482; minute += 1) {
    if (minute > 0 && !stands(minute)) made += 100;
    samples.push(said("count", minute, made));
  }
  return samples;
}

/** The reports of that line for any board. */
export function reportsOf(plant: ReportedPlant): ReportSource {
  const { reports, model } = plant;
  const of = { line: LINE, constraint: FILLER, machines: [FILLER] };
  return {
    shifts: () => reports.ended(LINE),
    shiftOf: (_board, day, name) => reports.shiftOf(LINE, day, name),
    sheet: (_board, shift: ReportedShift) => reports.sheet(of, shift),
    words: () => ({
      equipment: (asset) => model.equipment.get(asset)?.label ?? asset.split(".").at(-1) ?? asset,
      reason: (id) => {
        const reason = model.reasons.get(id);
        return reason === undefined ? id : labelOf(reason, "en");
      },
      zone: "Europe/Dublin",
    }),
    note: (_board, shift, text, author) => reports.note(LINE, shift, text, author),
    sign: (_board, shift, revision, author) => reports.sign(LINE, shift, revision, author),
    reopen: (_board, shift, reason, author) => reports.reopen(LINE, shift, reason, author),
  };
}
