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

  /** Takes statements as the ledger has them, each once, and tells of the range that they touch; null where nothing is new in it. */
  say(statements: readonly ProductionStatement[]): ProductionTold | null {
    const news: ProductionStatement[] = [];
    for (const statement of statements) {
      const known = this.#statements.get(statement.key);
      if (known !== undefined && known.sequence >= statement.sequence) continue;
      this.#statements.set(statement.key, statement);
      news.push(statement, ...(known === undefined ? [] : [known]));
    }
    const { from, to } = this.#touchedBy(news);
    return from < to ? this.#told(from, to) : null;
  }

  /** Everything that is known to be stated. */
  whole(): ProductionTold {
    return this.#told(this.#since, LASTING);
  }

  #told(from: number, to: number): ProductionTold {
    const { orders, counts } = stated([...this.#statements.values()]).production;
    const kept = orders
      .filter(({ start, end }) => end > from && start < to)
      .map((one) => ({ ...one, start: Math.max(one.start, from), end: Math.min(one.end, to) }));
    return { from, to, production: { orders: kept, counts: counts.filter((one) => one.to >= from && one.to < to) } };
  }

  /**
   * Where something else may hold: at what is new, and at what it takes back or replaces, or brings back so. An order reaches
   * on to what was stated after it; a count is told where it ends.
   */
  #touchedBy(news: readonly ProductionStatement[]): Pick<ProductionTold, "from" | "to"> {
    const ids = new Set(news.map(({ id }) => id));
    const all = [...news, ...this.#statements.values()];
    for (let known = 0; known < ids.size; ) {
      known = ids.size;
      for (const { id, target, replaces } of all)
        if (ids.has(id)) for (const other of [target, replaces]) if (other !== null) ids.add(other);
    }
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const one of all) {
      if (!ids.has(one.id) || one.target !== null) continue;
      from = Math.min(from, one.of === "orders" ? one.start : one.to);
      to = Math.max(to, one.of === "orders" ? LASTING : one.to + 1);
    }
    return { from: Math.max(from, this.#since), to };
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
