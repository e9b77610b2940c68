export * from "./historian.ts";
export * from "./query.ts";
