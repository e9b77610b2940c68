/** The event `oee.atom.v1`: one atom as it travels to the ledger and from there to the measurement `oee`. */
import { type Static, type TSchema, Type } from "typebox";
import type { JsonObject, TwinEvent } from "../../connect/event/index.ts";
import type { CountRules } from "../../connect/model/index.ts";
import { MINUTE } from "../minutes/index.ts";
import { type Atom, NONE, type Said } from "./atoms.ts";
import type { OeeMachine } from "./machine.ts";
import { type Measures, NOTHING } from "./measures.ts";
import { bad, timeElements } from "./time-elements.ts";

export const OEE_ATOM = "oee.atom.v1";

const ms = (description: string) => Type.Integer({ minimum: 0, description });
const count = (description: string) => Type.Integer({ description });

/** A field that atoms of earlier versions lack; read as 0. */
const younger = <T extends TSchema>(type: T) => Type.Optional(type);

/**
 * Numbers become float fields of the measurement; `product`, `shift` and, where there is one, `order` its tags.
 * A = run_ms / planned_ms, P = ideal_total_ms / run_ms, Q = ideal_good_ms / ideal_total_ms, OEE = ideal_good_ms / planned_ms,
 * each over sums. The options of the machine decide what `planned_ms`, `run_ms`, `good` and `ideal_good_ms` hold.
 */
export const OEE_ATOM_DATA = Type.Object(
  {
    product: Type.String({ description: "Product the machine was set up for; ~ for none." }),
    order: younger(Type.String({ description: "Order on the machine; ~ for none." })),
    shift: Type.String({ description: "Shift of the calendar; ~ for none." }),
    production_day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "Local date of the production day." }),
    planned_ms: ms("Planned busy time (PBT): without unplanned, planned-down and, by default, unknown time."),
    run_ms: ms("Actual production time (APT): producing_ms and, by default, micro_ms."),
    producing_ms: ms("Producing."),
    micro_ms: ms("Stops shorter than the micro-stop threshold."),
    external_ms: ms("Starved or blocked."),
    stop_ms: ms("Stopped, idle, starting up."),
    hold_ms: ms("Held for an internal reason."),
    failure_ms: ms("Aborted."),
    down_ms: ms("stop_ms + hold_ms + failure_ms."),
    setup_ms: ms("Actual unit set-up time (AUST)."),
    planned_down_ms: ms("Planned maintenance inside a shift."),
    no_order_ms: younger(ms("Available without an order, where orders are tracked (ADOT).")),
    not_planned_ms: ms("Breaks, holidays, no shift."),
    unknown_ms: ms("No usable state."),
    processing_ms: younger(ms("Actual unit processing time (AUPT): run_ms + setup_ms; the operating time of MTBF.")),
    order_ms: younger(ms("With an order on the machine (AOET).")),
    setup_overrun_ms: younger(ms("Set-up beyond the standard time of its changeover (AUST over PUST); part of setup_ms.")),
    total: count("Units processed (PQ)."),
    good: count("total - scrap and, by default, - rework; negative where rejects were reported apart from the units they belong to."),
    scrap: count("Units defective (SQ)."),
    rework: younger(count("Units to be reworked (RQ).")),
    start_up_scrap: younger(count("Units defective within the start-up time; part of scrap.")),
    left_out: younger(count("Units made in a unit mode whose counts are left out; in no other count.")),
    second_count: younger(count("Units by a second counter behind the machine; in no other count.")),
    stops: younger(ms("Stops of the machine's own that begin here, micro-stops aside.")),
    failures: younger(ms("Failures that begin here.")),
    micro_stops: younger(ms("Micro-stops that begin here.")),
    unrated: count("Units without an ideal cycle time; above 0 the performance is not estimable."),
    ideal_cycle_ms: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], { description: "Ideal cycle time of the product." }),
    ideal_total_ms: Type.Number({ description: "Ideal cycle time · total." }),
    ideal_good_ms: Type.Number({ description: "Ideal cycle time · good." }),
    ideal_scrap_ms: younger(Type.Number({ description: "Ideal cycle time · scrap." })),
    ideal_rework_ms: younger(Type.Number({ description: "Ideal cycle time · rework." })),
    ideal_start_up_ms: younger(Type.Number({ description: "Ideal cycle time · start_up_scrap." })),
  },
  { additionalProperties: false },
);

export type OeeAtomData = Static<typeof OEE_ATOM_DATA>;
export type OeeAtomEvent = TwinEvent<OeeAtomData>;

/**
 * The evidence depends on nothing but the atom, so that stating an atom again (after a restart, or by a recompute) is the
 * same statement and no new revision. `watermark`: the data time at which its minute is first due.
 */
export function atomEvent(atom: Atom, machine: OeeMachine, revision: number, latenessMs: number): OeeAtomEvent {
  const { microStopMs, silenceMs, startUpMs = 0, counts } = machine.rules;
  const { unknown, plannedStops, setup, microStops, noOrder, rework } = machine.options;
  return {
    kind: OEE_ATOM,
    asset: machine.asset,
    start: atom.start,
    end: atom.end,
    revision,
    data: dataOf(atom, machine),
    evidence: {
      watermark: (Math.floor(atom.start / MINUTE) + 1) * MINUTE + latenessMs,
      model: machine.modelRevision,
      ...(atom.said && { said: saidOf(atom.said) }),
      ...(counts && { counts: countsOf(counts) }),
      options: {
        micro_stop_ms: microStopMs,
        silence_ms: silenceMs,
        start_up_ms: startUpMs,
        unknown,
        planned_stops: plannedStops,
        setup,
        micro_stops: microStops,
        no_order: noOrder,
        rework,
      },
    },
  };
}

function saidOf({ order, counts }: Said): JsonObject {
  return { ...(order && { order: { ...order } }), ...(counts && { counts: counts.map((one) => ({ ...one })) }) };
}

function countsOf({ source, second }: CountRules): JsonObject {
  return { source, ...(second && { second: { ...second } }) };
}

/**
 * What replaces an atom that no longer starts here (a cut moved or went away) or no longer carries these tags: the same
 * key and tags, no length, nothing measured. Sums over the latest revisions stay right without deleting anything.
 */
export function withdrawn({ said: _said, ...atom }: Atom): Atom {
  return { ...atom, end: atom.start, measures: NOTHING };
}

function dataOf({ product, order, shift, productionDay, idealCycleUs, measures }: Atom, { options }: OeeMachine): OeeAtomData {
  const time = timeElements(measures, options);
  const { units, idealUs } = bad(measures, options);
  return {
    product,
    order,
    shift,
    production_day: productionDay,
    planned_ms: time.pbt,
    run_ms: time.apt,
    producing_ms: measures.ms.run,
    micro_ms: measures.ms.micro,
    external_ms: measures.ms.external,
    stop_ms: measures.ms.stop,
    hold_ms: measures.ms.hold,
    failure_ms: measures.ms.failure,
    down_ms: measures.ms.stop + measures.ms.hold + measures.ms.failure,
    setup_ms: measures.ms.setup,
    planned_down_ms: measures.ms.plannedDown,
    no_order_ms: measures.ms.noOrder,
    not_planned_ms: measures.ms.notPlanned,
    unknown_ms: measures.ms.unknown,
    processing_ms: time.aupt,
    order_ms: measures.orderMs,
    setup_overrun_ms: measures.setupOverrunMs,
    total: measures.total,
    good: measures.total - units,
    scrap: measures.scrap,
    rework: measures.rework,
    start_up_scrap: measures.startUpScrap,
    left_out: measures.leftOut,
    second_count: measures.secondCount,
    stops: measures.stops,
    failures: measures.failures,
    micro_stops: measures.microStops,
    unrated: measures.unrated,
    ideal_cycle_ms: idealCycleUs === null ? null : idealCycleUs / 1000,
    ideal_total_ms: measures.idealTotalUs / 1000,
    ideal_good_ms: (measures.idealTotalUs - idealUs) / 1000,
    ideal_scrap_ms: measures.idealScrapUs / 1000,
    ideal_rework_ms: measures.idealReworkUs / 1000,
    ideal_start_up_ms: measures.idealStartUpUs / 1000,
  };
}

/** The atom that an event states, exactly, also one of an earlier version: what reports and checks of stored events start from. */
export function atomOf({ start, end, data }: OeeAtomEvent): Atom {
  const measures: Measures = {
    ms: {
      run: data.producing_ms,
      micro: data.micro_ms,
      external: data.external_ms,
      stop: data.stop_ms,
      hold: data.hold_ms,
      failure: data.failure_ms,
      setup: data.setup_ms,
      plannedDown: data.planned_down_ms,
      noOrder: data.no_order_ms ?? 0,
      notPlanned: data.not_planned_ms,
      unknown: data.unknown_ms,
    },
    total: data.total,
    scrap: data.scrap,
    rework: data.rework ?? 0,
    startUpScrap: data.start_up_scrap ?? 0,
    leftOut: data.left_out ?? 0,
    stops: data.stops ?? 0,
    failures: data.failures ?? 0,
    microStops: data.micro_stops ?? 0,
    idealTotalUs: micros(data.ideal_total_ms),
    idealScrapUs: micros(data.ideal_scrap_ms ?? data.ideal_total_ms - data.ideal_good_ms),
    idealReworkUs: micros(data.ideal_rework_ms),
    idealStartUpUs: micros(data.ideal_start_up_ms),
    unrated: data.unrated,
    orderMs: data.order_ms ?? 0,
    setupOverrunMs: data.setup_overrun_ms ?? 0,
    secondCount: data.second_count ?? 0,
  };
  const idealCycleUs = data.ideal_cycle_ms === null ? null : micros(data.ideal_cycle_ms);
  const { product, order = NONE, shift, production_day: productionDay } = data;
  return { start, end: end ?? start, product: product === "" ? NONE : product, order, shift, productionDay, idealCycleUs, measures };
}

function micros(ms = 0): number {
  return Math.round(ms * 1000);
}
