/** Notification: who is told of which alarm, when, and what came of it. */
export * from "./failing.ts";
export * from "./message.ts";
export * from "./notifier.ts";
export * from "./recipient.ts";
export * from "./roster.ts";
export * from "./sent-event.ts";
export * from "./template.ts";
export * from "./told.ts";
export * from "./untold-event.ts";
