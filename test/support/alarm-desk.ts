/** A ledger in memory behind an alarm list, with real alarms in it and the twin that takes what people do. */
import type { AlarmListPorts } from "../../adapters/alarms/index.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import { type AlarmDefinition, type AlarmingChart, Alarms, type AlarmStateEvent, responseOf } from "../../core/operate/alarm/index.ts";
import { MemoryLedger } from "./memory-ledger.ts";

const LINE = "acme.galway.bottling.line01";
const MINUTE = 60_000;

function alarm(machine: string, name: string, over: Partial<AlarmDefinition>): AlarmDefinition {
  return {
    asset: `${LINE}.${machine}`,
    alarm: name,
    source: { kind: "high", tag: `${LINE}.${machine}._raw.${name}`, limit: 10, deadband: 0 },
    priority: "low",
    class: "process",
    message: name,
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    suppressedIn: [],
    ...over,
  };
}

const DEFINITIONS = [
  alarm("filler01", "fill_weight_HH", {
    priority: "high",
    message: "Far too much in the bottle: stop the filler and check the valves",
    unit: "g",
    latching: true,
    rationale: {
      cause: "A valve sticks, or the scale has drifted",
      consequence: "Product is given away",
      response: "Stop the filler; check valve and scale",
      respondWithinMs: 10 * MINUTE,
    },
  }),
  alarm("filler01", "bowl_pressure_H", {
    priority: "medium",
    message: "Pressure in the filler bowl is high: check the regulator",
    unit: "bar",
  }),
  alarm("capper01", "torque_L", { message: "Torque of the capper is low: check head 3", unit: "N.m" }),
  alarm("labeller01", "labels_low", {
    message: "Labels run out in about 10 minutes: bring a new reel",
    rationale: { respondWithinMs: 30 * MINUTE, shelveAtMostMs: 60 * MINUTE },
  }),
  alarm("checkweigher01", "link", {
    priority: "critical",
    class: "system",
    message: "No word from the checkweigher: bottles pass unweighed",
  }),
];

export interface AlarmDesk {
  readonly ledger: MemoryLedger;
  readonly ports: AlarmListPorts;
  /** The value of an alarm's tag, in minutes before `now`; beyond 10 is an alarm. */
  value(name: string, ago: number, value: number): Promise<void>;
  charts: AlarmingChart[];
  /** When the recording of samples began. */
  first: number | undefined;
  /** While false, the twin does not take what people do. */
  running: boolean;
}

export function alarmDesk(model: PlantModel, now: () => number): AlarmDesk {
  const ledger = new MemoryLedger();
  const alarms = new Alarms(DEFINITIONS, { states: new Map(), knows: () => true, home: LINE }, { node: "n" });
  const listeners = new Set<(entries: readonly LedgerEntry[]) => void>();
  const state = async (statements: readonly AlarmStateEvent[]): Promise<void> => {
    if (statements.length === 0) return;
    const by = { author: "node:twin-alarm", reason: "alarm" };
    const entries = await ledger.record(statements, by, statements[0]?.start ?? 0);
    for (const listener of listeners) listener(entries);
  };
  const desk: AlarmDesk = {
    ledger,
    charts: [],
    first: undefined,
    running: true,
    ports: {
      model: () => model,
      ledger: () => ledger,
      now,
      charts: () => desk.charts,
      reviewAfterMs: 30 * 24 * 60 * MINUTE,
      firstSample: async () => desk.first,
      deployed: () => [
        {
          name: "Line alarms",
          definitions: () => DEFINITIONS,
          ofModel: (path) => path.endsWith("_HH"),
        },
      ],
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      state: async (statements, by) => {
        const entries = await ledger.record(statements as never, by, now());
        for (const listener of listeners) listener(entries);
        for (const entry of entries) {
          const response = responseOf(entry);
          if (response !== undefined && desk.running) await state([...alarms.respond(response)]);
        }
        return { entries, rejects: [] };
      },
    },
    async value(name, ago, value) {
      const tag = DEFINITIONS.flatMap(({ alarm: own, source }) => (own === name && "tag" in source ? source.tag : []))[0] ?? "";
      const timestamp = now() - ago * MINUTE;
      const { events } = alarms.push([{ tag, value, quality: "Good", timestamp }], timestamp);
      await state([...events]);
    },
  };
  return desk;
}
