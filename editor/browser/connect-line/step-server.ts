/** Step 1: which server, and whether it is the right one. */
import { ask, type Refused } from "./asking.ts";
import { chosenFrom, labelled, made, pressable, typedIn, withProgress } from "./parts.ts";
import type { Certificate, Tested } from "./shapes.ts";
import { say } from "./words.ts";
import { knownServers } from "./workspace.ts";
import type { Draft, Step, Wizard } from "./wizard.ts";

const MODES = ["SignAndEncrypt", "Sign", "None"] as const;
const POLICIES = ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"] as const;

export const serverStep: Step = {
  name: "server",
  lacks: ({ connected }) => (connected ? "" : say("lacksServer")),
  show: (host, wizard) => {
    const form = made("div");
    const outcome = made("div", { "aria-live": "polite" });
    const known = knownServers();
    const draw = (): void => form.replaceChildren(...serverFields(wizard, known, draw, changed));
    const changed = (): void => {
      leaveServer(wizard.draft);
      outcome.replaceChildren();
      wizard.refresh();
    };
    draw();
    const connect = pressable("connect", say("connect"), () => connectServer(wizard, outcome), true);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.target as HTMLElement).tagName === "INPUT") connect.click();
    });
    host.append(made("p", { class: "tw-cl-lead" }, say("serverLead")), form, made("div", { class: "tw-cl-buttons" }, connect), outcome);
    if (wizard.draft.connected) showConnected(outcome);
  },
};

function serverFields(
  wizard: Wizard,
  known: readonly { readonly id: string; readonly label: string; readonly url: string }[],
  draw: () => void,
  changed: () => void,
): HTMLElement[] {
  const { server } = wizard.draft;
  const set = <K extends keyof typeof server>(key: K, again = false) => {
    return (value: string): void => {
      server[key] = value;
      changed();
      if (again) draw();
    };
  };
  const rows: HTMLElement[] = [];
  if (known.length > 0) {
    const options = [["", say("newServer")] as const, ...known.map(({ id, label, url }) => [id, `${label} (${url})`] as const)];
    rows.push(labelled(say("server"), chosenFrom(options, server.node, set("node", true), { "data-field": "node" })));
  }
  if (server.node !== "") return rows;
  rows.push(
    labelled(
      say("url"),
      typedIn(server.url, set("url"), { placeholder: "opc.tcp://192.168.0.10:4840", "data-field": "url", inputmode: "url" }),
    ),
    labelled(
      say("security"),
      chosenFrom(
        MODES.map((mode) => [mode, say(`mode.${mode}`)] as const),
        server.securityMode,
        set("securityMode", true),
        { "data-field": "securityMode" },
      ),
      server.securityMode === "None" ? say("uncheckedServer") : "",
    ),
  );
  if (server.securityMode !== "None")
    rows.push(
      labelled(
        say("policy"),
        chosenFrom(
          POLICIES.map((policy) => [policy, policy] as const),
          server.securityPolicy,
          set("securityPolicy"),
          { "data-field": "securityPolicy" },
        ),
      ),
    );
  rows.push(
    labelled(say("user"), typedIn(server.user, set("user"), { "data-field": "user", autocomplete: "off" }), say("userHint")),
    labelled(
      say("password"),
      typedIn(server.password, set("password"), { type: "password", "data-field": "password", autocomplete: "new-password" }),
      say("passwordHint"),
    ),
  );
  return rows;
}

/** What was found at another server means nothing here. */
function leaveServer(draft: Draft): void {
  if (draft.visit !== "") void ask("POST", `server/${draft.visit}/leave`, {}).catch(() => undefined);
  Object.assign(draft, { visit: "", connected: false, tickedCount: 0, machines: [], proposedFrom: "" });
}

async function connectServer(wizard: Wizard, outcome: HTMLElement): Promise<void> {
  const { draft } = wizard;
  const { node, url, securityMode, securityPolicy, user, password } = draft.server;
  if (node === "" && !/^opc\.tcp:\/\/[^\s/]+(\/\S*)?$/.test(url)) return wizard.tell(say("badUrl"));
  await wizard.attempt(async () => {
    if (draft.visit === "") {
      const opened =
        node === ""
          ? ask<{ server: string }>("POST", "server", { url, securityMode, securityPolicy, user, password })
          : ask<{ server: string }>("POST", `server/deployed/${encodeURIComponent(node)}`, {});
      draft.visit = (await opened).server;
    }
    outcome.replaceChildren();
    const testing = ask<Tested>("POST", `server/${draft.visit}/test`, {}).catch((error: Refused) => {
      // The runtime has forgotten the visit; the next press begins a new one.
      if (error.status === 404) leaveServer(draft);
      throw error;
    });
    const tested = await withProgress(outcome, () => say("connecting"), testing);
    if (tested.word === "connected") {
      draft.connected = true;
      showConnected(outcome);
      wizard.offerNext();
    } else if (tested.certificate !== undefined) outcome.replaceChildren(certificateCard(wizard, tested.certificate, outcome));
    else wizard.tell(tested.message ?? say("away"));
  });
}

function showConnected(outcome: HTMLElement): void {
  outcome.replaceChildren(made("p", { class: "tw-cl-good", role: "status" }, say("connected")));
}

function certificateCard(wizard: Wizard, { sha256, subject, validFrom, validTo }: Certificate, outcome: HTMLElement): HTMLElement {
  const today = new Date().toISOString();
  const outside = today < validFrom || today > validTo ? ` (${say("outside")})` : "";
  const trust = pressable(
    "trust",
    say("trust"),
    async () => {
      const done = await wizard.attempt(() => ask("POST", `server/${wizard.draft.visit}/trust`, { fingerprint: sha256 }));
      if (done !== undefined) await connectServer(wizard, outcome);
    },
    true,
  );
  // Lines break between bytes, so that people can compare them.
  const fingerprint = made("dd", { class: "tw-cl-fingerprint" }, ...sha256.split(/(?<=:)/).flatMap((byte) => [byte, made("wbr")]));
  const card = made(
    "div",
    { class: "tw-cl-card", role: "group", "aria-label": say("certificate") },
    made("p", {}, made("strong", {}, say("untrusted"))),
    made(
      "dl",
      {},
      made("dt", {}, say("subject")),
      made("dd", {}, subject),
      made("dt", {}, say("valid")),
      made("dd", {}, `${validFrom.slice(0, 10)} – ${validTo.slice(0, 10)}${outside}`),
      made("dt", {}, "SHA-256"),
      fingerprint,
    ),
    made("p", { class: "tw-cl-hint" }, say("compare")),
    trust,
  );
  window.setTimeout(() => trust.focus());
  return card;
}
