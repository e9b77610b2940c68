/** Step 6: the nodes of the line, the deploy, and the board. */
import { made, pressable } from "./parts.ts";
import { say } from "./words.ts";
import type { Step, Wizard } from "./wizard.ts";
import { addLine, isDeployed, onDeploy } from "./workspace.ts";

export const flowStep: Step = {
  name: "flow",
  lacks: () => "",
  show: (host, wizard) => {
    const outcome = made("div", { "aria-live": "polite" });
    const add = pressable("add-flow", say("addFlow"), () => addToWorkspace(wizard, outcome, add), true);
    host.append(made("p", { class: "tw-cl-lead" }, say("flowLead")), made("div", { class: "tw-cl-buttons" }, add), outcome);
  },
};

function addToWorkspace(wizard: Wizard, outcome: HTMLElement, add: HTMLButtonElement): void {
  const { draft } = wizard;
  const asset = `${draft.site?.root ?? ""}.${draft.line}`;
  try {
    const { boards } = addLine({ plant: draft.plant, server: draft.server, asset, label: draft.label || draft.line });
    // It lives on as a credential; the page needs it no more.
    draft.server.password = "";
    add.hidden = true;
    outcome.replaceChildren(made("p", { role: "status" }, say("pressDeploy")));
    const stop = onDeploy(() => {
      if (!isDeployed()) return;
      stop();
      outcome.replaceChildren(made("p", { class: "tw-cl-good", role: "status" }, say("deployed")), boardLink(boards, draft.line));
    });
  } catch (error) {
    wizard.tell((error as Error).message);
  }
}

/** Boards are called after the last part of their line's place. */
function boardLink(boards: string, line: string): HTMLElement {
  const name = (line.split(".").at(-1) ?? line).toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  return made(
    "p",
    {},
    made("a", { href: `${boards}/${name}-overview`, target: "_blank", rel: "noopener", "data-act": "board" }, say("openBoard")),
  );
}
