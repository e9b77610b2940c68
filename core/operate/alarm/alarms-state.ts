/** What alarms need to know of the plant, what they keep over a restart, and what they tell. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import type { StateMap } from "../state/index.ts";
import type { DataClockState } from "./clock.ts";
import type { AlarmDefinition } from "./definition.ts";
import type { FloodState } from "./flood.ts";
import type { AlarmPointState } from "./point.ts";
import type { AlarmStateEvent } from "./state-event.ts";

/** What the plant model says of the machines; asked again after a change of the model by making a new `Alarms`. */
export interface AlarmPlant {
  /** How a machine names its states, and which tag carries them. */
  readonly states: ReadonlyMap<string, { readonly tag: string; readonly map: StateMap }>;
  /** Whether there is such equipment, so that another node may raise an alarm of it. */
  knows(asset: string): boolean;
  /** Where rejects belong that name no tag of a bound machine. */
  readonly home: string;
  /** The other node that has an alarm of this path: by its definition, or because a condition raised it there. */
  ownerOf?(path: string): { readonly name: string; readonly defines: boolean } | undefined;
  /** Nodes read each other's statements: what another node has now goes on there and does not end here. */
  readonly handsOver?: boolean;
}

export interface AlarmsState {
  readonly version: 1;
  readonly points: Readonly<Record<string, AlarmPointState>>;
  readonly clocks: Readonly<Record<string, DataClockState>>;
  /** Of what other nodes say: the time of equipment that has no samples. */
  readonly said?: Readonly<Record<string, DataClockState>>;
  /** Time of the last sample, and of the last usable one (null before the first), per watched tag; its value where the last was usable. */
  readonly tags: Readonly<Record<string, readonly [last: number, usable: number | null, value?: Sample["value"]]>>;
  /** Since when a tag whose silence is watched has been heard without a usable value, until the first one. */
  readonly awaited?: Readonly<Record<string, number>>;
  /** Alarms that other nodes have raised without a row of their own. */
  readonly raised: readonly AlarmDefinition[];
  /** Number of the last response in the ledger that was taken. */
  readonly responded: number;
  readonly flood: FloodState;
  /** Until when refused inputs keep an alarm up. */
  readonly rejected: Readonly<Record<string, number>>;
}

export interface Alarmed {
  readonly events: readonly AlarmStateEvent[];
  readonly rejects: readonly Reject[];
}

export interface AlarmCounts {
  /** Alarms whose condition holds and that are not inhibited. */
  readonly active: number;
  readonly unacknowledged: number;
  readonly inhibited: number;
  /** Annunciations in the last 10 min. */
  readonly recent: number;
  readonly flood: boolean;
}
