/** Shift reports of the boards' lines: on demand, and by themselves at the end of each shift and after corrections. */
import type { ReportSource } from "../../../adapters/boards/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { labelOf } from "../../../core/operate/downtime/index.ts";
import { type ReportedLine, type ReportedShift, ShiftReports } from "../../../core/operate/shift-report/index.ts";
import type { Board } from "../../../core/see/board/index.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";

const LANGUAGE = "en";

export class BoardReports implements ReportSource {
  readonly #storage: HistorianService;
  readonly #model: () => PlantModel;
  readonly #now: () => number;
  #of: PlantModel | undefined;
  #reports: ShiftReports | undefined;
  #next = 0;

  constructor(storage: HistorianService, model: () => PlantModel, now: () => number) {
    this.#storage = storage;
    this.#model = model;
    this.#now = now;
  }

  shifts(board: Board): readonly ReportedShift[] {
    const running = this.#current.running(board.asset);
    return [...this.#current.ended(board.asset), ...(running === undefined ? [] : [running])];
  }

  shiftOf(board: Board, productionDay: string, name: string): ReportedShift | undefined {
    return this.#current.shiftOf(board.asset, productionDay, name);
  }

  sheet(board: Board, shift: ReportedShift) {
    return this.#current.sheet(lineOf(board), shift);
  }

  words(board: Board) {
    const model = this.#model();
    return {
      equipment: (asset: string) => model.equipment.get(asset)?.label ?? asset.split(".").at(-1) ?? asset,
      reason: (id: string) => {
        const reason = model.reasons.get(id);
        return reason === undefined ? id : labelOf(reason, LANGUAGE);
      },
      zone: board.zone,
    };
  }

  note(board: Board, shift: ReportedShift, text: string, author: string): Promise<void> {
    return this.#current.note(board.asset, shift, text, author);
  }

  sign(board: Board, shift: ReportedShift, revision: number, author: string): Promise<void> {
    return this.#current.sign(board.asset, shift, revision, author);
  }

  reopen(board: Board, shift: ReportedShift, reason: string, author: string): Promise<boolean> {
    return this.#current.reopen(board.asset, shift, reason, author);
  }

  /** Makes one report of those that ended lately, each time the next one: reading all of them at once would be much. */
  async renew(boards: readonly Board[]): Promise<void> {
    const due = boards
      .filter(({ shiftReports }) => shiftReports)
      .flatMap((board) => this.#current.ended(board.asset).map((shift) => ({ board, shift })));
    const one = due[this.#next % Math.max(1, due.length)];
    this.#next += 1;
    if (one !== undefined) await this.sheet(one.board, one.shift);
  }

  get #current(): ShiftReports {
    const model = this.#model();
    if (this.#reports === undefined || this.#of !== model) {
      this.#of = model;
      this.#reports = new ShiftReports(model, {
        ledger: {
          latest: (filter) => this.#storage.ledger.latest(filter),
          revisions: (kind, asset, start) => this.#storage.ledger.revisions(kind, asset, start),
        },
        record: async (statements, by) => {
          const { rejects } = await this.#storage.state(statements, by);
          const [refused] = rejects;
          if (refused !== undefined) throw new Error(refused.message);
        },
        now: this.#now,
      });
    }
    return this.#reports;
  }
}

/** The machines that a board lets people choose from; the one it begins with sets the pace. */
function lineOf({ asset, variables }: Board): ReportedLine {
  const machines = variables.find(({ name }) => name === "asset");
  return { line: asset, constraint: machines?.default ?? asset, machines: machines?.options.map(({ value }) => value) ?? [asset] };
}
