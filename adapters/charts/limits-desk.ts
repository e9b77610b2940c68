/** Limits of a chart: a baseline is looked at, limits are proposed, reviewed against the last days, and decided by name. */
import type { Person } from "../../core/govern/identity/index.ts";
import type { Reject } from "../../core/connect/sample/index.ts";
import { type ChartDeed, estimationOf, type ReviewView, sayCharting, versionsFor } from "../../core/model/charting/index.ts";
import {
  approve,
  chartPath,
  type Decided,
  type Exclusion,
  type LimitsReview,
  limitsInForce,
  type LimitsVersion,
  propose,
  rejectVersion,
  retire,
  REVIEW_MS,
  SPC_LIMITS,
} from "../../core/model/limits/index.ts";
import { type BaselineOptions, saidOf } from "../../core/model/spc/index.ts";
import type { Answer } from "../shared-screen/index.ts";
import type { DeployedChart } from "./deployed.ts";
import type { ChartPorts } from "./ports.ts";
import type { Window } from "./read-study.ts";
import type { Readings } from "./readings.ts";
import { notRecorded, refused } from "./refusing.ts";
import type { RemoteStudy } from "./study-thread.ts";

type Deed<A extends ChartDeed["action"]> = Extract<ChartDeed, { readonly action: A }>;
type Looking = Deed<"study" | "review">;
type Baseline = Omit<Deed<"study">, "action">;
export type Deciding = Deed<"propose" | "approve" | "reject" | "retire">;

/** What is studied at once; a page draws no more, and a request answers no later. */
const LONGEST_MS = 31 * 24 * 3_600_000;
/** What was looked at longer ago was looked at of other days. */
const REVIEW_HOLDS_MS = 3_600_000;
/** The clocks of the page and of the server may differ by so much. */
const APART_MS = 5 * 60_000;

export class LimitsDesk {
  readonly #ports: ChartPorts;
  readonly #readings: Readings;
  readonly #versions: (chart: DeployedChart) => Promise<LimitsVersion[]>;
  /** By path and version. */
  readonly #reviewed = new Map<string, { readonly at: number; readonly summary: LimitsReview }>();

  constructor(ports: ChartPorts, readings: Readings, versions: (chart: DeployedChart) => Promise<LimitsVersion[]>) {
    [this.#ports, this.#readings, this.#versions] = [ports, readings, versions];
  }

  /** 202 with the progress while it is being read: ask again. */
  async look(one: DeployedChart, deed: Looking): Promise<Answer> {
    return deed.action === "study" ? this.#study(one, deed) : this.#review(one, deed.version);
  }

  async decide(person: Person, one: DeployedChart, deed: Deciding): Promise<Answer> {
    const by = { person, now: this.#ports.now() };
    const known = await this.#versions(one);
    if (deed.action === "propose") {
      const left = leftOutBy(person, deed.exclusions, known);
      const asked = await this.#ask(one, deed, "propose", (study, estimation) => study.proposed({ ...deed, exclusions: left }, estimation));
      if ("status" in asked) return asked;
      const { limits, spread, baseline } = asked.found;
      const { asset, chart, unit } = one.chart.definition;
      const { scope, comment, from, to } = deed;
      const rules = one.request.rules;
      const proposal = { asset, chart, unit, scope, limits, spread, rules, baseline: { ...baseline, asked: { from, to } }, comment };
      return this.#record(person, one, propose(proposal, known, { ...by, now: await this.#free(one, by.now) }), comment);
    }
    const version = known.find((candidate) => candidate.version === deed.version);
    if (version === undefined) return refused(404, "NO_VERSION", sayCharting("noVersion", { version: deed.version }));
    if (deed.action === "reject") return this.#record(person, one, rejectVersion(version, deed.comment, by), deed.comment);
    if (deed.action === "retire")
      return this.#record(person, one, retire(version, { comment: deed.comment, effectiveTo: by.now }, by), deed.comment);
    const review = this.#reviewed.get(keyOf(one, version.version));
    if (review === undefined || by.now - review.at > REVIEW_HOLDS_MS) return refused(409, "NOT_REVIEWED", sayCharting("notReviewed"));
    const effectiveFrom = deed.effective_from ?? by.now;
    if (effectiveFrom < by.now - APART_MS) return refused(400, "PAST", sayCharting("past"));
    const approval = { comment: deed.comment, effectiveFrom, review: review.summary };
    return this.#record(person, one, approve(version, approval, by, { secondPerson: this.#ports.secondPerson }), deed.comment);
  }

  async #study(one: DeployedChart, deed: Baseline): Promise<Answer> {
    const asked = await this.#ask(one, deed, "look", (study, estimation) => study.study(deed, estimation));
    return "status" in asked ? asked : { status: 200, body: asked.found };
  }

  /** The answer that is none yet, or why there is none. */
  async #ask<T extends object>(
    { chart: { definition }, request }: DeployedChart,
    { from, to, scope, exclusions }: Baseline,
    what: "look" | "propose",
    ask: (study: RemoteStudy, estimation: BaselineOptions) => Promise<T | { readonly reject: Reject }>,
  ): Promise<Answer | { readonly found: T }> {
    if (from >= to || to - from > LONGEST_MS) return refused(400, "BAD_WINDOW", sayCharting("baselineWindow"));
    const estimation = estimationOf(this.#ports.model(), request, definition);
    const read = await this.#readings.ask(
      { key: `${chartPath(definition)} ${from} ${to}`, question: [what, scope, exclusions], definition, window: { from, to } },
      (study) => ask(study, estimation),
    );
    if ("progress" in read) return { status: 202, body: read };
    const { found } = read;
    return "reject" in found ? refused(422, found.reject.code, saidOf(found.reject)) : { found };
  }

  async #review(one: DeployedChart, number: number): Promise<Answer> {
    const now = this.#ports.now();
    const { definition, circumstances } = one.chart;
    const versions = await this.#versions(one);
    const version = versions.find((candidate) => candidate.version === number);
    if (version === undefined) return refused(404, "NO_VERSION", sayCharting("noVersion", { version: number }));
    const before = limitsInForce(versionsFor(definition, versions), { ...circumstances, ...version.scope }, now);
    const wanted: Window = { from: now - REVIEW_MS, to: now };
    const read = await this.#readings.ask(
      { key: `${keyOf(one, number)} review`, question: before?.version ?? null, definition, window: wanted },
      (study, window) => study.review(before ?? definition.given, version, window),
    );
    if ("progress" in read) return { status: 202, body: read };
    this.#reviewed.set(keyOf(one, number), { at: now, summary: read.found.summary });
    const body: ReviewView = { ...read.found, version: number, before: before?.version ?? (definition.given === null ? null : 0) };
    return { status: 200, body };
  }

  async #record(person: Person, one: DeployedChart, decided: Decided, reason: string): Promise<Answer> {
    if ("fault" in decided) return refused(403, "REFUSED", decided.fault);
    const { version } = decided;
    const { at } = version.proposed;
    const statement = { kind: SPC_LIMITS, asset: chartPath(one.chart.definition), start: at, end: at, data: version };
    const { entries, rejects } = await this.#ports.state([statement], { author: person.name, reason });
    if (entries.length > 0) return { status: 200, body: { version: version.version } };
    return notRecorded(rejects, sayCharting("decisionNotRecorded"));
  }

  /** Two proposals of one millisecond are two versions. */
  async #free(one: DeployedChart, now: number): Promise<number> {
    let at = now;
    while ((await this.#ports.ledger().revisions(SPC_LIMITS, chartPath(one.chart.definition), at)).length > 0) at += 1;
    return at;
  }
}

/** Who goes on from another's proposal has left out only what that one had not. */
function leftOutBy({ name }: Person, exclusions: readonly Exclusion[], known: readonly LimitsVersion[]): readonly Exclusion[] {
  const before = known.flatMap(({ baseline }) => baseline?.excluded ?? []);
  return exclusions.map((one) => ({ ...one, by: before.find(({ at, cause }) => at === one.at && cause === one.cause)?.by ?? name }));
}

function keyOf({ chart }: DeployedChart, version: number): string {
  return `${chartPath(chart.definition)} #${version}`;
}
