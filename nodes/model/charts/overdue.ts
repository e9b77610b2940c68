/** The alarm of a measurement by hand that is overdue: it holds until somebody has measured, or the next one is due. */
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { SamplingRounds } from "../../../core/model/charting/index.ts";
import { alarmOfChart, type Measurement, takenOf } from "../../../core/model/limits/index.ts";
import { type AlarmConditionEvent, alarmCondition } from "../../../core/operate/alarm/index.ts";
import type { BoundChart, Measured } from "./bound-charts.ts";

export interface Reminding {
  readonly priority: "none" | "low" | "medium" | "high";
  /** What is to be done, in the language of the plant; `time` by its clock. */
  readonly text: (chart: string, time: string, size: number) => string;
}

interface Planned {
  readonly asset: string;
  readonly chart: string;
  readonly size: number;
  readonly graceMs: number;
  readonly rounds: SamplingRounds;
}

const MESSAGE = 1_000;
/** What was measured longer ago is in no shift that is looked at. */
const KEPT = 9 * 24 * 3_600_000;

export class OverdueMeasurements {
  readonly #reminding: Reminding;
  #planned: ReadonlyMap<string, Planned> = new Map();
  #zone = "UTC";
  /** By the path of the chart and the instant of measuring. */
  readonly #measured = new Map<string, Map<number, Measurement>>();
  /** Since which due instant the alarm of a chart was said to hold; null: said not to hold. */
  readonly #said = new Map<string, number | null>();
  /** Charts for which nobody is called any more; what was said of them before, also before a restart, ends. */
  readonly #over = new Map<string, Pick<Planned, "asset" | "chart">>();

  constructor(reminding: Reminding) {
    this.#reminding = reminding;
  }

  bind(charts: readonly BoundChart[], model: PlantModel): void {
    this.#zone = model.zone;
    const before = this.#planned;
    this.#planned = new Map(
      charts.flatMap(({ path, since, chart: { definition } }) => {
        const { asset, chart, source } = definition;
        if (source.from !== "hand") return [];
        if (source.plan === null || this.#reminding.priority === "none") {
          this.#over.set(path, { asset, chart });
          return [];
        }
        const { size, graceMs } = source.plan;
        return [[path, { asset, chart, size, graceMs, rounds: new SamplingRounds(model, asset, source.plan, since ?? 0) }] as const];
      }),
    );
    for (const [path, planned] of before) if (!this.#planned.has(path)) this.#over.set(path, planned);
  }

  /** As it was said last: one that was taken back answers nothing any more. */
  take({ path, measurement }: Measured): void {
    const known = this.#measured.get(path) ?? new Map<number, Measurement>();
    this.#measured.set(path, known.set(measurement.at, measurement));
  }

  /** What has changed by `now`. At first every alarm is said, so that one of before a restart does not stay. */
  at(now: number): AlarmConditionEvent[] {
    const conditions = [...this.#over.values()].map((over) => this.#condition({ ...over, size: 0, graceMs: 0 }, null, now));
    for (const path of this.#over.keys()) this.#said.delete(path);
    this.#over.clear();
    for (const [path, planned] of this.#planned) {
      const open = planned.rounds.at(now, takenOf(this.#kept(path, now))).open;
      const overdue = open?.state === "overdue" ? open.due : null;
      const said = this.#said.get(path);
      if (said === overdue) continue;
      this.#said.set(path, overdue);
      conditions.push(this.#condition(planned, overdue, now));
    }
    return conditions;
  }

  #condition({ asset, chart, size, graceMs }: Omit<Planned, "rounds">, overdue: number | null, now: number): AlarmConditionEvent {
    const { priority, text } = this.#reminding;
    return alarmCondition(asset, overdue === null ? now : overdue + graceMs, {
      alarm: alarmOfChart(chart, "overdue"),
      active: overdue !== null,
      ...(overdue === null ? {} : { message: text(chart, this.#clock(overdue), size).slice(0, MESSAGE) }),
      ...(priority === "none" ? {} : { priority }),
      class: "quality",
    });
  }

  #kept(path: string, now: number): readonly Measurement[] {
    const measured = this.#measured.get(path);
    if (measured === undefined) return [];
    for (const at of measured.keys()) if (at < now - KEPT) measured.delete(at);
    return [...measured.values()];
  }

  #clock(at: number): string {
    return new Intl.DateTimeFormat("en-GB", { timeZone: this.#zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  }
}
