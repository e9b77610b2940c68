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
  /** Called when another node has come, gone or changed: who has what may be different now. */
  readonly reconsider: () => void;
}

export interface Owner {
  readonly name: string;
  /** Not only raised there by a condition. */
  readonly defines: boolean;
  readonly ofModel: boolean;
}

const deployed = new WeakMap<object, Set<DeployedAlarms>>();

/** The answer takes them away again. */
export function deployAlarms(storage: object, alarms: DeployedAlarms): () => void {
  const all = deployed.get(storage) ?? new Set<DeployedAlarms>();
  deployed.set(storage, all.add(alarms));
  announceAlarms(storage, alarms);
  return () => {
    if (all.delete(alarms)) announceAlarms(storage, alarms);
  };
}

export function deployedAlarms(storage: object): readonly DeployedAlarms[] {
  return [...(deployed.get(storage) ?? [])];
}

/** Tells the others that this one has changed. */
export function announceAlarms(storage: object, own: DeployedAlarms): void {
  for (const other of deployedAlarms(storage)) if (other !== own) other.reconsider();
}

/** The other node that defines an alarm of this path, by a row before the plant model's, or else has had it raised. */
export function ownerOf(storage: object, own: DeployedAlarms, path: string): Owner | undefined {
  const others = deployedAlarms(storage).filter((other) => other !== own && other.has(path));
  const defining = others.filter(({ definitions }) => definitions().some((definition) => alarmPath(definition) === path));
  const owner = defining.find(({ ofModel }) => !ofModel(path)) ?? defining[0] ?? others[0];
  return owner && { name: owner.name, defines: defining.length > 0, ofModel: defining.length > 0 && owner.ofModel(path) };
}
