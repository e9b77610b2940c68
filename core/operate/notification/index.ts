/** Notification: who is told of which alarm, when, and what came of it. */
export * from "./message.ts";
export * from "./notifier.ts";
export * from "./recipient.ts";
export * from "./sent-event.ts";
export * from "./template.ts";
