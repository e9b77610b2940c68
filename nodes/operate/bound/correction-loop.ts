/** Corrections of what a bound node no longer has in memory, worked through one after the other. */
import type { TwinEvent } from "../../../core/connect/event/index.ts";
import { type Reject, reject } from "../../../core/connect/sample/index.ts";
import { type Beyond, type Correction, Corrections, readerWithout, type SampleReader } from "../../../core/operate/oee/index.ts";
import type { TwinNode } from "../../kit/node.ts";
import { RETRY_AFTER, WAITING } from "./horizons.ts";
import { isAway, type RecordedSamples } from "./recorded.ts";
import { sendEvents } from "./send-events.ts";

/** What a calculator answers when it is told what people have stated: what it states again, or why it does not take it. */
export type Answer = { readonly events: readonly TwinEvent[]; readonly beyond: Beyond | null } | { readonly fault: string };

/** What states minutes again from recorded samples, such as an `OeeCalculator`. */
export interface Recomputing {
  readonly inMemoryFrom: number | null;
  /** `read`: without the samples of corrections of this asset that are not its turn yet. */
  recompute(
    beyond: Beyond,
    read: SampleReader,
    rawFrom: number | null,
  ): Promise<{ readonly events: readonly TwinEvent[]; readonly rejects: readonly Reject[] }>;
}

export interface CorrectionPorts {
  /** Absent: only what is in memory can be corrected. */
  readonly recorded: RecordedSamples | undefined;
  readonly read: SampleReader | undefined;
  /** Undefined when the asset is no longer bound: its corrections are dropped. */
  readonly calculatorOf: (asset: string) => Recomputing | undefined;
  /** What it finds is compared with the ledger: no correction can take for stated what another one has to state. */
  readonly comparesWithLedger?: true;
  /** Nothing waits any more. */
  readonly idle?: () => void;
}

export class CorrectionLoop {
  readonly #node: TwinNode;
  readonly #ports: CorrectionPorts;
  readonly #corrections: Corrections;
  #running = false;

  /** `from`: what waited when the state was saved. */
  constructor(node: TwinNode, ports: CorrectionPorts, from: readonly Correction[] = []) {
    this.#node = node;
    this.#ports = ports;
    this.#corrections = new Corrections(WAITING, from);
  }

  /** See `Corrections.add`: what calculators are given as `accepts`. */
  readonly accepts = (asset: string, beyond: Beyond): boolean => this.#corrections.add(asset, beyond);

  /** See `Corrections.meanwhile`: what calculators are given as `meanwhile`. */
  readonly meanwhile: Corrections["meanwhile"] = (...besides) => this.#corrections.meanwhile(...besides);

  /** Works through what waits, unless that is under way. A correction that meets no historian waits for it, over a restart too. */
  run(): void {
    this.#node.guard(() => this.#work())();
  }

  /** Sends what a calculator states again because of something that was said of `asset`, and corrects what it no longer has in memory. */
  told(asset: string, answer: Answer): void {
    if ("fault" in answer) return this.#node.log.warn(`${asset}: ${answer.fault}`);
    sendEvents(this.#node.send, answer.events);
    if (answer.beyond !== null) this.run();
  }

  /** For storing; also what is under way. */
  state(): readonly Correction[] {
    return this.#corrections.state();
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#corrections.next(); next !== undefined && !this.#node.closing.aborted; next = this.#corrections.next()) {
      // Under way while it waits: what comes meanwhile is a correction of its own, with a mark of its own, and does not move this one's.
      while (!(await this.#readable(next))) await this.#pause();
      const outcome = await this.#settled(next);
      if (outcome !== "away") this.#corrections.settled(outcome === "made" && this.#ports.comparesWithLedger !== true);
      else {
        this.#corrections.postponed();
        await this.#pause();
      }
    }
    this.#running = false;
    this.#ports.idle?.();
  }

  /** What waits in the queue cannot be read yet: without it less would be stated than is known. */
  async #readable(next: Correction): Promise<boolean> {
    const { recorded, calculatorOf } = this.#ports;
    return recorded === undefined || calculatorOf(next.asset) === undefined || recorded.flush(RETRY_AFTER, next);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#node.after(RETRY_AFTER, resolve));
  }

  async #settled({ asset, beyond }: Correction): Promise<"made" | "refused" | "away"> {
    const { recorded, read, calculatorOf } = this.#ports;
    const calculator = calculatorOf(asset);
    if (calculator === undefined) return "refused";
    try {
      const rawFrom = recorded === undefined ? calculator.inMemoryFrom : (await recorded.stats()).deletedBefore;
      // With what another correction holds, or what came since, "before" would hold what was never stated, and then never would be.
      const own = readerWithout(read ?? (async () => []), () => this.#corrections.others());
      const { events, rejects } = await calculator.recompute(beyond, own, rawFrom);
      this.#node.reject(rejects);
      sendEvents(this.#node.send, events);
      return rejects.length === 0 ? "made" : "refused";
    } catch (error) {
      if (isAway(error)) return "away";
      const message = `The correction failed: ${(error as Error).message}`;
      const { samples, stretches } = beyond;
      const refused = samples.map((sample) => reject("INTERNAL", sample, { message, tag: sample.tag }));
      this.#node.reject(refused.length > 0 ? refused : [reject("INTERNAL", { asset, stretches }, { message })]);
      return "refused";
    }
  }
}
