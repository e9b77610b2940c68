/** Changes of the plant files that a person is looking at: what they would do, and their application. */
import type { PlantHistory, StagedChange } from "../../adapters/files/plant-history.ts";
import { type Change, type PlantFile, type Problem } from "../../core/connect/model/index.ts";
import { covers, type Person } from "../../core/govern/identity/index.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";
import { Expiring } from "./expiring.ts";
import type { PlantSite } from "./site.ts";

interface Looked {
  readonly site: PlantSite;
  readonly change: StagedChange;
}

const [MOST, IDLE_MS] = [50, 60 * 60_000];
/** More changes than a person reads; the page says how many there are. */
const LISTED = 2000;

/** What the page shows of a change. */
export interface StagedView {
  /** Absent when it cannot be applied. */
  readonly staged?: string;
  readonly files: readonly PlantFile[];
  readonly removed: readonly string[];
  readonly changes: readonly Change[];
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export class StagedChanges {
  readonly #looked: Expiring<Looked>;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#looked = new Expiring({ most: MOST, idleMs: IDLE_MS, now });
  }

  /** Shows what the change would do; writes nothing. Refuses what reaches beyond the person's scope. */
  async look(person: Person, site: PlantSite, change: Parameters<PlantHistory["stage"]>[0]): Promise<StagedView> {
    const staged = await site.history.stage(change);
    const { after, changes } = staged;
    if ("model" in after) demandScope(person, changes, `${after.model.enterprise}.${after.model.site}`);
    const problems = "problems" in after ? after.problems : [];
    const files = [...change].flatMap(([name, text]) => (text === null ? [] : [{ name, text }]));
    const ours = ({ file }: Problem): boolean => change.has(file);
    return {
      ...(problems.length > 0 ? {} : { staged: this.#looked.add(person.name, { site, change: staged }) }),
      files,
      removed: [...change].flatMap(([name, text]) => (text === null ? [name] : [])),
      changes: (changes ?? []).slice(0, LISTED),
      counts: { added: count(changes, "added"), changed: count(changes, "changed"), removed: count(changes, "removed") },
      problems,
      warnings: after.warnings.filter(ours),
    };
  }

  /** Writes the change as the next revision, signed by the person; the deployed plant node reads it at once. */
  async apply(person: Person, id: string, reason: string): Promise<object> {
    const looked = this.#looked.get(person.name, id);
    if (looked === undefined) throw new AdminRefusal(404, "NOT_STAGED", "This difference is too old. Look at it again, then apply.");
    const { site, change } = looked;
    const done = await site.history.apply(change, { author: person.name, reason, now: this.#now() });
    if ("refused" in done) throw new AdminRefusal(409, "NOT_APPLIED", done.refused);
    this.#looked.drop(id);
    await site.service?.reload();
    return done;
  }
}

/** For what cannot even be compared. */
export function refusedChange(problems: readonly Problem[]): StagedView {
  return { files: [], removed: [], changes: [], counts: { added: 0, changed: 0, removed: 0 }, problems, warnings: [] };
}

/** Classes, products and calendars serve the whole site; so does a change that cannot be compared with what was. */
function demandScope(person: Person, changes: readonly Change[] | undefined, root: string): void {
  const outside = (changes ?? [{ part: "classes", id: root }]).find(
    ({ part, id }) => !covers(person, part === "equipment" || part === "tags" ? id : root),
  );
  if (outside !== undefined)
    throw new AdminRefusal(403, "OUT_OF_SCOPE", `Your account does not cover ${outside.id}. Ask somebody whose account does.`);
}

function count(changes: readonly Change[] | undefined, kind: Change["kind"]): number {
  return changes?.filter((change) => change.kind === kind).length ?? 0;
}
