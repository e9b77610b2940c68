/** The numbering of a machine's states as the plant files say it: a state map, and a text per number for the tag. */
import { PACKML_STATES, packmlState } from "../../operate/packml/index.ts";
import type { StateMap } from "../model/index.ts";
import type { StateDecision, StateValue } from "./decisions.ts";

export interface StateReading {
  readonly stateMap: StateMap;
  /** Of the enum tag: texts that the machine sends become their number, numbers stay. */
  readonly values: Readonly<Record<string, string>>;
}

const WHOLE = /^-?\d{1,15}$/;

export function stateReading(decision: StateDecision): StateReading {
  if (decision.profile === "custom") return customReading(decision.states);
  if (decision.profile === "packml-tmc") return { stateMap: { profile: "packml-tmc" }, values: textsOf("packml-tmc") };
  // The enum tag turns names into the numbers of OPC 30050, so that boards and OEE see numbers only.
  return { stateMap: { profile: "packml-opcua" }, values: textsOf("packml-opcua") };
}

function textsOf(profile: "packml-opcua" | "packml-tmc"): Readonly<Record<string, string>> {
  const numbers = Array.from({ length: PACKML_STATES.length + 1 }, (_, number) => [number, packmlState(number, { profile })] as const);
  return Object.fromEntries(numbers.flatMap(([number, state]) => (state === undefined ? [] : [[String(number), state]])));
}

/** Texts get numbers of their own, from 1 in the order given; numbers keep theirs. */
function customReading(states: readonly StateValue[]): StateReading {
  const taken = new Set(states.map(({ value }) => numberIn(value)).filter((number) => number !== undefined));
  let next = 1;
  const numbered = states.map(({ value, text, state }) => {
    const own = numberIn(value);
    if (own !== undefined) return { number: own, text: text ?? state, state };
    while (taken.has(String(next))) next += 1;
    taken.add(String(next));
    return { number: String(next), text: value.trim(), state };
  });
  return {
    stateMap: { profile: "custom", states: Object.fromEntries(numbered.map(({ number, state }) => [number, state])) },
    values: Object.fromEntries(numbered.map(({ number, text }) => [number, text])),
  };
}

function numberIn(value: string): string | undefined {
  const text = value.trim().toLowerCase();
  if (text === "true") return "1";
  if (text === "false") return "0";
  return WHOLE.test(text) ? String(Number(text)) : undefined;
}
