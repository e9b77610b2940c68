/** The page "Connect a line": from a server's address to OEE on a board, and what else can be done with the plant files. */
import { filesPart } from "../connect-line/files-part.ts";
import { openPanel } from "../connect-line/panel.ts";
import { chosenFrom, labelled, made, pressable } from "../connect-line/parts.ts";
import { flowStep } from "../connect-line/step-flow.ts";
import { machinesStep } from "../connect-line/step-machines.ts";
import { ALWAYS, ratesStep } from "../connect-line/step-rates.ts";
import { reviewStep } from "../connect-line/step-review.ts";
import { serverStep } from "../connect-line/step-server.ts";
import { variablesStep } from "../connect-line/step-variables.ts";
import { styleConnectLine } from "../connect-line/style.ts";
import { type Draft, Wizard } from "../connect-line/wizard.ts";
import { say } from "../connect-line/words.ts";
import type { EditorPage } from "../page.ts";
import { knownPlants } from "../connect-line/workspace.ts";

/** Kept while the editor is open, so that a person may look something up elsewhere and come back. */
let kept: Draft | undefined;

function freshDraft(): Draft {
  return {
    plant: knownPlants()[0]?.id ?? "",
    site: undefined,
    server: {
      node: "",
      name: "",
      url: "",
      securityMode: "SignAndEncrypt",
      securityPolicy: "Basic256Sha256",
      user: "",
      password: "",
    },
    visit: "",
    connected: false,
    start: "",
    include: "",
    tickedCount: 0,
    line: "",
    label: "",
    calendar: ALWAYS,
    constraint: "",
    machines: [],
    proposedFrom: "",
    editedSheet: undefined,
    applied: false,
  };
}

/** What stands in the sidebar: the work itself needs more room than it has. */
function connectLineLauncher(): HTMLElement {
  styleConnectLine();
  return made("div", { class: "tw-cl" }, made("p", {}, say("intro")), pressable("open-connect-line", say("wizard"), openConnectLine, true));
}

export const connectLinePage: EditorPage = {
  id: "connect-line",
  label: () => say("wizard"),
  show: (container) => container.append(connectLineLauncher()),
  hide: () => undefined,
};

export function openConnectLine(): void {
  styleConnectLine();
  openPanel(say("wizard"), showConnectLine);
}

/** Two tabs: the steps, and the files. */
function showConnectLine(host: HTMLElement): void {
  kept ??= freshDraft();
  const plants = knownPlants();
  const body = made("div");
  const tabs = made("div", { class: "tw-cl tw-cl-tabs", role: "tablist" });
  const tab = (name: "wizard" | "files", show: () => void): HTMLElement => {
    const button = made("button", { type: "button", role: "tab", class: "red-ui-button", "data-act": `tab-${name}` }, say(name));
    button.addEventListener("click", () => {
      for (const other of tabs.querySelectorAll("[role=tab]")) other.setAttribute("aria-selected", String(other === button));
      body.replaceChildren();
      show();
    });
    tabs.append(button);
    return button;
  };
  const wizard = tab("wizard", () => {
    const steps = [serverStep, variablesStep, machinesStep, ratesStep, reviewStep, flowStep];
    const again = (): void => {
      kept = freshDraft();
      wizard.click();
    };
    new Wizard(body, kept ?? freshDraft(), steps, again).go(0);
  });
  tab("files", () => showFiles(body, kept ?? freshDraft()));
  host.replaceChildren(tabs, body);
  if (plants.length > 1)
    tabs.append(
      labelled(
        say("plant"),
        chosenFrom(
          plants.map(({ id, label }) => [id, label] as const),
          kept.plant,
          (value) => {
            kept = { ...freshDraft(), plant: value };
            wizard.click();
          },
        ),
      ),
    );
  wizard.click();
}

function showFiles(body: HTMLElement, draft: Draft): void {
  const said = made("div", { class: "tw-cl-said", role: "alert" });
  const host = made("div", { class: "tw-cl" }, said);
  body.append(host);
  const tell = (sentence: string): void => {
    said.textContent = sentence;
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    tell("");
    try {
      return await work();
    } catch (error) {
      tell((error as Error).message);
      return undefined;
    }
  };
  filesPart(host, () => draft.plant, { tell, attempt });
}
