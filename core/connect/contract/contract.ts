/** What a contract promises: the paths below `_name_vN` and what each carries. */
import type { ClassTag } from "../model/index.ts";

export type ContractTag = ClassTag;

export interface Contract {
  /** With its version: `_filler_v1`. */
  readonly name: string;
  /**
   * By path below the contract: `fill_weight`, `motor.temperature`. In a contract of the twin's own, `*` stands for a first name
   * that people give, as to a chart; such a tag has whatever unit its subject has.
   */
  readonly tags: ReadonlyMap<string, ContractTag>;
}

/** `_filler_v1` → `{ base: "_filler", version: 1 }`; undefined for a name without a version, such as `_raw`. */
export function versionOf(name: string): { readonly base: string; readonly version: number } | undefined {
  const [, base, version] = /^(_.+)_v(\d{1,9})$/.exec(name) ?? [];
  return base === undefined ? undefined : { base, version: Number(version) };
}
