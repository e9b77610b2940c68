/**
 * What is judged live while what was missed cannot be read back. It calls somebody, but it may turn out otherwise: when the
 * historian answers, the charts begin again from where they stood and judge everything in order, once.
 */
import { everyLatest } from "../../../core/connect/ledger/index.ts";
import { reject, type Reject } from "../../../core/connect/sample/index.ts";
import { tagsOf } from "../../../core/model/charting/index.ts";
import { chartPath, type ChartPart, SPC_SIGNAL, type SignalData, type SignalEvent } from "../../../core/model/limits/index.ts";
import type { LedgerReader } from "../../../core/operate/downtime/index.ts";
import type { BoundChart, BoundCharts, ChartsSaved } from "./bound-charts.ts";

const PARTS: readonly ChartPart[] = ["level", "spread"];

type States = ChartsSaved["charts"];

/** What came of judging in order: signals that are none, and charts of which less was recorded than they had taken. */
export interface InOrder {
  readonly withdrawn: readonly SignalEvent[];
  /** Of those the ones whose alarm still holds and that nothing has taken the place of. */
  readonly over: readonly SignalEvent[];
  readonly rejects: readonly Reject[];
  /** They go on from what they had taken. */
  readonly keep: States;
}

export class Overtaken {
  /** Since when something was judged out of order, ms of the computer's clock; undefined: nothing is. */
  #since: number | undefined;
  /** The charts before anything live; undefined while everything is judged in order. */
  #before: States | undefined;
  /** The charts as live samples have made them, where they are known. */
  #live: States = {};
  /** Readings that each had taken by then. */
  #taken: Readonly<Record<string, number>>;
  /** How far each had judged in order when this began. */
  readonly #from: ReadonlyMap<string, number | null>;
  /** Signals that were told of what was read back, in order. */
  readonly #told = new Set<string>();

  constructor({ all }: BoundCharts, saved: ChartsSaved["ahead"]) {
    this.#since = saved?.since;
    this.#taken = saved?.taken ?? {};
    this.#from = new Map(all.map(({ path, chart }) => [path, chart.settled]));
  }

  /** Whether live samples are judged before what was missed. */
  get lasts(): boolean {
    return this.#before !== undefined;
  }

  /** Whether this chart is to judge again what it judges now. */
  has({ path }: BoundChart): boolean {
    return this.#before !== undefined && Object.hasOwn(this.#before, path);
  }

  /** From here on live samples go first; false where they did. What people measure is in order whatever the historian has. */
  begin(charts: BoundCharts, now: number): boolean {
    const sampled = charts.all.filter(({ chart }) => tagsOf(chart.definition).length > 0);
    if (this.lasts || sampled.length === 0) return false;
    this.#since ??= now;
    this.#before = Object.fromEntries(sampled.map(({ path, chart }) => [path, chart.state()]));
    return true;
  }

  /** The states from which the charts judge again, in order. */
  again(charts: BoundCharts): States {
    const before = this.#before ?? {};
    const { charts: live } = charts.state();
    this.#live = within(live, before);
    this.#taken = takenIn(this.#live);
    this.#before = undefined;
    return { ...live, ...before };
  }

  /** These were told of something that was read back. */
  heard(events: readonly SignalEvent[]): void {
    if (this.lasts) return;
    for (const { asset, start } of events) this.#told.add(`${asset} ${start}`);
  }

  /** Everything is judged in order; null where it always was. */
  async settle(charts: BoundCharts, ledger: LedgerReader, to: number): Promise<InOrder | null> {
    const since = this.#since;
    if (since === undefined) {
      this.#told.clear();
      return null;
    }
    const short = charts.all.filter(({ path, chart }) => chart.taken < (this.#taken[path] ?? 0));
    const withdrawn: SignalEvent[] = [];
    const over: SignalEvent[] = [];
    for (const one of charts.all) {
      if (short.includes(one) || !this.#from.has(one.path)) continue;
      for (const { event, lasts } of await this.#untold(one, ledger, since, to)) {
        withdrawn.push(event);
        if (lasts && !one.chart.signals.some(({ data }) => data.part === event.data.part)) over.push(event);
      }
    }
    if (this.lasts) return null;
    const keep = Object.fromEntries(short.flatMap(({ path }) => (this.#live[path] === undefined ? [] : [[path, this.#live[path]]])));
    const rejects = short.map((one) => tooFew(one, this.#taken[one.path] ?? 0));
    this.#since = undefined;
    [this.#live, this.#taken] = [{}, {}];
    this.#told.clear();
    return { withdrawn, over, rejects, keep };
  }

  /** What a snapshot holds: the charts as far as everything was judged in order. */
  saved(state: ChartsSaved): ChartsSaved {
    if (this.#since === undefined) return state;
    const taken = this.#before === undefined ? this.#taken : takenIn(within(state.charts, this.#before));
    return { ...state, charts: { ...state.charts, ...this.#before }, ahead: { since: this.#since, taken } };
  }

  async #untold(
    { path, chart }: BoundChart,
    ledger: LedgerReader,
    since: number,
    to: number,
  ): Promise<{ readonly event: SignalEvent; readonly lasts: boolean }[]> {
    const from = this.#from.get(path) ?? Number.NEGATIVE_INFINITY;
    const open = new Set(chart.signals.map(({ start, data }) => `${data.part} ${start}`));
    const found: { readonly event: SignalEvent; readonly lasts: boolean }[] = [];
    for (const part of PARTS) {
      const asset = chartPath({ ...chart.definition, part });
      const told = await everyLatest(ledger, { kind: SPC_SIGNAL, asset, from: Math.max(from, 0), to });
      for (const { start, end, revision, data, recorded } of told) {
        if (recorded < since || data["withdrawn"] === true) continue;
        if (open.has(`${part} ${start}`) || this.#told.has(`${asset} ${start}`)) continue;
        // The twin is its author: the schema was kept when it was stated.
        const said = { ...(data as unknown as SignalData), withdrawn: true };
        found.push({ event: { kind: SPC_SIGNAL, asset, start, end: start, revision: revision + 1, data: said }, lasts: end === null });
      }
    }
    return found;
  }
}

function within(states: States, these: States): States {
  return Object.fromEntries(Object.entries(states).filter(([path]) => Object.hasOwn(these, path)));
}

function takenIn(states: States): Record<string, number> {
  return Object.fromEntries(Object.entries(states).map(([path, { intake }]) => [path, intake.taken ?? 0]));
}

function tooFew({ path, chart }: BoundChart, taken: number): Reject {
  const tags = tagsOf(chart.definition);
  const message = `${taken} samples were taken until the historian came back, but ${chart.taken} are recorded; the chart goes on from what it took, without what was missed. See that the historian keeps ${tags.join(", ")}.`;
  return reject("TOO_FEW", { chart: path }, { message });
}
