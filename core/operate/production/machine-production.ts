/** What is stated of one machine's production, as statements come in, with what its calculator is to be told. */
import { LASTING, type StatedProduction } from "../oee/index.ts";
import { LONGEST_ORDER, type PassedOver, type ProductionStatement, stated } from "./stated.ts";

/** All that is stated of [from, to) now, as `OeeCalculator.stateProduction` takes it. */
export interface ProductionTold {
  readonly from: number;
  readonly to: number;
  readonly production: StatedProduction;
}

export class MachineProduction {
  readonly #statements = new Map<string, ProductionStatement>();
  /** From here on everything that was stated is known. */
  #since: number;

  constructor(since: number) {
    this.#since = since;
  }

  get since(): number {
    return this.#since;
  }

  /** Statements that stand for nothing. */
  get review(): readonly PassedOver[] {
    return stated([...this.#statements.values()]).review;
  }

  /** Takes statements as the ledger has them, each once; null where nothing is new. */
  say(statements: readonly ProductionStatement[]): ProductionTold | null {
    let news = false;
    for (const statement of statements) {
      const known = this.#statements.get(statement.key);
      if (known !== undefined && known.sequence >= statement.sequence) continue;
      this.#statements.set(statement.key, statement);
      news = true;
    }
    return news ? this.whole() : null;
  }

  /** Everything that is known to be stated. */
  whole(): ProductionTold {
    const { orders, counts } = stated([...this.#statements.values()]).production;
    const from = this.#since;
    const kept = orders.filter(({ end }) => end > from).map((one) => ({ ...one, start: Math.max(one.start, from) }));
    return { from, to: LASTING, production: { orders: kept, counts: counts.filter(({ to }) => to >= from) } };
  }

  /** Forgets what says nothing of `since` and later. */
  forget(since: number): void {
    this.#since = Math.max(this.#since, since);
    for (const [key, one] of this.#statements) {
      const last = Math.max(one.of === "orders" ? one.start : one.to, one.by.recorded);
      if (last < this.#since - LONGEST_ORDER) this.#statements.delete(key);
    }
  }
}
