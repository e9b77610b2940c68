import type { TagRow } from "../tag-sheet/row.ts";
import type { EquipmentClass } from "../model/index.ts";
import { conversionOf, sourceUnitOf } from "./kinds.ts";
import type { SurveyedVariable } from "./variable.ts";

/** What a person accepted for one piece of equipment: proposals as they were, or with other variables. */
export interface AcceptedMachine {
  /** Place of the equipment below the site, e.g. `bottling.line02.filler01`. */
  readonly equipment: string;
  readonly class: EquipmentClass;
  readonly tags: readonly { readonly tag: string; readonly variable: SurveyedVariable }[];
}

/**
 * Rows of the tag sheet: the address of each tag, and the unit at the source where it is another one that converts.
 * All else stays as the class has it. A tag that the class does not have is left out.
 */
export function toRows(accepted: readonly AcceptedMachine[]): readonly TagRow[] {
  return accepted.flatMap(({ equipment, class: type, tags }) =>
    tags.flatMap(({ tag, variable }) => {
      const declared = type.tags.get(tag);
      if (declared === undefined) return [];
      const conversion = conversionOf(variable.unit, declared);
      const isSame = conversion === undefined || (conversion.factor === 1 && conversion.offset === 0);
      const sourceUnit = isSame || variable.unit === undefined ? {} : { sourceUnit: sourceUnitOf(variable.unit, declared) };
      return [{ equipment, tag, address: variable.address, ...sourceUnit }];
    }),
  );
}
