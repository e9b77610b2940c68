/** The event `notification.sent.v1`: one message to one recipient, a revision per attempt. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { PRIORITY } from "../alarm/index.ts";

export const NOTIFICATION_SENT = "notification.sent.v1";

export const NOTIFICATION_SENT_DATA = Type.Object(
  {
    recipient: Type.String({ description: "Name of the row." }),
    channel: Type.Union([Type.Literal("mail"), Type.Literal("webhook")]),
    to: Type.String({ description: "Address, topic or number." }),
    subject: Type.String(),
    priority: PRIORITY,
    alarms: Type.Array(Type.Object({ path: Type.String(), start: Type.Integer() }, { additionalProperties: false })),
    more: Type.Integer({ description: "Alarms beyond those listed." }),
    outcome: Type.Union([Type.Literal("delivered"), Type.Literal("retrying"), Type.Literal("failed"), Type.Literal("withdrawn")], {
      description: "`withdrawn`: everything in it was acknowledged before it could be delivered.",
    }),
    attempts: Type.Integer(),
    detail: Type.String({ description: "What the other side answered, or why the attempt failed." }),
    escalated_ms: Type.Optional(
      Type.Integer({ description: "How long nobody had acknowledged, where that is why it is sent. Not in older statements." }),
    ),
    test: Type.Boolean({ description: "Sent by the test button." }),
  },
  { additionalProperties: false },
);

export type NotificationSentData = Static<typeof NOTIFICATION_SENT_DATA>;
export type NotificationSentEvent = TwinEvent<NotificationSentData>;

/** What an adapter is given to send. */
export interface Outgoing {
  /** Stays the same over attempts and restarts, so that the other side can drop a second copy. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly priority: NotificationSentData["priority"];
  readonly count: number;
  readonly asset: string;
  readonly link: string;
}

/** `permanent`: trying again cannot help. */
export type SendOutcome =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly permanent: boolean; readonly detail: string };

/** The port through which notifications leave: `adapters/notification`. Never rejects. */
export interface NotificationChannel {
  send(message: Outgoing): Promise<SendOutcome>;
}
