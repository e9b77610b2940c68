/** How the modules look in the palette: one light colour each, told apart also with a colour-vision deficiency. */
import type { Module } from "../../nodes/kit/declaration.ts";

/** Node-RED writes labels in #333 on these; every pair of colours stays apart (test/kit/palette.test.ts measures both). */
export const COLOURS: Readonly<Record<Module, string>> = {
  connect: "#9fcdf2",
  model: "#dcbcee",
  see: "#f7f0b0",
  operate: "#f2b56b",
  govern: "#8fd1b0",
};

export const category = (module: Module): string => `Twinline ${module}`;
