/** What the command and the process that runs Node-RED tell each other. The messages themselves go through files. */
export interface Job {
  /** The entry file of the node-red package. */
  readonly nodeRed: string;
  /** A folder that is thrown away: flows, what nodes keep, the files below. */
  readonly userDir: string;
  readonly nodesDir: readonly string[];
  /** A recording of what is sent in. */
  readonly inputs: string;
  /** Written: a recording of what was sent in and what came out, in order. */
  readonly outputs: string;
  /** By id of the node whose inputs are captured: the message properties that count. */
  readonly captured: Readonly<Record<string, readonly string[]>>;
  readonly closed: readonly string[];
  /** ms UTC: nodes start then. */
  readonly start: number;
  /** Recorded time that passes after the last message, ms. */
  readonly tailMs: number;
}

export type Report =
  | { readonly kind: "progress"; readonly done: number; readonly at: number }
  /** Said by a node or about it. */
  | { readonly kind: "warning"; readonly node?: string; readonly text: string }
  /** It cannot go on: a sentence. */
  | { readonly kind: "failed"; readonly text: string }
  /** `kept`: messages that entered closed ways out, by node. */
  | { readonly kind: "finished"; readonly done: number; readonly kept: Readonly<Record<string, number>> };
