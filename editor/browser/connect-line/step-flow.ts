/** Step 6: the nodes of the line, the deploy, and the board. */
import { made, pressable } from "./parts.ts";
import { say } from "./words.ts";
import type { Step } from "./wizard.ts";
import { type AddedNodes, addLine, isDeployed, type LineNodes, onDeploy } from "./workspace.ts";

export const flowStep: Step = {
  name: "flow",
  lacks: () => "",
  show: (host, { draft, tell, again }) => {
    host.append(made("p", { class: "tw-cl-lead" }, say("flowLead")));
    const asset = `${draft.site?.root ?? ""}.${draft.line}`;
    const nodes = (): LineNodes => ({ plant: draft.plant, server: draft.server, asset, label: draft.label || draft.line });
    host.append(
      flowPart(nodes, tell, (added) => {
        // It lives on as a credential; the page needs it no more.
        draft.server.password = "";
        draft.server.node = added.server;
        return () => (draft.plant = added.plant);
      }),
      pressable("again", say("another"), again),
    );
  },
};

/** The button that adds a line's nodes, and what comes after it. `added` gives what is to happen once they are deployed. */
export function flowPart(nodes: () => LineNodes, tell: (sentence: string) => void, added: (nodes: AddedNodes) => () => void): HTMLElement {
  const outcome = made("div", { "aria-live": "polite" });
  const add = pressable(
    "add-flow",
    say("addFlow"),
    () => {
      try {
        const wanted = nodes();
        const done = addLine(wanted);
        const deployed = added(done);
        add.hidden = true;
        outcome.replaceChildren(made("p", { role: "status" }, say("pressDeploy")));
        const stop = onDeploy(() => {
          if (!isDeployed()) return;
          stop();
          deployed();
          outcome.replaceChildren(
            made("p", { class: "tw-cl-good", role: "status" }, say("deployed")),
            boardLink(done.boards, wanted.asset),
          );
        });
      } catch (error) {
        tell((error as Error).message);
      }
    },
    true,
  );
  return made("div", { "data-part": "flow" }, made("div", { class: "tw-cl-buttons" }, add), outcome);
}

/** Boards are called after the last part of their line's place. */
function boardLink(boards: string, line: string): HTMLElement {
  const name = (line.split(".").at(-1) ?? line).toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  const href = `${boards}/${name}-overview`;
  return made("p", {}, made("a", { href, target: "_blank", rel: "noopener", "data-act": "board" }, say("openBoard")));
}
