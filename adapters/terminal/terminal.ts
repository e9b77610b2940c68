/** The data of a terminal and its entries. Who asks, and whether for a machine that the account covers, was seen to before. */
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import { type Equipment, hasState } from "../../core/connect/model/index.ts";
import { type Author, covers, hasRole, type Person } from "../../core/govern/identity/index.ts";
import {
  DOWNTIME_STATEMENT,
  type Effective,
  effectiveStops,
  heldStatements,
  heldStops,
  reasonsFor,
} from "../../core/operate/downtime/index.ts";
import { bucketOf, interpret, type OeeMachine, oeeMachine } from "../../core/operate/oee/index.ts";
import { closedPeriods } from "../../core/operate/period/index.ts";
import {
  COUNT_MANUAL,
  countedByHand,
  currentOrder,
  lastOwn,
  mayRequest,
  oftenUsed,
  ORDER_MANUAL,
  readRequest,
  refusedByClosing,
  shownEntries,
  shownParts,
  shownReview,
  spokenOf,
  statementFor,
  type TerminalRequest,
  type TerminalView,
} from "../../core/operate/terminal/index.ts";
import { type Answer, answer, type SharedScreens, type Visitor } from "../shared-screen/index.ts";
import type { TerminalPorts } from "./ports.ts";

const HOUR = 3_600_000;
const SHOWN = 24 * HOUR;
const USED_SINCE = 7 * 24 * HOUR;
/** Neither decides what a state or a mode counts as now. */
const SETTINGS = { microStopMs: 0, silenceMs: 60_000 } as const;

export class Terminal {
  readonly #ports: TerminalPorts;
  readonly #screens: SharedScreens;
  /** Entries of one machine are recorded one after the other: each reads what was said before it. */
  #recording: Promise<unknown> = Promise.resolve();

  constructor(ports: TerminalPorts, screens: SharedScreens) {
    [this.#ports, this.#screens] = [ports, screens];
  }

  /** The machines that a person may stand at. */
  stations(person: Person): readonly Equipment[] {
    return [...this.#ports.model().equipment.values()].filter((one) => hasState(one) && covers(person, one.path));
  }

  /** `touchedMs`: how long ago the screen was touched, where the page says so. */
  async view(asset: string, visitor: Visitor, touchedMs: number | null): Promise<TerminalView> {
    if (touchedMs !== null) this.#screens.touched(visitor, touchedMs);
    const { now: clock, promptMinutes, shortestSeconds, asksExternal: external } = this.#ports;
    const [model, ledger, now] = [this.#ports.model(), this.#ports.ledger(), clock()];
    const machine = oeeMachine(model, asset, SETTINGS);
    const planned = "fault" in machine ? () => true : plannedAt(machine);
    const closed = await closedPeriods(ledger, asset, now - SHOWN, now);
    const wanted = (from: number, to: number): boolean => planned(from, to) && !closed.some(({ start, end }) => start < to && end > from);
    const stops = await heldStops(ledger, asset, now - SHOWN, now + HOUR);
    const said = await heldStatements(ledger, asset, Math.min(now - USED_SINCE, stops[0]?.start ?? now), now + HOUR);
    const since = now - SHOWN;
    const recent = said.filter(
      ({ stop, recorded, data }) => Math.max(stop, recorded, data.made) >= since || stops.some(({ start }) => start === stop),
    );
    const effective: Effective = effectiveStops(stops, recent);
    const orders = await ledger.latest({ kind: ORDER_MANUAL, asset, from: now - USED_SINCE, to: now + HOUR });
    const counts = await ledger.latest({ kind: COUNT_MANUAL, asset, from: since, to: now + HOUR });
    const { machine: state, product } = await this.#present("fault" in machine ? undefined : machine, now);
    const last = stops.at(-1);
    const entriesSince = "fault" in machine ? since : (shiftBegun(machine, now) ?? since);
    const { author, person, shared } = await this.#screens.standing(asset, visitor);
    const entries = shownEntries(said, [...counts, ...orders], entriesSince);
    return {
      now,
      zone: model.zone,
      station: { asset, label: model.equipment.get(asset)?.label ?? asset },
      person: { ...person, decides: author !== null && hasRole(author.person, "supervisor", "engineer", "quality") },
      shared,
      machine: last !== undefined && last.end === null ? { state: last.state, bucket: last.bucket, since: last.start } : state,
      ...shownParts(effective, recent, { wanted, external, shortestMs: shortestSeconds * 1_000 }, now),
      review: shownReview(effective),
      closed: closed.map(({ start, end, author }) => ({ start, end, author })),
      entries,
      undo: lastOwn(entries, person.name)?.id ?? null,
      entriesSince,
      reasons: reasonsFor(model, asset),
      often: oftenUsed(
        said.filter(({ recorded }) => recorded >= now - USED_SINCE),
        model,
        asset,
        now,
      ),
      order: currentOrder(orders, product),
      products: [...model.products.values()].map(({ id, label }) => ({ id, label: label ?? id })),
      counted: { ...countedByHand(counts), since },
      promptMinutes,
    };
  }

  /** Records an entry; sent twice, it is one. */
  async enter(asset: string, visitor: Visitor, body: unknown): Promise<Answer> {
    const request = readRequest(body, this.#ports.now());
    if ("status" in request) return answer(request);
    const author = await this.#screens.authorOf(asset, visitor, request.by);
    if ("status" in author) return answer(author);
    const forbidden = mayRequest(author, request);
    if (forbidden !== undefined) return answer(forbidden);
    const turn = this.#recording.then(async () => this.#record(asset, author, request));
    this.#recording = turn.catch(() => undefined);
    return turn;
  }

  async #record(asset: string, { person, terminal }: Author, request: TerminalRequest): Promise<Answer> {
    const aboutStop = "stop" in request;
    const kind = aboutStop ? DOWNTIME_STATEMENT : request.action === "count" ? COUNT_MANUAL : ORDER_MANUAL;
    const ledger = this.#ports.ledger();
    let start = "stop" in request ? request.stop : request.made;
    let earlier = await ledger.revisions(kind, asset, start);
    const known = (entries: readonly LedgerEntry[]): LedgerEntry | undefined => entries.find(({ data }) => data["id"] === request.id);
    // Two people may count in the same millisecond: neither entry is a correction of the other.
    if (!aboutStop) {
      while (earlier.length > 0 && known(earlier) === undefined) {
        start += 1;
        earlier = await ledger.revisions(kind, asset, start);
      }
    }
    const before = known(earlier);
    if (before !== undefined) return recorded(before);
    const model = this.#ports.model();
    const extent = await spokenOf(request, earlier, { ledger, asset, now: this.#ports.now() });
    if ("status" in extent) return answer(extent);
    const locked = refusedByClosing(extent, await closedPeriods(ledger, asset, extent.from, extent.to), inZone(model.zone));
    if (locked !== undefined) return answer(locked);
    const made = statementFor(request, model, { asset, terminal }, earlier.at(-1)?.end);
    if ("status" in made) return answer(made);
    const statement = { ...made.statement, start, end: Math.max(start, made.statement.end ?? start) };
    const { entries, rejects } = await this.#ports.state([statement], { author: person.name, reason: made.reason });
    const [entry] = entries;
    if (entry !== undefined) return recorded(entry);
    return { status: 503, body: { code: rejects[0]?.code ?? "INTERNAL", message: rejects[0]?.message ?? "The entry was not recorded." } };
  }

  /** What the machine does, and the product it names itself; unknown while the historian is away. */
  async #present(
    machine: OeeMachine | undefined,
    now: number,
  ): Promise<{ machine: TerminalView["machine"]; product: { product: string; since: number } | null }> {
    const unknown = { machine: { state: null, bucket: "unknown", since: null }, product: null };
    if (machine === undefined) return unknown;
    const tags = (["state", "mode", "product"] as const).flatMap((role) => machine.tags[role] ?? []);
    const samples = await this.#ports.lastSamples(tags, now).catch(() => undefined);
    if (samples === undefined) return unknown;
    const lastOf = (role: "state" | "mode" | "product") => {
      const sample = samples.filter(({ tag }) => tag === machine.tags[role]).at(-1);
      const reading = sample && interpret(sample, role, machine)?.reading;
      return reading && "value" in reading ? { value: reading.value, time: reading.time } : undefined;
    };
    const [state, mode, product] = [lastOf("state"), lastOf("mode"), lastOf("product")];
    const name = typeof state?.value === "string" ? state.value : null;
    const modeName = machine.tags.mode === undefined ? undefined : typeof mode?.value === "string" ? mode.value : null;
    return {
      machine: { state: name, bucket: bucketOf(machine.rules.timeModel, name, modeName), since: state?.time ?? null },
      product: typeof product?.value === "string" ? { product: product.value, since: product.time } : null,
    };
  }
}

/** When the shift of an instant began, as far back as a day; undefined outside shifts. */
function shiftBegun({ rules }: OeeMachine, now: number): number | undefined {
  const windows = rules.plannedWindows(now - SHOWN, now + 1).toReversed();
  const [last] = windows;
  if (last === undefined || last.shift === null) return undefined;
  const other = windows.findIndex(({ shift, productionDay }) => shift !== last.shift || productionDay !== last.productionDay);
  return (other < 0 ? windows.at(-1) : windows[other - 1])?.start;
}

function inZone(timeZone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (instant) => format.format(instant);
}

function plannedAt({ rules }: OeeMachine): (from: number, to: number) => boolean {
  return (from, to) =>
    rules.plannedWindows(from, Math.max(to, from + 1)).some(({ start, end, planned }) => planned && start < to && end > from);
}

function recorded({ kind, start, revision, author, recorded: at }: LedgerEntry): Answer {
  return { status: 200, body: { kind, start, revision, author, recorded: at } };
}
