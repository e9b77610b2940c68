/** What a survey of a foreign server knows of one variable, whatever its protocol. */
export interface SurveyedVariable {
  /** As a source reads it, e.g. `nsu=urn:vendor:plc;s=DB10.FuellerIst`. */
  readonly address: string;
  /** Names from the start of the survey down to the variable, joined by "/". */
  readonly path: string;
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  /** Built-in type of OPC UA: `Double`, `Int32`, `Boolean`, … */
  readonly dataType?: string;
  /** Holds several values, so that no tag can take it. */
  readonly array?: boolean;
  /** UCUM code. */
  readonly unit?: string;
  /** What the source says the value lies in, in its own unit. */
  readonly range?: { readonly min?: number; readonly max?: number };
  /** Of an enumeration: text per number. */
  readonly values?: Readonly<Record<string, string>>;
  /** The value at the time of the survey. */
  readonly sample?: number | string | boolean;
}
