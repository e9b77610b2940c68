/** PackML (ISA-TR88.00.02): states, unit modes, their numberings by name, and which transitions are legal. */
export * from "./legality.ts";
export * from "./numbering.ts";
export * from "./states.ts";
