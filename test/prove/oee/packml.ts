/** PackML: states and transitions of both profiles against the published models, and the two numberings found wrong in the wild. */
import { readFileSync } from "node:fs";
import {
  isLegalTransition,
  type LegalityProfile,
  nextState,
  type NumberingProfile,
  PACKML_EVENTS,
  PACKML_STATES,
  packmlState,
  stateKind,
  stateNumber,
} from "../../../core/operate/packml/index.ts";
import type { Proof, ProofResult } from "../proof.ts";

const FILE = new URL("../../../../shared/reference/packml/packml_flat.json", import.meta.url);

interface Reference {
  readonly states: Readonly<Record<string, { readonly number: number; readonly kind: string }>>;
  readonly transitions: readonly (readonly string[])[];
  readonly legalByState_TR88_2015_hsuAut: Readonly<Record<string, readonly string[]>>;
  readonly traps: { readonly TMC_StateEnumeration: string };
}

/** A run from power-up to production as each source would number it. */
const RUNS = {
  tmc: [1, 2, 3, 4, 5, 6], // Resetting, Idle, Starting, Execute, Completing, Complete
  swapped: [9, 4, 2, 15, 1, 3, 6], // Aborted, Clearing, Stopped, Resetting, Idle, Starting, Execute
} as const;

export const packml: Proof = {
  title: "PackML against the published models",
  run() {
    const reference = JSON.parse(readFileSync(FILE, "utf8")) as Reference;
    const states = PACKML_STATES.filter((state) => {
      const { number, kind } = reference.states[state] ?? {};
      return number === stateNumber(state) && kind === stateKind(state) && packmlState(number, { profile: "packml-opcua" }) === state;
    });
    const listed = [...reference.traps.TMC_StateEnumeration.matchAll(/([A-Z]\w+) (\d+)/g)];
    const tmc = listed.filter(([, name, number]) => packmlState(Number(number), { profile: "packml-tmc" }) === name);
    return Promise.resolve([
      {
        claim: "the states of PackML with numbers and kinds",
        figure: `${states.length} of ${Object.keys(reference.states).length} as in OPC 30050`,
        bound: "17 of 17",
        pass: states.length === 17 && Object.keys(reference.states).length === 17,
      },
      transitions(
        "the OPC UA profile",
        "opcua",
        reference.transitions.map((row) => row.join(" ")),
      ),
      transitions(
        "the TR88.00.02-2015 profile",
        "tr88-2015",
        Object.entries(reference.legalByState_TR88_2015_hsuAut).flatMap(([state, events]) => events.map((event) => `${state} ${event}`)),
      ),
      {
        claim: "the numbering of OPC 30060 (TMC) under its own name",
        figure: `${tmc.length} of ${listed.length} numbers`,
        bound: "17 of 17",
        pass: tmc.length === 17 && listed.length === 17,
      },
      wrong("TMC numbers read as OPC 30050's", RUNS.tmc, "packml-tmc"),
      wrong("the swapped Idle and Clearing of a simulator read as OPC 30050's", RUNS.swapped, "packml-mqtt-simulator"),
    ]);
  },
};

function transitions(what: string, profile: LegalityProfile, expected: readonly string[]): ProofResult {
  const withTarget = expected[0]?.split(" ").length === 3;
  const ours = PACKML_STATES.flatMap((state) =>
    PACKML_EVENTS.flatMap((event) => {
      const to = nextState(state, event, profile);
      return to === undefined ? [] : [withTarget ? `${state} ${event} ${to}` : `${state} ${event}`];
    }),
  );
  const missing = expected.filter((one) => !ours.includes(one)).length;
  const extra = ours.filter((one) => !expected.includes(one)).length;
  return {
    claim: `the transitions of ${what}`,
    figure: `${ours.length} of ${expected.length}, ${missing} missing, ${extra} too many`,
    bound: "all, none missing, none too many",
    pass: expected.length > 0 && missing === 0 && extra === 0 && ours.length === expected.length,
  };
}

/** Under the wrong name a legal run is refused or illegal, so that a twin-packml shows it; under its own it is legal. */
function wrong(claim: string, run: readonly number[], named: NumberingProfile): ProofResult {
  const right = illegalSteps(run, named);
  const seen = illegalSteps(run, "packml-opcua");
  return {
    claim,
    figure: `${seen} of ${run.length - 1} steps flagged; ${right} when named ${named}`,
    bound: "at least 1; 0",
    pass: seen > 0 && right === 0,
  };
}

function illegalSteps(run: readonly number[], profile: NumberingProfile): number {
  const states = run.map((number) => packmlState(number, { profile }));
  return states.slice(1).filter((to, i) => {
    const from = states[i];
    return from === undefined || to === undefined || !isLegalTransition(from, to, "opcua");
  }).length;
}
