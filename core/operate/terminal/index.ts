/** The operator terminal: what it may enter, and what it shows. */
export * from "./manual.ts";
export * from "./request.ts";
export * from "./view.ts";
