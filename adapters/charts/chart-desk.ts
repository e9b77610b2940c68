/** Control charts as people see them, and what they say of signals. Who asks was seen to before; what they may see is seen to here. */
import { HistorianUnavailable } from "../../core/connect/history/index.ts";
import { covers, type Person } from "../../core/govern/identity/index.ts";
import {
  type ChartDeed,
  type ChartListView,
  type ChartView,
  chartRights,
  codeFault,
  drawnPoints,
  drawnTags,
  foundCauses,
  type MeasureView,
  offeredCauses,
  readDeed,
  sayCharting,
  type SaidCodes,
  type ShownChart,
  type ShownDue,
  type ShownSignal,
  shownRule,
  shownSignal,
  shownVersion,
  specificationOf,
  tagOf,
  versionsFor,
} from "../../core/model/charting/index.ts";
import {
  type ChartPart,
  chartPath,
  limitsInForce,
  type LimitsVersion,
  responseFault,
  SPC_RESPONSE,
  SPC_SIGNAL,
} from "../../core/model/limits/index.ts";
import type { Answer, SharedScreens, Visitor } from "../shared-screen/index.ts";
import { type CapabilityDeskGround, recordCapability, recordedCapabilities, stateCapability } from "./capability-desk.ts";
import { hasCapability } from "./capability-ground.ts";
import { ThreadEnded } from "../threads/remote-thread.ts";
import { ChartOverview, type Overviewed } from "./chart-overview.ts";
import type { DeployedChart } from "./deployed.ts";
import { signalsOf, statedSignals, versionsOf } from "./ledger-said.ts";
import { LimitsDesk } from "./limits-desk.ts";
import { MeasureDesk } from "./measure-desk.ts";
import type { ChartPorts } from "./ports.ts";
import { Readings } from "./readings.ts";
import { notRecorded, refused } from "./refusing.ts";

type Answering = Extract<ChartDeed, { readonly action: "close" | "reopen" | "comment" }>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Open signals older than this have been forgotten, not handled; the ledger still has them. */
const SIGNALS_DAYS = 90;
const MOST_POINTS = 2_000;
const MOST_CLOSED = 30;
/** What the entry page draws. */
const MEASURED_HOURS = 24;
export const CHART_HOURS: readonly number[] = [2, 8, 24, 168];

export class ChartDesk {
  readonly #ports: ChartPorts;
  readonly #readings: Readings;
  readonly #limits: LimitsDesk;
  readonly #hand: MeasureDesk;
  readonly #overview: ChartOverview;
  /** One statement after the other: each reads what was said before it. */
  #recording: Promise<unknown> = Promise.resolve();

  constructor(ports: ChartPorts, screens: SharedScreens) {
    this.#ports = ports;
    this.#readings = new Readings(ports);
    this.#limits = new LimitsDesk(ports, this.#readings, ({ chart }) => versionsOf(ports.ledger(), chart.definition));
    this.#hand = new MeasureDesk(ports, screens, ({ chart }) => versionsOf(ports.ledger(), chart.definition));
    this.#overview = new ChartOverview(ports);
  }

  close(): void {
    this.#readings.close();
    this.#overview.close();
  }

  async list(person: Person): Promise<ChartListView> {
    const now = this.#ports.now();
    const charts = this.#charts(person);
    const signals = await statedSignals(this.#ports.ledger(), { from: now - SIGNALS_DAYS * DAY, to: now + HOUR });
    const rests = await Promise.all(
      charts.map(async (one): Promise<Overviewed> => {
        const own = signalsOf(signals, chartPath(one.chart.definition));
        return { ...this.#ports, one, versions: await versionsOf(this.#ports.ledger(), one.chart.definition), signals: own };
      }),
    );
    return this.#overview.list(rests, async ({ one, versions }) => this.#shown(one, signals, versions, await this.#hand.due(one)));
  }

  has(person: Person, path: string): boolean {
    return this.#find(person, path) !== undefined;
  }

  labelOf(path: string): string {
    return path.split(".").slice(-2).join(" · ");
  }

  /** Undefined where there is no such chart, or not for this person. */
  async view(person: Person, path: string, hours: number): Promise<ChartView | undefined> {
    const one = this.#find(person, path);
    if (one === undefined || !CHART_HOURS.includes(hours)) return undefined;
    const { definition, circumstances } = one.chart;
    const [now, model] = [this.#ports.now(), this.#ports.model()];
    const from = now - hours * HOUR;
    const [signals, versions] = [
      await statedSignals(this.#ports.ledger(), { from: now - SIGNALS_DAYS * DAY, to: now + HOUR }),
      await versionsOf(this.#ports.ledger(), one.chart.definition),
    ];
    const parts: readonly ChartPart[] = definition.kinds[1] === undefined ? ["level"] : ["level", "spread"];
    const tags = parts.flatMap((part) => drawnTags(definition, part));
    const samples = await this.#ports.samples(tags, from, now + HOUR);
    const [level = [], spread = []] = parts.map((part) => drawnPoints(samples, definition, part, from));
    const own = signalsOf(signals, path);
    const inForce = limitsInForce(versionsFor(definition, versions), circumstances, now)?.version;
    const { name, label } = person;
    return {
      ...this.#shown(one, signals, versions, await this.#hand.due(one)),
      plant: model.equipment.get(`${model.enterprise}.${model.site}`)?.label ?? `${model.enterprise}.${model.site}`,
      now,
      zone: model.zone,
      hours,
      person: { name, label, ...chartRights(person, definition.asset) },
      secondPerson: this.#ports.secondPerson,
      circumstances,
      scopes: (["product", "recipe", "stage"] as const).filter((field) => definition.circumstances[field] !== undefined),
      products: [...model.products.values()].map((product) => ({ id: product.id, label: product.label ?? product.id })),
      specifications: hasCapability(definition)
        ? Object.fromEntries([...model.products].map(([id, product]) => [id, specificationOf(product, tagOf(definition))]))
        : null,
      reactionPlan: definition.reactionPlan,
      rules: one.request.rules.rules.map(shownRule),
      points: { level: level.slice(-MOST_POINTS), spread: spread.slice(-MOST_POINTS) },
      withdrawn: await this.#hand.withdrawn(one, from, now + HOUR),
      more: Math.max(0, level.length - MOST_POINTS),
      signals: own.filter(({ closed }) => closed === null),
      closed: own.filter(({ closed }) => closed !== null).slice(0, MOST_CLOSED),
      offered: offeredCauses(model, definition.asset, now),
      pareto: foundCauses(model, own, versions, now),
      versions: versions.toSorted((a, b) => b.version - a.version).map((version) => shownVersion(version, version.version === inForce)),
      capabilities: await recordedCapabilities(this.#ports.ledger(), path),
    };
  }

  /** Whether people measure it by hand. */
  isByHand(person: Person, path: string): boolean {
    return this.#find(person, path)?.chart.definition.source.from === "hand";
  }

  /** The machine of a chart; undefined where there is no such chart, or not for this person. */
  assetOf(person: Person, path: string): string | undefined {
    return this.#find(person, path)?.chart.definition.asset;
  }

  /**
   * What the entry page shows; undefined where there is no such chart that is measured by hand, or not for this person.
   * `touchedMs`: how long ago the screen was touched, where the page says so.
   */
  async measureView(visitor: Visitor, path: string, touchedMs: number | null): Promise<MeasureView | undefined> {
    const one = this.#find(visitor.person, path);
    if (one?.chart.definition.source.from !== "hand") return undefined;
    const chart = await this.view(visitor.person, path, MEASURED_HOURS);
    return chart === undefined ? undefined : this.#hand.view(visitor, one, chart, touchedMs);
  }

  /** Records a measurement by hand, or takes one back; sent twice, it is done once. */
  async measure(visitor: Visitor, path: string, body: unknown): Promise<Answer> {
    const one = this.#find(visitor.person, path);
    if (one === undefined) return refused(404, "NO_CHART", sayCharting("noChart"));
    const said = await this.#hand.said(visitor, one, body);
    return "status" in said ? said : this.#inTurn(() => this.#hand.act(said.author, one, said.deed));
  }

  /** Does what a person asks of a chart; sent twice, it is done once. */
  async act(person: Person, path: string, body: unknown): Promise<Answer> {
    const one = this.#find(person, path);
    if (one === undefined) return refused(404, "NO_CHART", sayCharting("noChart"));
    const deed = readDeed(body);
    if ("fault" in deed) return refused(400, "BAD_REQUEST", deed.fault);
    const fault = codeFault(this.#ports.model(), one.chart.definition.asset, codesOf(deed), this.#ports.now());
    if (fault !== undefined) return refused(422, "NOT_OFFERED", fault);
    try {
      return await this.#do(person, one, path, deed);
    } catch (error) {
      if (error instanceof HistorianUnavailable) return refused(503, "AWAY", sayCharting("historianAway"));
      if (error instanceof ThreadEnded) return refused(503, "ENDED", sayCharting("threadEnded"));
      throw error;
    }
  }

  async #do(person: Person, one: DeployedChart, path: string, deed: ChartDeed): Promise<Answer> {
    if (deed.action === "capability") return stateCapability(deed, one, await this.#ground(one, path));
    if (deed.action === "study" || deed.action === "review") return this.#limits.look(one, deed);
    return this.#inTurn(async () => {
      if (deed.action === "record-capability")
        return recordCapability(person, deed, one, { ...(await this.#ground(one, path)), unit: one.chart.definition.unit });
      return "signal" in deed ? this.#answer(person, one, deed) : this.#limits.decide(person, one, deed);
    });
  }

  #inTurn(record: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#recording.then(record);
    this.#recording = turn.catch(() => undefined);
    return turn;
  }

  /** What a capability rests on beside the values. */
  async #ground(one: DeployedChart, path: string): Promise<CapabilityDeskGround & ChartPorts> {
    const now = this.#ports.now();
    const signals = signalsOf(await statedSignals(this.#ports.ledger(), { from: now - SIGNALS_DAYS * DAY, to: now + HOUR }), path);
    return { ...this.#ports, readings: this.#readings, versions: await versionsOf(this.#ports.ledger(), one.chart.definition), signals };
  }

  async #answer(person: Person, { chart }: DeployedChart, said: Answering): Promise<Answer> {
    const { signal, part, ...data } = said;
    const of = chartPath({ ...chart.definition, part });
    const ledger = this.#ports.ledger();
    const [stated] = (await ledger.revisions(SPC_SIGNAL, of, signal)).slice(-1);
    const responses = await ledger.revisions(SPC_RESPONSE, of, signal);
    const shown = stated === undefined ? undefined : shownSignal(stated, responses);
    if (stated === undefined || shown === undefined) return refused(404, "NO_SIGNAL", sayCharting("noSignal"));
    if (responses.some((one) => one.data["id"] === data.id)) return { status: 200, body: {} };
    const fault = responseFault(chart.definition.asset, data, shown, person);
    if (fault !== undefined) return refused(403, "REFUSED", fault);
    const statement = { kind: SPC_RESPONSE, asset: of, start: signal, end: signal, data };
    const reason = data.action === "close" ? data.cause : data.comment;
    const { entries, rejects } = await this.#ports.state([statement], { author: person.name, reason });
    if (entries.length > 0) return { status: 200, body: {} };
    return notRecorded(rejects, sayCharting("answerNotRecorded"));
  }

  #charts(person: Person): readonly DeployedChart[] {
    const byPath = new Map(this.#ports.charts().map((one) => [chartPath(one.chart.definition), one]));
    return [...byPath.values()].filter((one) => covers(person, one.chart.definition.asset));
  }

  #find(person: Person, path: string): DeployedChart | undefined {
    return this.#charts(person).find((one) => chartPath(one.chart.definition) === path);
  }

  #shown(
    { chart }: DeployedChart,
    signals: ReadonlyMap<string, readonly ShownSignal[]>,
    versions: readonly LimitsVersion[],
    byHand: ShownDue | null,
  ): ShownChart {
    const { definition, version, collected } = chart;
    const { asset, kinds, unit } = definition;
    const [path, model] = [chartPath(definition), this.#ports.model()];
    return {
      path,
      asset,
      chart: definition.chart,
      kinds,
      version,
      collected,
      label: model.equipment.get(asset)?.label ?? asset,
      unit,
      open: signalsOf(signals, path).filter(({ closed }) => closed === null).length,
      lasting: chart.signals.length > 0,
      proposed: versions.some(({ status }) => status === "proposed"),
      byHand,
    };
  }
}

/** Ids of the plant's lists that a deed names. */
function codesOf(deed: ChartDeed): SaidCodes {
  if (deed.action === "close") return { causes: [deed.cause_code], actions: [deed.done_code] };
  const points = "exclusions" in deed ? deed.exclusions : "explained" in deed ? (deed.explained ?? []) : [];
  return { causes: points.map(({ code }) => code), actions: [] };
}
