/** Measurements by hand: what is due, what somebody measured, and what is taken back. Each stands in the ledger by name. */
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import { unitSymbol } from "../../core/connect/units/index.ts";
import type { Author, Person } from "../../core/govern/identity/index.ts";
import {
  type ChartView,
  type DrawnPoint,
  handEntryOf,
  measuredFault,
  type MeasureDeed,
  type MeasureView,
  type Measuring,
  readMeasureDeed,
  SamplingRounds,
  sayCharting,
  type ShownDue,
  shownMeasurement,
  type ShownMeasurement,
  specificationOf,
  statisticOf,
  tagOf,
  type Withdrawing,
  versionsFor,
} from "../../core/model/charting/index.ts";
import {
  chartPath,
  type Doubt,
  doubtsOf,
  type Expected,
  expectedOf,
  limitsInForce,
  type LimitsVersion,
  mayMeasure,
  measurementOf,
  SPC_MEASUREMENT,
  takenOf,
  withdrawalFault,
} from "../../core/model/limits/index.ts";
import { type Answer, answer, type SharedScreens, type Visitor } from "../shared-screen/index.ts";
import type { DeployedChart } from "./deployed.ts";
import type { ChartPorts } from "./ports.ts";
import { notRecorded, refused } from "./refusing.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Two shifts, also where a week lies between them. */
const ROUND = 9 * DAY;
/** The clocks of the page and of the server may differ by so much. */
const APART = 5 * MINUTE;
/** What waited longer in a browser is no measurement of this process any more. */
const OLDEST_QUEUED = 7 * DAY;
/** Two measurements of one millisecond are told apart by the next; further away nobody looks for one that was sent twice. */
const SAME = MINUTE;
const MOST_ENTRIES = 10_000;
/** Charts of what lies between two events. */
const RARE: ReadonlySet<string> = new Set(["g", "t"]);
const MOST_LAST = 20;
const MOST_WITHDRAWN = 100;
const RECENT = 25;

type Versions = (chart: DeployedChart) => Promise<LimitsVersion[]>;

export class MeasureDesk {
  readonly #ports: ChartPorts;
  readonly #screens: SharedScreens;
  readonly #versions: Versions;
  /** By the path of their chart, as long as the model is the same. */
  #rounds: { readonly model: PlantModel; readonly of: Map<string, { readonly plan: object; readonly rounds: SamplingRounds }> } | undefined;

  constructor(ports: ChartPorts, screens: SharedScreens, versions: Versions) {
    [this.#ports, this.#screens, this.#versions] = [ports, screens, versions];
  }

  /** What is due, in short; null of a chart that nobody measures by hand. */
  async due(one: DeployedChart): Promise<ShownDue | null> {
    if (one.chart.definition.source.from !== "hand") return null;
    const round = (await this.#round(one))?.round;
    if (round === undefined) return { state: null, at: null, missed: 0 };
    const { open, next, shifts } = round;
    const missed = shifts[0]?.due.filter(({ state }) => state === "missed").length ?? 0;
    return open === null
      ? { state: null, at: next, missed }
      : { state: open.state === "overdue" ? "overdue" : "due", at: open.due, missed };
  }

  /** `touchedMs`: how long ago the screen was touched, where the page says so. */
  async view(visitor: Visitor, one: DeployedChart, chart: ChartView, touchedMs: number | null): Promise<MeasureView> {
    const { definition, circumstances } = one.chart;
    if (touchedMs !== null) this.#screens.touched(visitor, touchedMs);
    const { author, person, shared } = await this.#screens.standing(definition.asset, visitor);
    const entries = await this.#entries(one, chart.now - ROUND, chart.now + APART);
    const last = await this.#shown(author?.person ?? null, one, entries.slice(-MOST_LAST));
    const plan = definition.source.from === "hand" ? definition.source.plan : null;
    const points = chart.version === null ? { level: unjudged(entries, chart.now - chart.hours * 60 * MINUTE), spread: [] } : chart.points;
    return {
      chart: { ...chart, points },
      entry: handEntryOf(one.request),
      part: circumstances.product ?? null,
      units: chart.unit === null ? [] : [...new Set([chart.unit, unitSymbol(chart.unit)])],
      plan,
      round: (await this.#round(one))?.round ?? null,
      last: last.toReversed(),
      person,
      shared,
    };
  }

  /** Those of a time that were taken back, the newest first. */
  async withdrawn(one: DeployedChart, from: number, to: number): Promise<ShownMeasurement[]> {
    if (one.chart.definition.source.from !== "hand") return [];
    const entries = (await this.#entries(one, from, to)).filter((entry) => measurementOf(entry)?.data.withdrawn !== undefined);
    return (await this.#shown(null, one, entries.slice(-MOST_WITHDRAWN))).toReversed();
  }

  /** What is asked and who asks it, or why it is refused. */
  async said(
    visitor: Visitor,
    one: DeployedChart,
    body: unknown,
  ): Promise<{ readonly author: Author; readonly deed: MeasureDeed } | Answer> {
    const deed = readMeasureDeed(body);
    if ("fault" in deed) return refused(400, "BAD_REQUEST", deed.fault);
    const { asset, source } = one.chart.definition;
    if (source.from !== "hand") return refused(409, "NOT_BY_HAND", sayCharting("notByHand"));
    const author = await this.#screens.authorOf(asset, visitor, deed.by);
    if ("status" in author) return answer(author);
    if (!mayMeasure(author.person, asset)) return refused(403, "REFUSED", sayCharting("mayNotMeasure"));
    const now = this.#ports.now();
    if (deed.made > now + APART) return refused(400, "FUTURE", sayCharting("inFuture"));
    if (deed.made < now - (deed.queued === true ? OLDEST_QUEUED : APART)) return refused(409, "TOO_OLD", sayCharting("tooOld"));
    return { author, deed };
  }

  /** One after the other: each reads what was measured before it. */
  async act(author: Author, one: DeployedChart, deed: MeasureDeed): Promise<Answer> {
    return deed.action === "measure" ? this.#measure(author, one, deed) : this.#withdraw(author, one, deed);
  }

  async #measure(author: Author, one: DeployedChart, said: Measuring): Promise<Answer> {
    const { definition } = one.chart;
    const { action: _action, made, by: _by, ...data } = said;
    const near = await this.#entries(one, made, made + SAME);
    const before = near.find((entry) => entry.data["id"] === said.id);
    if (before !== undefined) return { status: 200, body: { at: before.start } };
    const fault = measuredFault(this.#ports.model(), one.request, said);
    if (fault !== undefined) return refused(422, "WRONG_MEASUREMENT", fault);
    const doubts = said.confirmed === true ? [] : await this.#doubts(one, said);
    if (doubts.length > 0) {
      return { status: 409, body: { code: "DOUBTFUL", ...sayCharting("doubtful"), doubts } };
    }
    const times = new Set(near.map(({ start }) => start));
    let at = made;
    while (times.has(at)) at += 1;
    const round = await this.#round(one);
    const due = round === undefined ? null : round.rounds.answered(at, round.taken);
    const { asset, chart } = definition;
    return this.#state(author, one, at, { ...data, asset, chart, due }, `Measured by hand: ${chart}`);
  }

  async #withdraw(author: Author, one: DeployedChart, { at, target, reason }: Withdrawing): Promise<Answer> {
    const revisions = await this.#ports.ledger().revisions(SPC_MEASUREMENT, chartPath(one.chart.definition), at);
    const [first, last] = [revisions[0], revisions.at(-1)];
    const measured = last === undefined ? undefined : measurementOf(last);
    if (first === undefined || measured === undefined || measured.data.id !== target)
      return refused(409, "NO_MEASUREMENT", sayCharting("noMeasurement"));
    if (measured.data.withdrawn !== undefined) return { status: 200, body: { at } };
    const fault = withdrawalFault(one.chart.definition.asset, first.author, author.person);
    if (fault !== undefined) return refused(403, "REFUSED", fault);
    const { terminal: _measuredAt, ...data } = measured.data;
    return this.#state(author, one, at, { ...data, withdrawn: reason.trim() }, reason);
  }

  async #state({ person, terminal }: Author, one: DeployedChart, at: number, said: object, reason: string): Promise<Answer> {
    const data = terminal === null ? said : { ...said, terminal };
    const statement = { kind: SPC_MEASUREMENT, asset: chartPath(one.chart.definition), start: at, end: at, data };
    const { entries, rejects } = await this.#ports.state([statement], { author: person.name, reason });
    if (entries.length > 0) return { status: 200, body: { at } };
    return notRecorded(rejects, sayCharting("measurementNotRecorded"));
  }

  /** Limits and specifications say what is expected; without limits the last measurements do. */
  async #doubts(one: DeployedChart, { values = [], part, made }: Measuring): Promise<readonly Doubt[]> {
    if (values.length === 0) return [];
    const { definition, circumstances } = one.chart;
    const limits =
      limitsInForce(versionsFor(definition, await this.#versions(one)), circumstances, made)?.limits ?? definition.given?.limits;
    const product = this.#ports.model().products.get(part ?? circumstances.product ?? "");
    const { lower = null, upper = null } = product === undefined ? {} : specificationOf(product, tagOf(definition));
    const parts = limits?.parameters.parts ?? {};
    const named = part !== undefined && Object.hasOwn(parts, part) ? parts[part] : undefined;
    // Limits of rare events are of another scale than what is typed.
    const scale = RARE.has(definition.kinds[0]) ? undefined : limits;
    const recent = scale === undefined && part === undefined ? await this.#recent(one, made) : [];
    const sigma = definition.kinds[0] === "z" ? (named?.sigma ?? 0) : scale?.sigma;
    const known = scale === undefined ? expectedOf(recent) : { centre: named?.nominal ?? scale.centre, sigma: sigma ?? 0 };
    const middle = lower === null || upper === null ? 0 : (lower + upper) / 2;
    const expected: Expected = { ...(known ?? { centre: middle, sigma: 0 }), lower, upper };
    return doubtsOf(values, expected);
  }

  async #recent(one: DeployedChart, now: number): Promise<readonly number[]> {
    const entries = await this.#entries(one, now - ROUND, now + APART);
    return entries.slice(-RECENT).flatMap((entry) => {
      const data = measurementOf(entry)?.data;
      return data === undefined || data.withdrawn !== undefined ? [] : (data.values ?? []);
    });
  }

  async #round(one: DeployedChart) {
    const { source, asset } = one.chart.definition;
    const plan = source.from === "hand" ? source.plan : null;
    if (plan === null) return undefined;
    const [now, model, path] = [this.#ports.now(), this.#ports.model(), chartPath(one.chart.definition)];
    if (this.#rounds?.model !== model) this.#rounds = { model, of: new Map() };
    const known = this.#rounds.of.get(path);
    const rounds = known?.plan === plan ? known.rounds : new SamplingRounds(model, asset, plan, one.since ?? 0);
    this.#rounds.of.set(path, { plan, rounds });
    const entries = await this.#entries(one, now - ROUND, now + APART);
    const taken = takenOf(entries.flatMap((entry) => measurementOf(entry) ?? []));
    return { rounds, taken, round: rounds.at(now, taken) };
  }

  /** In order of time; each as it was said last. */
  async #entries({ chart }: DeployedChart, from: number, to: number): Promise<readonly LedgerEntry[]> {
    const filter = { kind: SPC_MEASUREMENT, asset: chartPath(chart.definition), from, to, limit: MOST_ENTRIES, newest: true };
    return this.#ports.ledger().latest(filter);
  }

  /** `person`: who may take them back; null where nobody is there. */
  async #shown(person: Person | null, one: DeployedChart, entries: readonly LedgerEntry[]): Promise<ShownMeasurement[]> {
    const { asset } = one.chart.definition;
    const shown: ShownMeasurement[] = [];
    for (const entry of entries) {
      // Who measured is the author of the first statement; of the last it is who took it back.
      const [first] = entry.revision === 1 ? [entry] : await this.#ports.ledger().revisions(entry.kind, entry.asset, entry.start);
      const measured = shownMeasurement(entry, first?.author);
      if (measured === undefined) continue;
      const withdraws = measured.withdrawn === null && person !== null && withdrawalFault(asset, measured.by, person) === undefined;
      shown.push({ ...measured, withdraws });
    }
    return shown;
  }
}

/** What was measured while no limits judge it, to be seen all the same. */
function unjudged(entries: readonly LedgerEntry[], from: number): DrawnPoint[] {
  return entries.flatMap((entry): DrawnPoint[] => {
    const measured = measurementOf(entry);
    if (measured === undefined || measured.at < from || measured.data.withdrawn !== undefined) return [];
    const value = statisticOf(measured);
    if (value === null) return [];
    return [{ at: measured.at, value, centre: null, lower: null, upper: null, sigma: null, version: null, rules: [] }];
  });
}
