/** The event `oee.atom.v1`: one atom as it travels to the ledger and from there to the measurement `oee`. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { type Atom, MINUTE, NONE } from "./atoms.ts";
import type { OeeMachine } from "./machine.ts";
import { type Measures, NOTHING, timeElements } from "./measures.ts";

export const OEE_ATOM = "oee.atom.v1";

const ms = (description: string) => Type.Integer({ minimum: 0, description });
const count = (description: string) => Type.Integer({ description });

/**
 * Numbers become float fields of the measurement, `product` and `shift` its tags. A = run_ms / planned_ms,
 * P = ideal_total_ms / run_ms, Q = ideal_good_ms / ideal_total_ms, OEE = ideal_good_ms / planned_ms, each over sums.
 */
export const OEE_ATOM_DATA = Type.Object(
  {
    product: Type.String({ description: "Product the machine was set up for; ~ for none." }),
    shift: Type.String({ description: "Shift of the calendar; ~ for none." }),
    production_day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "Local date of the production day." }),
    planned_ms: ms("Planned busy time (PBT): without unplanned, planned-down and, by default, unknown time."),
    run_ms: ms("Actual production time (APT): producing_ms + micro_ms."),
    producing_ms: ms("Producing."),
    micro_ms: ms("Stops shorter than the micro-stop threshold."),
    external_ms: ms("Starved or blocked."),
    stop_ms: ms("Stopped, idle, starting up."),
    hold_ms: ms("Held for an internal reason."),
    failure_ms: ms("Aborted."),
    down_ms: ms("stop_ms + hold_ms + failure_ms."),
    setup_ms: ms("Actual unit set-up time (AUST)."),
    planned_down_ms: ms("Planned maintenance inside a shift."),
    no_order_ms: Type.Optional(ms("Available without an order, where orders are tracked (ADOT).")),
    not_planned_ms: ms("Breaks, holidays, no shift."),
    unknown_ms: ms("No usable state."),
    total: count("Units processed (PQ)."),
    good: count("total - scrap; negative where rejects were reported apart from the units they belong to."),
    scrap: count("Units defective (SQ)."),
    unrated: count("Units without an ideal cycle time; above 0 the performance is not estimable."),
    ideal_cycle_ms: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], { description: "Ideal cycle time of the product." }),
    ideal_total_ms: Type.Number({ description: "Ideal cycle time · total." }),
    ideal_good_ms: Type.Number({ description: "Ideal cycle time · good." }),
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
  const { microStopMs, silenceMs } = machine.rules;
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
      options: { micro_stop_ms: microStopMs, silence_ms: silenceMs, unknown: machine.unknown },
    },
  };
}

/**
 * What replaces an atom that no longer starts here (a cut moved or went away) or no longer carries these tags: the same
 * key and tags, no length, nothing measured. Sums over the latest revisions stay right without deleting anything.
 */
export function withdrawn(atom: Atom): Atom {
  return { ...atom, end: atom.start, measures: NOTHING };
}

function dataOf({ product, shift, productionDay, idealCycleUs, measures }: Atom, { unknown }: OeeMachine): OeeAtomData {
  const time = timeElements(measures, unknown);
  return {
    product,
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
    total: measures.total,
    good: measures.total - measures.scrap,
    scrap: measures.scrap,
    unrated: measures.unrated,
    ideal_cycle_ms: idealCycleUs === null ? null : idealCycleUs / 1000,
    ideal_total_ms: measures.idealTotalUs / 1000,
    ideal_good_ms: (measures.idealTotalUs - measures.idealScrapUs) / 1000,
  };
}

/** The atom that an event states, exactly: what reports and checks of stored events start from. */
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
    idealTotalUs: Math.round(data.ideal_total_ms * 1000),
    idealScrapUs: Math.round((data.ideal_total_ms - data.ideal_good_ms) * 1000),
    unrated: data.unrated,
  };
  const idealCycleUs = data.ideal_cycle_ms === null ? null : Math.round(data.ideal_cycle_ms * 1000);
  const { product, shift, production_day: productionDay } = data;
  return { start, end: end ?? start, product: product === "" ? NONE : product, shift, productionDay, idealCycleUs, measures };
}
