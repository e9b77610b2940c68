/** The alarm states of ISA-18.2 / IEC 62682 and what leads from one to the other. Pure: no alarm, no clock, no delay. */

/** State to its letter in the state diagram of ISA-18.2. */
export const ALARM_STATES = {
  normal: "A",
  unacknowledged: "B",
  acknowledged: "C",
  "rtn-unacknowledged": "D",
  "latched-unacknowledged": "E",
  "latched-acknowledged": "F",
  shelved: "G",
  suppressed: "H",
  "out-of-service": "I",
} as const;

export type AlarmState = keyof typeof ALARM_STATES;

/**
 * `alarm`: the condition is annunciated, for the first time or again. `re-alarm`: it was acknowledged and stands for too long.
 * `return`: it is normal again. `suppress` and `unsuppress` are the plant's doing (suppressed by design), the others are people's.
 */
export type AlarmTrigger =
  | "alarm"
  | "re-alarm"
  | "return"
  | "acknowledge"
  | "reset"
  | "shelve"
  | "unshelve"
  | "suppress"
  | "unsuppress"
  | "remove-from-service"
  | "return-to-service";

/** States in which an alarm is kept from annunciating. */
export type InhibitedState = "shelved" | "suppressed" | "out-of-service";

export function isInhibited(state: AlarmState): state is InhibitedState {
  return state === "shelved" || state === "suppressed" || state === "out-of-service";
}

/** States that wait for somebody to acknowledge. */
export function isUnacknowledged(state: AlarmState): boolean {
  return state === "unacknowledged" || state === "rtn-unacknowledged" || state === "latched-unacknowledged";
}

/**
 * The next state, or undefined where the trigger means nothing in this state. `latching`: the alarm stays until it is
 * reset. `active`: the condition holds at present, which decides where an inhibited alarm comes back.
 */
export function nextState(
  state: AlarmState,
  trigger: AlarmTrigger,
  { latching, active }: { readonly latching: boolean; readonly active: boolean },
): AlarmState | undefined {
  const back = active ? "unacknowledged" : "normal";
  switch (trigger) {
    case "alarm":
      return state === "acknowledged" || isInhibited(state) ? undefined : "unacknowledged";
    case "re-alarm":
      return state === "acknowledged" && active ? "unacknowledged" : undefined;
    case "return":
      if (state === "unacknowledged") return latching ? "latched-unacknowledged" : "rtn-unacknowledged";
      if (state === "acknowledged") return latching ? "latched-acknowledged" : "normal";
      return undefined;
    case "acknowledge":
      if (state === "unacknowledged") return "acknowledged";
      if (state === "rtn-unacknowledged") return "normal";
      return state === "latched-unacknowledged" ? "latched-acknowledged" : undefined;
    case "reset":
      return state === "latched-acknowledged" ? "normal" : undefined;
    case "shelve":
      return isInhibited(state) ? undefined : "shelved";
    case "unshelve":
      return state === "shelved" ? back : undefined;
    case "suppress":
      return "suppressed";
    case "unsuppress":
      return state === "suppressed" ? back : undefined;
    case "remove-from-service":
      return "out-of-service";
    default:
      return state === "out-of-service" ? back : undefined;
  }
}
