import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import {
  isLegalTransition,
  type LegalityProfile,
  nextState,
  PACKML_EVENTS,
  PACKML_STATES,
  packmlMode,
  packmlState,
  stateKind,
} from "../../../core/operate/packml/index.ts";

interface Reference {
  readonly states: Record<string, { readonly number: number; readonly kind: string }>;
  readonly transitions: readonly [string, string, string][];
  readonly legalByState_TR88_2015_hsuAut: Record<string, string[]>;
  readonly modes: Record<string, number>;
  readonly traps: { readonly TMC_StateEnumeration: string };
}

const FILE = new URL("../../../../shared/reference/packml/packml_flat.json", import.meta.url);

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
});
