/** One panel over one range and choice: asks the historian again and again as long as somebody watches. */
import { HistorianUnavailable, type Query, type QueryResult } from "../../connect/history/index.ts";
import type { BoardServerPorts } from "./board-server.ts";
import { type DataEdge, stopped } from "./data-edge.ts";
import { withBeside } from "./beside.ts";
import { type Choices, compile, type PanelQueries } from "./panel-query.ts";
import {
  ascending,
  bounded,
  type Delta,
  difference,
  newestRow,
  type PanelResult,
  type PanelState,
  upTo,
  withCarryIn,
} from "./panel-state.ts";
import { derived } from "./derived.ts";
import { type Range, type RangeChoice, resolveRange, type ShiftAt } from "./range.ts";
import type { DataPanel } from "./spec.ts";
import type { Turnstile } from "./turnstile.ts";

export interface FeedPorts extends BoardServerPorts {
  readonly turnstile: Turnstile;
}

export interface FeedSubject {
  readonly panel: DataPanel;
  readonly range: RangeChoice;
  readonly choices: Choices;
  readonly refreshMs: number;
  readonly shiftAt: ShiftAt;
  /** How far the data of the board's line reaches. */
  readonly edge: () => Promise<DataEdge | null>;
}

const LONGEST_RETRY_MS = 30_000;
/** A historian that accepts a query and never answers is as good as away. */
const PATIENCE_MS = 20_000;
/** Revisions of past atoms still arrive, so a fixed range is asked again too, but rarely. */
const SETTLED_REFRESH_MS = 60_000;

export class Feed {
  readonly #ports: FeedPorts;
  readonly #subject: FeedSubject;
  readonly #listeners = new Set<() => void>();
  #state: PanelState | undefined;
  #delta: Delta | undefined;
  #version = 0;
  #failures = 0;
  #running = false;
  #stopped = false;
  #cancel: () => void = () => {};

  constructor(ports: FeedPorts, subject: FeedSubject) {
    this.#ports = ports;
    this.#subject = subject;
  }

  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Undefined until the first answer. */
  get state(): PanelState | undefined {
    return this.#state;
  }

  /** Counts the states. */
  get version(): number {
    return this.#version;
  }

  /** From the state before to this one; undefined when it must be taken whole. */
  get delta(): Delta | undefined {
    return this.#delta;
  }

  /** Calls at every new state; the answer ends it. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#running && this.#state === undefined) void this.#refresh();
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #refresh(): Promise<void> {
    this.#running = true;
    const { clock } = this.#ports;
    let range: Range | null | undefined;
    try {
      const edge = await this.#inTime(this.#subject.edge());
      range = resolveRange(this.#subject.range, clock.now(), this.#subject.shiftAt, edge);
      const next = range ? await this.#look(range, edge) : { ...blank("no-shift", clock.now()), edge };
      this.#failures = 0;
      if (!this.#stopped) this.#publish(next);
    } catch (error) {
      this.#failures += 1;
      if (!this.#stopped) this.#publish(this.#failed(error));
    }
    if (this.#stopped) return;
    this.#cancel = clock.after(this.#pause(range ?? null), () => void this.#refresh());
  }

  #pause(range: Range | null): number {
    const { refreshMs } = this.#subject;
    if (this.#failures > 0) return Math.min(LONGEST_RETRY_MS, refreshMs * 2 ** Math.min(this.#failures - 1, 10));
    const everyMs = range && !range.live ? Math.max(refreshMs, SETTLED_REFRESH_MS) : refreshMs;
    // Panels refresh in step, so that those which ask the same share the answer.
    return everyMs - (this.#ports.clock.now() % everyMs);
  }

  async #look(range: Range, edge: DataEdge | null): Promise<PanelState> {
    const { panel, choices, shiftAt } = this.#subject;
    const now = this.#ports.clock.now();
    const further = Object.fromEntries((panel.alsoOver ?? []).map((also) => [also.range, resolveRange(also.range, now, shiftAt, edge)]));
    const queries = compile(panel, range, choices, further);
    const answer = await this.#ports.turnstile.pass(() => this.#inTime(this.#ask(queries, edge)));
    return this.#answered(queries, answer, range, edge);
  }

  async #ask(
    { main, carryIn, limits, also, beside }: PanelQueries,
    edge: DataEdge | null,
  ): Promise<{ result: PanelResult; truncated: boolean }> {
    const ask = (query: Query): Promise<QueryResult> => this.#ports.historian.query(query);
    const [rows, carried, limitRows, more, others] = await Promise.all([
      ask(main),
      carryIn ? ask(carryIn) : undefined,
      limits ? ask(limits) : undefined,
      Promise.all(also.map(({ query }) => ask(query))),
      Promise.all(beside.map(({ query }) => ask(query))),
    ]);
    const joined = others.reduce((all, one, i) => withBeside(all, one, beside[i]?.heldMs !== undefined), ascending(rows));
    const known = derived(this.#subject.panel, joined, (as) => more[also.findIndex((one) => one.as === as)]);
    const { result, truncated } = bounded(main.fill && main.fill !== "none" ? upTo(edge, known) : known);
    const cut = truncated || atLimit(main, result);
    // What held before a cut range is not what held at its start.
    const whole = carried && !cut ? withCarryIn(result, carried, main.from) : result;
    return { result: { main: whole, ...(limitRows ? { limits: limitRows } : {}) }, truncated: cut };
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let cancel: (() => void) | undefined;
    const late = new Promise<never>((_resolve, refuse) => {
      cancel = this.#ports.clock.after(PATIENCE_MS, () => refuse(new HistorianUnavailable("The historian does not answer.")));
    });
    return Promise.race([answer, late]).finally(() => cancel?.());
  }

  #answered(
    queries: PanelQueries,
    { result, truncated }: { result: PanelResult; truncated: boolean },
    range: Range,
    edge: DataEdge | null,
  ): PanelState {
    const everyMs = queries.main.bucket?.everyMs;
    const now = this.#ports.clock.now();
    const start = newestRow(result.main);
    const single = queries.main.bucket === undefined && queries.main.columns.every((c) => !("field" in c) || c.aggregate !== undefined);
    const newest = start === null || single ? null : Math.min(start + (everyMs ?? 0), range.to);
    const halted = range.live && range.shift !== undefined && stopped(edge, now);
    const old = halted || (range.live && this.#outdated(newest, edge?.moving ? edge.at : now));
    const answered = start === null ? "empty" : "ok";
    return {
      status: old && start !== null ? "stale" : answered,
      newest: halted ? (edge?.at ?? newest) : newest,
      answeredAt: now,
      from: queries.main.from,
      to: range.to,
      ...(range.shift === undefined ? {} : { shift: range.shift }),
      edge,
      ...(everyMs === undefined ? {} : { everyMs }),
      truncated,
      result,
    };
  }

  /** While the data of the line catches up, a panel is measured by it and not by the clock. */
  #outdated(newest: number | null, present: number): boolean {
    const { staleAfterMs } = this.#subject.panel;
    return staleAfterMs !== undefined && newest !== null && present - newest > staleAfterMs;
  }

  #failed(error: unknown): PanelState {
    const away = error instanceof HistorianUnavailable;
    if (!away && this.#failures === 1)
      this.#ports.fault(`Panel ${this.#subject.panel.id}: ${error instanceof Error ? error.message : String(error)}`);
    const last = this.#state?.result ? this.#state : blank("empty", this.#ports.clock.now());
    return { ...last, status: away ? "unreachable" : "failed" };
  }

  #publish(next: PanelState): void {
    const before = this.#state;
    const [old, fresh] = [before?.result, next.result];
    const sameLimits = JSON.stringify(old?.limits) === JSON.stringify(fresh?.limits);
    this.#delta = old && fresh && sameLimits ? difference(old.main, fresh.main, next.from) : undefined;
    this.#state = next;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function blank(status: PanelState["status"], now: number): PanelState {
  return { status, newest: null, answeredAt: null, from: now, to: now, edge: null, truncated: false, result: null };
}

function atLimit(query: Query, result: QueryResult): boolean {
  return query.limit !== undefined && query.limit > 1 && result.series.some(({ rows }) => rows.length >= (query.limit as number));
}
