/** What goes on after a start, under a changed definition or in another node, and what ends then: compared with the ledger. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { AlarmPlant } from "./alarms-state.ts";
import type { AlarmPoint } from "./point.ts";
import type { AlarmPoints } from "./points.ts";
import { definitionStated } from "./raised.ts";
import { alarmOf, type AlarmStateData, type AlarmStateEvent } from "./state-event.ts";

interface Times {
  /** The clock that an alarm lives by, at present. */
  timeOf(point: AlarmPoint): number;
  /** Until then its inputs are judged: what is recorded of them from before is in the statements. */
  judged(point: AlarmPoint, until: number): void;
}

export class Succession {
  readonly #points: AlarmPoints;
  readonly #plant: AlarmPlant;
  readonly #evidence: { readonly [key: string]: string };
  /** Statements that `reconcile` has ended or left to another node, by path and start. */
  readonly #settled = new Set<string>();

  constructor(points: AlarmPoints, plant: AlarmPlant, evidence: { readonly [key: string]: string }) {
    this.#points = points;
    this.#plant = plant;
    this.#evidence = evidence;
  }

  reconcile({ timeOf }: Pick<Times, "timeOf">): readonly AlarmStateEvent[] {
    const gone = this.#points.takeLeftover().flatMap((point) => {
      const { path, current } = point;
      this.#settled.add(`${path} ${current.open?.start}`);
      const taken = this.#plant.ownerOf?.(path)?.defines === true;
      if (taken && this.#plant.handsOver === true) return [];
      return point.end(taken ? "other-node" : "definition-removed", timeOf(point));
    });
    const changed = this.#points.all().flatMap((point) => (point.isChanged ? point.end("definition-changed", timeOf(point)) : []));
    for (const { asset, start } of changed) this.#settled.add(`${asset} ${start}`);
    return [...gone, ...changed];
  }

  /** `entries`: of the alarms that are here, and open ones of this node. What was another node's is stated as this one's. */
  adopt(entries: readonly LedgerEntry[], now: number, { judged }: Pick<Times, "judged">): readonly AlarmStateEvent[] {
    const events: AlarmStateEvent[] = [];
    for (const entry of entries.toSorted((a, b) => a.start - b.start)) {
      const stated = alarmOf(entry);
      if (stated === undefined) continue;
      const { kind, asset, start, revision } = entry;
      const point = this.#points.get(asset) ?? (stated.end === null ? this.#known(stated.data) : undefined);
      if (stated.end !== null) {
        if (point !== undefined) judged(point, stated.end);
        continue;
      }
      const { open, closed, latest, since, state } = point?.current ?? {};
      if (this.#settled.has(`${asset} ${start}`) || closed?.start === start || (open?.start === start && open.revision >= revision))
        continue;
      const newest = !entries.some((other) => other.asset === asset && other.start > start);
      if (point !== undefined && newest && start >= (latest ?? start)) {
        const own = entry.evidence?.["node"] === this.#evidence["node"];
        events.push(...point.adopt({ start, revision, data: stated.data }, own));
        judged(point, Math.max(start, stated.data.returned ?? start));
        if (point.isChanged) events.push(...point.end("definition-changed", now));
        continue;
      }
      const end = Math.max(start, since ?? now);
      const because = point === undefined ? { ended_because: "definition-removed" as const } : {};
      const data = { ...stated.data, state: state ?? "normal", active: false, ...because };
      events.push({ kind, asset, start, end, revision: revision + 1, data, evidence: this.#evidence });
    }
    return events;
  }

  /** What another node raised shortly before a kill is in the ledger and in no snapshot. */
  #known(stated: AlarmStateData): AlarmPoint | undefined {
    if (stated.source !== "condition" || !this.#plant.knows(stated.asset)) return undefined;
    return this.#points.raise(definitionStated(stated), false);
  }
}
