/** One alarm at work: its condition through delays, its ISA-18.2 state, and what is stated of it. */
import { type AlarmDefinition, alarmPath, watchedBy } from "./definition.ts";
import type { AlarmResponse } from "./response.ts";
import { ALARM_STATE, type AlarmStateData, type AlarmStateEvent, type EndReason, type Inhibition, isAnnunciation } from "./state-event.ts";
import { type AlarmState, type AlarmTrigger, isInhibited, nextState } from "./states.ts";

/** What is stated at present: one annunciation, or one period of inhibition. */
export interface OpenStatement {
  readonly start: number;
  readonly revision: number;
  readonly data: AlarmStateData;
}

export interface ClosedStatement extends OpenStatement {
  readonly end: number;
}

export interface AlarmPointState {
  readonly state: AlarmState;
  /** When it came into this state, ms UTC. */
  readonly since: number;
  /** The condition as it comes in, before delays. */
  readonly raw: boolean;
  /** The condition after delays. */
  readonly active: boolean;
  /** Since when `raw` differs from `active`; null while it does not. */
  readonly pending: number | null;
  /** Since when the condition is not known. Delays stand still meanwhile, and go on if it is what it was. */
  readonly unknownSince?: number | null;
  readonly open: OpenStatement | null;
  /** The statement that ended last: it may not have reached the ledger before a kill. */
  readonly closed: ClosedStatement | null;
  /** Start of the latest statement: the next one starts later. */
  readonly latest: number;
  readonly suppressed: boolean;
  /** Shelving that outlives a suppression by design. */
  readonly shelved: Inhibition | null;
  readonly cause: Cause;
  /** See `watchedBy`: what it watched when it was kept. */
  readonly watched?: string;
}

/** What a reading brings along for the statement. */
export interface Cause {
  readonly value: AlarmStateData["value"];
  readonly tag: string | null;
  readonly limit?: number | null;
  readonly unit?: string;
  readonly message?: string;
}

const START: AlarmPointState = {
  state: "normal",
  since: 0,
  raw: false,
  active: false,
  pending: null,
  open: null,
  closed: null,
  latest: -1,
  suppressed: false,
  shelved: null,
  cause: { value: null, tag: null },
};

export class AlarmPoint {
  #definition: AlarmDefinition;
  readonly #evidence: { readonly [key: string]: string };
  #at: AlarmPointState;
  #changed: boolean;

  /** `evidence` goes along with every statement. */
  constructor(definition: AlarmDefinition, evidence: { readonly [key: string]: string }, from: AlarmPointState = START) {
    this.#definition = definition;
    this.#evidence = evidence;
    const watched = watchedBy(definition.source);
    this.#changed = from.watched !== undefined && from.watched !== watched;
    this.#at = { ...from, watched };
  }

  get definition(): AlarmDefinition {
    return this.#definition;
  }

  /** From now on it is called so, by who raises it without a row; what is annunciated stays as it was. */
  redefine(definition: AlarmDefinition): void {
    this.#definition = definition;
  }

  /** Whether what was stated is about something that this alarm does not watch any more. */
  get isChanged(): boolean {
    return this.#changed;
  }

  get path(): string {
    return alarmPath(this.definition);
  }

  get current(): AlarmPointState {
    return this.#at;
  }

  /** The condition from `time` on; null: not known, which neither raises nor clears. `firstOut`: asked when it is annunciated. */
  observe(raw: boolean | null, time: number, cause: Cause, firstOut: () => boolean): AlarmStateEvent[] {
    const events = this.tick(time, firstOut);
    const unknownSince = this.#at.unknownSince ?? null;
    if (raw === null) {
      this.#at = { ...this.#at, unknownSince: unknownSince ?? time };
      return events;
    }
    const { active, raw: before } = this.#at;
    const pending = this.#at.pending === null || unknownSince === null ? this.#at.pending : this.#at.pending + time - unknownSince;
    // What raised it is what is shown, not the value that it has at the end of the delay.
    const shown = raw && !before ? { cause } : {};
    this.#at = { ...this.#at, ...shown, raw, pending: raw === active ? null : (pending ?? time), unknownSince: null };
    events.push(...this.tick(time, firstOut));
    return events;
  }

  /** The condition holds and is said again, by the node that watches it. */
  repeat(time: number, cause: Cause, firstOut: () => boolean): AlarmStateEvent[] {
    const { active, state } = this.#at;
    if (!active) return this.observe(true, time, cause, firstOut);
    this.#at = { ...this.#at, cause };
    return state === "unacknowledged" ? this.#apply("alarm", time, firstOut) : [];
  }

  /** Time goes on and delays elapse, while the condition is known. */
  tick(time: number, firstOut: () => boolean): AlarmStateEvent[] {
    const { pending, active, unknownSince = null } = this.#at;
    const delay = active ? this.definition.offDelayMs : this.definition.onDelayMs;
    if (pending === null || unknownSince !== null || time < pending + delay) return [];
    this.#at = { ...this.#at, active: !active, pending: null };
    return this.#apply(active ? "return" : "alarm", pending + delay, firstOut);
  }

  /**
   * What is over at `now`, the clock of the people who did it: a shelving, a time out of service, the quiet of an acknowledged
   * alarm that stands on. `time` is that of the machine.
   */
  due(now: number, time: number, firstOut: () => boolean): AlarmStateEvent[] {
    const { shelved } = this.#at;
    const isOver = (until: number | null | undefined): boolean => until != null && now >= until;
    const events: AlarmStateEvent[] = [];
    if (isOver(shelved?.until)) {
      this.#at = { ...this.#at, shelved: null };
      events.push(...this.#apply("unshelve", time, firstOut, { ended_because: "planned-end" }));
    }
    const { open, raw, state } = this.#at;
    if (state === "out-of-service" && isOver(open?.data.inhibited?.until))
      events.push(...this.#apply("return-to-service", time, firstOut, { ended_because: "planned-end" }));
    const [{ realarmMs }, acknowledged] = [this.definition, open?.data.acknowledged];
    // Nobody is called for what is about to return: its off-delay runs.
    if (state === "acknowledged" && raw && realarmMs !== undefined && acknowledged != null && now >= acknowledged.at + realarmMs)
      events.push(...this.#apply("re-alarm", time, firstOut, { ended_because: "re-alarm" }));
    return events;
  }

  /**
   * Suppression by design begins or ends. What held all the while in which it meant nothing must hold for the on-delay from
   * its end on: a flow needs some seconds after a pump has started.
   */
  suppress(suppressed: boolean, time: number, firstOut: () => boolean): AlarmStateEvent[] {
    if (suppressed === this.#at.suppressed) return [];
    this.#at = { ...this.#at, suppressed };
    if (this.#at.state === "out-of-service") return [];
    const { active, raw, unknownSince = null } = this.#at;
    if (!suppressed && active && this.definition.onDelayMs > 0)
      this.#at = { ...this.#at, active: false, pending: raw ? time : null, unknownSince: unknownSince === null ? null : time };
    return this.#apply(suppressed ? "suppress" : "unsuppress", time, firstOut);
  }

  /**
   * What a person did; nothing where it does not fit the present state, e.g. because somebody else was faster. `time`: of
   * the machine, which may be behind the clock of people.
   */
  respond({ author, recorded, data }: AlarmResponse, time: number, firstOut: () => boolean): AlarmStateEvent[] {
    const deed = { by: author, at: recorded, comment: data.comment ?? null };
    const { open, state } = this.#at;
    switch (data.action) {
      case "acknowledge":
      case "reset":
        if (open === null || open.start !== data.occurrence || !isAnnunciation(open.data)) return [];
        return this.#apply(data.action, time, firstOut, data.action === "acknowledge" ? { acknowledged: deed } : {});
      case "shelve": {
        if (data.until <= recorded || state === "shelved" || state === "out-of-service") return [];
        const shelved = { ...deed, until: data.until };
        this.#at = { ...this.#at, shelved };
        return this.#apply("shelve", time, firstOut, { inhibited: shelved });
      }
      case "unshelve":
        this.#at = { ...this.#at, shelved: null };
        return this.#apply("unshelve", time, firstOut);
      case "remove-from-service":
        if (state === "out-of-service" || (data.until ?? Number.POSITIVE_INFINITY) <= recorded) return [];
        this.#at = { ...this.#at, shelved: null };
        return this.#apply("remove-from-service", time, firstOut, { inhibited: { ...deed, until: data.until ?? null } });
      default:
        return this.#apply("return-to-service", time, firstOut);
    }
  }

  /**
   * The definition is gone or is another one: what is annunciated ends, and the condition is not known any more. What a
   * person has shelved or taken out of service stays so, unless the alarm itself is gone.
   */
  end(because: EndReason, time: number): AlarmStateEvent[] {
    this.#changed = false;
    const { open, latest, watched, suppressed, shelved } = this.#at;
    if (open !== null && because === "definition-changed" && !isAnnunciation(open.data)) {
      this.#at = { ...this.#at, raw: false, active: false, pending: null };
      return [];
    }
    const start: AlarmPointState = {
      ...START,
      latest: Math.max(latest, open?.start ?? latest),
      suppressed: because !== "definition-removed" && suppressed,
      shelved: because === "definition-removed" ? null : shelved,
      watched: watched ?? "",
    };
    this.#at = start;
    if (open === null) return [];
    const data: AlarmStateData = { ...open.data, state: "normal", active: false, ended_because: because };
    const closed = { start: open.start, revision: open.revision + 1, data, end: Math.max(time, open.start) };
    this.#at = { ...start, since: closed.end, closed };
    return [this.#event(closed, closed.end)];
  }

  /** Once more what was stated last; an equal statement changes nothing in the ledger. */
  restate(): AlarmStateEvent[] {
    const { closed, open } = this.#at;
    return [...(closed === null ? [] : [this.#event(closed, closed.end)]), ...(open === null ? [] : [this.#event(open, null)])];
  }

  /** Takes over what the ledger knows better than a snapshot from before a kill; what was not this node's `own` is stated as such. */
  adopt(stated: OpenStatement, own: boolean): AlarmStateEvent[] {
    const open = { ...stated, revision: stated.revision + (own ? 0 : 1) };
    const { state, active, returned, source, tag } = open.data;
    const { source: watched } = this.definition;
    this.#changed = source !== watched.kind || ("tag" in watched && tag !== watched.tag);
    this.#at = {
      ...this.#at,
      state,
      since: Math.max(this.#at.since, returned ?? open.start),
      raw: active,
      active,
      pending: null,
      open,
      latest: Math.max(this.#at.latest, open.start),
      suppressed: state === "suppressed",
      shelved: state === "shelved" ? open.data.inhibited : null,
    };
    return own || this.#changed ? [] : [this.#event(open, null)];
  }

  #apply(trigger: AlarmTrigger, time: number, firstOut: () => boolean, said: Partial<AlarmStateData> = {}): AlarmStateEvent[] {
    const before = this.#at;
    const { latching } = this.definition;
    const next = nextState(before.state, trigger, { latching, active: before.active });
    if (next === undefined) return [];
    // Nobody is called for an instant only: what comes back goes where the design or a shelving still keeps it.
    const returns = trigger === "unsuppress" || trigger === "return-to-service";
    const kept = returns && before.suppressed ? "suppressed" : returns && before.shelved !== null ? "shelved" : undefined;
    const state = kept ?? next;
    const inhibited = state === "shelved" ? before.shelved : (said.inhibited ?? null);
    const at = Math.max(time, before.since);
    this.#at = { ...before, state, since: at };
    const { open } = before;
    const again = trigger === "alarm" && before.state === "unacknowledged";
    const calls = trigger === "alarm" || trigger === "re-alarm";
    if (open !== null && !isInhibited(before.state) && !isInhibited(state) && state !== "normal" && (again || !calls)) {
      const revised: OpenStatement = {
        start: open.start,
        revision: open.revision + 1,
        data: {
          ...open.data,
          ...said,
          ...(again ? this.#shown() : {}),
          state,
          active: this.#at.active,
          returned: trigger === "return" ? at : open.data.returned,
          realarms: open.data.realarms + (again ? 1 : 0),
        },
      };
      this.#at = { ...this.#at, open: revised };
      return [this.#event(revised, null)];
    }
    const events: AlarmStateEvent[] = [];
    let { latest } = before;
    if (open !== null) {
      const returned = open.data.inhibited === null && trigger === "return" ? at : open.data.returned;
      const acknowledged = said.acknowledged ?? open.data.acknowledged;
      const because = said.ended_because === undefined ? {} : { ended_because: said.ended_because };
      const data = { ...open.data, state, active: this.#at.active, returned, acknowledged, ...because };
      const closed = { start: open.start, revision: open.revision + 1, data, end: Math.max(at, open.start) };
      this.#at = { ...this.#at, closed };
      events.push(this.#event(closed, closed.end));
      latest = Math.max(latest, open.start);
    }
    if (state === "normal") {
      this.#at = { ...this.#at, open: null, latest };
      return events;
    }
    // Two statements of one alarm never start at one instant: the ledger would take the second for a correction.
    const start = Math.max(at, latest + 1);
    const fresh = this.#opened(state, inhibited, at);
    // What calls again before it was over has the place that it had; nobody asks who came first a second time.
    const recurs = calls && open !== null && isAnnunciation(open.data);
    const first = fresh.group === null || isInhibited(state) ? null : recurs ? open.data.first_out : firstOut();
    const realarms = trigger === "re-alarm" ? (open?.data.realarms ?? 0) + 1 : 0;
    const opened = { start, revision: 1, data: { ...fresh, first_out: first, realarms } };
    this.#at = { ...this.#at, open: opened, latest: start };
    events.push(this.#event(opened, null));
    return events;
  }

  #opened(state: AlarmState, inhibited: Inhibition | null, at: number): AlarmStateData {
    const { asset, alarm, source, priority, class: kind, group } = this.definition;
    return {
      asset,
      alarm,
      state,
      active: this.#at.active,
      priority,
      class: kind,
      source: source.kind,
      ...this.#shown(),
      returned: null,
      acknowledged: null,
      inhibited: isInhibited(state) ? { ...(inhibited ?? { by: null, at, comment: null, until: null }), as: state } : null,
      group: group ?? null,
      first_out: null,
      realarms: 0,
    };
  }

  #shown(): Pick<AlarmStateData, "message" | "value" | "tag" | "limit" | "unit"> {
    const { source, message, unit: own } = this.definition;
    const { value, tag, limit = "limit" in source ? source.limit : null, unit = own, message: said = message } = this.#at.cause;
    return { message: said, value, tag: tag ?? ("tag" in source ? source.tag : null), limit, unit: unit ?? null };
  }

  #event({ start, revision, data }: OpenStatement, end: number | null): AlarmStateEvent {
    return { kind: ALARM_STATE, asset: this.path, start, end, revision, data, evidence: this.#evidence };
  }
}
