/** The data of a terminal and its entries. Who asks, and whether for a machine that the account covers, was seen to before. */
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import { type Equipment, hasState, type PlantModel } from "../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { covers, hasRole, type Person } from "../../core/govern/identity/index.ts";
import {
  DOWNTIME_STATEMENT,
  type Effective,
  effectiveStops,
  heldStatements,
  heldStops,
  type LedgerReader,
  reasonsFor,
} from "../../core/operate/downtime/index.ts";
import { bucketOf, interpret, type OeeMachine, oeeMachine } from "../../core/operate/oee/index.ts";
import {
  COUNT_MANUAL,
  countedByHand,
  currentOrder,
  mayRequest,
  oftenUsed,
  ORDER_MANUAL,
  readRequest,
  type Refusal,
  shownParts,
  shownReview,
  statementFor,
  type TerminalRequest,
  type TerminalView,
} from "../../core/operate/terminal/index.ts";

export interface TerminalPorts {
  readonly model: () => PlantModel;
  readonly ledger: () => LedgerReader;
  state(
    statements: readonly unknown[],
    by: { readonly author: string; readonly reason: string },
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly rejects: readonly Reject[] }>;
  /** The last recorded sample of each tag at an instant. Rejects while the historian is away. */
  lastSamples(tags: readonly string[], now: number): Promise<readonly Sample[]>;
  readonly now: () => number;
  /** A stop without a reason asks for one after so long, min. */
  readonly promptMinutes: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const HOUR = 3_600_000;
const SHOWN = 24 * HOUR;
const USED_SINCE = 7 * 24 * HOUR;
/** Neither decides what a state or a mode counts as now. */
const SETTINGS = { microStopMs: 0, silenceMs: 60_000 } as const;

export class Terminal {
  readonly #ports: TerminalPorts;
  /** Entries of one machine are recorded one after the other: each reads what was said before it. */
  #recording: Promise<unknown> = Promise.resolve();

  constructor(ports: TerminalPorts) {
    this.#ports = ports;
  }

  /** The machines that a person may stand at. */
  stations(person: Person): readonly Equipment[] {
    return [...this.#ports.model().equipment.values()].filter((one) => hasState(one) && covers(person, one.path));
  }

  async view(asset: string, person: Person): Promise<TerminalView> {
    const { now: clock, promptMinutes } = this.#ports;
    const [model, ledger, now] = [this.#ports.model(), this.#ports.ledger(), clock()];
    const machine = oeeMachine(model, asset, SETTINGS);
    const planned = "fault" in machine ? () => true : plannedAt(machine);
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
    return {
      now,
      zone: model.zone,
      station: { asset, label: model.equipment.get(asset)?.label ?? asset },
      person: { label: person.label, enters: hasRole(person, "operator", "supervisor", "engineer", "quality") },
      machine: last !== undefined && last.end === null ? { state: last.state, bucket: last.bucket, since: last.start } : state,
      ...shownParts(effective, planned, now),
      review: shownReview(effective),
      reasons: reasonsFor(model, asset),
      often: oftenUsed(
        said.filter(({ recorded }) => recorded >= now - USED_SINCE),
        model,
        asset,
      ),
      order: currentOrder(orders, product),
      products: [...model.products.values()].map(({ id, label }) => ({ id, label: label ?? id })),
      counted: { ...countedByHand(counts), since },
      promptMinutes,
    };
  }

  /** Records an entry; sent twice, it is one. */
  async enter(asset: string, person: Person, body: unknown): Promise<Answer> {
    const request = readRequest(body, this.#ports.now());
    if ("status" in request) return answer(request);
    const forbidden = mayRequest(person, request);
    if (forbidden !== undefined) return answer(forbidden);
    const turn = this.#recording.then(async () => this.#record(asset, person, request));
    this.#recording = turn.catch(() => undefined);
    return turn;
  }

  async #record(asset: string, person: Person, request: TerminalRequest): Promise<Answer> {
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
    const made = statementFor(request, this.#ports.model(), asset, earlier.at(-1)?.end);
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

function plannedAt({ rules }: OeeMachine): (from: number, to: number) => boolean {
  return (from, to) =>
    rules.plannedWindows(from, Math.max(to, from + 1)).some(({ start, end, planned }) => planned && start < to && end > from);
}

function recorded({ kind, start, revision, author, recorded: at }: LedgerEntry): Answer {
  return { status: 200, body: { kind, start, revision, author, recorded: at } };
}

function answer({ status, code, message }: Refusal): Answer {
  return { status, body: { code, message } };
}
