/** What the runtime answers and what the page keeps between its steps. */
import type { Change, Problem } from "../../../core/connect/model/index.ts";
import type { ClassSlots, Missing, StateDecision } from "../../../core/connect/line-plan/index.ts";

export interface Site {
  readonly directory: string;
  readonly root: string;
  readonly lines: readonly Place[];
  readonly areas: readonly Place[];
  readonly machines: readonly Place[];
  readonly classes: readonly ClassSlots[];
  readonly calendars: readonly string[];
  readonly sheets: readonly string[];
}

export interface Place {
  readonly place: string;
  readonly label: string;
  readonly idealRate?: number;
}

export interface ServerChoice {
  /** Id of a server node that exists in the editor; "" for a new one. */
  node: string;
  name: string;
  url: string;
  securityMode: string;
  securityPolicy: string;
  user: string;
  password: string;
}

export interface Certificate {
  readonly sha256: string;
  readonly subject: string;
  readonly validFrom: string;
  readonly validTo: string;
}

export interface Tested {
  readonly word: string;
  readonly message?: string;
  readonly certificate?: Certificate;
}

export interface SurveyView {
  readonly word: "none" | "running" | "done" | "cancelled" | "failed";
  readonly found: number;
  readonly message?: string;
}

export interface Variable {
  readonly address: string;
  readonly path: readonly string[];
  readonly type?: string;
  readonly unit?: string;
  readonly value?: string | number | boolean | null;
  readonly values?: Readonly<Record<string, string>>;
  readonly ticked?: boolean;
}

/** A variable proposed for a tag of a class. */
export interface Proposal {
  readonly tag: string;
  readonly address: string;
  readonly confidence: number;
  readonly reasons: readonly string[];
}

export interface MachineProposal {
  readonly name: string;
  readonly label: string;
  readonly class?: string;
  /** 0 to 1, that it is one machine of this class, and why. */
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly proposals: readonly Proposal[];
  /** Addresses of all its ticked variables. */
  readonly addresses: readonly string[];
}

export interface Proposed {
  readonly line: string;
  readonly label: string;
  readonly machines: readonly MachineProposal[];
  readonly variables: readonly Variable[];
  /** A name under `_raw` for each address. */
  readonly rawNames: Readonly<Record<string, string>>;
}

/** A machine while its decisions are made. */
export interface MachineDraft {
  name: string;
  label: string;
  class: string;
  /** Of the class that was proposed. */
  readonly classProposed: { readonly class: string; readonly confidence: number; readonly reasons: readonly string[] };
  rate: string;
  state: StateDecision | undefined;
  /** Address per tag. */
  readonly chosen: Map<string, string>;
  proposals: Map<string, Proposal>;
  readonly addresses: readonly string[];
  /** Ticked variables without a tag of the class become raw tags. */
  keepOthers: boolean;
  include: boolean;
}

export interface Staged {
  readonly staged?: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly removed: readonly string[];
  readonly changes: readonly Change[];
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly missing?: readonly Missing[];
}
