/** The status under a node: one vocabulary, at most two updates a second, the last one wins. */
import type { NodeStatus } from "node-red";
import type { StatusWord } from "./node.ts";

const LOOK: Readonly<Record<StatusWord, Required<Pick<NodeStatus, "fill" | "shape">>>> = {
  ok: { fill: "green", shape: "dot" },
  idle: { fill: "grey", shape: "ring" },
  busy: { fill: "blue", shape: "dot" },
  degraded: { fill: "yellow", shape: "ring" },
  fault: { fill: "red", shape: "ring" },
};

/** Every editor receives each update over its websocket; two a second is as fast as anybody reads. */
const INTERVAL_MS = 500;

/** Calls `job` after `ms`; the returned function cancels. */
export type Schedule = (job: () => void, ms: number) => () => void;

const afterRealTime: Schedule = (job, ms) => {
  const timer = setTimeout(job, ms).unref();
  return () => clearTimeout(timer);
};

export class StatusLine {
  readonly #show: (status: NodeStatus) => void;
  readonly #schedule: Schedule;
  #word: StatusWord | undefined;
  #text = "";
  #note = (): string => "";
  #shown = "";
  #waiting = false;
  #cancel: (() => void) | undefined;

  constructor(show: (status: NodeStatus) => void, schedule: Schedule = afterRealTime) {
    this.#show = show;
    this.#schedule = schedule;
  }

  set(word: StatusWord, text = ""): void {
    this.#word = word;
    this.#text = text;
    this.#request();
  }

  /**
   * A second part that stays when the behaviour sets a new status, e.g. the number of rejects. It is asked for when it is shown:
   * at line rate most of what it would have said is never seen.
   */
  note(note: () => string): void {
    this.#note = note;
    this.#request();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#waiting = false;
  }

  #request(): void {
    if (this.#cancel === undefined) this.#emit();
    else this.#waiting = true;
  }

  #emit(): void {
    const text = [this.#text, this.#note()].filter((part) => part !== "").join(", ");
    const look = LOOK[this.#word ?? "degraded"];
    const shown = `${look.fill} ${look.shape} ${text}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#show({ ...look, text });
    this.#cancel = this.#schedule(() => {
      this.#cancel = undefined;
      if (!this.#waiting) return;
      this.#waiting = false;
      this.#emit();
    }, INTERVAL_MS);
  }
}
