/** One certificate: who it names, its fingerprint, how long it is valid, and what a person may decide. */
import { button, element } from "../element.ts";
import { label } from "../label.ts";
import { validityOf } from "./validity.ts";

export interface Certificate {
  readonly sha256: string;
  readonly subject: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly status: "trusted" | "rejected" | "pending";
  readonly firstSeen: string;
  /** This server showed it at its last attempt. */
  readonly offered: boolean;
}

export type Decision = "trust" | "reject" | "forget";

const DECISIONS: Readonly<Record<Certificate["status"], readonly Decision[]>> = {
  pending: ["trust", "reject"],
  trusted: ["reject", "forget"],
  rejected: ["trust", "forget"],
};

function certificateTerm(name: string, ...content: readonly (Node | string)[]): readonly HTMLElement[] {
  return [element("dt", {}, label(`certificates.${name}`)), element("dd", { "data-term": name }, ...content)];
}

/** `decide` carries out what the person has confirmed. */
export function knownCertificateCard(certificate: Certificate, now: number, decide: (decision: Decision) => Promise<void>): HTMLElement {
  const { sha256, subject, validFrom, validTo, status, firstSeen, offered } = certificate;
  const { validity, days } = validityOf(validFrom, validTo, now);
  const facts = element(
    "dl",
    {},
    ...certificateTerm("subject", subject),
    // Lines break between bytes, so that people can compare them.
    ...certificateTerm(
      "fingerprint",
      element("span", { class: "tw-code" }, ...sha256.split(/(?<=:)/).flatMap((byte) => [byte, element("wbr")])),
    ),
    ...certificateTerm("valid", `${validFrom.slice(0, 10)} – ${validTo.slice(0, 10)}`),
    ...certificateTerm("firstSeen", new Date(firstSeen).toLocaleString()),
  );
  const warning =
    validity === "valid" ? [] : [element("p", { class: "tw-warning", role: "note" }, label(`certificates.${validity}`, { days }))];
  const shown = offered ? [element("p", { class: "tw-hint" }, label("certificates.offered"))] : [];
  const foot = element("div", { class: "tw-buttons" });
  const choose = (): void =>
    foot.replaceChildren(
      ...DECISIONS[status].map((decision) => button(decision, label(`certificates.${decision}`), () => confirm(decision))),
    );
  const confirm = (decision: Decision): void =>
    foot.replaceChildren(
      element("p", { role: "alert" }, label(`certificates.sure.${decision}`)),
      button(`${decision}-confirmed`, label(`certificates.${decision}`), async () => decide(decision), {
        class: "red-ui-button red-ui-button-small primary",
      }),
      button("cancel", label("cancel"), choose),
    );
  choose();
  return element("li", { class: "tw-card", "data-sha256": sha256, "data-status": status }, facts, ...warning, ...shown, foot);
}
