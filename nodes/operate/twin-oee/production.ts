/**
 * What people and an MES state about the production of a twin-oee's machines. Statements come from the ledger: at the start
 * by reading it, later by its subscription; what holds of them goes to the machine's calculator.
 */
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { type Reject, reject } from "../../../core/connect/sample/index.ts";
import type { LedgerReader } from "../../../core/operate/downtime/index.ts";
import type { StatedProduction } from "../../../core/operate/oee/index.ts";
import {
  heldProduction,
  heldProductionStatements,
  MachineProduction,
  productionStatementOf,
  type ProductionTold,
} from "../../../core/operate/production/index.ts";

export interface ProductionPorts {
  /** Absent: nothing that people say is known. Asked each time: after a failure of the storage it is another one. */
  readonly ledger: (() => LedgerReader) | undefined;
  /** Tells the calculator of the machine, and sends what it states again. */
  readonly tell: (asset: string, told: ProductionTold) => void;
  readonly reject: (rejects: readonly Reject[]) => void;
}

const TOO_OLD = "Orders and counts of more than 31 days ago are not taken any more; correct the figures in the historian.";
const OTHER_ORDER = "Another order was on the machine at that time, so this end of an order stands for nothing. Name the order that was.";

export class ProductionStatements {
  readonly #ports: ProductionPorts;
  readonly #machines: ReadonlyMap<string, MachineProduction>;

  /** `since`: what is stated of earlier times is not taken. */
  constructor(assets: Iterable<string>, since: number, ports: ProductionPorts) {
    this.#ports = ports;
    this.#machines = new Map([...assets].map((asset) => [asset, new MachineProduction(since)]));
  }

  /** Tells what the ledger holds. */
  async read(): Promise<void> {
    const ledger = this.#ports.ledger?.();
    if (ledger === undefined) return;
    for (const [asset, machine] of this.#machines) {
      const news = machine.say(await heldProductionStatements(ledger, asset, machine.since));
      if (news !== null) this.#ports.tell(asset, machine.whole());
    }
  }

  /** What somebody has just stated; other kinds and machines are passed over. */
  heard(entries: readonly LedgerEntry[], since: number): void {
    for (const entry of entries) {
      const machine = this.#machines.get(entry.asset);
      const statement = machine === undefined ? undefined : productionStatementOf(entry);
      if (machine === undefined || statement === undefined) continue;
      machine.forget(since);
      if ("fault" in statement) {
        this.#refuse("BAD_EVENT", entry, statement.fault);
        continue;
      }
      const told = machine.say([statement]);
      if (told !== null) this.#ports.tell(entry.asset, told);
      const counted = statement.of === "counts" ? statement.to : undefined;
      if (statement.target === null && counted !== undefined && counted < machine.since) this.#refuse("ANCIENT_TIMESTAMP", entry, TOO_OLD);
      if (machine.review.some((one) => one.statement.id === statement.id)) this.#refuse("BAD_EVENT", entry, OTHER_ORDER);
    }
  }

  /** What is stated now of a range, from the ledger. */
  async productionIn(asset: string, from: number, to: number): Promise<StatedProduction> {
    const ledger = this.#ports.ledger?.();
    return ledger === undefined ? { orders: [], counts: [] } : heldProduction(ledger, asset, from, to);
  }

  #refuse(code: "BAD_EVENT" | "ANCIENT_TIMESTAMP", entry: LedgerEntry, message: string): void {
    this.#ports.reject([reject(code, entry, { message, field: "data" })]);
  }
}
