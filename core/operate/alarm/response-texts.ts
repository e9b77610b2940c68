/** What people are told whose response to an alarm is not taken. */
import { type Said, saidBy } from "../../connect/sample/index.ts";

/** In English; names of words stand between underscores. */
export const ALARM_TEXTS = {
  noResponse: "This is no response to an alarm__where__. Shelving and taking out of service need a comment.",
  noAcknowledgement: "This is no acknowledgement of up to 300 alarms__where__.",
  notPresent: "The time of the response is not the present. Check the clock of this device.",
  shelvedADay: "An alarm is shelved until a time within the next 24 hours.",
  plannedEnd: "The planned end of a time out of service lies within the next year. Leave it out where none is known.",
  serviceRole: "Only supervisors and engineers take alarms out of service. Shelve it instead.",
  responseRole: "Your account may look at alarms, not respond to them.",
  neverShelved: "The plant model says that this alarm is not shelved. Act on it, or call an engineer.",
  shelvedAtMost: "The plant model lets this alarm be shelved for __minutes__ min at a time.",
  noAlarm: "There is no such alarm, or your account does not cover it.",
  responseNotRecorded: "The response was not recorded.",
} as const;
export type AlarmTextKey = keyof typeof ALARM_TEXTS;

export const sayAlarm: (key: AlarmTextKey, values?: Readonly<Record<string, string | number>>) => Said = saidBy(ALARM_TEXTS);
