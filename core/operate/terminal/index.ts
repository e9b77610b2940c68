/** The operator terminal: what it may enter, and what it shows. */
export * from "./closed.ts";
export * from "./entries.ts";
export * from "./manual.ts";
export * from "./parts.ts";
export * from "./request.ts";
export * from "./view.ts";
