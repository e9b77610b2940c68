/** Alarms that are at work in this process, by the storage that records them: one name has one owner. Who has alarms states them anew at each start. */
import { type AlarmDefinition, alarmPath } from "../../core/operate/alarm/index.ts";

export interface DeployedAlarms {
  /** Of the node; stays over a redeploy. */
  readonly id: string;
  /** Of the node, for people. */
  readonly name: string;
  /** Asked each time. */
  readonly definitions: () => readonly AlarmDefinition[];
  /** Whether one of its definitions is the plant model's. */
  readonly ofModel: (path: string) => boolean;
  /** Whether it has the alarm, also one that a condition raised without a row. */
  readonly has: (path: string) => boolean;
  /** Whether the statement that began at `start` is its to end. */
  readonly carries: (path: string, start: number) => boolean;
  /** Called when another node has come or changed: who has what may be different now. */
  readonly reconsider: () => void;
  /** Called when another node is gone; on return it has what it takes of it. */
  readonly takeOver: () => void;
}

export interface Owner {
  readonly name: string;
  /** Not only raised there by a condition. */
  readonly defines: boolean;
  readonly ofModel: boolean;
  /** It is being redeployed, perhaps without this alarm. */
  readonly away: boolean;
}

interface Deployed {
  readonly working: Map<string, DeployedAlarms>;
  /** Nodes that are being redeployed, until when their names are kept for them. */
  readonly away: Map<string, { readonly alarms: DeployedAlarms; readonly until: number }>;
  /** When whoever comes back is back: then what is open is somebody's or nobody's. */
  settled?: number;
}

/** A redeploy takes a moment; Node-RED gives a node 15 s to close. */
const KEPT_MS = 60_000;

const deployed = new WeakMap<object, Deployed>();

function at(storage: object): Deployed {
  const known = deployed.get(storage) ?? { working: new Map(), away: new Map() };
  deployed.set(storage, known);
  return known;
}

export function deployAlarms(storage: object, alarms: DeployedAlarms, now: number): void {
  const here = at(storage);
  here.away.delete(alarms.id);
  here.working.set(alarms.id, alarms);
  here.settled = now + KEPT_MS;
  announceAlarms(storage, alarms.id);
}

/** The node closes: nobody else takes its alarms until it is there again, is withdrawn, or a minute is over. */
export function reserveAlarms(storage: object, id: string, now: number): void {
  const { working, away } = at(storage);
  const alarms = working.get(id);
  if (alarms === undefined) return;
  working.delete(id);
  away.set(id, { alarms, until: now + KEPT_MS });
}

/** The node is gone or has failed: on return, the others have what they take of it. */
export function withdrawAlarms(storage: object, id: string): void {
  const { working, away } = at(storage);
  const [worked, kept] = [working.delete(id), away.delete(id)];
  if (worked || kept) for (const other of deployedAlarms(storage)) other.takeOver();
}

/** Withdraws who was to come back and did not. */
export function withdrawLate(storage: object, now: number): void {
  for (const [id, { until }] of at(storage).away) if (now >= until) withdrawAlarms(storage, id);
}

export function deployedAlarms(storage: object): readonly DeployedAlarms[] {
  return [...at(storage).working.values()];
}

/** Whether a node of this id has alarms, or will have them again in a moment. */
export function hasAlarms(storage: object, id: string): boolean {
  const { working, away } = at(storage);
  return working.has(id) || away.has(id);
}

/** Whether a node of this id has the alarm, or had it when it closed and will be there again in a moment. */
export function keepsAlarm(storage: object, id: string, path: string): boolean {
  const { working, away } = at(storage);
  return (working.get(id) ?? away.get(id)?.alarms)?.has(path) === true;
}

/** Whether any node has the alarm. */
export function isHad(storage: object, path: string): boolean {
  return deployedAlarms(storage).some((one) => one.has(path));
}

/** Whether somebody is to come back who may have other alarms then. */
export function isRedeploying(storage: object): boolean {
  return at(storage).away.size > 0;
}

/** Whether nobody has alarms here, or will have them in a moment. */
export function isDeserted(storage: object): boolean {
  const { working, away } = at(storage);
  return working.size + away.size === 0;
}

/** True once, a minute after the last node came: to whoever asks first, and looks for what is nobody's. */
export function isSettled(storage: object, now: number): boolean {
  const here = at(storage);
  if (here.settled === undefined || now < here.settled || here.away.size > 0) return false;
  delete here.settled;
  return true;
}

/** Whoever asked could not look: from `then` on `isSettled` is true once more, unless somebody has come meanwhile. */
export function settleLater(storage: object, then: number): void {
  at(storage).settled ??= then;
}

/** Tells the others that this one has changed. */
export function announceAlarms(storage: object, id: string): void {
  for (const other of deployedAlarms(storage)) if (other.id !== id) other.reconsider();
}

/** The other node that defines an alarm of this path, by a row before the plant model's, or else has had it raised. */
export function ownerOf(storage: object, id: string, path: string): Owner | undefined {
  const { away } = at(storage);
  const all = [...deployedAlarms(storage), ...[...away.values()].map(({ alarms }) => alarms)];
  const others = all.filter((other) => other.id !== id && other.has(path));
  const defining = others.filter(({ definitions }) => definitions().some((definition) => alarmPath(definition) === path));
  const owner = defining.find(({ ofModel }) => !ofModel(path)) ?? defining[0] ?? others[0];
  if (owner === undefined) return undefined;
  const defines = defining.length > 0;
  return { name: owner.name, defines, ofModel: defines && owner.ofModel(path), away: away.has(owner.id) };
}

/** Whether another node goes on with the statement of this path that began at `start`. */
export function isCarried(storage: object, id: string, path: string, start: number): boolean {
  return deployedAlarms(storage).some((other) => other.id !== id && other.carries(path, start));
}
