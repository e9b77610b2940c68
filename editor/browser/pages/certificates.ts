/** The page Certificates: which OPC UA servers this installation trusts, has rejected, or has to decide about. */
import type { EditorRED } from "node-red";
import { CertificateList } from "../certificates/certificate-list.ts";
import { knownServers } from "../connect-line/workspace.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";
import type { EditorPage, PageContext } from "../page.ts";
import { emptyState } from "../tags/plant-state.ts";

declare const RED: EditorRED;

let lastServer = "";

export const certificatesPage: EditorPage = {
  id: "certificates",
  label: () => label("certificates.title"),
  show: showCertificates,
  hide: () => endCertificates(),
};

let endCertificates: () => void = () => undefined;

function showCertificates(container: HTMLElement, { signal }: PageContext): void {
  let round = new AbortController();
  const begin = (): void => {
    round.abort();
    round = new AbortController();
    const servers = knownServers();
    const server = servers.find(({ id }) => id === lastServer) ?? servers[0];
    if (server === undefined) return container.replaceChildren(emptyState("no-server", label("certificates.noServer")));
    lastServer = server.id;
    const select = element(
      "select",
      { "aria-label": label("certificates.server") },
      ...servers.map(({ id, label: name }) => new Option(name, id, false, id === server.id)),
    );
    select.addEventListener("change", () => {
      lastServer = select.value;
      begin();
    });
    const list = new CertificateList(server.id, AbortSignal.any([signal, round.signal]), (error) => {
      const again = element("button", { type: "button", class: "red-ui-button" }, label("again"));
      again.addEventListener("click", begin);
      list.node.replaceChildren(emptyState("refused", (error as Error).message, again));
    });
    const hint = element("p", { class: "tw-hint tw-bar" }, label("certificates.installation"));
    container.replaceChildren(element("div", { class: "tw-bar" }, select), hint, list.node);
    void list.look();
  };
  RED.events.on("deploy", begin);
  endCertificates = () => RED.events.off("deploy", begin);
  begin();
}
