import type { TwinEvent } from "../../../core/connect/event/index.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";

const EVENTS_PER_MESSAGE = 1_000;

/** Sends events on the port `events`, by the piece, so that no message keeps the nodes after it for long. */
export function sendEvents(send: Send, events: readonly TwinEvent[], message: TwinMessage = {}): void {
  for (let at = 0; at < events.length; at += EVENTS_PER_MESSAGE)
    send({ events: { ...message, topic: "", payload: events.slice(at, at + EVENTS_PER_MESSAGE) } });
}
