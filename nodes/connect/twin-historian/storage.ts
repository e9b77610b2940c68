/** Opens and closes what one historian needs on this machine: queue, ledger, time-series store and the spine over them. */
import path from "node:path";
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { InfluxHistorian, type InfluxSettings } from "../../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../../adapters/sqlite/embedded-historian.ts";
import { SqliteLedger } from "../../../adapters/sqlite/ledger.ts";
import { SqliteQueue } from "../../../adapters/sqlite/queue.ts";
import type { Reject, Sample } from "../../../core/connect/sample/index.ts";
import type { QueueStoreOptions } from "../../../adapters/sqlite/queue-store.ts";
import { sharedThread } from "../../../adapters/sqlite/thread.ts";
import type { Historian, SeriesOf } from "../../../core/connect/history/index.ts";
import type { Ledger } from "../../../core/connect/ledger/index.ts";
import { StorageDamaged, StorageUnavailable, type Queue } from "../../../core/connect/queue/index.ts";
import { Spine, type Timing } from "../../../core/connect/spine/index.ts";

export interface StorageSettings {
  /** Directory of queue, ledger and embedded history; created. */
  readonly directory: string;
  /** Absent: the embedded historian. */
  readonly influx?: InfluxSettings;
  readonly queue: QueueStoreOptions;
  readonly minFreeBytes: number;
  readonly seriesOf: SeriesOf;
  /** Holds samples to the contracts of the plant. */
  readonly violation?: (sample: Sample) => Reject | undefined;
  /** Equipment path of events about the storage itself. */
  readonly asset: string;
}

export interface Storage {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly historian: Historian;
  readonly spine: Spine;
  /** False when a storage thread has ended: everything here is to be opened again. */
  alive(): boolean;
}

export const realTiming: Timing = {
  now: () => Date.now(),
  after(ms, job) {
    const timer = setTimeout(job, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

const OPEN_ATTEMPTS = 5;
/** A redeploy closes the old and opens the new storage within 2 s, whatever the historian does. */
const PATIENCE_MS = 1_500;

/** A damaged file was moved aside: `complain` hears where, and a new one begins. A file in use by a process that is just ending is awaited. */
export async function openStorage(settings: StorageSettings, complain: (sentence: string) => void): Promise<Storage> {
  mkdirSync(settings.directory, { recursive: true });
  const file = (name: string): string => path.join(settings.directory, name);
  const { minFreeBytes, seriesOf, violation, asset } = settings;
  const thread = sharedThread("spine");
  const queue = await persistently(complain, () => SqliteQueue.open(thread, file("queue.sqlite"), { ...settings.queue, minFreeBytes }));
  const ledger = await persistently(complain, () => SqliteLedger.open(thread, file("ledger.sqlite"), { minFreeBytes }));
  const threads = [thread];
  let historian: Historian;
  if (settings.influx) historian = new InfluxHistorian(settings.influx);
  else {
    const own = sharedThread("history");
    threads.push(own);
    historian = await persistently(complain, () => EmbeddedHistorian.open(own, file("history.sqlite"), { minFreeBytes }));
  }
  // Retries are spread by chance on purpose; nothing else in the spine is random.
  const spine = new Spine({
    queue,
    ledger,
    historian,
    timing: realTiming,
    random: Math.random,
    seriesOf,
    asset,
    ...(violation && { violation }),
  });
  spine.start();
  return { queue, ledger, historian, spine, alive: () => threads.every((one) => one.alive) };
}

/** What was taken is on disk when this resolves. A historian that does not answer is not waited for. */
export async function closeStorage({ queue, ledger, historian, spine }: Storage): Promise<void> {
  await spine.settle();
  await Promise.race([spine.stop(), pause(PATIENCE_MS)]);
  const ends = Promise.allSettled([queue.close(), ledger.close(), historian.close()]);
  await Promise.race([ends, pause(PATIENCE_MS / 3)]);
}

async function persistently<T>(complain: (sentence: string) => void, open: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      const passing = error instanceof StorageUnavailable && error.code === "IN_USE";
      if (attempt >= OPEN_ATTEMPTS || !(passing || error instanceof StorageDamaged)) throw error;
      if (error instanceof StorageDamaged) complain(error.message);
    }
  }
}
