/** The event `notification.untold.v1`: alarms of which nobody was told, because nobody of their recipients was on call. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { PRIORITY } from "../alarm/index.ts";

export const NOTIFICATION_UNTOLD = "notification.untold.v1";

export const NOTIFICATION_UNTOLD_DATA = Type.Object(
  {
    alarms: Type.Array(Type.Object({ path: Type.String(), start: Type.Integer() }, { additionalProperties: false })),
    more: Type.Integer({ description: "Alarms beyond those listed." }),
    priority: PRIORITY,
  },
  { additionalProperties: false },
);

export type NotificationUntoldData = Static<typeof NOTIFICATION_UNTOLD_DATA>;
export type NotificationUntoldEvent = TwinEvent<NotificationUntoldData>;
