import { reject } from "../../../core/connect/sample/index.ts";
import {
  type Correction,
  Corrections,
  type MachinesState,
  type OeeAtomEvent,
  OeeMachines,
  type OeeSettings,
  type TooFast,
} from "../../../core/operate/oee/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { boundMachines, isAway, readerOf, recordedPieces, type RecordedSamples, timeModelOf } from "./bound-machines.ts";
import declaration from "./twin-oee.node.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Samples this far before the watermark are in the snapshot and read again after a restart; atoms as old are stated again. */
const OVERLAP = 2 * HOUR;
const HORIZON = 26 * HOUR;
const SNAPSHOT_EVERY = 10_000;
const RETRY_AFTER = 5_000;
const EVENTS_PER_MESSAGE = 1_000;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
const AHEAD = 5 * MINUTE;
const OLDEST = 31 * 24 * HOUR;
/** Corrections that wait for an absent historian; every snapshot holds them. */
const WAITING = { corrections: 1_000, samples: 20_000 };

interface Saved extends MachinesState {
  /** Corrections that wait for the historian. */
  readonly corrections: readonly Correction[];
}

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = config.historian === undefined ? undefined : node.api<RecordedSamples>(config.historian, "twin-historian");
  const read = recorded && readerOf(recorded, () => plant.model);
  const settings: OeeSettings = {
    microStopMs: Math.round(config.microStopSeconds * 1000),
    silenceMs: Math.round(config.silenceSeconds * 1000),
    startUpMs: Math.round(config.startUpMinutes * MINUTE),
    options: config,
    timeModel: timeModelOf(config.modes),
  };
  const saved = await node.snapshot.read<Saved>();
  const corrections = new Corrections(WAITING, saved?.corrections);
  let machines = bind(saved?.version === 1 ? saved : undefined);
  if (machines.calculators.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: MachinesState): OeeMachines {
    const bound = boundMachines(plant.model, config, settings);
    for (const fault of bound.faults) node.log.warn(fault);
    const options = { latenessMs: config.latenessSeconds * 1000, horizonMs: HORIZON, rollingMs: config.rollingMinutes * MINUTE };
    return new OeeMachines(bound.machines, options, state);
  }

  function take(payload: unknown, send: Send, message: TwinMessage = {}): void {
    const now = node.now();
    const accepts = corrections.add.bind(corrections);
    const pushed = machines.push(payload, { oldest: now - OLDEST, latest: now + AHEAD, accepts });
    node.reject(pushed.rejects, message);
    emit(send, pushed.events, message);
    const samples = machines.current();
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    if (pushed.events.length > 0) show();
    node.guard(correct)();
  }

  /** The plant model has changed; what its cycle times and calendars now make different is stated again. */
  function rebind(): void {
    const before = machines;
    machines = bind(before.state());
    reconsider(before);
  }

  function reconsider(before: OeeMachines | MachinesState): void {
    const { events, rejects } = machines.reconsider(before, node.now() - OLDEST, corrections.add.bind(corrections));
    node.reject(rejects);
    emit(node.send, events);
    node.guard(correct)();
  }

  let correcting = false;
  /** One after the other. A correction that meets no historian waits for it, over a restart too. */
  async function correct(): Promise<void> {
    if (correcting) return;
    correcting = true;
    for (let next = corrections.next(); next !== undefined && !node.closing.aborted; next = corrections.next()) {
      if (await settled(next)) corrections.settled();
      else {
        corrections.postponed();
        await new Promise<void>((resolve) => node.after(RETRY_AFTER, resolve));
      }
    }
    correcting = false;
  }

  async function settled({ asset, beyond }: Correction): Promise<boolean> {
    const calculator = machines.calculators.get(asset);
    if (calculator === undefined) return true;
    try {
      await recorded?.flush(RETRY_AFTER);
      const rawFrom = recorded === undefined ? calculator.inMemoryFrom : (await recorded.stats()).deletedBefore;
      const { events, rejects } = await calculator.recompute(beyond, read ?? (async () => []), rawFrom);
      node.reject(rejects);
      emit(node.send, events);
      return true;
    } catch (error) {
      if (isAway(error)) return false;
      const message = `The correction failed: ${(error as Error).message}`;
      node.reject(beyond.samples.map((sample) => reject("INTERNAL", sample, { message, tag: sample.tag })));
      return true;
    }
  }

  function show(): void {
    const figures = machines.shiftRatios().map((ratios) => ratios?.oee ?? null);
    const oee = figures.filter((figure) => figure !== null).map((figure) => figure * 100);
    const tooFast = machines.tooFast();
    warn(tooFast);
    const [worst] = tooFast.toSorted((a, b) => b.performance - a.performance);
    const [low, high] = [Math.min(...oee).toFixed(1), Math.max(...oee).toFixed(1)];
    if ([...machines.calculators.values()].every(({ watermark }) => watermark === null))
      node.status("idle", node.text("waiting", { count: figures.length }));
    else if (worst !== undefined) node.status("degraded", node.text("tooFast", wordsOf(worst)));
    else if (oee.length === 0) node.status("ok", node.text("none"));
    else if (figures.length === 1) node.status("ok", node.text("one", { oee: low }));
    else node.status("ok", node.text("many", { count: figures.length, low, high }));
  }

  const warned = new Map<string, string>();
  /** Once per machine and shift. */
  function warn(tooFast: readonly TooFast[]): void {
    const fresh = tooFast.filter(({ asset, shift }) => warned.get(asset) !== shift);
    for (const { asset, shift } of fresh) warned.set(asset, shift);
    node.reject(fresh.map((one) => reject("OUT_OF_RANGE", one, { message: node.text("tooFastHelp", wordsOf(one)), field: "performance" })));
  }

  /** What was recorded since shortly before the watermark; the order in which it meets live samples does not matter. */
  async function catchUp(): Promise<void> {
    if (recorded === undefined || read === undefined) return;
    node.status("busy", node.text("reading"));
    await recorded.flush(RETRY_AFTER);
    const end = node.now() + AHEAD;
    for (const [asset, { watermark }] of machines.calculators) {
      const from = watermark === null ? end - HORIZON : watermark - OVERLAP;
      for await (const samples of recordedPieces(read, machines.tagsOf(asset), from, end)) {
        if (node.closing.aborted) return;
        take(samples, node.send);
      }
    }
  }

  async function tryCatchUp(): Promise<void> {
    try {
      await catchUp();
      show();
    } catch (error) {
      if (!isAway(error)) throw error;
      node.status("degraded", node.text("away"));
      node.after(RETRY_AFTER, tryCatchUp);
    }
  }

  const save = async (): Promise<void> => node.snapshot.write<Saved>({ ...machines.state(OVERLAP), corrections: corrections.state() });
  const unsubscribe = plant.subscribe(node.guard(rebind));
  await tryCatchUp();
  if (saved?.version === 1) reconsider(saved);
  node.guard(correct)();
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  for (const calculator of machines.calculators.values()) emit(node.send, calculator.restate(OVERLAP));
  node.every(SNAPSHOT_EVERY, save);
  show();

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      unsubscribe();
      if (!removed) await save();
    },
  };
});

function wordsOf({ asset, product, performance, shift }: TooFast): Record<string, string> {
  return { asset: asset.slice(asset.lastIndexOf(".") + 1), product, performance: (performance * 100).toFixed(1), shift };
}

function emit(send: Send, events: readonly OeeAtomEvent[], message: TwinMessage = {}): void {
  for (let at = 0; at < events.length; at += EVENTS_PER_MESSAGE)
    send({ events: { ...message, topic: "", payload: events.slice(at, at + EVENTS_PER_MESSAGE) } });
}
