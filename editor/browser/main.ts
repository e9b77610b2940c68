/** Registers Twinline's tab with the editor. A page is a module in `pages/` and a line in this list. */
import type { EditorRED } from "node-red";
import type { EditorPage } from "./page.ts";
import { certificatesPage } from "./pages/certificates.ts";
import { connectLinePage, openConnectLine } from "./pages/connect-line.ts";
import { tagsPage } from "./pages/tags.ts";
import { sidebarTab } from "./tab.ts";

declare const RED: EditorRED & {
  readonly plugins: { registerPlugin(id: string, plugin: object): void };
  readonly sidebar: { addTab(tab: object): void; show(id: string): void };
};

const PAGES: readonly EditorPage[] = [tagsPage, certificatesPage, connectLinePage];

RED.plugins.registerPlugin("twinline-editor", {
  type: "twinline",
  onadd: () => {
    const { content, go } = sidebarTab(PAGES);
    RED.sidebar.addTab({ id: "twinline", label: "twinline", name: "Twinline", iconClass: "fa fa-industry", content, enableOnEdit: true });
    for (const { id } of PAGES) {
      RED.actions.add(`twinline:show-${id}`, () => {
        RED.sidebar.show("twinline");
        go(id);
      });
    }
    RED.actions.add("twinline:connect-line", openConnectLine);
  },
});
