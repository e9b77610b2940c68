/** Several PackML machines behind one stream: each sample goes to its machine, each machine keeps a state of its own. */
import { isSample, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { samplesOf } from "./contract.ts";
import type { PackmlMachine } from "./machine.ts";
import { PackmlTracker, type Tracked, type TrackerState } from "./tracker.ts";
import type { PackmlTransitionEvent } from "./transition-event.ts";

export interface PackmlMachinesState {
  readonly version: 1;
  readonly machines: Readonly<Record<string, TrackerState>>;
}

/** Times are published this often, in data time, and whenever the state or mode has changed. */
const PUBLISH_EVERY = 10_000;

interface Published {
  readonly time: number;
  readonly state: string | null;
  readonly mode: string | null;
}

export class PackmlMachines {
  readonly #trackers = new Map<string, PackmlTracker>();
  readonly #assetByTag: ReadonlyMap<string, string>;
  readonly #modes: ReadonlySet<string>;
  readonly #published = new Map<string, Published>();

  /** `modes`: see `modePaths`. */
  constructor(machines: readonly PackmlMachine[], modes: ReadonlySet<string>, from?: PackmlMachinesState) {
    this.#modes = modes;
    this.#assetByTag = new Map(machines.flatMap(({ asset, tags }) => Object.values(tags).map((tag) => [tag, asset] as const)));
    for (const machine of machines) {
      const saved = from !== undefined && Object.hasOwn(from.machines, machine.asset) ? from.machines[machine.asset] : undefined;
      this.#trackers.set(machine.asset, new PackmlTracker(machine, saved));
    }
  }

  get trackers(): ReadonlyMap<string, PackmlTracker> {
    return this.#trackers;
  }

  /** Takes what arrived (`payload` of a message); samples after `latest` are rejected. */
  push(payload: unknown, latest?: number): Tracked {
    const rejects: Reject[] = [];
    const events: PackmlTransitionEvent[] = [];
    const byAsset = new Map<string, Sample[]>();
    for (const input of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
      if (!isSample(input)) {
        rejects.push(reject("NOT_A_SAMPLE", input, { field: "payload" }));
        continue;
      }
      const asset = this.#assetByTag.get(input.tag);
      if (asset === undefined) continue;
      const known = byAsset.get(asset);
      if (known === undefined) byAsset.set(asset, [input]);
      else known.push(input);
    }
    for (const [asset, samples] of byAsset) {
      const tracked = (this.#trackers.get(asset) as PackmlTracker).push(samples, latest);
      rejects.push(...tracked.rejects);
      events.push(...tracked.events);
    }
    return { events, rejects };
  }

  /** PackTags of the machines for which they are due. */
  current(): Sample[] {
    const samples: Sample[] = [];
    for (const [asset, tracker] of this.#trackers) {
      if (tracker.current === null) continue;
      const { time, stateCurrent: state, unitModeCurrent: mode } = tracker.current;
      const last = this.#published.get(asset);
      if (last !== undefined && (time <= last.time || (time - last.time < PUBLISH_EVERY && state === last.state && mode === last.mode)))
        continue;
      this.#published.set(asset, { time, state, mode });
      const tags = tracker.tags();
      if (tags !== null) samples.push(...samplesOf(asset, tags, this.#modes));
    }
    return samples;
  }

  /** Starts the cumulative times of one machine, or of all, anew; false when there is no such machine. */
  reset(asset?: string): boolean {
    const chosen = asset === undefined ? [...this.#trackers.values()] : [this.#trackers.get(asset)];
    for (const tracker of chosen) tracker?.reset();
    return chosen.some((tracker) => tracker !== undefined);
  }

  state(): PackmlMachinesState {
    return { version: 1, machines: Object.fromEntries([...this.#trackers].map(([asset, tracker]) => [asset, tracker.state()])) };
  }
}
