/**
 * The stops of the machines of a twin-oee, and what people say about them. Statements come from the ledger: at the start
 * by reading it, later by its subscription; the time that they give to another bucket goes to the machine's calculator.
 */
import type { TwinEvent } from "../../../core/connect/event/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { isSample, type Reject, reject, type Sample } from "../../../core/connect/sample/index.ts";
import {
  type AssignedChange,
  DOWNTIME_STATEMENT,
  type DowntimeStopEvent,
  foundAgain,
  heldEffective,
  heldParts,
  heldStatements,
  type LedgerReader,
  MachineStops,
  namedTime,
  type Recorded,
  restatedStops,
  statementOf,
  type StopMachine,
  stopMachine,
  type StopOptions,
  type StopStatement,
  type TrackerState,
} from "../../../core/operate/downtime/index.ts";
import { type AssignedStretch, type Correction, type Corrections, type OeeMachine, rolesByTag } from "../../../core/operate/oee/index.ts";

export interface StopsPorts {
  /** Absent: nothing that people say is known. Asked each time: after a failure of the storage it is another one. */
  readonly ledger: (() => LedgerReader) | undefined;
  /** Tells the calculator of the machine, and sends what it states again. */
  readonly assign: (asset: string, change: AssignedChange) => void;
  /** Keeps what late samples change before the memory, until the historian is asked; see `correct`. */
  readonly late: Pick<Corrections, "add">;
  /** Sends what somebody's words have changed. */
  readonly emit: (events: readonly TwinEvent[]) => void;
}

export type StopsState = Readonly<Record<string, TrackerState>>;

const DAY = 24 * 3_600_000;
const NO_ROOM = "The stops that this late sample changes stay as they are: too many corrections wait for the historian already.";

export class Stops {
  readonly #ports: StopsPorts;
  readonly #machines = new Map<string, MachineStops>();
  readonly #known = new Map<string, StopMachine>();
  readonly #assetByTag = new Map<string, string>();
  /** Parts are stated once it is known what was stated of them before. */
  #recalled = false;

  constructor(machines: readonly OeeMachine[], model: PlantModel, options: StopOptions, ports: StopsPorts, saved: StopsState = {}) {
    this.#ports = ports;
    for (const oee of machines) {
      const machine = stopMachine(model, oee);
      const from = Object.hasOwn(saved, oee.asset) ? saved[oee.asset] : undefined;
      this.#known.set(oee.asset, machine);
      this.#machines.set(oee.asset, new MachineStops(machine, options, from));
      for (const tag of Object.values(oee.tags)) this.#assetByTag.set(tag, oee.asset);
      if (machine.reasonTag !== undefined) this.#assetByTag.set(machine.reasonTag, oee.asset);
    }
  }

  /** Tags of a machine; with the one of its stop reason. */
  tagsOf(asset: string): readonly string[] {
    return [...this.#assetByTag].flatMap(([tag, of]) => (of === asset ? [tag] : []));
  }

  /** Before the calculators take the same payload, so that they state its minutes with what was assigned. */
  push(payload: unknown, latest: number): { events: TwinEvent[]; rejects: Reject[] } {
    const byAsset = new Map<string, Sample[]>();
    for (const sample of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
      const asset = isSample(sample) ? this.#assetByTag.get(sample.tag) : undefined;
      if (asset === undefined) continue;
      const known = byAsset.get(asset);
      if (known === undefined) byAsset.set(asset, [sample as Sample]);
      else known.push(sample as Sample);
    }
    const events: TwinEvent[] = [];
    const rejects: Reject[] = [];
    for (const [asset, samples] of byAsset) {
      const machine = this.#machines.get(asset);
      const pushed = machine?.push(samples, latest);
      if (machine === undefined || pushed === undefined) continue;
      events.push(...pushed.events, ...this.#partsOf(machine));
      rejects.push(...pushed.rejects);
      if (pushed.reassign !== null) this.#ports.assign(asset, pushed.reassign);
      if (pushed.beyond !== null && !this.#ports.late.add(asset, pushed.beyond))
        rejects.push(...pushed.beyond.samples.map((sample) => reject("QUEUE_FULL", sample, { message: NO_ROOM, tag: sample.tag })));
    }
    return { events, rejects };
  }

  /** What the ledger holds of the time in memory; `keepMs` as in `StopOptions.horizonMs`. */
  async read(now: number, keepMs: number): Promise<void> {
    const ledger = this.#ports.ledger?.();
    if (ledger === undefined) return;
    for (const [asset, machine] of this.#machines) {
      const { inMemoryFrom } = machine.tracker;
      const from = Math.min(now - keepMs, inMemoryFrom);
      const said = await heldStatements(ledger, asset, from, now + DAY);
      this.#tell(asset, machine.say(said));
      // Of what was said while nobody listened, also about stops that are no longer in memory.
      if (Number.isFinite(inMemoryFrom) && from < inMemoryFrom && said.some(({ stop }) => stop < inMemoryFrom))
        this.#tell(asset, { from, to: inMemoryFrom, stretches: await this.assignedIn(asset, from, inMemoryFrom) });
    }
  }

  /** Once everything recorded was read: what the calculators were told before is told again, all of it. */
  settle(ms: number): DowntimeStopEvent[] {
    return [...this.#machines].flatMap(([asset, machine]) => {
      this.#tell(asset, machine.whole());
      return machine.tracker.restate(ms);
    });
  }

  /** What was stated of parts before, from the ledger; answers how they differ from it now. */
  async recall(now: number): Promise<TwinEvent[]> {
    const ledger = this.#ports.ledger?.();
    const events: TwinEvent[] = [];
    this.#recalled = true;
    for (const [asset, machine] of this.#machines) {
      const from = machine.tracker.inMemoryFrom;
      machine.recall(ledger === undefined || from === Number.POSITIVE_INFINITY ? [] : await heldParts(ledger, asset, from, now + DAY));
      events.push(...machine.parts());
    }
    return events;
  }

  #partsOf(machine: MachineStops): readonly TwinEvent[] {
    return this.#recalled ? machine.parts() : [];
  }

  /** What somebody has just stated; other kinds and machines are passed over. */
  async heard(entries: readonly LedgerEntry[]): Promise<void> {
    for (const entry of entries) {
      const machine = entry.kind === DOWNTIME_STATEMENT ? this.#machines.get(entry.asset) : undefined;
      const statement = machine === undefined ? undefined : statementOf(entry);
      if (machine === undefined || statement === undefined) continue;
      if (statement.stop >= machine.tracker.inMemoryFrom) {
        this.#tell(entry.asset, machine.say([statement]));
        this.#ports.emit(this.#partsOf(machine));
      } else await this.#reopen(machine, statement, entry.end ?? statement.recorded);
    }
  }

  /** The stops that late samples change before the memory, as they would have been had the samples come in time. */
  async correct({ asset, beyond }: Correction, recorded: Recorded): Promise<{ events: DowntimeStopEvent[]; rejects: Reject[] }> {
    const [machine, tracker, ledger] = [this.#known.get(asset), this.#machines.get(asset)?.tracker, this.#ports.ledger?.()];
    const until = tracker?.dataTime ?? null;
    if (machine === undefined || tracker === undefined || ledger === undefined || until === null) return { events: [], rejects: [] };
    const events: DowntimeStopEvent[] = [];
    for (const stretch of beyond.stretches) {
      const found = await foundAgain(machine, stretch, beyond.samples, until, recorded);
      if (found === undefined) return { events, rejects: tooOld(machine, beyond.samples) };
      const restated = await restatedStops(machine, found, ledger, { inMemoryFrom: tracker.inMemoryFrom, until });
      events.push(...restated.events);
      this.#tell(asset, restated.reassign);
    }
    return { events, rejects: [] };
  }

  /** See `StopTracker.state`. */
  state(keepMs?: number): StopsState {
    return Object.fromEntries([...this.#machines].map(([asset, { tracker }]) => [asset, tracker.state(keepMs)]));
  }

  /** What is assigned now in a range, from the ledger. */
  async assignedIn(asset: string, from: number, to: number): Promise<readonly AssignedStretch[]> {
    const ledger = this.#ports.ledger?.();
    if (ledger === undefined) return [];
    return namedTime(await heldEffective(ledger, asset, from, to), to)
      .map((one) => ({ ...one, start: Math.max(one.start, from), end: Math.min(one.end, to) }))
      .filter(({ start, end }) => start < end);
  }

  /** A stop that is no longer in memory: what holds of its time is read from the ledger and told as a whole. */
  async #reopen(machine: MachineStops, { asset, stop, data, recorded }: StopStatement, reach: number): Promise<void> {
    const ledger = this.#ports.ledger?.();
    if (ledger === undefined) return;
    const effective = await heldEffective(ledger, asset, stop, Math.max(stop + 1, data.seen_end ?? 0, Math.min(reach, recorded)));
    const { stops } = effective;
    const from = Math.min(stop, ...stops.map((one) => one.stop.start));
    const to = Math.max(stop + 1, ...stops.map((one) => one.stop.end ?? recorded));
    this.#tell(asset, { from, to, stretches: await this.assignedIn(asset, from, to) });
    const end = Math.min(to, machine.tracker.inMemoryFrom);
    this.#ports.emit(machine.partsBefore(effective, await heldParts(ledger, asset, from, end), from, end));
  }

  #tell(asset: string, change: AssignedChange | null): void {
    if (change !== null) this.#ports.assign(asset, change);
  }
}

/** Of the machine's other samples OEE says that they are too old. */
function tooOld({ oee }: StopMachine, samples: readonly Sample[]): Reject[] {
  const roles = rolesByTag(oee);
  const message =
    "It names a stop of which raw samples are no longer kept. Keep them longer in the historian, or name the stop at the terminal.";
  return samples.filter(({ tag }) => !roles.has(tag)).map((sample) => reject("ANCIENT_TIMESTAMP", sample, { message, tag: sample.tag }));
}
