/** Alarms that are at work in this process, by the storage that records them: one name has one owner. Who has alarms states them anew at each start. */
import { type AlarmDefinition, alarmPath } from "../../core/operate/alarm/index.ts";

export interface DeployedAlarms {
  /** Of the node, for people. */
  readonly name: string;
  /** Asked each time. */
  readonly definitions: () => readonly AlarmDefinition[];
  /** Whether one of its definitions is the plant model's. */
  readonly ofModel: (path: string) => boolean;
  /** Whether it has the alarm, also one that a condition raised without a row. */
  readonly has: (path: string) => boolean;
}

const deployed = new WeakMap<object, Set<DeployedAlarms>>();

/** The answer takes them away again. */
export function deployAlarms(storage: object, alarms: DeployedAlarms): () => void {
  const all = deployed.get(storage) ?? new Set<DeployedAlarms>();
  deployed.set(storage, all.add(alarms));
  return () => all.delete(alarms);
}

export function deployedAlarms(storage: object): readonly DeployedAlarms[] {
  return [...(deployed.get(storage) ?? [])];
}

/** The other node that defines an alarm of this path, or else has had it raised. */
export function ownerOf(
  storage: object,
  own: DeployedAlarms | undefined,
  path: string,
): { readonly name: string; readonly defines: boolean } | undefined {
  const others = deployedAlarms(storage).filter((other) => other !== own && other.has(path));
  const defining = others.find(({ definitions }) => definitions().some((definition) => alarmPath(definition) === path));
  const owner = defining ?? others[0];
  return owner === undefined ? undefined : { name: owner.name, defines: defining !== undefined };
}
