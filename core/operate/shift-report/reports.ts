/** The shift reports of a plant: made from the ledger, kept in the ledger, with what people wrote and signed. */
import type { Authorship, Ledger, Statement } from "../../connect/ledger/index.ts";
import type { PlantModel } from "../../connect/model/index.ts";
import { WorkCalendar } from "../calendar/index.ts";
import { heldEffective } from "../downtime/index.ts";
import { explain } from "../explanation/index.ts";
import { OEE_ATOM } from "../oee/index.ts";
import { closedBy, heldChanges, PERIOD_CLOSED, PERIOD_REOPENED, type PeriodChange } from "../period/index.ts";
import { heldProduction } from "../production/index.ts";
import type { Span } from "./losses.ts";
import { notesOf, SHIFT_NOTE, SHIFT_SIGNOFF, type ShiftNote, type ShiftSignoff, signoffsOf } from "./notes.ts";
import { reportOf, type ReportedShift, SHIFT_REPORT, type ShiftReport, shiftReport } from "./report.ts";

export interface ShiftReportPorts {
  readonly ledger: Pick<Ledger, "latest" | "revisions">;
  /** Durable when it resolves; throws when it is refused. */
  readonly record: (statements: readonly Statement[], by: Authorship) => Promise<unknown>;
  readonly now: () => number;
}

/** What a line's report is about. */
export interface ReportedLine {
  /** Full dotted path of the line. */
  readonly line: string;
  /** The machine that sets its pace. */
  readonly constraint: string;
  readonly machines: readonly string[];
}

/** A report as it is to be shown. */
export interface ReportSheet {
  readonly line: string;
  readonly shift: ReportedShift;
  readonly report: ShiftReport;
  /** Revision in the ledger; null while the shift lasts: nothing is recorded before it is final. */
  readonly revision: number | null;
  /** The revision before, for what changed. */
  readonly before: ShiftReport | null;
  /** When this revision was recorded, ms UTC. */
  readonly recorded: number | null;
  readonly notes: readonly ShiftNote[];
  readonly signoffs: readonly ShiftSignoff[];
  /** Every time the shift was closed or reopened, oldest first. */
  readonly changes: readonly PeriodChange[];
  /** The shift is closed, and what came in since has made another revision than the one that was signed. */
  readonly changedAfterClosing: boolean;
}

const DAY = 86_400_000;
const MOST_ATOMS = 10_000;
/** Shifts that are reported by themselves; older ones when somebody asks. */
const LOOK_BACK_MS = 2 * DAY;

export class ShiftReports {
  readonly #ports: ShiftReportPorts;
  readonly #model: PlantModel;
  readonly #calendars = new Map<string, WorkCalendar>();

  constructor(model: PlantModel, ports: ShiftReportPorts) {
    this.#model = model;
    this.#ports = ports;
  }

  /** The shift of that name on a production day; undefined when none takes place. */
  shiftOf(line: string, productionDay: string, name: string): ReportedShift | undefined {
    const day = Date.parse(`${productionDay}T00:00:00Z`);
    if (!Number.isFinite(day)) return undefined;
    return this.#shifts(line, day - DAY, day + 3 * DAY).find((shift) => shift.productionDay === productionDay && shift.name === name);
  }

  /** Shifts that have ended within the last days, the newest first. */
  ended(line: string, lookBackMs = LOOK_BACK_MS): readonly ReportedShift[] {
    const now = this.#ports.now();
    return this.#shifts(line, now - lookBackMs, now)
      .filter(({ end }) => end <= now)
      .toReversed();
  }

  /** The shift that runs now. */
  running(line: string): ReportedShift | undefined {
    const now = this.#ports.now();
    return this.#shifts(line, now - 2 * DAY, now + 1).find(({ start, end }) => start <= now && now < end);
  }

  /** Makes the report and, when the shift is over and all its minutes are stated, records it: equal to the last one it is no new revision. */
  async sheet({ line, constraint, machines }: ReportedLine, shift: ReportedShift): Promise<ReportSheet> {
    const { ledger } = this.#ports;
    const planned = this.#planned(line, shift);
    const parts = await Promise.all(
      machines.map(async (asset) => {
        const window = { asset, from: shift.start, to: shift.end };
        const atoms = await ledger.latest({ kind: OEE_ATOM, ...window, limit: MOST_ATOMS });
        const { orders } = await heldProduction(ledger, asset, shift.start, shift.end);
        const effective = await heldEffective(ledger, asset, shift.start, shift.end);
        return { asset, explanation: explain(atoms, window), effective, changeovers: orders.filter(({ changeover }) => changeover) };
      }),
    );
    const report = shiftReport(shift, parts, constraint, planned);
    const final = parts.every(({ explanation: { statedTo } }) => statedTo === null || statedTo >= shift.end) && report.stated_to !== null;
    const known = await ledger.revisions(SHIFT_REPORT, line, shift.start);
    if (final) {
      const reason = known.length === 0 ? "end of the shift" : "corrections after the end of the shift";
      const statement = { kind: SHIFT_REPORT, asset: line, start: shift.start, end: shift.end, data: report };
      await this.#ports.record([statement], { author: "node:twin-boards", reason });
    }
    const revisions = final ? await ledger.revisions(SHIFT_REPORT, line, shift.start) : known;
    const [last, previous] = [revisions.at(-1), revisions.at(-2)];
    const changes = await heldChanges(ledger, line, shift.start);
    const closed = closedBy(changes);
    return {
      line,
      shift,
      report,
      revision: final ? (last?.revision ?? null) : null,
      before: final && previous !== undefined ? reportOf(previous.data) : null,
      recorded: final ? (last?.recorded ?? null) : null,
      notes: notesOf(await ledger.revisions(SHIFT_NOTE, line, shift.start)),
      signoffs: signoffsOf(await ledger.revisions(SHIFT_SIGNOFF, line, shift.start)),
      changes,
      changedAfterClosing: closed !== null && last !== undefined && last.revision > closed.report_revision,
    };
  }

  async note(line: string, shift: ReportedShift, text: string, author: string): Promise<void> {
    const data = { text, made: this.#ports.now() };
    const statement = { kind: SHIFT_NOTE, asset: line, start: shift.start, end: shift.end, data };
    await this.#ports.record([statement], { author, reason: "note to the shift report" });
  }

  /** Signs the revision that the person saw, and closes the shift: nothing is stated about it any more until it is reopened. */
  async sign(line: string, shift: ReportedShift, revision: number, author: string): Promise<void> {
    const data = { report_revision: revision, made: this.#ports.now() };
    const { start, end } = shift;
    const statements = [SHIFT_SIGNOFF, PERIOD_CLOSED].map((kind) => ({ kind, asset: line, start, end, data }));
    await this.#ports.record(statements, { author, reason: `signed revision ${revision} of the shift report` });
  }

  /** Opens a closed shift again; false where it is not closed. */
  async reopen(line: string, { start, end }: ReportedShift, reason: string, author: string): Promise<boolean> {
    if (closedBy(await heldChanges(this.#ports.ledger, line, start)) === null) return false;
    const statement = { kind: PERIOD_REOPENED, asset: line, start, end, data: { reason, made: this.#ports.now() } };
    await this.#ports.record([statement], { author, reason: `reopened the shift: ${reason}` });
    return true;
  }

  #calendar(line: string): WorkCalendar | undefined {
    const name = this.#model.equipment.get(line)?.calendar;
    const calendar = name === undefined ? undefined : this.#model.calendars.get(name);
    if (name === undefined || calendar === undefined) return undefined;
    const known = this.#calendars.get(name) ?? new WorkCalendar(calendar);
    this.#calendars.set(name, known);
    return known;
  }

  /** Whole shifts that begin in [from, to), in order. */
  #shifts(line: string, from: number, to: number): ReportedShift[] {
    const shifts: ReportedShift[] = [];
    const calendar = this.#calendar(line);
    for (const { start, end, shift, shiftStart, productionDay } of calendar?.plannedWindows(from, to + 2 * DAY) ?? []) {
      if (shift === null || shiftStart === null || shiftStart < from || shiftStart >= to) continue;
      const last = shifts.at(-1);
      if (last?.start === shiftStart && last.name === shift) shifts[shifts.length - 1] = { ...last, end };
      else shifts.push({ name: shift, productionDay, start, end });
    }
    return shifts;
  }

  #planned(line: string, { start, end }: ReportedShift): readonly Span[] {
    return (this.#calendar(line)?.plannedWindows(start, end) ?? []).filter(({ planned }) => planned);
  }
}
