/** How the modules look in the palette: one light colour each, told apart also with a colour-vision deficiency. */
import type { Module } from "../../nodes/kit/declaration.ts";

/** Node-RED writes labels in #333 on these; every pair of colours stays apart (test/kit/generated.test.ts measures both). */
export const COLOURS: Readonly<Record<Module, string>> = {
  connect: "#c7d7e7",
  model: "#e798ea",
  see: "#e3deb2",
  operate: "#e4bb82",
  govern: "#9cdac3",
};

export const category = (module: Module): string => `Twinline ${module}`;
