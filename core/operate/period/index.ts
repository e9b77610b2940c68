/** Closed periods: a shift whose report was signed takes no statements until a supervisor opens it again. */
export * from "./closed.ts";
export * from "./held.ts";
