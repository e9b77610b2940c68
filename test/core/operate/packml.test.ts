import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  allowedAfter,
  isLegalTransition,
  modeNamesOf,
  type LegalityProfile,
  nextState,
  PACKML_EVENTS,
  PACKML_STATES,
  packmlCommand,
  packmlMode,
  packmlState,
  stateKind,
  stateNumber,
} from "../../../core/operate/packml/index.ts";

interface Reference {
  readonly states: Record<string, { readonly number: number; readonly kind: string }>;
  readonly commands: Record<string, number>;
  readonly transitions: readonly [string, string, string][];
  readonly legalByState_TR88_2015_hsuAut: Record<string, string[]>;
  readonly modes: Record<string, number>;
  readonly traps: { readonly TMC_StateEnumeration: string };
}

/** The nested state machines of OPC 30050, as its NodeSet has them. */
interface Nested {
  readonly stateMachines: Record<
    string,
    {
      readonly states: readonly { readonly name: string; readonly sub: readonly string[] }[];
      readonly transitions: readonly {
        readonly from: readonly string[];
        readonly to: readonly string[];
        readonly cause: readonly string[];
      }[];
    }
  >;
}

const FILE = new URL("../../../../shared/reference/packml/packml_flat.json", import.meta.url);
const NESTED = new URL("packml_opcua.json", FILE);

/** Every legal [from, event, to] of a profile as our table has it. */
function transitions(profile: LegalityProfile): string[] {
  const legal: string[] = [];
  for (const from of PACKML_STATES)
    for (const event of PACKML_EVENTS) {
      const to = nextState(from, event, profile);
      if (to !== undefined) legal.push(`${from} ${event} ${to}`);
    }
  return legal.toSorted();
}

/** Which steps of a run of numbers are legal, as the named profile reads them. */
function legal(numbers: readonly number[], profile: "packml-opcua" | "packml-tmc" | "packml-mqtt-simulator"): boolean[] {
  const states = numbers.map((number) => packmlState(number, { profile }));
  return states.slice(1).map((to, i) => to !== undefined && isLegalTransition(states[i] ?? to, to, "opcua"));
}

describe("PackML against the published models", () => {
  let reference: Reference;
  before(function () {
    if (!existsSync(FILE)) {
      console.log("reference data absent, skipped");
      this.skip();
    }
    reference = JSON.parse(readFileSync(FILE, "utf8")) as Reference;
  });

  it("numbers and kinds of all 17 states are those of OPC 30050", () => {
    const ours = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [n, packmlState(n, { profile: "packml-opcua" })] as const)
        .filter(([, state]) => state !== undefined)
        .map(([number, state]) => [state, { number, kind: stateKind(state as never) }]),
    );
    assert.deepEqual(ours, reference.states);
  });

  it("the OPC UA profile has exactly the reference's transitions", () => {
    assert.deepEqual(transitions("opcua"), reference.transitions.map((row) => row.join(" ")).toSorted());
  });

  it("the TR88-2015 profile has exactly the reference's legal events per state", () => {
    const ours: Record<string, string[]> = {};
    for (const state of PACKML_STATES) {
      const events = PACKML_EVENTS.filter((event) => nextState(state, event, "tr88-2015") !== undefined);
      ours[state] = events.toSorted();
    }
    assert.deepEqual(ours, reference.legalByState_TR88_2015_hsuAut);
  });

  it("commands carry the numbers of CntrlCmd; 0 and others are no command", () => {
    const { Undefined: none = 0, Complete: complete = 0, ...commands } = reference.commands;
    for (const [name, number] of Object.entries(commands)) assert.equal(packmlCommand(number), name);
    assert.equal(packmlCommand(complete), "ToComplete");
    for (const number of [none, 11, -1, 1.5, Number.NaN]) assert.equal(packmlCommand(number), undefined);
  });

  it("the OPC UA profile is the nested machines of OPC 30050, flattened, and the end of Execute by itself", () => {
    const { stateMachines } = JSON.parse(readFileSync(NESTED, "utf8")) as Nested;
    const namesOf = (type: string): string[] => (stateMachines[type]?.states ?? []).map(({ name }) => name);
    const running = namesOf("PackMLExecuteStateMachineType");
    const inside: Record<string, string[]> = {
      Running: running,
      Cleared: namesOf("PackMLMachineStateMachineType").flatMap((name) => (name === "Running" ? running : [name])),
    };
    const entered: Record<string, string> = { Running: "Resetting", Cleared: "Clearing" };
    const nested = Object.values(stateMachines).flatMap(({ transitions }) =>
      transitions.flatMap(({ from: [from = ""], to: [to = ""], cause: [cause = "SC"] }) =>
        (inside[from] ?? [from]).map((start) => `${start} ${cause} ${entered[to] ?? to}`),
      ),
    );
    assert.deepEqual(transitions("opcua"), [...nested, "Execute SC Completing"].toSorted());
  });

  it("the TMC numbering is available under its own name", () => {
    const listed = [...reference.traps.TMC_StateEnumeration.matchAll(/(\w+) (\d+)/g)].filter(([, name]) => name !== "OPC");
    for (const [, name, number] of listed) assert.equal(packmlState(Number(number), { profile: "packml-tmc" }), name);
    assert.equal(listed.length, 17);
  });

  it("the four unit modes carry their TR88 numbers", () => {
    for (const [name, number] of Object.entries(reference.modes))
      assert.equal(packmlMode(number), name === "Produce" ? "Production" : name);
  });
});

describe("a state numbering refuses to guess", () => {
  it("refuses numbers that the named profile does not have", () => {
    for (const value of [0, 18, 19, -1, 6.5, Number.NaN, Number.POSITIVE_INFINITY])
      assert.equal(packmlState(value, { profile: "packml-opcua" }), undefined);
    assert.equal(packmlState(17, { profile: "packml-tmc" }), undefined);
    assert.equal(packmlState(6, { profile: "packml-names" }), undefined);
  });

  it("TMC numbers under the name of OPC 30050 are refused or contradict a legal run; under their own name they are a legal run", () => {
    const run = [0, 1, 2, 3, 4, 5, 6]; // Stopped, Resetting, Idle, Starting, Execute, Completing, Complete
    assert.equal(packmlState(run[0], { profile: "packml-opcua" }), undefined);
    assert.deepEqual(legal(run, "packml-tmc"), [true, true, true, true, true, true]);
    assert.ok(legal(run.slice(1), "packml-opcua").includes(false));
  });

  it("the simulator that swaps Idle and Clearing has a name of its own; under OPC 30050's its run is illegal", () => {
    const run = [9, 4, 2, 15, 1, 3, 6]; // Aborted, Clearing, Stopped, Resetting, Idle, Starting, Execute
    assert.deepEqual(legal(run, "packml-mqtt-simulator"), [true, true, true, true, true, true]);
    assert.deepEqual(legal(run, "packml-opcua"), [false, false, true, false, false, true]);
    for (let number = -1; number < 20; number += 1) {
      const [its, opcua] = (["packml-mqtt-simulator", "packml-opcua"] as const).map((profile) => packmlState(number, { profile }));
      if (number === 1 || number === 4) assert.notEqual(its, opcua);
      else assert.equal(its, opcua);
    }
    assert.equal(packmlMode(2, modeNamesOf("packml-mqtt-simulator")), "Manual");
    assert.equal(packmlMode(3, modeNamesOf("packml-mqtt-simulator")), "Maintenance");
    assert.equal(packmlMode(2, modeNamesOf("packml-opcua")), "Maintenance");
    assert.equal(packmlState("completeing", { profile: "packml-mqtt-simulator" }), undefined);
  });

  it("takes texts in any case, but no misspelling and no number written as text", () => {
    assert.equal(packmlState("EXECUTE", { profile: "packml-opcua" }), "Execute");
    assert.equal(packmlState("Execute", { profile: "packml-names" }), "Execute");
    for (const value of ["completeing", "6", "", " Execute", "__proto__", "constructor"])
      assert.equal(packmlState(value, { profile: "packml-opcua" }), undefined);
  });

  it("a custom numbering (the swapped Idle and Clearing of a known simulator) maps only what it lists", () => {
    const numbering = { profile: "custom", states: { 1: "Idle", 4: "Clearing", 6: "Execute" } } as const;
    assert.equal(packmlState(1, numbering), "Idle");
    assert.equal(packmlState(4, numbering), "Clearing");
    assert.equal(packmlState(2, numbering), undefined);
    assert.equal(packmlState("toString", numbering), undefined);
    assert.equal(packmlState(null, numbering), undefined);
  });

  it("a plant's own names win for modes; an unnamed mode is unknown", () => {
    assert.equal(packmlMode(4, { 4: "Changeover" }), "Changeover");
    assert.equal(packmlMode(4), undefined);
    assert.equal(packmlMode("Clean"), "Clean");
    assert.equal(packmlMode(true), undefined);
  });
});

describe("legality of what a machine was seen doing", () => {
  it("allows Hold from Suspended under OPC UA only, and never Execute straight after Stopped", () => {
    assert.equal(isLegalTransition("Suspended", "Holding", "opcua"), true);
    assert.equal(isLegalTransition("Suspended", "Holding", "tr88-2015"), false);
    assert.equal(isLegalTransition("Stopped", "Execute", "opcua"), false);
    assert.equal(isLegalTransition("Held", "Held", "tr88-2015"), true);
  });

  it("lists what may follow a state in the order of the numbers, and never the state itself", () => {
    assert.deepEqual(allowedAfter("Stopped", "opcua"), ["Aborting", "Resetting"]);
    assert.deepEqual(allowedAfter("Suspended", "tr88-2015"), ["Stopping", "Aborting", "Unsuspending"]);
    assert.deepEqual(allowedAfter("Suspended", "opcua"), ["Stopping", "Aborting", "Holding", "Unsuspending"]);
    assert.deepEqual(
      PACKML_STATES.map((state) => packmlState(stateNumber(state), { profile: "packml-opcua" })),
      PACKML_STATES,
    );
  });
});
