/** What a version of limits is for: a product, a recipe, a stage, or several of these; nothing named: everything. */
import { type Static, Type } from "typebox";

const name = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));
export const SCOPE = Type.Object({ product: name, recipe: name, stage: name }, { additionalProperties: false });
export type ChartScope = Readonly<Static<typeof SCOPE>>;

const FIELDS = ["product", "recipe", "stage"] as const;

/** Whether limits of this scope judge what is made in these circumstances. */
export function matches(scope: ChartScope, circumstances: ChartScope): boolean {
  return FIELDS.every((field) => scope[field] === undefined || scope[field] === circumstances[field]);
}

/** How many circumstances it names; a more specific scope goes first. */
export function specificity(scope: ChartScope): number {
  return FIELDS.filter((field) => scope[field] !== undefined).length;
}

/** The same circumstances, so that a change of them begins a new stage. */
export function sameScope(a: ChartScope, b: ChartScope): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}
