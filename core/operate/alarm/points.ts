/** The alarms of one node by path, tag and machine: those defined here, and those that other nodes have raised without a row. */
import type { AlarmPlant, AlarmsState } from "./alarms-state.ts";
import { type AlarmDefinition, alarmPath } from "./definition.ts";
import { listUnder } from "./inputs.ts";
import { AlarmPoint } from "./point.ts";
import { definitionStated } from "./raised.ts";
import { isInhibited } from "./states.ts";

/** Alarms that other nodes may raise without a row. */
export const MOST_RAISED = 2_000;

type Evidence = { readonly [key: string]: string };

export class AlarmPoints {
  readonly #evidence: Evidence;
  readonly #points = new Map<string, AlarmPoint>();
  readonly #byTag = new Map<string, AlarmPoint[]>();
  readonly #byAsset = new Map<string, AlarmPoint[]>();
  /** By path. */
  readonly #raised = new Map<string, AlarmDefinition>();
  /** What a saved state has and no definition has any more. */
  readonly #leftover: AlarmPoint[] = [];

  constructor(definitions: readonly AlarmDefinition[], plant: Pick<AlarmPlant, "knows">, evidence: Evidence, from?: AlarmsState) {
    this.#evidence = evidence;
    for (const definition of definitions) this.#add(definition, from);
    for (const definition of from?.raised ?? []) {
      if (this.#points.has(alarmPath(definition)) || !plant.knows(definition.asset)) continue;
      this.#raised.set(alarmPath(definition), definition);
      this.#add(definition, from);
    }
    for (const [path, saved] of Object.entries(from?.points ?? {})) {
      if (this.#points.has(path) || saved.open === null) continue;
      this.#leftover.push(new AlarmPoint(definitionStated(saved.open.data), evidence, saved));
    }
  }

  get size(): number {
    return this.#points.size;
  }

  get assets(): readonly string[] {
    return [...this.#byAsset.keys()];
  }

  get tags(): readonly string[] {
    return [...this.#byTag.keys()];
  }

  all(): readonly AlarmPoint[] {
    return [...this.#points.values()];
  }

  get(path: string): AlarmPoint | undefined {
    return this.#points.get(path);
  }

  isBound(asset: string): boolean {
    return this.#byAsset.has(asset);
  }

  ofAsset(asset: string): readonly AlarmPoint[] {
    return this.#byAsset.get(asset) ?? [];
  }

  ofTag(tag: string): readonly AlarmPoint[] {
    return this.#byTag.get(tag) ?? [];
  }

  /** Whether another node has raised it without a row. */
  isRaised(path: string): boolean {
    return this.#raised.has(path);
  }

  /**
   * The alarm that is known already, or one without a row; undefined where there are as many of those as there may be. `says`:
   * the definition is that of the present, which a row stands above.
   */
  raise(definition: AlarmDefinition, says: boolean): AlarmPoint | undefined {
    const path = alarmPath(definition);
    const known = this.#points.get(path);
    if (known !== undefined) {
      if (!says || !this.#raised.has(path)) return known;
      known.redefine(definition);
    } else if (this.#raised.size >= MOST_RAISED) return undefined;
    this.#raised.set(path, definition);
    return known ?? this.#add(definition);
  }

  /** What was raised here without a row is another node's to say from now on. */
  leave({ path, definition: { asset } }: AlarmPoint): void {
    this.#raised.delete(path);
    this.#points.delete(path);
    const others = this.ofAsset(asset).filter((other) => other.path !== path);
    this.#byAsset.set(asset, others);
  }

  /** Taken once. */
  takeLeftover(): readonly AlarmPoint[] {
    return this.#leftover.splice(0);
  }

  /**
   * Asked when the alarm is annunciated: whether no other one of its group calls, or waits to be acknowledged or reset. What
   * stopped the machine may be gone before its consequences come; what is kept quiet came before nobody.
   */
  firstOut(point: AlarmPoint): () => boolean {
    const { asset, group } = point.definition;
    const others = this.ofAsset(asset).filter((other) => other !== point && other.definition.group === group);
    return () => others.every(({ current: { state } }) => state === "normal" || isInhibited(state));
  }

  state(): Pick<AlarmsState, "points" | "raised"> {
    return {
      points: Object.fromEntries([...this.#points].map(([path, point]) => [path, point.current])),
      raised: [...this.#raised.values()],
    };
  }

  #add(definition: AlarmDefinition, from?: AlarmsState): AlarmPoint {
    const path = alarmPath(definition);
    const saved = from !== undefined && Object.hasOwn(from.points, path) ? from.points[path] : undefined;
    const point = new AlarmPoint(definition, this.#evidence, saved);
    this.#points.set(path, point);
    listUnder(this.#byAsset, definition.asset, point);
    if ("tag" in definition.source) listUnder(this.#byTag, definition.source.tag, point);
    return point;
  }
}
