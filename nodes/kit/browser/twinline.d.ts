import type { TwinlineKit } from "./form.ts";

declare global {
  /** The kit in the editor, for a node's own `<type>.editor.ts`. */
  const Twinline: TwinlineKit;
}
