/** What a person decides about a line that is to be connected, and what the server said about its variables. */
import type { PackmlState } from "../../operate/packml/index.ts";
import type { TagType } from "../model/index.ts";

/** One variable of a server as a survey found it. */
export interface SourceVariable {
  readonly address: string;
  /** Names from the top of the server's tree down to the variable. */
  readonly path: readonly string[];
  /** Absent when the server's type has no counterpart (an array, a structure). */
  readonly type?: TagType;
  /** UCUM code. */
  readonly unit?: string;
  readonly range?: { readonly min?: number; readonly max?: number };
  /** Largest value of an integer type without a sign, where a count starts again from 0. */
  readonly rollsOverAt?: number;
  /** Texts per number, where the server publishes an enumeration. */
  readonly values?: Readonly<Record<string, string>>;
  readonly description?: string;
}

export interface LineDecisions {
  /** Place below the site: `bottling.line02`. Areas above it that are not declared yet are declared too. */
  readonly line: string;
  readonly label?: string;
  /** Name of a calendar of the plant, or `ALWAYS_PLANNED`. Absent: what the line inherits. */
  readonly calendar?: string;
  /** Name of the machine at which the line's OEE is measured. */
  readonly constraint?: string;
  readonly machines: readonly MachineDecisions[];
}

export interface MachineDecisions {
  /** Last segment of its place. */
  readonly name: string;
  readonly label?: string;
  /** Equipment class; none: its tags lie under `_raw`, and roles name those that OEE needs. */
  readonly class?: string;
  /** Units per minute. */
  readonly idealRate?: number;
  readonly state?: StateDecision;
  /** Tags of the class (without a class: of `PLAIN_SLOTS`) and the variable that each is read from. */
  readonly tags: readonly { readonly tag: string; readonly address: string }[];
  /** Variables without a tag of the class; a name of their own under `_raw`. */
  readonly raw: readonly { readonly name: string; readonly address: string }[];
}

/** How the machine counts its states. Nothing is assumed: a state that is read needs this. */
export type StateDecision =
  | { readonly profile: "packml-opcua" | "packml-tmc" | "packml-names" }
  | { readonly profile: "custom"; readonly states: readonly StateValue[] };

/** One value that the machine sends for its state, what it calls it, and what it means. */
export interface StateValue {
  /** A number, or a text such as `RUN`; true and false are 1 and 0. */
  readonly value: string;
  readonly text?: string;
  readonly state: PackmlState;
}

/** Name of the calendar in which every minute is planned; it is declared with the line when the plant has none of this name. */
export const ALWAYS_PLANNED = "always";
