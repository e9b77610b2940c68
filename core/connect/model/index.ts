export * from "./plant.ts";
