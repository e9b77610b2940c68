/** Registers Twinline's pages with the editor. */
import type { EditorRED } from "node-red";
import { connectLineLauncher, openConnectLine } from "./pages/connect-line.ts";

declare const RED: EditorRED & {
  readonly plugins: { registerPlugin(id: string, plugin: object): void };
  readonly sidebar: { addTab(tab: object): void; show(id: string): void };
};

RED.plugins.registerPlugin("twinline-editor", {
  type: "twinline",
  onadd: () => {
    RED.sidebar.addTab({
      id: "twinline",
      label: "twinline",
      name: "Twinline",
      iconClass: "fa fa-plug",
      content: connectLineLauncher(),
      enableOnEdit: false,
    });
    RED.actions.add("twinline:connect-line", openConnectLine);
  },
});
